"""The listener's own words in answers: only where they fit the sentence."""

from __future__ import annotations

import pytest

from assistant.embedded.own import mentioned, own_words
from assistant.embedded.wishes import wish_words


@pytest.mark.parametrize(
    ("text", "want", "said"),
    [
        ("something calm for a rainy evening", ["relaxing", "rainy day", "night"], "calm music for a rainy evening"),
        ("music for my sister's wedding", ["wedding"], "music for your sister's wedding"),
        ("a film about a night train", ["train"], "music about a night train"),
        ("quiet music for studying at night", ["relaxing", "study", "night"], "quiet music for studying at night"),
        ("I need energy for the gym", ["energetic", "gym"], "energetic music for the gym"),
        ("such sadness", ["sad"], "sad music"),
        ("for me, I am driving", ["road trip"], "music for a road trip"),
        ("musica triste para una noche de lluvia", ["sad", "night"], "sad music for the night"),
        ("mellow, dusty jazz", ["relaxing", "jazz"], "mellow jazz"),
        ("not for a rainy day, no quiet music", ["energetic"], "energetic music"),
    ],
)
def test_wishes_in_the_listeners_words(text: str, want: list[str], said: str) -> None:
    assert wish_words({"text": text, "want": want}, ()) == said


def test_the_newest_turn_says_it() -> None:
    args = {
        "text": "really mellow music please",
        "context": "some quiet music for a rainy evening",
        "want": ["relaxing", "night"],
    }
    assert own_words(args)["relaxing"] == "mellow" and own_words(args)["night"] == "for a rainy evening"


@pytest.mark.parametrize(
    ("text", "wishes", "said"),
    [
        ("calm music for a rainy evening", ["rainy day"], ["“rainy”"]),
        ("music for studying", ["study"], ["“studying”"]),
        ("música para correr", ["running"], ["“running”"]),
        ("", ["harp", "harp"], ["“harp”"]),
    ],
)
def test_what_is_not_mentioned_is_quoted(text: str, wishes: list[str], said: list[str]) -> None:
    assert mentioned(wishes, {"text": text, "want": wishes}) == said
