"""Bars out of beats: meter and downbeats.

A Viterbi path through meter and place in the bar, one step a beat, over what the network hears: how much each beat
sounds like a downbeat, and how many beats to the bar. A bar may be cut short and the meter may change, at a cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.profile import MeterSpan
from tools.audio.pulse import METERS, Heard

Curve = NDArray[np.float64]
Places = NDArray[np.intp]

_CUT, _CHANGE = 5.0, 9.0  # cost of a bar that ends early, and of another meter
_BELIEF = 0.15  # weight of the meter's log probability, per beat
_RARE = 0.3  # cost per beat of bars of two that are not 6/8: most of them are halves of 4/4
_UNSURE, _UNHEARD = 0.03, 0.2  # bounds of the probability of a downbeat, and of the beat that it is held against
_STATES = [(meter, place) for meter in METERS for place in range(meter)]
_SIMPLE = {2: "2/4", 3: "3/4", 4: "4/4", 5: "5/4", 6: "6/4", 7: "7/4"}
_COMPOUND = {2: "6/8", 3: "9/8", 4: "12/8", 5: "15/8", 6: "18/8", 7: "21/8"}
_EIGHTHS = {5: "5/8", 6: "6/8", 7: "7/8"}  # of these bars, where beats come so fast that they are eighths
_EIGHTH_BPM = 190.0
_SHORTEST_SPAN = 3  # bars


@dataclass(frozen=True)
class Bars:
    """Of each beat, the beats in its bar, its place in the bar (0 on downbeats), and how much it sounds like a downbeat.

    All are (beats,); `meter` is the one that holds most of the track, as printed on a score.
    """

    meter: str
    counts: Places
    positions: Places
    accents: Curve
    names: tuple[str, ...]


def lay_bars(heard: Heard, beats_s: Curve) -> Bars:
    """The bars that fit best over at least two beats."""
    counts, places = np.array(_STATES).T
    accents = _accents(heard, beats_s)
    rows = np.clip((beats_s * heard.fps / 4).astype(int), 0, len(heard.meter) - 1)
    belief = _BELIEF * heard.meter[rows].clip(-6)
    belief[:, METERS.index(2)] -= _RARE * (1 - heard.triple[rows])
    fit = np.log(np.where(places == 0, accents[:, None], 1 - accents[:, None]))
    path = _viterbi(fit + belief[:, counts - METERS[0]], counts, places)
    names = _names(counts[path], beats_s, float(np.median(heard.triple[rows])) > 0.5)
    return Bars(max(set(names), key=names.count), counts[path], places[path], accents, tuple(names))


def _accents(heard: Heard, beats_s: Curve) -> Curve:
    """Probability that each beat is a downbeat: (beats,)."""
    frames = np.round(beats_s * heard.fps).astype(int)
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(heard.down) - 1)
    down, beat = heard.down[near].max(1), heard.beat[near].max(1)
    return np.asarray((down / np.maximum(beat, np.maximum(down, _UNHEARD))).clip(_UNSURE, 1 - _UNSURE))


def _viterbi(reward: Curve, counts: Places, places: Places) -> Places:
    """The best path of states: within a bar to the next place, from its end to any bar, from inside it at a cost."""
    first, ends = np.flatnonzero(places == 0), places == counts - 1
    leave = np.where(counts[first][:, None] == counts, 0.0, _CHANGE) + np.where(ends, 0.0, _CUT)
    step = np.arange(len(counts)) - 1
    best, back = reward[0], []
    for row in reward[1:]:
        options = best - leave
        source, value = step.copy(), best[step]
        source[first], value[first] = options.argmax(1), options.max(1)
        back.append(source)
        best = value + row
    path = [int(best.argmax())]
    for source in reversed(back):
        path.append(int(source[path[-1]]))
    return np.array(path[::-1])


def _names(counts: Places, beats_s: Curve, triple: bool) -> list[str]:
    """The meter of each beat's bar, as printed on a score."""
    fast = 60 / float(np.median(np.diff(beats_s))) > _EIGHTH_BPM
    names = _COMPOUND if triple else _SIMPLE | _EIGHTHS if fast else _SIMPLE
    return [names[int(count)] for count in counts]


def meter_spans(bars: Bars, beats_s: Curve, duration_s: float) -> list[MeterSpan]:
    """Stretches in one meter; a bar or two of another one is part of the stretch around it."""
    downs = np.flatnonzero(bars.positions == 0)
    if not len(downs):
        return []
    runs: list[tuple[int, str]] = []  # first bar, meter
    for bar, down in enumerate(downs):
        name = bars.names[down]
        if not runs or (
            name != runs[-1][1]
            and [bars.names[d] for d in downs[bar : bar + _SHORTEST_SPAN]].count(name) == _SHORTEST_SPAN
        ):
            runs.append((bar, name))
    edges = [0.0, *(float(beats_s[downs[bar]]) for bar, _ in runs[1:]), duration_s]
    found = []
    for (_, name), start, end in zip(runs, edges, edges[1:], strict=False):
        inside = (beats_s >= start) & (beats_s < end)
        found.append(MeterSpan(round(start, 3), round(end, 3), name, _confidence(bars, inside)))
    return found


def _confidence(bars: Bars, inside: NDArray[np.bool_]) -> float:
    """How far downbeats stand out from the other beats, 0 to 1."""
    down = inside & (bars.positions == 0)
    other = inside & (bars.positions != 0)
    if not down.any() or not other.any():
        return 0.0
    return round(float(np.clip(bars.accents[down].mean() - bars.accents[other].mean(), 0, 1)), 3)
