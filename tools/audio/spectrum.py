"""Short-time spectra, a few hundred frames at a time, so that memory stays small on a 20-minute track.

Signals are float32 tensors of shape (frames,). Frame n of a spectrum is centred on sample n * hop. A
reduction (mel bands, log-frequency bins) is applied chunk by chunk; a whole spectrogram never exists.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from tools.audio.constants import at_once, constant

_CHUNK = 256  # frames at once: what fits a processor's cache


def short_time(signal: Tensor, size: int, hop: int, reduce: Callable[[Tensor], Tensor]) -> Tensor:
    """`reduce` over chunks of magnitudes (n, size // 2 + 1), joined in time; a full-scale sine peaks at 1."""
    window = _window(signal.device, size)
    count, chunk = 1 + signal.numel() // hop, at_once(signal.device, _CHUNK)
    out = []
    for first in range(0, count, chunk):
        n = min(chunk, count - first)
        start = first * hop - size // 2
        end = start + (n - 1) * hop + size
        piece = signal[max(start, 0) : end]
        piece = torch.nn.functional.pad(piece, (max(-start, 0), end - max(start, 0) - piece.numel()))
        out.append(reduce(torch.fft.rfft(piece.unfold(0, size, hop) * window).abs()))
    return torch.cat(out)


@constant
def _window(size: int) -> Tensor:
    """Hann, so that a full-scale sine peaks at 1."""
    return torch.hann_window(size) * (4 / size)


@constant
def mel_centres(bands: int, low_hz: float, high_hz: float) -> Tensor:
    """Centre frequencies in Hz of the bands of `mel_matrix`: (bands,)."""
    mel = torch.linspace(_mel(low_hz), _mel(high_hz), bands + 2, dtype=torch.float64)
    return (700 * (10 ** (mel[1:-1] / 2595) - 1)).float()


@constant
def mel_matrix(rate: float, size: int, bands: int, low_hz: float, high_hz: float) -> Tensor:
    """Triangular bands, even on the mel scale: (size // 2 + 1, bands); none is narrower than a bin."""
    mel = torch.linspace(_mel(low_hz), _mel(min(high_hz, rate / 2)), bands + 2, dtype=torch.float64)
    edges = 700 * (10 ** (mel / 2595) - 1)
    bins = torch.arange(size // 2 + 1, dtype=torch.float64)[:, None] * rate / size
    half = torch.maximum(edges.diff(), torch.tensor(rate / size, dtype=torch.float64))
    rising = 1 - (edges[1:-1] - bins) / half[:-1]
    falling = 1 - (bins - edges[1:-1]) / half[1:]
    matrix = torch.minimum(rising, falling).clamp(min=0)
    return (matrix / matrix.sum(0)).float()


def _mel(hz: float) -> float:
    return float(2595 * torch.log10(torch.tensor(1 + hz / 700, dtype=torch.float64)))
