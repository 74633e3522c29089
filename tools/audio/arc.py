"""The course of a track: tension, brightness and density by the second, and its story in one line.

Tension (after Farbood, Music Perception 2012, in its simplest form) joins three things that listeners name: notes
outside the key, level above what came just before, and how dense the onsets are.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Arc, Energy, Key, clock
from tools.audio.chords import NAMES
from tools.audio.chroma import between
from tools.audio.spectrum import mel_centres

Curve = NDArray[np.float64]

_MAJOR_SCALE, _MINOR_SCALE = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)
_DARK_HZ, _BRIGHT_HZ = 300.0, 6000.0
_DENSE_HZ = 10.0  # onsets a second that fill the scale
_FOREIGN, _RISING, _BUSY = 0.4, 0.35, 0.25
_SMOOTH_S = 5


def measure_arc(
    energy: Energy, brightness_hz: Curve, chroma: Curve, key: Key | None, onset_times: Sequence[float]
) -> Arc:
    """Curves of as many seconds as the energy has, from `brightness_hz` (seconds,) and `chroma` (seconds, 12)."""
    seconds = len(energy.curve)
    if not seconds or not any(energy.curve):
        return Arc([0.0] * seconds, [0.0] * seconds, [0.0] * seconds, "")
    level = np.asarray(energy.curve)
    bright = np.log(np.maximum(brightness_hz, 1) / _DARK_HZ) / np.log(_BRIGHT_HZ / _DARK_HZ)
    bright = np.where(level > 0, np.clip(bright, 0, 1), 0)
    density = np.clip(_smooth(_counts(onset_times, seconds)) / _DENSE_HZ, 0, 1)
    rising = np.clip(0.5 + level - _before(level), 0, 1)
    tension = _FOREIGN * _foreign(chroma, key) + _RISING * rising * level + _BUSY * density
    return Arc(
        tension=_rounded(_smooth(tension)),
        brightness=_rounded(_smooth(bright)),
        density=_rounded(density),
        story=story(energy, density),
    )


def brightness_by_second(mel: Tensor, fps: float, low_hz: float, high_hz: float, seconds: int) -> Curve:
    """Centroid in Hz of mel magnitudes (frames, bands), for each second: (seconds,)."""
    mean = between(mel, np.arange(seconds + 1, dtype=float), fps).double()
    centres = mel_centres(mel.device, mel.shape[1], low_hz, high_hz).to(mean)
    return np.asarray(((mean @ centres) / mean.sum(1).clamp(min=1e-12)).cpu().numpy())


def _counts(times: Sequence[float], seconds: int) -> Curve:
    return np.bincount(np.clip(np.asarray(times, int), 0, seconds - 1), minlength=seconds).astype(float)


def _smooth(values: Curve) -> Curve:
    """Running mean over five seconds; shorter at the ends."""
    kernel = np.ones(min(_SMOOTH_S, len(values)))
    return np.asarray(np.convolve(values, kernel, "same") / np.convolve(np.ones(len(values)), kernel, "same"))


def _before(level: Curve) -> Curve:
    """Mean of the eight seconds before each."""
    total = np.concatenate([[0.0], np.cumsum(level)])
    ends = np.arange(len(level))
    starts = np.maximum(ends - 8, 0)
    return np.where(ends > 0, (total[ends] - total[starts]) / np.maximum(ends - starts, 1), level)


def _foreign(chroma: Curve, key: Key | None) -> Curve:
    """Share of the notes' strength that lies outside the key's scale, scaled so that a half is 1."""
    if key is None:
        return np.zeros(len(chroma))
    scale = np.zeros(12)
    scale[[(NAMES.index(key.tonic) + s) % 12 for s in (_MAJOR_SCALE if key.mode == "major" else _MINOR_SCALE)]] = 1
    total = chroma.sum(1)
    return np.asarray(np.clip(2 * (chroma @ (1 - scale)) / np.where(total > 1e-9, total, 1), 0, 1))


def _rounded(values: Curve) -> list[float]:
    return [round(float(v), 3) for v in values]


def story(energy: Energy, density: Curve) -> str:
    """ "opens sparse, lifts at 0:32, peaks at 1:10 and falls away"; empty for a level or very short track."""
    curve = energy.curve
    if len(curve) < 12 or max(curve) - min(curve) < 0.2:
        return ""
    eighth = max(len(curve) // 8, 1)
    level = [float(np.mean(curve[i : i + eighth])) for i in range(0, len(curve), eighth)]
    parts = [_opening(level, density[:eighth].mean() < 0.6 * density.mean())]
    steps = [(b - a, i * eighth) for i, (a, b) in enumerate(pairwise(level), 1)]
    rise, lifts = max(steps)
    peak = energy.peak_s or 0.0
    if rise > 0.15 * max(level) and 4 < lifts < peak - 4:
        parts.append(f"lifts at {clock(lifts)}")
    if energy.peak_s is not None:
        parts.append(f"peaks at {clock(peak)}")
    parts.append("falls away" if level[-1] < 0.6 * max(level) else "ends strong")
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def _opening(level: Sequence[float], sparse: bool) -> str:
    top = max(level)
    if level[0] < 0.6 * top:
        return "opens sparse" if sparse else "opens quietly"
    return "opens at full strength" if level[0] > 0.9 * top else "opens gently"
