"""Songs found by what their words say, through the one search: bans, languages, AI, blocks and places."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.ledger import Decision, Ledger
from index.query import Query
from index.search import Result, Taste, search
from index.themes import elsewhere, in_english, spoken_of, telling_words
from tests.fixtures.songs import SONGS
from tests.index.conftest import write_jsonl


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("songs")
    build(write_jsonl(folder / "songs.jsonl", SONGS), folder / "index", lambda track: track, embedder)
    catalogue = Catalogue(folder / "index", embedder)
    yield catalogue
    catalogue.close()


def ids(result: Result) -> list[str]:
    return [hit.track.id for hit in result.shown]


def place(result: Result, track: str) -> str | None:
    hit = next(h for h in result.shown if h.track.id == track)
    return next(p.place for p in hit.proofs if p.kind == "verse")


@pytest.mark.parametrize(
    ("about", "first", "where"),
    [
        ("somebody waits for a train", "s1", "the chorus, 0:40"),
        ("a lighthouse", "s1", "verse 2, 1:14"),
        ("missing a boat", "s1", "verse 1, 0:10"),
        ("mourning somebody who died", "s2", "verse 1"),
        ("a suitcase", "s3", "verse 1"),
        ("o mar", "s4", "verse 1"),
        ("Muscheln", "s4", "verse 1"),
    ],
)
def test_the_verse_that_tells_is_named(songs: Catalogue, about: str, first: str, where: str) -> None:
    found = search(songs, Query(about=about))
    assert ids(found)[0] == first and place(found, first) == where


def test_no_proof_holds_a_word_of_the_verse(songs: Catalogue) -> None:
    for hit in search(songs, Query(about="the sea")).shown:
        assert {p.words for p in hit.proofs if p.kind == "verse"} <= {"tells", "comes near"}


def test_bans_languages_and_what_was_heard_count(songs: Catalogue) -> None:
    about = "being happy in the morning"
    assert "s2" in ids(search(songs, Query(about=about)))
    assert "s2" not in ids(search(songs, Query(about=about, avoid=["sad"])))
    assert ids(search(songs, Query(about="the sea", language="Portuguese"))) == ["s4"]
    assert "s1" not in ids(search(songs, Query(about="a train", fresh=True), Taste(heard=["s1"])))
    assert "s1" not in ids(search(songs, Query(about="a train", avoid=["Ada Finch"])))


def test_made_with_ai_only_when_asked_for(songs: Catalogue) -> None:
    assert "s5" not in ids(search(songs, Query(about="the sea")))
    assert "s5" in ids(search(songs, Query(about="the sea", include_ai=True)))


def test_a_caption_tells_where_no_words_are_known_and_an_instrumental_tells_nothing(songs: Catalogue) -> None:
    found = ids(search(songs, Query(about="the sea", want=["sea"])))
    assert {"s4", "s7", "s8"} <= set(found) and "s6" not in found


def test_nothing_tells_of_it(songs: Catalogue) -> None:
    assert ids(search(songs, Query(about="quantum chromodynamics"))) == []


def test_a_blocked_song_tells_nothing(songs: Catalogue) -> None:
    ledger = Ledger(songs.directory)
    ledger.add([Decision("2026-01-01T00:00:00+00:00", "label", "block", "s1", "a notice")])
    try:
        assert "s1" not in ids(search(songs, Query(about="a lighthouse")))
    finally:
        ledger.add([Decision("2026-01-01T00:00:01+00:00", "label", "unblock", "s1", "settled")])
    assert "s1" in ids(search(songs, Query(about="a lighthouse")))


def test_words_of_other_languages() -> None:
    assert in_english("das Meer", telling_words("das Meer")) == "sea"
    assert in_english("the sea", telling_words("the sea")) == "the sea"
    assert '"leuchtturm"*' in elsewhere("lighthouse", "a lighthouse")["German"]
    assert "English" not in elsewhere("lighthouse", "a lighthouse")
    french, english = "une chanson sur le pain de ma mère", "a song about pain and sorrow"
    assert '"bread"*' in elsewhere("pain", french)["English"]
    assert "English" not in elsewhere("pain", english) and '"schmerz"*' in elsewhere("pain", english)["German"]
    assert telling_words("the sea") == ["sea"] and telling_words("me and you")
    assert spoken_of("Der Koffer, der Koffer am Bahnhof", "German") == ["suitcase", "station"]
    assert spoken_of("whatever", None) == []


def test_the_list_has_seven_languages_in_each_row() -> None:
    from importlib import resources

    rows = resources.files("index").joinpath("themes.txt").read_text("utf-8").splitlines()
    assert {row.count("|") for row in rows if row.strip() and not row.startswith("#")} == {6}
