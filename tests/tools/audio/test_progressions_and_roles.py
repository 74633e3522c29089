"""Degrees, progressions that come back, and the roles of sections."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import Chord, KeySpan, Section, VoiceSpan
from tools.audio.chords import NAMES
from tools.audio.progressions import degree, degrees, harmony
from tools.audio.roles import name_sections


def chords(labels: Sequence[str], each_s: float = 2.0, start_s: float = 0.0) -> list[Chord]:
    return [Chord(start_s + k * each_s, start_s + (k + 1) * each_s, label, 1.0) for k, label in enumerate(labels)]


def in_key(tonic: str, mode: str = "major", end_s: float = 999.0) -> list[KeySpan]:
    return [KeySpan(0.0, end_s, tonic, mode, 1.0)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("label", "tonic", "mode", "name"),
    [
        ("A:min7", "C", "major", "vi"), ("G:7", "C", "major", "V"), ("B:dim", "C", "major", "vii°"), ("A#:maj", "C", "major", "bVII"),
        ("C:aug", "C", "major", "I+"), ("A:min", "A", "minor", "i"), ("F:maj7", "A", "minor", "VI"), ("G:maj/3", "A", "minor", "VII"),
        ("E:7", "A", "minor", "V"), ("E:min", "A", "minor", "v"), ("F#:min", "C", "major", "#iv"), ("C#:maj", "C", "minor", "bII"),
    ],
)  # fmt: skip
def test_degrees_of_a_key(label: str, tonic: str, mode: str, name: str) -> None:
    assert degree(label, tonic, mode) == name


def test_a_loop_is_written_from_where_sections_begin() -> None:
    loop = ["F:maj", "C:maj", "G:maj", "A:min"]
    heard = harmony(
        chords(["G:maj", "A:min", *loop * 4]), in_key("C"), starts_s=[2.0 * 3, 2.0 * 11], bars=18, tuning_semitones=0.1
    )
    assert [p.degrees for p in heard.progressions] == ["I-V-vi-IV"]
    assert heard.progressions[0].length_s == 8.0 and heard.progressions[0].starts_s[0] == 6.0
    assert heard.tuning_cents == 10.0 and heard.chord_change_s == 2.0 and heard.changes_per_bar == 1.0


def test_verse_and_chorus_have_their_own_progressions() -> None:
    verse, chorus = ["A:min", "G:maj", "F:maj", "E:7"], ["C:maj", "F:maj", "G:maj", "C:maj7"]
    found = harmony(chords((verse * 4 + chorus * 4) * 2), in_key("C"), [0.0, 32.0, 64.0, 96.0], 64, 0.0).progressions
    assert {p.degrees for p in found} == {"vi-V-IV-III", "I-IV-V"}


def test_after_a_modulation_degrees_follow_the_new_key() -> None:
    moved = chords(["C:maj", "G:maj"]) + chords(["D:maj", "A:maj"], start_s=4.0)
    keys = [KeySpan(0, 4, "C", "major", 1.0), KeySpan(4, 8, "D", "major", 1.0)]
    assert [s.degree for s in degrees(moved, keys)] == ["I", "V", "I", "V"]


def test_nothing_comes_back_in_a_chain() -> None:
    assert harmony(chords([f"{n}:maj" for n in NAMES]), in_key("C"), [], 12, 0.0).progressions == []
    assert harmony([Chord(0, 9, "N", 1.0)], in_key("C"), [], 4, 0.0).progressions == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["C:maj", "F:maj", "G:7", "A:min", "D:min7", "N"]), max_size=40), st.integers(0, 11))
def test_transposition_keeps_the_degrees(labels: list[str], steps: int) -> None:
    moved = [
        label if label == "N" else f"{NAMES[(NAMES.index(label.split(':')[0]) + steps) % 12]}:{label.split(':')[1]}"
        for label in labels
    ]
    one = harmony(chords(labels), in_key("C"), [0.0], 10, 0.0)
    assert one == harmony(chords(moved), in_key(NAMES[steps]), [0.0], 10, 0.0)
    for found in one.progressions:
        assert len(found.starts_s) >= 2 and found.starts_s == sorted(found.starts_s)


def sections(letters: str, each_s: float = 20.0) -> list[Section]:
    return [Section(k * each_s, (k + 1) * each_s, letter) for k, letter in enumerate(letters)]


def names(letters: str, levels: dict[str, float], unsung: str = "") -> list[str | None]:
    parts = sections(letters)
    curve = [levels.get(letter, 0.5) for letter in letters for _ in range(20)]
    voices = [VoiceSpan(p.start_s, p.end_s, 0.9) for k, p in enumerate(parts) if str(k) not in unsung.split()]
    return [s.name for s in name_sections(parts, curve, voices)]


def test_a_song_with_verses_and_choruses() -> None:
    found = names("ABCBCDCE", {"A": 0.2, "B": 0.4, "C": 0.9, "D": 0.5, "E": 0.2}, unsung="0 7")
    assert found == ["intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro"]


def test_an_unsung_verse_in_the_middle_is_a_solo() -> None:
    assert names("ABCBCBCE", {"B": 0.4, "C": 0.9}, unsung="0 5 7")[5] == "solo"


def test_what_opens_and_closes_a_sung_track_unsung_is_intro_and_outro_though_it_is_the_same() -> None:
    found = names("ABCBCA", {"A": 0.6, "B": 0.4, "C": 0.9}, unsung="0 5")
    assert found == ["intro", "verse", "chorus", "verse", "chorus", "outro"]


def test_parts_that_never_come_back_are_not_named() -> None:
    assert set(names("ABCDEFGH", {})) == {None}


def test_two_sections_have_no_roles() -> None:
    assert [s.name for s in name_sections(sections("AB"), [0.5] * 40, [])] == [None, None]
