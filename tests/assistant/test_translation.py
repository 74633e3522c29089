"""Texts in other languages by a served model: kept with the same numbers and names, or not at all."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from assistant.models import served_model
from assistant.settings import load
from assistant.translation import translate, unfaithful
from index.errors import UserError
from tests.assistant.served import serving

TEXT = "“Night Ferry” by Ana Sol runs at 96.5 BPM in A minor and lifts at 1:12."
GOOD = "„Night Ferry“ von Ana Sol läuft mit 96,5 BPM in a-Moll und hebt bei 1:12 ab."
NAMES = ["Night Ferry", "Ana Sol"]


def asked(answer: str, home: Path, text: str = TEXT, language: str = "German") -> str:
    with serving([{"content": answer}]) as script:
        settings = load({"LINERNOTES_HOME": str(home), "LINERNOTES_BASE_URL": script.url, "LINERNOTES_MODEL": "tiny"})
        return translate(served_model(settings), text, language, NAMES)


def test_a_faithful_translation_is_kept(tmp_path: Path) -> None:
    assert asked(GOOD, tmp_path) == GOOD
    assert asked(f"<think>Hm, 7 words.</think>\n{GOOD}", tmp_path) == GOOD
    assert asked("", tmp_path, text="  ") == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (GOOD.replace("96,5", "98"), "leaves out 96.5; it adds 98"), (GOOD.replace(" 1:12", ""), "leaves out 1:12"), (GOOD.replace("Night Ferry", "Nachtfähre"), "name Night Ferry"),
        ("", "empty"), (GOOD + " Schön." * 200, "longer"),
    ],
)  # fmt: skip
def test_other_facts_are_not(answer: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=words):
        asked(answer, tmp_path)


def test_a_language_or_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Klingon"):
        asked(GOOD, tmp_path, language="Klingon")
    nobody = load({"LINERNOTES_HOME": str(tmp_path), "LINERNOTES_BASE_URL": "http://127.0.0.1:9/v1"})
    with pytest.raises(UserError, match="not put into French"):
        translate(served_model(nobody), TEXT, "French", NAMES)


@given(st.lists(st.integers(0, 9999), max_size=6), st.permutations(range(6)))
def test_the_order_of_numbers_is_free_and_their_count_is_not(numbers: list[int], order: list[int]) -> None:
    words = [f"word {n}" for n in numbers]
    turned = [words[i] for i in order if i < len(words)]
    assert unfaithful(" ".join(words), " ".join(turned), []) is None
    assert unfaithful(" ".join(words), " ".join([*words, "5"]), []) == "it adds 5"
