"""One question of all tracks on the screen."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.compose import Outcome, compose
from assistant.embedded.ellipsis import completed
from assistant.embedded.forms import says
from assistant.embedded.survey import of_several, survey
from tests.assistant.states import after


def card(n: int, **more: Any) -> dict[str, Any]:
    return {"handle": f"T{n}", "title": f"Title {n}", "artists": ["Ada"], "duration_s": 60.0 + n, **more}


CARDS = [
    card(1, measured={"key": "C minor"}, caption="Piano and drums.", year=1970),
    card(2, measured={"key": "C minor"}, caption="Piano alone, without drums.", year=1971, instruments=["piano"]),
    card(3, measured={"key": "D major"}, caption="A choir with piano.", artists=["Bo"]),
]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("which artist comes up twice?", "More than once: Ada (T1 and T2)."),
        ("does any band come up more than once?", "More than once: Ada (T1 and T2)."),
        ("what keys are they in?", "The key of each:\n\n- **T1** “Title 1”: C minor\n- **T2** “Title 2”: C minor\n- **T3** “Title 3”: D major"),
        ("and the years?", "The year of each:\n\n- **T1** “Title 1”: 1970\n- **T2** “Title 2”: 1971\n- **T3** “Title 3”: not known"),
        ("how long are they?", "The length of each:\n\n- **T1** “Title 1”: 1:01\n- **T2** “Title 2”: 1:02\n- **T3** “Title 3”: 1:03"),
        ("list the languages", "The language of none of them is known."),
        ("do they share a key?", "Not all of them: T1 and T2 are in C minor; T3 is in D major."),
        ("are they from the same year?", "No: T1 is from 1970; T2 is from 1971. The year of T3 is not known."),
        ("do they all have piano?", "Yes, all of them name piano."),
        ("do they all have drums?", "Not all: **T1** “Title 1” names drums; nothing about **T2** “Title 2” and **T3** “Title 3” does."),
        ("are they all sad?", "Nothing about any of them names sad."),
        ("which is the best?", ""),
    ],
)  # fmt: skip
def test_what_is_told(asked: str, told: str) -> None:
    assert survey(CARDS, asked) == told


def test_one_artist_is_said_once() -> None:
    assert survey(CARDS[:2], "who are they by?") == "All of them are by Ada."
    assert survey(CARDS[:2], "are they by the same artist?") == "Yes, both of them are by Ada."


def test_the_answer_of_a_turn() -> None:
    outcomes = [Outcome("track_details", {"handle": c["handle"]}, c) for c in CARDS]
    assert compose("what keys are they in?", "compare", outcomes).startswith("The key of each:")
    assert "T2 “Title 2” is newer" in compose("which is newer?", "compare", outcomes[:2])


@pytest.mark.parametrize("text", ["what's the tempo of each?", "who are the artists?", "list the years", "their keys", "when were they made?", "in what key is each?", "how fast are they?", "what are they called?", "what languages are they in?", "compare the form of T1 and T2"])  # fmt: skip
def test_forms_of_it(text: str) -> None:
    assert says("of each", text)


@pytest.mark.parametrize("text", ["do both have drums?", "are the last three sung?", "do numbers 1 and 3 have a harp?", "are all of them in minor?"])  # fmt: skip
def test_whether_it_holds_of_several(text: str) -> None:
    assert says("of all", text) and of_several(text)


@pytest.mark.parametrize("text", ["are the first two alike?", "are the first two faster than the third?", "do they have drums?", "are both of them the same?"])  # fmt: skip
def test_what_asks_something_else_of_several(text: str) -> None:
    assert not says("of all", text)


@pytest.mark.parametrize("text", ["what artists do you have?", "the key of T2", "songs in a minor key", "do they sound alike?"])  # fmt: skip
def test_what_is_none_of_it(text: str) -> None:
    assert not says("of each", text)


@pytest.mark.parametrize(
    ("asked", "text", "whole"),
    [
        ("do they all have drums?", "which ones don't?", "which of these have no drums?"),
        ("are these all in minor?", "and which are not?", "which of these are not in minor?"),
        ("are they all sung?", "which are?", "which of these are sung?"),
    ],
)
def test_which_of_them_is_asked_next(asked: str, text: str, whole: str) -> None:
    assert completed(text, asked, after(), lambda _: False) == whole


def test_nobody_twice() -> None:
    assert survey(CARDS[1:], "is anyone on this list twice?") == "No artist comes up more than once here."
