"""Texture of sounds whose crest, decay, beating and clipping are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.profile import Texture
from tests.tools.audio.heard import hear, rubbish
from tests.tools.audio.signals import RATE, Signal, clicks, noise, progression, sine
from tools.audio.texture import measure_texture

MUSIC = progression(["C:maj", "A:min", "F:maj", "G:7"]) + 0.3 * noise(8)


def texture(*channels: Signal) -> Texture:
    h = hear(*channels)
    return measure_texture(h.samples, h.onsets, h.spectrum, h.levels, h.timbre, h.loudness, h.energy)


def ringing(t60_s: float, gap_s: float = 1.5) -> Signal:
    """Noise bursts that fall by 60 dB in so many seconds."""
    out, t = np.zeros(12 * RATE), np.arange(12 * RATE) / RATE
    hiss = np.random.default_rng(3).standard_normal(12 * RATE)
    for start in np.arange(0, 12, gap_s):
        since = t - start
        out += np.where(since >= 0, 0.1 * 10 ** (-3 * np.maximum(since, 0) / t60_s), 0) * hiss
    return out


def test_crest_of_a_sine_and_of_a_square() -> None:
    assert texture(sine(440, 4)).crest_db == pytest.approx(3.01, abs=0.05)
    assert texture(np.sign(sine(100, 4)) * 0.3).crest_db == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("t60", [0.3, 0.6, 1.2, 2.5])
def test_reverberance_is_the_time_of_decay(t60: float) -> None:
    assert texture(ringing(t60)).reverberance_s == pytest.approx(t60, rel=0.2)


def test_what_never_stops_has_no_reverberance() -> None:
    assert texture(sine(440, 6)).reverberance_s is None
    assert texture(noise(6)).reverberance_s is None


def test_a_semitone_is_rougher_than_a_fifth_and_a_fifth_than_a_tone() -> None:
    one, fifth, second = sine(440, 4), sine(660, 4), sine(440 * 2 ** (1 / 12), 4)
    alone, smooth, rough = (texture(x).roughness for x in (one, one + fifth, one + second))
    assert alone is not None and smooth is not None and rough is not None
    assert (
        alone == pytest.approx(0, abs=0.01) and smooth < 0.05 and rough == pytest.approx(1 - np.exp(-1 / 3), abs=0.05)
    )


def test_clipping_is_counted_and_a_loud_sine_is_not_clipped() -> None:
    clipped = texture(np.clip(sine(200, 4, 6), -1, 1))
    assert clipped.clipped_share == pytest.approx(2 / 3, abs=0.02) and "distorted" in clipped.words
    assert texture(sine(200, 4, 0)).clipped_share == 0
    assert texture(np.clip(sine(200, 4, 6), -1, 1) * 0.5).clipped_share == 0  # quiet: perhaps a square wave, who knows


def test_the_noise_floor_is_the_level_of_the_quiet_moments() -> None:
    quiet = noise(10) * np.where(np.arange(10 * RATE) % (2 * RATE) < RATE, 1, 0.01)
    loud, soft = texture(noise(10)).noise_floor_dbfs, texture(quiet).noise_floor_dbfs
    assert loud is not None and soft is not None and loud - soft == pytest.approx(40, abs=2)


def test_words_follow_the_measures() -> None:
    hits = texture(clicks(list(np.arange(0.2, 8, 0.5)), 8)).words
    assert {"bright", "airy", "dry"} <= set(hits) and "smooth" not in hits
    wide = texture(noise(5, 1), noise(5, 2)).words
    assert "wide" in wide and "loud" not in wide
    low = texture(sine(110, 5) + sine(165, 5)).words
    assert {"dark", "bass-heavy"} <= set(low) and "bright" not in low
    assert "mono" in texture(MUSIC, MUSIC).words


@settings(max_examples=5, deadline=None)
@given(st.floats(0.02, 0.9))
def test_gain_changes_only_level(gain: float) -> None:
    before, after = texture(MUSIC), texture(MUSIC * gain)
    assert after.crest_db == pytest.approx(before.crest_db, abs=0.05)
    assert after.roughness == pytest.approx(before.roughness, abs=0.01)
    assert after.reverberance_s == pytest.approx(before.reverberance_s, abs=0.1)
    level = {"loud", "hushed", "compressed"}
    assert set(after.words) - level == set(before.words) - level


def test_channels_may_change_places() -> None:
    other = MUSIC * 0.5 + noise(8, 5)
    assert texture(MUSIC, other) == texture(other, MUSIC)


@pytest.mark.parametrize("name", rubbish())
def test_rubbish_is_measured_in_plain_numbers(name: str) -> None:
    found = texture(rubbish()[name])
    json.dumps(vars(found), allow_nan=False)
    if name in ("silence", "whisper"):
        assert found == Texture() or not found.words


def test_a_scrap_has_no_words() -> None:
    assert texture(noise(1)).words == []
