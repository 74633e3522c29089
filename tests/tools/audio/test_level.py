"""Loudness against EBU Tech 3341 and 3342, true peak, and the colour of known spectra."""

from __future__ import annotations

import json

import numpy as np
import pytest

from index.profile import Profile
from tests.tools.audio.signals import audio, clicks, noise, sine
from tools.audio.engine import analyze

RATE = 48_000


def stereo_tone(*parts: tuple[float, float], rate: int = RATE) -> Profile:
    """The profile of a 1 kHz tone on both channels: (dBFS, seconds) one after the other."""
    signal = np.concatenate([sine(1000, seconds, level, rate) for level, seconds in parts])
    return analyze(audio(signal, signal, rate=rate), "cpu")


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000, 96_000])
def test_a_stereo_tone_measures_its_level(rate: int) -> None:
    assert stereo_tone((-23, 5), rate=rate).loudness.integrated_lufs == pytest.approx(-23, abs=0.1)


def test_the_gates_of_ebu_3341() -> None:
    quiet, loud = (-36.0, 10.0), (-23.0, 30.0)
    silent = (-72.0, 10.0)
    assert stereo_tone(quiet, loud, quiet).loudness.integrated_lufs == pytest.approx(-23, abs=0.1)
    assert stereo_tone(silent, quiet, loud, quiet, silent).loudness.integrated_lufs == pytest.approx(-23, abs=0.1)
    uneven = stereo_tone((-26, 20), (-20, 20.1), (-26, 20))
    assert uneven.loudness.integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [(((-20, 20), (-30, 20)), 10), (((-20, 20), (-15, 20)), 5), (((-40, 20), (-20, 20)), 20)],
)
def test_the_range_of_ebu_3342(parts: tuple[tuple[float, float], ...], expected: float) -> None:
    assert stereo_tone(*parts).loudness.range_lu == pytest.approx(expected, abs=1)


def test_five_channels_weigh_by_the_standard() -> None:
    levels = (-28.0, -28.0, -24.0, -100.0, -30.0, -30.0)  # EBU 3341 case 6, with a silent LFE
    channels = [sine(1000, 10, level, RATE) for level in levels]
    assert analyze(audio(*channels, rate=RATE), "cpu").loudness.integrated_lufs == pytest.approx(-23, abs=0.1)


def test_a_peak_between_samples_is_found() -> None:
    t = np.arange(RATE)
    fade = np.minimum(1, np.minimum(t, t[::-1]) / 2000)
    quarter = 0.5 * fade * np.sin(2 * np.pi * t / 4 + np.pi / 4)  # the samples reach only 0.354
    peak = analyze(audio(quarter, rate=RATE), "cpu").loudness.true_peak_dbtp
    assert peak is not None and -6.4 < peak < -5.8


def test_silence_has_no_loudness() -> None:
    profile = analyze(audio(np.zeros(RATE * 4), rate=RATE), "cpu")
    assert profile.loudness.integrated_lufs is None and profile.loudness.true_peak_dbtp is None
    assert profile.energy.peak_s is None and profile.timbre.brightness_hz is None
    assert profile.key is None and profile.tempo.bpm is None
    assert profile.notes == ["the track is silent"]


def test_brightness_and_shares_follow_the_spectrum() -> None:
    low, middle, high = (analyze(audio(sine(hz, 15, rate=RATE), rate=RATE), "cpu").timbre for hz in (100, 1000, 8000))
    assert middle.brightness_hz == pytest.approx(1000, rel=0.1)
    assert high.brightness_hz == pytest.approx(8000, rel=0.1)
    assert (low.bass_share, middle.mid_share, high.air_share) == pytest.approx((1, 1, 1), abs=0.01)


def test_percussion_and_width() -> None:
    hits = analyze(audio(clicks(list(np.arange(0.2, 5, 0.4)), 5)), "cpu").timbre
    tone = analyze(audio(sine(440, 5)), "cpu").timbre
    assert hits.percussive_share > 0.8 and tone.percussive_share < 0.2
    wide = analyze(audio(noise(4, 1), noise(4, 2)), "cpu").timbre.stereo_width
    assert wide == pytest.approx(0.5, abs=0.03)
    assert tone.stereo_width == 0


def test_the_energy_curve_has_one_value_a_second() -> None:
    profile = stereo_tone((-40, 5), (-20, 5))
    assert len(profile.energy.curve) == 10
    assert profile.energy.curve[2] == pytest.approx(0.1, abs=0.01) and profile.energy.curve[8] > 0.99
    assert profile.energy.peak_s is not None and profile.energy.peak_s > 5


@pytest.mark.parametrize("seconds", [0.0001, 0.05, 0.2, 1.0, 3.1])
@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (11_025, 2), (37_123, 3), (192_000, 8)])
def test_any_length_rate_and_layout_is_measured(seconds: float, rate: int, channels: int) -> None:
    sound = [noise(seconds + 1 / rate, k, rate) for k in range(channels)]
    profile = analyze(audio(*sound, rate=rate), "cpu")
    assert Profile.from_dict(json.loads(json.dumps(profile.to_dict(), allow_nan=False))) == profile
    assert profile.notes


def test_a_constant_offset_and_cancelling_channels_are_noted() -> None:
    wave = sine(440, 4)
    offset = analyze(audio(wave + 0.3), "cpu")
    assert any("offset" in note for note in offset.notes)
    assert offset.loudness == analyze(audio(wave), "cpu").loudness
    opposed = analyze(audio(wave, -wave), "cpu")
    assert any("cancel" in note for note in opposed.notes) and opposed.timbre.stereo_width == 1
