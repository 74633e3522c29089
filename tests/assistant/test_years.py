"""Years and decades that are ruled out, and those that are not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedded.constraints import meters_ruled_out, parse_constraints
from assistant.embedded.years import parse_years, years_ruled_out


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("jazz but nothing from 1972", {"1972"}),
        ("none from 2011", {"2011"}),
        ("six songs but none from 1968 or the seventies", {"1968", "1970s"}),
        ("nothing from 1972, 1976 or the 1980s", {"1972", "1976", "1980s"}),
        ("from the 70s, not 1977 and not 1979", {"1977", "1979"}),
        ("no eighties music please", {"1980s"}),
        ("leave out the sixties", {"1960s"}),
        ("folk from any decade except the 90s", {"1990s"}),
        ("anything but the 2000s", {"2000s"}),
        ("keine Musik aus den 80ern", {"1980s"}),
        ("rien des années 80", {"1980s"}),
        ("not the 80s, the 90s", {"1980s"}),
        ("nothing from the 60s through the 80s", {"1960s", "1970s", "1980s"}),
        ("but not the late 70s", {"1976", "1977", "1978", "1979"}),
        ("from the 60s or 80s", {"1970s"}),  # neither of the two
        ("from the 60s to the 80s", set()),
        ("from the 70s", set()),
        ("rock but from the 80s", set()),
        ("not before 1990", set()),
        ("everything from 1990 on", set()),
    ],
)
def test_years_ruled_out(text: str, out: set[str]) -> None:
    assert {name for name, *_ in years_ruled_out(text)} == out


@given(st.integers(1900, 2025), st.sampled_from(["nothing from {}", "not {}", "without {}", "none from {}", "skip {}"]))
def test_a_year_that_is_ruled_out_is_no_wish(year: int, said: str) -> None:
    text = f"something calm, {said.format(year)}"
    assert [name for name, *_ in years_ruled_out(text)] == [str(year)]
    assert not parse_years(text) and not years_ruled_out(f"something calm from {year}")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("not the 80s, the 90s", {"year_min": 1990, "year_max": 1999}),
        ("from the 70s, not 1972", {"year_min": 1970, "year_max": 1979}),
        ("songs from the 70s but not the late 70s", {"year_min": 1970, "year_max": 1979}),
        ("jazz, none in 5/4", {}),
        ("a song in 3/4 that isn't in major", {"meter": "3/4", "mode": "minor"}),
        ("not in a minor key", {"mode": "major"}),
        ("in a minor key", {"mode": "minor"}),
    ],
)
def test_what_is_left_is_a_wish(text: str, fields: dict[str, object]) -> None:
    found = [c for c in parse_constraints(text) if "count" not in c.fields]
    assert {name: value for c in reversed(found) for name, value in c.fields.items()} == fields


def test_meters_ruled_out() -> None:
    assert [name for name, *_ in meters_ruled_out("not in 4/4 or 3/4, and fast")] == ["4/4", "3/4"]
    assert not meters_ruled_out("in 4/4, not too fast")


@pytest.mark.parametrize(
    "text", ["anything from before I was born? I'm 40", "I am 40 years old, play something from before I was born", "music older than me, I'm 40"]
)  # fmt: skip
def test_before_somebody_was_born(text: str) -> None:
    assert [found.fields for found in parse_years(text)] == [{"year_max": date.today().year - 41}]


def test_an_age_alone_bounds_nothing() -> None:
    assert not parse_years("I'm 40 and like jazz") and not parse_years("what was there before I was born?")
