"""Programme loudness, loudness range and true peak: ITU-R BS.1770-4, EBU R 128, EBU Tech 3341 and 3342.

The K-weighting is designed for any sample rate by the bilinear transform of the analogue prototype behind the
standard's 48 kHz coefficients (Mansbridge et al., AES 2012). It runs as overlap-save in the frequency domain;
its impulse response has decayed below -190 dB after the 0.1 s of overlap. Channels are in WAV order;
the LFE is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, pi, tan

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Loudness
from tools.audio.constants import at_once, constant
from tools.audio.resample import resampled

Curve = NDArray[np.float64]

STEP_S = 0.1
_STEPS_A_SECOND = 10
_BLOCK_STEPS, _SHORT_STEPS = 4, 30  # 400 ms gating blocks, 3 s short-term windows
_FINER = 5  # the loudest moment is looked for every 20 ms: EBU Tech 3341, case 13
_STEPS_AT_ONCE, _BLOCKS_AT_ONCE = 6, 16
_ABSOLUTE_GATE = -70.0
_SURROUND = 1.41
_WORTH_A_LOOK = 0.56  # of the highest sample


@dataclass(frozen=True)
class Levels:
    """K-weighted power of the track, all channels summed: `power` (steps,) of 0.1 s each.

    `fine` has a whole number of values a step: five, or one at sample rates that do not divide by fifty.
    """

    power: Curve
    fine: Curve

    def short_term(self) -> Curve:
        """LUFS in 3 s windows, every 0.1 s; empty below 3 s."""
        return _lufs(_windowed(self.power, _SHORT_STEPS))

    def loudest(self, steps: int) -> float | None:
        """The highest LUFS in any window of so many steps; None in silence or where the track is shorter."""
        windows = _windowed(self.fine, steps * (len(self.fine) // max(len(self.power), 1)))
        highest = float(_lufs(windows).max()) if len(windows) else _ABSOLUTE_GATE
        return round(highest, 2) if highest > _ABSOLUTE_GATE else None


def measure_levels(samples: Tensor, rate: int) -> Levels:
    """K-weighted power of samples (channels, frames) in steps of 0.1 s; a rest under 0.1 s is left out."""
    step = round(rate * STEP_S)
    parts = gcd(step, _FINER)
    total = np.zeros(samples.shape[1] // step * parts)
    for channel, weight in zip(samples, channel_weights(len(samples)), strict=True):
        if weight:
            total += weight * _step_power(channel, rate, step, parts)
    return Levels(total.reshape(-1, parts).mean(1), total)


def channel_weights(count: int) -> list[float]:
    """BS.1770 weights by the usual layouts of 1 to 8 channels; further channels count once."""
    surround = {5: [1, 1, 1, _SURROUND, _SURROUND], 6: [1, 1, 1, 0, _SURROUND, _SURROUND]}
    surround[7] = [*surround[6], _SURROUND]
    surround[8] = [*surround[6], _SURROUND, _SURROUND]
    return list(surround.get(count, [1.0] * count))


def _step_power(channel: Tensor, rate: int, step: int, parts: int) -> Curve:
    """Mean square of one K-weighted channel (frames,) in each part of each whole step."""
    size = 2 ** (step * (_STEPS_AT_ONCE + 1) - 1).bit_length()
    response = _k_weighting(channel.device, size, rate)
    hop, blocks = step * _STEPS_AT_ONCE, at_once(channel.device, _BLOCKS_AT_ONCE)
    out = []
    for start in range(0, channel.numel() - step + 1, hop * blocks):
        piece = channel[max(start - step, 0) : start + hop * blocks]
        before = step if start == 0 else 0
        after = -(before + piece.numel() - step) % hop
        rows = torch.nn.functional.pad(piece, (before, after)).unfold(0, hop + step, hop)
        filtered = torch.fft.irfft(torch.fft.rfft(rows, size) * response, size)
        kept = filtered[:, step : step + hop].reshape(-1, step // parts)
        out.append((kept**2).mean(1))
    power = torch.cat(out) if out else channel.new_zeros(0)
    return np.asarray(power[: channel.numel() // step * parts].cpu().double().numpy())


@constant
def _k_weighting(size: int, rate: int) -> Tensor:
    """Complex response of shelf and high-pass at the frequencies of a real FFT of `size`."""
    z = torch.exp(-2j * pi * torch.arange(size // 2 + 1, dtype=torch.float64) / size)
    response = torch.ones_like(z)
    for b, a in (_shelf(rate), _high_pass(rate)):
        response = response * (b[0] + b[1] * z + b[2] * z**2) / (a[0] + a[1] * z + a[2] * z**2)
    return response.to(torch.complex64)


def _shelf(rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    f0, gain_db, q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = tan(pi * min(f0 / rate, 0.49))
    high = 10 ** (gain_db / 20)
    band = high**0.4996667741545416
    b = (high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    return b, (1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)


def _high_pass(rate: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    f0, q = 38.13547087602444, 0.5003270373238773
    k = tan(pi * f0 / rate)
    norm = 1 + k / q + k * k  # the standard leaves the numerator at 1, -2, 1
    return (1.0, -2.0, 1.0), (1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)


def _windowed(power: Curve, steps: int) -> Curve:
    """Mean power over each run of `steps`."""
    if len(power) < steps:
        return np.zeros(0)
    sums = np.concatenate([[0.0], np.cumsum(power)])
    return np.asarray(np.maximum(sums[steps:] - sums[:-steps], 0) / steps)


def _lufs(power: Curve) -> Curve:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-15)))


def programme_loudness(levels: Levels, peak_dbtp: float | None) -> Loudness:
    """Integrated loudness with both gates, range and maxima; None where nothing passes the absolute gate."""
    blocks = _windowed(levels.power, _BLOCK_STEPS)
    integrated = None
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if len(loud):
        gated = loud[_lufs(loud) > _lufs(loud.mean()[None]) - 10]
        integrated = round(float(_lufs(gated.mean()[None])[0]), 2)
    return Loudness(
        integrated,
        _range(levels.short_term()),
        peak_dbtp,
        short_term_max_lufs=levels.loudest(_SHORT_STEPS),
        momentary_max_lufs=levels.loudest(_BLOCK_STEPS),
        short_term_lufs=_by_second(levels.short_term()),
    )


def _by_second(short_term: Curve) -> list[float]:
    """Short-term loudness in the 3 s around the middle of each second; the outermost windows stand for the ends."""
    if not len(short_term):
        return []
    seconds = (len(short_term) + _SHORT_STEPS - 1) // _STEPS_A_SECOND
    starts = np.arange(seconds) * _STEPS_A_SECOND + (_STEPS_A_SECOND - _SHORT_STEPS) // 2
    curve = np.maximum(short_term[np.clip(starts, 0, len(short_term) - 1)], _ABSOLUTE_GATE)
    return [round(float(v), 1) for v in curve]


def _range(short_term: Curve) -> float | None:
    """EBU Tech 3342: 10th to 95th percentile of short-term loudness, gated at -70 LUFS and mean - 20 LU."""
    loud = short_term[short_term > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    mean = 10 * np.log10(np.mean(10 ** (loud / 10)))
    low, high = np.percentile(loud[loud > mean - 20], [10, 95])
    return round(float(high - low), 2)


def true_peak(samples: Tensor, rate: int) -> float | None:
    """The highest peak of samples (channels, frames) in dBTP, four times oversampled; None in silence.

    Between samples that stay 5 dB below the highest sample no higher peak is looked for.
    """
    times = max(1, min(4, round(192_000 / rate)))
    peak = float(torch.linalg.vector_norm(samples, torch.inf)) if samples.numel() else 0.0
    for channel in samples if times > 1 else []:
        pieces = resampled(channel, Fraction(times), _WORTH_A_LOOK * peak)
        highest = [piece.abs().max() for piece in pieces if piece.numel()]
        peak = max([peak, *(torch.stack(highest).tolist() if highest else [])])
    return round(20 * float(np.log10(peak)), 2) if peak > 1e-7 else None
