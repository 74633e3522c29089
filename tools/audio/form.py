"""Sections: where a part begins, and which parts are the same.

Bars are compared by harmony, melody, bass and timbre, in eight places of each bar; `boundaries` cuts the track by what
comes back. Parts that begin alike and go on alike, bar by bar, share a letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.profile import Section
from tools.audio.boundaries import find_cuts
from tools.audio.chords import unit
from tools.audio.chroma import LOW, fold

Matrix = NDArray[np.float64]

PLACES = 8  # of a bar, in which it is compared
_HARMONY, _MELODY, _BASS, _TIMBRE = 0.35, 0.35, 0.12, 0.2
_MELODY_RANGE = (55, 91)  # MIDI
_SAME = 0.5  # of the likeness of a bar to itself
_STEADY = 0.3  # deviation of log magnitude that counts as a change of timbre
_UNIFORM = 0.05  # deviation of likeness below which nothing changes
_SHORTEST_S = 4.0
_IN_A_ROW = 4  # bars that come back
SHORT_BAR_S, BRISK_BAR_S = 1.2, 1.7  # bars that are always taken in pairs, and those that may be
_HASTY_S = 8.0


def is_hasty(sections: Sequence[Section]) -> bool:
    """Whether most parts are shorter than parts are: brisk bars are then better taken in pairs."""
    return bool(sections) and float(np.median([s.end_s - s.start_s for s in sections])) < _HASTY_S


def units(bars_s: Matrix, chroma: Matrix, short_s: float = SHORT_BAR_S) -> NDArray[np.intp]:
    """Indices of the bars that begin a unit of form: every bar, or every second where bars are shorter than `short_s`.

    Fast music is often counted in bars of half the length that its phrases are built of. Of two bars the one is
    taken that more often begins a new harmony; `chroma` (bars, 12) is what sounds in each.
    """
    index = np.arange(len(chroma))
    if len(index) < 4 or np.median(np.diff(bars_s)) >= short_s:
        return index
    rows = unit(chroma)
    change = np.append(0, 1 - (rows[1:] * rows[:-1]).sum(1))
    first = int(change[1::2].sum() > change[0::2].sum())
    return np.unique(np.append(0, index[first::2]))


def bar_likeness(notes: Matrix, timbre: Matrix) -> Matrix:
    """How alike bars are, (bars, bars), from note strengths (bars * PLACES, 84) and log mel spectra (bars, bands).

    In deviations from the usual likeness of two bars; all zero where the track does not change.
    """
    low, high = (m - LOW for m in _MELODY_RANGE)
    views = [
        (_HARMONY, _by_bar(unit(fold(notes, 38, 84)))),
        (_MELODY, _by_bar(unit(notes[:, low:high]))),
        (_BASS, _by_bar(unit(fold(notes, 28, 50)))),
    ]
    products = [(weight, rows @ rows.T) for weight, rows in views]
    colour = (timbre - timbre.mean(0)) / np.maximum(timbre.std(0), _STEADY)
    colour = colour / np.maximum(np.linalg.norm(colour, axis=1, keepdims=True), np.sqrt(colour.shape[1]) / 2)
    products.append((_TIMBRE, colour @ colour.T))
    if np.std(sum(weight * product for weight, product in products)) < _UNIFORM:
        return np.zeros((len(timbre), len(timbre)))
    return _standard(np.sum([weight * _standard(product) for weight, product in products], 0))


def lifted_likeness(notes: Matrix, timbre: Matrix, bars_s: Matrix, lifts: Sequence[tuple[float, int]]) -> Matrix:
    """`bar_likeness` of music that moves to another key (`keys.lifts`), as if it had stayed, where more comes back so: a chorus that
    comes again a tone higher is the same chorus. `bars_s` are the times of the bars."""
    as_it_is = bar_likeness(notes, timbre)
    if not lifts:
        return as_it_is
    level = notes.reshape(len(timbre), PLACES, -1).copy()
    for (start, semitones), end in zip(lifts, [*(s for s, _ in lifts[1:]), np.inf], strict=True):
        there = (bars_s >= start) & (bars_s < end)
        level[there] = np.roll(level[there], -semitones, axis=2)
    lowered, first = bar_likeness(level.reshape(notes.shape), timbre), int(np.searchsorted(bars_s, lifts[0][0]))
    return lowered if _comes_back(lowered, first) > _comes_back(as_it_is, first) else as_it_is


def _comes_back(likeness: Matrix, first: int) -> float:
    """How much the bars from `first` on are like bars before, four in a row."""
    earlier = likeness[first:, :first]
    rows, columns = (n - _IN_A_ROW + 1 for n in earlier.shape)
    if min(rows, columns) < 1:
        return 0.0
    runs = np.mean([earlier[k : k + rows, k : k + columns] for k in range(_IN_A_ROW)], axis=0)
    return float(runs.max(1).mean())


def _by_bar(rows: Matrix) -> Matrix:
    """Rows of a bar's places joined into one, at unit length."""
    return unit(rows.reshape(len(rows) // PLACES, -1))


def _standard(likeness: Matrix) -> Matrix:
    """In deviations from the median, both of pairs of different bars."""
    pairs = likeness[~np.eye(len(likeness), dtype=bool)]
    spread = pairs.std() if len(pairs) else 0.0
    return np.asarray((likeness - np.median(pairs)) / spread if spread > 1e-9 else np.zeros_like(likeness))


def phrase_rests(notes: Matrix) -> Matrix:
    """How few notes of the melody begin in the middle half of the bar before each: (bars,), from note strengths.

    A phrase ends with its last bar's first beat, as a rule, and the next one may begin with a pickup.
    """
    low, high = (m - LOW for m in _MELODY_RANGE)
    begun = np.diff(notes[:, low:high], axis=0, prepend=notes[:1, low:high]).clip(0).sum(1)
    middle = begun.reshape(-1, PLACES)[:, PLACES // 4 : PLACES * 3 // 4].mean(1)
    return -np.append(middle[:-1].mean() if len(middle) > 1 else 0.0, middle[:-1])


def find_sections(likeness: Matrix, rest: Matrix, edges_s: Matrix) -> list[Section]:
    """Sections over bars that are alike as `likeness` says and have `rest` before them, from `bar_likeness` and
    `phrase_rests`; `edges_s` has the bars' times, one more than bars."""
    cuts = find_cuts(likeness, rest) if likeness.any() else [0, len(likeness)]
    cuts = _without_slivers(cuts, edges_s)
    labels, sure = _letters(likeness / max(float(np.diagonal(likeness).mean()), 1e-9), cuts)
    return [
        Section(round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), label, None, confidence)
        for a, b, label, confidence in zip(cuts[:-1], cuts[1:], labels, sure, strict=True)
    ]


def _without_slivers(cuts: list[int], edges_s: Matrix) -> list[int]:
    """Without the cuts that would leave a part shorter than four seconds; such a bar joins its neighbour."""
    kept = [cuts[0]]
    for cut in cuts[1:-1]:
        if edges_s[cut] - edges_s[kept[-1]] >= _SHORTEST_S and edges_s[cuts[-1]] - edges_s[cut] >= _SHORTEST_S:
            kept.append(cut)
    return [*kept, cuts[-1]]


def _letters(likeness: Matrix, cuts: list[int]) -> tuple[list[str], list[float]]:
    """A letter per section, in order of first appearance, and how sure each is."""
    spans = list(pairwise(cuts))
    alike = np.array([[_match(likeness, a, b) for b in spans] for a in spans])
    groups = _groups(alike)
    names = {k: letter(rank) for rank, group in enumerate(sorted(groups, key=min)) for k in group}
    own = {k: group for group in groups for k in group}
    return [names[k] for k in range(len(spans))], [_sure(alike[k], k, own[k]) for k in range(len(spans))]


def _groups(alike: Matrix) -> list[list[int]]:
    """What is alike, by average linkage: the two groups that are most alike become one as long as they are the same."""
    groups, total = [[k] for k in range(len(alike))], alike.copy()
    while len(groups) > 1:
        size = np.array([len(group) for group in groups])
        mean = np.where(np.tri(len(groups), k=-1) > 0, total / np.outer(size, size), -np.inf)
        i, j = divmod(int(mean.argmax()), len(groups))
        if mean[i, j] < _SAME:
            break
        total[j] += total[i]
        total[:, j] += total[:, i]
        total = np.delete(np.delete(total, i, 0), i, 1)
        groups[j] += groups.pop(i)
    return groups


def _sure(alike: Matrix, k: int, group: list[int]) -> float:
    """By how far a section's letter is from being another: 0.5 on the edge, 1 far from it."""
    inside = [alike[j] for j in group if j != k]
    outside = [alike[j] for j in range(len(alike)) if j not in group]
    lead = (np.mean(inside) - _SAME) if inside else (_SAME - max(outside, default=0.0))
    return round(float(np.clip(0.5 + lead, 0.05, 1)), 3)


def _match(likeness: Matrix, a: tuple[int, int], b: tuple[int, int]) -> float:
    """Mean likeness of two spans bar by bar from their beginnings, as far as the shorter goes."""
    return float(np.diagonal(likeness[a[0] : a[1], b[0] : b[1]]).mean())


def letter(rank: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    return chr(ord("A") + rank % 26) + (str(rank // 26 + 1) if rank >= 26 else "")
