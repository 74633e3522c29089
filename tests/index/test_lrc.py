"""Lyric sheets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.lrc import parse_lyrics, says_instrumental
from index.track import LyricLine

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


def written(line: LyricLine) -> str:
    """A line as enhanced LRC."""
    words = "".join(f"<{clock(w.time_s)}>{w.text} " for w in line.words) or line.text
    return f"[{clock(line.time_s or 0.0)}]{words}"


def clock(seconds: float) -> str:
    return f"{int(seconds // 60):02d}:{int(seconds % 60):02d}.{round(seconds * 1000) % 1000:03d}"


WORDS = st.lists(st.tuples(st.integers(0, 2000), st.text("abcdeé'", min_size=1, max_size=8)), min_size=1, max_size=6)


@given(st.lists(st.tuples(st.integers(0, 500_000), WORDS), min_size=1, max_size=12))
def test_word_times_come_back_as_they_were_written(rows: list[tuple[int, list[tuple[int, str]]]]) -> None:
    text = ""
    for at, words in rows:
        text += f"[{clock(at / 1000)}]"
        for later, word in sorted(words, key=lambda w: w[0]):
            text += f"<{clock((at + later) / 1000)}>{word} "
        text += "\n"
    sheet = parse_lyrics(text, "x")
    assert sheet
    again = parse_lyrics("\n".join(map(written, sheet.lines)), "x")
    assert again == sheet
    assert sum(len(line.words) for line in sheet.lines) == sum(len(words) for _, words in rows)


PIECES = [
    "[",
    "]",
    "<",
    ">",
    ":",
    ".",
    "00:01.00",
    "99:59",
    "ti",
    "offset:",
    "-",
    "F:",
    "\n",
    "\r",
    "\0",
    "instrumental",
]
SOUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


@given(SOUP)
def test_whatever_is_read_nothing_is_raised_and_time_runs_forward(text: str) -> None:
    sheet = parse_lyrics(text, "x")
    for lines_ in [sheet.lines] if sheet else []:
        times = [line.time_s for line in lines_ if line.time_s is not None]
        assert times == sorted(times) and all(t >= 0 for t in times)
        for line in lines_:
            words = [w.time_s for w in line.words]
            assert words == sorted(words) and (not words or words[0] >= (line.time_s or 0.0))


def test_words_of_a_repeated_line_move_with_it() -> None:
    sheet = parse_lyrics("[00:10.00][01:00.00]<00:10.00>Hold <00:10.50>me", "x")
    assert sheet and [[w.time_s for w in line.words] for line in sheet.lines] == [[10.0, 10.5], [60.0, 60.5]]
    assert {line.text for line in sheet.lines} == {"Hold me"}


def test_who_sings_is_no_word_and_headers_say_whose_the_sheet_is() -> None:
    sheet = parse_lyrics(
        "[ti:Duet]\n[ar:Two]\n[length:03:10]\n[00:01]F: I say\n[00:03]M:you say\n[00:05]D: we say", "x"
    )
    assert sheet and [line.text for line in sheet.lines] == ["I say", "you say", "we say"]
    assert (sheet.title, sheet.artist, sheet.length_s) == ("Duet", "Two", 190.0)
    assert lines("F: is a letter") == [(None, "F: is a letter")]


def test_a_sheet_that_says_instrumental_is_no_sheet() -> None:
    for text in ("[au:instrumental]", "[00:00.00] Instrumental", "(Instrumental)\n", "[00:01]♪\n[00:02][Instrumental]"):
        assert says_instrumental(text) and parse_lyrics(text, "x") is None, text
    for text in ("Instrumental to our plan", "[00:01]Instrumental\n[00:09]and then a word", "", "[00:01.00]"):
        assert not says_instrumental(text), text


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
