"""Beats out of what the network hears.

The best chain through the beat activations: each gap costs by how much it differs from the gap before, and by how
little the network believes in that period there (a semi-Markov reading of the bar pointer of Krebs, Boeck & Widmer,
ISMIR 2015). How fast to tap of two or three ways that all fit is decided over the whole track, so that the taps do not double
and halve with the arrangement. No gap is shorter than `_SHORTEST` frames, so that many frames are decided at once. Frames are the
network's, 50 a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.audio.pulse import PERIODS_S, Heard

Curve = NDArray[np.float64]
Curve32 = NDArray[np.float32]

_SHORTEST, _LONGEST = 10, 80  # frames between beats: 300 to 38 BPM
_RATIO = 1.04  # from one gap that is tried to the next, where that is more than a frame
_GAPS = np.unique(np.round(_SHORTEST * _RATIO ** np.arange(54)).astype(int)).clip(max=_LONGEST)
_EASE = 0.6  # log odds given to every beat, so that a chain bridges what is not heard
_FLOOR = -3.5
_BELIEF, _DOUBT = 0.8, -5.0  # weight and lower bound of a period's log probability
_MULTIPLES, _SAME = (
    (1 / 3, 1 / 2, 1, 2, 3),
    0.12,
)  # ways to tap the same pulse; deviation (natural log) of periods that are one
_ITSELF = _MULTIPLES.index(1)
_LEVEL, _LEAST, _TRACE = 3.0, -4.0, 1e-3  # weight and lower bound of a way's share, and the share that every way has
_STEADINESS, _LEAP = 50.0, 8.0  # cost of an octave's change of gap, and of any change at most
_FEWEST, _EXACT_S = 8, 0.03  # beats to carry on from, and how close to them an onset must fall
_RESTART = 25.0  # of a chain that ends and another one
_EVEN, _CLOCKLIKE = 0.04, 0.95  # deviation of a gap from the median, and share of gaps within it that makes a clock
_SHORTEST_S, _LONGEST_S = 0.2, 1.6


@dataclass(frozen=True)
class Beats:
    """Times of the beats in seconds, how sure the network is of them on the whole, and how sure it is that a listener would
    tap these and not twice or half as many, both 0 to 1."""

    times: Curve
    confidence: float
    level: float = 1.0


def track_beats(heard: Heard, onset_times: Sequence[float] = ()) -> Beats:
    """The beats; none where nothing is heard. At both ends they go on for as long as onsets fall where they should.

    Onsets that come as evenly as a clock's are a pulse also where the network, which expects music, hears none.
    """
    near, onsets = _near(heard.beat), np.array(onset_times)
    frames, ticks = _best_chain(_gains(near), _beliefs(heard)), _ticks(onsets)
    if len(frames) < 2:
        return ticks
    times = _refined(heard.beat, frames) / heard.fps
    confidence = float(near[frames].mean())
    if len(ticks.times) and abs(_gap(times) / _gap(ticks.times) - 1) < _EVEN:
        confidence = max(confidence, ticks.confidence)
    ahead = _carried_on(times, onsets)
    behind = _carried_on(-times[::-1], -onsets[::-1])
    return Beats(np.concatenate([-behind[::-1], times, ahead]), confidence, _surety(heard, _gap(times)))


def _ticks(onsets: Curve) -> Beats:
    """The onsets (n,) themselves, where they follow each other in one gap; else no beats."""
    if len(onsets) < _FEWEST:
        return Beats(np.zeros(0), 0.0)
    gaps = np.diff(onsets)
    even = float((np.abs(gaps / np.median(gaps) - 1) < _EVEN).mean())
    if even < _CLOCKLIKE or not _SHORTEST_S <= np.median(gaps) <= _LONGEST_S:
        return Beats(np.zeros(0), 0.0)
    return Beats(onsets, even)


def _gap(times: Curve) -> float:
    return float(np.median(np.diff(times)))


def _carried_on(times: Curve, onsets: Curve) -> Curve:
    """Onsets that follow the last of `times` one after the other in its gap."""
    found: list[float] = []
    if len(times) < _FEWEST or not len(onsets):
        return np.zeros(0)
    last, gap = float(times[-1]), _gap(times[-_FEWEST:])
    while True:
        nearest = float(onsets[np.abs(onsets - last - gap).argmin()])
        if abs(nearest - last - gap) > _EXACT_S:
            return np.array(found)
        found.append(nearest)
        last = nearest


def _near(beat: Curve) -> Curve:
    """Probability of a beat around each frame: the network spreads one over three."""
    return np.asarray(np.convolve(beat, [0.5, 0.5, 0.5], "same").clip(0.005, 0.995))


def _gains(near: Curve) -> Curve32:
    """Log odds of a beat in each frame."""
    return np.asarray((np.log(near / (1 - near)) + _EASE).clip(_FLOOR), np.float32)


def _beliefs(heard: Heard) -> Curve32:
    """What each gap gains or loses by the network's belief in its period, there and in the whole track: (rows, gaps)."""
    place = np.interp(np.log(_GAPS / heard.fps), np.log(PERIODS_S.numpy()), np.arange(len(PERIODS_S)))
    low = place.astype(int).clip(max=len(PERIODS_S) - 2)
    mixed = heard.period[:, low] * (1 - place + low) + heard.period[:, low + 1] * (place - low)
    here = _BELIEF * (mixed - mixed.max(1, keepdims=True)).clip(_DOUBT)
    return np.asarray(here + _LEVEL * _levels(heard), np.float32)


def _levels(heard: Heard) -> Curve:
    """Log ratio of how often each gap is believed in to how often the likeliest of its multiples is: (gaps,)."""
    shares = _shares(heard, _GAPS / heard.fps)
    return np.asarray(np.log(shares[:, _ITSELF] / shares.max(1)).clip(_LEAST))


def _surety(heard: Heard, period_s: float) -> float:
    """How often a period is believed in, of the times that it or the likeliest of its multiples is."""
    (shares,) = _shares(heard, np.array([period_s]))
    return float(shares[_ITSELF] / (shares[_ITSELF] + np.delete(shares, _ITSELF).max()))


def _shares(heard: Heard, periods_s: Curve) -> Curve:
    """How often multiples of periods (n,) are believed in: (n, _MULTIPLES)."""
    share = np.exp(heard.period).mean(0)
    away = np.log(periods_s)[:, None] + np.log(_MULTIPLES) - np.log(PERIODS_S.numpy())[:, None, None]
    return np.asarray(_TRACE + np.einsum("p,pgm->gm", share, np.exp(-0.5 * (away / _SAME) ** 2)))


def _gap_costs() -> Curve32:
    """The cost (gap before, next gap) of a change; to the next gap that is tried is rounding and costs nothing."""
    after, before = np.meshgrid(_GAPS, _GAPS)
    rounding = np.maximum(1.0, (_RATIO - 1) * 1.3 * np.minimum(before, after))
    away = (np.abs(after - before) - rounding).clip(0) / np.minimum(before, after)
    return np.asarray((_STEADINESS * away).clip(max=_LEAP), np.float32)


def _nearest(cost: Curve32) -> NDArray[np.intp]:
    """For each gap those from which it costs less than a leap, and others that fill the column: (n, gaps)."""
    many = int((cost < _LEAP).sum(0).max())
    return np.ascontiguousarray(cost.argsort(0, kind="stable")[:many])


def _best_chain(gain: Curve32, belief: Curve32) -> NDArray[np.intp]:
    """Frames of the chain that gains most; it may break off and start anew."""
    count, gaps, cost = len(gain), len(_GAPS), _gap_costs()
    near = _nearest(cost)
    near_cost = cost[near, np.arange(gaps)]
    best = np.full((count, gaps), -np.inf, np.float32)  # of a chain whose last beat and gap these are
    ready = np.full((count + _LONGEST, gaps), -np.inf, np.float32)  # of one that goes on with this gap
    top = np.empty(count, np.float32)  # of any gap
    fresh, ended = np.zeros(count, np.float32), np.full(count, -1)  # of one that starts here, and the end of the last
    done, done_at = np.float32(0), -1
    flat, believed = ready.reshape(-1), belief.repeat(4, 0)
    before = (np.arange(_SHORTEST)[:, None] - _GAPS + _LONGEST) * gaps + np.arange(gaps)  # in `flat`, of the first rows
    for first in range(0, count, _SHORTEST):
        rows = slice(first, min(first + _SHORTEST, count))
        if first >= _LONGEST:
            tops = top[first - _LONGEST : first - _LONGEST + _SHORTEST]
            if tops.max() - _RESTART > done:
                done, done_at = tops.max() - np.float32(_RESTART), first - _LONGEST + int(tops.argmax())
        fresh[rows], ended[rows] = done, done_at
        now = best[rows]
        np.add(flat.take(before[: len(now)] + first * gaps), believed[rows], out=now)
        np.maximum(now, done, out=now)
        now += gain[rows, None]
        top[rows] = now.max(1)
        kept = (now.take(near, 1) - near_cost).max(1)
        np.maximum(kept, top[rows, None] - np.float32(_LEAP), out=ready[first + _LONGEST :][: len(now)])
    return _traced(best, ready, belief, fresh, ended, cost)


def _traced(
    best: Curve32, ready: Curve32, belief: Curve32, fresh: Curve32, ended: NDArray[np.intp], cost: Curve32
) -> NDArray[np.intp]:
    """The chain that ends best, from its first frame on."""
    if not len(best) or best.max() <= 0:
        return np.zeros(0, np.intp)
    frame = int(best.max(1).argmax())
    gap = int(best[frame].argmax())
    chain = [frame]
    while True:
        before = frame - _GAPS[gap]
        if ready[before + _LONGEST, gap] + belief[frame // 4, gap] >= fresh[frame]:
            frame, gap = int(before), int((best[before] - cost[:, gap]).argmax())
        elif ended[frame] >= 0:
            frame = int(ended[frame])
            gap = int(best[frame].argmax())
        else:
            return np.array(chain[::-1])
        chain.append(frame)


def _refined(curve: Curve, frames: NDArray[np.intp]) -> Curve:
    """Frames moved to the centre of the activation around each, by up to a frame and a half."""
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, max(len(curve) - 1, 0))
    weight = curve[near] ** 2 + 1e-6
    return np.asarray((near * weight).sum(1) / weight.sum(1))
