"""Playlists: both formats, and names that would rather be elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tools.making import track
from tools.playlist import write_playlist

SONGS = [
    track(id="a", title="Kettle", duration_s=61.4, audio="/music/kettle.wav", album="Steam", isrc="SEXXX9900001"),
    track(id="b", title="Two\nlines\r#EXTINF:1", artists=(), duration_s=None, caption="A song."),
]


def test_m3u8(tmp_path: Path) -> None:
    made = write_playlist("Evening: slow", SONGS, tmp_path)
    assert made.m3u8.name == "evening-slow.m3u8"
    assert made.duration_s == 61.4
    assert made.m3u8.read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Evening: slow",
        "#EXTINF:61,Ada Finch - Kettle",
        "/music/kettle.wav",
        "#EXTINF:-1,Two lines #EXTINF:1",
        "#EXT-X-ID:b",
    ]


def test_jspf(tmp_path: Path) -> None:
    body = json.loads(write_playlist("Étude", SONGS, tmp_path).jspf.read_text("utf-8"))["playlist"]
    assert (body["title"], body["creator"]) == ("Étude", "Liner Notes")
    first, second = body["track"]
    assert first == {
        "title": "Kettle", "creator": "Ada Finch", "album": "Steam", "duration": 61400,
        "location": ["file:///music/kettle.wav"], "identifier": ["isrc:SEXXX9900001"],
    }  # fmt: skip
    assert second["identifier"] == ["linernotes:b"]
    assert "location" not in second and "duration" not in second


def test_a_taken_name_gets_a_number_and_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine-2.jspf").write_text("somebody's")
    made = [write_playlist("Mine", SONGS[:n], tmp_path) for n in (1, 2)]
    assert [m.m3u8.name for m in made] == ["mine.m3u8", "mine-3.m3u8"]
    assert (tmp_path / "mine-2.jspf").read_text() == "somebody's"
    assert len(made[0].m3u8.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    "name", ["../../x", "/etc/passwd", "..", "a/b\\c", "con\0", "x" * 5000, "\n\n", "日本", "~/.ssh", "C:\\x", "-rf"]
)
def test_hostile_names_stay_in_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "playlists"
    made = write_playlist(name, SONGS, folder)
    assert made.m3u8.parent == made.jspf.parent == folder
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == sorted((made.m3u8, made.jspf))
    assert not made.m3u8.name.startswith(("-", "."))
    assert made.m3u8.read_text("utf-8").splitlines()[1].startswith("#PLAYLIST:")


def test_a_path_with_a_line_break_cannot_add_entries(tmp_path: Path) -> None:
    made = write_playlist("x", [track(audio="/music/a\n#EXTINF:9,Fake\n/etc/passwd")], tmp_path)
    assert made.m3u8.read_text("utf-8").splitlines()[-1] == "#EXT-X-ID:x1"
