"""Home keys and modulations, from chords that are known exactly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.profile import KeySpan
from tests.tools.audio.signals import SHAPES, transposed
from tools.audio.chords import LABELS, NAMES, unit
from tools.audio.keys import home_scores, key_scores, key_spans, lifts, main_key

LOOP = ["A:min", "F:maj", "C:maj", "G:maj"]


def heard(labels: Sequence[str], beats: int = 4) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Chroma (beats, 12) and chord path of the chords, so many beats each."""
    chroma = np.zeros((len(labels), 12))
    for row, label in zip(chroma, labels, strict=True):
        root, shape = label.split(":")
        row[[(NAMES.index(root) + step) % 12 for step in SHAPES[shape]]] = 1
    path = np.array([LABELS.index(label) for label in labels])
    return unit(np.repeat(chroma, beats, 0)), np.repeat(path, beats)


def spans(labels: Sequence[str], starts: Sequence[int]) -> tuple[str, list[KeySpan]]:
    """The main key and the keys along the chords; sections begin at the chords that `starts` counts."""
    chroma, path = heard(labels)
    scores = key_scores(chroma, path)
    home = home_scores(scores, path, 4 * np.array(starts, int))
    found = key_spans(scores, home, np.arange(len(path) + 1.0))
    key = main_key(found, home)
    return f"{key.tonic} {key.mode}", found


@pytest.mark.parametrize(("first", "key"), [(0, "A minor"), (2, "C major")])
def test_where_sections_open_tells_a_key_from_its_relative(first: int, key: str) -> None:
    """The loop vi-IV-I-V is i-VI-III-VII as well: what the parts begin with decides."""
    loop = LOOP[first:] + LOOP[:first]
    assert spans(loop * 8, range(0, 32, 8))[0] == key


@pytest.mark.parametrize(
    ("labels", "key"),
    [
        (["C:maj", "F:maj", "G:7", "C:maj"], "C major"),
        (["A:min", "D:min", "E:7", "A:min"], "A minor"),
        (["A:min", "G:maj", "F:maj", "G:maj"], "A minor"),
        (["G:maj", "C:maj", "G:maj", "D:7"], "G major"),
    ],
)
def test_cadences(labels: list[str], key: str) -> None:
    assert spans(labels * 6, range(0, 24, 8))[0] == key


def test_a_step_up_for_the_last_part_is_a_modulation() -> None:
    main, found = spans(
        ["C:maj", "A:min", "F:maj", "G:7"] * 6 + ["D:maj", "B:min", "G:maj", "A:7"] * 3, range(0, 36, 8)
    )
    assert main == "C major" and [(k.tonic, k.mode) for k in found] == [("C", "major"), ("D", "major")]
    assert found[0].end_s == pytest.approx(96, abs=8)


def test_an_opening_without_chords_decides_nothing() -> None:
    chroma, path = heard(["C:maj", "F:maj", "G:7", "C:maj"] * 4)
    path[:16] = len(LABELS) - 1
    home = home_scores(key_scores(chroma, path), path, np.array([0]))
    assert home.shape == (24,) and np.isfinite(home).all() and home.argmax() == 0


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 11), st.lists(st.sampled_from(["C:maj", "F:maj", "G:7", "A:min", "D:min"]), min_size=4, max_size=16)
)
def test_transposition_moves_the_scores(steps: int, labels: list[str]) -> None:
    scores = []
    for chords in (labels, transposed(labels, steps)):
        chroma, path = heard(chords)
        scores.append(home_scores(key_scores(chroma, path), path, np.array([0, 8])).reshape(2, 12))
    assert np.roll(scores[0], steps, 1) == pytest.approx(scores[1])


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("C major, D major", [(20.0, 2)]),
        ("A minor, D major", [(20.0, 2)]),  # D major is the relative of B minor
        ("C major, C# major, D major", [(20.0, 1), (40.0, 2)]),
        ("C major, B major, C major", [(20.0, -1), (40.0, 0)]),
        ("C major, A minor", []),
        ("C major, F major, C major", []),  # for a while, and nothing comes again a fourth higher
        ("C major", []),
        ("C major, D major?", []),
    ],
)
def test_where_music_is_lifted(keys: str, found: list[tuple[float, int]]) -> None:
    spans = [
        KeySpan(20.0 * n, 20.0 * n + 20, *key.strip("?").split(), 0.2 if key.endswith("?") else 0.9)  # type: ignore[arg-type]
        for n, key in enumerate(keys.split(", "))
    ]
    assert lifts(spans) == found
