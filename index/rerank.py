"""An optional second look: a cross-encoder reads the request and each of the best candidates together and moves them up or
down (Nogueira & Cho, "Passage Re-ranking with BERT", 2019). Nothing is downloaded: it is a folder, or a model that the
machine has already. Bans and constraints hold before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from index.embed import Vectors
from index.errors import UserError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

READ = 30  # candidates that are read again


class Reranker:
    """A cross-encoder with one output, loaded on first use; `name` is a folder or a model of the Hugging Face cache."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _model(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self.name, local_files_only=True)
        except (OSError, ValueError) as wrong:
            raise UserError(
                f"the cross-encoder {self.name} is not on this machine; name a folder that holds one, or fetch it once with `hf download {self.name}`"
            ) from wrong
        if model.num_labels != 1:
            raise UserError(f"{self.name} has {model.num_labels} outputs; a cross-encoder for ranking has one")
        return model

    def load(self) -> Reranker:
        """Itself, read into memory; raises `UserError` when that cannot be done."""
        _ = self._model
        return self

    def scores(self, request: str, documents: Sequence[str]) -> Vectors:
        """How well each document answers the request, from 0 to 1; shape (documents,)."""
        if not documents:
            return np.zeros(0, np.float32)
        raw = self._model.predict([(request, d) for d in documents], show_progress_bar=False)
        return np.asarray(raw, np.float32)
