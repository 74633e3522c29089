"""Several windows as one: descriptions, structured accounts, lyric sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import plain
from tools.listener.merge import in_track_time, merge_heard, merge_prose, sentences
from tools.listener.structured import Heard, Part
from tools.listener.transcript import lines_of, merge_lines
from tools.listener.windows import Window

FIRST, SECOND = Window(0, 600), Window(570, 720)


def test_a_later_window_adds_only_what_is_new_with_its_time() -> None:
    one = "A slow waltz for piano and strings. The mood is calm and late at night."
    two = "A slow waltz for strings and piano. A trumpet takes over the melody. The mood is calm, late at night."
    assert merge_prose([(FIRST, one), (SECOND, two)]) == f"{one}\nFrom 9:30: A trumpet takes over the melody."
    assert merge_prose([(FIRST, one), (SECOND, one)]) == one
    assert merge_prose([(FIRST, one)]) == one


@given(st.lists(st.text(st.sampled_from("abc de.\n"), max_size=40), min_size=1, max_size=4))
def test_nothing_of_the_first_window_is_lost_and_nothing_comes_from_nowhere(texts: list[str]) -> None:
    merged = merge_prose([(Window(i * 10, i * 10 + 20), t) for i, t in enumerate(texts)])
    assert all(s in merged for s in dict.fromkeys(sentences(texts[0])) if merged) or not sentences(texts[0])
    said = set("".join(texts)) | set("From 0123456789: \n")
    assert set(merged) <= said


def test_times_count_from_the_start_of_the_track() -> None:
    assert (
        in_track_time("At 0:30 drums, at 2:30 the end, 45:00 never.", SECOND)
        == "At 10:00 drums, at 12:00 the end, 45:00 never."
    )
    assert in_track_time("At 0:30 drums.", FIRST) == "At 0:30 drums."


def test_structured_accounts_are_joined_by_how_many_windows_agree() -> None:
    one = Heard(genres=["Jazz", "swing"], instruments=["piano"], vocals="male", moods=["calm"], language="French", structure=[Part(name="intro", start_s=0), Part(name="verse", start_s=20)])  # fmt: skip
    two = Heard(genres=["Swing", "blues"], vocals="choir", structure=[Part(name="verse", start_s=0), Part(name="coda", start_s=60)])  # fmt: skip
    three = Heard(vocals="Choir", structure=[Part(name="end"), Part(name="applause")])
    made = merge_heard([(FIRST, one), (SECOND, two), (Window(690, 900), three)])
    assert made.genres == ["swing", "Jazz", "blues"] and made.vocals == "choir" and made.language == "French"
    assert [(p.name, p.start_s) for p in made.structure] == [
        ("intro", 0),
        ("verse", 20),
        ("coda", 630),
        ("applause", None),
    ]


SHEET = """```
# Verse 1
[0:12] One morning line
  two   evening lines **
[Chorus]
*sing it, sing it*

[instrumental]
```"""


def test_a_sheet_is_lines_and_headings() -> None:
    assert lines_of(SHEET) == ["[Verse 1]", "One morning line", "two evening lines", "[Chorus]", "sing it, sing it"]


@pytest.mark.parametrize(
    "sheet", ["[instrumental]", "(Instrumental)", "Instrumental.", "[Intro]\n[Outro]", "", "♪ ♪", "No lyrics"]
)
def test_nobody_sings(sheet: str) -> None:
    assert lines_of(sheet) == []


def test_lines_that_two_windows_share_are_sung_once() -> None:
    assert merge_lines([["a b", "c", "d!"], ["C", "d", "e"]]) == ["a b", "c", "d!", "e"]
    assert merge_lines([["a"], ["b"], ["b", "c"]]) == ["a", "b", "c"]
    assert merge_lines([[], ["a"]]) == ["a"]


def test_lines_that_a_window_cuts_in_the_middle_are_left_out() -> None:
    one = ["first light", "on the hill", "and the river ru"]
    other = ["light", "on the hill", "and the river runs", "to the sea"]
    assert merge_lines([[*one[:2], "a b", "and the ri"], ["ight", "on the hill", "a b", "and the river runs"]]) == [
        "first light",
        "on the hill",
        "a b",
        "and the river runs",
    ]
    assert merge_lines([one, other]) == [*one, *other]  # one line in common is no proof where both are cut


@given(st.lists(st.sampled_from(["one", "two", "three", "four"]), max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_a_song_cut_in_two_with_an_overlap_is_whole_again(song: list[str], cut: int, overlap: int) -> None:
    cut = min(cut, len(song))
    merged = merge_lines([song[:cut], song[max(0, cut - overlap) :]])
    assert len(merged) <= len(song) and {plain(x) for x in merged} == {plain(x) for x in song}
    if len(set(song)) == len(song):
        assert merged == song
