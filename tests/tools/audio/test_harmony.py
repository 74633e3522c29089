"""Chords, keys and sections on progressions of additive tones."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import Chord, Profile, Tempo
from tests.tools.audio.signals import RATE, audio, clicks, noise, progression, transposed
from tools.audio.engine import analyze, on_device
from tools.audio.listening import Listening

POP = ["C:maj", "G:maj", "A:min", "F:maj"]
SAD = ["A:min", "D:min", "E:maj", "A:min"]


def share_right(chords: list[Chord], labels: list[str], each_s: float) -> float:
    """Share of tenths of a second with the right chord, away from the changes."""
    right = []
    for k, label in enumerate(labels):
        for time in np.arange(k * each_s + 0.3, (k + 1) * each_s - 0.3, 0.1):
            right += [c.label == label for c in chords if c.start_s <= time < c.end_s]
    return float(np.mean(right))


def key_of(profile: Profile) -> str:
    assert profile.key is not None
    return f"{profile.key.tonic} {profile.key.mode}"


@pytest.mark.parametrize(
    ("labels", "key"),
    [(POP, "C major"), (transposed(POP, 6), "F# major"), (SAD, "A minor"), (transposed(SAD, 3), "C minor")],
)
def test_chords_and_key_of_a_progression(labels: list[str], key: str) -> None:
    profile = analyze(audio(progression(labels * 2)), "cpu")
    assert share_right(profile.chords, labels * 2, 2.0) > 0.95
    assert key_of(profile) == key


def test_sevenths_and_diminished_chords() -> None:
    labels = ["G:7", "C:maj", "B:dim", "C:maj"] * 2
    assert share_right(analyze(audio(progression(labels)), "cpu").chords, labels, 2.0) > 0.8


def test_spans_join_without_gaps() -> None:
    profile = analyze(audio(progression(POP * 2)), "cpu")
    for spans in (profile.chords, profile.sections, profile.keys):
        assert spans[0].start_s == 0 and spans[-1].end_s == pytest.approx(profile.duration_s, abs=0.01)
        assert all(a.end_s == b.start_s for a, b in pairwise(spans))


def test_a_modulation_makes_two_key_spans() -> None:
    cadence = ["C:maj", "F:maj", "G:7", "C:maj", "A:min", "D:min", "G:7", "C:maj"]
    labels = cadence * 2 + transposed(cadence, 6) * 2
    keys = analyze(audio(progression(labels, beats=2)), "cpu").keys
    assert [(k.tonic, k.mode) for k in keys] == [("C", "major"), ("F#", "major")]
    assert keys[0].end_s == pytest.approx(16, abs=2)


@pytest.mark.parametrize("sound", [noise(4), noise(15), clicks([1, 2, 3, 4.5], 6)], ids=["4 s", "15 s", "clicks"])
def test_no_key_is_invented_for_noise(sound: np.ndarray) -> None:
    profile = analyze(audio(sound), "cpu")
    assert profile.key is None and profile.keys == []
    assert {c.label for c in profile.chords} == {"N"}
    assert any("no key" in note for note in profile.notes)


def test_tuning_does_not_matter() -> None:
    flat = progression(POP * 2)
    stretched = np.interp(np.arange(0, len(flat) - 1, 2 ** (0.4 / 12)), np.arange(len(flat)), flat)  # up 40 cents
    assert key_of(analyze(audio(stretched), "cpu")) == "C major"


@pytest.mark.xfail(
    strict=True,
    reason="chords alone are heard at half their tempo, so the parts are four long bars each: too short to part",
)
def test_alternating_parts_share_letters() -> None:
    one = ["C:maj", "G:maj", "A:min", "F:maj", "C:maj", "G:maj", "F:maj", "C:maj"]
    two = ["D:min", "E:min", "D:min", "A#:maj", "D:min", "E:min", "G:maj", "G:maj"]
    sections = analyze(audio(progression((one + two) * 2, bpm=120, beats=4)), "cpu").sections
    assert [s.label for s in sections] == ["A", "B", "A", "B"]
    assert [s.start_s for s in sections] == pytest.approx([0, 16, 32, 48], abs=0.1)


SOUND = progression(POP, bpm=120, beats=4)
REFERENCE = analyze(audio(SOUND, SOUND), "cpu")


@settings(max_examples=5, deadline=None, derandomize=True)
@given(gain_db=st.floats(-40, 20))
def test_gain_changes_only_the_level(gain_db: float) -> None:
    louder = SOUND * 10 ** (gain_db / 20)
    profile = analyze(audio(louder, louder), "cpu")
    assert profile.tempo.bpm == pytest.approx(REFERENCE.tempo.bpm, rel=1e-3)
    assert key_of(profile) == key_of(REFERENCE)
    assert [c.label for c in profile.chords] == [c.label for c in REFERENCE.chords]
    assert profile.loudness.integrated_lufs == pytest.approx(
        (REFERENCE.loudness.integrated_lufs or 0) + gain_db, abs=0.05
    )


@settings(max_examples=4, deadline=None, derandomize=True)
@given(steps=st.integers(1, 11))
def test_transposition_moves_key_and_chords(steps: int) -> None:
    labels = transposed(POP, steps)
    profile = analyze(audio(progression(labels)), "cpu")
    assert key_of(profile) == f"{labels[0].split(':')[0]} major"
    assert share_right(profile.chords, labels, 2.0) > 0.95


@settings(max_examples=3, deadline=None, derandomize=True)
@given(seed=st.integers(0, 1000))
def test_swapping_the_channels_changes_nothing(seed: int) -> None:
    other = 0.3 * noise(len(SOUND) / RATE, seed)
    assert analyze(audio(SOUND, other), "cpu") == analyze(audio(other, SOUND), "cpu")


def test_chords_are_read_where_beats_stop() -> None:
    """Beats of the first sixteen seconds, and then none: what follows is no single chord."""
    labels = POP * 4
    sound = audio(progression(labels))
    heard = Listening(on_device(sound, "cpu"), sound.rate)
    heard.__dict__["_pulse"] = (Tempo(120.0, 0.9), np.arange(0.0, 16.0, 0.5))
    edges, beats = heard.grid
    assert edges[0] == 0 and edges[-1] == pytest.approx(heard.sound.seconds) and (np.diff(edges) > 0).all()
    assert list(edges[beats]) == list(np.arange(0.0, 16.0, 0.5))
    with torch.inference_mode():
        chords = heard.chords
    assert share_right(chords, labels, 2.0) > 0.9 and max(c.end_s - c.start_s for c in chords) < 3
