"""Voices in synthetic songs, and none where nobody sings. The network's own training data never holds these."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import VoiceSpan
from tests.tools.audio.heard import rubbish
from tests.tools.audio.signals import RATE, Signal, progression
from tools.audio.onsets import onset_curves
from tools.audio.voice import find_voices, voice_curve
from tools.training.singing import Phrases, phrases, sing

BAND = progression(["C:maj", "A:min", "F:maj", "G:7"] * 3)


def voices(signal: Signal) -> list[VoiceSpan]:
    with torch.inference_mode():
        return find_voices(onset_curves(torch.from_numpy(signal.astype(np.float32)), RATE), len(signal) / RATE)


def song(seed: int) -> tuple[Signal, Phrases]:
    """A voice over the band, 24 s."""
    rng = random.Random(seed)
    words = phrases(rng, 24.0)
    return BAND + 0.25 * sing(words, 24.0, rng), words


def frames(spans: list[tuple[float, float]], seconds: float = 24.0) -> np.ndarray:
    at = np.arange(0, seconds, 0.05)
    return np.any([(at >= a) & (at < b) for a, b in spans], axis=0) if spans else np.zeros(len(at), bool)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_synthetic_singer_is_found_over_a_band(seed: int) -> None:
    signal, words = song(seed)
    true, heard = frames(words.spans), frames([(v.start_s, v.end_s) for v in voices(signal)])
    assert 2 * (true & heard).sum() / (true.sum() + heard.sum()) > 0.75


def test_a_band_alone_has_no_voice() -> None:
    assert voices(BAND) == []


def test_spans_are_in_order_and_inside_the_track() -> None:
    signal, _ = song(11)
    found = voices(signal)
    edges = [t for v in found for t in (v.start_s, v.end_s)]
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= 24
    assert all(0 < v.confidence <= 1 for v in found)


@settings(max_examples=3, deadline=None)
@given(st.floats(0.01, 1.5))
def test_gain_changes_nothing_to_speak_of(gain: float) -> None:
    signal, _ = song(11)
    before, after = (frames([(v.start_s, v.end_s) for v in voices(x)]) for x in (signal, signal * gain))
    assert (before == after).mean() > 0.97


def test_long_tracks_are_heard_in_pieces_without_seams() -> None:
    signal, _ = song(12)
    with torch.inference_mode():
        once = voice_curve(onset_curves(torch.from_numpy(signal.astype(np.float32)), RATE))
        twice = voice_curve(onset_curves(torch.from_numpy(np.tile(signal, 3).astype(np.float32)), RATE))
    assert np.abs(twice[650:1150] - once[50:550]).mean() < 0.05


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_has_no_voice(name: str) -> None:
    assert voices(rubbish()[name]) == []
