"""From tool results to an answer: short, varied, and made of what the tools returned and nothing else.

Variation is chosen by a checksum of the request, so the same conversation always reads the same.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.embedded.abroad import in_english
from assistant.embedded.contrast import contrast
from assistant.embedded.facts import details, why
from assistant.embedded.forms import says
from assistant.embedded.measured import measured
from assistant.embedded.overview import whole
from assistant.embedded.own import mentioned
from assistant.embedded.reference import ALBUM
from assistant.embedded.remarks import remarks
from assistant.embedded.sung import nothing_told, told_opening, verse_words, words_of_song
from assistant.embedded.topic import asks_who, is_surprise
from assistant.embedded.wishes import all_had, limit_words, listed, mentions, wish_words
from index.candidates import content
from index.concepts import vocabulary
from index.each import each_words
from index.entities import single_names
from index.heard import TEMPO, is_heard
from index.words import fold, plain

_READY = {
    "help": "Tell me what you want to hear in your own words: a mood, an instrument, a story, a tempo range, a decade, an artist. Then refine it: calmer, without drums, "
    "more like the second one but with strings. I can say why a track is here, show its details and lyrics as far as its rights allow, measure a file you attach, and save a playlist. "
    "I am Liner Notes' embedded reader: rules and a small sentence embedder, not a language model.",
    "hello": "Hello. What would you like to hear? A mood, an instrument, a story or an artist is enough to start.",
    "bye": "Goodbye. This conversation stays as it is; come back to it whenever you like.",
    "holder": "That is for those who run this catalogue: they can block, correct or withdraw a track, and it counts at once "
    "(`linernotes rights block|set|withdraw TRACK --reason WHY`). I cannot do it from here. What is declared of a track I can tell you: ask for its licence, its credits, or who holds the rights.",
    "rude": "I am sorry that this went wrong. Tell me what you want to hear, or say “start over” and we begin anew.",
    "welcome": "You are welcome. Say “more” for others like these, or tell me where to go from here.",
    "greeted": "I am a program, so every day is much the same; thank you for asking. What would you like to hear?",
    "sorrow": "I am sorry. If music would help, say which kind: something quiet that keeps you company, something to cry to, or something that lifts you up.",
    "deletes": "I write playlists and change them, and delete no files of yours; the answer that saved the list names them.",
    "contribute": "From here I measure a file and find what sounds like it; I add nothing. On the page, “My track” lets you describe it in your own words and "
    "contribute it, where those who run this catalogue allow that.",
    "tray": "The playlist that you are putting together stands in the tray of the page; from here I do not see into it. Ask me to save what is on the screen as a playlist, and I write one.",
    "no likes": "You have not liked a track yet. Use the hearts, or name the tracks for the playlist.",
    "unclear": "I did not understand that. Name a mood, an instrument, a genre, an artist or a track.",
    "missing": "There is no such track in what I showed. Point at one by its handle or by its place in the list.",
    "outside": "That is outside what I can do: I only know this music catalogue. Ask me for music, for a track's story, or about a file of yours.",
    "imitate": "I don't imitate a living artist's voice or write in their name. I can show you their own tracks here, or others that share what you like about them.",
}
_OPENINGS = (
    "For {what}, try these:",
    "For {what} I would start here:",
    "From this catalogue, {what}:",
    "I looked for {what} and would start with these:",
    "These come closest to {what}:",
    "My picks for {what}:",
    "The closest matches for {what}:",
)
_OPENINGS_FOR_NOTHING = (
    "Try these:",
    "This is what I would play you:",
    "I would start with these:",
    "From this catalogue:",
)
_MORE = (
    "Here are others:",
    "Next on the pile:",
    "And on it goes:",
    "A few more in the same vein:",
    "Further along the same line:",
    "Next ones that fit:",
)
_CHANGED = ("Now it goes like this:", "The list as it stands now:", "With that changed:")
_IN_WORDS = {
    "text",
    "context",
    "count",
    "avoid",
    "artists_before",
    "include_ai",
}  # what a wish in words alone comes with
_QUOTED = 3  # words of it that are said again
_SURPRISES = ("Let me surprise you:", "As chance and I would have it:", "You asked for it:")
_NO_TAGS = {"lyrics", "year", TEMPO}
_GLAD = ("Glad they fit. A few more in the same vein:", "Good to hear. These continue the line:")


@dataclass(frozen=True)
class Outcome:
    """A tool call of this turn and what came back; `failed` holds the tool's own words when it could not."""

    tool: str
    args: dict[str, Any]
    body: dict[str, Any]
    failed: str | None = None


def ready(name: str) -> str:
    """An answer that needs no tool."""
    return _READY[name]


def compose(request: str, intent: str, outcomes: Sequence[Outcome]) -> str:
    """The answer to a turn, in Markdown."""
    request = in_english(request)
    failed = [f"I could not do that: {o.failed}." for o in outcomes if o.failed]
    good = [o for o in outcomes if not o.failed]
    if intent == "compare" and len(good) > 1:
        return "\n\n".join((contrast([o.body for o in good], request), *failed))
    if says("its ends", request):  # of the words too, where there are any
        good = [o for o in good if o.tool != "find_lyrics" or "lines" in o.body]
    parts = [_one(o, request, intent) for o in good]
    return "\n\n".join(p for p in (*parts, *failed) if p)


def _one(o: Outcome, request: str, intent: str) -> str:
    match o.tool:
        case "search_tracks" | "similar_tracks" | "search_lyrics":
            return _tracks(o, request, intent)
        case "track_details":
            because = why(o.body) if intent == "why" else details(o.body, request)
            return f"I would start with the one that fits best. {because}" if says("picks", request) else because
        case "catalogue_overview":
            return whole(o.body, request)
        case "find_lyrics":
            return words_of_song(o.body, request)
        case "analyze_audio":
            return measured(o.body, request)
        case "describe_audio":
            return f"{o.body['model']} hears: {o.body['impression']}"
        case "transcribe_lyrics":
            return _transcript(o.body)
        case "make_playlist":
            return _playlist(o.body)
        case _:
            return _memory(o, intent)


def _playlist(body: dict[str, Any]) -> str:
    """What was written, or what became of a playlist that was changed and how it goes now."""
    titles = {t["handle"]: f"{t['handle']} “{t['title']}”" for t in body["tracks"]}
    name = f"“{body['name']}”" + (f" ({body['length']})" if body.get("length") else "")
    names, files = ", ".join(titles.values()), f"The files are {' and '.join(body['files'])}."
    if "gone" not in body:
        return f"Saved {name} with {names}. {files}"
    parts = [
        f"{listed([titles[h] for h in body['new']])} came in" if body["new"] else "",
        f"{listed(body['gone'])} {'is' if len(body['gone']) == 1 else 'are'} out" if body["gone"] else "",
    ]
    what = ", ".join(p for p in parts if p) or ("another name" if body.get("was") else "another order")
    return f"Changed: {what}. {name} now goes {names}. {files}"


def _pick(options: Sequence[str], seed: str) -> str:
    return options[zlib.crc32(seed.encode()) % len(options)]


def _tracks(o: Outcome, request: str, intent: str) -> str:
    found = o.body["tracks"]
    noted = remarks(o.body, o.args)
    fame = o.args.get("familiarity")
    if fame and any(wish.startswith(fame) for wish in o.body.get("relaxed", [])):
        o = replace(o, args=o.args | {"familiarity": None})
    about = o.args.get("about")
    if not found:
        fresh = o.args.get("fresh")
        limits = o.body.get("limits")
        within = f" within what you asked for ({limit_words(limits)})" if limits else ""
        none = (
            f"I have nothing further that fits{within}; everything close has been shown."
            if fresh
            else nothing_told(about)
            if about
            else f"No track in this catalogue fits that{within}."
        )
        return " ".join((none, noted, "Tell me which wish matters least and I will look again.")).replace("  ", " ")
    asked = [] if about or _all_unsaid(found, o.args.get("want", [])) else o.args.get("want", [])
    changed = o.args.get("order") == "as listed" or any(step.get("among") for step in o.args.get("steps", ()))
    opening = (
        _pick(_CHANGED, request)
        if changed
        else _superlative(o.args, found)
        if o.args.get("most")
        else told_opening(about, found, o.args.get("avoid", []), further=bool(o.args.get("fresh")))
        if about
        else _nearest(o.args, found)
        if o.args.get("want") and not asked and not o.args.get("artists")
        else _pick(_GLAD, request)
        if intent == "thanks"
        else f"These are on “{o.args['titles'][0]}”:"
        if o.args.get("titles") and not o.body.get("absent") and ALBUM.search(fold(request))
        else _who_is([o.body.get("did_you_mean", {}).get(a, a) for a in o.args["artists"]], found)
        if o.args.get("artists") and asks_who(request) and not o.body.get("absent")
        else _pick(_SURPRISES, request)
        if is_surprise(request)
        else _pick(_MORE, request)
        if o.args.get("fresh")
        else f"Of these, what mentions {listed(mentioned(asked, o.args))} comes first:"
        if o.args.get("among") and asked and not o.args.get("order")
        else f"{listed(list(dict.fromkeys(_step_words(s, o.args) for s in steps)))} in turns:".capitalize()
        if (steps := o.body.get("steps")) and _takes_turns(steps)
        else _nothing_says(o.args, found, request) or _opening(o, request)
    )
    if steps := o.body.get("steps"):
        rows, noted_too = list(_step_rows(found, steps, o.args)), ""
    else:
        rows = _rows(found, asked, o.args)
        unmet = [] if o.args.get("most") else _unmet(found, asked)
        noted_too = f"None of these {mentions(unmet, o.args)}." if unmet else ""
    noted = " ".join(p for p in (noted, noted_too) if p)
    return "\n".join(x for x in (noted, opening, "", *rows) if x or x == "").strip()


def _rows(found: Sequence[dict[str, Any]], asked: Sequence[str], args: dict[str, Any], first: int = 1) -> list[str]:
    """The tracks, numbered, and where those begin that are only near."""
    like = args.get("like") or args.get("handles", [])
    near = _where_near_begins(found, asked)
    rows = [
        f"{n}. {_title(t)}: {reason(t, asked if n < first + near else [], like)}" for n, t in enumerate(found, first)
    ]
    if near < len(found):
        rows.insert(near, f"\nNothing else here {mentions(asked, args)}. Near it:\n")
    return rows


def _takes_turns(steps: Sequence[dict[str, Any]]) -> bool:
    """Whether the same steps come again: fast, slow, fast, slow."""
    return len({str({**step, "tracks": 0}) for step in steps}) < len(steps)


def _step_words(step: dict[str, Any], args: dict[str, Any]) -> str:
    """What a step asks for: "calm music", "from 1960 to 1969"."""
    wish = wish_words({**step, "text": args.get("text", "")}, ())
    return limit_words([w for w in (wish, *step["limits"]) if w])


def _step_rows(found: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]], args: dict[str, Any]) -> Iterator[str]:
    """The tracks of a list under what each of its steps asks for, where it is another than the step before."""
    first, named = 0, ""
    turns = _takes_turns(steps)
    for step in steps:
        these = found[first : first + step["tracks"]]
        want = step.get("want", [])
        words = _step_words(step, args)
        lacks = (
            " (none here says so; the nearest)" if these and _all_unsaid(these, want) else "" if these else " (none)"
        )
        if not turns and words != named:
            yield ("\n" if first else "") + f"{words[:1].upper()}{words[1:]}{lacks}:\n"
        named = words
        asked = [] if lacks else want
        yield from _rows(these, asked, args, first + 1)
        first += step["tracks"]


def _opening(o: Outcome, request: str) -> str:
    what = wish_words(o.args, o.body["absent"])
    compared = [c["dimension"] for c in o.args.get("compare", [])]
    what += f", only {listed(compared)}" if what and compared else ""
    what = f"{what or 'music'}, {each_words(o.args['each'])}" if o.args.get("each") else what
    return _pick(_OPENINGS, request).format(what=what) if what else _pick(_OPENINGS_FOR_NOTHING, request)


def _nothing_says(args: dict[str, Any], found: Sequence[dict[str, Any]], request: str) -> str:
    """What is said where a wish was understood by its meaning alone, and no track has a word of it; else empty."""
    words = content(request).split()
    understood = args.keys() - _IN_WORDS or vocabulary().mentions(request) or args.get("text") != request
    if understood or not words or any(t.get("evidence") for t in found):
        return ""
    what = f"“{' '.join(words)}”" if len(words) <= _QUOTED else "that in so many words"
    return f"Nothing here says {what}; these come nearest in meaning:"


def _who_is(artists: Sequence[str], found: Sequence[dict[str, Any]]) -> str:
    """What a catalogue knows of an artist: how many tracks, from when, and of what kinds."""
    own = [t for t in found if {plain(a) for a in artists} & {plain(a) for a in t.get("artists", [])}]
    if not own:
        return f"{listed(artists)} is credited here; what I have follows:"
    years = sorted(t["year"] for t in own if t.get("year"))
    when = "" if not years else f" from {years[0]}" if years[0] == years[-1] else f" from {years[0]} to {years[-1]}"
    kinds = [g for g, _ in Counter(g for t in own for g in t.get("genres", [])).most_common(3)]
    what = f": {listed(kinds)}" if kinds else ""
    many = f"{len(own)} track{'s' if len(own) > 1 else ''}"
    return f"I know {listed(artists)} by {many} here{when}{what}."


def _nearest(args: dict[str, Any], found: Sequence[dict[str, Any]]) -> str:
    """What is said before tracks of which none names a wish: that what suits it was looked for, or what is near in meaning."""
    want, compared = args["want"], [c["dimension"] for c in args.get("compare", [])]
    met = [w for w in want if any(p.get("situation") == w for t in found for p in t.get("evidence", []))]
    banned = {name for ban in args.get("avoid", []) for name in vocabulary().narrower(ban)}
    suited = [t for t in dict.fromkeys(t for wish in met for t in vocabulary().suits[wish]) if t not in banned]
    known = f"what suits {'it' if len(want) == 1 else listed(met)} is {listed(suited[:4])}" if suited else ""
    steps = f"they are {listed(compared)}, and near" if compared else ""
    return f"None of these {mentions(want, args)}; {known or steps or 'they are the nearest in meaning'}:"


def _superlative(args: dict[str, Any], found: Sequence[dict[str, Any]]) -> str:
    """ "The fastest here, without vocals:"; the first row is the answer, the others what comes next."""
    what = wish_words(args, ())
    return f"The {args['most']} {what.removeprefix('music ') if what else 'of all'} first{', and what comes next' if len(found) > 1 else ''}:"


def _where_near_begins(found: Sequence[dict[str, Any]], asked: Sequence[str]) -> int:
    """How many tracks come before those without evidence for any wish; all, where such tracks do not come last together."""
    named = [_says(t, asked) for t in found]
    said = sum(named)
    return said if asked and len(found) - said > 1 and all(named[:said]) else len(found)


def _unmet(found: Sequence[dict[str, Any]], asked: Sequence[str]) -> list[str]:
    """Wishes that no track has evidence for, while another wish is met."""
    proofs = [p for t in found for p in t.get("evidence", [])]
    met = {p.get("concept") for p in proofs}
    met |= {m.concept for p in proofs if p["kind"] in {"said", "tag"} for m in vocabulary().mentions(p["words"])}
    return [wish for wish in asked if wish not in met] if met & {*asked} else []


def _all_unsaid(found: Sequence[dict[str, Any]], want: Sequence[str]) -> bool:
    """Whether there is a wish, and no evidence for any of it in any track."""
    return bool(want) and not any(_says(t, want) for t in found)


def _says(track: dict[str, Any], wishes: Sequence[str]) -> bool:
    """Whether a track has evidence for one of the wishes."""
    return any(p.get("concept") in {*wishes} for p in track.get("evidence", []))


def _title(track: dict[str, Any]) -> str:
    by = f" by {', '.join(track['artists'])}" if track.get("artists") else ""
    year = f" ({track['year']})" if track.get("year") else ""
    return f"**{track['handle']}** “{track['title']}”{by}{year}"


def reason(track: dict[str, Any], asked: Sequence[str] = (), like: Sequence[str] = ()) -> str:
    """One line of evidence for a track: its own words around the proof, then measured values, then tags."""
    proofs = track.get("evidence", [])
    said = [p for p in proofs if p["kind"] in {"said", "suits"} and p["field"] in track and p.get("start") is not None]
    quotes = list(dict.fromkeys(snippet(track[p["field"]], p["start"], p["end"]) for p in said))
    tags = list(
        dict.fromkeys(
            p["words"]
            for p in proofs
            if p["kind"] in {"tag", "suits"}
            and p not in said
            and p["field"] not in _NO_TAGS
            and not is_heard(p["field"])
        )
    )
    sung = list(dict.fromkeys(_sung(p) for p in proofs if p["field"] == "lyrics" and p["kind"] != "verse"))
    quotes = [q for q in quotes if not any(q != other and q.strip(" …") in other for other in quotes)]
    parts = [verse_words(p) for p in proofs if p["kind"] == "verse"] + [f"“{quote}”" for quote in quotes[:2]]
    if tags:
        parts.append(f"tagged {', '.join(tags[:3])}")
    known = {p["words"]: [q["concept"] for q in proofs if q["kind"] == "known"] for p in proofs if p["kind"] == "known"}
    parts += [
        f"{by} {'are' if len(single_names(by)) > 1 else 'is'} known for {listed(concepts)}"
        for by, concepts in known.items()
    ]
    shared = list(dict.fromkeys(p["concept"] for p in proofs if p["kind"] == "shared"))
    if shared:
        parts.append(f"shares {listed(shared)} with {listed(like) if like else 'what you like'}")
    if sung:
        parts.append(f"its lyrics mention {', '.join(sung[:2])}")
    made = re.match(r"declared as made (?:in part )?with AI", track.get("ai", ""))
    if made:
        parts.insert(0, made.group())
    parts += [str(p["words"]) for p in proofs if p["kind"] == "renown"]
    parts[:0] = [f"{p['field']} {p['words']}" for p in proofs if p["kind"] == "measured" and not p.get("concept") and p["field"] != "tempo"]  # fmt: skip
    heard = list(dict.fromkeys(p["words"] for p in proofs if is_heard(p["field"])))
    if heard:
        parts.insert(0, f"heard in it: {listed(heard)}")
    if not parts and track.get("caption"):
        parts.append(f"“{snippet(track['caption'], 0, 0)}”")
    measured = [f"{track['tempo_bpm']:.0f} BPM" if track.get("tempo_bpm") else "", track.get("key", "")]
    if any(measured):
        parts.append("measured " + ", ".join(m for m in measured if m))
    named = [p["words"] for p in proofs if p["kind"] == "name"]
    if named and (not parts or any(p["field"] == "credits" for p in proofs)):
        parts.insert(0, f"credited to {named[0]}")
    if asked and not _says(track, asked):
        had = all_had(asked)
        lacks = f"not heard in it: {listed(had)}" if had else f"nothing says {listed(asked)}"
        parts.insert(0, f"{lacks}, but it is near")
    return ("; ".join(parts) or "nothing more is known of it here").rstrip(".") + "."


def _sung(proof: dict[str, Any]) -> str:
    """Words of a lyric sheet and where they stand in it."""
    place = f" ({proof['place']})" if proof.get("place") else ""
    return f"“{proof['words']}”{place}"


def snippet(text: str, start: int, end: int, most: int = 90) -> str:
    """The clause of a text around [start, end), cut at word boundaries."""
    left = max((m.end() for m in re.finditer(r"[.;:!?]\s+|,\s+", text[:start])), default=0)
    right_match = re.search(r"[.;:!?](?:\s|$)|,\s", text[max(end, start + 1) :])
    right = max(end, start + 1) + right_match.start() if right_match else len(text)
    if len(text[left:right].split()) < 4:  # too short to tell anything: to the end of the sentence
        stop = re.search(r"[.;:!?](?:\s|$)", text[right:])
        right = right + stop.start() if stop else len(text)
    while end - left > most - 10 and " " in text[left:start]:
        left += text[left:start].index(" ") + 1
    clause = text[left:right]
    clause = clause.strip()
    return clause if len(clause) <= most else clause[:most].rsplit(" ", 1)[0] + " …"


def _transcript(body: dict[str, Any]) -> str:
    if not body["lines"]:
        return f"I wrote nothing down of {body['name']}: {body['reason']}."
    rows = "\n".join(f"> {line}" for line in body["lines"])
    return f"What {body['model']} hears in {body['name']}:\n\n{rows}\n\nA machine wrote this down from the sound; nobody has checked it."


def _memory(o: Outcome, intent: str) -> str:
    if o.args.get("start_over"):
        return "All forgotten. What would you like to hear?"
    if o.args.get("undo"):
        return (
            "I took the last wish back; this is where we were."
            if o.body.get("query")
            else "I took it back; no wish is left."
        )
    if intent == "indifferent":
        return "Noted; I hold nothing for or against it any more."
    if intent in {"like", "dislike"}:
        rows = o.body["liked"] if intent == "like" else o.body["disliked"]
        return f"Noted: you {intent} {listed(rows[-2:])}." if rows else ""
    return _taste(o.body)


def _taste(body: dict[str, Any]) -> str:
    query = body.get("query") or {}
    parts = [
        f"you want words that tell of “{query['about']}”" if query.get("about") else "",
        f"you want {listed(query['want'])}" if query.get("want") else "",
        f"you asked for {listed(query['artists'])}" if query.get("artists") else "",
    ]
    parts.append(f"you want {each_words(query['each'])}" if query.get("each") else "")
    parts.append(f"you want a list in {len(query['steps'])} steps" if query.get("steps") else "")
    parts.append(f"you rule out {listed(query['avoid'])}" if query.get("avoid") else "")
    parts.append(f"the limits are {limit_words(body['limits'])}" if body.get("limits") else "")
    parts += [
        f"you like {listed(body['liked'])}" if body["liked"] else "",
        f"you dislike {listed(body['disliked'])}" if body["disliked"] else "",
    ]
    known = "; ".join(p for p in parts if p)
    return (
        f"What I heard from you: {known}."
        if known
        else "So far I know nothing of your taste. Tell me what you like, or use the hearts on the cards."
    )
