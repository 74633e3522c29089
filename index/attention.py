"""Attention for short texts on a processor: two plain products of matrices, a few texts at a time.

PyTorch's own (`scaled_dot_product_attention`, blocked like FlashAttention) is made for long rows; on the some seventy word pieces of a
caption, with heads 32 wide, it took a quarter of the network's time for a thirtieth of its work. Here the scores of as many texts as
stay in the cache are written out, in the precision of the network, and their softmax is taken in float32.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface, eager_mask

NAME = "short_texts"
_ROOM = 2_000_000  # bytes of scores at once


def attend(
    module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scaling: float, **_: Any
) -> tuple[Tensor, None]:
    """Attention as transformers asks for it: query, key and value (texts, heads, pieces, width), to (texts, pieces, heads, width).

    `mask` (texts, 1, pieces or 1, pieces) is added to the scores; without one every piece sees every other.
    """
    texts, heads, pieces, _width = query.shape
    at_once = max(1, _ROOM // (4 * heads * pieces * pieces))
    parts = [slice(first, first + at_once) for first in range(0, texts, at_once)]
    seen = [_some(query[p], key[p], value[p], mask if mask is None else mask[p], scaling) for p in parts]
    return torch.cat(seen).transpose(1, 2).contiguous(), None


def _some(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, scaling: float) -> Tensor:
    texts, heads, pieces, width = query.shape
    flat = (texts * heads, pieces, width)
    scores = torch.bmm((query * scaling).reshape(flat), key.reshape(flat).transpose(1, 2))
    if mask is not None:
        scores = (scores.view(texts, heads, pieces, pieces) + mask).view(-1, pieces, pieces)
    weights = torch.softmax(scores, -1, dtype=torch.float32).to(value.dtype)
    return torch.bmm(weights, value.reshape(flat)).view(query.shape)


def register() -> str:
    """Makes it known to transformers; the name to ask for it by."""
    AttentionInterface.register(NAME, attend)
    AttentionMaskInterface.register(NAME, eager_mask)
    return NAME
