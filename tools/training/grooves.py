"""Drums for an excerpt. A row is a drum and its hits on an even grid over one bar: `x`, soft `o`, accent `X`."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tools.demo.patterns import DRUMS
from tools.demo.score import Note
from tools.training.harmony import Bar

Row = list[float]  # loudness by grid step, 0 for none
_FOUR = {
    "rock": (("x.......x.......", "x.....x.x.......", "x.........x.....", "x..x....x.x.....", "x.x.....x.......", "x......xx.x....."), ("....x.......x...",)),
    "half": (("x...............", "x.....x.........", "x..x.....x......", "x.x.......x....."), ("........x.......",)),
    "double": (("x...x...x...x...", "x.x.x.x.x.x.x.x."), ("..x...x...x...x.",)),
    "dance": (("x...x...x...x...",), ("....x.......x...", "................")),
    "break": (("x.x.......xx....", "x.x....x..x.....", "x..x..x...x....."), ("....x..o.o..x..o", "....x.......x.o.")),
    "latin": (("x..x..x.x..x..x.", "x.....x...x.....", "x...x..xx...x..x"), ("..x...x.x...x...", "x..x..x...x.x...", "x..x...x..x.x...")),
    "train": (("x...x...x...x...", "x.......x......."), ("o.Xoo.Xoo.Xoo.Xo", "..x...x...x...x.")),
    "soft": (("x.......x.......", "x...............", "................"), ("....o.......o...", "................")),
}  # fmt: skip
_HATS = ("x.x.x.x.x.x.x.x.", "xoxoxoxoxoxoxoxo", "x...x...x...x...", "..x...x...x...x.", "X.x.X.x.X.x.X.x.", "................", "xxoxxxoxxxoxxxox", "x..xx..xx..xx..x")  # fmt: skip
_RARE = (
    "shaker",
    "tambourine",
    "cabasa",
    "claves",
    "wood",
    "agogo",
    "high_conga",
    "low_conga",
    "high_bongo",
    "triangle",
)


def groove(rng: random.Random, beats: int, parts: int, strong: Sequence[int], bpm: float) -> dict[str, Row]:
    """One bar of drums in any meter."""
    if beats == 4 and parts == 2 and rng.random() < 0.8:
        rows = _in_four(rng, bpm)
    else:
        rows = _in_any(rng, beats, parts, strong)
    for name in rng.sample(_RARE, rng.choice((0, 0, 0, 1, 1, 2))):
        rows[name] = _sprinkled(rng, beats, 4 if parts != 3 else 3, strong)
    return rows


def _row(text: str) -> Row:
    return [{"x": 1.0, "X": 1.2, "o": 0.55}.get(symbol, 0.0) for symbol in text]


def _in_four(rng: random.Random, bpm: float) -> dict[str, Row]:
    """Half-time grooves belong to fast pieces, double time and sixteenths to slow ones."""
    half, double, dance = (12 if bpm > 130 else 1), (6 if bpm < 110 else 2), (16 if bpm > 95 else 5)
    name = rng.choices(list(_FOUR), (38, half, double, dance, 10, 8, 4, 10))[0]
    kicks, snares = _FOUR[name]
    hat = _row(
        rng.choices(_HATS, (8, 4 if bpm < 120 else 1, 3 if bpm > 90 else 1, 2, 3, 2, 2 if bpm < 120 else 0, 1))[0]
    )
    rows = {
        "kick": _row(rng.choice(kicks)),
        rng.choice(("snare", "snare", "clap", "rim", "brush")): _row(rng.choice(snares)),
    }
    rows[rng.choice(("hat", "hat", "hat", "ride", "shaker", "tambourine"))] = hat
    if rng.random() < 0.3:
        rows["kick"] = [v if v or rng.random() > 0.08 else 0.8 for v in rows["kick"]]
    return rows


def _in_any(rng: random.Random, beats: int, parts: int, strong: Sequence[int]) -> dict[str, Row]:
    """Kick on strong beats, snare on others, something on the grid: waltzes, jigs, fives and sevens."""
    grid = {1: 2, 2: 4, 3: 3}[parts]
    size = beats * grid
    kick, snare, hat = [0.0] * size, [0.0] * size, [0.0] * size
    for beat in range(beats):
        if beat in strong and (beat == 0 or rng.random() < 0.5 or beats in (2, 4)):
            (snare if parts == 3 and beat % 2 and rng.random() < 0.7 else kick)[beat * grid] = 1.0
        elif rng.random() < 0.75:
            snare[beat * grid] = rng.choice((0.6, 1.0))
    step = rng.choice((1, 1, grid)) if grid == 3 else rng.choice((grid, grid // 2))
    hat[::step] = [1.0 if n % (grid // step or 1) == 0 else 0.7 for n in range(len(hat[::step]))]
    if rng.random() < 0.3:
        kick[rng.randrange(size)] = 0.8
    return {"kick": kick, rng.choice(("snare", "rim", "brush")): snare, rng.choice(("hat", "ride", "tambourine")): hat}


def _sprinkled(rng: random.Random, beats: int, grid: int, strong: Sequence[int]) -> Row:
    """A percussion row out of metrical weights."""
    density = rng.uniform(0.2, 0.9)
    row = []
    for step in range(beats * grid):
        weight = 0.9 if step % grid == 0 else 0.6 if grid == 4 and step % 2 == 0 else 0.35
        row.append(rng.choice((0.5, 0.8, 1.0)) if rng.random() < density * weight else 0.0)
    return row


def drum_notes(
    rng: random.Random, bars: Sequence[Bar], rows: dict[str, Row], beats: int, fill_every: int, velocity: float
) -> list[Note]:
    """The groove over the bars, cut where a bar is short, with fills and crashes at the ends of phrases."""
    notes: list[Note] = []
    loose = rng.choice((0.0, 0.0, 0.05))
    for index, bar in enumerate(bars):
        filling = fill_every and index % fill_every == fill_every - 1 and rng.random() < 0.7
        until = bar.end - (rng.choice((1, 2)) if filling else 0)
        for name, row in rows.items():
            step = beats / len(row)
            for place, level in enumerate(row):
                at = bar.start + place * step
                if level and at < until - 1e-6 and rng.random() > loose:
                    notes.append(_hit(name, at, velocity * level * (0.6 if name in ("hat", "ride", "shaker") else 1.0)))
        if filling:
            notes += _fill(rng, max(until, bar.start), bar.end, velocity)
            if rng.random() < 0.6 and index + 1 < len(bars):
                notes.append(_hit("crash", bar.end, velocity * 0.8))
    return notes


def _fill(rng: random.Random, start: float, end: float, velocity: float) -> list[Note]:
    step = rng.choice((0.25, 0.5, 1 / 3))
    drums = rng.choice((("snare",), ("snare", "high_tom", "mid_tom", "floor_tom"), ("high_tom", "low_tom"), ("clap",)))
    count = round((end - start) / step)
    return [
        _hit(drums[n * len(drums) // max(count, 1)], start + n * step, velocity * rng.uniform(0.6, 1.1))
        for n in range(count)
        if rng.random() < 0.8
    ]


def _hit(name: str, at: float, velocity: float) -> Note:
    return Note(at, 0.2, DRUMS[name], max(1, min(127, round(velocity))))
