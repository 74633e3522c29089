"""The answer to a search: what must be said before, an opening that fits the wish, the tracks."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from assistant.embedded.own import mentioned
from assistant.embedded.reference import ALBUM
from assistant.embedded.remarks import remarks
from assistant.embedded.rows import all_unsaid, rows, step_rows, step_words, takes_turns, unmet
from assistant.embedded.standing import reads_back
from assistant.embedded.sung import nothing_told, told_opening
from assistant.embedded.topic import asks_who, is_any_music, is_surprise
from assistant.embedded.wishes import limit_words, listed, mentions, wish_words
from index.candidates import content
from index.concepts import vocabulary
from index.each import each_words
from index.words import fold, plain

Args = dict[str, Any]
Card = dict[str, Any]

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
_STAYS = "Nothing here suits that place better; the list stays as it is:"
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
_GLAD = ("Glad they fit. A few more in the same vein:", "Good to hear. These continue the line:")


def tracks_told(args: Args, body: dict[str, Any], request: str, intent: str) -> str:
    """The answer in Markdown; `body` is what the search returned to its `args`."""
    found, noted = body["tracks"], remarks(body, args)
    fame = args.get("familiarity")
    if fame and any(wish.startswith(fame) for wish in body.get("relaxed", [])):
        args = args | {"familiarity": None}
    if not found and args.get("among"):
        return "None of these, as far as what is said of them goes."
    if not found:
        return f"{_none(args, body)} {noted} Tell me which wish matters least and I will look again.".replace("  ", " ")
    want = args.get("want", [])
    asked = [] if args.get("about") or all_unsaid(found, want) else want
    opening = _opening_for(args, body, asked, request, intent)
    if steps := body.get("steps"):
        lines = list(step_rows(found, steps, args))
    else:
        lines = rows(found, asked, args)
        noted = " ".join(p for p in (noted, _lacking(args, body, asked)) if p)
    return "\n".join(x for x in (noted, opening, "", *lines) if x or x == "").strip()


def _lacking(args: Args, body: dict[str, Any], asked: Sequence[str]) -> str:
    """What no track has a word of, though it was asked for: of a list that was changed only what came in."""
    found = body["tracks"]
    if body.get("changed"):
        lacking = _not_found_for_a_place(args, found)
        return f"Nothing that could come in {mentions(lacking, args)}; it is the nearest." if lacking else ""
    lacking = [] if args.get("most") else unmet(found, asked)
    return f"None of these {mentions(lacking, args)}." if lacking else ""


def _not_found_for_a_place(args: Args, found: Sequence[Card]) -> list[str]:
    """What was wanted of a single place of a list, where what came there has no word of it."""
    lacking: list[str] = []
    met: set[str] = set()
    at = 0
    for step in args.get("steps", ()):
        count = len(step.get("among", ())) or step.get("count", 1)
        if not step.get("among"):
            unsaid = all_unsaid(found[at : at + count], want := step.get("want", ()))
            lacking += want if unsaid else []
            met.update(() if unsaid else want)
        at += count
    return [w for w in dict.fromkeys(lacking) if w not in met]


def _none(args: Args, body: dict[str, Any]) -> str:
    """What is said where nothing was found."""
    limits = [limit_words(body["limits"])] if body.get("limits") else []
    bans = [f"without {listed(args['avoid'], 'or')}"] if limits and args.get("avoid") else []
    within = f" within what you asked for ({listed([*limits, *bans])})" if limits else ""
    if args.get("fresh"):
        return f"I have nothing further that fits{within}; everything close has been shown."
    return nothing_told(args["about"]) if args.get("about") else f"No track in this catalogue fits that{within}."


def _opening_for(args: Args, body: dict[str, Any], asked: Sequence[str], request: str, intent: str) -> str:
    """The line before the tracks: of the kinds that there are the first that fits."""
    found, about, here = body["tracks"], args.get("about"), not body.get("absent")
    steps = body.get("steps", ())
    if body.get("changed"):
        if reads_back(request):
            return "Here they are again:"
        return _STAYS if body.get("same") and args.get("steps") else _pick(_CHANGED, request)
    if args.get("most"):
        return _superlative(args, found)
    if about:
        return told_opening(about, found, args.get("avoid", []), further=bool(args.get("fresh")))
    if args.get("want") and not asked and not args.get("artists"):
        return _nearest(args, body, found)
    if intent == "thanks":
        return _pick(_GLAD, request)
    if args.get("titles") and here and ALBUM.search(fold(request)):
        return f"These are on “{args['titles'][0]}”:"
    if args.get("artists") and here and asks_who(request):
        return _who_is([body.get("did_you_mean", {}).get(a, a) for a in args["artists"]], found)
    if is_surprise(request):
        return _pick(_SURPRISES, request)
    if is_any_music(request):
        return _pick(_OPENINGS_FOR_NOTHING, request)
    if args.get("fresh"):
        return _pick(_MORE, request)
    if args.get("among") and asked and not args.get("order"):
        return f"Of these, what mentions {listed(mentioned(asked, args))} comes first:"
    if steps and takes_turns(steps):
        return f"{listed(list(dict.fromkeys(step_words(step, args) for step in steps)))} in turns:".capitalize()
    return _nothing_says(args, found, request) or _opening(args, body, request)


def _opening(args: Args, body: dict[str, Any], request: str) -> str:
    what = wish_words(args, body["absent"])
    compared = _compared(args, body)
    what += f", only {listed(compared)}" if what and compared else ""
    what = f"{what or 'music'}, {each_words(args['each'])}" if args.get("each") else what
    return _pick(_OPENINGS, request).format(what=what) if what else _pick(_OPENINGS_FOR_NOTHING, request)


def _nothing_says(args: Args, found: Sequence[Card], request: str) -> str:
    """What is said where a wish was understood by its meaning alone, and no track has a word of it; else empty."""
    words = content(request).split()
    understood = args.keys() - _IN_WORDS or vocabulary().mentions(request) or args.get("text") != request
    named = {w for t in found for w in plain(" ".join((t["title"], *t.get("artists", ())))).split()}
    if understood or not words or any(t.get("evidence") for t in found) or named & {*plain(" ".join(words)).split()}:
        return ""
    what = f"“{' '.join(words)}”" if len(words) <= _QUOTED else "that in so many words"
    return f"Nothing here says {what}; these come nearest in meaning:"


def _who_is(artists: Sequence[str], found: Sequence[Card]) -> str:
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


def _nearest(args: Args, body: dict[str, Any], found: Sequence[Card]) -> str:
    """What is said before tracks of which none names a wish: that what suits it was looked for, or what is near in meaning."""
    want, compared = args["want"], _compared(args, body)
    met = [w for w in want if any(p.get("situation") == w for t in found for p in t.get("evidence", []))]
    banned = {name for ban in args.get("avoid", []) for name in vocabulary().narrower(ban)}
    suited = [t for t in dict.fromkeys(t for wish in met for t in vocabulary().suits[wish]) if t not in banned]
    known = f"what suits {'it' if len(want) == 1 else listed(met)} is {listed(suited[:4])}" if suited else ""
    steps = f"they are {listed(compared)}, and near" if compared else ""
    return f"None of these {mentions(want, args)}; {known or steps or 'they are the nearest in meaning'}:"


def _compared(args: Args, body: dict[str, Any]) -> list[str]:
    """How the tracks are beside others, as far as that was not let go."""
    let_go = tuple(body.get("relaxed", ()))
    return [
        c["dimension"] for c in args.get("compare", []) if not any(said.startswith(c["dimension"]) for said in let_go)
    ]


def _superlative(args: Args, found: Sequence[Card]) -> str:
    """ "The fastest here, without vocals:"; the first row is the answer, the others what comes next."""
    what = wish_words(args, ())
    return f"The {args['most']} {what.removeprefix('music ') if what else 'of all'} first{', and what comes next' if len(found) > 1 else ''}:"


def _pick(options: Sequence[str], seed: str) -> str:
    return options[zlib.crc32(seed.encode()) % len(options)]
