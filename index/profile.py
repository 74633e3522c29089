"""The measured profile of a track: what the audio engine reports and the catalogue keeps.

Units and conventions: times in seconds from the start of the file, tempo in BPM, loudness in LUFS
(ITU BS.1770-4), range in LU (EBU Tech 3342), true peak in dBTP, frequencies in Hz. Keys are a tonic
("C", "C#", ... "B") and a mode ("major" or "minor"); chords are MIREX labels ("A:min", "N").
Confidences and shares run from 0 to 1. `None` means "not enough music to say", never zero.

Only the standard library is imported here, so that the engine can run on a bare GPU machine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

SCHEMA = 1

Mode = Literal["major", "minor"]


@dataclass(frozen=True)
class TempoPoint:
    """Local tempo at a time of the track."""

    time_s: float
    bpm: float


@dataclass(frozen=True)
class Tempo:
    """Global tempo (the beat a listener would tap) and its course; bpm is None without a pulse."""

    bpm: float | None
    confidence: float
    curve: list[TempoPoint] = field(default_factory=list)


@dataclass(frozen=True)
class Key:
    """The key that holds most of the track."""

    tonic: str
    mode: Mode
    confidence: float


@dataclass(frozen=True)
class KeySpan:
    """A stretch of the track in one key."""

    start_s: float
    end_s: float
    tonic: str
    mode: Mode


@dataclass(frozen=True)
class Span:
    """A labelled stretch: a chord (MIREX label) or a section ("A", "B", ...; repeats share a label)."""

    start_s: float
    end_s: float
    label: str


@dataclass(frozen=True)
class Loudness:
    """EBU R 128 programme loudness; None where the signal never rises above the absolute gate."""

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True)
class Energy:
    """How forceful the track is over time; `curve` has one value a second, 0 silent to 1 the loudest."""

    level: float
    dynamic_range_db: float
    onset_density_hz: float
    peak_s: float | None
    curve: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Timbre:
    """Colour of the sound; the three shares are of spectral energy below 250 Hz, between, above 4 kHz."""

    brightness_hz: float | None
    percussive_share: float
    stereo_width: float
    bass_share: float
    mid_share: float
    air_share: float


@dataclass(frozen=True)
class Profile:
    """What was measured in one track. `notes` says in plain words what could not be told, and why."""

    duration_s: float
    tempo: Tempo
    meter: str | None
    beats_s: list[float]
    downbeats_s: list[float]
    key: Key | None
    keys: list[KeySpan]
    chords: list[Span]
    sections: list[Span]
    loudness: Loudness
    energy: Energy
    timbre: Timbre
    notes: list[str] = field(default_factory=list)
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, in the order of the fields."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Profile:
        """The inverse of `to_dict`; raises KeyError or TypeError when a field is missing or unknown."""
        nested: dict[str, Any] = dict(data)
        nested["tempo"] = Tempo(**{**data["tempo"], "curve": [TempoPoint(**p) for p in data["tempo"]["curve"]]})
        nested["key"] = Key(**data["key"]) if data["key"] else None
        nested["keys"] = [KeySpan(**k) for k in data["keys"]]
        nested["chords"] = [Span(**c) for c in data["chords"]]
        nested["sections"] = [Span(**s) for s in data["sections"]]
        nested["loudness"] = Loudness(**data["loudness"])
        nested["energy"] = Energy(**data["energy"])
        nested["timbre"] = Timbre(**data["timbre"])
        unknown = nested.keys() - {f.name for f in fields(cls)}
        if unknown:
            raise TypeError(f"unknown profile fields: {', '.join(sorted(unknown))}")
        return cls(**nested)
