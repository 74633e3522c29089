"""Fixtures that several rooms share: a small catalogue of words, built once, and its assistant."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import pytest

from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.fixtures.taught import served, taught, tiny  # noqa: F401
from tests.fixtures.words import ROWS


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled embedder, loaded once for all tests."""
    return Embedder()


@pytest.fixture(scope="session")
def words_index(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of the twenty-odd described tracks of `tests/fixtures/words.py`, without audio."""
    folder = tmp_path_factory.mktemp("words")
    source = folder / "catalogue.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    build(source, folder / "index", lambda track: track, embedder)
    return folder / "index"


@pytest.fixture
def catalogue(words_index: Path, embedder: Embedder) -> Iterator[Catalogue]:
    """The words catalogue, open."""
    opened = Catalogue(words_index, embedder)
    yield opened
    opened.close()


@pytest.fixture
def assistant(catalogue: Catalogue, tmp_path: Path) -> Iterator[Assistant]:
    """An embedded assistant on the words catalogue, with conversations in memory."""
    threads = Threads(None)
    yield Assistant(Settings(home=tmp_path), catalogue, threads)
    threads.close()


def pytest_configure(config: pytest.Config) -> None:
    """The marker for what needs installed attack packages or takes minutes; such tests run only when it is asked for."""
    config.addinivalue_line("markers", "attacks: needs installed attack packages, or takes minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out tests marked `attacks`, unless `-m` names them."""
    if "attacks" not in str(config.option.markexpr):
        left_out = [item for item in items if item.get_closest_marker("attacks")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
