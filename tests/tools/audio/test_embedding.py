"""Vectors of sound: the same track stays itself, likes lie together, and every part says its own thing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import Chord, Rhythm, SoundEmbedding, Tempo
from tests.tools.audio.heard import hear, rubbish
from tests.tools.audio.signals import NAMES, Signal, clicks, noise, progression, tone, transposed
from tools.audio.chords import unit
from tools.audio.chroma import between, fold
from tools.audio.embedding import measure_embedding
from tools.audio.texture import measure_texture

POP, SAD = ["C:maj", "G:maj", "A:min", "F:maj"], ["A:min", "D:min", "E:7", "A:min"]


def embedding(signal: Signal, labels: list[str], bpm: float = 120) -> SoundEmbedding:
    """Of chords that last four beats each."""
    h, length = hear(signal), 240 / bpm
    texture = measure_texture(h.samples, h.onsets, h.spectrum, h.levels, h.timbre, h.loudness, h.energy)
    edges = np.arange(0, h.seconds + 0.01, 60 / bpm) if h.seconds > 1 else np.array([0, h.seconds])
    chroma = unit(fold(between(h.salience, edges, h.spectrum.fps).double().numpy(), 38, 84))
    chords = [Chord(k * length, (k + 1) * length, label) for k, label in enumerate(labels)]
    return measure_embedding(h.onsets, chroma, Tempo(bpm, 0.8), Rhythm(), chords, h.energy, h.timbre, texture)


def likeness(a: list[float], b: list[float]) -> float:
    return float(np.dot(a, b))


def piano(labels: list[str], bpm: float = 120) -> SoundEmbedding:
    return embedding(progression(labels, bpm), labels, bpm)


PIANO = piano(POP)


def test_parts_have_unit_length_and_a_fixed_size() -> None:
    a, b = piano(POP), piano(SAD, 90)
    for part in ("rhythm", "harmony", "timbre"):
        assert np.linalg.norm(getattr(a, part)) == pytest.approx(1, abs=0.01)
        assert len(getattr(a, part)) == len(getattr(b, part))


@settings(max_examples=3, deadline=None)
@given(st.floats(0.05, 1.5))
def test_gain_changes_next_to_nothing(gain: float) -> None:
    before, after = PIANO, embedding(progression(POP) * gain, POP)
    for part in ("rhythm", "harmony", "timbre"):
        assert likeness(getattr(before, part), getattr(after, part)) > 0.95


@pytest.mark.parametrize("up", [1, 5, 7])
def test_harmony_is_blind_to_transposition_but_not_to_mode(up: int) -> None:
    here, there, sad = piano(POP), piano(transposed(POP, up)), piano(SAD)
    assert likeness(here.harmony, there.harmony) > 0.9
    assert likeness(here.harmony, sad.harmony) < likeness(here.harmony, there.harmony) - 0.3


def test_rhythm_agrees_at_double_tempo_more_than_at_another() -> None:
    slow, double, other = (embedding(clicks(list(np.arange(0.1, 12, 60 / b)), 12), [], b) for b in (70, 140, 101))
    assert likeness(slow.rhythm, double.rhythm) > likeness(slow.rhythm, other.rhythm)


def test_timbre_tells_a_tone_from_noise() -> None:
    tunes = [
        embedding(np.concatenate([tone(p, 0.5) for p in pitches]), [])
        for pitches in ([60, 64, 67] * 4, [62, 65, 69] * 4)
    ]
    hiss = embedding(noise(6), [])
    assert likeness(tunes[0].timbre, tunes[1].timbre) > 0.8 > 0.5 > likeness(tunes[0].timbre, hiss.timbre)


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_gives_plain_numbers_or_nothing(name: str) -> None:
    found = embedding(rubbish()[name], [])
    assert found.harmony == []
    assert np.isfinite(found.rhythm).all() and np.isfinite(found.timbre).all()
    if name == "silence":
        assert found == SoundEmbedding()


def test_any_chord_label_is_read() -> None:
    labels = [
        f"{n}:{shape}"
        for n, shape in zip(
            NAMES, ["maj/3", "min7", "hdim7", "7", "sus4", "maj7", "dim", "9", "min/5", "aug", "1", "6"], strict=True
        )
    ]
    assert len(embedding(progression(POP * 2), [*labels, "N", "C", "G/5"]).harmony) == 30
