"""Verses in the catalogue and in Chroma: made at a build, following their tracks, checked, mended, and gone for good."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.store import Store
from index.sung import lacks_verses, verse_prints, verses_of
from index.vectors import VERSES, ask_canary, check_vectors, close, open_vectors
from index.withdraw import erase
from tests.fixtures.songs import SONGS
from tests.index.conftest import HashEmbedder, write_jsonl


@pytest.fixture
def index(tmp_path: Path) -> Path:
    source = write_jsonl(tmp_path / "songs.jsonl", SONGS)
    build(source, tmp_path / "index", lambda track: track, HashEmbedder())
    return tmp_path / "index"


def test_each_stanza_is_kept_once_with_its_place(index: Path) -> None:
    store = Store(index)
    sung, vectors = verses_of(store, ["s1"])
    assert [v.place for v in sung] == ["verse 1, 0:10", "the chorus, 0:40", "verse 2, 1:14"]
    assert vectors.shape == (3, 384) and {v.track for v in verses_of(store, ["s6", "s7"])[0]} == set()
    assert not lacks_verses(store)
    store.close()


def test_verses_follow_their_track(index: Path, tmp_path: Path) -> None:
    rows = [r | {"lyrics": "another sheet\nof two lines"} if r["id"] == "s1" else r for r in SONGS if r["id"] != "s2"]
    build(write_jsonl(tmp_path / "songs.jsonl", rows), index, lambda track: track, HashEmbedder())
    store = Store(index)
    assert [v.place for v in verses_of(store, ["s1", "s2"])[0]] == ["verse 1"]
    kept = {str(r[0]) for r in store.rows("SELECT words FROM sung")}
    assert "another sheet\nof two lines" in kept and not any("ferry" in words for words in kept)
    assert len(kept) == len(verse_prints(store))
    assert check_vectors(store, index) is None
    store.close()


def _as_before(index: Path) -> None:
    """The index as a version without verses left it."""
    close(index)
    db = sqlite3.connect(index / "catalogue.sqlite")
    db.executescript("DROP TRIGGER verse_gone; DROP TABLE sung; DROP TABLE verses;")
    db.close()


def test_an_index_of_an_earlier_version_opens_and_gets_its_verses_with_the_next_build(
    index: Path, tmp_path: Path
) -> None:
    _as_before(index)
    catalogue = Catalogue(index, HashEmbedder())
    assert not catalogue.tells and lacks_verses(catalogue.store) and catalogue.track("s1")
    catalogue.close()

    def annotate(track: object) -> object:
        pytest.fail("nothing is annotated again")

    report = build(tmp_path / "songs.jsonl", index, annotate, HashEmbedder())  # type: ignore[arg-type]
    catalogue = Catalogue(index, HashEmbedder())
    assert report.unchanged == len(SONGS) and catalogue.tells and check_vectors(catalogue.store, index) is None
    catalogue.close()


def test_a_damaged_collection_of_verses_is_noticed_and_mended(index: Path) -> None:
    store = Store(index)
    (first, *_) = verse_prints(store)
    vector = VERSES.vectors(store, [first])[first]
    collection = open_vectors(store, index, VERSES)._collection
    collection.update(ids=[first], embeddings=[-vector])
    assert ask_canary(store, index) == "its vectors are not those of the verses" and check_vectors(store, index)
    assert open_vectors(store, index, VERSES).nearest(vector, 1)[0].id == first
    open_vectors(store, index, VERSES)._collection.delete(ids=[first])
    assert re.fullmatch(r"it holds \d+ of \d+ verses", ask_canary(store, index) or "") and check_vectors(store, index)
    assert open_vectors(store, index, VERSES).nearest(vector, 1)[0].id == first
    assert check_vectors(store, index) is None
    store.close()


def test_a_withdrawn_song_leaves_no_verse(index: Path) -> None:
    traces = [b"s1#0", b"ferry left without", b"lighthouse keeper"]
    assert all(_found(trace, index) for trace in traces)
    close(index)
    erase(index, ["s1"])
    assert not {f.name: t for t in traces for f in index.rglob("*") if f.is_file() and t in f.read_bytes().lower()}
    store = Store(index)
    assert check_vectors(store, index) is None and not verses_of(store, ["s1"])[0]
    assert open_vectors(store, index, VERSES).nearest(VERSES.vectors(store, ["s2#0"])["s2#0"], 1)[0].id == "s2#0"
    store.close()


def _found(words: bytes, folder: Path) -> bool:
    return any(words.lower() in f.read_bytes().lower() for f in folder.rglob("*") if f.is_file())


def test_meaning_comes_from_the_indexs_own_embedder(tmp_path: Path, embedder: Embedder) -> None:
    build(write_jsonl(tmp_path / "s.jsonl", SONGS[:2]), tmp_path / "i", lambda track: track, embedder)
    catalogue = Catalogue(tmp_path / "i", embedder)
    near = catalogue.verses.nearest(embedder.embed_one("someone stands at a railway station"), 1)
    assert near[0].id == "s1#1"
    catalogue.close()
