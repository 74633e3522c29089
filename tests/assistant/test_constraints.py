"""Hard constraints in plain requests, as a table: what is said, and the query's fields that it sets."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from assistant.embedded.constraints import parse_constraints
from index.query import Query

SAID: list[tuple[str, dict[str, Any]]] = [
    # decades abroad
    ("aus den Achtzigern", {"year_min": 1980, "year_max": 1989}),
    ("Musik der dreißiger Jahre", {"year_min": 1930, "year_max": 1939}),
    ("80er Jahre", {"year_min": 1980, "year_max": 1989}),
    ("les années quatre-vingt", {"year_min": 1980, "year_max": 1989}),
    ("des années quatre-vingt-dix", {"year_min": 1990, "year_max": 1999}),
    ("des années 1970", {"year_min": 1970, "year_max": 1979}),
    ("de los años sesenta", {"year_min": 1960, "year_max": 1969}),
    ("canciones de los 80", {"year_min": 1980, "year_max": 1989}),
    ("degli anni '70", {"year_min": 1970, "year_max": 1979}),
    ("dos anos noventa", {"year_min": 1990, "year_max": 1999}),
    ("från åttiotalet", {"year_min": 1980, "year_max": 1989}),
    ("70-talet", {"year_min": 1970, "year_max": 1979}),
    ("nicht aus den Achtzigern", {}),
    ("pas les années 80", {}),
    # tempo
    ("between 90 and 110 bpm", {"tempo_min": 90, "tempo_max": 110}),
    ("110-90 BPM please", {"tempo_min": 90, "tempo_max": 110}),
    ("90 to 110 beats per minute", {"tempo_min": 90, "tempo_max": 110}),
    ("from 90 to 110 bpm", {"tempo_min": 90, "tempo_max": 110}),
    ("nothing over 110 bpm", {"tempo_max": 110}),
    ("not above 110 bpm", {"tempo_max": 110}),
    ("don't go over 110 bpm", {"tempo_max": 110}),
    ("nothing under 100 bpm", {"tempo_min": 100}),
    ("under 100 bpm", {"tempo_max": 100}),
    ("below 80bpm", {"tempo_max": 80}),
    ("no faster than 100 bpm", {"tempo_max": 100}),
    ("no slower than 100 bpm", {"tempo_min": 100}),
    ("faster than 120 bpm", {"tempo_min": 120}),
    ("at least 120 BPM", {"tempo_min": 120}),
    ("120 bpm or faster", {"tempo_min": 120}),
    ("100 bpm or less", {"tempo_max": 100}),
    ("120+ bpm", {"tempo_min": 120}),
    ("a tempo below 90", {"tempo_max": 90}),
    ("around 100 bpm", {"tempo_min": 95, "tempo_max": 105}),
    ("at 128 bpm", {"tempo_min": 121.6, "tempo_max": 134.4}),
    ("7 bpm", {}),
    # keys
    ("in A minor", {"key": "A", "mode": "minor"}),
    ("in the key of D", {"key": "D"}),
    ("something in E flat major", {"key": "D#", "mode": "major"}),
    ("in Bb minor", {"key": "A#", "mode": "minor"}),
    ("in B♭ major", {"key": "A#", "mode": "major"}),
    ("in F# minor", {"key": "F#", "mode": "minor"}),
    ("in F sharp minor", {"key": "F#", "mode": "minor"}),
    ("C-sharp minor pieces", {"key": "C#", "mode": "minor"}),
    ("G-flat major", {"key": "F#", "mode": "major"}),
    ("in the key of c minor", {"key": "C", "mode": "minor"}),
    ("Cb major", {"key": "B", "mode": "major"}),
    ("in a minor key", {"mode": "minor"}),
    ("but in a major key please", {"mode": "major"}),
    ("minor key only", {"mode": "minor"}),
    ("a major label band", {}),
    # years
    ("from the 80s", {"year_min": 1980, "year_max": 1989}),
    ("80's synth pop", {"year_min": 1980, "year_max": 1989}),
    ("seventies soul", {"year_min": 1970, "year_max": 1979}),
    ("the late sixties", {"year_min": 1966, "year_max": 1969}),
    ("early 90s", {"year_min": 1990, "year_max": 1993}),
    ("from the 2010s", {"year_min": 2010, "year_max": 2019}),
    ("1920s jazz", {"year_min": 1920, "year_max": 1929}),
    ("before 1990", {"year_max": 1989}),
    ("from the sixties or seventies", {"year_min": 1960, "year_max": 1979}),
    ("80s and 90s pop", {"year_min": 1980, "year_max": 1999}),
    ("the 1990s to the 2010s", {"year_min": 1990, "year_max": 2019}),
    ("after 2000", {"year_min": 2001}),
    ("since 2010", {"year_min": 2010}),
    ("from 1972", {"year_min": 1972, "year_max": 1972}),
    ("between 1970 and 1975", {"year_min": 1970, "year_max": 1975}),
    ("from 1970 to 1975", {"year_min": 1970, "year_max": 1975}),
    ("nothing older than 1990", {"year_min": 1990}),
    ("nothing newer than 1990", {"year_max": 1990}),
    ("not before 1980", {"year_min": 1980}),
    ("nothing from before 1975", {"year_min": 1975}),
    ("nothing from after 1975", {"year_max": 1975}),
    ("nothing after 1990", {"year_max": 1990}),
    # meter, length
    ("in 7/8", {"meter": "7/8"}),
    ("something in 6/8 time", {"meter": "6/8"}),
    ("in waltz time", {"meter": "3/4"}),
    ("in three-four time", {"meter": "3/4"}),
    ("under 3 minutes", {"duration_max_s": 180}),
    ("shorter than 90 seconds", {"duration_max_s": 90}),
    ("longer than 4 minutes", {"duration_min_s": 240}),
    ("no longer than 2.5 min", {"duration_max_s": 150}),
    ("at least five minutes long", {"duration_min_s": 300}),
    ("nothing longer than 4 minutes", {"duration_max_s": 240}),
    # language, number, AI, newness
    ("sung in French", {"language": "French"}),
    ("songs in Portuguese", {"language": "Portuguese"}),
    ("German lyrics", {"language": "German"}),
    ("auf Deutsch", {"language": "German"}),
    ("en español", {"language": "Spanish"}),
    ("give me three songs", {"count": 3}),
    ("show me 10 tracks", {"count": 10}),
    ("a couple of tunes", {"count": 2}),
    ("give me one", {"count": 1}),
    ("two more", {"count": 2, "fresh": True}),
    ("drei ruhige Stücke", {"count": 3}),
    ("eight tracks, from 80 bpm up to 150 bpm", {"count": 8, "tempo_min": 80, "tempo_max": 150}),
    ("a playlist for a two hour radio show", {"total_s": 7200.0}),
    ("ten rock songs, no artist twice", {"count": 10, "each": "artist"}),
    ("all by different artists", {"each": "artist"}),
    ("tres canciones tranquilas", {"count": 3}),
    ("tre brani", {"count": 3}),
    ("noch eins", {"count": 1, "fresh": True}),
    ("encore deux", {"count": 2, "fresh": True}),
    ("mais três músicas", {"count": 3, "fresh": True}),
    ("punk without swearing", {"clean": True}), ("no explicit lyrics", {"clean": True}), ("something family-friendly", {"clean": True}), ("safe for kids", {"clean": True}),
    ("a clean guitar", {}),
    ("only AI music", {"only_ai": True, "include_ai": True}),
    ("AI-generated tracks", {"only_ai": True, "include_ai": True}),
    ("include AI", {"include_ai": True}),
    ("music made with AI", {"only_ai": True, "include_ai": True}),
    ("music that is not made with AI", {"include_ai": False, "only_ai": False}),
    ("AI is fine", {"include_ai": True}),
    ("no AI please", {"include_ai": False, "only_ai": False}),
    ("human-made only", {"include_ai": False, "only_ai": False}),
    ("no AI-generated music", {"include_ai": False, "only_ai": False}),
    ("something I haven't heard", {"fresh": True}),
    ("show me more", {"fresh": True}),
    # several at once, and none
    ("three jazz tracks from the 60s under 100 bpm in F minor", {"count": 3, "year_min": 1960, "year_max": 1969, "tempo_max": 100, "key": "F", "mode": "minor"}),
    ("slow songs in French from before 1980", {"language": "French", "year_max": 1979}),
    ("something calm with piano", {}),
    ("T1 and T3", {}),
    ("the one by Kari", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields"), SAID, ids=[s for s, _ in SAID])
def test_what_is_said_is_what_is_set(text: str, fields: dict[str, Any]) -> None:
    found: dict[str, Any] = {}
    for item in parse_constraints(text):
        found |= item.fields
        assert text[item.start : item.end].strip() == item.words
    assert found == fields
    Query.model_validate(found)


@given(st.text(max_size=80))
def test_any_text_gives_a_valid_query(text: str) -> None:
    for item in parse_constraints(text):
        assert Query.model_validate(item.fields).model_dump().items() >= item.fields.items()


def test_constraints_do_not_share_words() -> None:
    found = parse_constraints("between 90 and 110 bpm, from the 90s, in A minor, three songs under 3 minutes in 3/4")
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert len(found) == 6


@pytest.mark.parametrize(
    ("text", "years"), [("rock from the last five years", 5), ("the past 10 years", 10), ("from last year", 1)]
)
def test_recent_years_count_from_today(text: str, years: int) -> None:
    fields = {k: v for c in parse_constraints(text) for k, v in c.fields.items()}
    assert fields == {"year_min": date.today().year - years}


@pytest.mark.parametrize(
    "text", ["after 95 bpm", "after 40 minutes", "before the 90s", "vor 40 Jahren", "after 5 songs"]
)
def test_numbers_that_are_no_years(text: str) -> None:
    assert not any(k in {"year_min", "year_max"} and v in {1995, 1939, 1941, 1996} for c in parse_constraints(text) for k, v in c.fields.items())  # fmt: skip
