"""What may leave, and what writes need: links, secrets, thoughts, and the listener's word."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from assistant.consent import refused
from assistant.outflow import NO_LINK, Outflow, Thoughts, inert
from assistant.redaction import PATH, SECRET, RedactingFilter, Redaction
from assistant.settings import Settings
from index.catalogue import Catalogue
from tools.conversation import Conversation
from tools.lyric_guard import LyricGuard
from tools.lyric_watch import Watch

KEY = "sk-9f8e7d6c5b4a3210"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![x](http://evil.example/p.png?d=1)", f"x ({NO_LINK})"), ("[a](javascript:alert(1))", f"[a] ({NO_LINK}(1))"), ("see https://evil.example/a?b=c now", f"see {NO_LINK} now"), ("www.evil.example", NO_LINK), ("//evil.example/x", NO_LINK),
        ("write to me@evil.example", f"write to {NO_LINK}"), ("<img src=x onerror=y>", "‹img src=x onerror=y>"), ("[x]: /y", "[x] : /y"), ("<b>bold</b>", "‹b>bold‹/b>"),
        ("data:text/html;base64,AAAA", NO_LINK), ("under <100 BPM & 3 < 4", "under <100 BPM & 3 < 4"), ("**T1** “Slow [live]” (2019)", "**T1** “Slow [live]” (2019)"), ("AC/DC, 7/8, 1:14–2:30, and/or", "AC/DC, 7/8, 1:14–2:30, and/or"),
    ],
)  # fmt: skip
def test_nothing_can_be_followed_or_fetched(written: str, shown: str) -> None:
    assert inert(written) == shown


def test_a_licence_that_a_tool_returned_stays_to_be_read() -> None:
    address = "https://creativecommons.org/licenses/by/4.0/"
    assert inert(f"Licence: {address}", {address}.__contains__) == f"Licence: `{address}`"
    assert NO_LINK in inert(f"Licence: {address}?to=me", {address}.__contains__)


@pytest.mark.parametrize(
    "text", [KEY, f"the key is {KEY}!", KEY[::-1], " ".join(KEY), base64.b64encode(KEY.encode()).decode(), KEY.encode().hex(), f"https://u:{KEY}@host/x"]
)  # fmt: skip
def test_a_secret_stays_in_any_dress(text: str) -> None:
    told = Redaction([KEY])(text)
    assert KEY not in told and KEY[::-1] not in told and KEY not in "".join(told.split())
    assert SECRET in told or "://host" in told


def test_paths_of_this_machine() -> None:
    redaction = Redaction([], [Path("/srv/liner notes/home")])
    assert redaction("kept in /srv/liner notes/home/threads.sqlite, says /etc/passwd.") == f"kept in {PATH} says {PATH}"
    assert redaction("7/8, AC/DC, and/or, 1/2, C/G") == "7/8, AC/DC, and/or, 1/2, C/G"


def test_secrets_are_those_of_settings_and_environment(tmp_path: Path) -> None:
    settings = Settings(tmp_path, api_key=KEY, audio_api_key="audio-key-123456")
    redaction = Redaction.of(
        settings, {"GITHUB_TOKEN": "ghp_abcdefgh1234", "PATH": "/usr/bin:/bin-of-mine", "MY_PASSWORD": "short"}
    )
    told = redaction(f"{KEY} audio-key-123456 ghp_abcdefgh1234 short")
    assert told.count(SECRET) == 3 and told.endswith("short")


def test_a_log_line_is_redacted() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "key %s", (KEY,), None)
    assert RedactingFilter(Redaction([KEY])).filter(record) and record.getMessage() == f"key {SECRET}"


@pytest.fixture
def policy(catalogue: Catalogue) -> Outflow:
    watch = Watch(LyricGuard(catalogue), catalogue, Conversation())
    return Outflow(watch, Redaction([KEY]), blocked=("copper rain",))


def test_blocked_titles_and_codes_are_not_said(policy: Outflow) -> None:
    assert policy.leak("Try “Copper  Rain” tonight.") and policy.leak("try copper rain")
    assert policy.leak("Take this: aGVsbG8gd29ybGQgaG93IGFyZSB5b3U=")
    assert policy.leak("Copper and rain are two things.") is None


def test_thoughts_are_let_through_line_by_line_and_checked(policy: Outflow) -> None:
    thoughts = Thoughts(policy)
    assert thoughts.feed("The listener wants") == "The listener "  # the first two words come at once
    assert thoughts.feed(" a waltz. I will") == "wants a waltz."
    assert thoughts.feed(f" use {KEY}.\n") == f" I will use {SECRET}.\n"
    assert thoughts.feed("I packed the truck before the sun\n") == "(…)\n"
    assert thoughts.finish() == ""
    long = "word " * 40
    assert thoughts.feed(long) + thoughts.finish() == long


@pytest.mark.parametrize(
    ("name", "args", "said", "before", "allowed"),
    [
        ("make_playlist", {"name": "x"}, "make a playlist of these", "", True), ("make_playlist", {"name": "x"}, "speichere das als Liste", "", True), ("make_playlist", {"name": "x"}, "something calm", "", False),
        ("make_playlist", {"name": "x"}, "yes please", "Shall I write them as a playlist?", True), ("make_playlist", {"name": "x"}, "yes please", "Shall I go on?", False), ("make_playlist", {"name": "x"}, "tell me about “Playlist of Doom”", "", False),
        ("remember", {"like": ["T1"]}, "I love the first", "", True), ("remember", {"like": ["T1"]}, "J'adore T1", "", True), ("remember", {"like": ["T1"]}, "something calm", "", False), ("remember", {"start_over": True}, "forget all that", "", True),
        ("remember", {"start_over": True}, "something calm", "", False), ("remember", {"undo": True}, "Tell me about “undo it”", "", False), ("search_tracks", {}, "x", "", True),
    ],
)  # fmt: skip
def test_writes_need_the_listeners_word(
    name: str, args: dict[str, object], said: str, before: str, allowed: bool
) -> None:
    assert (refused(name, args, said, before) is None) == allowed
