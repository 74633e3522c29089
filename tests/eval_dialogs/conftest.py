"""Dialogs held on the words catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.embedded.intent import IntentReader
from assistant.settings import Settings
from eval_dialogs.results import DialogResult
from eval_dialogs.runner import Runner
from eval_dialogs.scripts import read_scripts
from eval_dialogs.stage import Stage
from index.catalogue import Catalogue
from index.embed import Embedder

Hold = Callable[[str], list[DialogResult]]


@pytest.fixture(scope="session")
def intents(embedder: Embedder) -> IntentReader:
    """The reader of intents, made once."""
    return IntentReader(embedder)


@pytest.fixture
def stage(
    catalogue: Catalogue, tmp_path: Path, intents: IntentReader, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    """A stage with the embedded brain."""
    monkeypatch.setattr("assistant.models.IntentReader", lambda embedder: intents)
    made = Stage(Settings(home=tmp_path / "home"), catalogue)
    yield made
    made.close()


@pytest.fixture
def hold(stage: Stage, tmp_path: Path) -> Hold:
    """Holds the dialogs of a text, given without `version` and `dialogs`."""

    def held(text: str) -> list[DialogResult]:
        path = tmp_path / "d.yaml"
        path.write_text(f"version: 1\ndialogs:\n{text}", "utf-8")
        return Runner(stage, jobs=2).run(read_scripts([path]))

    return held
