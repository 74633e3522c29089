"""Whether a lyric sheet belongs to a track: sheets of other songs and other recordings are noticed and not used.

A doubt is a sentence for whoever runs the catalogue. Noticed are: a track declared instrumental, lines that are sung after
the end, more words than anyone sings in the time, a language that contradicts the declared one, and a title or artist in
the sheet that are somebody else's. Lengths are in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from index.explicit import noticed
from index.languages import LANGUAGE_OF, identified
from index.lrc import parse_lyrics, says_instrumental
from index.profile import clock
from index.sheets import Sheet
from index.track import Lyrics, Origin, Track
from index.words import plain

_LATE_S = 3.0  # a sheet may end so long after the sound
_LENGTH_S = 10.0  # a sheet's own length may differ so much: masters do
_FAST = 7.5  # words a second over a whole track; the fastest rap on record has some 7
_WORDS = 40  # so many words tell a language for certain
_INSTRUMENTAL = 3  # lines of a sheet that an instrumental track may have: a shout, a sample
_ALIKE = 0.6
# Languages that the identifier mixes up are no contradiction to each other.
_NEAR = ({"Swedish", "Norwegian", "Danish"}, {"Spanish", "Portuguese", "Catalan", "Italian"}, {"Dutch", "German"})
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\s-\s.*|\b(?:feat|ft|featuring|with)\b.*", re.IGNORECASE)


_WORDS_OF_IT = "the words of its lyric sheet"


def sung(track: Track, sheets: Sequence[Sheet]) -> Track:
    """The track with the first sheet that fits, and what that sheet tells besides: a language, explicit words, or that
    nobody sings. Nothing that is declared is overridden."""
    origins = dict(track.origins)
    silent = next((s for s in sheets if says_instrumental(s.text)), None)
    if silent and track.vocals is None and silent is sheets[0]:
        origins["vocals"] = Origin(kind="declared", detail=silent.source)
        track = track.model_copy(update={"vocals": "instrumental", "origins": origins})
    read = [lyrics for s in sheets if (lyrics := parse_lyrics(s.text, s.source))]
    track = with_fitting_sheet(track, read)
    if track.lyrics is None:
        return track
    changed: dict[str, object] = {}
    origins["lyrics"] = Origin(kind="declared", detail=track.lyrics.source)
    language = None if track.language else identified(track.lyrics.text)
    if language:
        changed["language"] = language
        origins["language"] = Origin(kind="modelled", detail=f"{_WORDS_OF_IT} (langid)")
    if track.explicit is None:
        changed["explicit"] = noticed(track.lyrics)
        origins["explicit"] = Origin(kind="modelled", detail=_WORDS_OF_IT)
    return track.model_copy(update={**changed, "origins": origins})


def doubt(sheet: Lyrics, track: Track) -> str | None:
    """Why a sheet is not this track's, or None."""
    checks = (_of_an_instrumental, _too_long, _too_fast, _in_another_language, _of_another_song)
    return next((reason for check in checks if (reason := check(sheet, track))), None)


def with_fitting_sheet(track: Track, sheets: Sequence[Lyrics]) -> Track:
    """The track with the first of the sheets that fits it; those before it are set aside, each with the reason."""
    aside: list[str] = []
    for sheet in sheets:
        reason = doubt(sheet, track)
        if not reason:
            return track.model_copy(update={"lyrics": sheet, "sheets_aside": (*track.sheets_aside, *aside)})
        aside.append(f"{sheet.source}: {reason}")
    origins = {name: o for name, o in track.origins.items() if name != "lyrics" and not _from_sheet(o)}
    gone = {name: None for name, o in track.origins.items() if name != "lyrics" and _from_sheet(o)}
    changed = {"lyrics": None, "origins": origins, "sheets_aside": (*track.sheets_aside, *aside)}
    return track.model_copy(update={**gone, **changed}) if aside else track


def _from_sheet(origin: Origin) -> bool:
    """Whether a value was told from the words of the sheet that is given up."""
    return origin.kind == "modelled" and origin.detail.startswith(_WORDS_OF_IT)


def _of_an_instrumental(sheet: Lyrics, track: Track) -> str | None:
    lines = sum(bool(line.text) for line in sheet.lines)
    full = track.vocals == "instrumental" and lines > _INSTRUMENTAL
    return f"it has {lines} lines, but the track is declared instrumental" if full else None


def _too_long(sheet: Lyrics, track: Track) -> str | None:
    if not track.duration_s:
        return None
    last = max((line.time_s for line in sheet.lines if line.time_s is not None and line.text), default=0.0)
    if last > track.duration_s + _LATE_S:
        return f"its last line is sung at {clock(last)}, but the track lasts {clock(track.duration_s)}"
    if sheet.length_s and abs(sheet.length_s - track.duration_s) > _LENGTH_S:
        return f"it is for {clock(sheet.length_s)}, but the track lasts {clock(track.duration_s)}"
    return None


def _too_fast(sheet: Lyrics, track: Track) -> str | None:
    words = len(sheet.text.split())
    if not track.duration_s or words < _FAST * track.duration_s:
        return None
    return f"nobody sings its {words} words in {clock(track.duration_s)}"


def _in_another_language(sheet: Lyrics, track: Track) -> str | None:
    declared = {LANGUAGE_OF.get(word, "") for word in plain(track.language or "").split()} - {""}
    origin = track.origins.get("language")
    if not declared or (origin and origin.kind != "declared") or len(sheet.text.split()) < _WORDS:
        return None
    found = identified(sheet.text)
    near = {found, *(name for group in _NEAR if found in group for name in group)}
    return f"it is in {found}, but the track is declared as {track.language}" if found and not near & declared else None


def _of_another_song(sheet: Lyrics, track: Track) -> str | None:
    named = track.origins.get("title", Origin(kind="declared", detail="")).detail != "file name"
    if sheet.title and track.title and named and not _same(sheet.title, [track.title]):
        return f"it is headed “{sheet.title[:60]}”"
    if sheet.artist and track.artists and not _same(sheet.artist, track.artists):
        return f"it is headed with the artist {sheet.artist[:60]}"
    return None


def _same(name: str, known: Sequence[str]) -> bool:
    """Whether a name is one of the known ones, written a little differently or with more around it."""
    return any(
        _alike(plain(_ASIDE.sub(" ", name)) or plain(name), plain(_ASIDE.sub(" ", k)) or plain(k)) for k in known
    )


def _alike(a: str, b: str) -> bool:
    if not a or not b:  # written in signs alone
        return True
    return f" {a} " in f" {b} " or f" {b} " in f" {a} " or SequenceMatcher(None, a, b).ratio() >= _ALIKE
