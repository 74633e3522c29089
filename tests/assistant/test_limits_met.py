"""Whether a track, or each of several, is within a limit that a question names."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.forms import says
from assistant.embedded.limits_met import limits_of
from assistant.embedded.survey import survey
from assistant.embedded.whether import whether

SONG: dict[str, Any] = {
    "handle": "T1", "title": "Due sedie", "year": 1996, "language": "Italian", "vocals": "female", "duration_s": 95.0,
    "caption": "A chanson with accordion.", "measured": {"key": "G major", "meter": "3/4", "tempo_bpm": 123.0, "tempo_sure": True},
}  # fmt: skip
TUNE: dict[str, Any] = {"handle": "T2", "title": "Ground", "vocals": "instrumental", "measured": {"key": "G minor", "meter": "4/4"}}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "song", "tune"),
    [
        ("is it from the 90s?", "Yes, it is from 1996.", "Its year is not known."),
        ("is it from before 1980?", "No, it is from 1996.", "Its year is not known."),
        ("is it sung in French?", "No, it is in Italian.", "No, it is instrumental."),
        ("is it in Italian?", "Yes, it is in Italian.", "No, it is instrumental."),
        ("is it in a minor key?", "No, it is in G major.", "Yes, it is in G minor."),
        ("is it in 3/4?", "Yes, it is in 3/4.", "No, it is in 4/4."),
        ("is it longer than two minutes?", "No, it is 1:35 long.", "Its length is not known."),
    ],
)
def test_one_track(asked: str, song: str, tune: str) -> None:
    assert (whether(SONG, asked), whether(TUNE, asked)) == (song, tune)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("are both in minor?", "Not all: **T2** is in G minor; but **T1** is in G major."),
        ("are they all from the 90s?", "Yes: **T1** is from 1996. The year of T2 is not known."),
        ("are both of them longer than two minutes?", "No, none of them: **T1** is 1:35 long. The length of T2 is not known."),
        ("are T1 and T2 in Italian?", "Not all: **T1** is in Italian; but **T2** is instrumental."),
    ],
)  # fmt: skip
def test_several_tracks(asked: str, told: str) -> None:
    assert says("of all", asked)
    assert survey([SONG, TUNE], asked) == told


def test_what_nobody_knows_is_said() -> None:
    assert survey([TUNE, TUNE], "are both from 1970?") == "I cannot tell: the year of none of them is known."


def test_a_tonic_is_no_limit_here() -> None:
    assert limits_of("is it in D# minor?") == []  # which may be written as E flat
