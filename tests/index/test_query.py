"""Queries: what is accepted and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from index.filters import constraints
from index.query import Comparison, Query


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tempo_min": 120, "tempo_max": 100}, "tempo: the lower bound 120 is above the upper bound 100"),
        ({"year_min": 2000, "year_max": 1990}, "year: the lower bound 2000 is above the upper bound 1990"),
        ({"duration_min_s": 9, "duration_max_s": 8}, "duration: the lower bound 9 is above"),
        ({"tempo_min": 5}, "tempo_min"),
        ({"key": "Bb"}, "key"),
        ({"mode": "dorian"}, "mode"),
        ({"meter": "three four"}, "meter"),
        ({"vocals": "maybe"}, "vocals"),
        ({"count": 0}, "count"),
        ({"count": 21}, "count"),
        ({"want": [""]}, "want"),
        ({"want": ["x" * 201]}, "want"),
        ({"want": ["x"] * 41}, "want"),
        ({"text": "x" * 2001}, "text"),
        ({"compare": [{"dimension": "purpler"}]}, "compare"),
        ({"compare": [{"dimension": "slower", "by": 3}]}, "compare"),
        ({"sql": "DROP TABLE tracks"}, "sql"),
    ],
)
def test_what_makes_no_sense_is_refused_and_named(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Query(**values)


def test_equal_bounds_are_a_range() -> None:
    assert Query(year_min=1994, year_max=1994, tempo_min=90, tempo_max=90).year_min == 1994


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        (Query(), False),
        (Query(text="  ", context="earlier", count=3, fresh=True, include_ai=True), False),
        (Query(text="banjo"), True),
        (Query(avoid=["drums"]), True),
        (Query(only_ai=True), True),
        (Query(compare=[Comparison(dimension="slower", to="T1")]), True),
    ],
)
def test_whether_anything_is_asked(query: Query, asks: bool) -> None:
    assert query.asks_something() is asks


def test_a_key_with_its_mode_is_one_limit() -> None:
    (only,) = constraints(Query(text="x", key="A#", mode="minor"))
    assert only.field == "key" and only.words == "in Bb minor" and only.values == ("A#", "minor")
    assert [c.field for c in constraints(Query(text="x", mode="minor"))] == ["mode"]
    assert [c.words for c in constraints(Query(text="x", key="G"))] == ["key of G"]
