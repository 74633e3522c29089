"""Lyrics by a tool: as much as rights allow, from whichever provider, and never what a file or a licence forbids."""

from __future__ import annotations

import json
from dataclasses import replace

import httpx
import pytest

from assistant.budget import TimedDesk as Desk
from tests.fixtures.words import ROWS
from tests.tools.calling import call, show
from tools.lyrics.lrclib import Lrclib
from tools.lyrics.musixmatch import Musixmatch


def lines_of(title: str) -> list[str]:
    return next(str(r["lyrics"]) for r in ROWS if r["title"] == title).splitlines()


@pytest.mark.parametrize(
    ("title", "most", "display"), [("Harbour Lamps", 4, "full"), ("Lettre à la mer", 2, "excerpt"), ("Dust Road", 0, "none")]
)  # fmt: skip
def test_no_tool_gives_more_lyrics_than_the_policy_allows(title: str, most: int, display: str, desk: Desk) -> None:
    (handle,) = show(desk, title)
    words = " ".join(lines_of(title))
    messages = [
        call(desk, "search_tracks", text=words, want=["sea", "home", "childhood"], titles=[title]),
        call(desk, "track_details", handle=handle),
        call(desk, "similar_tracks", handles=[handle], want=["childhood", "sea"]),
        call(desk, "find_lyrics", handle=handle),
    ]
    for message in messages:
        everything = message.text + json.dumps(message.artifact, ensure_ascii=False)
        assert sum(line in everything for line in lines_of(title)) <= (most if message is messages[-1] else 0)
    body = json.loads(messages[-1].text)
    assert (len(body["lines"]), body["display"]) == (most, display)
    assert body["source"] and body["credit"] and body["reason"]


def test_lyrics_that_may_not_be_shown_prove_nothing_word_by_word(desk: Desk) -> None:
    message = call(desk, "search_tracks", text="my mother", want=["childhood"], titles=["Dust Road"])
    card = next(t for t in message.artifact["tracks"] if t["id"] == "w19")
    assert not any(e["field"] == "lyrics" for e in card.get("evidence", []))
    assert "mother" not in message.text


def test_an_instrumental_has_no_lyrics_and_says_why(desk: Desk) -> None:
    (handle,) = show(desk, "Paper Boats")
    body = json.loads(call(desk, "find_lyrics", handle=handle).text)
    assert "lines" not in body and "instrumental" in body["reason"]


def test_a_public_sheet_is_an_excerpt_whatever_the_track_declares(desk: Desk) -> None:
    text = "\n".join(f"public line {n}" for n in range(9))
    sheet = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": 3, "plainLyrics": text}))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", sheet),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    body = json.loads(message.text)
    assert [line["text"] for line in body["lines"]] == ["public line 0", "public line 1"]
    assert body["source"] == "LRCLIB 3" and body["display"] == "excerpt"
    assert "public line 2" not in json.dumps(message.artifact)


def test_the_notice_of_a_licensed_provider_comes_with_its_lines_and_display_stays_restricted(desk: Desk) -> None:
    row = {
        "lyrics_id": 6,
        "lyrics_body": "\n".join(f"licensed line {n}" for n in range(9)),
        "lyrics_copyright": "Copyright: Steam",
    }

    def answer(request: httpx.Request) -> httpx.Response:
        body = {"lyrics": row} if "lyrics" in request.url.path else []
        status = 200 if body else 404
        return httpx.Response(200, json={"message": {"header": {"status_code": status}, "body": body}})

    desk = replace(desk, sheets=(Musixmatch("https://m.test", "k", transport=httpx.MockTransport(answer)),))
    (handle,) = show(desk, "Feira")
    body = json.loads(call(desk, "find_lyrics", handle=handle).text)
    assert len(body["lines"]) == 2 and body["notice"] == "Copyright: Steam" and body["source"] == "Musixmatch 6"


def test_a_sheet_of_another_song_is_told_and_not_shown(desk: Desk) -> None:
    other = {"id": 3, "trackName": "Something Else", "plainLyrics": "words of another song"}
    sheet = httpx.MockTransport(lambda _: httpx.Response(200, json=other))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", sheet),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    assert "a sheet was found, but it is not used: LRCLIB 3: it is headed “Something Else”" in message.text
    assert "words of another song" not in message.text + json.dumps(message.artifact)
