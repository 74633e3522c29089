"""Names of keys, notes and chords as musicians write them: Eb major and its Ab, not D# major and G#.

Measurements and searches name the twelve notes with sharps; here they are spelled for people, by the key they stand in.
"""

from __future__ import annotations

from typing import Literal

Mode = Literal["major", "minor"]

_FLATS = {"C#": "Db", "D#": "Eb", "F#": "Gb", "G#": "Ab", "A#": "Bb"}
_SHARPS = {flat: sharp for sharp, flat in _FLATS.items()} | {"Cb": "B", "Fb": "E", "E#": "F", "B#": "C"}
_KEPT: dict[Mode, set[str]] = {
    "major": {"F#"},
    "minor": {"C#", "F#", "G#"},
}  # tonics with fewer sharps than flats, or as many
_WITH_FLATS = {"major": {"F", "A#", "D#", "G#", "C#"}, "minor": {"D", "G", "C", "F", "A#", "D#"}}
_F_SHARP_TOO = {
    "major": {"F", "A#", "D#", "G#"},
    "minor": {"D", "G", "C", "F"},
}  # where F# leads upwards more often than Gb down


def with_sharps(note: str) -> str:
    """The name that measurements have for a note, however it is written: "D#" for "Eb" and "E♭"."""
    note = note.replace("♯", "#").replace("♭", "b")
    return _SHARPS.get(note, note)


def tonic_name(tonic: str, mode: Mode = "major") -> str:
    """ "Eb" for "D#" in major; `tonic` with sharps only."""
    return tonic if tonic in _KEPT[mode] else _FLATS.get(tonic, tonic)


_NOTES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def signature(tonic: str, mode: Mode) -> int:
    """The note of the major key that has the same notes, 0 for C; `tonic` with sharps only."""
    return (_NOTES.index(tonic) + (3 if mode == "minor" else 0)) % 12


def shift(before: tuple[str, Mode], after: tuple[str, Mode]) -> int:
    """By how many semitones the notes of a key are moved in another, -6 to 5; 0 to the relative key."""
    return (signature(*after) - signature(*before) + 6) % 12 - 6


def relative(tonic: str, mode: Mode) -> tuple[str, Mode]:
    """The key of the other mode that has the same notes: C major for A minor."""
    return (
        (_NOTES[signature(tonic, mode)], "major")
        if mode == "minor"
        else (_NOTES[(_NOTES.index(tonic) - 3) % 12], "minor")
    )


def key_name(tonic: str, mode: Mode) -> str:
    """ "Eb major" for "D#" and "major"."""
    return f"{tonic_name(tonic, mode)} {mode}"


def note_name(note: str, tonic: str, mode: Mode) -> str:
    """A note (or the root that a chord's label begins with) in a key: "Ab" for "G#" in Eb major."""
    if tonic not in _WITH_FLATS[mode] or (note == "F#" and tonic in _F_SHARP_TOO[mode]):
        return note
    return _FLATS.get(note, note)
