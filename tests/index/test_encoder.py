"""Attention and the encoder for short texts beside PyTorch's own and transformers'."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import BertConfig, BertModel

from index import encoder
from index.encoder import Encoder, attend


def there_of(texts: int, pieces: int) -> torch.Tensor:
    """Ones, and zeros at the end of each text but the first, one more each time."""
    return torch.stack([torch.arange(pieces) < pieces - n for n in range(texts)]).long()


@pytest.mark.parametrize("room", [1, 60_000, 10**9])  # one text at once, a few, all
@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("loud", [1.0, 3.0])
def test_the_same_as_pytorchs_own(room: int, padded: bool, loud: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_ROOM", room)
    query, key, value = torch.randn(3, 7, 4, 33, 8, generator=torch.Generator().manual_seed(1))
    there = there_of(7, 33) if padded else None
    mask = None if there is None else there.bool()[:, None, None, :]
    usual = scaled_dot_product_attention(query * loud, key, value, attn_mask=mask, scale=1.0)
    ours = attend(query * loud, key, value, there)
    assert ours.shape == (7, 33, 4, 8)
    torch.testing.assert_close(ours.transpose(1, 2), usual)


@pytest.mark.parametrize("score", [-1e3, 1e3])
def test_scores_beyond_all_bounds_leave_numbers(score: float) -> None:
    query = torch.full((1, 1, 5, 4), score)
    gathered = attend(query, torch.ones(1, 1, 5, 4), torch.ones(1, 1, 5, 4), torch.tensor([[1, 1, 1, 0, 0]]))
    torch.testing.assert_close(gathered, torch.ones(1, 5, 1, 4))


def test_states_are_those_of_transformers() -> None:
    torch.manual_seed(2)
    bert = BertModel(
        BertConfig(vocab_size=90, hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=50)
    ).eval()
    ids, there = torch.randint(0, 90, (5, 12)), there_of(5, 12)
    with torch.inference_mode():
        usual = bert(input_ids=ids, attention_mask=there).last_hidden_state
        ours = Encoder(bert).eval()(ids, there)
    torch.testing.assert_close(ours[there.bool()], usual[there.bool()], rtol=1e-4, atol=1e-5)
