"""Whether a turn asks for music of any kind."""

from __future__ import annotations

import pytest

from assistant.embedded.topic import is_any_music


@pytest.mark.parametrize(
    "text",
    ["play some music", "give me five songs", "make me a playlist", "a playlist of 8 songs please", "I'd like to hear something", "can you play me some good tunes?", "ok any song", "music", "let's hear something", "put on some music to listen to"],
)  # fmt: skip
def test_nothing_is_said_of_which(text: str) -> None:
    assert is_any_music(text)


@pytest.mark.parametrize(
    "text", ["play some sad music", "give me five songs about rain", "a mix for a party", "something else", "songs in French", "play it", "what music is there?", "more music", "no music", ""]
)  # fmt: skip
def test_something_is_said_of_it_or_nothing_asked(text: str) -> None:
    assert not is_any_music(text)
