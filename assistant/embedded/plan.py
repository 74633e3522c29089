"""From what was understood to what to do: the tool calls of a turn, or an answer that needs no tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.embedded.abroad import in_english
from assistant.embedded.bounds import NUMBERS
from assistant.embedded.calls import Call, searching
from assistant.embedded.changing import again, changing, writing
from assistant.embedded.forms import says
from assistant.embedded.listing import BACK, added_title, edit_of, nothing_out
from assistant.embedded.merge import has_substance, merged
from assistant.embedded.standing import asks_of_list, how_long, list_name, named_as, reads_back, standing_list
from assistant.embedded.survey import of_several
from assistant.embedded.understanding import Understanding
from index.concepts import vocabulary
from index.words import fold
from tools.toolbox import Counted

_AT_ONCE = 5
_OF_EACH = 10  # tracks that are asked about one and the same thing; a turn has twelve tool calls
_WHOLE = 20  # tracks that a search shows at most
_UNSURE, _GREETS = 0.3, 0.5
_SAID = {
    "outside",
    "imitate",
    "help",
    "hello",
    "bye",
    "tray",
    "holder",
    "rude",
    "welcome",
    "sorrow",
    "greeted",
    "contribute",
    "deletes",
    "earlier",
    "titles",
    "parts",
    "opinion",
    "hears",
    "self",
    "skill",
    "theory",
    "meaning",
}  # what is answered without a look
_REMEMBERS: dict[str, dict[str, Any]] = {"reset": {"start_over": True}, "undo": {"undo": True}, "taste": {}}
_COUNTED = Counted.model_fields.keys() - {"want", "avoid", "artists"}
_STORY = re.compile(r"\babout\b|\bstory\b")
_OPPOSITE = re.compile(
    r"\b(?:the )?(?:opposite|contrary|reverse) of\b|\bgegenteil von\b|\bl.?oppose de\b|\blo contrario de\b"
)
_TURNED = re.compile(
    r"^\W*(?:(?:and|now|ok|no|rather|show me|give me)\W+)*(?:the )?(?:exact |complete |very )?(?:opposite|contrary|reverse)(?: of (?:that|this|it|those|these))?(?: (?:please|instead|now))*\W*$"
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2}")
_UNREAD_SCRIPT = re.compile(r"[Ͱ-῿぀-퟿豈-﻿]{2}")  # Greek, Cyrillic, Arabic, Devanagari, kana, Chinese, Korean
_TIMES = {"twice": 2, "thrice": 3, **NUMBERS}
_SEVERAL_BACK = re.compile(
    rf"\b(?:undo|back)(?: the last)? ({'|'.join(_TIMES)}|[1-9])\b(?: (?:steps?|times|turns|wishes|things|changes))?"
)
# bounds, the words for what lies below and above one, and how far a bound is from the next value on its other side
_SIDES = (
    ("tempo_min", "tempo_max", {"slower"}, {"faster"}, 0),
    ("year_min", "year_max", {"older", "before", "earlier"}, {"newer", "after", "later"}, 1),
    ("duration_min_s", "duration_max_s", {"shorter"}, {"longer"}, 0),
)
_AND_SIDE = re.compile(r"^\W*and (slower|faster|older|newer|before|after|earlier|later|shorter|longer)\W*$")
_OTHER_SIDE = re.compile(
    r"^\W*(?:(?:no|nope|sorry|i|mean|meant|rather|actually|oops|wait)\W+)+(after|before|newer|later|older|earlier)(?: (?:that|it|then))?\W*$"
)
# "too sweet", "less melody": a fault by a word that was not understood
_UNMEASURED = re.compile(
    r"^\W*(?:(?:no|ok|hmm+|well|but|and|still|sorry|they|these|those|it|that|this|all|are|is|was|sounds?|feels?|re|s)\b\W*)*"
    r"(?:(?:a (?:bit|little|tad)|way|far|much|rather|not|just) )*(?:too|less)(?: (?:much|many|of (?:a |the )?))? (?!like\b|of\b|like that\b|please\b|songs?\b|tracks?\b|music\b|ones?\b|options?\b|choices?\b|long\b|short\b|many\b|much\b)(?P<what>[a-z][a-z-]{2,20})(?: (?:please|for me|though|now))*\W*$"
)
_NO_MEASURE = "I have no measure for “{}”, and no track says it, so nothing is changed. Say it by a mood, an instrument, a tempo or a time, or name a track that has it right."
_UNNAMED = "Liner Notes playlist"
_THE_LIST = re.compile(
    r"\b(?:this|that|the|my) (?:whole )?(?:list|set|page|selection|lot)\b|\b(?:all of (?:it|them|these|those)|everything)\b"
)
_BARE_IT = re.compile(r"\b(?:it|that|this)\b(?! (?:one|song|track))")
_ONE_OF_THEM = re.compile(r"\b(?:t ?\d+|first|number|top)\b")
_WRITES_DOWN = re.compile(r"\b(?:transcri\w+|writ\w+ (?:down|out))\b")


@dataclass(frozen=True)
class Plan:
    """Tool calls, or, when there are none, the name of a ready answer or the `text` of one."""

    calls: tuple[Call, ...] = ()
    answer: str | None = None
    reading: str = ""
    text: str | None = None


def plan(u: Understanding, state: dict[str, Any]) -> Plan:
    """What to do about a turn."""
    reading = _reading(u)
    if u.refs.missing:
        return Plan((), "missing", reading)
    if u.refs.files and _WRITES_DOWN.search(fold(u.text)):
        return Plan(tuple(Call("transcribe_lyrics", {"target": f}) for f in u.refs.files[:2]), None, reading)
    intent = u.intent.intent
    if planned := _of_a_list(u, state, reading):
        return planned
    if (side := _OTHER_SIDE.match(fold(u.text))) and (moved := _turned(state["query"] or {}, side[1])):
        return Plan((searching({**moved, "text": "", "fresh": False}),), None, reading)
    unsure = intent == "outside" or u.intent.score < _UNSURE
    if unsure and _UNREAD_SCRIPT.search(u.text) and not (_LATIN.search(u.text) or has_substance(u)):
        return Plan((), "script", reading)
    if intent in _SAID:
        greets = intent != "hello" or u.intent.score > _GREETS or not state["query"]
        return Plan((), intent if greets else "unclear", reading)
    if says("page before", fold(u.text)) and state.get("page_before"):
        return Plan((again(state | {"shown": state["page_before"]}),), None, reading)
    if intent in _REMEMBERS:
        times = _times_back(u.text) if intent == "undo" else 1
        return Plan((Call("remember", dict(_REMEMBERS[intent])),) * times, None, reading)
    if intent in {"like", "dislike"}:
        return Plan((Call("remember", {intent: list(u.refs.handles)}),), None, reading)
    if intent == "indifferent":
        return Plan((Call("remember", {"neutral": list(u.refs.handles)}),), None, reading)
    if intent in {"why", "details", "lyrics", "compare"}:
        asking = tuple(_asking(u, state))
        return Plan(asking, None if asking else "missing", reading)
    if intent == "catalogue":
        return Plan((Call("catalogue_overview", _counting(u, state)),), None, reading)
    if state.get("counted") and says("name them", fold(u.text)):
        limits = {k: v for k, v in u.fields.items() if k in _COUNTED | {"count"}}
        named = [*state["counted"].get("want", []), *u.want, *state["counted"].get("artists", [])]
        wanted = {"want": [*state["counted"].get("want", []), *u.want], "text": ", ".join(named)}
        return Plan((searching({"count": _WHOLE, **state["counted"], **wanted, **limits}),), None, reading)
    if intent == "analyze":
        return _analyze(u, reading)
    if intent == "playlist":
        return _playlist(u, state, reading)
    if u.surprise:
        avoid = (state["query"] or {}).get("avoid", [])
        return Plan((searching({"text": u.text, "avoid": avoid, "fresh": True, **u.fields}),), None, reading)
    if _TURNED.match(fold(u.text)) and (turned := _turned_round(state)):
        return Plan((searching(turned),), None, reading)
    if not u.refs.handles and u.want and _OPPOSITE.search(fold(u.text)):
        u = _contrary(u)
    if u.refs.handles and _OPPOSITE.search(fold(u.text)):
        return Plan((_opposite(u, state),), None, reading)
    if intent == "similar" and (u.refs.files or _is_plain_likeness(u, state)):
        return Plan((_similar(u, state),), None, reading)
    if state["query"] and not has_substance(u) and (unmeasured := _UNMEASURED.match(fold(u.text))):
        return Plan((), None, reading, _NO_MEASURE.format(unmeasured["what"]))
    unread = u.intent.score < _UNSURE and not has_substance(u) and "order" not in u.fields
    if unread or not (any(c.isalpha() for c in u.text) or has_substance(u)):
        return Plan((), "unclear", reading)
    if not has_substance(u) and not state["query"]:
        return Plan((), "hello" if not state["shown"] and u.intent.intent in {"hello", "find"} else "unclear", reading)
    return Plan((searching(merged(u, state)),), None, reading)


def _times_back(text: str) -> int:
    """How many wishes are taken back: "undo twice", "go back two steps"."""
    said = _SEVERAL_BACK.search(fold(text))
    return _TIMES.get(said[1]) or int(said[1]) if said else 1


def _of_a_list(u: Understanding, state: dict[str, Any], reading: str) -> Plan | None:
    """What is asked of the list that stands, and what becomes of it; None where a turn is about no list."""
    intent, spoken = u.intent.intent, in_english(u.text)
    lasts = how_long(spoken, state)
    if lasts:
        return Plan((), None, reading, lasts)
    if name := named_as(u.text, state):
        return Plan((Call("make_playlist", {"handles": list(state["shown"]), "name": name}),), None, reading)
    if reads_back(spoken) and state["shown"] and not state.get("listing"):
        return Plan((again(state),), None, reading)
    edit = edit_of(spoken, state | {"said": u.text}) or added_title(u.text, state, u.titles)
    asks = edit is not None and bool(edit.changed or (edit.pending and edit.wish))
    if edit and (not asks or _says_what(u)):
        return Plan((changing(edit, state, u),), None, reading.replace(f"“{intent}”", "a change of the playlist"))
    if unmoved := nothing_out(spoken, state):
        return Plan((), None, reading, unmoved)
    if state.get("playlist") and (intent == "tray" or asks_of_list(spoken, state)):
        return Plan((), None, reading, standing_list(state))
    return None


def _says_what(u: Understanding) -> bool:
    """Whether a turn says anything of the music that is to come into a list: "close with a joke" does not."""
    wishes = (u.want, u.avoid, u.artists, u.avoid_artists, u.titles, u.titles_like, u.compare, u.about)
    return any(wishes) or bool(u.fields.keys() - {"fresh", "count"})


def _counting(u: Understanding, state: dict[str, Any]) -> dict[str, Any]:
    """What is counted; what was counted before goes on where a turn asks of "those", or begins with "and"."""
    asked = {"want": list(u.want), "avoid": list(u.avoid), "artists": list(u.artists)}
    asked |= {k: v for k, v in u.fields.items() if k in _COUNTED}
    before, folded = state.get("counted") or {}, fold(u.text)
    if says("how many of them", folded):
        wished = before or {k: v for k, v in (state["query"] or {}).items() if k in {*_COUNTED, *asked}}
        return {k: v for k, v in wished.items() if v}
    if says("of those counted", folded):
        names = {name: [*before.get(name, []), *asked[name]] for name in ("want", "avoid", "artists")}
        asked = {**before, **asked, **names}
    elif says("and counted", folded) and (side := _AND_SIDE.match(folded)) and (turned := _turned(before, side[1])):
        asked = turned
    elif says("and counted", folded):
        others = u.want or u.artists  # "and rock?" is not of jazz
        asked = {**before, **{k: v for k, v in asked.items() if v or (others and k in {"want", "artists"})}}
    return {k: v for k, v in asked.items() if v}


def _turned(before: dict[str, Any], side: str) -> dict[str, Any]:
    """ "And slower?" of what is faster than 120 BPM, "no, after" of what is from before 1975: on the other side of the same bound;
    empty where there is none, or another on the same scale beside it."""
    for low, high, below, above, step in _SIDES:
        bounds = {low, high} & {name for name in before if before[name] is not None}
        wanted = high if side in below else low if side in above else None
        if wanted and len(bounds) == 1 and wanted not in bounds:
            (bound,) = bounds
            moved = before[bound] + (step if wanted == low else -step)
            return {**{k: v for k, v in before.items() if k != bound}, wanted: moved}
    return {}


def _asking(u: Understanding, state: dict[str, Any]) -> Iterator[Call]:
    """Questions about tracks: those pointed at or named, or the one that is talked about."""
    intent, folded = u.intent.intent, fold(in_english(u.text))
    if str(state.get("focus")).startswith("F") and not (u.refs.handles or u.titles):
        yield Call("analyze_audio", {"target": state["focus"]})
        return
    focus = [state["focus"]] if state.get("focus") else state["shown"][:1]
    targets = list(u.refs.handles) or list(u.titles) or focus or list(state.get("compared") or [])[:1]
    if u.titles and (u.refs.vague or list(u.refs.handles) == [state.get("focus")]):
        targets = list(u.titles)  # "Salt sounds fun, what's it about?"
    if intent == "compare":
        pointed = (*u.refs.handles, *u.titles)
        if len(pointed) == 1 and state.get("focus") not in {None, *pointed}:
            pointed = (state["focus"], *pointed)  # "is it older than the third?", "is the second one longer?"
        if len(pointed) == 1 and says("than one of them", folded):
            several = (*pointed, *(state.get("compared") or state["shown"]))  # it stands first
            yield from (Call("track_details", {"handle": h}) for h in list(dict.fromkeys(several))[:_OF_EACH])
            return
        several = pointed if len(pointed) > 1 else state.get("compared") or state["shown"] or pointed
        most = _OF_EACH if of_several(folded) else _AT_ONCE
        yield from (Call("track_details", {"handle": h}) for h in list(dict.fromkeys(several))[:most])
    elif intent in {"details", "lyrics"} and says("of words", folded) and not says("goes on", folded):
        tools = ("track_details", "find_lyrics") if _STORY.search(folded) else ("find_lyrics",)
        yield from (Call(tool, {"handle": h}) for h in targets[:2] for tool in tools)
    elif intent == "lyrics":
        yield from (Call("find_lyrics", {"handle": h}) for h in targets[:2])
    elif says("its ends", folded):
        yield from (Call(tool, {"handle": h}) for h in targets[:2] for tool in ("track_details", "find_lyrics"))
    else:
        yield from (Call("track_details", {"handle": h}) for h in targets[:_AT_ONCE])


def _is_plain_likeness(u: Understanding, state: dict[str, Any]) -> bool:
    """Whether a likeness is all that is asked for: names and limits are for a search."""
    vague = u.refs.vague and state["query"]
    return bool(
        u.refs.handles and not vague and not u.fields.keys() - {"count", "fresh"} and not (u.titles or u.artists)
    )


def _turned_round(state: dict[str, Any]) -> dict[str, Any]:
    """The wish that stands with the contrary of each thing in it that has one; empty where none has."""
    standing, opposite = state["query"] or {}, vocabulary().opposite
    other = {w: opposite[w][0] for w in standing.get("want", ()) if opposite.get(w)}
    want = [other.get(w, w) for w in standing.get("want", ())]
    kept = {k: v for k, v in standing.items() if k not in {"compare", "like", "fresh", "most", "context"}}
    if "instrumental" in other:
        kept.pop("vocals", None)
    return {**kept, "want": want, "text": ", ".join(want)} if other else {}


def _contrary(u: Understanding) -> Understanding:
    """ "The opposite of sad": happy is wanted; what has no contrary is ruled out."""
    contrary = {w: vocabulary().opposite.get(w, [""])[0] for w in u.want}
    out = tuple(w for w, other in contrary.items() if not other)
    return replace(u, want=tuple(o for o in contrary.values() if o), avoid=(*u.avoid, *out))


def _opposite(u: Understanding, state: dict[str, Any]) -> Call:
    """What is the contrary of a track's moods, pace and textures, as far as they have one."""
    said = {c for t in state["tracks"] if t["handle"] in u.refs.handles for c in t.get("about", ())}
    contrary = {c: vocabulary().opposite.get(c, ()) for c in sorted(said)}
    want = list(dict.fromkeys(o for opposites in contrary.values() for o in opposites[:1]))
    avoid = [c for c, opposites in contrary.items() if opposites]
    return searching({"text": u.text, "want": [w for w in want if w not in avoid][:4], "avoid": avoid[:4]})


def _similar(u: Understanding, state: dict[str, Any]) -> Call:
    standing = state["query"] or {}
    wordless = ["vocals"] if standing.get("vocals") == "instrumental" and not u.want else []
    args = {
        "handles": list(u.refs.handles or u.refs.files[:1]),
        "compare": [c.model_dump(exclude_defaults=True) for c in u.compare],
        "want": list(u.want),
        "avoid": list(dict.fromkeys((*standing.get("avoid", ()), *wordless, *u.avoid))),
        "count": u.fields.get("count"),
    }
    return Call("similar_tracks", {k: v for k, v in args.items() if v})


def follow_up(
    request: str,
    intent: str,
    called: Sequence[str],
    found: Sequence[str],
    state: dict[str, Any],
    back: Sequence[str] = (),
) -> tuple[Call, ...]:
    """The second step of a turn: what was `found` goes into the playlist; a list that came `back` is shown as it was; after a change
    of taste or another undo, the standing wish is searched again."""
    if back:
        return (again(state | {"shown": list(back)}),) if "search_tracks" not in called else ()
    edit = edit_of(in_english(request), state)
    if "make_playlist" in called:
        return ()
    if edit:
        # what was looked for is on the screen now, and so may be what the turn names
        return (writing(edit.filled(found), state),) if found and not edit.pending else ()
    if (
        not (intent in {"like", "dislike", "undo"} or (intent == "indifferent" and BACK.search(fold(request))))
        or {"search_tracks", "search_lyrics"} & {*called}
        or not state["query"]
    ):
        return ()
    standing = {k: v for k, v in state["query"].items() if k != "compare" or intent == "undo"}
    return (searching({**standing, "fresh": intent not in {"undo", "indifferent"}}),)


def _analyze(u: Understanding, reading: str) -> Plan:
    targets = list(u.refs.files) or list(u.refs.handles[:1]) or list(u.titles[:1])
    calls = [Call("analyze_audio", {"target": t}) for t in targets[:2]]
    return Plan(tuple(calls), None, reading) if calls else Plan((), "help", reading)


def _playlist(u: Understanding, state: dict[str, Any], reading: str) -> Plan:
    named = list_name(u.text)
    liked = re.search(r"\b(?:liked?|likes|loved?|favou?rites?)\b", fold(u.text))
    if liked and not state["liked"] and not u.refs.handles:
        return Plan((), "no likes", reading)
    written = state.get("playlist")
    if written and not named and state.get("listing") and _BARE_IT.search(fold(u.text)):
        return Plan((Call("make_playlist", {"handles": written["tracks"], "name": written["name"]}),), None, reading)
    listed = _is_list(u, state)
    if written and written["name"] == _UNNAMED and u.refs.handles and not (named or listed):
        together = list(dict.fromkeys((*written["tracks"], *u.refs.handles)))  # "save T3 too"
        return Plan((writing(together, state),), None, reading)
    handles = (
        state["liked"]
        if liked and state["liked"]
        else state["shown"]
        if listed
        else list(u.refs.handles) or list(u.titles) or list(dict.fromkeys((*state["liked"], *state["shown"])))
    )
    name = named[0] if named and named[0].lower() not in {"a playlist", "m3u", "m3u8", "a file", "a list"} else _UNNAMED
    return (
        Plan((Call("make_playlist", {"handles": handles, "name": name}),), None, reading)
        if handles
        else Plan((), "hello", reading)
    )


def _is_list(u: Understanding, state: dict[str, Any]) -> bool:
    """ "Save that": the list that is on the screen, where no track of it is talked about or pointed at."""
    folded = fold(u.text)
    if _THE_LIST.search(folded):
        return True
    bare = _BARE_IT.search(folded) and not _ONE_OF_THEM.search(folded)
    if bare and state.get("compared") and list_name(u.text):
        return True  # which of them is the oldest was asked about the list
    return bool(bare) and not state.get("focus") and list(u.refs.handles) == state["shown"][:1]


def _reading(u: Understanding) -> str:
    """How the request was read, in one line for the reasoning pane."""
    parts = [f"“{words}” → {meaning}" for words, meaning in u.heard]
    if u.about:
        parts.append(f"words that tell of “{u.about}”")
    if u.refs.handles:
        parts.append(f"pointing at {', '.join(u.refs.handles)}")
    topic = (
        "; a new topic"
        if u.fresh_topic
        else f"; {', '.join(u.gone)} no longer, since no track here is both"
        if u.gone
        else ""
    )
    return f"I read this as “{u.intent.intent}”{topic}" + (f": {'; '.join(parts)}." if parts else ".")
