"""The exemplars are embedded once for all tests of this room."""

from __future__ import annotations

import pytest

from assistant.embedded.intent import IntentReader
from index.embed import Embedder


@pytest.fixture(scope="session")
def intents(embedder: Embedder) -> IntentReader:
    """The reader of intents, made once."""
    return IntentReader(embedder)


@pytest.fixture(autouse=True)
def _one_reader_of_intents(intents: IntentReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.IntentReader", lambda embedder: intents)
