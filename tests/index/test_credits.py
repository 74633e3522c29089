"""People who are credited and no artists: found by name, told as what they did, and AI tracks that are left out are counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.query import Query
from index.search import search

ROWS = [
    {"id": "a", "title": "Low Bridge", "artist": "Kari Vik", "caption": "A slow song.", "composer": "Tove Ansgar", "label": "Fjord & Sons"},
    {"id": "b", "title": "High Bridge", "artist": "Kari Vik", "caption": "A fast song.", "composer": "Kari Vik", "ai_status": "declared_ai"},
    {"id": "c", "title": "No Bridge", "artist": "The Ferrymen", "caption": "A loud song.", "composer": "Tove Ansgar"},
]  # fmt: skip


@pytest.fixture
def credited(tmp_path: Path, embedder: Embedder) -> Iterator[Catalogue]:
    source = tmp_path / "m.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    build(source, tmp_path / "index", lambda track: track, embedder)
    opened = Catalogue(tmp_path / "index", embedder)
    yield opened
    opened.close()


def test_a_composer_is_found_by_name_and_told_as_one(credited: Catalogue) -> None:
    (entity,) = credited.entities.link("songs written by Tove Ansgar")
    assert (entity.kind, entity.name) == ("artist", "Tove Ansgar")
    result = search(credited, Query(text="songs written by Tove Ansgar", artists=["Tove Ansgar"]))
    assert {*result.ranked[:2]} == {"a", "c"} and not result.absent
    assert [p.words for h in result.shown[:2] for p in h.proofs if p.kind == "name"] == ["Tove Ansgar (composer)"] * 2


def test_an_artist_is_no_maker(credited: Catalogue) -> None:
    assert "kari vik" in credited.entities.artists and "kari vik" not in credited.entities.makers


def test_what_is_left_out_as_ai_is_counted_for_its_artist(credited: Catalogue) -> None:
    assert search(credited, Query(text="Kari Vik", artists=["Kari Vik"])).withheld == 1
    assert search(credited, Query(text="Kari Vik", artists=["Kari Vik"], include_ai=True)).withheld == 0
    assert search(credited, Query(text="slow")).withheld == 0
