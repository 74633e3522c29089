"""Lyric sheets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.lrc import parse_lyrics

TEXTS = st.text(alphabet="abcdefghij klmnoé'", min_size=1, max_size=30).map(str.strip).filter(bool)
STAMPED = st.lists(st.tuples(st.integers(0, 999 * 60 * 100), TEXTS), min_size=1, max_size=20)


def stamp(hundredths: int) -> str:
    return f"[{hundredths // 6000:02d}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}]"


def lines(text: str) -> list[tuple[float | None, str]]:
    sheet = parse_lyrics(text, "test")
    return [(line.time_s, line.text) for line in sheet.lines] if sheet else []


@given(STAMPED)
def test_formatted_stamps_are_read_back_in_order_of_time(rows: list[tuple[int, str]]) -> None:
    text = "\n".join(f"{stamp(at)}{words}" for at, words in rows)
    expected = sorted(((at, " ".join(words.split())) for at, words in rows), key=lambda r: r[0])
    assert lines(text) == [(round(at / 100, 3), words) for at, words in expected]


@given(STAMPED, st.integers(-5000, 5000))
def test_a_positive_offset_is_earlier_and_never_before_the_start(rows: list[tuple[int, str]], offset: int) -> None:
    body = "\n".join(f"{stamp(at)}{words}" for at, words in rows)
    moved = [at for at, _ in lines(f"[offset:{offset:+d}]\n{body}")]
    assert moved == [round(max(0.0, (at or 0.0) - offset / 1000), 3) for at, _ in lines(body)]


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_plain_text_keeps_its_lines_without_times(rows: list[str]) -> None:
    assert lines("\n".join(rows)) == [(None, " ".join(row.split())) for row in rows]


def test_several_stamps_share_a_line() -> None:
    assert lines("[00:10.00][01:05.50] Refrain\n[00:20]Verse") == [
        (10.0, "Refrain"),
        (20.0, "Verse"),
        (65.5, "Refrain"),
    ]


def test_fractions_of_one_two_and_three_digits() -> None:
    assert [at for at, _ in lines("[00:01.5]a\n[00:02.25]b\n[00:03.125]c\n[00:04:50]d")] == [1.5, 2.25, 3.125, 4.5]


def test_headers_and_word_stamps_are_not_words() -> None:
    text = "[ar:Somebody]\n[ti:Something]\n[00:01.00]<00:01.00>One <00:01.50>two"
    assert lines(text) == [(1.0, "One two")]
    assert lines("[ar:Somebody]\nOnly words") == [(None, "Only words")]


def test_a_stamp_inside_a_plain_line_does_not_make_a_synced_sheet() -> None:
    assert lines("First line\nsee you at [12:30] sharp\nLast line") == [
        (None, "First line"),
        (None, "see you at [12:30] sharp"),
        (None, "Last line"),
    ]


def test_empty_lines_between_verses_stay() -> None:
    assert lines("One\n\nTwo") == [(None, "One"), (None, ""), (None, "Two")]


def test_nothing_to_sing_is_no_sheet() -> None:
    assert parse_lyrics("", "x") is None
    assert parse_lyrics("[00:01.00]\n[00:05.00]  ", "x") is None
    assert parse_lyrics("[ar:Somebody]\n", "x") is None
