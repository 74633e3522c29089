"""Tempo and beats.

Tempo: autocorrelation of the onset curve in 10-second windows, read along multiples of each period, times a
prior over what people tap, tracked over time by Viterbi. Beats: dynamic programming along that tempo (Ellis,
JNMR 2007). Periods are in seconds unless a name says frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Tempo, TempoPoint

Curve = NDArray[np.float64]

_WINDOW_S, _STEP_S = 10.0, 1.0
_PERIODS: Curve = np.asarray(60 / np.geomspace(40, 240, 249), np.float64)
_PRIOR_BPM, _PRIOR_OCTAVES = 90.0, 0.75
_MULTIPLES = {1: 0.45, 2: 0.22, 3: 0.11, 4: 0.22}
_DIVISION = 0.3
_TIGHTNESS = 300.0
_UNCLEAR, _CLEAR = 0.12, 0.6  # clarity of no pulse, and of a sure one
_STEADY_POWER = 0.02  # mean square of a window in which nothing happens
_FEWEST_BEATS = 4
_SPAN, _CURVE_STEP = 16, 8  # beats that a local tempo is averaged over, and beats between its points


@dataclass(frozen=True)
class TempoTrack:
    """`periods` (windows,): the beat period around `times`; `clarity` 0 to 1: how periodic the onsets are."""

    times: Curve
    periods: Curve
    clarity: float


def track_tempo(strength: Tensor, fps: float) -> TempoTrack:
    """The course of the beat period in an onset curve (frames,)."""
    correlation = _autocorrelation(strength, fps)
    comb = _comb(correlation, fps)
    prior = np.exp(-0.5 * (np.log2(60 / _PERIODS / _PRIOR_BPM) / _PRIOR_OCTAVES) ** 2)
    total = comb.mean(0)
    score = (0.7 * total + 0.3 * comb) * prior
    path = _smooth_path(np.asarray(score, np.float64))
    clarity = float(np.clip(comb[np.arange(len(path)), path].mean(), 0, 1))
    times = np.arange(len(path), dtype=np.float64) * _STEP_S
    return TempoTrack(times, np.asarray(_PERIODS[path], np.float64), clarity)


def _autocorrelation(strength: Tensor, fps: float) -> Tensor:
    """Normalised autocorrelation (windows, lags) in windows centred on every second."""
    size, step = round(_WINDOW_S * fps), round(_STEP_S * fps)
    padded = torch.nn.functional.pad(strength, (size // 2, size // 2 + step))
    frames = padded.unfold(0, size, step)
    window = torch.hann_window(size, periodic=False, device=strength.device)
    frames = (frames - frames.mean(1, keepdim=True)) * window
    power = torch.fft.rfft(frames, 2 * size).abs() ** 2
    correlation: Tensor = torch.fft.irfft(power)[:, :size]
    total: Tensor = correlation[:, :1].clamp(min=_STEADY_POWER * size)
    return correlation / total


def _comb(correlation: Tensor, fps: float) -> Curve:
    """How well each period explains the onsets: (windows, periods), about 0 to 1.

    The correlation at 1 to 4 times the period, plus what speaks for this level of the meter: the beat divides
    into two or three, and these parts are weaker than the beat itself.
    """
    table = correlation.cpu().double().numpy()
    lags = np.arange(table.shape[1]) / fps

    def at(times: float) -> Curve:
        return np.array([np.interp(times * _PERIODS, lags, row) for row in table])

    one = np.maximum(at(1), 1e-3)
    multiples = sum((weight * at(k) for k, weight in _MULTIPLES.items()), np.zeros_like(one))
    parts = np.clip(np.maximum(at(1 / 2), 0.9 * at(1 / 3)), 0, one)
    return np.asarray(multiples + _DIVISION * 4 * parts * (1 - parts / one))


def _smooth_path(score: Curve) -> NDArray[np.intp]:
    """The best path through (windows, periods); a change costs by its size in octaves."""
    octave = np.log2(_PERIODS)
    cost = 4.0 * np.minimum(np.abs(octave[:, None] - octave[None, :]), 0.5)
    best, back = score[0], []
    for row in score[1:]:
        reach = best[:, None] - cost
        back.append(reach.argmax(0))
        best = row + reach.max(0)
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return np.array(path[::-1])


def track_beats(strength: Curve, fps: float, tempo: TempoTrack) -> Curve:
    """Beat times in seconds: the chain of strong onsets whose gaps keep to the local period."""
    count = len(strength)
    times = np.arange(count) / fps
    periods = np.exp(np.interp(times, tempo.times, np.log(tempo.periods))) * fps
    kernel = np.exp(-0.5 * (np.arange(-3, 4) / 1.5) ** 2)
    local = np.convolve(strength, kernel / kernel.sum(), "same")
    total, back = local.copy(), np.full(count, -1)
    longest = int(2 * periods.max()) + 1
    log_gap = np.log(np.arange(1, longest + 1))
    for t in range(count):
        period = periods[t]
        near, far = max(1, int(period / 2)), min(t, int(2 * period))
        if far <= near:
            continue
        cost = _TIGHTNESS * (log_gap[near - 1 : far] - np.log(period)) ** 2
        reach = total[t - far : t - near + 1][::-1] - cost
        best = int(reach.argmax())
        if reach[best] > 0:
            total[t] += reach[best]
            back[t] = t - near - best
    last = count - 1 - int(total[::-1][: int(periods[-1]) + 1].argmax())
    chain = [last]
    while back[chain[-1]] >= 0:
        chain.append(int(back[chain[-1]]))
    return _refined(local, np.array(chain[::-1])) / fps


def describe_tempo(beats_s: Curve, clarity: float) -> Tempo:
    """The tempo of tracked beats and its course; bpm None where onsets are not periodic or beats too few."""
    confidence = round(float(np.clip(clarity / _CLEAR, 0, 1)), 3)
    if len(beats_s) < _FEWEST_BEATS or clarity < _UNCLEAR:
        return Tempo(None, confidence)
    span = min(_SPAN, len(beats_s) - 1)
    local = 60 * span / (beats_s[span:] - beats_s[:-span])
    middle = (beats_s[span:] + beats_s[:-span]) / 2
    curve = [
        TempoPoint(round(float(t), 3), round(float(bpm), 2))
        for t, bpm in zip(middle[::_CURVE_STEP], local[::_CURVE_STEP], strict=True)
    ]
    return Tempo(round(float(np.median(local)), 2), confidence, curve)


def _refined(curve: Curve, frames: NDArray[np.intp]) -> Curve:
    """Frames moved to the top of the parabola through each and its neighbours."""
    inner = np.clip(frames, 1, len(curve) - 2)
    left, mid, right = curve[inner - 1], curve[inner], curve[inner + 1]
    bend = left - 2 * mid + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, 1), 0.0)
    return np.asarray(frames + np.clip(shift, -0.5, 0.5))
