"""Sections: where a part begins, and which parts are the same.

Bars are compared by harmony, melody, bass and timbre, in eight places of each bar. The chain of stretches is chosen
by dynamic programming: a stretch pays when it comes back elsewhere, bar by bar, when it begins where runs of
repetition begin or end (structure features: Serra, Mueller, Grosche & Arcos, IEEE TMM 2014) or where the sound
changes (Foote, ICME 2000), and when it is as long as parts usually are (Sargent, Bimbot & Vincent, TASLP 2017).
Stretches that run alike, bar by bar, share a letter.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.profile import Section
from tools.audio.chords import unit
from tools.audio.chroma import LOW, fold

Matrix = NDArray[np.float64]

PLACES = 8  # of a bar, in which it is compared
_HARMONY, _MELODY, _BASS, _TIMBRE = 0.35, 0.35, 0.12, 0.2
_MELODY_RANGE = (55, 91)  # MIDI
_LONGEST = 20  # bars
_LENGTH_COST = {1: 1.3, 2: 1.0, 4: 0.08, 6: 0.25, 8: 0.0, 10: 0.25, 12: 0.1, 16: 0.28}
_ODD_COST, _PER_SECTION = 0.3, 0.08
_AGAIN, _REPETITION, _CHANGE, _COLOUR = 0.75, 0.3, 0.07, 0.05
_REACH = 3  # bars on either side that repetition is compared over
_OFTEN = 0.85  # quantile of similarity above which two bars count as a repetition
_SAME = 0.59  # of the likeness of a bar to itself
_STEADY = 0.3  # deviation of log magnitude that counts as a change of timbre
_UNIFORM = 0.05  # deviation of likeness below which nothing changes
_SHORTEST_S = 4.0
_SHORT_BAR_S = 1.7


def units(bars_s: Matrix, chroma: Matrix) -> NDArray[np.intp]:
    """Indices of the bars that begin a unit of form: every bar, or every second where bars are short.

    Fast music is often counted in bars of half the length that its phrases are built of. Of two bars the one is
    taken that more often begins a new harmony; `chroma` (bars, 12) is what sounds in each.
    """
    index = np.arange(len(chroma))
    if len(index) < 4 or np.median(np.diff(bars_s)) >= _SHORT_BAR_S:
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


def _by_bar(rows: Matrix) -> Matrix:
    """Rows of a bar's places joined into one, at unit length."""
    return unit(rows.reshape(len(rows) // PLACES, -1))


def _standard(likeness: Matrix) -> Matrix:
    """In deviations from the median, both of pairs of different bars."""
    pairs = likeness[~np.eye(len(likeness), dtype=bool)]
    spread = pairs.std() if len(pairs) else 0.0
    return np.asarray((likeness - np.median(pairs)) / spread if spread > 1e-9 else np.zeros_like(likeness))


def find_sections(likeness: Matrix, edges_s: Matrix) -> list[Section]:
    """Sections over bars that are alike as `likeness` says; `edges_s` has the bars' times, one more than bars."""
    cuts = _cut(likeness) if likeness.any() else [0, len(likeness)]
    cuts = _without_slivers(cuts, edges_s)
    labels, sure = _letters(likeness / max(float(np.diagonal(likeness).mean()), 1e-9), cuts)
    return [
        Section(round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), label, None, confidence)
        for a, b, label, confidence in zip(cuts[:-1], cuts[1:], labels, sure, strict=True)
    ]


def _cut(likeness: Matrix) -> list[int]:
    """Bar indices where sections begin, and the end: the best-paying chain of stretches."""
    bars = len(likeness)
    begins = _evidence(likeness)
    runs = _runs(likeness)
    best, back = np.full(bars + 1, -np.inf), np.zeros(bars + 1, int)
    best[0] = 0
    for end in range(1, bars + 1):
        for length in range(1, min(_LONGEST, end) + 1):
            start = end - length
            again = _AGAIN * length / 8 * _recurrence(runs, start, length)
            gain = again + begins[start] - _LENGTH_COST.get(length, _ODD_COST) - _PER_SECTION
            if best[start] + gain > best[end]:
                best[end], back[end] = best[start] + gain, start
    cuts = [bars]
    while cuts[-1] > 0:
        cuts.append(int(back[cuts[-1]]))
    return cuts[::-1]


def _evidence(likeness: Matrix) -> Matrix:
    """How much speaks for a section beginning at each bar, apart from its length: (bars,), zero mean."""
    parts = (
        _REPETITION * _scaled(_repetition_novelty(likeness)),
        _CHANGE * _scaled(_checkerboard(likeness, 4)),
        _COLOUR * _scaled(_checkerboard(likeness, 2)),
    )
    total = np.sum(parts, 0)
    total -= total.mean()
    total[0] = 0
    return np.asarray(total)


def _scaled(values: Matrix) -> Matrix:
    spread = values.std()
    return np.asarray(values / spread if spread > 1e-9 else values)


def _repetition_novelty(likeness: Matrix) -> Matrix:
    """How much the pattern of repetitions, by lag into past and future, differs before and after each bar."""
    bars = len(likeness)
    often = np.quantile(likeness[~np.eye(bars, dtype=bool)], _OFTEN) if bars > 1 else 0.0
    row, lag = np.indices((bars, 2 * bars - 1))
    column = row + lag - (bars - 1)
    inside = (column >= 0) & (column < bars) & (column != row)
    repeats = np.where(inside, np.clip(likeness[row, np.clip(column, 0, bars - 1)] - often, 0, None), 0)
    total = np.vstack([np.zeros(repeats.shape[1]), repeats.cumsum(0)])
    out = np.zeros(bars)
    for k in range(1, bars):
        a, b = max(0, k - _REACH), min(bars, k + _REACH)
        out[k] = np.abs((total[b] - total[k]) / (b - k) - (total[k] - total[a]) / (k - a)).sum()
    return out


def _checkerboard(likeness: Matrix, reach: int) -> Matrix:
    """Novelty of each bar: how alike the `reach` bars before are, and those after, less how alike both are."""
    bars = len(likeness)
    out = np.zeros(bars)
    for k in range(1, bars):
        before, after = slice(max(0, k - reach), k), slice(k, min(bars, k + reach))
        within = likeness[before, before].mean() + likeness[after, after].mean()
        out[k] = within / 2 - likeness[before, after].mean()
    return out


def _runs(likeness: Matrix) -> Matrix:
    """Running sums down the diagonals: runs[i + n, j + n] - runs[i, j] sums n steps from (i, j)."""
    runs = np.zeros((len(likeness) + 1,) * 2)
    for row, values in enumerate(likeness):
        runs[row + 1, 1:] = runs[row, :-1] + values
    return runs


def _recurrence(runs: Matrix, start: int, length: int) -> float:
    """How alike the stretch is, bar by bar, to the most similar other stretch that does not overlap it."""
    places = len(runs) - length
    sums = runs[start + length, length:] - runs[start, :places]
    other = np.abs(np.arange(places) - start) >= length
    return float(sums[other].max() / length) if other.any() else 0.0


def _without_slivers(cuts: list[int], edges_s: Matrix) -> list[int]:
    """Without the cuts that would leave a part shorter than four seconds; such a bar joins its neighbour."""
    kept = [cuts[0]]
    for cut in cuts[1:-1]:
        if edges_s[cut] - edges_s[kept[-1]] >= _SHORTEST_S and edges_s[cuts[-1]] - edges_s[cut] >= _SHORTEST_S:
            kept.append(cut)
    return [*kept, cuts[-1]]


def _letters(likeness: Matrix, cuts: list[int]) -> tuple[list[str], list[float]]:
    """A letter per section, in order of first appearance, by average-linkage clusters; and how sure each is."""
    spans = list(pairwise(cuts))
    alike = np.array([[_match(likeness, a, b) for b in spans] for a in spans])
    groups = [[k] for k in range(len(spans))]
    while len(groups) > 1:
        pairs = [(alike[np.ix_(g, h)].mean(), i, j) for i, g in enumerate(groups) for j, h in enumerate(groups[:i])]
        value, i, j = max(pairs)
        if value < _SAME:
            break
        groups[j] += groups.pop(i)
    names = {k: letter(rank) for rank, group in enumerate(sorted(groups, key=min)) for k in group}
    own = {k: group for group in groups for k in group}
    return [names[k] for k in range(len(spans))], [_sure(alike[k], k, own[k]) for k in range(len(spans))]


def _sure(alike: Matrix, k: int, group: list[int]) -> float:
    """By how far a section's letter is from being another: 0.5 on the edge, 1 far from it."""
    inside = [alike[j] for j in group if j != k]
    outside = [alike[j] for j in range(len(alike)) if j not in group]
    lead = (np.mean(inside) - _SAME) if inside else (_SAME - max(outside, default=0.0))
    return round(float(np.clip(0.5 + lead, 0.05, 1)), 3)


def _match(likeness: Matrix, a: tuple[int, int], b: tuple[int, int]) -> float:
    """Mean likeness along the best alignment of the shorter span within the longer."""
    block = likeness[a[0] : a[1], b[0] : b[1]]
    if block.shape[0] > block.shape[1]:
        block = block.T
    short, long = block.shape
    if long > 2 * short:
        return 0.0
    return max(float(np.diagonal(block, k)[:short].mean()) for k in range(long - short + 1))


def letter(rank: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    return chr(ord("A") + rank % 26) + (str(rank // 26 + 1) if rank >= 26 else "")
