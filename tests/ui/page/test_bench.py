"""The tab for QA: dialogs of the program held against a catalogue from the page, one run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from eval_dialogs.runs import kept
from index.catalogue import Catalogue
from index.errors import UserError
from ui.page.bench import Bench


@pytest.fixture
def bench(catalogue: Catalogue, tmp_path: Path) -> Iterator[Bench]:
    threads = Threads(None)
    yield Bench(Assistant(Settings(tmp_path), catalogue, threads))
    threads.close()


def test_dialogs_run_are_opened_and_compared(bench: Bench, tmp_path: Path) -> None:
    assert "can be held" in bench.opened()[0] and "injection" in bench.tags()
    shown = list(bench.run(["injection"], "lyrics"))
    assert "of" in shown[0][0] and "kept as" in shown[-1][0]
    results = shown[-1][1]
    for words in ("ln-dialog", "understood", "called", "grounding", "answered", "first word"):
        assert words in results
    assert len(kept(tmp_path / "runs")) == 1 and "Against" not in results
    *_, (_, again) = bench.run(["injection"], "lyrics")
    assert "Against" in again and len(kept(tmp_path / "runs")) == 2
    assert "ln-dialog" in bench.opened()[1]
    *_, (_, other) = bench.run(["lyrics"], "verse")  # another selection: nothing to be measured against
    assert "Against" not in other
    *_, (_, back) = bench.run(["injection"], "lyrics")
    assert "Against" in back and "new here" not in back and "no longer" not in back


def test_nothing_like_this_and_a_second_run(bench: Bench) -> None:
    assert list(bench.run([], "no such dialog")) == [('<p class="ln-told" role="status">No dialog is like this.</p>', "")]  # fmt: skip
    first = bench.run(["injection"], "")
    next(first)
    assert "under way" in next(iter(bench.run([], "")))[0]
    bench.stop()
    *_, last = first
    assert "kept as" in last[0]


def test_a_run_that_nobody_watches_any_more_ends(bench: Bench) -> None:
    watched = bench.run([], "")
    next(watched)
    watched.close()
    assert bench._busy.acquire(timeout=60)
    bench._busy.release()
    assert len(kept(bench._assistant.settings.home / "runs")) == 1


def test_a_file_of_dialogs_that_cannot_be_read_is_named_in_the_page(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(bench.run(["injection"], "lyrics"))

    def broken(_paths: object) -> None:
        raise UserError("bans.yaml:3: 'turn' is not known here")

    monkeypatch.setattr("ui.page.bench.read_scripts", broken)
    told, results = bench.opened()
    assert "bans.yaml:3" in told and "ln-dialog" in results
    assert "bans.yaml:3" in next(iter(bench.run([], "")))[0] and bench.tags() == []
