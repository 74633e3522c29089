"""A profile in the few values that a conversation needs."""

from __future__ import annotations

from dataclasses import replace

from index.profile import Chord, KeySpan, Section
from tests.fixtures.profiles import made_profile
from tools.summary import chords_by_part, summary


def chords(*labels: str, start: float = 0.0) -> list[Chord]:
    """Chords of two seconds each."""
    return [Chord(start + 2 * n, start + 2 * n + 2, label, 0.9) for n, label in enumerate(labels)]


def test_chords_are_written_as_musicians_do() -> None:
    profile = replace(made_profile(), chords=chords("A:min", "A:min", "F:maj7/3", "N", "G:7"))
    assert summary(profile)["chords"] == ["Am", "Fmaj7", "G7"]
    assert summary(replace(profile, chords=chords("C:maj", "F:maj", "C:maj/3")))["chords"] == ["C", "F"]


def test_chords_of_each_part_once_and_without_repeats() -> None:
    verse, chorus = ("A:min", "F:maj", "C:maj", "G:maj"), ("D:min", "D:min", "E:7")
    profile = replace(
        made_profile(),
        chords=[*chords(*verse, *verse, "A:min"), *chords(*chorus, start=20.0), *chords("B:dim", start=40.0)],
        sections=[
            Section(0, 20, "A", "verse"),
            Section(20, 40, "B", "chorus"),
            Section(40, 50, "A", "verse"),
            Section(50, 60, "C"),
        ],
    )
    assert chords_by_part(profile) == ["A (verse) 0:00: Am F C G", "B (chorus) 0:20: Dm E7"]


def test_each_part_is_spelled_in_its_key() -> None:
    profile = replace(
        made_profile(),
        chords=chords("D#:maj", "G#:maj"),
        keys=[KeySpan(0, 60, "D#", "major", 0.9)],
        sections=[Section(0, 60, "A")],
    )
    assert chords_by_part(profile) == ["A 0:00: Eb Ab"]


def test_without_parts_or_chords_there_is_nothing_to_tell() -> None:
    assert summary(replace(made_profile(), sections=[]))["chords_by_part"] is None
    assert summary(replace(made_profile(), chords=[]))["chords_by_part"] is None
