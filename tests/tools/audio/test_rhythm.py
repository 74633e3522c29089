"""Tempo, beats and meter on clicks whose places are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tools.audio.signals import RATE, audio, clicks, noise, progression, sine, thumps
from tools.audio.engine import analyze


def beats_at(bpm: float, seconds: float, start: float = 0.3) -> list[float]:
    return list(np.arange(start, seconds - 0.1, 60 / bpm))


@pytest.mark.parametrize("bpm", [42.0, 50.0, 63.0, 84.5, 120.0, 136.0, 190.0])
def test_beats_lie_on_the_clicks(bpm: float) -> None:
    times = beats_at(bpm, 25)
    profile = analyze(audio(clicks(times, 25)), "cpu")
    assert profile.tempo.bpm == pytest.approx(bpm, rel=0.01)
    assert profile.tempo.confidence > 0.8
    away = [min(abs(b - t) for b in profile.beats_s) for t in times]
    assert max(away) < 0.03
    assert len(profile.beats_s) == pytest.approx(len(times), abs=2)


@pytest.mark.parametrize(("meter", "count"), [("3/4", 3), ("4/4", 4)])
def test_accents_tell_the_meter(meter: str, count: int) -> None:
    times = beats_at(110, 30)
    sound = clicks(times, 30, [1.0] + [0.5] * (count - 1)) + thumps(times[::count], 30)
    profile = analyze(audio(sound), "cpu")
    assert profile.meter == meter
    away = [min(abs(d - t) for t in times[::count]) for d in profile.downbeats_s]
    assert np.mean(np.array(away) < 0.05) > 0.9


def test_three_notes_to_the_beat_are_compound() -> None:
    eighths = list(np.arange(0.3, 29.5, 0.25))
    sound = clicks(eighths, 30, [1.0, 0.15, 0.15, 0.5, 0.15, 0.15]) + thumps(eighths[::6], 30)
    profile = analyze(audio(sound), "cpu")
    assert profile.meter == "6/8"
    assert profile.tempo.bpm == pytest.approx(80, rel=0.01)


def test_the_curve_follows_a_change_of_tempo() -> None:
    times = [*np.arange(0.3, 20, 0.6), *np.arange(20.1, 40, 0.5)]
    curve = analyze(audio(clicks(times, 40)), "cpu").tempo.curve
    early = [p.bpm for p in curve if p.time_s < 14]
    late = [p.bpm for p in curve if p.time_s > 26]
    assert early and late
    assert np.median(early) == pytest.approx(100, rel=0.02)
    assert np.median(late) == pytest.approx(120, rel=0.02)


def test_harmony_alone_gives_the_downbeats() -> None:
    profile = analyze(audio(progression(["C:maj", "A:min", "F:maj", "G:maj"] * 3, bpm=100)), "cpu")
    assert profile.meter == "4/4"
    bar = 4 * 60 / 100
    away = [abs(d / bar - round(d / bar)) * bar for d in profile.downbeats_s]
    assert np.mean(np.array(away) < 0.07) > 0.8


@pytest.mark.parametrize(
    "sound",
    [
        noise(12),
        sine(220, 12),
        clicks([3.0], 12),
        clicks(list(np.random.default_rng(4).uniform(0, 19, 50)), 20),
    ],
    ids=["noise", "drone", "one click", "random clicks"],
)
def test_without_a_pulse_there_is_no_tempo(sound: np.ndarray) -> None:
    profile = analyze(audio(sound), "cpu")
    assert profile.tempo.bpm is None
    assert profile.meter is None and profile.beats_s == [] and profile.downbeats_s == []
    assert any("pulse" in note for note in profile.notes)


def test_a_time_shift_moves_the_beats() -> None:
    sound = clicks(beats_at(96, 20), 20)
    late = np.concatenate([np.zeros(round(0.2 * RATE)), sound])
    first = np.array(analyze(audio(sound), "cpu").beats_s)
    moved = np.array(analyze(audio(late), "cpu").beats_s)
    away = [np.abs(moved - (b + 0.2)).min() for b in first]
    assert np.median(away) < 0.015
