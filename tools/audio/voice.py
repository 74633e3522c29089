"""Where somebody sings or speaks: silero-vad's network, read for song.

Silero VAD (Silero Team, MIT, https://github.com/snakers4/silero-vad; weights of release 6.2.3 for 16 kHz, converted by
`python -m tools.training speech`) was made for calls: it hears a voice through noise, and hardly ever takes an instrument
for one. Singing it hears best with the lows taken away, as a telephone does, and played to it loud; a voice is then
already likely where the network gives it a tenth. Here all windows of a track go through its layers at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import pad

from index.profile import VoiceSpan
from tools.audio.constants import at_once, constant
from tools.audio.resample import ratio_towards, resample

WEIGHTS = "voice.safetensors"
RATE, STEP, CONTEXT = 16_000, 512, 64  # Hz; samples to a decision; samples of the window before that are seen again
_WINDOW, _HOP = 256, 128
_BINS, _WIDTH = _WINDOW // 2 + 1, 128
_LAYERS = ((_BINS, 128, 1), (128, 64, 2), (64, 64, 2), (64, _WIDTH, 1))  # from, to, stride
_LOWS_HZ, _TAPS, _BLOCK = 300.0, 192, 128
_LOUD = 3.6  # the highest sample
_AT_ONCE = 1024  # windows, or blocks of the filter
_SILENT = 1e-5
_WORTH_S = 1.0
_SMOOTH_S = 0.8
_MAYBE, _SURE = (
    0.06,
    0.2,
)  # smoothed probabilities: a voice goes on above the first, and is there at all above the second
_BREATH_S, _SHORTEST_S = 1.0, 0.5

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class VoiceCurve:
    """Probability of a voice (decisions,), each for `step_s` seconds."""

    likely: Curve
    step_s: float


class VoiceNet(nn.Module):
    """Windows of STEP samples, each after CONTEXT samples of the one before, to logits; 309,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.waves = nn.Conv1d(1, 2 * _BINS, _WINDOW, _HOP, bias=False)
        self.layers = nn.ModuleList([nn.Conv1d(a, b, 3, stride, padding=1) for a, b, stride in _LAYERS])
        self.along = nn.LSTM(_WIDTH, _WIDTH)
        self.out = nn.Linear(_WIDTH, 1)

    def forward(self, signal: Tensor) -> Tensor:
        """Logits (decisions,) of a signal (samples,) at RATE."""
        count = -(-signal.numel() // STEP)
        windows = pad(signal, (CONTEXT, count * STEP - signal.numel())).unfold(0, STEP + CONTEXT, STEP)
        seen = torch.cat([self._seen(some) for some in torch.split(windows, at_once(windows.device, _AT_ONCE))])
        seen = seen.to(self.out.weight.device)
        logits: Tensor = self.out(torch.relu(self.along(seen[:, None])[0][:, 0]))[:, 0]
        return logits

    def _seen(self, windows: Tensor) -> Tensor:
        """(windows, samples) to (windows, _WIDTH)."""
        waves = self.waves(pad(windows[:, None], (0, CONTEXT), mode="reflect"))
        real, imaginary = waves[:, :_BINS], waves[:, _BINS:]
        x: Tensor = (real**2 + imaginary**2).sqrt()
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x[..., 0]


@cache
def voice_net(device: str) -> VoiceNet:
    """The network, its layers on `device`; what goes along the windows one by one stays on the processor, which does that
    as fast and leaves a shared card to others."""
    from safetensors.torch import load_file

    net = VoiceNet()
    with as_file(files("tools.audio").joinpath(WEIGHTS)) as path:
        net.load_state_dict({name: value.float() for name, value in load_file(path).items()})
    net.waves.to(device)
    net.layers.to(device)
    return net.eval().requires_grad_(False)


def voice_curve(signal: Tensor, rate: float) -> VoiceCurve:
    """How likely somebody is heard along a mono signal (frames,) at `rate` Hz; empty in silence."""
    step_s = STEP / RATE
    if not signal.numel() or float(signal.abs().max()) < _SILENT:
        return VoiceCurve(np.zeros(0), step_s)
    ratio = ratio_towards(rate, RATE)
    heard = _without_lows(resample(signal, ratio))
    logits = voice_net(str(signal.device))(heard)
    return VoiceCurve(np.asarray(torch.sigmoid(logits).cpu().double().numpy()), step_s * RATE / (rate * float(ratio)))


def _without_lows(signal: Tensor) -> Tensor:
    """At the loudness the network hears best, through a Butterworth high-pass of second order."""
    kernel = _high_pass(signal.device)
    signal = signal * (_LOUD / signal.abs().max().clamp(min=_SILENT))
    blocks = pad(signal, (_TAPS - 1, -signal.numel() % _BLOCK)).unfold(0, _BLOCK + _TAPS - 1, _BLOCK)
    return torch.cat([some @ kernel for some in torch.split(blocks, at_once(blocks.device, _AT_ONCE))]).reshape(-1)[
        : signal.numel()
    ]


@constant
def _high_pass() -> Tensor:
    """The filter as a matrix (_BLOCK + _TAPS - 1, _BLOCK) from samples and those before to samples."""
    k = np.tan(np.pi * _LOWS_HZ / RATE)
    norm = 1 / (1 + np.sqrt(2) * k + k * k)
    a1, a2 = 2 * (k * k - 1) * norm, (1 - np.sqrt(2) * k + k * k) * norm
    response = np.zeros(_TAPS)
    for n, step in enumerate([norm, -2 * norm, norm, *[0.0] * (_TAPS - 3)]):
        response[n] = step - a1 * response[n - 1] * (n > 0) - a2 * response[n - 2] * (n > 1)
    kernel = np.zeros((_BLOCK + _TAPS - 1, _BLOCK), np.float32)
    for n in range(_BLOCK):
        kernel[n : n + _TAPS, n] = response[::-1]
    return torch.from_numpy(kernel)


def find_voices(signal: Tensor, rate: float) -> list[VoiceSpan]:
    """Stretches with a voice in a mono signal (frames,), in order; breaths within a phrase belong to it."""
    curve, duration_s = voice_curve(signal, rate), signal.numel() / rate
    if not len(curve.likely) or duration_s < _WORTH_S:
        return []
    smooth = _smoothed(curve.likely, round(_SMOOTH_S / curve.step_s))
    spans = [(a, b) for a, b in _runs(smooth > _MAYBE) if smooth[a:b].max() > _SURE]
    return [
        VoiceSpan(
            round(a * curve.step_s, 2), round(min(b * curve.step_s, duration_s), 2), _confidence(smooth[a:b])
        )
        for a, b in _joined(spans, round(_BREATH_S / curve.step_s))
        if b - a >= _SHORTEST_S / curve.step_s
    ]  # fmt: skip


def _confidence(likely: Curve) -> float:
    """Where a tenth is as good as even: its odds, nine times as high."""
    mean = float(likely.mean())
    return round(9 * mean / (1 + 8 * mean), 3)


def _smoothed(curve: Curve, size: int) -> Curve:
    """Weighted mean of `size` values to either side."""
    if len(curve) <= 2 * size:
        return np.full(len(curve), curve.mean())
    window = np.hanning(2 * size + 1)[1:-1]
    count = np.convolve(np.ones(len(curve)), window, "same")
    return np.asarray(np.convolve(curve, window, "same") / count)


def _runs(true: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Starts and ends of the stretches that hold."""
    edges = np.diff(np.concatenate([[0], true.astype(int), [0]]))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def _joined(spans: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Spans with gaps up to `gap` closed."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and start - out[-1][1] <= gap:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out
