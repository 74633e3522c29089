"""Energy over time and the colour of the sound.

Brightness is the centroid of the magnitude spectrum; shares are of spectral power. The percussive share comes
from median filters on a mel spectrogram (Fitzgerald, DAFx 2010), cheap because it is small. Frames weigh by
their power, so that silence says nothing.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Energy, Timbre
from tools.audio.constants import at_once
from tools.audio.loudness import STEP_S, Levels
from tools.audio.onsets import Onsets
from tools.audio.spectrum import short_time

Curve = NDArray[np.float64]

_SIZE, _HOP = 4096, 8192
_BASS_HZ, _AIR_HZ = 250.0, 4000.0
_FLOOR_LUFS, _FULL_LUFS = -60.0, -5.0
_SILENT_POWER = 1e-12
_AT_ONCE = 1 << 20  # samples
_PIECE = 1500  # frames of the thinned spectrogram that are compared at once
_LONG, _BROAD = 7, 9  # frames and bands that the medians run over


def measure_energy(levels: Levels, onset_times: list[float], duration_s: float) -> Energy:
    """Energy from K-weighted levels; `level` puts the loud parts on a scale from -60 (0) to -5 LUFS (1)."""
    seconds = per_second(levels.power)
    if not len(seconds) or seconds.max() < _SILENT_POWER:
        return Energy(0.0, 0.0, 0.0, None, [0.0] * len(seconds))
    curve = np.sqrt(seconds / seconds.max())
    loud = 10 * np.log10(np.maximum(seconds, _SILENT_POWER))
    typical = float(np.percentile(loud, 75)) - 0.691
    level = np.clip((typical - _FLOOR_LUFS) / (_FULL_LUFS - _FLOOR_LUFS), 0, 1)
    return Energy(
        level=round(float(level), 3),
        dynamic_range_db=round(_spread_db(levels), 2),
        onset_density_hz=round(len(onset_times) / max(duration_s, 0.1), 3),
        peak_s=round((float(curve.argmax()) + 0.5) if duration_s > 1 else duration_s / 2, 3),
        curve=[round(float(v), 3) for v in curve],
    )


def per_second(power: Curve) -> Curve:
    """Mean power of each second, the last one as long as it is."""
    size = round(1 / STEP_S)
    return np.array([power[a : a + size].mean() for a in range(0, len(power), size)])


def _spread_db(levels: Levels) -> float:
    """10th to 95th percentile of short-term loudness, where there is sound at all."""
    short = levels.short_term()
    heard = short[short > -70]
    if not len(heard):
        return 0.0
    low, high = np.percentile(heard, [10, 95])
    return float(high - low)


def measure_timbre(samples: Tensor, rate: int, onsets: Onsets) -> Timbre:
    """Colour of samples (channels, frames) at their own rate; zeros and None in silence."""
    mid = samples.mean(0)
    mid_rms = _rms(mid)
    side_rms = _difference(samples[0], samples[1]) / 2 / mid.numel() ** 0.5 if len(samples) > 1 else 0.0
    channels = [_rms(channel) for channel in samples]
    cancelled = mid_rms < 0.1 * max(channels)
    spectrum = _mean_power(samples[int(np.argmax(channels))] if cancelled else mid)
    hz = np.arange(len(spectrum)) * rate / _SIZE
    spectrum = np.where(hz < 20, 0, spectrum)
    total = spectrum.sum()
    if total < _SILENT_POWER:
        return Timbre(None, 0.0, 0.0, 0.0, 0.0, 0.0)
    bass, air = spectrum[hz < _BASS_HZ].sum() / total, spectrum[hz > _AIR_HZ].sum() / total
    magnitude = np.sqrt(spectrum)
    return Timbre(
        brightness_hz=round(float((hz * magnitude).sum() / magnitude.sum()), 1),
        percussive_share=round(_percussive_share(onsets), 3),
        stereo_width=round(side_rms / max(mid_rms + side_rms, 1e-9), 3),
        bass_share=round(float(bass), 3),
        mid_share=round(float(1 - bass - air), 3),
        air_share=round(float(air), 3),
    )


def _difference(left: Tensor, right: Tensor) -> float:
    """Euclidean distance of two channels, without a third one in memory."""
    size = at_once(left.device, _AT_ONCE)
    pieces = zip(torch.split(left, size), torch.split(right, size), strict=True)
    return float(torch.stack([torch.dist(a, b) for a, b in pieces]).norm())


def _rms(signal: Tensor) -> float:
    return float(torch.linalg.vector_norm(signal)) / float(np.sqrt(max(signal.numel(), 1)))


def _mean_power(signal: Tensor) -> Curve:
    """Power spectrum (bins,) averaged over frames that sample half of the track."""
    chunks: list[Tensor] = []

    def collect(magnitude: Tensor) -> Tensor:
        chunks.append((magnitude**2).sum(0))
        return magnitude[:, :1]

    count = len(short_time(signal, _SIZE, _HOP, collect))
    return np.asarray(torch.stack(chunks).sum(0).cpu().double().numpy() / count)


def _percussive_share(onsets: Onsets) -> float:
    """Share of power that is short and broad in the spectrogram rather than long and narrow, minute by minute."""
    mel = onsets.mel[::4]
    percussive = mel.new_zeros(())
    for piece in torch.split(mel, _PIECE):
        along = _median(piece.T, _LONG).T
        across = _median(piece, _BROAD)
        mask = across**2 / (across**2 + along**2).clamp(min=1e-20)
        percussive += (mask * piece**2).sum()
    return float(percussive / (mel**2).sum().clamp(min=1e-20))


def _median(rows: Tensor, size: int) -> Tensor:
    """Running median along the last axis."""
    padded = torch.nn.functional.pad(rows[None], (size // 2, size // 2), mode="replicate")[0]
    return padded.unfold(1, size, 1).median(-1).values
