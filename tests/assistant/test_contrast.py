"""Which of several tracks has most or least of something, and what sets them apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedded.contrast import contrast
from assistant.embedded.traits import TRAITS

SOUND: dict[str, tuple[float, float, float]] = {
    "bass_percent": (54.2, 12.0, 30.0), "mid_percent": (40.0, 80.0, 60.0), "air_percent": (5.8, 8.0, 10.0), "stereo_width": (0.05, 0.3, 0.2), "loudness_range_lu": (2.0, 9.5, 4.0),
    "percussive_percent": (61.0, 20.0, 40.0), "roughness": (0.7, 0.2, 0.4), "reverberance_s": (0.3, 2.1, 1.0), "voice_percent": (0.0, 55.0, 30.0), "onsets_per_s": (6.2, 1.5, 3.0),
}  # fmt: skip
THREE: list[dict[str, Any]] = [
    {"handle": f"T{n + 1}", "title": f"Title {n + 1}", "measured": {name: values[n] for name, values in SOUND.items()}}
    for n in range(3)
]


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("which of these has the most going on in the bass?", "T1 “Title 1” is the one with the most bass: 54 % of the energy, against 30 % for T3 and 12 % for T2."),
        ("which is the bassiest?", "T1 “Title 1” is the one with the most bass"),
        ("which one has the least low end?", "T2 “Title 2” is the one with the least bass"),
        ("which has the most treble?", "T3 “Title 3” is the one with the most treble: 10 %"),
        ("which is the widest?", "T2 “Title 2” is the widest: 0.30 of stereo width"),
        ("and which has the widest dynamic range?", "T2 “Title 2” is the most dynamic: 9.5 LU"),
        ("which is the most compressed?", "T1 “Title 1” is the flattest"),
        ("which one has the most percussion?", "T1 “Title 1” is the most percussive: 61 % of the sound"),
        ("the smoothest of them", "T2 “Title 2” is the smoothest"),
        ("which is the driest?", "T1 “Title 1” is the one with the least reverb: 0.3 s that notes ring on"),
        ("which of these has the most singing?", "T2 “Title 2” is the one with the most singing: 55 % of the time"),
        ("which is the busiest?", "T1 “Title 1” is the busiest: 6.2 a second"),
    ],
)  # fmt: skip
def test_what_was_measured_of_the_sound_is_compared(request_: str, answer: str) -> None:
    assert contrast(THREE, request_).startswith(answer)
    assert contrast(THREE, request_).count("“") == 1, "one thing was asked, and one is told"


def test_several_that_sound_alike_are_level() -> None:
    near = [
        {**card, "measured": {"bass_percent": value}} for card, value in zip(THREE, (30.1, 29.9, 12.0), strict=True)
    ]
    assert contrast(near, "which has the most bass?") == (
        "T1 “Title 1” and T2 “Title 2” are the ones with the most bass: 30 % of the energy, against 12 % for T3."
    )
    assert contrast(near[:2], "which has more bass?") == "They are level at 30 % of the energy."


def test_the_lowest_tempo_is_the_slowest() -> None:
    cards = [{"handle": f"T{n}", "title": "x", "measured": {"tempo_bpm": 90.0 + n}} for n in (1, 2, 3)]
    assert contrast(cards, "which has the lowest tempo?").startswith("T1 “x” is the slowest: 91 BPM")
    assert contrast(cards, "which has the highest bpm?").startswith("T3 “x” is the fastest: 93 BPM")


@given(st.sampled_from([t for t in TRAITS if t.of]), st.lists(st.floats(0, 100), min_size=2, max_size=6))
def test_whoever_wins_is_second_to_none(trait: Any, values: list[float]) -> None:
    name = next(n for n in (*SOUND, "brightness_hz") if trait.value({"measured": {n: 1.0}}) is not None)
    cards = [{"handle": f"T{n}", "title": f"Title {n}", "measured": {name: v}} for n, v in enumerate(values)]
    said = contrast(cards, {"bass": "the most bass", "midrange": "the most mids", "treble": "the most treble", "brightness": "the brightest", "stereo width": "the widest", "loudness range": "the most dynamic", "share of what is struck": "the most percussive", "roughness": "the roughest", "reverberance": "the most reverb", "singing": "the most singing", "density": "the busiest"}[trait.name])  # fmt: skip
    assert f"Title {values.index(max(values))}”" in said or "level" in said


def test_what_differs_is_told_with_all_values() -> None:
    one = {
        "title": "Blue Ferry",
        "handle": "T1",
        "year": 1968,
        "measured": {"tempo_bpm": 72.0, "key": "D minor", "meter": "4/4", "energy": 0.2},
    }
    two = {
        "title": "Blue Ferry",
        "handle": "T2",
        "year": 1968,
        "measured": {"tempo_bpm": 140.0, "key": "D minor", "meter": "4/4", "energy": 0.8},
    }
    said_ = contrast([one, two], "how is T1 different from T2?")
    assert said_.startswith(
        "They differ in tempo (72 BPM in T1 and 140 BPM in T2) and energy (0.20 of 1 in T1 and 0.80 of 1 in T2)."
    )
    assert contrast([one, two], "which is calmer?").endswith("is calmer: 0.20 of 1, against 0.80 of 1 for T2.")
    assert "Nothing that was measured of them differs." in contrast([one, one], "what is the difference between them?")


def test_of_several_at_the_top_all_are_named() -> None:
    cards = [{"handle": f"T{n}", "title": f"Title {n}", "year": year} for n, year in enumerate((1968, 1970, 1968), 1)]
    both = contrast(cards, "which is the oldest and which is the newest?")
    assert "are the oldest: 1968" in both and "is the newest: 1970" in both
    assert contrast(cards, "which is the oldest?").startswith("T1 “Title 1” and T3 “Title 3” are the oldest: 1968, against 1970 for T2.")  # fmt: skip
    assert contrast(cards[::2], "which is older?") == "They are level at 1968."


def test_what_cannot_be_compared_is_said() -> None:
    cards = [{"handle": f"T{n}", "title": "x", "measured": {"tempo_bpm": 90.0 + n}} for n in (1, 2)]
    assert "I compare tempo" in contrast(cards, "which one has the most chords?")
    doubtful = [cards[0], {**cards[1], "measured": {"tempo_bpm": 60.0, "tempo_confidence": 0.3}}]
    assert "The tempo of T2 is not known" in contrast([*doubtful, cards[1] | {"handle": "T3"}], "which is the slowest?")


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("are any of them bassier than T1?", "None of them has more bass than T1 “Title 1” (54 % of the energy)."),
        ("which of these are wider than the first?", "T2 “Title 2” (0.30) and T3 “Title 3” (0.20) are wider than T1 “Title 1” (0.05 of stereo width)."),
        ("is any of those drier than T1?", "None of them has less reverb than T1 “Title 1” (0.3 s that notes ring on)."),
        ("are any of them faster than the first?", "I cannot compare them: the tempo of T1 is not known."),
    ],
)  # fmt: skip
def test_those_that_go_beyond_one(request_: str, answer: str) -> None:
    assert contrast(THREE, request_) == answer


def test_whose_value_is_not_known_is_named_beside_them() -> None:
    said = contrast([*THREE, {"handle": "T4", "title": "Title 4"}], "are any of them sparser than T1?")
    assert said.startswith("T2 “Title 2” (1.5 a second) and T3 “Title 3” (3.0 a second) are sparser than T1")
    assert said.endswith(" The density of T4 is not known.")


def test_a_title_asks_for_nothing() -> None:
    cards = [{"handle": "T1", "title": "Slow River", "measured": {"tempo_bpm": 78.0}}, {"handle": "T2", "title": "Loud Enough", "measured": {"tempo_bpm": 132.0}}]  # fmt: skip
    said = contrast(cards, "what is the difference between Slow River and Loud Enough?")
    assert said.startswith("They differ in tempo (78 BPM in T1 and 132 BPM in T2).")
