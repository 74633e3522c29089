"""Where parts begin: the best-paying chain of stretches of bars, by dynamic programming.

A stretch pays when it comes back elsewhere, bar by bar, when it is as long as parts usually are (Sargent, Bimbot &
Vincent, TASLP 2017), and when it begins where a part would: where a run of repetition begins or has just ended
(structure features: Serra, Mueller, Grosche & Arcos, IEEE TMM 2014), where the notes rest before it because a phrase
is over, and where the sound changes (Foote, ICME 2000). A rest counts for all bars that go on like the one it was
heard before, and a second look lets a part begin where its repeats were found to begin.

`likeness` (bars, bars) is in deviations from the usual likeness of two bars, all zero where nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

_LONGEST = 20  # bars
_LENGTH_COST = {4: 0.2, 5: 0.5, 6: 0.5, 7: 0.5, 8: 0.0, 9: 0.5, 10: 0.5, 12: 0.2, 16: 0.7}
_ODD_COST, _PER_PART = 1.0, 0.27
_AGAIN = 0.175  # for each bar of a stretch that comes back, per deviation of likeness
_BEGIN, _END, _REST, _CHANGE = 0.3, 0.24, 0.2, 0.12  # per deviation over the track
_STEPS = (2, 4)  # bars that a run of repetition is followed over
_CHANGE_REACH = 4  # bars on either side
_ALIKE = 1.0  # likeness from which bars count as going on alike
_BEFORE, _BY_CHANCE = 0.5, 0.3  # for beginning where repeats begin; the share of them that do so by chance
_TOLD = 0.5  # weight of repeats from which they have a say


def find_cuts(likeness: Matrix, rest: Matrix) -> list[int]:
    """Bars at which parts begin, the first of them 0, and then the number of bars.

    `rest` (bars,) says how quiet the notes are before each bar, in any unit.
    """
    repeats = _repeats(likeness)
    rest = _scaled(rest)
    rest = (rest + repeats @ rest) / (1 + repeats.sum(1))
    begins, ends = _run_edges(likeness)
    evidence = _BEGIN * begins + _END * ends + _REST * rest + _CHANGE * _scaled(_novelty(likeness))
    again = _recurrence(likeness)
    cuts = _best_chain(evidence, again)
    weight = repeats.sum(1)
    share = repeats[:, cuts[:-1]].sum(1) / np.maximum(weight, _TOLD)
    evidence += np.where(weight > _TOLD, _BEFORE * (share - _BY_CHANCE), 0)
    return _best_chain(evidence, again)


def _repeats(likeness: Matrix) -> Matrix:
    """How much more than usual each bar goes on like each other one, for a while: (bars, bars), 0 for most."""
    steps = _STEPS[-1]
    return np.asarray(np.clip(_ahead(likeness, steps) - _ALIKE, 0, None) * (_lags(len(likeness)) >= steps))


def _run_edges(likeness: Matrix) -> tuple[Matrix, Matrix]:
    """How clearly a run of repetition begins at each bar, and how clearly one ends before it: (bars,) each."""
    bars = len(likeness)
    begins, ends = np.zeros(bars), np.zeros(bars)
    for steps in _STEPS:
        ahead = np.clip(_ahead(likeness, steps), 0, None)
        behind = np.clip(_ahead(likeness[::-1, ::-1], steps)[::-1, ::-1], 0, None)
        turn = np.zeros((bars, bars))
        turn[1:, 1:] = ahead[1:, 1:] - behind[:-1, :-1]
        turn *= _lags(bars) >= steps
        begins += _scaled(turn.max(1))
        ends += _scaled(-turn.min(1))
    return _scaled(begins), _scaled(ends)


def _ahead(likeness: Matrix, steps: int) -> Matrix:
    """Mean likeness from each pair of bars on, bar by bar, over `steps` bars or to the end of the track."""
    bars = len(likeness)
    total, count = np.zeros((bars, bars)), np.zeros((bars, bars))
    for step in range(min(steps, bars)):
        total[: bars - step, : bars - step] += likeness[step:, step:]
        count[: bars - step, : bars - step] += 1
    return total / count


def _lags(bars: int) -> NDArray[np.intp]:
    """How many bars apart each pair of bars is; runs of no more bars than that do not overlap."""
    place = np.arange(bars)
    return np.asarray(np.abs(place[:, None] - place))


def _novelty(likeness: Matrix) -> Matrix:
    """How alike the bars before are, and those after, less how alike both are, at each bar: (bars,)."""
    bars = len(likeness)
    out = np.zeros(bars)
    for k in range(1, bars):
        before, after = slice(max(0, k - _CHANGE_REACH), k), slice(k, min(bars, k + _CHANGE_REACH))
        within = likeness[before, before].mean() + likeness[after, after].mean()
        out[k] = within / 2 - likeness[before, after].mean()
    return out


def _scaled(values: Matrix) -> Matrix:
    """At zero mean and unit deviation, or all zero where nothing stands out."""
    spread = values.std()
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values))


def _recurrence(likeness: Matrix) -> Matrix:
    """How alike each stretch is, bar by bar, to the most similar one elsewhere: (_LONGEST, bars), by length and start.

    Row n holds stretches of n + 1 bars; 0 where there is no room for another.
    """
    bars = len(likeness)
    total, lags = np.zeros((bars, bars)), _lags(bars)
    out = np.zeros((_LONGEST, bars))
    for n in range(min(_LONGEST, bars // 2)):
        places = bars - n
        total = total[:places, :places] + likeness[n:, n:]
        mean = np.where(lags[:places, :places] > n, total, -np.inf).max(1) / (n + 1)
        out[n, :places] = np.where(np.isfinite(mean), mean, 0)
    return out


def _best_chain(evidence: Matrix, again: Matrix) -> list[int]:
    """The cuts of the chain of stretches that pays most, 0 and the number of bars included."""
    bars = len(evidence)
    lengths = np.arange(1, _LONGEST + 1)
    cost = _PER_PART + np.array([_LENGTH_COST.get(int(n), _ODD_COST) for n in lengths])
    pays = evidence + _AGAIN * lengths[:, None] * again - cost[:, None]
    pays[:, 0] -= evidence[0]
    best, back = np.zeros(bars + 1), np.zeros(bars + 1, int)
    for end in range(1, bars + 1):
        starts = end - lengths[: min(_LONGEST, end)]
        value = best[starts] + pays[lengths[: len(starts)] - 1, starts]
        best[end], back[end] = value.max(), starts[value.argmax()]
    cuts = [bars]
    while cuts[-1] > 0:
        cuts.append(int(back[cuts[-1]]))
    return cuts[::-1]
