"""Keys: which of the 24 the notes and the chords speak for, over the track and along it.

Notes: correlation of chroma with the key profiles of Sha'ath (2011), whose minor has the flat seventh of popular
music. Chords: how usual each is on each degree, and whether sections open on the tonic, which tells a key from its
relative. Modulations: Viterbi along the beats, where a change of key costs much. The key in turn says which chords
to expect.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.profile import Key, KeySpan, Mode
from index.spelling import shift
from tools.audio.chords import LABELS, NAMES

Matrix = NDArray[np.float64]

_LIFT = 2  # semitones that music is lifted by, at most
_LIKELY_KEY = 0.5  # confidence from which a key is likelier than not
_MAJOR = (6.6, 2.0, 3.5, 2.3, 4.6, 4.0, 2.5, 5.2, 2.4, 3.7, 2.3, 3.4)
_MINOR = (6.5, 2.7, 3.5, 5.4, 2.6, 3.5, 2.5, 5.2, 4.0, 2.7, 4.3, 3.2)
# how well a triad on each degree (semitones above the tonic, third) fits the mode; major includes Mixolydian turns,
# minor Dorian and Phrygian ones
_DEGREES: dict[Mode, dict[tuple[int, str], float]] = {
    "major": {
        (0, "maj"): 1.0, (7, "maj"): 0.85, (5, "maj"): 0.85, (9, "min"): 0.7, (2, "min"): 0.6,
        (4, "min"): 0.5, (11, "dim"): 0.5, (10, "maj"): 0.25, (5, "min"): 0.2, (4, "maj"): 0.2,
        (2, "maj"): 0.2, (7, "min"): 0.15, (9, "maj"): 0.15, (8, "maj"): 0.15,
    },
    "minor": {
        (0, "min"): 1.0, (8, "maj"): 0.75, (10, "maj"): 0.7, (5, "min"): 0.7, (3, "maj"): 0.6,
        (7, "maj"): 0.6, (7, "min"): 0.5, (5, "maj"): 0.45, (1, "maj"): 0.3, (2, "dim"): 0.5,
        (0, "maj"): 0.1,
    },
}  # fmt: skip
_THIRD = {
    "maj": "maj",
    "7": "maj",
    "maj7": "maj",
    "aug": "maj",
    "sus4": "maj",
    "min": "min",
    "min7": "min",
    "dim": "dim",
}
_MODES: tuple[Mode, Mode] = ("major", "minor")
_WINDOW = 16  # beats
# against the correlation of the notes: how well the chords fit, and how many sections open on the tonic's chord
_FIT, _OPENS = 1.0, 0.65
_HOME, _CHANGE = 0.5, 20.0
_EXPECTED = 2.0  # log-odds of the most usual chord of a key against one that is foreign to it
# deviation of chroma over its mean: at a time (noise 0.3 to 0.4, clicks 0.63, music from 0.8), and of its mean over time
_CONTRAST_HERE, _CONTRAST_THROUGHOUT = 0.72, 0.15


def key_scores(chroma: Matrix, path: NDArray[np.intp]) -> Matrix:
    """How well each key fits around each beat: (beats, 24), majors from C, then minors from C."""
    kernel = np.hanning(min(_WINDOW, len(path)) + 2)
    smooth = np.column_stack([np.convolve(c, kernel, "same")[: len(path)] for c in chroma.T])
    fit = _FIT * _fit()[path]
    chords = np.column_stack([np.convolve(c, kernel / kernel.sum(), "same")[: len(path)] for c in fit.T])
    return np.asarray(_correlation(smooth) + chords)


def home_scores(scores: Matrix, path: NDArray[np.intp], starts: NDArray[np.intp]) -> Matrix:
    """How well each key serves as the home of the whole track: (24,); `starts` are the beats that begin sections.

    The first two beats of each section count, so that a late chord or an early cut does no harm. One section says
    little.
    """
    opening = np.minimum(np.append(starts, starts + 1), len(path) - 1)
    opens = _tonic()[path[opening]].sum(0) / (len(opening) + 2)
    return np.asarray(scores.mean(0) + _OPENS * opens)


def _correlation(chroma: Matrix) -> Matrix:
    """Pearson correlation of chroma (n, 12) with each key's profile: (n, 24)."""
    profiles = [np.roll(_standard(np.array(profile)), k) for profile in (_MAJOR, _MINOR) for k in range(12)]
    return np.asarray(_standard(chroma) @ np.array(profiles).T / 12)


def _standard(values: Matrix) -> Matrix:
    centred = values - values.mean(-1, keepdims=True)
    spread = centred.std(-1, keepdims=True)
    return np.asarray(centred / np.where(spread > 1e-9, spread, 1))


def _fit() -> Matrix:
    """How well each chord fits each key: (labels, 24); no chord fits all alike."""
    table = np.full((len(LABELS), 24), 0.0)
    for k, label in enumerate(LABELS[:-1]):
        root, quality = label.split(":")
        for m, mode in enumerate(_MODES):
            for tonic in range(12):
                degree = (NAMES.index(root) - tonic) % 12
                table[k, 12 * m + tonic] = _DEGREES[mode].get((degree, _THIRD[quality]), 0.0)
    return table


def _tonic() -> Matrix:
    """How surely a chord is the tonic of a key: (labels, 24); a dominant seventh may be one in the blues only."""
    table = np.zeros((len(LABELS), 24))
    for k, label in enumerate(LABELS[:-1]):
        root, quality = label.split(":")
        table[k, NAMES.index(root) + (12 if _THIRD[quality] == "min" else 0)] = 0.5 if quality == "7" else 1.0
    return table


def key_spans(scores: Matrix, home: Matrix, edges_s: Matrix) -> list[KeySpan]:
    """The keys along the track: the home key unless another pays for the change."""
    scores = scores + _HOME * (np.arange(24) == home.argmax())
    best, back = scores[0], []
    for row in scores[1:]:
        jump = best.max() - _CHANGE
        back.append(np.where(best >= jump, np.arange(24), best.argmax()))
        best = row + np.maximum(best, jump)
    path = [int(best.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    keys = np.array(path[::-1])
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    ends = np.append(starts[1:], len(keys))
    return [
        KeySpan(
            round(float(edges_s[a]), 3), round(float(edges_s[b]), 3), NAMES[keys[a] % 12], _MODES[keys[a] // 12],
            _confidence(scores[a:b].mean(0), int(keys[a])),
        )
        for a, b in zip(starts, ends, strict=True)
    ]  # fmt: skip


def expected_chords(spans: Sequence[KeySpan], edges_s: Matrix) -> Matrix:
    """How much the key that holds speaks for each chord, as log-odds: (beats, labels)."""
    starts = np.array([span.start_s for span in spans])
    keys = np.array([NAMES.index(span.tonic) + 12 * _MODES.index(span.mode) for span in spans])
    held = np.searchsorted(starts, edges_s[:-1] + 1e-3, "right") - 1
    return np.asarray(_EXPECTED * _fit().T[keys[held.clip(0)]])


def main_key(spans: list[KeySpan], home: Matrix) -> Key:
    """The key that holds the most time; confidence by how far it leads the next best over the track."""
    time: dict[tuple[str, Mode], float] = {}
    for span in spans:
        time[span.tonic, span.mode] = time.get((span.tonic, span.mode), 0) + span.end_s - span.start_s
    tonic, mode = max(time, key=lambda k: time[k])
    return Key(tonic, mode, _confidence(home, NAMES.index(tonic) + 12 * _MODES.index(mode)))


def _confidence(scores: Matrix, own: int) -> float:
    """By how far a key leads the next best in scores (24,)."""
    lead = scores[own] - np.delete(scores, own).max()
    return round(float(np.clip(0.5 + lead, 0.05, 1)), 3)


def is_tonal(chroma: Matrix) -> bool:
    """Whether some pitch classes stand out, at each time and over the track, as in music with a key."""
    heard = chroma[chroma.any(1)]
    if not len(heard):
        return False
    total = heard.mean(0)
    here = (heard.std(1) / heard.mean(1)).mean()
    throughout = total.std() / total.mean()
    return bool(here > _CONTRAST_HERE and throughout > _CONTRAST_THROUGHOUT)


Lift = tuple[float, int]
"""From when on the music is so many semitones higher than at its beginning."""


def lifts(keys: Sequence[KeySpan]) -> list[Lift]:
    """Where sure keys move the whole music up or down by a semitone or two, as choruses do; empty where none does."""
    sure = [key for key in keys if key.confidence >= _LIKELY_KEY]
    moved: list[Lift] = []
    at = 0
    for before, key in pairwise(sure):
        step = shift((before.tonic, before.mode), (key.tonic, key.mode))
        if 0 < abs(step) <= _LIFT:
            at += step
            moved.append((key.start_s, at))
    return moved
