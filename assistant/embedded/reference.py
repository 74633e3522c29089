"""What a listener points at: T3, "the second one", "that artist", "the one with the cello", "these", F1."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.embedded.forms import says
from index.concepts import vocabulary
from index.words import fold, places_of, plain

ORDINALS = {
    "first": 0,
    "1st": 0,
    "second": 1,
    "2nd": 1,
    "third": 2,
    "3rd": 2,
    "fourth": 3,
    "4th": 3,
    "fifth": 4,
    "5th": 4,
    "sixth": 5,
    "seventh": 6,
    "eighth": 7,
    "last": -1,
    "final": -1,
    "penultimate": -2,
    "top": 0,
}
_LAST_BUT_ONE = re.compile(
    r"\b(?:the )?(?:(?:one|song|track) (?:before|above) the last(?: one| song| track)?|last but one|(?:second|next)[ -](?:to|from)[ -](?:the )?last|second last|one from last)(?: one)?\b"
)
_THOSE_TWO = re.compile(r"\b(?:these|those|the|both of) (?:two|three|four|them)\b|\bboth\b")  # that were compared
_BEFORE = re.compile(r"\bthe (?:one|song|track) (?:before|above)(?: (?:it|that|this)(?: one)?)?\W*$")
_MIDDLE = re.compile(r"\bthe middle (?:one|song|track)\b")
_BESIDE = re.compile(
    rf"\b(?:(?:what|which|one|song|track)(?:['’]?s| is| that| comes| goes| follows| plays| next| right| straight| directly)*) (?P<side>after|before|following) (?P<which>t ?\d+|number \d+|the (?:{'|'.join(ORDINALS)})(?: (?:one|song|track))?)\W*$"
)
_ALL = re.compile(
    r"\b(?:these|those|them|(?:all|any|some|none|each|which) of (?:it|this|that|them)|(?<!not )both|the (?:songs|tracks|results))\b"
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, **{str(n): n for n in range(2, 11)}}
_COUNTED = re.compile(
    rf"\b(first|top|best|last|bottom|final) ({'|'.join(_COUNTS)})\b(?! (?:minutes|seconds|years|decades|lines?|verses|words|bars|beats|stanzas|notes|chords))"
)
_BEST = re.compile(rf"\bthe ({'|'.join(_COUNTS)}) (?:best|first|top)\b")
_PUT_BOTH = re.compile(r"\b(?:put|save|add|keep|take|export) both\b")
_LISTED = re.compile(
    r"\b(?:of|with|from|put|save|add|take|tracks?|songs?|between|compare) (?:only |just )?(\d{1,2}(?: ?(?:,|and|to|&|\+) ?\d{1,2})*)\b(?! ?(?:more|min|sec|hour|bpm|song|track|tune|piece|%))"
)
# "what else is on that album?", "play the whole record"; "which album is it on?" asks about a track
ALBUM = re.compile(
    r"\b(?:else|more|rest|other|others|whole|entire|full|all|play|show|list)\b.{0,25}\b(?:album|record|lp)\b|\b(?:same|that|this) (?:album|record|lp)\b(?! called)"
)
# "is there a drop?", "where is the chorus?": a part of what is talked about
_PART = re.compile(
    r"^\W*(?:(?:and|so|ok|but)\W+)*(?:is|are|was|were|did|has|does|do|where|when|at what)\b(?!.*\b(?:any(?:thing)?|songs?|tracks?|music|version|with|you)\b).*\b(?:drops?|solos?|breaks?|build-?ups?|fades?|key changes?|modulations?|bridge|chorus|verses?|intro|outro|climax|peak|vocals?|voices?|chords?|credited|ai involved|ai used)\b"
)
# "the other one" of two, where one of them is talked about
_OTHER = re.compile(r"\bthe other (?:one|song|track|tune)?\b")
_OF_THEM = re.compile(  # of tracks that were just compared, or shown
    r"^\W*(?:(?:and|so|ok|what about|how about|what(?:['’]?s| is| are))\W+)*(?:the|their) (?:keys?|tempos?|tempi|bpms?|chords?|progressions?|met(?:er|re)s?|lengths?|forms?|structures?|loudness|energ(?:y|ies)|moods|years?|genres|instruments?)\W*$"
)
_IT = re.compile(
    r"\b(?:its?|this|that)(?: (?:one|song|track|piece|tune))?\b(?!\s+(?:is|was|would|will|artist|band|singer|sounds? good)\b)"
)


_MOST: dict[str, tuple[str, Callable[..., Any]]] = {
    "slowest": ("tempo_bpm", min), "fastest": ("tempo_bpm", max), "oldest": ("year", min), "newest": ("year", max), "longest": ("seconds", max), "shortest": ("seconds", min),
}  # fmt: skip
_THE_MOST = rf"the ({'|'.join(_MOST)})(?: (?:one|song|track|of (?:them|these|those|all)))?\b"
_OUT_WITH = re.compile(
    rf"\b(drop|remove|lose|skip|ditch|scrap|cut|(?:kick|throw|take|leave) out|get rid of) {_THE_MOST}", re.IGNORECASE
)


@dataclass(frozen=True)
class References:
    """Handles that are pointed at; `album`, if that of a track is meant and not the track; `all_shown`: at everything shown; `vague`: by a bare "that" or "these" alone."""

    handles: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    all_shown: bool = False
    artists: tuple[str, ...] = ()
    album: str | None = None
    missing: str | None = None
    vague: bool = False


@dataclass(frozen=True)
class Shown:
    """A track that was shown, and where a text has its title; `sure`, if as a name and not by a word that says something else."""

    handle: str
    start: int
    end: int
    sure: bool


def titles_shown(text: str, state: dict[str, Any]) -> list[Shown]:
    """Tracks that were shown, where a text has their titles, in the order of the tracks."""
    return [
        Shown(track["handle"], start, end, " " in plain(track["title"]) or text[start].isupper())
        for track in state["tracks"]
        if len(plain(track["title"])) > 3
        for start, end in places_of(track["title"], text)
    ]


def the_most(text: str, tracks: Iterable[dict[str, Any]]) -> str | None:
    """The handle of "the slowest one" among tracks of the digest, by what is known of them; None where nothing of the kind is said."""
    said = re.search(_THE_MOST, fold(text))
    name, best = _MOST[said[1]] if said else ("", min)
    known = [t for t in tracks if t.get(name)]
    return str(best(known, key=lambda t: t[name])["handle"]) if known else None


def with_handles(text: str, state: dict[str, Any]) -> str:
    """The text with a handle where one of the shown tracks is to go for what it measures: "drop the slowest" is "drop T3"."""
    shown = [t for t in state["tracks"] if t["handle"] in state["shown"]]
    found = _OUT_WITH.search(text)
    handle = the_most(found.group(), shown) if found else None
    return f"{text[: found.end(1)]} {handle}{text[found.end() :]}" if found and handle else text


def resolve(text: str, state: dict[str, Any]) -> References:
    """Reads the text against the digest; an empty result when nothing is pointed at."""
    refs = _resolved(text, state)
    album = _album(fold(text), state, refs.handles)
    return References(artists=refs.artists, album=album) if album else refs


def _album(folded: str, state: dict[str, Any], pointed: Sequence[str]) -> str | None:
    """The album of the track that is pointed at or talked about, where an album is asked for."""
    if not ALBUM.search(folded):
        return None
    return (track_meant(state, pointed) or {}).get("album")


def track_meant(state: dict[str, Any], pointed: Sequence[str]) -> dict[str, Any] | None:
    """The track that is pointed at, else the one that is talked about, else the first that is shown, as the digest has it."""
    first = next(iter((*pointed, *([state["focus"]] if state.get("focus") else []), *state["shown"])), None)
    return next((t for t in state["tracks"] if t["handle"] == first), None)


def _resolved(text: str, state: dict[str, Any]) -> References:
    folded = _LAST_BUT_ONE.sub("the penultimate one", fold(text))
    shown: list[str] = state["shown"]
    folded = _MIDDLE.sub(f"number {len(shown) // 2 + 1}", folded)
    if beside := _BESIDE.search(folded):
        return _beside(beside, state)
    explicit = tuple(f"T{m}" for m in re.findall(r"\bt\s?(\d{1,4})\b", folded))
    files = tuple(f"F{m}" for m in re.findall(r"\bf(\d{1,3})\b", folded))
    if (
        not files
        and state["files"]
        and re.search(
            r"\b(?:my (?:own )?(?:track|song|file|demo|recording|piece|music|upload)|the file|attached|uploaded|this file|i (?:made|wrote|recorded))\b",
            folded,
        )
    ):
        files = (state["files"][-1].split(":")[0],)
    titles = titles_shown(text, state)
    pointed = explicit or (
        ()
        if files
        else tuple(dict.fromkeys(t.handle for t in titles if t.sure))
        or _counted(folded, shown)
        or _ordinal(folded, shown)
        or _before(folded, state)
        or _number(folded, shown)
        or _by_trait(folded, state)
        or tuple(dict.fromkeys(t.handle for t in titles))
    )
    artists = _artists(folded, state, pointed)
    files = files or tuple(state.get("arrived", ()))
    if explicit or files:
        return References(explicit, files, False, artists)
    if pointed:
        return References(pointed, (), False, artists)
    if _OTHER.search(folded) and (other := _other(state)):
        return References((other,), (), False, artists)
    if state.get("compared") and _THOSE_TWO.search(folded):
        return References(tuple(state["compared"]), (), False, artists)
    if not state.get("focus") and (several := state.get("compared") or shown) and _OF_THEM.search(folded):
        return References(tuple(several), (), False, artists)
    beyond = _beyond(folded, shown)
    if beyond:
        return References(artists=artists, missing=beyond)
    if shown and _ALL.search(folded):
        return References(tuple(shown), (), True, artists, vague=True)
    focus = state.get("focus")
    if focus and says("similar", text):
        return _talked_of(focus, artists)
    it, one = _IT.search(folded), focus or next(iter(shown), None)
    if focus and not it and (says("of the sound", folded) or _PART.search(folded)):
        return replace(_talked_of(focus, artists), vague=not focus.startswith("F"))  # a title is meant before it
    if it and one == focus and focus:
        return _talked_of(focus, artists)
    if it and one:
        return References((one,), (), False, artists, vague=" " not in it.group() and not state.get("focus"))
    return References((), (), False, artists)


def _beside(said: re.Match[str], state: dict[str, Any]) -> References:
    """ "The one after the second": its neighbour on the screen."""
    shown = state["shown"]
    pointed = _resolved(said["which"], state).handles
    if len(pointed) != 1 or pointed[0] not in shown:
        return References(pointed)
    at = shown.index(pointed[0]) + (-1 if said["side"] == "before" else 1)
    return References((shown[at],)) if 0 <= at < len(shown) else References(missing=said.group())


def _other(state: dict[str, Any]) -> str | None:
    """Beside the track that is talked about, the one that it was compared with or that stands next to it."""
    focus, shown = state.get("focus"), state.get("compared") or state["shown"]
    if focus not in shown or len(shown) < 2:
        return None
    at = shown.index(focus)
    return str(shown[at + 1 if at + 1 < len(shown) else at - 1])


def _talked_of(focus: str, artists: tuple[str, ...]) -> References:
    """The track, or the attached file, that is talked about."""
    return (
        References((), (focus,), False, artists) if focus.startswith("F") else References((focus,), (), False, artists)
    )


def _beyond(folded: str, shown: list[str]) -> str | None:
    """What points past what was shown: "the second one" after a single track, "the one before" the first."""
    if shown and (before := _BEFORE.search(folded)):
        return before.group()
    found = (
        re.search(
            rf"\bthe ({'|'.join(k for k, v in ORDINALS.items() if v >= len(shown))}) (?:one|song|track|piece|tune)\b",
            folded,
        )
        if shown
        else None
    )
    return found[1] if found else None


def _counted(folded: str, shown: list[str]) -> tuple[str, ...]:
    """ "the first two", "the last three"; "compare the two" means the first two."""
    found = _COUNTED.search(folded)
    first = re.search(r"\b(?:compare|between|difference (?:between|of)) (?:the|these|those) (two|three)\b", folded)
    if first:
        return tuple(shown[: _COUNTS[first[1]]])
    if (best := _BEST.search(folded)) or (_PUT_BOTH.search(folded) and len(shown) > 2):
        return tuple(shown[: _COUNTS[best[1]] if best else 2])
    if not found:
        return ()
    count = _COUNTS[found[2]]
    return tuple(shown[:count] if found[1] in {"first", "top", "best"} else shown[-count:])


def _ordinal(folded: str, shown: list[str]) -> tuple[str, ...]:
    found = re.findall(
        rf"\b(?:the |number )?({'|'.join(ORDINALS)})(?: (?:one|song|track|tune|piece|result|suggestion|two|three))?\b(?=['’]s\b| *(?:one|song|track|artist|band|singer|and|or|,|\?|\.|!|$|please|is|was|sounds?|leads?|goes|go|works?|fits?|flows?|has|have|had|but|again|instead|from|by|of|in|into|on|onto|to|as|than|out|off|away|up|down|ends?|begins?|starts?|opens?|closes?|stops?|about|called|then|compared|(?:old|new|fast|slow|long|short|loud|quiet|calm|bright|dark)er\b))",
        folded,
    )
    places = [ORDINALS[name] for name in found]
    return tuple(shown[p] for p in places if -len(shown) <= p < len(shown))


def _before(folded: str, state: dict[str, Any]) -> tuple[str, ...]:
    """ "the one before": what stands above the track that is talked about."""
    shown, focus = state["shown"], state.get("focus")
    at = shown.index(focus) if focus in shown and _BEFORE.search(folded) else 0
    return tuple(shown[at - 1 : at]) if at else ()


def _number(folded: str, shown: list[str]) -> tuple[str, ...]:
    one = rf"\d{{1,2}}|one|{'|'.join(_COUNTS)}"
    pairs = re.findall(rf"(?:\b(?:numbers?|nums?|no\.?)|#)\s?({one})\b(?: and ({one})\b)?", folded)
    said = [n for pair in pairs for n in pair if n]
    found = [str({"one": 1, **_COUNTS}.get(n, n)) for n in said]
    numbered = re.search(r"\b(?:(?:play)?lists?|between|compare|transition)\b", folded)  # "a playlist of 1 and 3"
    listed = _LISTED.search(folded) if numbered else None
    found += re.findall(r"\d{1,2}", listed[1]) if listed else []
    return tuple(shown[int(n) - 1] for n in found if 0 < int(n) <= len(shown))


def _by_trait(folded: str, state: dict[str, Any]) -> tuple[str, ...]:
    """ "the one with the cello", "the one by Kari", "that Kari song": the first shown track whose words fit."""
    asked = re.search(
        r"\bthe (?:one|song|track|piece) (?:with|by|from|about|in)(?: the| a| an)? ([\w' -]+)|\b(?:the|this|that) ((?:(?!\bthe\b)[\w' -]){3,25}?) (?:one|song|track|piece)\b",
        folded,
    )
    if not asked:
        return ()
    wanted = plain(asked[1] or asked[2]).split()
    mentions = vocabulary().mentions(asked[1] or asked[2])
    if mentions:
        names = vocabulary().narrower(mentions[0].concept)
        found = (
            t["handle"] for t in state["tracks"] if t["handle"] in state["shown"] and names & set(t.get("about", ()))
        )
        told = next(found, None)
        if told:
            return (told,)
    for track in sorted(state["tracks"], key=lambda t: t["handle"] not in state["shown"]):
        more = (track["title"], *track["instruments"], str(track["year"])) if asked[1] else ()
        words = plain(" ".join((*track["artists"], *more))).split()
        near = track["handle"] in state["shown"] or not asked[1]  # "that Kari song" may be one of earlier
        if near and wanted and all(w in words for w in wanted[:2]):
            return (track["handle"],)
    return ()


def _artists(folded: str, state: dict[str, Any], pointed: tuple[str, ...]) -> tuple[str, ...]:
    """ "that artist", "the same band", "more by him": the artist of the track shown first, or of the one pointed at."""
    if not re.search(
        r"\b(?:(?:that|this|(?:the )?same) (?:artist|band|singer|composer|group|people|musicians?|ensemble|orchestra)|the (?:first|second|third|fourth|fifth|last)(?: one['’]?s)? (?:artist|band|singer|composer|group)|the (?:artist|band|singer|composer|group) of|(?:more |else )?(?:by|from) (?:him|her|them|that (?:artist|band))|(?:his|her|their)(?: \w+){0,2} (?:songs?|tracks?|albums?|pieces?|tunes?|music|work|stuff|ones?)|(?:his|her|their) (?:new|late|old|earli|fast|slow|long|short|loud|quiet|calm)\w*est|who (?:is|are|was|were) (?:she|he|they)\b|about the (?:artist|band|singer|composer|group|musicians?|orchestra|ensemble)\b|(?:has|did|do|does) (?:she|he|they)\b.{0,20}\b(?:make|made|do|done|write|written|recorded?|have|sing|sung|play|released?|else))\b",
        folded,
    ):
        return ()
    focus = state.get("focus")
    talked_of = pointed or ((focus,) if focus and focus.startswith("T") else ())
    if not talked_of and (state["query"] or {}).get("artists"):
        return tuple(state["query"]["artists"])
    handles = talked_of or state["shown"][:1]
    return tuple(a for t in state["tracks"] if t["handle"] in handles for a in t["artists"][:1])
