"""Turns as people say them, which were once taken for something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.events import Reply, Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.query import Query


class Talk:
    def __init__(self, agent: Assistant) -> None:
        self._agent = agent

    def say(self, text: str) -> Reply:
        return self._agent.reply(Request("t", text))

    @property
    def query(self) -> Query:
        return self._agent.conversation("t").query or Query()


@pytest.fixture
def talk(catalogue: Catalogue, tmp_path: Path) -> Iterator[Talk]:
    threads = Threads(None)
    yield Talk(Assistant(Settings(tmp_path), catalogue, threads))
    threads.close()


def test_who_hates_songs_about_something_gets_none(talk: Talk) -> None:
    talk.say("I hate songs about love. no love songs")
    assert not talk.query.about and talk.query.avoid


@pytest.mark.parametrize("lifting", ["actually lift the ban on piano", "forget the thing about piano"])  # fmt: skip
def test_a_ban_that_is_lifted_is_no_wish(talk: Talk, lifting: str) -> None:
    talk.say("something sad but no piano")
    assert talk.query.avoid == ["piano"]
    talk.say(lifting)
    assert talk.query.avoid == [] and "piano" not in talk.query.want and "sad" in talk.query.want


@pytest.mark.parametrize("asking", ["tell me the story behind the second one", "tell me everything about the second one", "say more about the second"])  # fmt: skip
def test_asking_about_a_track_is_no_praise(talk: Talk, asking: str) -> None:
    talk.say("sad music")
    reply = talk.say(asking)
    assert [step.name for step in reply.tools] == ["track_details"] and reply.text.startswith("T2")


def test_two_that_are_named_are_compared_and_no_others(talk: Talk) -> None:
    talk.say("sad music")
    reply = talk.say("which one is newer, the first or the second?")
    assert len(reply.tools) == 2 and "T1" in reply.text and "T2" in reply.text and "T3" not in reply.text
    assert "the oldest" in talk.say("the oldest of them").text


@pytest.mark.parametrize("asking", ["play me some Taylor Swift", "songs like Bohemian Rhapsody", "do you have anything by Taylor Swift?"])  # fmt: skip
def test_who_is_not_here_is_said_not_to_be(talk: Talk, asking: str) -> None:
    assert "is not in this catalogue" in talk.say(asking).text


def test_like_it_is_like_what_was_spoken_of(talk: Talk) -> None:
    talk.say("sad music")
    talk.say("tell me about T2")
    reply = talk.say("something like it but older")
    assert reply.tools[0].name == "similar_tracks" and reply.tools[0].args["handles"] == ["T2"]
    assert "T2" not in [card["handle"] for card in reply.shown]


def test_a_slip_in_a_word_that_carries_no_wish(talk: Talk) -> None:
    talk.say("somthing sad for tonight")
    assert talk.query.want == ["sad"] or "relaxing" not in talk.query.want
