"""Chords: templates over bass and treble chroma, chosen by Viterbi along the beats; new chords come on strong beats.

Labels are MIREX: "C:maj", "A:min7", "N". The bass tells the root of chords that share notes (Chordino:
Mauch & Dixon 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.profile import Chord, KeySpan
from index.spelling import note_name

Matrix = NDArray[np.float64]

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_QUALITIES: dict[str, tuple[tuple[int, ...], float]] = {  # intervals, and how readily it is taken
    "maj": ((0, 4, 7), 0.0),
    "min": ((0, 3, 7), 0.02),  # a bass note's own fifth harmonic sounds like a major third
    "7": ((0, 4, 7, 10), -0.03),
    "maj7": ((0, 4, 7, 11), -0.03),
    "min7": ((0, 3, 7, 10), 0.0),
    "dim": ((0, 3, 6), -0.1),
    "aug": ((0, 4, 8), -0.12),
    "sus4": ((0, 5, 7), -0.1),
}
_SHORT = {"maj": "", "min": "m", "min7": "m7", "dim": "°", "aug": "+", "sus4": "sus"}
LABELS = [f"{root}:{quality}" for quality in _QUALITIES for root in NAMES] + ["N"]
ROOTS = np.array([k % 12 for k in range(len(LABELS) - 1)] + [-1])
_SHARPNESS, _BASS = 18.0, 0.35
# cost of a new chord on a downbeat, in the middle of a bar, on another beat, and where no beat is known
_DOWNBEAT, _MIDDLE, _WEAK, _NO_BEAT = 1.5, 2.5, 3.5, 3.0
_CLEAR_BASS = 2.0  # times the root's strength in the bass
_DEGREE_NAMES = {3: "b3", 4: "3", 5: "4", 6: "b5", 7: "5", 8: "#5", 10: "b7", 11: "7"}
_NONE = 0.62  # the match that silence or noise has with "no chord"


def root_of(label: str) -> str:
    """ "A" of "A:min7/5"; the label must not be "N"."""
    return label.split(":")[0].split("/")[0]


def quality_of(label: str) -> str:
    """ "min7" of "A:min7/5"."""
    return label.split(":")[1].split("/")[0]


def short(label: str) -> str:
    """ "C#m7" for "C#:min7/5"; the label must not be "N"."""
    quality = quality_of(label)
    return root_of(label) + _SHORT.get(quality, quality)


def key_at(keys: Sequence[KeySpan], time_s: float) -> KeySpan | None:
    """The key that holds at a time, the first one before any begins; None where there is no key."""
    return next((k for k in reversed(keys) if k.start_s <= time_s + 1e-6), keys[0] if keys else None)


def spelled(chords: Sequence[Chord], keys: Sequence[KeySpan]) -> list[Chord]:
    """Chords with their roots as the key that holds spells them ("Ab:maj" in Eb major), for people to read."""
    out = []
    for chord in chords:
        key = key_at(keys, chord.start_s)
        root, parted, rest = chord.label.partition(":")
        label = note_name(root, key.tonic, key.mode) + parted + rest if key and parted else chord.label
        out.append(replace(chord, label=label))
    return out


def chord_scores(treble: Matrix, bass: Matrix) -> Matrix:
    """How well each label explains each beat, as log-odds: (beats, labels). Rows of the chroma are unit vectors."""
    return _SHARPNESS * _match(treble, bass)


def change_costs(positions: NDArray[np.intp], counts: NDArray[np.intp]) -> Matrix:
    """What a new chord costs on each beat: (beats,), from its place in a bar of so many beats; a place of -1 is unknown."""
    halved = (positions > 0) & (2 * positions == counts)
    known = np.where(positions == 0, _DOWNBEAT, np.where(halved, _MIDDLE, _WEAK))
    return np.where(positions >= 0, known, _NO_BEAT)


def chord_path(score: Matrix, change: Matrix) -> NDArray[np.intp]:
    """Index into LABELS for each beat: the best chain, a change only where it pays its cost, `change` (beats,)."""
    best, back = score[0], []
    for row, cost in zip(score[1:], change[1:], strict=True):
        jump = best.max() - cost
        stay = best >= jump
        back.append(np.where(stay, np.arange(len(best)), best.argmax()))
        best = row + np.maximum(best, jump)
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return np.array(path[::-1])


def _match(treble: Matrix, bass: Matrix) -> Matrix:
    """How well each label explains each beat: (beats, labels), about 0 to 1."""
    columns = []
    for intervals, bonus in _QUALITIES.values():
        for root in range(12):
            template = np.zeros(12)
            template[[(root + i) % 12 for i in intervals]] = 1
            bass_fit = bass[:, root] + 0.4 * bass[:, (root + 7) % 12] + 0.4 * bass[:, (root + intervals[1]) % 12]
            columns.append(treble @ template / np.linalg.norm(template) + bonus + _BASS * bass_fit)
    silent = np.where(treble.any(1), _NONE, 10.0)
    return np.column_stack([*columns, silent])


def unit(chroma: Matrix) -> Matrix:
    """Rows at unit length; a silent row stays zero."""
    norm = np.linalg.norm(chroma, axis=1, keepdims=True)
    return np.asarray(chroma / np.where(norm > 1e-9, norm, 1))


def chord_spans(path: NDArray[np.intp], score: Matrix, bass: Matrix, edges_s: Matrix) -> list[Chord]:
    """Equal neighbours joined; `edges_s` holds one more time than `path` has beats.

    Confidence is the label's share among all by its mean score; the bass is named where it is another chord note
    than the root, clearly.
    """
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    ends = np.append(starts[1:], len(path))
    spans = []
    for a, b in zip(starts, ends, strict=True):
        mean = score[a:b].mean(0)
        share = 1 / np.exp(mean - mean[path[a]]).sum()
        label = LABELS[path[a]] + _inversion(int(path[a]), bass[a:b].mean(0))
        spans.append(Chord(round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), label, round(float(share), 3)))
    return spans


def _inversion(index: int, bass: Matrix) -> str:
    """ "/3", "/b3", "/5", ... where that note of the chord is the lowest, or nothing; `bass` is (12,)."""
    if LABELS[index] == "N":
        return ""
    intervals, _ = _QUALITIES[quality_of(LABELS[index])]
    root = int(ROOTS[index])
    lowest = (int(bass.argmax()) - root) % 12
    if lowest == 0 or lowest not in intervals or bass.max() < _CLEAR_BASS * bass[root]:
        return ""
    return f"/{_DEGREE_NAMES[lowest]}"
