"""Limits that a track on the screen sets."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.same import same_as, times_as_fast
from tests.assistant.states import after

MEASURED = {
    "T1": {"key": "Bb minor", "tempo_bpm": 100.0, "meter": "3/4"},
    "T2": {"key": "F# major", "tempo_bpm": None},
}


def state(**changes: Any) -> dict[str, Any]:
    base = after(**changes)
    return {**base, "tracks": [{**t, **MEASURED.get(t["handle"], {})} for t in base["tracks"]]}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("find others in that key", {"key": "A#", "mode": "minor"}),
        ("anything in the same key?", {"key": "A#", "mode": "minor"}),
        ("something at the same tempo", {"tempo_min": 96.0, "tempo_max": 104.0}),
        ("more with the same meter", {"meter": "3/4"}),
        ("what else is from the same year", {"year_min": 1968, "year_max": 1968}),
        ("etwas in derselben Tonart", {"key": "A#", "mode": "minor"}),
        ("dans la même année", {"year_min": 1968, "year_max": 1968}),
    ],
)
def test_of_what_is_talked_about(text: str, fields: dict[str, Any]) -> None:
    found = same_as(text, state(focus="T1"), ())
    assert [c.fields for c in found] == [fields]
    assert text[found[0].start : found[0].end] == found[0].words


def test_what_is_pointed_at_comes_first() -> None:
    assert same_as("in the same key as the second one", state(focus="T1"), ("T2",))[0].fields == {
        "key": "F#",
        "mode": "major",
    }


@pytest.mark.parametrize(
    "text", ["do they have the same key?", "is it in the same key?", "what key is it in?", "the same again", "in the key of D"]
)  # fmt: skip
def test_questions_set_no_limits(text: str) -> None:
    assert same_as(text, state(focus="T1"), ()) == []


def test_what_is_not_known_sets_none() -> None:
    assert same_as("at the same tempo", state(), ("T2",)) == []
    assert same_as("in the same key", state(), ("T3",)) == []
    assert same_as("in the same key", {**state(), "shown": [], "tracks": []}, ()) == []


@pytest.mark.parametrize(
    ("text", "query", "bpm"),
    [
        ("half that tempo", {"tempo_min": 114.0, "tempo_max": 126.0}, 60),
        ("double it", {"tempo_min": 114.0, "tempo_max": 126.0}, 240),
        ("twice as fast", {"text": "sad"}, 200),
        ("twice as slow, please", {"text": "sad"}, 50),
        ("half as fast", {"text": "sad"}, 50),
        ("half the speed", {"tempo_max": 80.0}, 40),
        ("half of the tracks", {"text": "sad"}, None),
        ("twice as sad", {"text": "sad"}, None),
    ],
)
def test_half_or_twice_a_tempo(text: str, query: dict[str, Any], bpm: float | None) -> None:
    found = times_as_fast(text, state(query=query, focus="T1"), ())
    assert [round(sum(c.fields.values()) / 2) for c in found] == ([bpm] if bpm else [])
    assert times_as_fast(text, state(query={"text": "sad"}, focus="T2"), ("T2",)) == []
