"""The products of an encoder in 8-bit integers, on processors that multiply them four at a time (AVX-512 VNNI, AMX): twice the speed
of bfloat16, four times that of float32.

What goes into a product is rounded to 255 steps. The steps are fixed beforehand, from the largest values that some sample texts bring
about, and are made alike across a row by moving a part of each column's size into the weights (SmoothQuant, Xiao et al. 2023). Behind
the GELU a few columns are ten times as large as the rest; they are left out and multiplied as they are (after LLM.int8(), Dettmers et
al. 2022). Weights are rounded for each output apart. Cosines to the network in float32 are .999 (`tests/index/test_embed.py`).

PyTorch's operator `onednn::qlinear_pointwise` is what its own compiler writes for such networks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear

from index.encoder import Encoder, FeedForward, Layer

_MOVED = 0.7  # how much of a column's size goes into the weights
_MOVED_GATHERED = 0.5  # the same for what attention gathered, where single values stand out more
_APART = 16  # columns behind the GELU that are multiplied as they are
_LOWEST = 0.17  # GELU is nowhere below its negative
_ZERO = 128  # the byte that stands for nothing


def supported() -> bool:
    """Whether this processor multiplies bytes without overflow; others would get wrong sums, or wait long for right ones."""
    can = torch.cpu.get_capabilities()
    return bool(can.get("avx512_vnni") or can.get("amx_int8"))


def in_eight_bits(encoder: Encoder, run: Callable[[], object]) -> None:
    """Exchanges the products of `encoder`; `run` sends sample texts through it."""
    layers = [cast(Layer, layer) for layer in encoder.layers]
    feeds = [cast(FeedForward, layer.feed) for layer in layers]
    watched = [
        p for layer, feed in zip(layers, feeds, strict=True) for p in (layer.project, layer.out, feed.up, feed.down)
    ]
    largest: dict[nn.Module, Tensor] = {}

    def look(part: nn.Module, given: tuple[Any, ...]) -> None:
        seen = given[0].detach().abs().reshape(-1, given[0].shape[-1]).amax(0).float()
        largest[part] = torch.maximum(largest.get(part, seen), seen)

    hooks = [part.register_forward_pre_hook(look) for part in watched]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    with torch.no_grad():
        for layer, feed in zip(layers, feeds, strict=True):
            layer.feed = _FeedForward(feed, largest[feed.up], largest[feed.down])
            layer.out = _Linear(cast(nn.Linear, layer.out), largest[layer.out], _MOVED_GATHERED)
            layer.project = _Linear(cast(nn.Linear, layer.project), largest[layer.project], _MOVED)


class _Product(nn.Module):
    """Bytes (rows, inputs) that stand for `step` each, with `zero` for nothing, times weights (outputs, inputs)."""

    def __init__(self, weights: Tensor, bias: Tensor, step: float, zero: int) -> None:
        super().__init__()
        self.steps = weights.abs().amax(1) / 127
        packed = (weights / self.steps[:, None]).round().to(torch.int8).contiguous()
        self.packed = torch.ops.onednn.qlinear_prepack(packed, None)
        self.zeros = torch.zeros(len(weights), dtype=torch.long)
        self.bias, self.step, self.zero, self.kind = bias.float(), step, zero, bias.dtype

    def forward(self, given: Tensor) -> Tensor:
        return self._times(given, 1.0, 0, self.kind, "none")

    def then_gelu(self, given: Tensor, step: float, zero: int) -> Tensor:
        """GELU of the product, as bytes again."""
        return self._times(given, step, zero, torch.uint8, "gelu")

    def _times(self, given: Tensor, step: float, zero: int, kind: torch.dtype, then: str) -> Tensor:
        return cast(
            Tensor,
            torch.ops.onednn.qlinear_pointwise(
                given,
                self.step,
                self.zero,
                self.packed,
                self.steps,
                self.zeros,
                self.bias,
                step,
                zero,
                kind,
                then,
                [],
                "none",
            ),
        )


class _Linear(nn.Module):
    """A linear layer whose input (rows, inputs) was at most `largest` (inputs,)."""

    def __init__(self, plain: nn.Linear, largest: Tensor, moved: float) -> None:
        super().__init__()
        weights = plain.weight.float()
        sizes = largest.clamp(min=1e-3) ** moved / weights.abs().amax(0).clamp(min=1e-3) ** (1 - moved)
        step = float((largest / sizes).max() / 127)
        self.per_step = (1 / (sizes * step)).to(plain.weight.dtype)
        self.middle = torch.full_like(self.per_step, _ZERO)
        self.product = _Product(weights * sizes, plain.bias, step, _ZERO)

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, self.product(self.in_bytes(rows)))

    def in_bytes(self, rows: Tensor) -> Tensor:
        """Rows in steps of this layer's input; what is larger than the samples were is cut."""
        return torch.addcmul(self.middle, rows, self.per_step).round_().clamp_(0, 255).to(torch.uint8)


class _FeedForward(nn.Module):
    """`FeedForward` whose inputs were at most `largest` (width,), and behind the GELU `inner` (inner width,)."""

    def __init__(self, plain: FeedForward, largest: Tensor, inner: Tensor) -> None:
        super().__init__()
        up, down = plain.up, plain.down
        apart = inner.argsort(descending=True)[:_APART]
        within = inner.index_fill(0, apart, 0.0)
        step = float((within.max() + _LOWEST) / 255)
        self.step, self.zero = step, round(_LOWEST / step)
        self.up = _Linear(up, largest, _MOVED)
        self.down = _Product(down.weight.float().index_fill(1, apart, 0.0), down.bias, step, self.zero)
        self.apart = (up.weight[apart], up.bias[apart], down.weight[:, apart].t().contiguous())

    def forward(self, rows: Tensor) -> Tensor:
        inner = self.up.product.then_gelu(self.up.in_bytes(rows), self.step, self.zero)
        weights, bias, back = self.apart
        around = torch.addmm(rows, gelu(linear(rows, weights, bias)), back)
        return cast(Tensor, self.down(inner).add_(around))
