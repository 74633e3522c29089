"""Chords: templates over bass and treble chroma, chosen by Viterbi along the beats.

Labels are MIREX: "C:maj", "A:min7", "N". The bass tells the root of chords that share notes (Chordino:
Mauch & Dixon 2010).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.profile import Chord

Matrix = NDArray[np.float64]

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_QUALITIES: dict[str, tuple[tuple[int, ...], float]] = {  # intervals, and how readily it is taken
    "maj": ((0, 4, 7), 0.0),
    "min": ((0, 3, 7), 0.0),
    "7": ((0, 4, 7, 10), -0.03),
    "maj7": ((0, 4, 7, 11), -0.03),
    "min7": ((0, 3, 7, 10), -0.03),
    "dim": ((0, 3, 6), -0.1),
    "aug": ((0, 4, 8), -0.12),
    "sus4": ((0, 5, 7), -0.1),
}
LABELS = [f"{root}:{quality}" for quality in _QUALITIES for root in NAMES] + ["N"]
ROOTS = np.array([k % 12 for k in range(len(LABELS) - 1)] + [-1])
_SHARPNESS, _CHANGE, _BASS = 18.0, 3.0, 0.35
_NONE = 0.62  # the match that silence or noise has with "no chord"


def chord_path(treble: Matrix, bass: Matrix) -> NDArray[np.intp]:
    """Index into LABELS for each beat; rows of the chroma (beats, 12) are unit vectors."""
    score = _SHARPNESS * _match(treble, bass)
    best, back = score[0], []
    for row in score[1:]:
        jump = best.max() - _CHANGE
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


def chord_spans(path: NDArray[np.intp], edges_s: Matrix) -> list[Chord]:
    """Equal neighbours joined; `edges_s` holds one more time than `path` has beats."""
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    ends = np.append(starts[1:], len(path))
    return [
        Chord(round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), LABELS[path[a]])
        for a, b in zip(starts, ends, strict=True)
    ]
