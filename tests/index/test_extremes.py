"""The most of something among all that meet the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.query import Query
from index.search import search
from index.track import Track
from tests.fixtures.profiles import made_profile


@pytest.fixture
def measured(tmp_path: Path, embedder: Embedder) -> Catalogue:
    """Five tracks of 80 to 160 BPM, of 1990 to 1994; the odd ones are waltzes, the last is declared as made with AI."""
    rows = "\n".join(
        f'{{"id": "t{n}", "title": "Track {n}", "year": {1990 + n}, "genres": "{"Waltz" if n % 2 else "Rock"}", "contains_ai": "{"all" if n == 4 else "none"}"}}'
        for n in range(5)
    )
    (tmp_path / "rows.jsonl").write_text(rows)

    def annotate(track: Track) -> Track:
        return track.model_copy(update={"profile": made_profile(bpm=80.0 + 20 * int(track.id[1:]))})

    build(tmp_path / "rows.jsonl", tmp_path / "index", annotate, embedder)
    return Catalogue(tmp_path / "index", embedder)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"most": "fastest"}, ["t3", "t2", "t1"]),
        ({"most": "slowest"}, ["t0", "t1", "t2"]),
        ({"most": "oldest"}, ["t0", "t1", "t2"]),
        ({"most": "fastest", "want": ["waltz"]}, ["t3", "t1"]),
        ({"most": "fastest", "avoid": ["waltz"]}, ["t2", "t0"]),
        ({"most": "newest", "tempo_max": 110.0}, ["t1", "t0"]),
        ({"most": "fastest", "include_ai": True}, ["t4", "t3", "t2"]),
        ({"most": "oldest", "want": ["bagpipe"]}, []),
    ],
)
def test_the_most_of_all(query: dict[str, object], ids: list[str], measured: Catalogue) -> None:
    found = search(measured, Query.model_validate({"count": 3, **query}))
    assert [hit.track.id for hit in found.shown] == ids
    measured.close()


def test_the_value_is_the_proof(measured: Catalogue) -> None:
    (hit,) = search(measured, Query(most="fastest", count=1)).shown
    assert (hit.proofs[0].kind, hit.proofs[0].field, hit.proofs[0].words) == ("measured", "tempo", "140 BPM")
    measured.close()


def test_what_was_never_measured_has_no_most(catalogue: Catalogue) -> None:
    assert search(catalogue, Query(most="loudest")).shown == []
    assert [h.track.year for h in search(catalogue, Query(most="oldest", count=3)).shown] == sorted(h.track.year for h in search(catalogue, Query(most="oldest", count=3)).shown if h.track.year)  # fmt: skip
