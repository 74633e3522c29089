"""Where somebody sings or speaks: a small network over log-mel bands, at 25 decisions a second.

Convolutions over time and frequency, then dilated ones over time, as singing voice detectors have them (Schlueter &
Grill, ISMIR 2015). It learned from voices that `tools.training.singing` synthesises over music that the repository
composes, against instruments playing the same tunes. Every band is taken relative to its own mean in the track, so
gain and equalisation change little.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, relu

from index.profile import VoiceSpan
from tools.audio.onsets import Onsets

WEIGHTS = "voice.safetensors"
BANDS = 64
_POOL = 2  # mel frames to one of the network's
STEP = 4  # mel frames to a decision
_WIDTH = 48
_SILENT = 1e-5
_WORTH_S = 1.0
_SMOOTH_S = 0.5
_MAYBE, _SURE = 0.2, 0.6  # probabilities: a voice goes on above the first, and is there at all above the second
_BREATH_S, _SHORTEST_S = 1.5, 0.5
# a song is sung for a quarter of its time and more: where the upper quartile stays below the first, a stretch alone
# has to reach the second, because horns and strings sing for moments, too
_SONG, _LONE = 0.55, 0.7
_PIECE, _MARGIN = 1500, 150  # frames of the network's input at once, and what it looks to either side


class VoiceNet(nn.Module):
    """From (batch, frames, 64) features to (batch, frames / 2) logits; about 60,000 weights."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 12, (5, 5), stride=(1, 2), padding=2)
        self.second = nn.Conv2d(12, 20, (3, 3), stride=(2, 2), padding=1)
        self.third = nn.Conv2d(20, 28, (3, 3), stride=(1, 2), padding=1)
        self.across = nn.Conv2d(28, _WIDTH, (3, 8), padding=(1, 0))
        self.norms = nn.ModuleList([nn.BatchNorm2d(12), nn.BatchNorm2d(20), nn.BatchNorm2d(28), nn.BatchNorm2d(_WIDTH)])
        self.along = nn.ModuleList([nn.Conv1d(_WIDTH, _WIDTH, 5, padding=2 * d, dilation=d) for d in (1, 3, 8)])
        self.calm = nn.ModuleList([nn.BatchNorm1d(_WIDTH) for _ in range(3)])
        self.drop = nn.Dropout(0.25)
        self.out = nn.Conv1d(_WIDTH, 1, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of a voice."""
        x = features[:, None]
        for layer, norm in zip((self.first, self.second, self.third, self.across), self.norms, strict=True):
            x = relu(norm(layer(x)))
        y = self.drop(x[..., 0])
        for wide, norm in zip(self.along, self.calm, strict=True):
            y = y + relu(norm(wide(y)))
        logits: Tensor = self.out(self.drop(y))[:, 0]
        return logits


def voice_features(mel: Tensor) -> Tensor:
    """Log bands (frames / 2, 64) of mel magnitudes (frames, 64), each around its mean, at unit deviation."""
    pooled = avg_pool1d(mel.T[None], _POOL, ceil_mode=True)[0].T
    log = torch.log(pooled + 0.01 * pooled.mean() + 1e-9)
    centred = log - log.mean(0)
    return centred / centred.std().clamp(min=0.1)


@cache
def voice_net(device: str) -> VoiceNet:
    """The trained network on `device`."""
    from safetensors.torch import load_file

    net = VoiceNet()
    with as_file(files("tools.audio").joinpath(WEIGHTS)) as path:
        net.load_state_dict(
            {name: value.float() if value.is_floating_point() else value for name, value in load_file(path).items()}
        )
    return net.eval().requires_grad_(False).to(device)


def find_voices(onsets: Onsets, duration_s: float) -> list[VoiceSpan]:
    """Stretches with a voice, in order; breaths within a phrase belong to it. Empty where nobody is heard for sure."""
    curve = voice_curve(onsets)
    if not len(curve) or duration_s < _WORTH_S:
        return []
    fps = onsets.fps / STEP
    smooth = _smoothed(curve, round(_SMOOTH_S * fps))
    spans = _joined([s for s in _runs(smooth > _MAYBE) if smooth[s[0] : s[1]].max() > _SURE], round(_BREATH_S * fps))
    needed = 0.0 if np.quantile(curve, 0.75) > _SONG else _LONE
    return [
        VoiceSpan(round(a / fps, 2), round(min(b / fps, duration_s), 2), round(float(smooth[a:b].mean()), 3))
        for a, b in spans
        if b - a >= _SHORTEST_S * fps and smooth[a:b].mean() >= needed
    ]


def _smoothed(curve: NDArray[np.float64], size: int) -> NDArray[np.float64]:
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


def voice_curve(onsets: Onsets) -> NDArray[np.float64]:
    """Probability of a voice every STEP mel frames; empty in silence."""
    mel = onsets.mel
    if float(mel.amax()) < _SILENT:
        return np.zeros(0)
    features = voice_features(mel)
    net = voice_net(str(mel.device))
    out = []
    for start in range(0, len(features), _PIECE):
        before = min(start, _MARGIN)
        piece = features[start - before : start + _PIECE + _MARGIN]
        logits = net(piece[None])[0]
        out.append(logits[before // 2 : (before + _PIECE) // 2])
    return np.asarray(torch.sigmoid(torch.cat(out)).cpu().double().numpy())
