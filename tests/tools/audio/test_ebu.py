"""The synthetic test signals of EBU Tech 3341 (loudness, true peak) and Tech 3342 (range), with their tolerances.

Made here from the published definitions, at 48 kHz. Left out: cases 7 and 8 of 3341 and 5 and 6 of 3342, which are
recordings of broadcasts, and the true-peak cases 20 to 23.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from index.profile import Loudness
from tests.tools.audio.signals import Signal, noise, sine
from tools.audio.loudness import measure_levels, programme_loudness, true_peak

RATE = 48_000
Parts = tuple[tuple[float, float], ...]


def measure(*channels: Signal, rate: int = RATE) -> Loudness:
    samples = torch.from_numpy(np.array(channels, dtype=np.float32))
    return programme_loudness(measure_levels(samples, rate), true_peak(samples, rate))


def tone(*parts: tuple[float, float]) -> Signal:
    """1 kHz at (dBFS, seconds), one after the other, in one phase; the level -inf is silence."""
    level = np.concatenate([np.full(round(seconds * RATE), 10 ** (db / 20)) for db, seconds in parts])
    return level * sine(1000, len(level) / RATE, 0, RATE)[: len(level)]


def stereo(*parts: tuple[float, float]) -> Loudness:
    return measure(*[tone(*parts)] * 2)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((-23, 20),), -23),
        (((-33, 20),), -33),
        (((-36, 10), (-23, 60), (-36, 10)), -23),
        (((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23),
        (((-26, 20), (-20, 20.1), (-26, 20)), -23),
    ],
)
def test_3341_cases_1_to_5_integrated_loudness(parts: Parts, expected: float) -> None:
    assert stereo(*parts).integrated_lufs == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("levels", [(-28, -28, -24, -30, -30), (-28, -28, -24, -10, -30, -30)])
def test_3341_case_6_surround_without_and_with_an_lfe(levels: tuple[float, ...]) -> None:
    loudness = measure(*(tone((db, 20)) for db in levels))
    assert loudness.integrated_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("seconds", [20.0, 1.0])
def test_3341_cases_1_and_2_maxima(seconds: float) -> None:
    loudness = stereo((-33, seconds))
    assert loudness.momentary_max_lufs == pytest.approx(-33, abs=0.1)
    assert loudness.short_term_max_lufs == (pytest.approx(-33, abs=0.1) if seconds > 3 else None)


def test_3341_case_9_short_term_is_constant() -> None:
    signal = tone(*[(-20, 1.34), (-30, 1.66)] * 5)
    samples = torch.from_numpy(np.array([signal, signal], dtype=np.float32))
    assert measure_levels(samples, RATE).short_term() == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("place", range(0, 20, 3))
def test_3341_case_10_the_loudest_three_seconds(place: int) -> None:
    loudness = stereo((-np.inf, place * 0.15), (-23, 3), (-np.inf, 1))
    assert loudness.short_term_max_lufs == pytest.approx(-23, abs=0.1)


def test_the_course_of_short_term_loudness_has_a_value_a_second() -> None:
    course = stereo((-23, 10), (-33, 10), (-np.inf, 6)).short_term_lufs
    assert len(course) == 26
    assert course[:9] == pytest.approx([-23] * 9, abs=0.1) and course[11:19] == pytest.approx([-33] * 8, abs=0.1)
    assert -33 < course[9] < course[8] and course[-3:] == [-70.0] * 3
    assert stereo((-23, 2.5)).short_term_lufs == []


def test_3341_case_12_momentary_is_constant() -> None:
    assert stereo(*[(-20, 0.18), (-30, 0.22)] * 25).momentary_max_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("place", range(20))
def test_3341_case_13_the_loudest_400_ms(place: int) -> None:
    loudness = stereo((-np.inf, place * 0.02), (-23, 0.4), (-np.inf, 1))
    assert loudness.momentary_max_lufs == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
)
def test_3341_cases_15_to_19_true_peak(divisor: int, degrees: float, amplitude: float, expected: float) -> None:
    t = np.arange(RATE)
    fade = np.minimum(1, np.minimum(t, t[::-1]) / 2000)
    peak = measure(amplitude * fade * np.sin(2 * np.pi * t / divisor + np.radians(degrees))).true_peak_dbtp
    assert peak is not None and expected - 0.4 <= peak <= expected + 0.2


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (((-20, 20), (-30, 20)), 10),
        (((-20, 20), (-15, 20)), 5),
        (((-40, 20), (-20, 20)), 20),
        (((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)), 15),
    ],
)
def test_3342_cases_1_to_4_loudness_range(parts: Parts, expected: float) -> None:
    assert stereo(*parts).range_lu == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 37_123, 44_100, 96_000])
def test_the_maxima_hold_at_any_rate(rate: int) -> None:
    loudness = measure(sine(1000, 4, -23, rate), sine(1000, 4, -23, rate), rate=rate)
    assert loudness.short_term_max_lufs == pytest.approx(-23, abs=0.1)
    assert loudness.momentary_max_lufs == pytest.approx(-23, abs=0.1)


def test_momentary_is_never_below_short_term_nor_short_term_below_integrated() -> None:
    loudness = measure(noise(8, 1, RATE) * np.linspace(0, 1, 8 * RATE))
    assert loudness.momentary_max_lufs is not None and loudness.short_term_max_lufs is not None
    assert loudness.integrated_lufs is not None
    assert loudness.momentary_max_lufs >= loudness.short_term_max_lufs >= loudness.integrated_lufs


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.5])
def test_silence_and_scraps_have_no_maxima(seconds: float) -> None:
    loudness = measure(np.zeros(round(seconds * RATE)))
    assert loudness == Loudness(None, None, None)
