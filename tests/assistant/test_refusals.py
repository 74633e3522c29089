"""Refusals in many words are read as they are in one, and what only looks like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedded.refusals import refused
from assistant.embedded.understand import Reader
from tests.assistant.states import NOTHING, after


@pytest.mark.parametrize(
    ("said", "plainly"),
    [
        ("take out everything before 1990", "nothing before 1990"),
        ("remove all tracks from the seventies", "nothing from the seventies"),
        ("throw everything with piano out", "nothing with piano out"),
        ("please don't give me anything with trumpets", "nothing with trumpets"),
        ("don't play piano", "no piano"),
        ("no track longer than two minutes", "nothing longer than two minutes"),
        ("hold the saxophone", "no saxophone"),
        ("solo lo nuevo, que no sean de Ada", "solo lo nuevo, not by Ada"),
        ("it's a bit loud", "it's too loud"),
        ("that one is kinda slow for me", "that one is too slow for me"),
        ("2 slow", "too slow"),
        ("eww that ones low quality", "no low quality"),
    ],
)
def test_in_one_word(said: str, plainly: str) -> None:
    assert refused(said, shown=True) == plainly


@pytest.mark.parametrize(
    "said",
    [
        "why don't you play something with a cello", "don't you have anything with piano?", "I don't play the drums", "never play T2 again", "a bit louder", "make it a bit sad", "2 slow songs", "everything before 1990",
        "it's a bit slow but I like that", "nope, some jazz", "remove the second one", "hold on", "that's a bit too much", "it should be a bit dark",
    ],
)  # fmt: skip
def test_what_is_none(said: str) -> None:
    assert refused(said, shown=True) == said


def test_nothing_is_complained_of_before_anything_plays() -> None:
    assert refused("it's a bit loud", shown=False) == "it's a bit loud"


@given(st.text(max_size=200), st.booleans())
def test_it_reads_anything_and_is_done_after_once(text: str, shown: bool) -> None:
    once = refused(text, shown=shown)
    assert len(refused(once, shown=shown)) <= len(once)


@pytest.mark.parametrize(
    ("text", "fields", "avoid"),
    [
        ("take out everything before 1990", {"year_min": 1990}, ()),
        ("no track faster than 150 bpm", {"tempo_max": 150.0}, ()),
        ("delete everything with piano", {}, ("piano",)),
        ("my grandson plays the drums, terrible racket, so none of those please", {}, ("drums",)),
        ("pas Volt Parade", {}, ()),
        ("none by Volt Parade", {}, ()),
        ("slow songs with a sick bassline", {}, ()),
    ],
)
def test_what_is_ruled_out(reader: Reader, text: str, fields: dict[str, object], avoid: tuple[str, ...]) -> None:
    u = reader.understand(text, after())
    assert (u.fields, u.avoid) == (fields, avoid)
    assert ("Volt Parade" in u.avoid_artists) == ("Volt" in text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("what keys are they in?", "piano"), ("my friend passed away in March", "march"), ("my friend loves Volt Parade", "romantic"), ("I am programming a radio show", "coding"), ("das zweite war schön", "war"),
        ("what is the running time?", "running"), ("it sounds like a funeral", "funeral"), ("solo las lentas", "solo"), ("songs for March", "march"),
        ("I live in Sweden", "live"), ("I come from Spain", "flamenco"),
    ],
)  # fmt: skip
def test_words_that_are_no_music_there(reader: Reader, text: str, concept: str) -> None:
    u = reader.understand(text, NOTHING)
    assert concept not in (*u.want, *u.avoid)
