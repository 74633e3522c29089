"""Verses of lyric sheets: by empty lines or by pauses, the chorus told by coming again, places by verse and time."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from index.lrc import parse_lyrics
from index.track import LyricLine, Lyrics
from index.verses import place_of, verses

PLAIN = "The tide goes out\nThe lamps come on\n\nHold me, harbour\nHold me, sea\n\nA letter came\nIt had no name\n\nHold me, harbour\nHold me, sea!"
SYNCED = "[00:10.00]The tide goes out\n[00:14.00]The lamps come on\n[00:18.00]The nets are dry\n[00:32.00]A letter came\n[01:14.00]It had no name"


def test_empty_lines_part_verses_and_what_comes_again_is_the_chorus() -> None:
    sheet = parse_lyrics(PLAIN, "x")
    assert sheet
    assert [v.name for v in verses(sheet)] == ["verse 1", "the chorus", "verse 2", "the chorus"]
    assert place_of(sheet, "letter") == "verse 2" and place_of(sheet, "harbour") == "the chorus"
    assert place_of(sheet, "LAMPS") == "verse 1" and place_of(sheet, "mountain") is None
    assert place_of(sheet, "lamp") is None  # the word itself, no part of one


def test_pauses_part_verses_where_no_empty_line_does() -> None:
    sheet = parse_lyrics(SYNCED, "x")
    assert sheet and [len(v.lines) for v in verses(sheet)] == [3, 1, 1]
    assert place_of(sheet, "a letter") == "verse 2, 0:32" and place_of(sheet, "no name") == "verse 3, 1:14"


@pytest.mark.parametrize("text", ["one line", "two\nlines"])
def test_a_short_sheet_is_one_verse(text: str) -> None:
    sheet = parse_lyrics(text, "x")
    assert sheet and [v.name for v in verses(sheet)] == ["verse 1"]


@given(st.lists(st.tuples(st.none() | st.floats(0, 600), st.sampled_from(["", "a b", "c d", "e"])), min_size=1))
def test_every_line_stands_in_one_verse(rows: list[tuple[float | None, str]]) -> None:
    lines = tuple(LyricLine(time_s=t, text=x) for t, x in rows)
    if any(line.text for line in lines):
        found = verses(Lyrics(lines=lines, source="x"))
        assert [line for v in found for line in v.lines] == [line for line in lines if line.text]
        numbers = [v.number for v in found if not v.chorus]
        assert numbers == list(range(1, len(numbers) + 1))


def test_lines_that_come_again_part_verses_where_nothing_else_does() -> None:
    verse, chorus, other = (
        ["a b", "c d", "e f", "g h"],
        ["hold me", "now", "hold me", "sea"],
        ["i j", "k l", "m n", "o p"],
    )
    sheet = parse_lyrics(
        "\n".join(f"[00:{n:02d}.00]{x}" for n, x in enumerate([*verse, *chorus, *other, *chorus])), "x"
    )
    assert sheet and [(v.name, len(v.lines)) for v in verses(sheet)] == [
        ("verse 1", 4), ("the chorus", 4), ("verse 2", 4), ("the chorus", 4),
    ]  # fmt: skip


def test_a_song_that_comes_again_as_a_whole_begins_with_a_verse() -> None:
    text = "one\ntwo\n\nhold\nme\n\none\ntwo\n\nhold\nme"
    sheet = parse_lyrics(text, "x")
    assert sheet and [v.name for v in verses(sheet)] == ["verse 1", "the chorus", "verse 2", "the chorus"]


@given(st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=40), st.booleans())
def test_no_line_is_lost_and_none_changes_its_place(rows: list[str], timed: bool) -> None:
    lines = tuple(LyricLine(time_s=float(n) if timed else None, text=row) for n, row in enumerate(rows))
    found = [line for verse in verses(Lyrics(lines=lines, source="x")) for line in verse.lines]
    assert found == [line for line in lines if line.text]
