"""Change of sample rate by a windowed sinc, as matrix products (Smith, "Digital Audio Resampling", 2002).

A ratio up/down becomes a matrix from one block of input samples to one block of output samples: dense work
that a CPU and a GPU both do well. Signals are float32 tensors of shape (frames,).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import torch
from torch import Tensor

from tools.audio.constants import at_once, constant

_ZERO_CROSSINGS = 16
_KAISER_BETA = 8.0
_BLOCKS_AT_ONCE = 2048


def ratio_towards(rate: float, target: float) -> Fraction:
    """The ratio of small whole numbers that brings `rate` nearest to `target` (both in Hz)."""
    ratio = Fraction(target / rate).limit_denominator(512)
    return ratio if ratio.numerator <= 512 else Fraction(round(ratio))


def resample(signal: Tensor, ratio: Fraction) -> Tensor:
    """`signal` at `ratio` times its rate; output sample n lies at input sample n / ratio."""
    if ratio == 1:
        return signal
    length = -(-signal.numel() * ratio.numerator // ratio.denominator)
    return torch.cat(list(resampled(signal, ratio)))[:length]


def resampled(signal: Tensor, ratio: Fraction, least: float = 0.0) -> Iterator[Tensor]:
    """The resampled signal piece by piece, so that it need not fit in memory; silence pads the last piece.

    Blocks of samples of which none reaches `least`, in them or around them, are left out.
    """
    times = -(-64 // min(ratio.numerator, ratio.denominator))
    up, down = ratio.numerator * times, ratio.denominator * times
    reach = int(_ZERO_CROSSINGS / min(1.0, float(ratio))) + 1
    kernel = _kernel(signal.device, up, down, reach, float(ratio))
    blocks, most = -(-signal.numel() // down), at_once(signal.device, _BLOCKS_AT_ONCE)
    for first in range(0, blocks, most):
        count = min(most, blocks - first)
        start, end = first * down - reach, (first + count) * down + reach
        piece = signal[max(start, 0) : end]
        right = end - max(start, 0) - piece.numel()
        piece = torch.nn.functional.pad(piece, (max(-start, 0), right))
        rows = piece.unfold(0, down + 2 * reach, down)
        if least:
            rows = rows[rows.abs().amax(1) >= least]
        yield (rows @ kernel).reshape(-1)


@constant
def _kernel(up: int, down: int, reach: int, ratio: float) -> Tensor:
    """The matrix (down + 2 reach, up) from an input block with its margins to an output block."""
    source = torch.arange(-reach, down + reach, dtype=torch.float64)
    target = torch.arange(up, dtype=torch.float64) * down / up
    cutoff = 0.95 * min(1.0, ratio) if ratio < 1 else 1.0
    away = source[:, None] - target[None, :]
    window = torch.i0(_KAISER_BETA * (1 - (away / (reach + 1e-9)) ** 2).clamp(min=0).sqrt())
    window = window / torch.i0(torch.tensor(_KAISER_BETA, dtype=torch.float64)) * (away.abs() <= reach)
    return (cutoff * torch.sinc(cutoff * away) * window).float()
