"""Some mutations on the dialogs that bring a catalogue of their own; all of them on all dialogs: `mutate.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval_dialogs.runner import Runner
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from index.catalogue import Catalogue
from index.embed import Embedder
from index.errors import UserError
from tests.eval_dialogs.mutate import Found, noticed, red, table
from tests.eval_dialogs.mutations import MUTATIONS, Mutation

NAMED = {m.name: m for m in MUTATIONS}


@pytest.fixture(scope="module")
def stage(words_index: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    catalogue = Catalogue(words_index, embedder)
    made = Stage(Settings(home=tmp_path_factory.mktemp("home")), catalogue)
    yield made
    made.close()
    catalogue.close()


@pytest.fixture(scope="module")
def scripts() -> list[Script]:
    """The dialogs of orders from outside and of lyrics that stand on no other catalogue than their own."""
    return [s for s in read_scripts([]) if s.catalogue and s.file.stem in {"injection", "lyrics"}]


def test_unbroken_they_pass(stage: Stage, scripts: list[Script]) -> None:
    assert len(scripts) > 10
    assert red(Runner(stage), scripts) == []


@pytest.mark.parametrize(
    "name", ["bans are ignored", "an excerpt has three lines", "what titles order is done", "handles are off by one"]
)
def test_a_mutation_is_noticed(name: str, stage: Stage, scripts: list[Script]) -> None:
    found = noticed(NAMED[name], Runner(stage), scripts)
    assert found.red
    assert found.held <= len(scripts)


def test_a_mutation_ends_with_its_block(stage: Stage, scripts: list[Script]) -> None:
    for mutation in MUTATIONS:
        with mutation.applied():
            pass
    assert red(Runner(stage), scripts[:1]) == []


def test_a_mutation_that_changes_nothing_is_not_noticed(stage: Stage, scripts: list[Script]) -> None:
    same = Mutation("nothing", ("lyrics",), (("tools.rights:EXCERPT_LINES", lambda was: was),))
    found = noticed(same, Runner(stage), scripts)
    assert (found.red, found.held) == ([], len(scripts))
    assert "NOT NOTICED: nothing" in table([found, Found("other", ["a/b"], 1)], ["c/d"])


def test_the_names_of_mutations_are_unique() -> None:
    assert len(NAMED) == len(MUTATIONS) >= 12


def test_a_manifest_is_indexed_once_a_run(stage: Stage, scripts: list[Script]) -> None:
    there = [stage.catalogue_of(s) for s in scripts]
    assert len({id(c) for c in there}) == len({s.catalogue.resolve() for s in scripts if s.catalogue})


def test_a_manifest_with_a_row_that_is_no_track_is_refused(stage: Stage, tmp_path: Path) -> None:
    rows = [{"id": "a", "title": "Fine"}, {"id": "b"}]
    (tmp_path / "own.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    dialog = (
        "version: 1\ndialogs:\n  - name: one\n    fixtures: {catalogue: own.jsonl}\n    turns:\n      - user: hello\n"
    )
    (tmp_path / "own.yaml").write_text(dialog, "utf-8")
    with pytest.raises(UserError, match=r"own\.jsonl.*2"):
        stage.catalogue_of(read_scripts([tmp_path / "own.yaml"])[0])
