"""Short excerpts with exact beats and downbeats: any meter, tempo and texture, few of them pretty.

An excerpt is drawn from a kind (ballad, band, dance, swing, waltz, ...), which sets the likely meters, tempos (at the
level that people tap: the quarter of a ballad, whose harmony moves once or twice a bar) and layers. Its phrases switch
layers on and off, its timing drifts, breathes, steps or stands still. Times are in seconds, tempo in BPM.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tools.demo.score import METERS, Meter, Note
from tools.demo.theory import SCALES
from tools.training.grooves import drum_notes, groove
from tools.training.harmony import Bar, chords_over, lay_bars, pushed
from tools.training.layers import Frame, bass_notes, block_chords, broken_chords, held_chords, melody

Floats = npt.NDArray[np.float64]
SECONDS = 30.0


@dataclass(frozen=True)
class Kind:
    """A family of textures. `layers` are names with how likely each is; `swing` how often eighths are uneven."""

    share: float
    meters: tuple[str, ...]
    bpm: tuple[float, float, float]  # least, most, most usual
    layers: dict[str, float]
    programs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    swing: float = 0.0
    rubato: float = 0.15


_KEYS, _PADS, _LEADS = (
    (0, 0, 0, 1, 2, 4, 5),
    (48, 49, 50, 51, 52, 89, 91, 16, 19),
    (65, 66, 73, 71, 40, 52, 53, 80, 81, 56, 22, 68, 0),
)
_GUITARS, _BASSES = (24, 25, 26, 27, 28, 29, 30), (32, 33, 34, 35, 36, 38, 39)
_PIANO: dict[str, tuple[int, ...]] = dict.fromkeys(("tune", "second", "broken", "block", "low", "held"), (0,))
KINDS = {
    "piano ballad": Kind(20, ("4/4",) * 9 + ("3/4", "6/8", "12/8"), (52, 100, 68), {"tune": 0.85, "second": 0.25, "broken": 0.75, "block": 0.4, "low": 0.85, "held": 0.3}, _PIANO, 0.05, 0.4),
    "piano pop": Kind(14, ("4/4",), (58, 130, 84), {"tune": 0.85, "second": 0.35, "broken": 0.4, "block": 0.75, "low": 0.9, "held": 0.2}, _PIANO, 0.12),
    "ballad": Kind(13, ("4/4",) * 8 + ("12/8", "6/8"), (52, 96, 68), {"tune": 0.8, "second": 0.2, "block": 0.3, "broken": 0.6, "held": 0.6, "low": 0.9, "drums": 0.65}, {}, 0.05, 0.25),
    "slow band": Kind(12, ("4/4",), (52, 84, 64), {"tune": 0.8, "second": 0.25, "block": 0.6, "broken": 0.5, "held": 0.5, "low": 0.95, "drums": 0.95}, {}, 0.05, 0.05),
    "band": Kind(15, ("4/4",), (66, 160, 100), {"tune": 0.75, "second": 0.25, "block": 0.7, "broken": 0.3, "held": 0.4, "low": 0.95, "drums": 0.95}, {}, 0.12, 0.03),
    "dance": Kind(7, ("4/4",), (96, 145, 124), {"tune": 0.4, "block": 0.6, "broken": 0.5, "held": 0.5, "low": 0.8, "drums": 1.0}, {"tune": (80, 81, 84, 87), "broken": (80, 81, 38, 5), "held": (50, 51, 89, 90)}, 0.0, 0.0),
    "fast": Kind(3, ("4/4",), (145, 182, 170), {"tune": 0.5, "block": 0.4, "held": 0.6, "low": 0.9, "drums": 1.0}, {}, 0.0, 0.0),
    "swing": Kind(6, ("4/4", "4/4", "4/4", "3/4", "5/4"), (80, 215, 145), {"tune": 0.8, "block": 0.7, "low": 1.0, "drums": 0.85}, {"low": (32,), "tune": (65, 66, 56, 71, 0)}, 1.0, 0.03),
    "three": Kind(8, ("3/4",), (75, 185, 120), {"tune": 0.8, "broken": 0.4, "block": 0.7, "held": 0.3, "low": 0.9, "drums": 0.35}, {}, 0.08, 0.3),
    "compound": Kind(8, ("6/8", "6/8", "6/8", "12/8", "12/8"), (40, 122, 66), {"tune": 0.8, "broken": 0.6, "block": 0.4, "held": 0.4, "low": 0.9, "drums": 0.45}, {}, 0.0, 0.2),
    "two": Kind(3, ("2/4",), (85, 135, 112), {"tune": 0.8, "block": 0.8, "low": 0.95, "drums": 0.6}, {}, 0.05, 0.05),
    "odd": Kind(6, ("5/4", "7/8", "5/4", "7/8"), (90, 185, 150), {"tune": 0.7, "broken": 0.4, "block": 0.7, "held": 0.3, "low": 0.95, "drums": 0.7}, {}, 0.1, 0.05),
    "folk": Kind(5, ("4/4", "4/4", "3/4", "6/8"), (66, 140, 96), {"tune": 0.7, "broken": 0.8, "block": 0.4, "low": 0.4}, {"broken": (24, 25, 46, 104, 105), "block": (24, 25)}, 0.05, 0.15),
    "strings": Kind(5, ("4/4", "4/4", "4/4", "3/4"), (56, 120, 84), {"tune": 0.9, "second": 0.7, "held": 0.7, "block": 0.3, "low": 0.8}, {"tune": (40, 48), "second": (41, 48), "held": (48, 49), "block": (45, 48), "low": (42, 43)}, 0.0, 0.4),
    "choir": Kind(4, ("4/4", "4/4", "3/4", "6/8"), (56, 110, 74), {"tune": 0.5, "block": 0.6, "held": 0.9, "low": 0.7}, {"tune": (52, 53, 73, 40, 68), "block": (19, 16, 52, 48), "held": (19, 16, 52, 89, 91, 49), "low": (43, 19, 32, 39)}, 0.0, 0.25),
    "solo": Kind(3, ("4/4", "4/4", "3/4", "6/8"), (60, 140, 90), {"tune": 1.0, "low": 0.15}, {}, 0.05, 0.2),
    "drums": Kind(3, ("4/4", "4/4", "4/4", "3/4", "6/8"), (66, 170, 105), {"drums": 1.0, "low": 0.3}, {}, 0.15, 0.0),
    "clicks": Kind(3, ("4/4", "3/4", "2/4", "6/8", "5/4", "7/8"), (45, 190, 100), {"clicks": 1.0, "block": 0.25}, {}, 0.15, 0.0),
}  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """One instrument: a General MIDI program (or the drum kit), its notes in beats, and how it plays in time."""

    program: int
    drums: bool
    notes: list[Note]
    late_s: float
    jitter_s: float
    strum_s: float


@dataclass(frozen=True)
class Excerpt:
    """Voices and the times of all beats (one more than there are, for the end). `swing` is the first eighth's share."""

    kind: str
    meter: Meter
    bpm: float
    bars: list[Bar]
    times: Floats
    swing: float
    voices: list[Voice]

    def seconds(self, beats: Floats) -> Floats:
        """When those beats sound."""
        whole = np.floor(beats)
        part = beats - whole
        s = self.swing
        swung = np.where(part < 0.5, part * 2 * s, s + (part - 0.5) * 2 * (1 - s))
        return np.asarray(np.interp(whole + swung, np.arange(len(self.times)), self.times))


def compose(rng: random.Random) -> Excerpt:
    """An excerpt of about half a minute."""
    name = rng.choices(list(KINDS), [k.share for k in KINDS.values()])[0]
    kind = KINDS[name]
    meter = METERS[rng.choice(kind.meters)]
    bpm = rng.triangular(*kind.bpm) * {"7/8": 1.55, "6/8": 1.0, "12/8": 1.0}.get(meter.name, 1.0)
    if meter.parts == 3 and kind.bpm[0] > 50:
        bpm *= 0.8
    beats = round(SECONDS * bpm / 60)
    bars = lay_bars(rng, meter.beats, beats)
    mode = rng.choice(list(SCALES))
    tonic = rng.randrange(12)
    chords = chords_over(rng, bars, tonic, meter.beats * 60 / bpm, even=meter.beats in (2, 4))
    if rng.random() < 0.2 and meter.parts == 2:
        chords = pushed(rng, chords, rng.uniform(0.2, 1.0), rng.choice((0.5, 0.5, 0.25)))
    scale = frozenset((tonic + s) % 12 for s in SCALES[mode])
    strong = _strong(rng, meter)
    frame = Frame(bars, chords, meter.beats, meter.parts, strong, scale, bpm)
    swing = rng.choice((0.58, 0.62, 0.66, 0.66)) if meter.parts == 2 and rng.random() < kind.swing else 0.5
    voices = [v for v in (_voice(rng, kind, layer, frame) for layer in _chosen(rng, kind)) if v.notes]
    return Excerpt(name, meter, bpm, bars, _times(rng, bars, bpm, kind.rubato), swing, voices)


def _strong(rng: random.Random, meter: Meter) -> tuple[int, ...]:
    return rng.choice({5: ((0, 3), (0, 2)), 7: ((0, 2, 4), (0, 3, 5), (0, 2, 5))}.get(meter.beats, (meter.strong,)))


def _chosen(rng: random.Random, kind: Kind) -> list[str]:
    chosen = [name for name, likely in kind.layers.items() if rng.random() < likely]
    return chosen or [max(kind.layers, key=kind.layers.__getitem__)]


def _voice(rng: random.Random, kind: Kind, layer: str, frame: Frame) -> Voice:
    velocity = rng.uniform(55, 105)
    notes = _PLAYERS[layer](rng, frame, velocity)
    defaults = {
        "tune": _LEADS,
        "second": _LEADS,
        "held": _PADS,
        "low": _BASSES,
        "broken": _KEYS + _GUITARS[:4] + (46, 11, 12),
        "block": _KEYS + _GUITARS + (6, 7, 16, 61),
    }
    programs = kind.programs.get(layer, defaults.get(layer, (0, 0, 8, 16, 24, 25, 32, 40)))
    human = rng.choice((0.0, 0.004, 0.008, 0.014))
    strum = rng.choice((0.0, 0.0, 0.006, 0.015)) if layer in ("block", "held") else 0.0
    late = rng.uniform(-0.012, 0.018) if rng.random() < 0.4 else 0.0
    return Voice(rng.choice(programs), layer in ("drums", "clicks"), _arranged(rng, notes, frame), late, human, strum)


def _arranged(rng: random.Random, notes: list[Note], frame: Frame) -> list[Note]:
    """Left out in some phrases of four bars; louder and softer from phrase to phrase."""
    if rng.random() < 0.4:
        return notes
    edges = [bar.start for bar in frame.bars[::4]] + [frame.bars[-1].end]
    plays = [rng.random() < 0.75 for _ in edges]
    gain = [rng.uniform(0.75, 1.1) for _ in edges]
    kept = []
    for note in notes:
        phrase = max(0, sum(edge <= note.start + 1e-6 for edge in edges) - 1)
        if plays[phrase]:
            kept.append(
                Note(note.start, note.length, note.pitch, max(8, min(127, round(note.velocity * gain[phrase]))))
            )
    return kept


def _tune(rng: random.Random, frame: Frame, velocity: float) -> list[Note]:
    notes = melody(rng, frame, velocity, rng.choice((55, 60, 60, 67)))
    third = rng.choice((0, 0, 0, -4, -12, 12))
    return notes + [Note(n.start, n.length, n.pitch + third, n.velocity) for n in notes] if third else notes


def _second(rng: random.Random, frame: Frame, velocity: float) -> list[Note]:
    return melody(rng, frame, velocity * 0.75, rng.choice((50, 55, 67, 72)))


def _low(rng: random.Random, frame: Frame, velocity: float) -> list[Note]:
    notes = bass_notes(rng, frame, velocity, rng.choice((28, 28, 33, 36)))
    return notes + [Note(n.start, n.length, n.pitch + 12, n.velocity) for n in notes] if rng.random() < 0.25 else notes


def _drums(rng: random.Random, frame: Frame, velocity: float) -> list[Note]:
    rows = groove(rng, frame.beats, frame.parts, frame.strong, frame.bpm)
    fill = rng.choice((0, 4, 8))
    notes = drum_notes(rng, frame.bars, rows, frame.beats, fill, velocity)
    start = frame.bars[rng.choice((0, 0, 0, 4, 8)) % len(frame.bars)].start
    return [note for note in notes if note.start >= start]


def _clicks(rng: random.Random, frame: Frame, velocity: float) -> list[Note]:
    """A metronome: one drum on all beats, another or an accent on the first, sometimes its divisions."""
    tick = rng.choice((75, 76, 37, 42, 38, 77, 33, 56))
    first = rng.choice((tick, 36, 36, 76, 75, 53))
    soft = rng.choice((0.35, 0.6, 0.8, 1.0))
    between = rng.choice((0.0, 0.15, 0.3, 0.6)) if frame.parts < 3 else rng.choice((0.15, 0.3, 0.6))
    notes = [Note(float(b), 0.1, tick, round(velocity * soft)) for bar in frame.bars for b in range(bar.start, bar.end)]
    if soft < 1 or rng.random() < 0.3:
        notes += [Note(float(bar.start), 0.1, first, min(127, round(velocity * 1.2))) for bar in frame.bars]
    for n in range(1, frame.parts if between else 0):
        level = max(6, round(velocity * between))
        notes += [Note(b + n / frame.parts, 0.1, tick, level) for b in range(frame.bars[-1].end)]
    return notes


_Player = Callable[[random.Random, Frame, float], list[Note]]
_PLAYERS: dict[str, _Player] = {
    "tune": _tune,
    "second": _second,
    "low": _low,
    "drums": _drums,
    "clicks": _clicks,
    "held": lambda rng, frame, velocity: held_chords(rng, frame, velocity * 0.8, rng.choice((40, 48, 52, 60))),
    "block": lambda rng, frame, velocity: block_chords(rng, frame, velocity * 0.85, rng.choice((43, 48, 52, 57))),
    "broken": lambda rng, frame, velocity: broken_chords(rng, frame, velocity * 0.85, rng.choice((36, 43, 48, 55))),
}


def _times(rng: random.Random, bars: list[Bar], bpm: float, rubato: float) -> Floats:
    """Beat times: mostly steady, some drifting, some free, with slowing phrase ends, or stepping to a new tempo."""
    count = bars[-1].end
    place = np.arange(count)
    tempo = np.full(count, bpm)
    kind = rng.random()
    if kind < rubato:
        width = rng.uniform(0.01, 0.09)
        tempo *= 1 + width * np.sin(2 * np.pi * (place / rng.uniform(7, 40) + rng.random()))
        for bar in bars[3::4] if rng.random() < 0.5 else ():
            tempo[bar.start : bar.end] *= np.linspace(1, rng.uniform(0.72, 0.95), bar.end - bar.start)
    elif kind < rubato + 0.15:
        drift = np.cumsum([rng.gauss(0, 0.006) for _ in range(count)])
        tempo *= np.exp(np.clip(drift, -0.08, 0.08))
    elif kind < rubato + 0.18:
        tempo[count // 2 :] *= rng.uniform(0.8, 1.25)
    if rng.random() < 0.08:
        tempo[-bars[-1].beats * 2 :] *= np.linspace(1, rng.uniform(0.5, 0.85), len(tempo[-bars[-1].beats * 2 :]))
    lead_in = rng.choice((0.0, 0.05, rng.uniform(0.05, 1.5)))
    return lead_in + np.concatenate([[0.0], np.cumsum(60 / tempo)])
