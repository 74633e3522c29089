"""Windows cover everything, fit the limit and overlap."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.listener.windows import Window, overlap_for, plan


@given(st.floats(0.2, 5000), st.floats(10, 1200))
def test_windows_cover_the_track_fit_the_limit_and_overlap(length: float, limit: float) -> None:
    windows = plan(length, limit, overlap_for(limit))
    assert windows[0].start_s == 0 and windows[-1].end_s == length
    assert all(0 < w.length_s <= limit + 1e-6 for w in windows)
    for before, after in pairwise(windows):
        assert before.start_s < after.start_s and before.end_s < after.end_s + 1e-6
        assert before.end_s - after.start_s >= overlap_for(limit) - 1e-6
    assert len(windows) <= 1 + length / (limit - overlap_for(limit))


@given(st.floats(0.2, 600))
def test_what_fits_is_one_window(length: float) -> None:
    assert plan(length, 600, 30) == [Window(0, length)]


def test_twelve_minutes_are_two_windows_and_no_window_is_a_scrap() -> None:
    assert plan(720, 600, 30) == [Window(0, 600), Window(570, 720)]
    assert plan(601, 600, 30) == [Window(0, 600), Window(481, 601)]
    assert plan(1260, 600, 30) == [Window(0, 600), Window(570, 1170), Window(1140, 1260)]


@pytest.mark.parametrize(("length", "limit", "overlap"), [(0, 600, 30), (-1, 600, 30), (10, 30, 30), (10, 30, -1)])
def test_what_cannot_be_covered_is_refused(length: float, limit: float, overlap: float) -> None:
    with pytest.raises(ValueError, match="no windows"):
        plan(length, limit, overlap)
