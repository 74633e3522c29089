"""Keys, notes and chords as musicians write them."""

from __future__ import annotations

import pytest

from index.profile import Chord, KeySpan
from index.spelling import Mode, key_name, note_name, relative, signature
from tools.audio.chords import NAMES, spelled


@pytest.mark.parametrize(
    ("mode", "written"),
    [("major", "C Db D Eb E F F# G Ab A Bb B"), ("minor", "C C# D Eb E F F# G G# A Bb B")],
)
def test_keys_have_the_names_with_the_fewest_signs(mode: Mode, written: str) -> None:
    assert [key_name(tonic, mode) for tonic in NAMES] == [f"{name} {mode}" for name in written.split()]


@pytest.mark.parametrize(
    ("tonic", "mode", "scale"),
    [
        ("C", "major", "C D E F G A B"), ("F", "major", "F G A Bb C D E"), ("A#", "major", "Bb C D Eb F G A"), ("D#", "major", "Eb F G Ab Bb C D"),
        ("G#", "major", "Ab Bb C Db Eb F G"), ("C#", "major", "Db Eb F Gb Ab Bb C"), ("A", "major", "A B C# D E F# G#"), ("B", "major", "B C# D# E F# G# A#"),
        ("A", "minor", "A B C D E F G"), ("D", "minor", "D E F G A Bb C"), ("G", "minor", "G A Bb C D Eb F"), ("C", "minor", "C D Eb F G Ab Bb"),
        ("F", "minor", "F G Ab Bb C Db Eb"), ("A#", "minor", "Bb C Db Eb F Gb Ab"), ("C#", "minor", "C# D# E F# G# A B"),
    ],
)  # fmt: skip
def test_scales_use_each_letter_once(tonic: str, mode: Mode, scale: str) -> None:
    steps = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    notes = [NAMES[(NAMES.index(tonic) + step) % 12] for step in steps]
    assert [note_name(note, tonic, mode) for note in notes] == scale.split()


def test_chords_are_spelled_by_the_key_that_holds() -> None:
    chords = [Chord(float(n), n + 1.0, label, 1.0) for n, label in enumerate(["D#:maj", "N", "A#:7/3", "G#:min7"])]
    keys = [KeySpan(0.0, 3.0, "D#", "major"), KeySpan(3.0, 4.0, "B", "major")]
    assert [c.label for c in spelled(chords, keys)] == ["Eb:maj", "N", "Bb:7/3", "G#:min7"]
    assert spelled(chords, []) == chords


def test_a_relative_key_has_the_same_signature_and_leads_back() -> None:
    assert relative("A", "minor") == ("C", "major") and relative("C", "major") == ("A", "minor")
    for tonic in ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"):
        for mode in ("major", "minor"):
            assert relative(*relative(tonic, mode)) == (tonic, mode)  # type: ignore[arg-type]
            assert signature(*relative(tonic, mode)) == signature(tonic, mode)  # type: ignore[arg-type]
