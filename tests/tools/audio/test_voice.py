"""A voice is found where it sounds, over music and alone, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import VoiceSpan
from tests.fixtures.speech import spoken
from tests.tools.audio.heard import rubbish
from tests.tools.audio.signals import RATE, Signal, progression
from tools.audio.voice import find_voices, voice_curve

BAND = progression(["C:maj", "A:min", "F:maj", "G:7"] * 3)
START_S = 6.0


def voices(signal: Signal) -> list[VoiceSpan]:
    with torch.inference_mode():
        return find_voices(torch.from_numpy(signal.astype(np.float32)), RATE)


def sung(level: float = 0.4, start_s: float = START_S) -> tuple[Signal, float]:
    """The band with a voice from `start_s` on, and when that ends."""
    voice = spoken()
    mix, start = BAND.copy(), round(start_s * RATE)
    mix[start : start + len(voice)] += level * voice
    return mix, start_s + len(voice) / RATE


def frames(spans: list[VoiceSpan], seconds: float = 24.0) -> np.ndarray:
    at = np.arange(0, seconds, 0.05)
    return np.any([(at >= v.start_s) & (at < v.end_s) for v in spans], axis=0) if spans else np.zeros(len(at), bool)


@pytest.mark.parametrize("level", [0.45, 0.7, 1.0])
def test_a_voice_is_found_over_a_band(level: float) -> None:
    signal, end = sung(level)
    true, heard = frames([VoiceSpan(START_S, end, 1.0)]), frames(voices(signal))
    assert 2 * (true & heard).sum() / (true.sum() + heard.sum()) > 0.88


def test_a_voice_alone_is_found() -> None:
    voice = spoken()
    assert frames(voices(voice), len(voice) / RATE).mean() > 0.9


def test_a_band_alone_has_no_voice() -> None:
    assert voices(BAND) == []


def test_spans_are_in_order_and_inside_the_track() -> None:
    signal, end = sung()
    later = round(end * RATE) + 3 * RATE
    signal[later : later + RATE * 3] += 0.4 * spoken()[: RATE * 3]
    found = voices(signal)
    edges = [t for v in found for t in (v.start_s, v.end_s)]
    assert len(found) == 2
    assert edges == sorted(edges) and edges[0] >= 0 and edges[-1] <= 24
    assert all(0.3 < v.confidence <= 1 for v in found)


@settings(max_examples=4, deadline=None)
@given(st.floats(0.01, 1.5), st.integers(0, 3 * RATE))
def test_gain_and_time_shift_change_nothing_to_speak_of(gain: float, shift: int) -> None:
    signal, _ = sung(0.8)
    before = frames(voices(signal))
    after = frames(voices(np.roll(signal, shift) * gain))
    assert (np.roll(before, round(shift / RATE / 0.05)) == after).mean() > 0.95


def test_windows_are_heard_together_as_one_by_one() -> None:
    signal = torch.from_numpy(sung()[0].astype(np.float32))
    with torch.inference_mode():
        once = voice_curve(signal, RATE).likely
        thrice = voice_curve(signal.repeat(3), RATE).likely
    start = round(24 / (512 / 16_000))
    assert np.abs(thrice[start + 150 : 2 * start] - once[150:start]).mean() < 0.02


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_has_no_voice(name: str) -> None:
    assert voices(rubbish()[name]) == []
