"""A piece of music before it sounds: notes in beats, sections, tempo. Seconds come from `Piece.seconds`."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tools.demo.theory import Key, Span

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Meter:
    """Pulses in a bar, the strong ones, and how many parts a pulse falls into.

    6/8 and 12/8 pulse in dotted quarters, 7/8 in eighths, all others in quarters.
    """

    name: str
    beats: int
    strong: tuple[int, ...]
    parts: int


METERS = {
    meter.name: meter
    for meter in (
        Meter("2/4", 2, (0,), 2),
        Meter("3/4", 3, (0,), 2),
        Meter("4/4", 4, (0, 2), 2),
        Meter("5/4", 5, (0, 3), 2),
        Meter("6/8", 2, (0, 1), 3),
        Meter("12/8", 4, (0, 2), 3),
        Meter("7/8", 7, (0, 2, 4), 1),
    )
}


@dataclass(frozen=True)
class Note:
    """Start and length in beats, a MIDI pitch (or drum key) and a velocity of 1 to 127."""

    start: float
    length: float
    pitch: int
    velocity: int

    def moved(self, beats: float, semitones: int = 0) -> Note:
        return Note(self.start + beats, self.length, self.pitch + semitones, self.velocity)


@dataclass
class Part:
    """One instrument: a General MIDI program (0-based; the kit for drums) and its place in the mix."""

    name: str
    program: int
    pan: float
    level: float
    drums: bool = False
    strum_s: float = 0.0
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A stretch of the form; sections with the same label carry the same music."""

    name: str
    label: str
    start: float
    end: float
    key: Key
    chords: tuple[Span, ...]


@dataclass(frozen=True)
class SungLine:
    """One line of words from `start` to `end`, in beats."""

    start: float
    end: float
    text: str


@dataclass
class Piece:
    """A whole composition. `bpms` holds the tempo of every beat."""

    id: str
    style: str
    meter: Meter
    bpm: float
    bpms: Floats
    sections: list[Section]
    parts: list[Part]
    lines: list[SungLine]
    swing: float
    human_ms: float
    lead_in_s: float
    tail_s: float
    fade_s: float
    loudness_db: float
    room: float
    room_s: float

    @property
    def beats(self) -> int:
        return len(self.bpms)

    def seconds(self, beats: float | Floats) -> Floats:
        """When those beats sound; within a beat time runs evenly."""
        ends = self.lead_in_s + np.concatenate([[0.0], np.cumsum(60.0 / self.bpms)])
        return np.asarray(np.interp(beats, np.arange(len(ends)), ends), dtype=np.float64)

    @property
    def duration_s(self) -> float:
        return float(self.seconds(float(self.beats))) + self.tail_s

    def swung(self, beat: float) -> float:
        """The beat with its second half delayed: 0.5 is straight, 2/3 a triplet swing."""
        whole, part = divmod(beat, 1.0)
        s = self.swing
        return whole + (part * 2 * s if part < 0.5 else s + (part - 0.5) * 2 * (1 - s))
