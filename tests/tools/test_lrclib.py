"""The lyrics database, played by a transport."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from index.errors import ToolFailed
from index.track import Lyrics
from tests.tools.making import track
from tools.lrclib import Lrclib

Handler = Callable[[httpx.Request], httpx.Response]


def ask(handler: Handler, url: str = "https://lyrics.test", **changes: Any) -> Lyrics | None:
    return Lrclib(url, "LinerNotes/0.1 (test)", httpx.MockTransport(handler)).lyrics(track(lyrics=None, **changes))


def test_a_synced_sheet_and_the_shape_of_the_question() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(
            200, json={"id": 7, "syncedLyrics": "[00:12.50]first\n[00:15.00]second", "plainLyrics": "no"}
        )

    lyrics = ask(handler, duration_s=181.6, album="Steam")
    assert lyrics and [(x.time_s, x.text) for x in lyrics.lines] == [(12.5, "first"), (15.0, "second")]
    assert lyrics.source == "LRCLIB 7"
    assert seen[0].url.path == "/api/get"
    assert dict(seen[0].url.params) == {
        "track_name": "Kettle", "artist_name": "Ada Finch", "album_name": "Steam", "duration": "182",
    }  # fmt: skip
    assert seen[0].headers["User-Agent"] == "LinerNotes/0.1 (test)"


def test_a_plain_sheet_will_do() -> None:
    lyrics = ask(lambda _: httpx.Response(200, json={"id": 8, "syncedLyrics": None, "plainLyrics": "one\ntwo"}))
    assert lyrics and [x.text for x in lyrics.lines] == ["one", "two"]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"code": 404}),
        httpx.Response(200, json={"id": 9, "instrumental": True, "syncedLyrics": None, "plainLyrics": None}),
        httpx.Response(200, json={"id": 9, "plainLyrics": ["no", "text"]}),
        httpx.Response(200, json={"id": 9, "plainLyrics": " \n "}),
    ],
)
def test_no_sheet(answer: httpx.Response) -> None:
    assert ask(lambda _: answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, text="oops"),
        httpx.Response(302, headers={"location": "http://10.0.0.1/"}),
        httpx.Response(200, text="<html>not json"),
        httpx.Response(200, json=["a", "list"]),
        httpx.Response(200, json={"plainLyrics": "la " * 200_000}),
    ],
)
def test_nonsense_is_told_to_the_model(answer: httpx.Response) -> None:
    with pytest.raises(ToolFailed, match="LRCLIB did not answer"):
        ask(lambda _: answer)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(10_000):
            sent += 1
            yield b" " * 65_536

    with pytest.raises(ToolFailed, match="more than"):
        ask(lambda _: httpx.Response(200, content=pieces()))
    assert sent < 10


def test_no_connection_and_no_address() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(ToolFailed, match="ConnectError"):
        ask(refuse)
    with pytest.raises(ToolFailed):
        ask(lambda _: httpx.Response(200), url="https://lyrics.test:port")


def test_a_track_without_a_name_is_not_asked_for() -> None:
    with pytest.raises(ToolFailed, match="title and an artist"):
        ask(lambda _: pytest.fail("must not ask"), title=None)
