"""Thoughts apart from words, and words apart from noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.listener.said import MOST_CHARACTERS, Said, readable, separate, whole_sentences


@pytest.mark.parametrize(
    ("answer", "text", "thought"),
    [
        ("A waltz.", "A waltz.", ""),
        ("<think>hm\nhm</think> A waltz. ", "A waltz.", "hm\nhm"),
        ("A <think>x</think>waltz<think>y</think>.", "A waltz.", "x\ny"),
        ("A waltz. <think>and then", "A waltz.", "and then"),
        ("thinking aloud</think>A waltz.", "A waltz.", "thinking aloud"),
        ("one</think>A <think>two</think>waltz.", "A waltz.", "one\ntwo"),
        ("<think>only this", "", "only this"),
        ("", "", ""),
    ],
)
def test_thoughts_are_kept_apart(answer: str, text: str, thought: str) -> None:
    assert separate(answer) == Said(text, thought)


def test_what_the_server_set_apart_is_a_thought_too() -> None:
    assert separate("<think>b</think>c", "a") == Said("c", "a\nb")


@given(
    st.text(st.sampled_from("ab <>/think"))
    | st.lists(st.sampled_from(["<think>", "</think>", "a ", "b\n"])).map("".join)
)
def test_no_tag_is_ever_left(answer: str) -> None:
    said = separate(answer)
    assert "<think>" not in said.text and "</think>" not in said.text
    assert separate(said.text).text == said.text


def test_a_flood_is_cut() -> None:
    said = separate("la " * 100_000)
    assert len(said.text) == MOST_CHARACTERS and said.cut


def test_a_sentence_that_was_cut_is_left_out() -> None:
    assert whole_sentences("It is slow. It has “strings.” And a") == "It is slow. It has “strings.”"
    assert whole_sentences("never ending") == "never ending"


@pytest.mark.parametrize(
    "text",
    [
        "A slow waltz for piano and strings.",
        "Ein langsamer Walzer für Klavier – sehr schön!",
        "これはピアノと弦楽器のためのゆっくりしたワルツです。静かに始まります。",
        "**Genre:** jazz\n**Mood:** calm, late at night",
        "Медленный вальс для фортепиано и струнных.",
    ],
)
def test_language_is_readable(text: str) -> None:
    assert readable(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Hum.", "�~{�as>bf� basas>bf� basas", "\x05\x12res\x0bM>genres\x0f bas [\x12res\x0bM>genres\x0f bas", "120 96 4/4 88 120 96 4/4 88 ab cd ef gh",
        "la " * 300, "{}[]()<>=+ abc {}[]()<>=+ abc", "x" * 400, "$$$ ^^^ abcdefghijklmnop ~~~ ```` ||| +++ <<<",
    ],
)  # fmt: skip
def test_noise_is_not(text: str) -> None:
    assert not readable(text)


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert readable(text) in (True, False)
