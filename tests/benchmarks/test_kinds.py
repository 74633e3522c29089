"""Kinds of failure, on answers whose kind is known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.kinds import downbeat_kind, key_kind, sections_kind, tally, tempo_kind

BEATS = np.arange(0, 60, 0.5)


@pytest.mark.parametrize(
    ("bpm", "kind"),
    [(120, "right"), (240, "double"), (60, "half"), (40, "a third"), (180, "3:2"), (0, "none"), (133, "other")],
)
def test_tempo(bpm: float, kind: str) -> None:
    assert tempo_kind(bpm, 120) == kind


@pytest.mark.parametrize(("shift", "kind"), [(0, "right"), (1, "1 of 4 beats late"), (2, "2 of 4 beats late")])
def test_downbeats_that_lie_elsewhere_in_the_bar(shift: int, kind: str) -> None:
    assert downbeat_kind(BEATS, BEATS[shift::4], BEATS[::4]) == kind


def test_downbeats_of_other_bars() -> None:
    assert downbeat_kind(BEATS, BEATS[::3], BEATS[::4]) in ("here and there", "other beats or bars")
    assert downbeat_kind(BEATS, BEATS[:1], BEATS[::4]) == "none"


def test_keys_sections_and_their_tally() -> None:
    assert [key_kind(k, "C major") for k in ("C major", "G major", "A minor", "C minor", "E minor", "")] == [
        "right", "a fifth off", "relative", "parallel", "other", "none",
    ]  # fmt: skip
    assert [sections_kind(n, 10) for n in (5, 10, 20)] == ["too few", "about as many", "too many"]
    assert tally([{"key": "right"}, {"key": "relative"}, {"key": "right"}]) == {"key": {"right": 2, "relative": 1}}
