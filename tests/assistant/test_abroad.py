"""What is said to a companion in other languages is read as in English, and English stays as it is."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from assistant.embedded.abroad import in_english, words_abroad


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("Das dritte nochmal", "the third one once more"),
        ("la segunda me gusta", "the second one i like"),
        ("La dernière ne me plaît pas", "the last one i don't like"),
        ("il secondo mi piace", "the second one i like"),
        ("não gosto da primeira", "i don't like the first one"),
        ("den sista gillar jag inte", "the last one i don't like"),
        ("Das erste gefällt mir nicht", "the first one i don't like"),
        ("die letzte Zeile von T2", "the last line von t2"),
        ("¿Quién la canta?", "¿who sings it?"),
        ("Von wann ist es?", "when was it made?"),
        ("otra cosa", "show me more"),
        ("etwas anderes", "show me more"),
        ("algo parecido", "more like that"),
        ("et les autres", "and the others"),
        ("y las demás", "and the others"),
        ("spiel irgendwas", "play some music"),
        ("ponme algo de música", "play some music"),
        ("mets de la musique", "play some music"),
        ("Warum das erste?", "why the first one?"),
        ("tack!", "thanks!"),
        ("merci, bonne nuit", "thanks, goodbye"),
        ("enregistre ça comme une playlist", "save ca as a playlist"),
        ("tausche 1 und 2", "swap 1 and 2"),
        ("échange la première et la dernière", "swap the first one and the last one"),
        ("cambia la 1 por la 2", "swap la 1 for 2"),
        ("das zweite kann weg", "the second one can go"),
        ("pon la última al principio", "move the last one to the top"),
        ("flytta den sista överst", "move the last one to the top"),
        ("mescolali", "shuffle them"),
        ("ohne das dritte", "remove the third one"),
        ("finis par une valse", "close with une valse"),
        ("mach das letzte länger", "make the last one langer"),
        ("mach die Liste kürzer", "make the list shorter"),
        ("welche nicht?", "which ones don't?"),
        ("¿cuánto duran en total?", "¿how long is it all together?"),
        ("in welchen Tonarten sind sie?", "what keys are they in?"),
        ("keine davon", "none of these"),
        ("zeig die Liste nochmal", "list them again"),
        ("rückgängig", "undo that"),
        ("deshacer", "undo that"),
        ("noch eins", "show me more"),
        ("encore deux", "show me more"),
        ("altri due", "show me more"),
        ("encore d'eux", "more by them"),
        ("pas celle-là", "not that one"),
        ("¿qué hay en mi lista?", "¿what's on my playlist?"),
        ("was ist auf meiner Playlist?", "what's on my playlist?"),
        ("borra la segunda", "remove the second one"),
        ("mets la deuxième dans une playlist", "put the second one as a playlist"),
        ("¿cuánto dura todo?", "¿how long is it all together?"),
        ("gibt es etwas von Mozart?", "do you have anything by mozart?"),
    ],
)
def test_phrases(said: str, english: str) -> None:
    assert in_english(said) == english


def test_english_is_left_alone() -> None:
    exemplars = tomllib.loads(resources.files("assistant.embedded").joinpath("exemplars.toml").read_text("utf-8"))
    said = [sentence for sentences in exemplars.values() for sentence in sentences]
    changed = {s: in_english(s) for s in said if in_english(s) != s}
    assert len(said) > 100 and changed == {}


def test_every_pattern_matches_folded_text() -> None:
    data = tomllib.loads(resources.files("assistant.embedded").joinpath("abroad.toml").read_text("utf-8"))
    for english, patterns in data.items():
        for pattern in patterns:
            re.compile(pattern)
            assert re.search(r"[^\x00-\x7f’]", pattern) is None, (english, pattern)


def test_a_word_of_thanks_is_no_slip_of_a_word_for_music() -> None:
    assert {"danke", "gracias", "lieber"} <= words_abroad()


def test_names_are_not_translated() -> None:
    assert in_english("montre-moi les paroles de Le dernier quai", ("Le dernier quai",)).endswith("Le dernier quai")
    assert in_english("Le dernier quai, Le dernier quai", ("Le dernier quai",)) == "Le dernier quai, Le dernier quai"
    assert (
        in_english("Warum das erste, Le dernier quai?", ("Le dernier quai",)) == "why the first one, Le dernier quai?"
    )
