"""Where parts begin and which are the same, on bars whose form is known, and where phrases end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.profile import Section
from tools.audio.boundaries import find_cuts
from tools.audio.chroma import HIGH, LOW
from tools.audio.form import PLACES, bar_likeness, find_sections, is_hasty, letter, lifted_likeness, phrase_rests

Matrix = NDArray[np.float64]


def bars_of(
    form: str, seed: int = 0, noise: float = 0.1, lengths: dict[str, int] | None = None
) -> tuple[Matrix, Matrix]:
    """Note strengths and timbre of parts of 8 bars (or as `lengths` says) that end with a rest before a pickup."""
    rng = np.random.default_rng(seed)
    length = {part: (lengths or {}).get(part, 8) for part in dict.fromkeys(form)}
    notes = {part: rng.random((n * PLACES, HIGH - LOW)) ** 6 for part, n in length.items()}
    for part, n in length.items():
        notes[part][n * PLACES - 6 : n * PLACES - 2] *= 0.1
    timbre = {part: rng.normal(0, 0.3, 40) + rng.normal(0, 0.3, (n, 40)) for part, n in length.items()}
    played = np.vstack([notes[part] for part in form])
    heard = np.vstack([timbre[part] for part in form])
    return played + noise * rng.random(played.shape), heard + noise * rng.normal(size=heard.shape)


def sections_of(form: str, **about: object) -> tuple[list[str], list[float]]:
    """Letters and beginnings, in bars, of the sections found."""
    notes, timbre = bars_of(form, **about)  # type: ignore[arg-type]
    found = find_sections(bar_likeness(notes, timbre), phrase_rests(notes), 2.0 * np.arange(len(timbre) + 1))
    assert all(a.end_s == b.start_s for a, b in pairwise(found)) and found[-1].end_s == 2.0 * len(timbre)
    assert all(0 < s.confidence <= 1 for s in found)
    return [s.label for s in found], [s.start_s / 2 for s in found]


@pytest.mark.parametrize("form", ["AABA", "ABAB", "AABBAABB", "ABABCB", "ABACA", "AABCAABC"])
@pytest.mark.parametrize("seed", range(3))
def test_parts_that_come_back_share_a_letter(form: str, seed: int) -> None:
    assert sections_of(form, seed=seed) == (list(form), [8.0 * k for k in range(len(form))])


def test_parts_of_four_and_of_twelve_bars() -> None:
    lengths = {"A": 12, "B": 4}
    assert sections_of("ABABA", lengths=lengths) == (list("ABABA"), [0, 12, 16, 28, 32])


def test_an_introduction_of_odd_length_does_not_shift_what_follows() -> None:
    assert sections_of("ABCBC", lengths={"A": 3}) == (list("ABCBC"), [0, 3, 11, 19, 27])


@pytest.mark.parametrize("first", [0, 4])
def test_a_rest_tells_where_a_loop_begins(first: int) -> None:
    """Eight bars round and round could begin anywhere, but for the phrase that ends."""
    notes, timbre = bars_of("A" * 7)
    bars = 48 + first
    rest = (np.arange(bars) % 8 == first).astype(float)
    cuts = find_cuts(bar_likeness(notes, timbre)[:bars, :bars], rest)
    assert [cut for cut in cuts if cut] == list(range(first or 8, bars + 1, 8))


def test_rests_are_heard_in_the_middle_of_the_bar_before() -> None:
    notes = np.zeros((6 * PLACES, HIGH - LOW))
    notes[::2, 70 - LOW] = 1.0  # a note on every beat
    notes[3 * PLACES + 1 : 4 * PLACES - 2] = 0.0  # but a long rest in the fourth bar, then a pickup
    rest = phrase_rests(notes)
    assert rest.shape == (6,) and rest.argmax() == 4
    assert phrase_rests(notes[:PLACES]).shape == (1,)


def test_a_track_in_which_nothing_changes_is_one_part() -> None:
    notes, timbre = np.ones((20 * PLACES, HIGH - LOW)), np.ones((20, 40))
    found = find_sections(bar_likeness(notes, timbre), phrase_rests(notes), np.arange(21.0))
    assert [(s.start_s, s.end_s, s.label) for s in found] == [(0, 20, "A")]


def test_letters_after_z() -> None:
    assert [letter(k) for k in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]


@settings(max_examples=30, deadline=None)
@given(bars=st.integers(1, 70), seed=st.integers(0, 99))
def test_any_bars_can_be_cut(bars: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    likeness = rng.normal(size=(bars, bars))
    cuts = find_cuts(likeness + likeness.T, rng.normal(size=bars))
    assert cuts[0] == 0 and cuts[-1] == bars and all(a < b <= a + 20 for a, b in pairwise(cuts))


def test_parts_of_a_few_seconds_each_are_hasty() -> None:
    def parts(seconds: float, count: int) -> list[Section]:
        return [Section(n * seconds, (n + 1) * seconds, "A", None, 0.5) for n in range(count)]

    assert is_hasty(parts(6, 20)) and not is_hasty(parts(14, 8)) and not is_hasty([])


@pytest.mark.parametrize("semitones", [-2, -1, 1, 2])
@pytest.mark.parametrize("seed", range(3))
def test_a_part_that_comes_again_in_another_key_is_the_same_part(semitones: int, seed: int) -> None:
    form, lift_s = "ABABCB", 2.0 * 8 * 5
    notes, timbre = bars_of(form, seed)
    notes[5 * 8 * PLACES :] = np.roll(notes[5 * 8 * PLACES :], semitones, axis=1)
    bars = 2.0 * np.arange(len(timbre) + 1)

    def letters(lifts: list[tuple[float, int]]) -> str:
        likeness = lifted_likeness(notes, timbre, bars[:-1], lifts)
        return "".join(s.label for s in find_sections(likeness, phrase_rests(notes), bars))

    assert letters([(lift_s, semitones)]) == form and letters([]) != form


def test_a_key_that_is_taken_for_lifted_parts_nothing_that_comes_back_as_it_was() -> None:
    notes, timbre = bars_of("ABABCB")
    bars = 2.0 * np.arange(len(timbre) + 1)
    assert (lifted_likeness(notes, timbre, bars[:-1], [(80.0, 2)]) == bar_likeness(notes, timbre)).all()
    assert (lifted_likeness(notes, timbre, bars[:-1], [(2.0, 2)]) == bar_likeness(notes, timbre)).all()
