"""BERT's encoder (Devlin et al. 2019) for many short texts: the weights are transformers' own, the work is laid out for rows of some
seventy word pieces.

Query, key and value are one product. Attention writes its scores out, for as many texts as stay in the cache, and divides by their
sums after the values are gathered; PyTorch's own (`scaled_dot_product_attention`, blocked like FlashAttention) is made for long rows.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu

_ROOM = 2_000_000  # bytes of scores at once
_LIMIT = (
    60.0  # scores beyond are taken for it: exp(60) has room in bfloat16, and what is twice as far is nothing beside it
)
_NEVER = -1e4


def attend(query: Tensor, key: Tensor, value: Tensor, there: Tensor | None) -> Tensor:
    """What the pieces of each text gather from one another, (texts, pieces, heads, width), from three of (texts, heads, pieces, width).

    `query` is scaled already; `there` (texts, pieces) is 1 where a text has a piece and 0 where it is padded, None without padding.
    """
    texts, heads, pieces, width = query.shape
    at_once = max(1, _ROOM // (query.element_size() * heads * pieces * pieces))
    gathered = query.new_empty(texts, pieces, heads, width)
    for first in range(0, texts, at_once):
        some = slice(first, first + at_once)
        q, k, v = (part[some].reshape(-1, pieces, width) for part in (query, key, value))
        weights = torch.bmm(q, k.transpose(1, 2)).clamp_(-_LIMIT, _LIMIT)
        if there is not None:
            none = (1 - there[some, None, None, :]).to(weights.dtype) * _NEVER
            weights.view(-1, heads, pieces, pieces).add_(none)
        weights.exp_()
        whole = weights.sum(-1).view(-1, heads, pieces, 1)
        kept = torch.bmm(weights, v).view(-1, heads, pieces, width) / whole
        gathered[some] = kept.transpose(1, 2)
    return gathered


class FeedForward(nn.Module):
    """The two products behind the attention, with what goes around them: (rows, width) to the same."""

    def __init__(self, up: nn.Linear, down: nn.Linear) -> None:
        super().__init__()
        self.up, self.down = up, down

    def forward(self, rows: Tensor) -> Tensor:
        return cast(Tensor, rows + self.down(gelu(self.up(rows))))


class Layer(nn.Module):
    """One layer. `project`, `out` and `feed` may be exchanged for others of the same shapes (`index.eight_bits`)."""

    def __init__(self, layer: Any, heads: int) -> None:
        super().__init__()
        attention, output = layer.attention, layer.output
        parts: list[nn.Linear] = [getattr(attention.self, name) for name in ("query", "key", "value")]
        width = parts[0].in_features
        self.heads = heads
        kind, device = parts[0].weight.dtype, parts[0].weight.device
        joined = nn.Linear(width, 3 * width, dtype=kind, device=device)
        scales = ((width // heads) ** -0.5, 1.0, 1.0)
        with torch.no_grad():
            joined.weight.copy_(torch.cat([p.weight * s for p, s in zip(parts, scales, strict=True)]))
            joined.bias.copy_(torch.cat([p.bias * s for p, s in zip(parts, scales, strict=True)]))
        self.project: nn.Module = joined
        self.out: nn.Module = attention.output.dense
        self.feed: nn.Module = FeedForward(layer.intermediate.dense, output.dense)
        self.norms = nn.ModuleList([attention.output.LayerNorm, output.LayerNorm])

    def forward(self, rows: Tensor, texts: int, there: Tensor | None) -> Tensor:
        split = self.project(rows).view(texts, -1, 3, self.heads, rows.shape[1] // self.heads).permute(2, 0, 3, 1, 4)
        gathered = attend(split[0], split[1], split[2], there)
        rows = self.norms[0](rows + self.out(gathered.view(rows.shape)))
        return cast(Tensor, self.norms[1](self.feed(rows)))


class Encoder(nn.Module):
    """The encoder of a BERT of transformers with absolute positions and GELU, whose weights it shares."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.embeddings = bert.embeddings
        self.layers = nn.ModuleList(Layer(layer, bert.config.num_attention_heads) for layer in bert.encoder.layer)

    def forward(self, ids: Tensor, there: Tensor) -> Tensor:
        """The last states (texts, pieces, width) of word pieces `ids` (texts, pieces); `there` is 0 where a text is padded, else 1."""
        states = self.embeddings(input_ids=ids)
        rows = states.view(-1, states.shape[-1])
        padded = None if bool(there.all()) else there
        for layer in self.layers:
            rows = layer(rows, len(ids), padded)
        return cast(Tensor, rows.view(states.shape))
