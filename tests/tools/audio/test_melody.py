"""Melodies whose every pitch is known, over chords that are played softer."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import Melody
from tests.tools.audio.heard import hear, rubbish
from tests.tools.audio.signals import RATE, Signal, progression, tone
from tools.audio.melody import find_melody

TUNE = [72, 74, 76, 79, 77, 76, 74, 71, 72, 76, 79, 81, 79, 77, 74, 72]
CHORDS = ["C:maj", "G:maj", "C:maj", "F:maj"]


def tune(pitches: list[float], each_s: float = 0.5) -> Signal:
    return np.concatenate([2 * tone(p, each_s) for p in pitches])


def melody(signal: Signal) -> Melody | None:
    h = hear(signal)
    return find_melody(h.spectrum, h.salience)


def share_right(found: Melody, pitches: list[float], each_s: float = 0.5, octaves: bool = False) -> float:
    """Share of steps away from the changes of note within half a semitone, as raw pitch accuracy has it."""
    right = []
    for k, pitch in enumerate(found.contour):
        inside = (k * found.step_s / each_s) % 1
        if 0.2 < inside < 0.8 and k * found.step_s < len(pitches) * each_s:
            away = (pitch or 0) - pitches[int(k * found.step_s / each_s)]
            right.append(abs((away + 6) % 12 - 6 if octaves else away) < 0.5)
    return float(np.mean(right))


def test_a_melody_alone() -> None:
    found = melody(tune(list(TUNE)))
    assert found is not None and share_right(found, list(TUNE)) == 1
    assert (found.low, found.high) == (pytest.approx(71, abs=0.6), pytest.approx(81, abs=0.6))


def test_a_melody_over_chords() -> None:
    found = melody(tune(list(TUNE)) + 0.5 * progression(CHORDS, 120)[: 8 * RATE])
    assert found is not None and share_right(found, list(TUNE)) > 0.9


def test_a_melody_that_rests_has_gaps() -> None:
    notes = tune(list(TUNE[:8]))
    found = melody(np.concatenate([notes, np.zeros(3 * RATE), notes]))
    assert found is not None
    gap = found.contour[round(4.5 / found.step_s) : round(6.5 / found.step_s)]
    assert set(gap) == {None}
    assert found.contour[10] is not None and found.contour[80] is not None


def test_a_bent_note_is_followed_between_the_semitones() -> None:
    t = np.arange(6 * RATE) / RATE
    pitch = 69 + 0.5 * t
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((pitch - 69) / 12)) / RATE
    found = melody(0.1 * np.sin(phase) + 0.05 * np.sin(2 * phase))
    assert found is not None
    heard = [
        (k * found.step_s, p) for k, p in enumerate(found.contour) if p is not None and 0.5 < k * found.step_s < 5.5
    ]
    assert np.median([abs(p - 69 - 0.5 * t - (heard[0][1] - 69 - 0.5 * heard[0][0])) for t, p in heard]) < 0.3
    assert all(abs(b - a) < 1.1 for (_, a), (_, b) in pairwise(heard))


@settings(max_examples=3, deadline=None)
@given(st.integers(-5, 5), st.floats(0.05, 2))
def test_transposition_moves_it_and_gain_does_not(up: int, gain: float) -> None:
    found = melody(gain * tune([p + up for p in TUNE[:8]]))
    assert found is not None and share_right(found, [p + up for p in TUNE[:8]]) > 0.95


def test_a_long_track_is_put_together_without_seams() -> None:
    found = melody(tune([72.0] * 60))
    assert found is not None
    assert np.mean([p is not None and abs(p - 72) < 0.5 for p in found.contour]) > 0.97


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_has_no_melody_to_trust(name: str) -> None:
    found = melody(rubbish()[name])
    if found is not None:
        json.dumps(vars(found), allow_nan=False)
    if name not in ("sine", "clipped"):
        assert found is None or found.confidence < 0.3
