"""How well known tracks are, as far as a catalogue can tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.query import Query
from index.renown import Renown, renown
from index.search import search


def _built(folder: Path, rows: list[dict[str, Any]], embedder: Embedder) -> Catalogue:
    (folder / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    build(folder / "c.jsonl", folder / "index", lambda track: track, embedder)
    return Catalogue(folder / "index", embedder)


ROWS = [
    ("a1", "Harbour Light", ["Mira Solvang"]), ("a2", "Harbour Light (Live)", ["Mira Solvang"]), ("a3", "Harbour Light - Remastered", ["Nine Sails"]),
    ("b1", "Intro", ["Mira Solvang"]), ("b2", "Intro", ["Nine Sails"]), ("b3", "Intro (Live)", ["Nine Sails"]),
    ("c1", "Nowhere Man, Again", ["The Beatles, Hob Tinker"]), ("d1", None, []), ("d2", None, []),
]  # fmt: skip


def test_recordings_of_a_song_are_counted_and_a_title_of_one_word_is_shared_by_chance() -> None:
    found = renown(ROWS)
    assert {i: r.recordings for i, r in found.items()} == {"a1": 3, "a2": 3, "a3": 3, "b2": 2, "b3": 2, "c1": 1}
    assert found["c1"].known and not found["a1"].known
    assert found["a1"].words("Mira Solvang") == "one of 3 recordings of its song here"
    assert Renown(1, True).words("The Beatles") == "The Beatles is widely known"


@given(st.integers(1, 10_000), st.booleans())
def test_the_level_is_a_share_and_more_is_more(recordings: int, known: bool) -> None:
    level = Renown(recordings, known).level
    assert 0 <= level <= 1 and Renown(recordings + 1, known).level >= level
    assert Renown(recordings, True).level > Renown(recordings, False).level


@pytest.fixture(scope="module")
def covers(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("covers")
    rows = [
        {"id": i, "title": t, "artist": a[0] if a else None, "tags": ["folk"], "caption": "Folk."} for i, t, a in ROWS
    ]
    opened = _built(folder, rows, embedder)
    yield opened
    opened.close()


def test_well_known_and_little_known_are_opposite_wishes(covers: Catalogue) -> None:
    known = search(covers, Query(text="folk", want=["folk"], familiarity="well known", count=20))
    little = search(covers, Query(text="folk", want=["folk"], familiarity="little known", count=20))
    assert known.ranked[0] in {"a1", "a2", "a3", "c1"} and little.ranked[0] in {"b1", "d1", "d2"}
    assert [p.words for p in known.shown[0].proofs if p.kind == "renown"]
    assert not any(p.kind == "renown" for hit in little.shown for p in hit.proofs)
    assert not known.relaxed


def test_where_nothing_tells_it_is_said(catalogue: Catalogue) -> None:
    found = search(catalogue, Query(text="folk", want=["folk"], familiarity="well known"))
    plain = search(catalogue, Query(text="folk", want=["folk"]))
    assert found.ranked == plain.ranked and found.let_go == ["familiarity"]
    assert found.relaxed == ["well known (nothing here tells which tracks are)"]


def test_a_list_of_a_length_lasts_about_that(demoish: Catalogue) -> None:
    for total in (120.0, 600.0, 1500.0):
        found = search(demoish, Query(text="folk", want=["folk"], total_s=total))
        assert abs(sum(hit.track.duration_s or 0 for hit in found.shown) - total) < max(60, total / 20)


@pytest.fixture(scope="module")
def demoish(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("lengths")
    rows = [
        {"id": f"t{n}", "title": f"Piece {n} of it", "artist": f"Player {n}", "duration_s": 60 + 17 * n, "caption": "Folk."}
        for n in range(20)
    ]  # fmt: skip
    rows.append({"id": "x", "title": "Of no known length", "artist": "Somebody", "caption": "Folk, folk and folk."})
    opened = _built(folder, rows, embedder)
    yield opened
    opened.close()


def test_a_length_for_all_needs_lengths(covers: Catalogue, demoish: Catalogue) -> None:
    found = search(covers, Query(text="folk", want=["folk"], total_s=600))
    assert found.shown and found.let_go == ["total_s"] and "10:00 in all" in found.relaxed[0]
    assert "x" not in {hit.track.id for hit in search(demoish, Query(text="folk", want=["folk"], total_s=600)).shown}


def test_a_list_shorter_than_any_track_is_the_shortest(demoish: Catalogue) -> None:
    slow = Query(text="folk", want=["folk"], total_s=60, duration_min_s=200)
    assert [hit.track.duration_s for hit in search(demoish, slow).shown] == [213]


def test_what_no_track_has_is_named(covers: Catalogue, demoish: Catalogue) -> None:
    assert search(covers, Query(want=["folk"], year_min=1960, year_max=1969, tempo_min=90)).unknown == ["tempo", "year"]
    assert search(demoish, Query(want=["folk"], duration_min_s=9000)).unknown == []
