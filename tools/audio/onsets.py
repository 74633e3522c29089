"""Onset strength: how much new energy enters at each moment, over the whole range and in the bass.

Log-mel spectral flux with a maximum filter over frequency, which does not take vibrato for notes (SuperFlux:
Boeck & Widmer, DAFx 2013). Everything is relative to the track's own level, so gain changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d, max_pool1d, pad

from tools.audio.spectrum import mel_matrix, short_time

SIZE, HOP = 1024, 220  # 46 ms and 10 ms at 22.05 kHz
_BANDS = 64
LOW_HZ, HIGH_HZ = 30.0, 10_000.0
_LAG = 2
_BASS_BANDS = 5  # up to about 200 Hz
_SILENCE = 1e-5  # -100 dBFS
_STEADY = 0.04  # deviation of the flux of steady noise is half of this, of music two to four times


@dataclass(frozen=True)
class Onsets:
    """Curves at `fps` frames a second; frame n is centred on n / fps seconds.

    `strength` and `bass` (frames,) have unit deviation and no negative values; `mel` (frames, bands) is the
    plain magnitude they came from.
    """

    strength: Tensor
    bass: Tensor
    mel: Tensor
    fps: float


def onset_curves(signal: Tensor, rate: float) -> Onsets:
    """Onset curves of a mono signal (frames,) at about 22 kHz."""
    matrix = mel_matrix(signal.device, rate, SIZE, _BANDS, LOW_HZ, HIGH_HZ)
    mel = short_time(signal, SIZE, HOP, lambda magnitude: magnitude @ matrix)
    level = mel.mean().clamp(min=_SILENCE)
    log = torch.log1p(10 * mel / level)
    before = max_pool1d(log[None], 3, stride=1, padding=1)[0]
    rise = pad(log[_LAG:] - before[:-_LAG], (0, 0, _LAG, 0)).clamp(min=0)
    fps = rate / HOP
    return Onsets(_standard(rise.mean(1), fps), _standard(rise[:, :_BASS_BANDS].mean(1), fps), mel, fps)


def _standard(curve: Tensor, fps: float) -> Tensor:
    """`curve` above its local mean (1 s), at unit deviation, or less where hardly anything happens."""
    around = int(fps / 2)
    mean = avg_pool1d(curve[None], 2 * around + 1, 1, around, count_include_pad=False)[0]
    above = (curve - mean).clamp(min=0)
    return above / above.std(correction=0).clamp(min=_STEADY)


def onset_times(onsets: Onsets, threshold: float = 1.0) -> list[float]:
    """Times in seconds of the peaks of the onset curve, at least 60 ms apart."""
    curve = onsets.strength
    reach = round(0.06 * onsets.fps)
    peak = (curve == max_pool1d(curve[None], 2 * reach + 1, 1, reach)[0]) & (curve > threshold)
    return [t / onsets.fps for t in torch.nonzero(peak).flatten().tolist()]
