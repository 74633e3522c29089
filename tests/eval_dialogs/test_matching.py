"""How values are compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval_dialogs.matching import mismatch, part
from eval_dialogs.schema import Match, Value

CASES: list[tuple[Any, Value, str | None]] = [
    ("Jazz", "jazz", None),
    ("Jazz", "blues", "'blues'"),
    (3, 3.0, None),
    (True, True, None),
    (True, False, "False"),
    (1, True, "True"),
    (None, "x", "'x'"),
    (["Sad", "slow"], ["sad"], None),
    (["slow"], ["sad", "slow"], "with ['sad', 'slow']"),
    ("sad", ["sad"], None),
    (None, [], None),
    (["a", "b"], Match(exact=["A", "B"]), None),
    (["a", "b"], Match(exact=["b", "a"]), "['b', 'a']"),
    (None, Match(exact=None), None),
    (0, Match(exact=None), "None"),
    (["a"], Match(excludes=["A"]), "without ['A']"),
    (["a"], Match(excludes=["b"], subset=["a"]), None),
    ("A minor", Match(regex="MINOR$"), None),
    (None, Match(regex="x"), "/x/"),
    (5, Match(min=5, max=5), None),
    (5, Match(min=6), "at least 6"),
    (5.5, Match(max=5), "at most 5"),
    ("5", Match(max=9), "at most 9"),
    (True, Match(min=0), "at least 0"),
    (["a", "b"], Match(min_length=2, max_length=2), None),
    ("abc", Match(max_length=2), "2 long at most"),
    (None, Match(min_length=1), "1 long at least"),
    ([], Match(given=True), "a value"),
    (0, Match(given=True), None),
    ("x", Match(given=False), "no value"),
    ([{"dimension": "slower", "to": "T1"}], Match(subset=[{"to": "t1", "dimension": "SLOWER"}]), None),
]


@pytest.mark.parametrize(("value", "wanted", "expected"), CASES)
def test_each_way_holds_and_does_not(value: Any, wanted: Value, expected: str | None) -> None:
    assert mismatch(value, wanted) == expected


@pytest.mark.parametrize(("path", "found"), [("a", 1), ("b.1.c", 2), ("b.-1.c", 2)])
def test_the_way_to_a_part(path: str, found: int) -> None:
    assert part({"a": 1, "b": [{"c": 0}, {"c": 2}]}, path) == found


@pytest.mark.parametrize("path", ["", "x", "a.b", "b.2", "b.x", "b.0.d", "b..c"])
def test_there_is_no_such_part(path: str) -> None:
    with pytest.raises(LookupError):
        part({"a": 1, "b": [{"c": 0}]}, path)


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False)


@given(PLAIN | st.lists(PLAIN) | st.dictionaries(st.text(), PLAIN))
def test_a_value_is_itself(value: Any) -> None:
    assert mismatch(value, Match(exact=value)) is None


@given(st.lists(PLAIN), st.data())
def test_a_part_of_a_list_is_in_it_and_cannot_be_ruled_out(value: list[Any], data: st.DataObject) -> None:
    part = data.draw(st.lists(st.sampled_from(value))) if value else []
    assert mismatch(value, part) is None
    assert (mismatch(value, Match(excludes=part)) is None) == (not part)
