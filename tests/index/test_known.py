"""What artists are known for: a hint that ranks, is named as what it is, and never outweighs a track's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Embedder
from index.known import all_known_for, known_for
from index.query import Query
from index.search import Taste, search
from tests.index.conftest import write_jsonl

ROWS = [
    {"id": "c1", "title": "One", "artist": "Garth Brooks"},
    {"id": "c2", "title": "Two", "artist": "George Strait"},
    {"id": "j1", "title": "Three", "artist": "Miles Davis"},
    {"id": "m1", "title": "Four", "artist": "Metallica, Iron Maiden"},
    {"id": "u1", "title": "Five", "artist": "Nobody of Note"},
    {"id": "u2", "title": "Six", "artist": "Somebody Else", "genres": ["country"]},
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Catalogue:
    root: Path = tmp_path_factory.mktemp("known")
    build(write_jsonl(root / "m.jsonl", ROWS), root / "index", lambda track: track, embedder)
    return Catalogue(root / "index", embedder)


def test_every_concept_of_the_list_is_one_of_the_vocabulary() -> None:
    assert set(all_known_for(["ABBA", "Miles Davis", "Bob Marley"])) <= vocabulary().kinds.keys()


def test_names_are_known_however_they_are_written() -> None:
    assert "hip hop" in known_for("ASAP Rocky") and known_for("A$AP ROCKY") == known_for("asap rocky")
    assert known_for("beatles") == known_for("The Beatles") != ()
    assert {"metal"} <= set(known_for("Metallica feat. Nobody of Note"))
    assert known_for("Nobody of Note") == ()


def test_a_genre_finds_its_artists_behind_what_tracks_say_themselves(opened: Catalogue) -> None:
    result = search(opened, Query(text="country", want=["country"]))
    assert result.ranked[0] == "u2" and set(result.ranked[1:3]) == {"c1", "c2"}
    proof = next(h for h in result.shown if h.track.id == "c1").proofs[0]
    assert (proof.kind, proof.words, proof.concept) == ("known", "Garth Brooks", "country")


def test_a_ban_of_a_genre_is_a_ban_of_its_artists(opened: Catalogue) -> None:
    assert not {"c1", "c2", "u2"} & set(search(opened, Query(text="music", avoid=["country"])).ranked)


def test_an_artist_that_is_absent_leads_to_those_known_for_the_same(opened: Catalogue) -> None:
    result = search(opened, Query(text="songs by Alan Jackson", artists=["Alan Jackson"]))
    assert result.absent == ["Alan Jackson"] and set(result.ranked[:3]) == {"c1", "c2", "u2"}
    assert result.known == {"Alan Jackson": ["country"]}
    assert search(opened, Query(artists=["Alan Jacksen"])).known == {"Alan Jacksen": ["country"]}


def test_likes_lead_to_kin(opened: Catalogue) -> None:
    assert search(opened, Query(text="more"), Taste(liked=["c1"])).ranked[0] == "c2"
