"""`catalogue.sqlite`: transactions, replacement, full text in step, strangers refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.annotate import evidence_of
from index.errors import UserError
from index.sources import Rejected
from index.store import FILE, Entry, Store
from index.track import Track
from tests.index.conftest import HashEmbedder
from tests.index.test_profile_and_sound import profile


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "index", create=True)
    yield opened
    opened.close()


def entry(identity: str, caption: str, **values: object) -> Entry:
    track = Track(id=identity, caption=caption, **values)  # type: ignore[arg-type]
    return Entry(track, f"print of {caption}", HashEmbedder().embed_one(caption), evidence_of(track))


def matching(store: Store, word: str) -> list[str]:
    sql = "SELECT t.id FROM words JOIN tracks t ON t.n = words.rowid WHERE words MATCH ? ORDER BY t.id"
    return [str(row[0]) for row in store.rows(sql, (word,))]


def test_a_track_comes_back_as_it_went_in(store: Store) -> None:
    e = entry(
        "a", "Banjo and no drums.", title="T", artists=("A", "B"), year=1999, profile=profile(), language="French"
    )
    store.put([e])
    assert store.get("a") == e.track
    assert store.tracks(["a", "nobody"]) == [e.track.model_copy(update={"profile": None})]
    assert np.array_equal(store.vectors(["a"])["a"], e.vector)
    assert tuple(store.evidence(["a"])["a"]) == e.concepts
    assert [c.concept for c in e.concepts] == ["banjo"]
    assert store.get("nobody") is None
    assert store.rows("SELECT tempo_bpm, tonic, mode, meter FROM tracks") == [(120.0, "A", "minor", "4/4")]


def test_a_failed_batch_leaves_nothing(store: Store) -> None:
    store.put([entry("a", "banjo")])

    def entries() -> Iterator[Entry]:
        yield entry("a", "piano")
        yield entry("b", "flute")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        store.put(entries())
    assert store.ids() == ["a"]
    assert (matching(store, "banjo"), matching(store, "piano"), matching(store, "flute")) == (["a"], [], [])
    store.put([entry("c", "harp")])  # the store is of use afterwards
    assert store.ids() == ["a", "c"]


IDS, CAPTIONS = st.sampled_from("abcd"), st.sampled_from(["banjo", "piano", "flute"])
STEPS = st.lists(st.tuples(st.sampled_from(["put", "delete"]), IDS, CAPTIONS), max_size=12)


@settings(deadline=None, max_examples=15)
@given(STEPS)
def test_all_tables_stay_in_step_with_a_plain_dictionary(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, str]]
) -> None:
    store = Store(tmp_path_factory.mktemp("step"), create=True)
    held: dict[str, str] = {}
    for step, identity, caption in steps:
        if step == "put":
            store.put([entry(identity, caption, profile=profile())])
            held[identity] = caption
        else:
            store.delete([identity, "unknown"])
            held.pop(identity, None)
    assert store.fingerprints() == {i: f"print of {c}" for i, c in held.items()}
    for word in ("banjo", "piano", "flute"):
        assert matching(store, word) == sorted(i for i, c in held.items() if c == word)
    for table in ("profiles", "vectors", "concepts", "words"):
        assert store.rows(f"SELECT count(*) FROM {table}") == [(len(held),)]
    store.close()


def test_many_ids_are_asked_in_parts(store: Store) -> None:
    store.put(entry(f"t{i}", "banjo") for i in range(950))
    ids = [f"t{i}" for i in range(949, -1, -1)]
    assert [t.id for t in store.tracks(ids)] == ids
    assert len(store.vectors(ids)) == len(store.evidence(ids)) == 950


def test_full_text_finds_words_without_accents_and_in_other_forms(store: Store) -> None:
    store.put([entry("a", "Dancing in Montréal", title="Lettre à la mer")])
    assert matching(store, "danced") == matching(store, "montreal") == matching(store, "title:mer") == ["a"]


def test_rejections_are_replaced_as_a_whole(store: Store) -> None:
    store.set_rejected([Rejected("m:1", "x"), Rejected("m:2", "y")])
    store.set_rejected([Rejected("m:3", "z")])
    assert store.rejected() == [Rejected("m:3", "z")]


def test_no_index_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no index here"):
        Store(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE photos (n)")
    other.commit()
    other.close()
    before = (tmp_path / FILE).read_bytes()
    for create in (False, True):
        with pytest.raises(UserError, match="another program"):
            Store(tmp_path, create=create)
    assert (tmp_path / FILE).read_bytes() == before


def test_another_format_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    store.set_note("format", "0")
    store.close()
    with pytest.raises(UserError, match=r"another version .*format 0"):
        Store(tmp_path)


@pytest.mark.parametrize("content", [b"not a database" * 100, b""])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(UserError):
        Store(tmp_path)
