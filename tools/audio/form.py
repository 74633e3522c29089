"""Sections: where a part begins, and which parts are the same.

A bar-by-bar self-similarity (chroma by place in the bar, and timbre) is cut by dynamic programming into
stretches that come back elsewhere and begin where the sound changes, with a liking for 8 and 4 bars (after
Foote, ICME 2000, and Sargent, Bimbot & Vincent, TASLP 2017). Stretches that run alike, bar by
bar, share a letter.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.profile import Section

Matrix = NDArray[np.float64]

_PLACES = 4
_LONGEST = 20  # bars
_LENGTH_COST = {2: 0.5, 4: 0.1, 6: 0.25, 8: 0.0, 10: 0.25, 12: 0.3, 16: 0.4}
_ODD_COST = 0.4
_NOVELTY, _SAME = 0.2, 0.7
_TIMBRE = 0.35
_STEADY = 0.3  # deviation of log magnitude that counts as a change of timbre
_SHORTEST_S = 4.0
_UNIFORM = 0.05
_PER_SECTION = 0.1


def bar_features(chroma: Matrix, timbre: Matrix, starts: NDArray[np.intp]) -> Matrix:
    """A vector per bar, of length 1 at most, from the beats' chroma (beats, 12) and timbre (beats, bands).

    `starts` are the indices of the downbeats.
    """
    ends = np.append(starts[1:], len(chroma))
    rows = []
    for a, b in zip(starts, ends, strict=True):
        place = np.minimum(a + np.arange(_PLACES) * (b - a) // _PLACES, len(chroma) - 1)
        rows.append(chroma[place].reshape(-1))
    harmony = _unit(np.array(rows))
    colour = np.array([timbre[a:b].mean(0) for a, b in zip(starts, ends, strict=True)])
    colour = (colour - colour.mean(0)) / np.maximum(colour.std(0), _STEADY)
    colour = colour / np.maximum(np.linalg.norm(colour, axis=1, keepdims=True), np.sqrt(colour.shape[1]) / 2)
    return np.asarray(np.hstack([np.sqrt(1 - _TIMBRE) * harmony, np.sqrt(_TIMBRE) * colour]))


def _unit(rows: Matrix) -> Matrix:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _without_slivers(cuts: list[int], edges_s: Matrix) -> list[int]:
    """Cuts of which none is less than four seconds from the one before or from the end."""
    kept = [cuts[0]]
    for cut in cuts[1:-1]:
        if edges_s[cut] - edges_s[kept[-1]] >= _SHORTEST_S and edges_s[cuts[-1]] - edges_s[cut] >= _SHORTEST_S:
            kept.append(cut)
    return [*kept, cuts[-1]]


def find_sections(features: Matrix, edges_s: Matrix) -> list[Section]:
    """Sections over bars with `features` (bars, d); `edges_s` has the bars' times, one more than bars."""
    similarity = features @ features.T
    cuts = _cut(similarity) if similarity.std() > _UNIFORM else [0, len(similarity)]
    cuts = _without_slivers(cuts, edges_s)
    labels = _letters(similarity, cuts)
    return [
        Section(round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), label)
        for a, b, label in zip(cuts[:-1], cuts[1:], labels, strict=True)
    ]


def _cut(similarity: Matrix) -> list[int]:
    """Bar indices where sections begin, and the end: the best-paying chain of stretches."""
    bars = len(similarity)
    usual = float(np.median(similarity))
    spread = float(similarity.std()) or 1.0
    novelty = _novelty(similarity) / spread
    best, back = np.full(bars + 1, -np.inf), np.zeros(bars + 1, int)
    best[0] = 0
    runs = _runs(similarity)
    for end in range(1, bars + 1):
        for length in range(1, min(_LONGEST, end) + 1):
            start = end - length
            again = (_recurrence(runs, start, length) - usual) / spread
            gain = length / 8 * again + _NOVELTY * novelty[start] - _LENGTH_COST.get(length, _ODD_COST) - _PER_SECTION
            if best[start] + gain > best[end]:
                best[end], back[end] = best[start] + gain, start
    cuts = [bars]
    while cuts[-1] > 0:
        cuts.append(int(back[cuts[-1]]))
    return cuts[::-1]


def _runs(similarity: Matrix) -> Matrix:
    """Running sums down the diagonals: runs[i + n, j + n] - runs[i, j] sums n steps from (i, j)."""
    runs = np.zeros((len(similarity) + 1,) * 2)
    for row, values in enumerate(similarity):
        runs[row + 1, 1:] = runs[row, :-1] + values
    return runs


def _recurrence(runs: Matrix, start: int, length: int) -> float:
    """How alike the stretch is, bar by bar, to the most similar other stretch that does not overlap it."""
    places = len(runs) - length
    sums = runs[start + length, length:] - runs[start, :places]
    other = np.abs(np.arange(places) - start) >= length
    return float(sums[other].max() / length) if other.any() else 0.0


def _novelty(similarity: Matrix, reach: int = 4) -> Matrix:
    """Checkerboard novelty of each bar against the `reach` bars before and after."""
    bars = len(similarity)
    out = np.zeros(bars)
    for k in range(1, bars):
        before, after = slice(max(0, k - reach), k), slice(k, min(bars, k + reach))
        within = similarity[before, before].mean() + similarity[after, after].mean()
        out[k] = within / 2 - similarity[before, after].mean()
    return out


def _letters(similarity: Matrix, cuts: list[int]) -> list[str]:
    """A letter per section, in order of first appearance; average-linkage clusters of likeness."""
    spans = list(pairwise(cuts))
    alike = np.array([[_likeness(similarity, a, b) for b in spans] for a in spans])
    groups = [[k] for k in range(len(spans))]
    while len(groups) > 1:
        pairs = [(alike[np.ix_(g, h)].mean(), i, j) for i, g in enumerate(groups) for j, h in enumerate(groups[:i])]
        value, i, j = max(pairs)
        if value < _SAME:
            break
        groups[j] += groups.pop(i)
    names = {k: letter(rank) for rank, group in enumerate(sorted(groups, key=min)) for k in group}
    return [names[k] for k in range(len(spans))]


def _likeness(similarity: Matrix, a: tuple[int, int], b: tuple[int, int]) -> float:
    """Mean similarity along the best alignment of the shorter span within the longer."""
    block = similarity[a[0] : a[1], b[0] : b[1]]
    if block.shape[0] > block.shape[1]:
        block = block.T
    short, long = block.shape
    if long > 2 * short:
        return 0.0
    return max(float(np.diagonal(block, k)[:short].mean()) for k in range(long - short + 1))


def letter(rank: int) -> str:
    """A, B, ... Z, A2, B2, ..."""
    return chr(ord("A") + rank % 26) + (str(rank // 26 + 1) if rank >= 26 else "")
