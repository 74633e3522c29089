"""Statements and denials as the plain questions that they are."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from assistant.embedded.asked import asked


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("the first two are instrumental, right?", "are the first two instrumental?"),
        ("so T1 has a cello, doesn't it?", "does T1 have a cello?"),
        ("is there singing in any of these?", "which of these have singing?"),
        ("so are there drums in them", "which of these have drums?"),
        ("is there any jazz?", "is there any jazz?"),
        ("none of these have drums, right?", "do all of these have drums?"),
        ("none of them has a choir, does it?", "do all of them have a choir?"),
        ("it was made in 1970, right?", "was it made in 1970?"),
        ("they're from 1970, aren't they?", "are they from 1970?"),
        ("it's got no words, right?", "does it have words?"),
        ("the second isn't sad, is it?", "is the second one sad?"),
        ("does the second verse rhyme?", "does the second verse rhyme?"),
        ("isn't T2 noisy?", "is T2 noisy?"),
        ("so it's from the 80s?", "is it from the 80s?"),
        ("neither T1 nor T2 has drums, right?", "do T1 and T2 have drums?"),
        ("the weather is fine?", "the weather is fine?"),
        ("This is good. But do you have any jazz?", "This is good. But do you have any jazz?"),
        ("is that right?", "is that right?"),
        ("the last one: what happens in the middle?", "what happens in the middle of the last one?"),
        ("so T2 - is it sung", "is T2 sung?"),
        ("number 3: how fast is it?", "how fast is number 3?"),
        ("the first: great", "the first: great"),
        ("what key is it?", "what key is it?"),
        ("which of these are they?", "which of these are they?"),
        ("something sad, no?", "something sad, no?"),
        ("the one on the right", "the one on the right"),
        ("this is great, do you have any jazz?", "this is great, do you have any jazz?"),
        ("T1 hasn't got any drums, has it?", "does T1 have any drums?"),
    ],
)
def test_what_is_asked(text: str, question: str) -> None:
    assert asked(text) == question


@given(st.text(max_size=60))
def test_what_is_no_question_stays_as_it_is(text: str) -> None:
    if "?" not in text and not text.strip().lower().startswith(
        ("is ", "was ", "does ", "did ", "has ", "so ", "and ", "but ", "ok ")
    ):
        assert asked(text) == text


@given(st.sampled_from(["it", "T2", "the third", "these", "none of them"]), st.sampled_from([" is sad", " has drums", "'s slow", " are sung"]), st.sampled_from([", right?", ", isn't it?", ", don't they?"]))  # fmt: skip
def test_a_question_is_asked_once(who: str, what: str, tag: str) -> None:
    question = asked(f"{who}{what}{tag}")
    assert question.endswith("?") and asked(question) == question
