"""Chord paths over scores that are known: where chords change, and what the key adds."""

from __future__ import annotations

import numpy as np

from index.profile import KeySpan
from tools.audio.chords import LABELS, change_costs, chord_path
from tools.audio.keys import expected_chords

C, G = LABELS.index("C:maj"), LABELS.index("G:maj")


def test_a_new_chord_costs_least_on_a_downbeat_and_more_off_the_middle_of_the_bar() -> None:
    four = change_costs(np.array([0, 1, 2, 3]), np.full(4, 4))
    assert four[0] < four[2] < four[1] == four[3]
    three = change_costs(np.array([0, 1, 2]), np.full(3, 3))
    assert three[0] < three[1] == three[2]
    unknown = change_costs(np.array([-1, -1]), np.array([-1, -1]))
    assert unknown[0] == unknown[1] and four[0] < unknown[0] < four[1]


def test_a_chord_that_enters_early_by_a_doubtful_beat_waits_for_the_downbeat() -> None:
    score = np.zeros((8, len(LABELS)))
    score[:3, C], score[3, G], score[4:, G] = 8.0, 1.5, 8.0
    on_downbeats = change_costs(np.arange(8) % 4, np.full(8, 4))
    assert list(chord_path(score, on_downbeats)) == [C] * 4 + [G] * 4
    score[3, G] = 6.0  # clear enough to be an anticipation
    assert list(chord_path(score, on_downbeats)) == [C] * 3 + [G] * 5


def test_one_beat_is_one_chord() -> None:
    score = np.zeros((1, len(LABELS)))
    score[0, G] = 1.0
    assert list(chord_path(score, np.ones(1))) == [G]


def test_the_key_that_holds_says_which_chords_to_expect() -> None:
    spans = [KeySpan(0, 4, "C", "major", 1.0), KeySpan(4, 8, "F#", "major", 1.0)]
    expected = expected_chords(spans, np.arange(9.0))
    assert expected.shape == (8, len(LABELS)) and (expected >= 0).all() and not expected[:, -1].any()
    assert (expected[:4, C] > expected[:4, LABELS.index("F#:maj")]).all()
    assert (expected[4:, C] < expected[4:, LABELS.index("F#:maj")]).all()
    assert (
        expected[0, LABELS.index("A:min7")] == expected[0, LABELS.index("A:min")] > expected[0, LABELS.index("A:maj")]
    )
