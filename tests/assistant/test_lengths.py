"""Lengths as people write them: a clock, minutes and seconds, words; one length in each of its forms is one bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedded.constraints import parse_constraints


def fields(text: str) -> dict[str, object]:
    return {name: value for c in parse_constraints(text) for name, value in c.fields.items()}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("pop, maximum length one minute thirty", {"duration_max_s": 90}),
        ("no longer than eighty seconds", {"duration_max_s": 80}),
        ("must be shorter than a minute and a half", {"duration_max_s": 90}),
        ("max 1:30", {"duration_max_s": 90}),
        ("it must not exceed 1:20", {"duration_max_s": 80}),
        ("1 min 15 max", {"duration_max_s": 75}),
        ("less than 95 s", {"duration_max_s": 95}),
        ("between 2:00 and 3:00 long", {"duration_min_s": 120, "duration_max_s": 180}),
        ("from 70 to 80 seconds", {"duration_min_s": 70, "duration_max_s": 80}),
        ("between 2 and 3 minutes", {"duration_min_s": 120, "duration_max_s": 180}),
        ("nothing over 4 minutes", {"duration_max_s": 240}),
        ("max 2 minutes, 60s pop", {"duration_max_s": 120, "year_min": 1960, "year_max": 1969}),
        ("meet at 1:30 pm", {}),
        ("under 110 bpm tops", {"tempo_max": 110}),
        ("from 1970 to 1980", {"year_min": 1970, "year_max": 1980}),
        ("something three or four minutes long", {"duration_min_s": 180, "duration_max_s": 240}),
        ("no singing, about 3 minutes", {"duration_min_s": 144, "duration_max_s": 216}),
        ("about 20 minutes of piano", {"total_s": 1200}),
        ("half an hour that starts calm and ends wild", {"total_s": 1800}),
        ("an hour for a late-night show", {"total_s": 3600}),
        ("a 20 minute running order", {"total_s": 1200}),
        ("half an hour of jazz", {"total_s": 1800}),
        ("uma playlist de 20 minutos", {"total_s": 1200}),
        ("a playlist of seventy-five minutes", {"total_s": 4500}),
    ],
)
def test_a_length(text: str, meant: dict[str, object]) -> None:
    assert fields(text) == meant


@given(st.integers(1, 9), st.integers(1, 59))
def test_one_length_in_each_of_its_forms(minutes: int, seconds: int) -> None:
    total = 60 * minutes + seconds
    for form in (f"{minutes}:{seconds:02}", f"{minutes} min {seconds} s", f"{minutes} minutes and {seconds} seconds", f"{total} seconds"):  # fmt: skip
        assert fields(f"something shorter than {form}") == {"duration_max_s": total}, form
        assert fields(f"at least {form} please") == {"duration_min_s": total}, form


@given(st.text(alphabet="0123456789: minutesecondahf-", max_size=40))
def test_whatever_is_written_is_read_without_a_fault(text: str) -> None:
    assert all(
        value > 0 or value == 0 for value in fields(f"between {text} and {text}").values() if isinstance(value, float)
    )
