"""Playlists by a tool: written once for each track in order, changed and put back, and told where they cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from assistant.budget import TimedDesk as Desk
from tests.tools.calling import call, show


def test_a_playlist_is_written_once_for_each_track_in_order(desk: Desk) -> None:
    feira, dust = show(desk, "Feira", "Dust Road")
    message = call(desk, "make_playlist", handles=[dust, feira, dust], name="../Road")
    body = json.loads(message.text)
    assert [t["title"] for t in body["tracks"]] == ["Dust Road", "Feira"] and body["files"] == [
        "road.m3u8",
        "road.jspf",
    ]
    assert all(Path(p).parent == desk.playlists and Path(p).is_file() for p in message.artifact["paths"])


def test_a_changed_playlist_keeps_its_files_and_can_be_put_back(desk: Desk) -> None:
    feira, dust, iron = show(desk, "Feira", "Dust Road", "Iron Choir")
    first = json.loads(call(desk, "make_playlist", handles=[feira, dust], name="Road").text)
    assert "gone" not in first
    changed = json.loads(call(desk, "make_playlist", handles=[dust, iron], name="Road", change=True).text)
    assert changed["files"] == first["files"] and (changed["new"], changed["gone"]) == ([iron], [feira])
    written = desk.conversation.playlist
    assert written and [desk.conversation.handle(i) for i in written.before] == [feira, dust]
    text = (desk.playlists / changed["files"][0]).read_text("utf-8")
    assert "Iron Choir" in text and "Feira" not in text
    another = json.loads(call(desk, "make_playlist", handles=[feira], name="Road").text)
    assert another["files"] != first["files"] and desk.conversation.playlist and not desk.conversation.playlist.before


def test_a_playlist_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (handle,) = show(desk, "Feira")
    message = call(replace(desk, playlists=tmp_path / "file"), "make_playlist", handles=[handle], name="x")
    assert message.status == "error" and "could not be written" in message.text
