"""Families of instruments in sounds made of one kind of note."""

from __future__ import annotations

import numpy as np
import pytest

from index.profile import Instrument, VoiceSpan
from tests.tools.audio.heard import hear, rubbish
from tests.tools.audio.signals import RATE, Signal, clicks, progression, thumps
from tools.audio.instruments import find_instruments

CHORDS = ["C:maj", "A:min", "F:maj", "G:7"]


def found(signal: Signal, voices: tuple[VoiceSpan, ...] = ()) -> dict[str, Instrument]:
    h = hear(signal)
    return {i.family: i for i in find_instruments(h.onsets, h.spectrum, h.salience, h.timbre, voices, h.seconds)}


def organ(pitches: list[int], each_s: float) -> Signal:
    """Notes that hold their level to the end."""
    t = np.arange(round(each_s * RATE)) / RATE
    fade = np.minimum(1, np.minimum(t, each_s - t) / 0.05)
    notes = [
        sum(np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * k * t) / k for k in range(1, 7)) * fade for p in pitches
    ]
    return 0.05 * np.concatenate(notes)


def test_struck_notes() -> None:
    t = np.arange(round(0.75 * RATE)) / RATE
    notes = [
        np.sin(2 * np.pi * 440 * 2 ** ((p - 69) / 12) * t) * np.exp(-t / 0.25)
        for p in [60, 64, 67, 72, 71, 67, 62, 65] * 2
    ]
    families = found(0.2 * np.concatenate(notes))
    assert "struck or plucked" in families and "sustained (bowed, blown or held)" not in families


def test_held_notes() -> None:
    families = found(organ([60, 64, 67, 65, 62, 60], 2.0))
    assert "sustained (bowed, blown or held)" in families and "struck or plucked" not in families
    assert "drums" not in families and "bass" not in families


def test_drums_and_the_bass_under_them() -> None:
    seconds = 8
    kit = clicks(list(np.arange(0.25, seconds, 0.5)), seconds) * 3 + thumps(list(np.arange(0, seconds, 0.5)), seconds)
    assert "drums" in found(kit)
    assert "drums" not in found(progression(CHORDS))


def test_a_voice_is_taken_over_with_its_share() -> None:
    families = found(progression(CHORDS), (VoiceSpan(1.0, 3.0, 0.8), VoiceSpan(4.0, 6.0, 0.6)))
    assert families["voice"].share == pytest.approx(0.5, abs=0.01) and families["voice"].confidence == pytest.approx(
        0.7
    )


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_has_no_instruments_but_perhaps_a_tone(name: str) -> None:
    families = found(rubbish()[name])
    assert set(families) <= ({"sustained (bowed, blown or held)"} if name in ("sine", "clipped", "constant") else set())
    assert all(np.isfinite([i.share, i.confidence]).all() for i in families.values())
