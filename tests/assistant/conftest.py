"""The exemplars are embedded once for all tests of this room."""

from __future__ import annotations

import pytest

from assistant.embedded.intent import IntentReader
from assistant.embedded.understand import Reader
from index.catalogue import Catalogue
from index.embed import Embedder


@pytest.fixture(scope="session")
def intents(embedder: Embedder) -> IntentReader:
    """The reader of intents, made once."""
    return IntentReader(embedder)


@pytest.fixture
def reader(catalogue: Catalogue, intents: IntentReader) -> Reader:
    """Understands requests against the catalogue of the tests."""
    return Reader(catalogue, intents)


@pytest.fixture(autouse=True)
def _one_reader_of_intents(intents: IntentReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.models.IntentReader", lambda embedder: intents)
