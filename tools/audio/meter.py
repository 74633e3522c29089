"""Meter and downbeats: which beats the harmony changes on and the bass enters on.

Each candidate bar length is laid over the beats by Viterbi (a bar may be cut short, at a cost), and the one
whose downbeats stand out most from the other beats is taken. Three notes to the beat make a compound meter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

_SLIP = 6.0  # cost of a bar that does not have its full count
# how readily a bar of so many beats is taken
_FAVOUR = {2: 0.6, 3: 0.9, 4: 1.0}
_COMPOUND_FAVOUR = {2: 1.0, 3: 0.7, 4: 0.7}
_SIMPLE = {2: "2/4", 3: "3/4", 4: "4/4"}
_COMPOUND = {2: "6/8", 3: "9/8", 4: "12/8"}


@dataclass(frozen=True)
class Bars:
    """`meter` as printed on a score, and `positions` (beats,): 0 on each downbeat."""

    meter: str
    positions: NDArray[np.intp]
    strength: float


def accents(chroma: Curve, bass_chroma: Curve, onset: Curve, bass_onset: Curve) -> Curve:
    """How much each beat sounds like a downbeat: (beats,), zero mean, unit deviation. Chroma in unit rows."""
    parts = [
        2.0 * _novelty(chroma),
        2.0 * _novelty(bass_chroma),
        0.5 * _scaled(onset),
        1.0 * _scaled(bass_onset),
    ]
    return _scaled(np.sum(parts, 0))


def _novelty(chroma: Curve) -> Curve:
    """How much the two beats from here on differ from the two before."""
    ahead = chroma + np.vstack([chroma[1:], chroma[-1:]])
    behind = np.vstack([chroma[:1], chroma[:1], ahead[:-2]])[: len(chroma)]
    norm = np.linalg.norm(ahead, axis=1) * np.linalg.norm(behind, axis=1)
    change = np.where(norm > 1e-9, 1 - (ahead * behind).sum(1) / np.maximum(norm, 1e-9), 0)
    change[0] = 0
    return _scaled(change)


def _scaled(values: Curve) -> Curve:
    spread = values.std()
    return np.asarray((values - values.mean()) / (spread if spread > 1e-9 else 1))


def find_bars(accent: Curve, compound: bool) -> Bars:
    """The bar length and phase that the accents (beats,) speak for."""
    found = []
    for count, favour in (_COMPOUND_FAVOUR if compound else _FAVOUR).items():
        positions = _lay(accent, count)
        found.append((favour * _contrast(accent, positions == 0), count, positions))
    strength, count, positions = max(found, key=lambda f: f[0])
    return Bars((_COMPOUND if compound else _SIMPLE)[count], positions, float(strength))


def _lay(accent: Curve, count: int) -> NDArray[np.intp]:
    """The position in the bar of each beat, by Viterbi; a bar may end early at a cost."""
    reward = np.zeros((len(accent), count))
    reward[:, 0] = accent
    best, back = reward[0], []
    for row in reward[1:]:
        source = np.roll(np.arange(count), 1)
        value = best[source]
        early = int(best.argmax())
        if best[early] - _SLIP > value[0]:
            source[0], value[0] = early, best[early] - _SLIP
        back.append(source)
        best = value + row
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return np.array(path[::-1])


def _contrast(accent: Curve, down: NDArray[np.bool_]) -> float:
    """How far the downbeats' accents lie above the others', in standard errors."""
    if down.all() or not down.any():
        return 0.0
    error = np.sqrt(1 / down.sum() + 1 / (~down).sum())
    return float((accent[down].mean() - accent[~down].mean()) / error)


def is_compound(beats_s: Curve, strength: Curve, fps: float) -> bool:
    """Whether onsets divide the beats in three rather than in two or four."""
    if len(beats_s) < 4:
        return False
    gap = np.diff(beats_s)

    def mean_at(place: float) -> float:
        frames = np.round((beats_s[:-1] + place * gap) * fps).astype(int)
        near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(strength) - 1)
        return float(strength[near].max(1).mean())

    thirds = min(mean_at(1 / 3), mean_at(2 / 3))
    return thirds > 1.5 * max(mean_at(1 / 2), mean_at(1 / 4), mean_at(3 / 4)) and thirds > 0.3
