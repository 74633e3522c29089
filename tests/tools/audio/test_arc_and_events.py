"""The course of a track: its story, its curves, build-ups, drops, breaks and fades, with answers known beforehand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.profile import Energy, Key
from tests.tools.audio.signals import audio, noise, progression
from tools.audio.arc import measure_arc, story
from tools.audio.engine import analyze
from tools.audio.events import find_events

Curve = NDArray[np.float64]
EVEN = np.ones(64)


def energy(curve: list[float], peak: float | None) -> Energy:
    return Energy(0.5, 10, 3, peak, curve)


def db(*levels: tuple[float, int]) -> Curve:
    """Power a second from (dB, seconds)."""
    return np.concatenate([np.full(n, 10 ** (level / 10)) for level, n in levels])


def kinds(power: Curve, bass: Curve) -> list[tuple[str, float]]:
    onsets = list(np.arange(0, len(power), 0.5))
    return [(e.kind, e.start_s) for e in find_events(power, bass, onsets)]


def test_the_story_tells_where_it_lifts_and_peaks() -> None:
    rising = [0.1] * 32 + [0.9] * 32
    assert story(energy(rising, 40.0), EVEN) == "opens quietly, lifts at 0:32, peaks at 0:40 and ends strong"
    assert story(energy(rising, 40.0), np.r_[np.zeros(16), np.ones(48)]).startswith("opens sparse, ")
    assert story(energy(rising[::-1], None), EVEN) == "opens at full strength and falls away"


def test_a_level_or_a_very_short_track_has_no_story() -> None:
    assert story(energy([0.5, 0.61] * 20, 3.0), EVEN) == ""
    assert story(energy([0.0, 1.0], 3.0), EVEN) == ""


def test_notes_outside_the_key_make_tension() -> None:
    inside, outside = np.zeros((20, 12)), np.zeros((20, 12))
    inside[:, [0, 4, 7]] = 1
    outside[:, [1, 6, 8]] = 1
    level, bright, key = energy([0.5] * 20, 3.0), np.full(20, 1500.0), Key("C", "major", 1.0)
    calm, tense = (measure_arc(level, bright, chroma, key, []).tension for chroma in (inside, outside))
    assert min(tense) > max(calm) + 0.3


def test_brightness_is_even_in_octaves() -> None:
    level = energy([0.5] * 30, 3.0)
    hz = np.repeat([600.0, 1200.0, 2400.0], 10)
    curve = measure_arc(level, hz, np.zeros((30, 12)), None, []).brightness
    assert curve[14] - curve[4] == pytest.approx(curve[24] - curve[14], abs=0.01)


def test_silence_has_flat_curves() -> None:
    arc = measure_arc(energy([0.0] * 9, None), np.zeros(9), np.zeros((9, 12)), None, [])
    assert arc.tension == arc.density == arc.brightness == [0.0] * 9 and arc.story == ""


def test_a_fade_out_is_found_and_a_last_note_ringing_is_not() -> None:
    fade = np.concatenate([db((-12, 40)), 10 ** (np.linspace(-12, -42, 15) / 10)])
    (found,) = kinds(fade, fade)
    assert found[0] == "fade-out" and found[1] == pytest.approx(40, abs=3)
    assert find_events(fade, fade, list(np.arange(0, 40, 0.5))) == []


def test_a_break_and_the_drop_after_it() -> None:
    power = db((-12, 40), (-20, 8), (-10, 40))
    bass = db((-18, 40), (-50, 8), (-14, 40))
    assert kinds(power, bass) == [("break", 40.0), ("drop", 48.0)]


def test_a_build_up_ends_at_the_top() -> None:
    ramp = 10 ** (np.linspace(-30, -12, 12) / 10)
    power = np.concatenate([db((-30, 30)), ramp, db((-12, 30))])
    (found,) = [e for e in find_events(power, power, []) if e.kind == "build-up"]
    assert 27 <= found.start_s <= 36 and 38 <= found.end_s <= 43


@pytest.mark.parametrize("power", [db((-12, 90)), db((-120, 30)), db((-12, 3)), np.zeros(40)])
def test_an_even_track_has_no_events(power: Curve) -> None:
    assert kinds(power, power) == []


@settings(max_examples=25, deadline=None)
@given(gain_db=st.floats(-30, 10), seed=st.integers(0, 99))
def test_gain_does_not_matter_and_events_keep_in_order(gain_db: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    power = 10 ** (np.cumsum(rng.normal(0, 1.5, 80)) / 10 - 2)
    bass = power * 10 ** (rng.normal(0, 4, 80) / 10)
    gain = 10 ** (gain_db / 10)
    events = find_events(power, bass, [])
    assert [e.start_s for e in events] == sorted(e.start_s for e in events)
    assert all(0 <= e.start_s < e.end_s <= 80 and 0 <= e.confidence <= 1 for e in events)
    assert [(e.kind, e.start_s) for e in find_events(power * gain, bass * gain, [])] == [
        (e.kind, e.start_s) for e in events
    ]


def test_the_engine_hears_a_fade() -> None:
    sound = progression(["C:maj", "G:maj", "A:min", "F:maj"] * 5)
    sound[-len(sound) // 3 :] *= 10 ** (
        np.linspace(0, -40, len(sound) - (len(sound) - len(sound) // 3 - 1))[: len(sound[-len(sound) // 3 :])] / 20
    )
    assert "fade-out" in {e.kind for e in analyze(audio(sound), "cpu").events}


def test_curves_have_a_value_a_second() -> None:
    for sound, seconds in ((progression(["C:maj", "F:maj"] * 3), 12), (noise(7.5), 8)):
        profile = analyze(audio(sound), "cpu")
        arc = profile.arc
        assert {len(profile.energy.curve), len(arc.tension), len(arc.brightness), len(arc.density)} == {seconds}
        assert all(0 <= v <= 1 for curve in (arc.tension, arc.brightness, arc.density) for v in curve)
