"""Explicit words: declared goes before noticed, a word inside a word is none, and whoever rules them out never gets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.fields import BadValue, TrackFields
from index.query import Query
from index.search import search
from index.track import Track


def track(**columns: object) -> Track:
    fields = TrackFields()
    for name, value in columns.items():
        fields.declare(name, value, f"column {name}")
    return fields.track("x")


@pytest.mark.parametrize(
    ("lyrics", "found"),
    [
        ("What the FUCK is this", "explicit"), ("so scheißegal", "explicit"), ("motherfuckers", "explicit"),
        ("Scunthorpe and Dickens in a cocktail dress", "clean"), ("a quiet sea", "clean"),
    ],
)  # fmt: skip
def test_words_of_a_sheet(lyrics: str, found: str) -> None:
    made = track(lyrics=lyrics)
    assert made.explicit == found and made.origins["explicit"].detail == "the words of its lyric sheet"


def test_what_is_declared_goes_first() -> None:
    made = track(lyrics="damn", explicit="no")
    assert made.explicit == "clean" and made.origins["explicit"].kind == "declared"
    assert track(itunesadvisory="1").explicit == "explicit" and track(title="x").explicit is None
    with pytest.raises(BadValue, match="explicit"):
        track(explicit="perhaps")


def test_who_rules_them_out_never_gets_them(tmp_path: Path, embedder: Embedder) -> None:
    rows = [
        {"id": "rude", "caption": "a loud punk song", "explicit": "yes"},
        {"id": "noticed", "caption": "a loud punk song", "lyrics": "shit happens"},
        {"id": "nice", "caption": "a quiet punk song", "explicit": "no"},
        {"id": "unknown", "caption": "a loud punk song"},
    ]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    build(tmp_path / "c.jsonl", tmp_path / "index", lambda t: t, embedder)
    catalogue = Catalogue(tmp_path / "index", embedder)
    assert set(search(catalogue, Query(text="punk")).ranked) == {"rude", "noticed", "nice", "unknown"}
    assert set(search(catalogue, Query(text="punk", clean=True)).ranked) == {"nice", "unknown"}
    starved = search(catalogue, Query(text="punk", clean=True, tempo_min=100, language="German"))
    assert set(starved.ranked) == {"nice", "unknown"} and "without explicit words" not in starved.relaxed
    catalogue.close()
