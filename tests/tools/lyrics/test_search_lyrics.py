"""The tool that finds songs by what they say, and what `find_lyrics` tells of a song without its words."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.budget import TimedDesk as Desk
from assistant.schemas import tool_schemas
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.lrc import parse_lyrics
from index.track import Track
from tests.fixtures.songs import SONGS
from tests.tools.calling import call
from tools.lyrics.course import course
from tools.toolbox import TOOLS


def lines(track: str) -> list[str]:
    text = next(str(r["lyrics"]) for r in SONGS if r["id"] == track)
    sheet = parse_lyrics(text, "x")
    return [line.text for line in sheet.lines if line.text] if sheet else []


def verse(body: dict[str, Any], title: str) -> dict[str, Any]:
    track = next(t for t in body["tracks"] if t["title"] == title)
    return next(e for e in track["evidence"] if e["kind"] == "verse")


def test_track_verse_and_time_are_named_and_no_word_beyond_the_policy(desk: Desk) -> None:
    message = call(desk, "search_lyrics", about="waiting for a train with a suitcase")
    body = json.loads(message.text)
    assert verse(body, "Platform Nine") == {
        "kind": "verse",
        "field": "lyrics",
        "words": "tells",
        "place": "the chorus, 0:40",
    }
    assert "line" not in verse(body, "Koffer")  # nobody may show a line of it
    everything = message.text + json.dumps(message.artifact, ensure_ascii=False)
    assert not [line for line in (*lines("s1")[2:], *lines("s3")) if line in everything]


def test_a_line_that_may_be_shown_is_quoted(desk: Desk) -> None:
    body = json.loads(call(desk, "search_lyrics", about="the sea").text)
    assert verse(body, "Concha")["line"] == "A concha guarda a voz do mar"
    assert verse(body, "Sea Glass")["line"] == "I gather glass along the sea"
    ferry = json.loads(call(desk, "search_lyrics", about="the ferry").text)
    assert verse(ferry, "Platform Nine")["line"] == "The ferry left without a sound"  # one of the two of an excerpt


def test_the_wish_stands_and_the_reason_can_be_asked(desk: Desk) -> None:
    call(desk, "search_lyrics", about="a lighthouse", avoid=["sad"])
    query = desk.conversation.query
    assert query and (query.about, query.avoid) == ("a lighthouse", ["sad"])
    details = json.loads(call(desk, "track_details", handle="T1").text)
    assert details["evidence"][0] == {"kind": "verse", "field": "lyrics", "words": "tells", "place": "verse 2, 1:14"}


def test_without_sheets_or_verses_it_says_what_to_do(
    tmp_path: Path, desk: Desk, songs_index: Path, embedder: Embedder
) -> None:
    (tmp_path / "none.jsonl").write_text(json.dumps({"id": "a", "caption": "a song about the sea"}) + "\n", "utf-8")
    build(tmp_path / "none.jsonl", tmp_path / "none", lambda track: track, embedder)
    bare = Catalogue(tmp_path / "none", embedder)
    message = call(replace(desk, catalogue=bare), "search_lyrics", about="the sea")
    assert message.status == "error" and "search_tracks" in message.text
    bare.close()
    shutil.copytree(songs_index, tmp_path / "old")
    db = sqlite3.connect(tmp_path / "old" / "catalogue.sqlite")
    db.executescript("DROP TRIGGER verse_gone; DROP TABLE sung; DROP TABLE verses;")
    db.close()
    old = Catalogue(tmp_path / "old", embedder)
    message = call(replace(desk, catalogue=old), "search_lyrics", about="the sea")
    assert message.status == "error" and "index build" in message.text
    assert call(replace(desk, catalogue=old), "search_tracks", text="folk").status != "error"
    old.close()


def test_each_search_shows_a_model_its_own_arguments() -> None:
    schemas = {t["function"]["name"]: t["function"]["parameters"] for t in tool_schemas(TOOLS)}
    assert (
        schemas["search_lyrics"]["required"] == ["about"] and "tempo_min" not in schemas["search_lyrics"]["properties"]
    )
    assert (
        "about" not in schemas["search_tracks"]["properties"] and "tempo_min" in schemas["search_tracks"]["properties"]
    )


# -- about one song ----------------------------------------------------------------------------------------------------


def told(track: str, embedder: Embedder) -> dict[str, Any]:
    row = next(r for r in SONGS if r["id"] == track)
    sheet = parse_lyrics(str(row["lyrics"]), "x")
    assert sheet
    return course(sheet, Track(id=track, language=row["language"]), embedder)


def test_the_mood_of_a_song_that_turns(embedder: Embedder) -> None:
    body = told("s2", embedder)
    assert body["verses"][0]["mood"] in {"sad", "lonely"} and body["verses"][1]["mood"] in {
        "joyful",
        "hopeful",
    }
    assert body["mood_course"]["ends"] == "brighter" and "embedder" in body["mood_course"]["inferred"]
    assert body["chorus"] is None


def test_chorus_verses_and_things_spoken_of(embedder: Embedder) -> None:
    body = told("s1", embedder)
    assert body["chorus"] == {"times": 2, "first": "0:40"}
    assert [(v["name"], v["time"]) for v in body["verses"]] == [
        ("verse 1", "0:10"), ("the chorus", "0:40"), ("verse 2", "1:14"), ("the chorus", "1:44"),
    ]  # fmt: skip
    assert {"train", "wait"} <= set(body["speaks_of"])
    german = told("s3", embedder)
    assert "mood" not in german["verses"][0] and german["mood_course"] is None and "suitcase" in german["speaks_of"]


@pytest.mark.parametrize("track", ["s1", "s3"])
def test_what_is_told_holds_no_protected_line(desk: Desk, track: str) -> None:
    title = next(str(r["title"]) for r in SONGS if r["id"] == track)
    message = call(desk, "find_lyrics", handle=title)
    body = json.loads(message.text)
    assert body["verses"] and body["of_lines"] == len(lines(track))
    shown = {line["text"] for line in body["lines"]}
    everything = message.text + json.dumps(message.artifact, ensure_ascii=False)
    assert not [line for line in lines(track) if line not in shown and line in everything]
