"""The words of an artist's own track: pasted, read from the file, or written down by a machine; and what they tell.

A sheet that does not seem to fit (`index.fitting`) is kept all the same, since it is its artist's own, and the doubt said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.embed import Embedder
from index.errors import UserError
from index.explicit import noticed
from index.fitting import doubt
from index.languages import identified
from index.lrc import parse_lyrics
from index.outside import visible
from index.track import LyricLine, Lyrics, Origin, Track
from index.verses import Verse, verses
from tools.lyrics.course import course, leanings

LONGEST = 20_000  # characters
BY_HAND = "the artist"
_GAP = re.compile(r"\n(?:[ \t]*\n)+(\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\])")


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was given; `source` says by whom, `machine` that nobody wrote it."""

    text: str
    source: str = BY_HAND
    machine: bool = False


@dataclass(frozen=True)
class Place:
    """A verse on the time axis, in seconds; `lean` is how much brighter its words are than dark (cosines), None where it
    cannot be told."""

    verse: Verse
    start_s: float | None
    end_s: float | None
    lean: float | None


@dataclass(frozen=True)
class Told:
    """What the words tell: `course` as `tools.lyrics.course` says it, their places, and why they may not fit."""

    course: dict[str, Any]
    places: tuple[Place, ...]
    doubt: str | None


def sheet(text: str, source: str = BY_HAND, *, machine: bool = False) -> Sheet:
    """A sheet that can be kept; raises `UserError` for one without words, or too long."""
    text = visible(text.replace("\r\n", "\n")).strip()
    if len(text) > LONGEST:
        raise UserError(f"the lyrics have {len(text):,} characters; the limit is {LONGEST:,}")
    if text and parse_lyrics(text, source) is None:
        raise UserError("these lines hold no words that are sung")
    return Sheet(text, source, machine)


def with_words(track: Track, given: Sheet | None) -> Track:
    """The track with a sheet in place of the file's, and the language and explicit words that it tells; an empty sheet
    leaves none."""
    if given is None:
        return track
    gone = {n for n in ("language", "explicit") if n in track.origins and track.origins[n].kind == "modelled"}
    lyrics = parse_lyrics(_parted(given.text), given.source) if given.text else None
    changed: dict[str, Any] = {**dict.fromkeys(gone), "lyrics": lyrics, "sheets_aside": ()}
    origins = {n: o for n, o in track.origins.items() if n not in {*gone, "lyrics"}}
    if lyrics:
        by_sheet = Origin(kind="modelled", detail="the words of its lyric sheet")
        origins["lyrics"] = Origin(kind="modelled" if given.machine else "declared", detail=given.source)
        if "language" not in origins and (language := identified(lyrics.text)):
            changed["language"], origins["language"] = language, by_sheet
        if "explicit" not in origins:
            changed["explicit"], origins["explicit"] = noticed(lyrics), by_sheet
    return track.model_copy(update={**changed, "origins": origins})


def told(track: Track, embedder: Embedder) -> Told | None:
    """What the words of a track tell; None where it has none."""
    if track.lyrics is None:
        return None
    found = verses(track.lyrics)
    english = track.language == "English"
    lean = leanings(found, embedder).tolist() if english else [None] * len(found)
    starts = [_start(verse) for verse in found]
    end = track.duration_s or max((s for s in starts if s is not None), default=0.0)
    after = [next((s for s in starts[n + 1 :] if s is not None), end) for n in range(len(found))]
    places = [
        Place(verse, start, None if start is None else min(stop, _last(verse, start) + _TAIL_S), value)
        for verse, start, stop, value in zip(found, starts, after, lean, strict=True)
    ]
    return Told(course(track.lyrics, track, embedder), tuple(places), doubt(track.lyrics, track))


_TAIL_S = 4.0  # how long a last line lasts, for all that a sheet says


def _start(verse: Verse) -> float | None:
    return min((line.time_s for line in verse.lines if line.time_s is not None), default=None)


def _last(verse: Verse, start: float) -> float:
    return max((line.time_s for line in verse.lines if line.time_s is not None), default=start)


def as_text(lyrics: Lyrics) -> str:
    """A sheet as its artist would edit it: LRC where lines have times."""
    return "\n".join(_row(line) for line in lyrics.lines)


def _parted(text: str) -> str:
    """LRC whose empty lines part verses: players pass them over, so each gets the time of the line after it."""
    return _GAP.sub(r"\n\1\n\1", text)


def _row(line: LyricLine) -> str:
    if line.time_s is None or not line.text:
        return line.text
    return f"[{int(line.time_s // 60):02d}:{np.round(line.time_s % 60, 2):05.2f}]{line.text}"
