"""Chords read against the key: degrees in Roman numerals, the progressions that come back, the harmonic rhythm.

A progression is a run of 2 to 8 chords that returns; the shortest that explains the most time is taken, again and
again on what is left. It is written from where a section begins with it ("I-V-vi-IV", not "vi-IV-I-V").
Sevenths are heard but not written, because a progression with and without them is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.profile import Chord, Harmony, KeySpan, Progression
from tools.audio.chords import NAMES, key_at, quality_of, root_of

_NUMERALS = ("I", "bII", "II", "bIII", "III", "IV", "#IV", "V", "bVI", "VI", "bVII", "VII")
_IN_MINOR = {3: "III", 8: "VI", 10: "VII", 11: "#VII"}
_SHORTEST, _LONGEST = 2, 8
_MOST, _FEWEST_TIMES, _LEAST_SHARE = 3, 2, 0.08
_AS_GOOD = 0.85  # of the time that a longer run explains


@dataclass(frozen=True)
class _Step:
    degree: str
    start_s: float
    end_s: float


def harmony(
    chords: Sequence[Chord], keys: Sequence[KeySpan], starts_s: Sequence[float], bars: int, tuning_semitones: float
) -> Harmony:
    """What holds for the harmony as a whole; `starts_s` are the times at which sections begin."""
    heard = [c for c in chords if c.label != "N"]
    if not heard or not keys:
        return Harmony()
    gaps = [c.end_s - c.start_s for c in heard]
    return Harmony(
        tuning_cents=round(100 * tuning_semitones, 1),
        chord_change_s=round(float(np.median(gaps)), 2),
        changes_per_bar=round(len(heard) / bars, 2) if bars > 0 else None,
        progressions=progressions(degrees(heard, keys), starts_s),
    )


def degree(label: str, tonic: str, mode: str) -> str:
    """A chord ("A:min7") as a degree of a key ("vi" in C major)."""
    step = (NAMES.index(root_of(label)) - NAMES.index(tonic)) % 12
    numeral = _IN_MINOR.get(step, _NUMERALS[step]) if mode == "minor" else _NUMERALS[step]
    quality = quality_of(label)
    if quality.startswith(("min", "dim", "hdim")):
        numeral = "".join(c if c in "b#" else c.lower() for c in numeral)
    return numeral + ("°" if "dim" in quality else "+" if quality == "aug" else "")


def degrees(chords: Sequence[Chord], keys: Sequence[KeySpan]) -> list[_Step]:
    """The chords as degrees of the key that holds at their start; equal neighbours joined."""
    out: list[_Step] = []
    for chord in chords:
        key = key_at(keys, chord.start_s) or keys[0]
        name = degree(chord.label, key.tonic, key.mode)
        if out and out[-1].degree == name and abs(out[-1].end_s - chord.start_s) < 0.01:
            out[-1] = _Step(name, out[-1].start_s, chord.end_s)
        else:
            out.append(_Step(name, chord.start_s, chord.end_s))
    return out


def progressions(steps: Sequence[_Step], starts_s: Sequence[float]) -> list[Progression]:
    """Up to three progressions that come back, by how much of the time they hold."""
    total = sum(s.end_s - s.start_s for s in steps)
    free = [True] * len(steps)
    found: list[Progression] = []
    while len(found) < _MOST:
        runs = _best(steps, free)
        if not runs or _time(steps, runs) < _LEAST_SHARE * total:
            break
        runs = _turned(steps, free, runs, starts_s)
        for first, size in runs:
            free[first : first + size] = [False] * size
        size = runs[0][1]
        lengths = [steps[a + size - 1].end_s - steps[a].start_s for a, _ in runs]
        found.append(
            Progression(
                "-".join(s.degree for s in steps[runs[0][0] : runs[0][0] + size]),
                [round(steps[a].start_s, 3) for a, _ in runs],
                round(float(np.median(lengths)), 2),
            )
        )
    return found


_Runs = list[tuple[int, int]]


def _best(steps: Sequence[_Step], free: Sequence[bool]) -> _Runs:
    """The places of the shortest run that holds nearly as much time as any."""
    by_size = [
        max(_all(steps, free, n), key=lambda r: _time(steps, r), default=[]) for n in range(_SHORTEST, _LONGEST + 1)
    ]
    most = max((_time(steps, runs) for runs in by_size), default=0.0)
    return next((runs for runs in by_size if runs and _time(steps, runs) >= _AS_GOOD * most), [])


def _all(steps: Sequence[_Step], free: Sequence[bool], size: int) -> list[_Runs]:
    """For each run of `size` chords: where it comes, without overlaps, on steps that are free."""
    places: dict[tuple[str, ...], _Runs] = {}
    for first in range(len(steps) - size + 1):
        if not all(free[first : first + size]):
            continue
        runs = places.setdefault(tuple(s.degree for s in steps[first : first + size]), [])
        if not runs or runs[-1][0] + size <= first:
            runs.append((first, size))
    if size == _SHORTEST:
        places = {name: _looped(runs) for name, runs in places.items()}
    return [runs for name, runs in places.items() if len(runs) >= _FEWEST_TIMES and len(set(name)) > 1]


def _looped(runs: _Runs) -> _Runs:
    """Two chords are a progression only where they go round."""
    firsts = {first for first, _ in runs}
    return [(first, size) for first, size in runs if first + size in firsts or first - size in firsts]


def _turned(steps: Sequence[_Step], free: Sequence[bool], runs: _Runs, starts_s: Sequence[float]) -> _Runs:
    """The same progression begun where sections begin, if a turn of it fits them better and comes but once less."""
    size = runs[0][1]
    name = [s.degree for s in steps[runs[0][0] : runs[0][0] + size]]
    turns = {tuple(name[k:] + name[:k]) for k in range(size)}

    def fits(candidate: _Runs) -> int:
        return sum(min((abs(steps[a].start_s - t) for t in starts_s), default=9.0) < 0.3 for a, _ in candidate)

    rivals = [
        r
        for r in _all(steps, free, size)
        if tuple(s.degree for s in steps[r[0][0] : r[0][0] + size]) in turns and len(r) >= len(runs) - 1
    ]
    return max(rivals, key=lambda r: (fits(r), _time(steps, r)), default=runs)


def _time(steps: Sequence[_Step], runs: _Runs) -> float:
    return sum(steps[a + n - 1].end_s - steps[a].start_s for a, n in runs)
