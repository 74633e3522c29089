"""The public lyrics database, played by a transport: what is asked, what is taken, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.errors import ToolFailed
from index.track import Lyrics
from tests.tools.making import track
from tools.lyrics.kept import EXPIRES_S, Answers
from tools.lyrics.lrclib import Lrclib
from tools.lyrics.service import Pace

Handler = Callable[[httpx.Request], httpx.Response]


def ask(handler: Handler, url: str = "https://lyrics.test", **changes: Any) -> Lyrics | None:
    found = Lrclib(url, "LinerNotes/0.1 (test)", httpx.MockTransport(handler)).find(track(lyrics=None, **changes))
    return found.lyrics if found else None


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

    with pytest.raises(ToolFailed, match="LRCLIB did not answer: ConnectError"):
        ask(refuse)
    with pytest.raises(ToolFailed):
        ask(lambda _: httpx.Response(200), url="https://lyrics.test:port")


def test_a_track_without_a_name_is_not_asked_for() -> None:
    with pytest.raises(ToolFailed, match="title and an artist"):
        ask(lambda _: pytest.fail("must not ask"), title=None)


# -- the search, what is kept, and the pace ----------------------------------------------------------------------------


def rows(*lengths: float) -> list[dict[str, Any]]:
    return [
        {"id": n, "trackName": "Kettle", "artistName": "Ada Finch", "duration": s, "plainLyrics": f"of {s:g}"}
        for n, s in enumerate(lengths)
    ]


def test_when_there_is_no_exact_match_the_recording_of_nearest_length_is_taken() -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(404) if request.url.path == "/api/get" else httpx.Response(200, json=rows(185, 181, 178))

    lyrics = ask(handler, duration_s=179.5)
    assert lyrics and lyrics.lines[0].text == "of 181" and (lyrics.title, lyrics.artist) == ("Kettle", "Ada Finch")
    assert asked == ["/api/get", "/api/search"]
    assert ask(handler, duration_s=200.0) is None
    asked.clear()
    assert ask(handler, duration_s=None) is None and asked == ["/api/get"]  # nothing would tell the recordings apart


def test_the_database_calls_a_song_instrumental() -> None:
    client = Lrclib(
        "https://l.test", "t", httpx.MockTransport(lambda _: httpx.Response(200, json={"instrumental": True}))
    )
    found = client.find(track(lyrics=None))
    assert found and found.instrumental and found.lyrics is None


@pytest.mark.parametrize("location", ["http://10.0.0.1/api/get", "/api/other"])
def test_a_redirect_is_not_followed(location: str) -> None:
    seen: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.host)
        return httpx.Response(302, headers={"location": location})

    with pytest.raises(ToolFailed, match="HTTP 302"):
        ask(handler)
    assert seen == ["lyrics.test"]


def test_an_answer_is_kept_until_it_expires_and_told_old_when_nobody_answers(tmp_path: Path) -> None:
    now, up, asked = [1e9], [True], [0]

    def handler(request: httpx.Request) -> httpx.Response:
        asked[0] += 1
        if not up[0]:
            raise httpx.ConnectError("down", request=request)
        return httpx.Response(200, json={"id": 1, "plainLyrics": f"answer {asked[0]}"})

    answers = Answers(tmp_path / "kept", lambda: now[0])
    client = Lrclib("https://l.test", "t", httpx.MockTransport(handler), answers, Pace(0))

    def first() -> tuple[str, str | None]:
        found = client.find(track(lyrics=None))
        assert found and found.lyrics
        return found.lyrics.lines[0].text, found.note

    assert [first(), first()] == [("answer 1", None)] * 2 and asked == [1]
    now[0] += EXPIRES_S + 1
    up[0] = False
    text, note = first()
    assert text == "answer 1" and note and "could not be reached" in note and "2001-09-09" in note
    up[0] = True
    assert first() == ("answer 3", None)
    for file in (tmp_path / "kept").iterdir():
        file.write_text("{broken", "utf-8")
    assert first() == ("answer 4", None)
    client.forget(track(lyrics=None))
    assert list((tmp_path / "kept").iterdir()) == []


def test_questions_keep_their_distance() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(round(seconds, 3))
        now[0] += seconds

    pace = Pace(0.5, lambda: now[0], sleep)
    for _ in range(3):
        pace.wait()
    now[0] += 10
    pace.wait()
    assert slept == [0.5, 0.5]
