"""Beats, bars, tempo and rhythm out of activations and onsets whose answers are known; no network."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tools.audio.beats import track_beats
from tools.audio.meter import lay_bars, meter_spans
from tools.audio.onsets import Onsets
from tools.audio.pulse import METERS, PERIODS_S, Heard
from tools.audio.rhythm import describe_rhythm
from tools.audio.tempo import describe_tempo, tempo_course

Curve = NDArray[np.float64]
FPS = 50.0


def hearing(beats: Curve, downs: Curve, seconds: float, triple: float = 0.0, sure: float = 0.9) -> Heard:
    """What a network would hear of these beats (seconds), without a thought on period or meter."""
    frames = round(seconds * FPS)
    rows = -(-frames // 4)
    curves = []
    for times in (beats, downs):
        away = np.abs(np.arange(frames)[:, None] / FPS - times).min(1, initial=9.0) * FPS
        curves.append(0.01 + (sure - 0.01) * np.clip(1.5 - away, 0, 1))
    flat = np.full((rows, len(PERIODS_S)), -np.log(len(PERIODS_S)))
    meters = np.full((rows, len(METERS)), -np.log(len(METERS)))
    return Heard(curves[0], curves[1], flat, meters, np.full(rows, triple), FPS)


def steady(bpm: float, seconds: float, start: float = 0.4) -> Curve:
    return np.arange(start, seconds - 0.2, 60 / bpm)


@pytest.mark.parametrize("bpm", [44.0, 60.0, 97.3, 128.0, 174.0, 250.0])
def test_steady_beats_come_back(bpm: float) -> None:
    beats = steady(bpm, 40)
    found = track_beats(hearing(beats, beats[::4], 40)).times
    assert len(found) == len(beats)
    assert np.abs(found - beats).max() < 0.012
    assert describe_tempo(found, 0.9).bpm == pytest.approx(bpm, rel=0.005)


def test_unheard_beats_are_bridged() -> None:
    beats = steady(100, 40)
    kept = np.delete(beats, [10, 11, 23, 30, 41])
    found = track_beats(hearing(kept, kept[:0], 40)).times
    assert len(found) == len(beats)
    assert np.abs(found - beats).max() < 0.06


def test_false_beats_between_are_left_out() -> None:
    beats = steady(80, 40)
    more = np.sort(np.append(beats, beats[[5, 12, 20, 33]] + 0.31))
    found = track_beats(hearing(more, beats[::4], 40)).times
    assert np.abs(found - beats).max() < 0.02


def believing(heard: Heard, bpm: float, rows: slice) -> None:
    """The network believes mostly in this tempo there."""
    with_it = np.exp(-0.5 * ((np.log(60 / bpm) - np.log(PERIODS_S.numpy())) / 0.05) ** 2)
    share = 0.4 / len(PERIODS_S) + 0.6 * with_it / with_it.sum()
    heard.period[rows] = np.log(share)


@pytest.mark.parametrize(("slow_share", "told"), [(0.7, 120.0), (0.2, 240.0)])
def test_taps_do_not_double_with_the_arrangement(slow_share: float, told: float) -> None:
    """Offbeats that sound like beats, and a belief that goes with the hats: one way to tap holds for the whole track."""
    taps = steady(240, 60)
    heard = hearing(taps, taps[::8], 60)
    heard.beat[:] = np.minimum(heard.beat, np.maximum(hearing(taps[::2], taps[:0], 60).beat, 0.6))
    believing(heard, 240, slice(None))
    parts = np.array_split(np.arange(len(heard.period)), 10)
    for part in parts[: round(10 * slow_share)]:
        believing(heard, 120, slice(part[0], part[-1] + 1))
    found = track_beats(heard)
    assert np.abs(60 / np.diff(found.times) / told - 1).max() < 0.08
    tempo = describe_tempo(found.times, 0.9, found.level)
    assert tempo.bpm == pytest.approx(told, rel=0.005)
    assert 0.55 < tempo.confidence < 0.85  # that it is this and not its double or half is not clear


def test_a_clear_pulse_is_told_for_sure() -> None:
    heard = hearing(steady(120, 60), steady(120, 60)[::4], 60)
    believing(heard, 120, slice(None))
    assert track_beats(heard).level > 0.9


def test_a_tempo_that_really_changes_is_followed() -> None:
    one, two = steady(80, 30), steady(140, 30) + 30
    heard = hearing(np.append(one, two), one[:0], 60)
    half = len(heard.period) // 2
    believing(heard, 80, slice(None, half))
    believing(heard, 140, slice(half, None))
    found = track_beats(heard).times
    assert np.abs(np.append(one, two)[:, None] - found).min(1).max() < 0.03 and len(found) <= len(one) + len(two) + 1


def test_nothing_heard_gives_no_beats() -> None:
    found = track_beats(hearing(np.zeros(0), np.zeros(0), 20))
    assert len(found.times) == 0 and found.confidence == 0
    assert describe_tempo(found.times, found.confidence).bpm is None


def test_a_break_does_not_carry_the_phase_over() -> None:
    one, two = steady(120, 20), steady(120, 20) + 30.27
    found = track_beats(hearing(np.append(one, two), one[:0], 51)).times
    away = np.abs(np.append(one, two)[:, None] - found).min(1)
    assert away.max() < 0.02


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("pick_up", [0, 1])
def test_each_count_of_beats_to_the_bar(count: int, pick_up: int) -> None:
    beats = steady(120, 60)
    bars = lay_bars(hearing(beats, beats[pick_up::count], 60), beats)
    assert (np.flatnonzero(bars.positions == 0) == np.arange(pick_up, len(beats), count)).all()
    assert set(bars.counts) == {count}


def test_a_short_bar_moves_the_downbeats() -> None:
    beats = steady(120, 60)
    downs = np.append(np.arange(0, 49, 4), np.arange(50, len(beats), 4))
    bars = lay_bars(hearing(beats, beats[downs], 60), beats)
    assert (np.flatnonzero(bars.positions == 0) == downs).all()
    assert bars.meter == "4/4"
    assert [span.meter for span in meter_spans(bars, beats, 60.0)] == ["4/4"]


def test_a_change_of_meter_is_reported_once() -> None:
    beats = steady(120, 80)
    downs = np.append(np.arange(0, 80, 4), np.arange(80, len(beats), 3))
    spans = meter_spans(lay_bars(hearing(beats, beats[downs], 80), beats), beats, 80.0)
    assert [span.meter for span in spans] == ["4/4", "3/4"]
    assert spans[0].end_s == pytest.approx(beats[80], abs=0.05) == spans[1].start_s
    assert all(span.confidence > 0.7 for span in spans)


@pytest.mark.parametrize(
    ("bpm", "count", "triple", "name"),
    [(60, 2, 1.0, "6/8"), (60, 4, 1.0, "12/8"), (100, 2, 0.0, "2/4"), (120, 5, 0.0, "5/4"), (240, 7, 0.0, "7/8")],
)
def test_meters_are_named_as_on_a_score(bpm: float, count: int, triple: float, name: str) -> None:
    beats = steady(bpm, 60)
    assert lay_bars(hearing(beats, beats[::count], 60, triple), beats).meter == name


def test_the_course_of_the_tempo() -> None:
    generator = np.random.default_rng(3)
    even = steady(100, 80)
    place = np.arange(140)
    slowing = np.cumsum(60 / (120 - 30 * place / 140))
    stepping = np.cumsum(np.where(place < 70, 0.6, 0.5))
    rubato = np.cumsum(0.6 * np.exp(generator.normal(0, 0.12, 140)))
    assert tempo_course(even) == "steady"
    assert tempo_course(even + generator.normal(0, 0.008, len(even))) == "steady"
    assert tempo_course(slowing) == "drifting"
    assert tempo_course(stepping) == "stepped"
    assert tempo_course(rubato) == "free"
    assert tempo_course(even[:8]) is None


def curves_of(times: Curve, seconds: float, levels: Curve | None = None) -> Onsets:
    """Onset curves with a spike at each time."""
    frames = round(seconds * 100)
    levels = np.ones(len(times)) if levels is None else levels
    near = np.abs(np.arange(frames)[:, None] / 100 - times) * 100
    strength = torch.from_numpy((np.clip(1.5 - near, 0, 1) * 4 * levels).max(1))
    return Onsets(strength, strength, torch.zeros(frames, 64), 100.0)


@pytest.mark.parametrize("share", [0.5, 0.58, 0.62, 2 / 3])
def test_swing_is_the_share_of_the_first_eighth(share: float) -> None:
    beats = steady(120, 40)
    times = np.sort(np.append(beats, beats + share * 0.5))
    bars = lay_bars(hearing(beats, beats[::4], 40), beats)
    rhythm = describe_rhythm(bars, beats, curves_of(times, 40), list(times), 40)
    assert rhythm.swing == pytest.approx(share, abs=0.02)
    assert rhythm.swing_confidence > 0.5
    assert rhythm.regularity is not None and rhythm.regularity > 0.9


def test_triplets_and_quarters_do_not_swing() -> None:
    beats = steady(120, 40)
    bars = lay_bars(hearing(beats, beats[::4], 40), beats)
    triplets = np.sort(np.concatenate([beats, beats + 1 / 6, beats + 1 / 3]))
    assert describe_rhythm(bars, beats, curves_of(triplets, 40), list(triplets), 40).swing is None
    assert describe_rhythm(bars, beats, curves_of(beats, 40), list(beats), 40).swing is None


def test_scattered_onsets_are_irregular() -> None:
    beats = steady(120, 60)
    times = np.sort(np.random.default_rng(0).uniform(0, 59, 200))
    bars = lay_bars(hearing(beats, beats[::4], 60), beats)
    rhythm = describe_rhythm(bars, beats, curves_of(times, 60), list(times), 60)
    assert rhythm.regularity is not None and rhythm.regularity < 0.35


def test_the_cost_is_linear_in_the_length() -> None:
    def cost(seconds: float) -> float:
        beats = steady(100, seconds)
        heard = hearing(beats[:200], beats[:200:4], seconds)
        began = time.process_time()
        track_beats(heard)
        return time.process_time() - began

    cost(20)
    assert cost(1200) < 30 * cost(120) + 0.2
