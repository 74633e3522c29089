"""Where a listener would tap: a small network that hears beats and downbeats in a mono mix.

It reads log-mel bands, low notes and how much the harmony changes at 50 frames a second, through dilated
convolutions: a fast path for onsets, and one at a quarter of the rate that looks twenty seconds to both sides
(after Davies & Boeck, EUSIPCO 2019; Boeck & Davies, ISMIR 2020). `tools.training` composes the music it learned from.
All features are relative to the track's own level, so gain changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, elu, interpolate, pad

from tools.audio.constants import constant
from tools.audio.onsets import Onsets
from tools.audio.resample import resample
from tools.audio.spectrum import short_time

_MEL = 64
_SLOWER = 8  # low notes are heard at an eighth of the sample rate, in windows of 0.37 s
_SIZE, _HOP = 1024, 110
_LOW, _HIGH = 28, 88  # MIDI E1 to E6
_BASS = 52
_SPANS = (5, 12, 25)  # frames before and after (at 25 a second) that the harmony is compared over
FEATURES = _MEL + (_HIGH - _LOW) + 2 * len(_SPANS)
PERIODS_S = torch.logspace(-0.72, 0.22, 48, 10.0)  # classes of the beat period, 0.19 to 1.66 s
METERS = (2, 3, 4, 5, 6, 7)  # classes of beats in a bar
_FAST, _SLOW, _STRIDE = 64, 96, 4
_NEAR, _FAR = (1, 2, 4), (1, 2, 4, 8, 16, 32, 64, 128, 8)

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """What the network hears, frame n at n / `fps` seconds, one row of `period`, `meter`, `triple` for four frames.

    `beat` and `down` (frames,): probability of a beat and of a downbeat; `period` (rows, 48) and `meter` (rows, 6):
    log probability of the classes PERIODS_S and METERS; `triple` (rows,): that beats divide in three.
    """

    beat: Curve
    down: Curve
    period: Curve
    meter: Curve
    triple: Curve
    fps: float


def pulse_features(onsets: Onsets, signal: Tensor, rate: float) -> Tensor:
    """What the network reads of a mono signal (frames,): (n, FEATURES), frame n centred on 2 n / onsets.fps s."""
    mel = avg_pool1d(onsets.mel.T[None], 3, 2, 1)[0].T
    mel = torch.log1p(20 * mel / mel.mean().clamp(min=1e-7))
    notes = _low_notes(resample(signal, Fraction(1, _SLOWER)), rate / _SLOWER)
    slow = torch.cat([notes, _novelty(notes)], 1)
    both = interpolate(slow.T[None], scale_factor=2, mode="nearest")[0].T
    return torch.cat([mel, _fitted(both, len(mel))], 1)


def _fitted(values: Tensor, count: int) -> Tensor:
    """`count` rows: cut, or the last one repeated."""
    return values[torch.arange(count, device=values.device).clamp(max=len(values) - 1)]


def _low_notes(signal: Tensor, rate: float) -> Tensor:
    """Log strength of each semitone from _LOW up: (frames, notes) at about 25 frames a second."""
    matrix = _note_matrix(signal.device, rate)
    notes = short_time(signal, _SIZE, _HOP, lambda magnitude: magnitude @ matrix)
    return torch.log1p(10 * notes / notes.mean().clamp(min=1e-7))


@constant
def _note_matrix(rate: float) -> Tensor:
    """From FFT bins to semitones: (_SIZE // 2 + 1, notes)."""
    pitch = torch.arange(_LOW, _HIGH, dtype=torch.float64)
    centre = 440 * 2 ** ((pitch - 69) / 12) * _SIZE / rate
    away = (torch.arange(_SIZE // 2 + 1, dtype=torch.float64)[:, None] - centre).abs()
    matrix = (1 - away / (centre * 0.0595).clamp(min=1.2)).clamp(min=0)
    return (matrix / matrix.sum(0).clamp(min=1e-9)).float()


def _novelty(notes: Tensor) -> Tensor:
    """How much the notes ahead differ from those behind, for all and for the bass, over three spans."""
    frames = len(notes)
    chroma = notes.reshape(frames, -1, 12).sum(1)
    bass = notes[:, : _BASS - _LOW].reshape(frames, -1, 12).sum(1)
    found = []
    for part in (chroma, bass):
        part = part - part.mean(1, keepdim=True)
        total = pad(part.T.cumsum(1), (1, 0)).T
        for span in _SPANS:
            at = torch.arange(frames, device=notes.device)
            left, right = (at - span - 1).clamp(min=0), (at + span + 2).clamp(max=frames)
            behind, ahead = total[(at - 1).clamp(min=0)] - total[left], total[right] - total[(at + 2).clamp(max=frames)]
            found.append(1 - torch.nn.functional.cosine_similarity(behind, ahead, dim=1, eps=1e-4))
    return torch.stack(found, 1)


class _Block(nn.Module):
    """A dilated convolution and a pointwise one, around which the input passes."""

    def __init__(self, width: int, size: int, dilation: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(width)
        self.wide = nn.Conv1d(width, width, size, padding=dilation * (size // 2), dilation=dilation)
        self.point = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, width, frames) to the same."""
        out: Tensor = x + self.point(elu(self.wide(self.norm(x))))
        return out


class PulseNet(nn.Module):
    """From features (batch, frames, FEATURES) to what `Heard` holds; about 556,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.BatchNorm1d(FEATURES)
        self.stem = nn.Conv1d(FEATURES, _FAST, 5, padding=2)
        self.near = nn.Sequential(*(_Block(_FAST, 5, d) for d in _NEAR))
        self.slower = nn.Conv1d(_FAST, _SLOW, _STRIDE, _STRIDE)
        self.far = nn.Sequential(*(_Block(_SLOW, 3, d) for d in _FAR))
        self.faster = nn.ConvTranspose1d(_SLOW, _FAST, _STRIDE, _STRIDE)
        self.after = nn.Sequential(_Block(_FAST, 5, 1), _Block(_FAST, 5, 2))
        self.taps = nn.Conv1d(_FAST, 2, 1)
        self.course = nn.Conv1d(_SLOW, len(PERIODS_S) + len(METERS) + 1, 1)

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of beat and downbeat (batch, 2, frames); of period, meter and triple division (batch, 55, frames/4)."""
        frames = features.shape[1]
        x = pad(self.scale(features.transpose(1, 2)), (0, -frames % _STRIDE))
        near = self.near(elu(self.stem(x)))
        far = self.far(self.slower(near))
        taps = self.taps(elu(self.after(near + self.faster(far))))
        return taps[..., :frames], self.course(elu(far))


def hear(onsets: Onsets, signal: Tensor, rate: float) -> Heard:
    """Beats and downbeats, as the network hears them, in a mono signal (frames,) at about 22 kHz."""
    features = pulse_features(onsets, signal, rate)
    return heard(pulse_net(str(features.device)), features, onsets.fps / 2)


def heard(net: PulseNet, features: Tensor, fps: float) -> Heard:
    """The network's answer to features (frames, FEATURES)."""
    taps, course = net(features[None])
    beat, down = _array(taps[0].sigmoid())
    periods = len(PERIODS_S)
    rows = course[0].T
    period, meter = rows[:, :periods].log_softmax(1), rows[:, periods:-1].log_softmax(1)
    return Heard(beat, down, _array(period), _array(meter), _array(rows[:, -1].sigmoid()), fps)


def _array(values: Tensor) -> Curve:
    return np.asarray(values.cpu().double().numpy())


@cache
def pulse_net(device: str) -> PulseNet:
    """The trained network on `device`."""
    from safetensors.torch import load_file

    net = PulseNet()
    with as_file(files("tools.audio").joinpath("pulse.safetensors")) as path:
        net.load_state_dict(load_file(path))
    return net.eval().to(device)
