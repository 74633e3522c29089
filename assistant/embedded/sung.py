"""Answers about the words of a song: the lines that may be shown, why there are no more, and what can be said of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from assistant.embedded.bounds import NUMBERS
from assistant.embedded.forms import says
from assistant.embedded.reference import ORDINALS
from assistant.embedded.wishes import listed
from index.words import fold

Body = dict[str, Any]
_SAID_AGAIN = 5  # words of a story that are said again
# after words were shown: "just the first verse", "and the chorus?"
OF_THE_WORDS = re.compile(r"^\W*(?:(?:and|then|now|just|only|ok|please|show|me|can|i|see|you|what|about)\W+)*(?:the )?(?:first|second|third|last|next|whole|rest|other)? ?(?:verses?|lines?|chorus|words|lyrics|stanzas?)\b[^.;!]{0,20}$")  # fmt: skip
BARE_GO_ON = re.compile(r"^\W*(?:and )?(?:continue|go on|carry on|keep going|more|(?:give me |show me )?the (?:rest|remainder)|weiter|continue[rz]?|sigue|continua|fortsatt)(?: please)?\W*$")  # fmt: skip
_VERSE = re.compile(r"\b(?:(?P<nth>first|second|third|fourth|fifth|last) (?:verse|stanza)|(?:verse|stanza) (?:number )?(?P<n>\d|one|two|three|four|five))\b")  # fmt: skip
_ONE_LINE = re.compile(
    r"\b(?:an?|one|just one|the (?P<which>first|last|opening|closing)|eine|une|una|uma|en)(?: single)? (?:line|zeile|ligne|linea|riga|linha|rad)\b"
)


_SOME_LINES = re.compile(
    r"\b(?:the |only |just )?(?P<which>first|opening|last)? ?(?P<n>\d|two|three|four|five|six) (?:\w+ )?lines\b"
)


def words_of_song(body: Body, request: str) -> str:
    """What was asked about the words, or the lines themselves."""
    name = f"{body['handle']} “{body['title']}”"
    asked = fold(request.replace(body["title"], "it"))  # its words ask for nothing
    of_the_whole = says("of words", asked) or says("its ends", asked)
    aside = " ".join(f"{why[0].upper()}{why[1:]}." for why in body.get("set_aside") or [])
    if "lines" not in body:
        wordless = (
            "has no words to speak of"
            if "instrumental" in body["reason"]
            else "may have words, but I know none of them"
        )
        none = f"{name} {wordless}" if of_the_whole else f"I cannot show lyrics of {name}"
        return f"{none}: {body['reason']}."
    if of_the_whole and not says("goes on", asked):
        told = [answer(body) for pattern, answer in _ANSWERS if re.search(pattern, asked)] or [_speaks(body)]
        return f"{name}: {' '.join(told)}"
    if not body["lines"]:
        return f"I cannot show lyrics of {name}: {body['reason']}."
    if (says("goes on", asked) or BARE_GO_ON.match(asked)) and body["display"] != "full":
        return f"I cannot go on with the words of {name}: {body['reason']}. What I may show of them you have seen. {_speaks(body)}".strip()
    verse = _verse_asked_for(body, asked) if body["display"] == "full" else None
    if verse is not None:
        return _lines({**body, "lines": verse}, name) if verse else f"{name} has no such verse. {_speaks(body)}".strip()
    if (some := _SOME_LINES.search(asked)) and body["display"] == "full":
        count = int(NUMBERS.get(some["n"]) or some["n"])
        lines = [x for x in body["lines"] if x["text"]]
        return _lines({**body, "lines": lines[-count:] if some["which"] == "last" else lines[:count]}, name)
    one = _ONE_LINE.search(asked)
    return " ".join(p for p in (_lines(body, name, (one["which"] or "first") if one else None), aside) if p)


def _verse_asked_for(body: Body, asked: str) -> list[Body] | None:
    """The lines of the verse that is asked for by its number, none where there are not so many; None where no one is asked for, or
    the sheet has no times to tell verses by."""
    said = _VERSE.search(asked)
    verses = [v for v in body.get("verses") or [] if v["name"].startswith("verse")]
    if not said or not verses:
        return None
    place = ORDINALS[said["nth"]] if said["nth"] else int(NUMBERS.get(said["n"]) or said["n"]) - 1
    wanted = verses[-1]["name"] if said["nth"] == "last" else f"verse {place + 1}"
    lines = [x for x in body["lines"] if x["text"]]
    starts = {v["time"]: v["lines"] for v in verses if v["name"] == wanted and v.get("time")}
    return next((lines[at : at + starts[x["time"]]] for at, x in enumerate(lines) if x.get("time") in starts), [])


def _lines(body: Body, name: str, which: str | None = None) -> str:
    """The lines that may be shown, or of these the one that was asked for."""
    lines = [x for x in body["lines"] if x["text"]] if which else body["lines"]
    lines = (lines[-1:] if which in {"last", "closing"} else lines[:1]) if which else lines
    rows = "\n".join(f"> {'[' + x['time'] + '] ' if x.get('time') and x['text'] else ''}{x['text']}" for x in lines)
    part = "" if body["display"] == "full" else f" (an excerpt; {body['reason']})"
    notes = [f"{note[0].upper()}{note[1:].rstrip('.')}." for note in (body.get("note"), body.get("notice")) if note]
    return " ".join((f"From {name}{part}:\n\n{rows}\n\nSource: {body['source']}. {body['credit']}", *notes))


def _speaks(body: Body) -> str:
    things = body.get("speaks_of")
    return f"Its words speak of {listed(things)}, as far as they can be counted." if things else ""


def _chorus(body: Body) -> str:
    chorus = body.get("chorus")
    if not chorus:
        return "No stanza of its sheet comes again, so there is no chorus that I can tell."
    first = f", first at {chorus['first']}" if chorus.get("first") else ""
    return f"Yes, it has a chorus: it comes {chorus['times']} times{first}."


def _where(verse: Body) -> str:
    return f"{verse['name']}{f' ({time})' if (time := verse.get('time')) else ''}"


def _verse(verse: Body) -> str:
    mood = f", which reads as {verse['mood']}" if verse.get("mood") else ""
    return f"{_where(verse)}{mood}"


def _ends(body: Body) -> str:
    last = body["verses"][-1]
    turn = {"brighter": " It ends brighter than it begins.", "darker": " It ends darker than it begins."}
    how = turn.get((body.get("mood_course") or {}).get("ends", ""), "")
    return f"Its words end with {_verse(last)}.{how}{_inferred(body) if how or last.get('mood') else ''}"


def _begins(body: Body) -> str:
    first = body["verses"][0]
    return f"Its words begin with {_verse(first)}.{_inferred(body) if first.get('mood') else ''}"


def _mood(body: Body) -> str:
    course = body.get("mood_course")
    if not course:
        language = body.get("language")
        return (
            f"I read moods from English words only, and these are in {language}."
            if language and language != "English"
            else "Its words lean to no mood that I could tell."
        )
    steps, marked = course["moods"], [v for v in body["verses"] if v.get("mood")]
    if len(steps) == 1:
        other = "" if len(marked) == len(body["verses"]) else "; its other verses lean to no mood that I could tell"
        return f"Its words read as {steps[0]} in {listed([_where(v) for v in marked])}{other}.{_inferred(body)}"
    return f"Its words go from {' to '.join(steps)}: {listed([_verse(v) for v in marked])}.{_inferred(body)}"


def _inferred(body: Body) -> str:
    course = body.get("mood_course")
    return f" (Moods are inferred {course['inferred']}.)" if course else ""


def _count(body: Body) -> str:
    names = list(dict.fromkeys(v["name"] for v in body["verses"]))
    verses = sum(name != "the chorus" for name in names)
    return f"It has {verses} verse{'s' if verses != 1 else ''}{' and a chorus' if body.get('chorus') else ''}."


def _about(body: Body) -> str:
    return " ".join(p for p in (_speaks(body), _mood(body) if body.get("mood_course") else "") if p) or "Its sheet names nothing that I know."  # fmt: skip


def _explicit(body: Body) -> str:
    return "Its words are explicit." if body.get("explicit") == "explicit" else "No explicit word was noticed in it."


_ANSWERS: Sequence[tuple[str, Callable[[Body], str]]] = (
    (r"\babout\b|\bstory\b|\bthemes?\b|\bwhat does\b", _about),
    (r"\bchorus|\brefrain\b", _chorus),
    (r"\b(?:end|close|finish|stop)(?:s|ing)?\b", _ends),
    (r"\b(?:begin|start|open)(?:s|n?ing)?\b", _begins),
    (r"\bmood|\bfeeling|\bemotion", _mood),
    (r"\bhow many verses\b", _count),
    (
        r"\blanguage\b",
        lambda body: f"It is in {body['language']}." if body.get("language") else "Its language is not known.",
    ),
    (r"\bexplicit\b", _explicit),
)


def told_opening(about: str, found: Sequence[Body], avoid: Sequence[str], *, further: bool) -> str:
    """The line before songs that tell of something; plain about it when none does."""
    what = _named(about)
    left_out = f", leaving out {listed(avoid)}" if avoid else ""
    proofs = [p for t in found for p in t.get("evidence", [])]
    plainly = any(p["words"] == "tells" if p["kind"] == "verse" else p.get("concept") for p in proofs)
    if not plainly:
        return f"No song here plainly tells of {what}{left_out}; these come nearest in their words:"
    return f"{'These too' if further else 'These'} tell of {what}{left_out}:"


def nothing_told(about: str) -> str:
    """The answer where no song comes even near."""
    return f"No song in this catalogue tells of {_named(about)} in its words."


def _named(about: str) -> str:
    """A story in the listener's words; who quotes a line is not quoted it again."""
    return f"“{about}”" if len(about.split()) <= _SAID_AGAIN else "that"


def verse_words(proof: Body) -> str:
    """Where a song tells of it, with its line where that may be shown."""
    name, _, time = proof["place"].partition(", ")
    place = f"{name}{f' ({time})' if time else ''}"
    said = f"{place} tells of it" if proof["words"] == "tells" else f"{place} comes near"
    return f"{said}: “{proof['line'].rstrip('.,;')}”" if proof.get("line") else said
