"""The measured profile of a track: what the audio engine reports and the catalogue keeps.

Units and conventions: times in seconds from the start of the file, tempo in BPM, loudness in LUFS
(ITU BS.1770-4), range in LU (EBU Tech 3342), true peak in dBTP, frequencies in Hz, pitches in MIDI numbers.
Keys are a tonic ("C", "C#", ... "B") and a mode ("major" or "minor"); chords are MIREX labels ("A:min", "C:maj/3",
"N"). Confidences and shares run from 0 to 1. `None` means "not enough music to say", never zero.

Only the standard library is imported here, so that the engine can run on a bare GPU machine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from index.spelling import Mode as Mode
from index.spelling import key_name

SCHEMA = 2

Course = Literal["steady", "drifting", "stepped", "free"]
EventKind = Literal["build-up", "drop", "break", "fade-in", "fade-out"]


LIKELIER = 0.5  # confidence from which a tempo is likelier than not


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

    @property
    def sure_bpm(self) -> float | None:
        """The tempo where it is likelier than not; what is found, told and compared by tempo goes by this."""
        return self.bpm if self.confidence >= LIKELIER else None


@dataclass(frozen=True)
class MeterSpan:
    """A stretch of the track in one meter, as printed on a score ("6/8")."""

    start_s: float
    end_s: float
    meter: str
    confidence: float


@dataclass(frozen=True)
class Rhythm:
    """How the pulse is kept.

    `swing` is the share of the beat that the first of two eighth notes takes: 0.5 straight, 0.67 triplets; None where
    the beat is not divided in two. `regularity` is 1 where every onset lies on the grid, 0 where they fall anywhere.
    `course` is the tempo's: steady, drifting (slowly, as people play), stepped (another tempo from somewhere on), or
    free (rubato).
    """

    meters: list[MeterSpan] = field(default_factory=list)
    swing: float | None = None
    swing_confidence: float = 0.0
    regularity: float | None = None
    course: Course | None = None


class _InKey:
    """What has a tonic and a mode."""

    tonic: str
    mode: Mode

    @property
    def name(self) -> str:
        """As musicians write it: "Eb major"."""
        return key_name(self.tonic, self.mode)


@dataclass(frozen=True)
class Key(_InKey):
    """The key that holds most of the track."""

    tonic: str
    mode: Mode
    confidence: float


@dataclass(frozen=True)
class KeySpan(_InKey):
    """A stretch of the track in one key."""

    start_s: float
    end_s: float
    tonic: str
    mode: Mode
    confidence: float = 0.0


@dataclass(frozen=True)
class Chord:
    """A stretch of one chord (MIREX label, with the bass where it is clear and not the root)."""

    start_s: float
    end_s: float
    label: str
    confidence: float = 0.0


@dataclass(frozen=True)
class Progression:
    """Chords that come back in this order, as degrees of the key ("I-V-vi-IV"); a time for each coming."""

    degrees: str
    starts_s: list[float]
    length_s: float


@dataclass(frozen=True)
class Harmony:
    """What holds for the harmony as a whole.

    `tuning_cents` is the offset from A4 = 440 Hz, -50 to 50; `chord_change_s` the median time between changes of
    chord, the harmonic rhythm; `changes_per_bar` the same against the bars.
    """

    tuning_cents: float | None = None
    chord_change_s: float | None = None
    changes_per_bar: float | None = None
    progressions: list[Progression] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A part of the form: repeats share a `label` ("A", "B", ...); `name` is its role where that can be argued."""

    start_s: float
    end_s: float
    label: str
    name: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True)
class Event:
    """Something the form does besides its sections: a build-up, a drop, a break, a fade."""

    start_s: float
    end_s: float
    kind: EventKind
    confidence: float = 0.0


@dataclass(frozen=True)
class Loudness:
    """EBU R 128 programme loudness; None where the signal never rises above the absolute gate.

    `short_term_max_lufs` is the loudest 3 s, `momentary_max_lufs` the loudest 0.4 s; `short_term_lufs` has one value a
    second: the 3 s around it, -70 below the absolute gate, empty below 3 s.
    """

    integrated_lufs: float | None
    range_lu: float | None
    true_peak_dbtp: float | None
    short_term_max_lufs: float | None = None
    momentary_max_lufs: float | None = None
    short_term_lufs: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Energy:
    """How forceful the track is over time; `curve` has one value a second, 0 silent to 1 the loudest."""

    level: float
    dynamic_range_db: float
    onset_density_hz: float
    peak_s: float | None
    curve: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Arc:
    """The course of the track, one value a second, 0 to 1 (its energy is `Energy.curve`), and its story in a line.

    `tension` joins dissonance, distance from the key and rising energy; `brightness` and `density` (of onsets) are on
    scales that hold across tracks.
    """

    tension: list[float] = field(default_factory=list)
    brightness: list[float] = field(default_factory=list)
    density: list[float] = field(default_factory=list)
    story: str = ""


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
class Texture:
    """The surface of the sound.

    `crest_db`: peak over RMS. `roughness`: 0 smooth to 1 grating, from beating partials. `reverberance_s`: how long
    notes ring on, as the time to fall by 60 dB, None where nothing stops. `noise_floor_dbfs`: level of the quietest
    moments. `clipped_share`: of samples, in runs at full scale. `words`: what a musician would call it.
    """

    crest_db: float | None = None
    roughness: float | None = None
    reverberance_s: float | None = None
    noise_floor_dbfs: float | None = None
    clipped_share: float = 0.0
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class VoiceSpan:
    """A stretch in which somebody sings or speaks."""

    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True)
class Instrument:
    """A family of instruments that can be told ("drums", "bass", "plucked or struck strings", ...)."""

    family: str
    share: float
    confidence: float


@dataclass(frozen=True)
class Melody:
    """The predominant pitch: `contour` in MIDI numbers every `step_s`, None where there is no melody.

    `low` and `high` bound the middle 95 % of it.
    """

    step_s: float
    contour: list[float | None]
    low: float | None
    high: float | None
    confidence: float


@dataclass(frozen=True)
class SoundEmbedding:
    """Parts of a vector that can be weighted apart; each has unit length, or is empty where nothing was measured."""

    rhythm: list[float] = field(default_factory=list)
    harmony: list[float] = field(default_factory=list)
    timbre: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Profile:
    """What was measured in one track. `notes` says in plain words what could not be told, and why.

    `fingerprint` finds duplicates and other versions (see `tools.audio.fingerprint`); empty where there is no music.
    """

    duration_s: float
    tempo: Tempo
    meter: str | None
    beats_s: list[float]
    downbeats_s: list[float]
    key: Key | None
    keys: list[KeySpan]
    chords: list[Chord]
    sections: list[Section]
    loudness: Loudness
    energy: Energy
    timbre: Timbre
    rhythm: Rhythm = Rhythm()
    harmony: Harmony = Harmony()
    events: list[Event] = field(default_factory=list)
    arc: Arc = Arc()
    texture: Texture = Texture()
    voices: list[VoiceSpan] = field(default_factory=list)
    instruments: list[Instrument] = field(default_factory=list)
    melody: Melody | None = None
    fingerprint: str = ""
    embedding: SoundEmbedding = SoundEmbedding()
    notes: list[str] = field(default_factory=list)
    schema: int = SCHEMA

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, in the order of the fields."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Profile:
        """The inverse of `to_dict`, also of earlier schemas; raises TypeError when a field is missing or unknown."""
        profile: Profile = _read(cls, data)
        return profile


def clock(seconds: float) -> str:
    """m:ss, as players show it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _read(kind: Any, value: Any) -> Any:
    """`value` (plain JSON types) as the annotated `kind`: a dataclass, a list of one, either or None."""
    if get_origin(kind) in (Union, UnionType):
        return None if value is None else _read(next(k for k in get_args(kind) if k is not type(None)), value)
    if get_origin(kind) is list:
        return [_read(get_args(kind)[0], v) for v in value]
    if not is_dataclass(kind):
        return value
    hints = _hints(kind)  # type: ignore[arg-type]
    unknown = value.keys() - {f.name for f in fields(kind)}
    if unknown:
        raise TypeError(f"unknown fields of {getattr(kind, '__name__', kind)}: {', '.join(sorted(unknown))}")
    return kind(**{name: _read(hints[name], v) for name, v in value.items()})  # type: ignore[operator]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
