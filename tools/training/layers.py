"""What plays over the chords: basses, broken and block chords, pads, melodies. Places are in beats.

Rhythms come out of metrical weights (how likely a note is at a place of the bar; after Temperley, "The Cognition of
Basic Musical Structures", 2001), so that there are as many as there are excerpts, and each keeps its own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tools.demo.score import Note
from tools.demo.theory import Chord, Span, nearest, voicing
from tools.training.harmony import Bar, chord_of

Pattern = list[tuple[float, float]]  # place in the bar and loudness


@dataclass(frozen=True)
class Frame:
    """What all layers share: bars, chords, the meter, and the scale for melodies."""

    bars: Sequence[Bar]
    chords: Sequence[Span]
    beats: int
    parts: int
    strong: Sequence[int]
    scale: frozenset[int]
    bpm: float


def weight(place: float, frame: Frame) -> float:
    """How strong a place of the bar is, 0 to 1."""
    if place < 1e-6:
        return 1.0
    beat, part = divmod(place + 1e-6, 1.0)
    if part < 1e-3:
        return 0.8 if int(beat) in frame.strong else 0.62
    if abs(part * frame.parts - round(part * frame.parts)) < 1e-3:
        return 0.42
    return 0.2


def rhythm(rng: random.Random, frame: Frame, step: float, density: float, syncopation: float) -> Pattern:
    """A bar of onsets on a grid of `step` beats."""
    found = []
    for n in range(round(frame.beats / step)):
        strength = weight(n * step, frame)
        likely = density * ((1 - syncopation) * strength**1.3 + syncopation * 0.4) * 1.6
        if rng.random() < likely:
            found.append((n * step, 0.7 + 0.3 * strength + rng.uniform(-0.08, 0.08)))
    return found or [(0.0, 1.0)]


def grid_step(rng: random.Random, frame: Frame, fine: float = 0.3) -> float:
    """A division of the beat that can still be played at the tempo."""
    if frame.parts == 3:
        return 1 / 3 if frame.bpm > 75 or rng.random() > fine else 1 / 6
    if frame.parts == 1:
        return rng.choice((1.0, 1.0, 0.5)) if frame.bpm < 240 else 1.0
    if frame.bpm > 150:
        return rng.choice((1.0, 0.5, 0.5))
    return 0.25 if rng.random() < (0.65 if frame.bpm < 72 else fine if frame.bpm < 125 else 0.0) else 0.5


def _in_bars(frame: Frame, patterns: Sequence[Pattern]) -> list[tuple[float, float, float, float]]:
    """Patterns in turn over the bars: (place in the piece, next place, loudness, place in the bar)."""
    flat = [
        (bar.start + at, loud, at)
        for n, bar in enumerate(frame.bars)
        for at, loud in patterns[n % len(patterns)]
        if at < bar.beats - 1e-6
    ]
    after = [place for place, _, _ in flat[1:]] + [float(frame.bars[-1].end)]
    return [(place, until, loud, at) for (place, loud, at), until in zip(flat, after, strict=True)]


def _velocity(base: float, loud: float, rng: random.Random) -> int:
    return max(8, min(127, round(base * loud + rng.gauss(0, 3))))


def _voices(chord: Chord, low: int, high: int, size: int, before: tuple[int, ...] | None = None) -> tuple[int, ...]:
    return voicing(chord, before, low, high, size)


def block_chords(rng: random.Random, frame: Frame, velocity: float, low: int = 52) -> list[Note]:
    """Chords struck in a pattern, or on every beat, or off it."""
    kind = rng.random()
    if kind < 0.25:
        patterns = [[(float(b), 1.0) for b in range(frame.beats)]]
    elif kind < 0.37 and frame.parts == 2:
        patterns = [[(b + 0.5, 1.0) for b in range(frame.beats)]]
    elif kind < 0.5 and frame.beats % 2 and frame.parts == 2:
        patterns = [[(float(b), 1.0) for b in range(1, frame.beats)]]
    else:
        step, density, loose = grid_step(rng, frame), rng.uniform(0.3, 0.8), rng.uniform(0, 0.7)
        patterns = [rhythm(rng, frame, step, density, loose) for _ in range(rng.choice((1, 1, 2)))]
    size, share = rng.choice((2, 3, 3, 4)), rng.choice((0.3, 0.6, 0.95, 1.0))
    notes = []
    for at, until, loud, _ in _in_bars(frame, patterns):
        for pitch in _voices(chord_of(frame.chords, at), low, low + 22, size):
            notes.append(Note(at, (until - at) * share, pitch, _velocity(velocity, loud, rng)))
    return notes


def held_chords(rng: random.Random, frame: Frame, velocity: float, low: int = 52) -> list[Note]:
    """A chord for as long as it lasts, or struck again on every bar."""
    again = rng.random() < 0.35
    size = rng.choice((2, 3, 4))
    edges = {span.start for span in frame.chords} | ({float(b.start) for b in frame.bars} if again else set())
    starts = sorted(max(0.0, e) for e in edges)
    notes = []
    for at, until in zip(starts, [*starts[1:], float(frame.bars[-1].end)], strict=True):
        for pitch in _voices(chord_of(frame.chords, at), low, low + 22, size):
            notes.append(Note(at, (until - at) * 0.98, pitch, _velocity(velocity, 1.0, rng)))
    return notes


def broken_chords(rng: random.Random, frame: Frame, velocity: float, low: int = 43) -> list[Note]:
    """Arpeggios: an order of voices that starts again on each bar, chord or strong beat."""
    step = grid_step(rng, frame, 0.45)
    cycle = rng.choice((2, 4, 4, 8)) if frame.parts == 2 else rng.choice((3, 6)) if frame.parts == 3 else frame.beats
    size = rng.choice((3, 4, 5))
    order = rng.choice((list(range(size)), [0, *rng.choices(range(1, size), k=cycle - 1)], [0, 2, 1, 2], [0, 1, 2, 1]))
    patterns = [_steady(rng, frame, step, rng.choice((0.0, 0.0, 0.1, 0.25))) for _ in range(rng.choice((1, 2)))]
    ring = rng.choice((1.0, 1.0, 2.0, 4.0))
    notes = []
    for at, _, loud, place in _in_bars(frame, patterns):
        voices = _voices(chord_of(frame.chords, at), low, low + 26, size)
        pitch = voices[order[round(place / step) % cycle % len(order)] % len(voices)]
        notes.append(Note(at, step * ring * 0.98, pitch, _velocity(velocity, loud, rng)))
    return notes


def _steady(rng: random.Random, frame: Frame, step: float, gaps: float) -> Pattern:
    """Every step of the bar, accents on the beats, a few left out."""
    accent = rng.choice((0.0, 0.15, 0.3))
    found = [(n * step, 1 - accent * (1 - weight(n * step, frame))) for n in range(round(frame.beats / step))]
    return [hit for hit in found if rng.random() >= gaps or hit[0] == 0]


def bass_notes(rng: random.Random, frame: Frame, velocity: float, low: int = 28) -> list[Note]:
    """Roots on changes and strong beats, fifths and octaves between; or a walk; or a driven pattern."""
    kind = rng.choice(("roots", "roots", "strong", "pattern", "pattern", "walk", "drive", "broken"))
    if kind == "walk":
        patterns = [[(float(b), 1.0) for b in range(frame.beats)]]
    elif kind in ("drive", "broken"):
        patterns = [_steady(rng, frame, max(0.5, grid_step(rng, frame)) if frame.parts != 3 else 1 / 3, 0.05)]
    elif kind == "strong":
        patterns = [[(float(b), 1.0) for b in range(frame.beats) if b in frame.strong]]
    elif kind == "roots":
        patterns = [[(0.0, 1.0)]]
    else:
        patterns = [rhythm(rng, frame, grid_step(rng, frame, 0.2), rng.uniform(0.25, 0.6), rng.uniform(0, 0.6))]
    tones = {"walk": (0, 1, 2, 1), "broken": (0, 2, 0, 2), "drive": (0,)}.get(
        kind, rng.choice(((0, 2), (0, 0, 2, 0), (0,)))
    )
    changes = {round(span.start, 4) for span in frame.chords}
    places = {round(p, 4): (p, loud) for p, _, loud, _ in _in_bars(frame, patterns)}
    places |= {c: (c, 1.0) for c in changes if c >= 0 and rng.random() < 0.9}
    found = [places[k] for k in sorted(places)]
    until = [p for p, _ in found[1:]] + [float(frame.bars[-1].end)]
    notes, place, share = [], 0, rng.choice((0.5, 0.9, 0.98))
    for (at, loud), end in zip(found, until, strict=True):
        chord = chord_of(frame.chords, at)
        place = 0 if round(at, 4) in changes or round(at) in {b.start for b in frame.bars} else place + 1
        tone = chord.pitch_classes[tones[place % len(tones)] % len(chord.pitch_classes)]
        pitch = nearest(low + 7, (tone,), low, low + 16)
        notes.append(Note(at, (end - at) * share, pitch, _velocity(velocity, loud, rng)))
    return notes


def melody(rng: random.Random, frame: Frame, velocity: float, low: int = 60) -> list[Note]:
    """A tune in phrases of two bars: motifs of rhythm that come back, rests, pick-ups, syncopation."""
    step, density, loose = grid_step(rng, frame, 0.35), rng.uniform(0.25, 0.75), rng.choice((0.0, 0.2, 0.5, 0.9))
    motifs = [rhythm(rng, frame, step, density, loose) for _ in range(rng.choice((2, 3, 4)))]
    order = [rng.randrange(len(motifs)) for _ in range(4)]
    patterns = [
        motifs[order[n % 4]] if rng.random() < 0.8 else rhythm(rng, frame, step, density, loose) for n in range(8)
    ]
    rest, pick_up = rng.uniform(0.0, 0.3), rng.choice((0.0, 0.3, 0.8))
    patterns = [p[: max(1, len(p) // 2)] if n % 2 and rng.random() < 0.5 else p for n, p in enumerate(patterns)]
    hits = [h for h in _in_bars(frame, patterns) if not (int(h[0] / frame.beats) % 4 == 3 and rng.random() < rest)]
    for bar in frame.bars[2::2]:
        if rng.random() < pick_up:
            hits += [
                (bar.start - k * step, bar.start - (k - 1) * step, 0.85, 0.5) for k in range(rng.randint(1, 3), 0, -1)
            ]
    share, pitch, notes = rng.choice((0.5, 0.85, 1.0)), low + 7, []
    for at, until, loud, place in sorted(hits):
        tones = chord_of(frame.chords, at).pitch_classes if weight(place, frame) > 0.7 else frame.scale
        pitch = nearest(pitch + rng.choice((-4, -2, -2, -1, 0, 1, 2, 2, 4, 5)), tuple(tones), low - 5, low + 19)
        notes.append(Note(at, min(until - at, 4.0) * share, pitch, _velocity(velocity, loud, rng)))
    return notes
