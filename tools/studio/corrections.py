"""What an artist says against the measurement: kept with who and when, and stronger than it.

A correction changes one field of a track; the last one of a field counts, and taking it back brings the measurement back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

from index.errors import UserError
from index.outside import visible
from index.profile import Key, KeySpan, Profile, TempoPoint
from index.spelling import with_sharps
from index.track import Origin, Track

_TONICS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_KEY = re.compile(r"\s*([A-Ga-g])\s*([#b♯♭]?)\s*(major|minor|maj|min|m)?\s*", re.IGNORECASE)
_LISTS = ("genres", "moods", "instruments")
_TEXTS = ("title",)
_BPM = (20.0, 400.0)


@dataclass(frozen=True)
class Correction:
    """`value` as it was said; `when` is an ISO 8601 date."""

    field: str
    value: str
    who: str
    when: str

    def to_dict(self) -> dict[str, str]:
        """Plain JSON types."""
        return asdict(self)


def correction(field: str, value: str, who: str, when: str) -> Correction:
    """A correction that can be applied; raises `UserError` with what is wrong with it."""
    value = " ".join(visible(value).split())
    made = Correction(field, value, who, when)
    if field == "tempo":
        _bpm(value)
    elif field == "key":
        _key(value)
    elif field.startswith("section "):
        if not field.removeprefix("section ").isdecimal() or not value:
            raise UserError("a section is corrected by its number, with a name for it")
    elif field not in (*_LISTS, *_TEXTS, "artists", "meter"):
        raise UserError(f"{field!r} is nothing that can be corrected")
    elif field == "meter" and not re.fullmatch(r"\d{1,2}/(?:2|4|8|16)", value):
        raise UserError(f"{value!r} is no meter; write it as on a score, such as 3/4")
    elif not value:
        raise UserError(f"{field}: nothing was said; take the correction back instead")
    return made


def corrected(track: Track, corrections: Sequence[Correction]) -> Track:
    """The track as its artist says it is; each field that was corrected has that as its origin."""
    for made in {c.field: c for c in corrections}.values():
        origin = Origin(kind="declared", detail=f"corrected by {made.who}, {made.when}")
        track = _applied(track, made, origin)
    return track


def _applied(track: Track, made: Correction, origin: Origin) -> Track:
    if made.field in (*_LISTS, *_TEXTS, "artists"):
        parts = tuple(p for p in (part.strip() for part in re.split(r"[,;]", made.value)) if p)
        value: Any = made.value if made.field in _TEXTS else parts
        return track.model_copy(update={made.field: value, "origins": {**track.origins, made.field: origin}})
    if track.profile is None:
        return track
    change: dict[str, Callable[[Profile, str], Profile]] = {"tempo": _at_tempo, "key": _in_key, "meter": lambda p, v: replace(p, meter=v)}  # fmt: skip
    if made.field.startswith("section "):
        profile = _named(track.profile, int(made.field.removeprefix("section ")), made.value)
    else:
        profile = change[made.field](track.profile, made.value)
    return track.model_copy(update={"profile": profile, "origins": {**track.origins, made.field: origin}})


def _bpm(value: str) -> float:
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(?:bpm)?", value, re.IGNORECASE)
    bpm = float(found[1].replace(",", ".")) if found else 0.0
    if not _BPM[0] <= bpm <= _BPM[1]:
        raise UserError(f"{value!r} is no tempo; give beats per minute, 20 to 400")
    return bpm


def _at_tempo(profile: Profile, value: str) -> Profile:
    """Another tempo; where it is another level of the same pulse, the beats follow."""
    bpm = _bpm(value)
    if not profile.tempo.bpm:
        return replace(profile, tempo=replace(profile.tempo, bpm=bpm, confidence=1.0))
    ratio = bpm / profile.tempo.bpm
    curve = [TempoPoint(p.time_s, p.bpm * ratio) for p in profile.tempo.curve]
    beats = profile.beats_s
    if abs(ratio - 0.5) < 0.04:
        beats = [b for b in beats if b in set(profile.downbeats_s)] if _every_other(profile) else beats[::2]
    elif abs(ratio - 2) < 0.16:
        beats = sorted([*beats, *((a + b) / 2 for a, b in pairwise(beats))])
    return replace(profile, tempo=replace(profile.tempo, bpm=bpm, confidence=1.0, curve=curve), beats_s=beats)


def _every_other(profile: Profile) -> bool:
    """Whether bars have two beats, so that half of the beats are the downbeats."""
    return abs(len(profile.beats_s) - 2 * len(profile.downbeats_s)) <= 2


def _key(value: str) -> Key:
    found = _KEY.fullmatch(value)
    if not found:
        raise UserError(f"{value!r} is no key; write it as A minor, or Bb major")
    tonic = with_sharps(found[1].upper() + found[2])
    if tonic not in _TONICS:
        raise UserError(f"{value!r} is no key; write it as A minor, or Bb major")
    minor = (found[3] or ("m" if value[:1].islower() and len(value.strip()) == 1 else "")).lower() in {
        "m",
        "min",
        "minor",
    }
    return Key(tonic, "minor" if minor else "major", 1.0)


def _in_key(profile: Profile, value: str) -> Profile:
    """Another main key; stretches in the key that it was called before are called so, too."""
    key, was = _key(value), profile.key
    spans = [
        KeySpan(s.start_s, s.end_s, key.tonic, key.mode, 1.0)
        if was and (s.tonic, s.mode) == (was.tonic, was.mode)
        else s
        for s in profile.keys
    ]
    return replace(profile, key=key, keys=spans or [KeySpan(0.0, profile.duration_s, key.tonic, key.mode, 1.0)])


def _named(profile: Profile, number: int, name: str) -> Profile:
    """A section with another name; repeats of it keep theirs. A number beyond the last changes nothing."""
    if not 1 <= number <= len(profile.sections):
        return profile
    sections = [replace(s, name=name) if n == number else s for n, s in enumerate(profile.sections, 1)]
    return replace(profile, sections=sections)
