"""Answers of an audio model, kept in the catalogue's file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from index.answers import Answer, Answers, Asked
from index.store import FILE, Store

ASKED = Asked("x", "abc", "model", "description 1", "Describe this track.", 0.0, 600.0)
ANSWER = Answer("A waltz.", "hm", True, "2026-11-25")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    Store(tmp_path / "index", create=True).close()
    return tmp_path / "index"


def test_an_answer_comes_back_for_the_same_question_alone(directory: Path) -> None:
    answers = Answers(directory)
    assert answers.find(ASKED) is None
    answers.keep(ASKED, ANSWER)
    assert Answers(directory).find(ASKED) == ANSWER
    for change in ({"track": "y"}, {"signature": "d"}, {"model": "m"}, {"prompt": "description 2"}, {"question": "?"}, {"start_s": 570.0}, {"end_s": 1.0}):  # fmt: skip
        assert answers.find(replace(ASKED, **change)) is None  # type: ignore[arg-type]
    answers.keep(ASKED, replace(ANSWER, text="A march."))
    assert answers.find(ASKED) == replace(ANSWER, text="A march.")


def test_tracks_that_left_are_forgotten(directory: Path) -> None:
    answers = Answers(directory)
    answers.forget(["x"])
    for track in ("x", "y"):
        answers.keep(replace(ASKED, track=track), ANSWER)
    answers.forget(["x", "z"])
    assert answers.find(ASKED) is None and answers.find(replace(ASKED, track="y")) == ANSWER


def test_an_index_without_answers_or_none_at_all_is_left_as_it_is(directory: Path, tmp_path: Path) -> None:
    Answers(directory).find(ASKED)
    store = Store(directory)
    assert store.rows("SELECT count(*) FROM sqlite_master WHERE name = 'answers'") == [(0,)]
    store.close()
    nowhere = Answers(tmp_path / "nowhere")
    nowhere.keep(ASKED, ANSWER)
    nowhere.forget(["x"])
    assert nowhere.find(ASKED) is None and not (tmp_path / "nowhere").exists()


def test_a_file_that_cannot_be_written_to_goes_without(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(directory)
    monkeypatch.setattr("index.answers._WAIT_S", 0.05)
    with store.transaction():
        Answers(directory).keep(ASKED, ANSWER)
    store.close()
    assert Answers(directory).find(ASKED) is None
    assert (directory / FILE).is_file()


def test_many_threads_may_keep_while_a_store_is_open(directory: Path) -> None:
    store, answers = Store(directory), Answers(directory)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: answers.keep(replace(ASKED, track=str(n)), ANSWER), range(40)))
    assert store.rows("SELECT count(*) FROM answers") == [(40,)]
    store.close()
