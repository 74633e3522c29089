"""Chords for an excerpt: bars, a harmonic rhythm, loops of chords. Places and lengths are in beats."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tools.demo.theory import Chord, Span, roman

LOOPS = (
    "I V vi IV", "vi IV I V", "I vi IV V", "IV V iii vi", "I iii IV V", "I IV V I", "ii V I vi", "IV I V vi",
    "i bVI bIII bVII", "i iv V7 i", "i bVII bVI V7", "i iv bVII bIII", "I V vi iii IV I ii V", "vi V IV V", "I IV",
    "i bVII", "I bVII IV I", "IVmaj7 iii7 ii7 Imaj7", "ii7 V7 Imaj7 vi7", "I I IV V", "i i iv i V7 iv i V7",
    "I IV I V", "I vi ii V7", "IV V I I", "I Vsus4 V vi IV", "iii vi ii V", "I ii iii IV V vi", "i v iv i", "IV iv I I",
    "I I I I IV IV I I V7 IV I V7", "vi ii V I IV vii V vi", "I", "i", "I V", "vi IV", "I III vi IV", "Imaj7 IVmaj7",
)  # fmt: skip
# how a bar's beats are shared among chords: (weight, shares of the bar); 2 stands for two bars
_SHAPES = ((45, (1.0,)), (32, (0.5, 0.5)), (14, (2.0,)), (6, (0.75, 0.25)), (8, (0.25, 0.25, 0.25, 0.25)), (5, (4.0,)), (5, (0.5, 0.25, 0.25)))  # fmt: skip
_ODD = ((45, (1.0,)), (12, (2.0,)))
_USUAL_S = 2.3  # a chord lasts about so long, whatever the tempo: that is how slow songs are told from fast ones


@dataclass(frozen=True)
class Bar:
    """A bar's first beat and its beats."""

    start: int
    beats: int

    @property
    def end(self) -> int:
        return self.start + self.beats


def lay_bars(rng: random.Random, meter_beats: int, total: int) -> list[Bar]:
    """So many beats in bars; some pieces in four have a bar of two now and then, as songs do."""
    short = 0.06 if meter_beats == 4 and rng.random() < 0.2 else 0.0
    bars, at = [], 0
    while at < total:
        beats = 2 if rng.random() < short else meter_beats
        bars.append(Bar(at, beats))
        at += beats
    return bars


def _shape(rng: random.Random, bar_s: float, even: bool) -> tuple[float, ...]:
    """A way to share bars of so many seconds, by how usual it is and how long its chords would last."""
    shapes = _SHAPES if even else _ODD
    octaves = [math.log2(bar_s * sum(shape) / len(shape) / _USUAL_S) for _, shape in shapes]
    likely = [weight * math.exp(-0.5 * (o / 0.7) ** 2) for (weight, _), o in zip(shapes, octaves, strict=True)]
    return rng.choices([shape for _, shape in shapes], likely)[0]


def _phrase(rng: random.Random, bar_s: float, even: bool) -> list[tuple[float, ...]]:
    """Shapes for four bars: all the same, or of two kinds; a bar may be halved, but chords change on its first beat."""
    home = _shape(rng, bar_s, even)
    other = (1.0,) if len(home) > 1 or rng.random() < 0.3 else _shape(rng, bar_s, even)
    pattern = rng.choice(("aaaa", "aaaa", "aaab", "baba", "bbba", "abab", "aabb", "bbaa", "baaa", "bbab"))
    return [home if letter == "a" else other for letter in pattern]


def chords_over(rng: random.Random, bars: Sequence[Bar], tonic: int, bar_s: float, even: bool) -> list[Span]:
    """Loops of chords over the bars, each `bar_s` seconds long; `even` bars may be halved.

    The harmonic rhythm repeats every four bars, and most loops begin again with every eighth bar.
    """
    loops = [rng.choice(LOOPS).split() for _ in range(2)]
    phrase = _phrase(rng, bar_s, even)
    again, two = rng.choice((4, 8, 8, 1000)), rng.random() < 0.5
    spans: list[Span] = []
    place, skip = 0, 0
    for index, bar in enumerate(bars):
        if index % again == 0:
            place, skip = 0, 0
        if skip:
            skip -= 1
            spans[-1] = Span(spans[-1].start, float(bar.end), spans[-1].chord)
            continue
        loop = loops[(index // 8) % 2 if two else 0]
        shape = phrase[index % 4]
        skip = int(max(shape)) - 1 if shape[0] > 1 else 0
        at = float(bar.start)
        for share in shape:
            end = min(float(bar.end), at + min(share, 1.0) * bar.beats)
            if end - at < 1e-6:
                break
            spans.append(Span(at, end, roman(loop[place % len(loop)], tonic)))
            at, place = end, place + 1
    return spans


def pushed(rng: random.Random, spans: Sequence[Span], share: float, ahead: float) -> list[Span]:
    """Some changes come `ahead` beats early."""
    starts = [s.start - (ahead if n and rng.random() < share else 0.0) for n, s in enumerate(spans)]
    ends = [*starts[1:], spans[-1].end]
    return [Span(a, b, s.chord) for a, b, s in zip(starts, ends, spans, strict=True) if b - a > 1e-6]


def chord_of(spans: Sequence[Span], beat: float) -> Chord:
    """The chord that sounds at a beat."""
    low, high = 0, len(spans) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if spans[middle].start <= beat + 1e-6 else (low, middle - 1)
    return spans[low].chord
