"""Names of the catalogue in a text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.entities import EntityIndex, name_key
from tests.fixtures.words import ROWS

MORE = [
    ("m1", "Clocks", ["Eric Clapham"], "Unplugged at Home"),
    ("m2", "Help Me Now", ["The The"], None),
    ("m3", "Yes", ["Yes"], None),
    ("m4", "Svefn (Live)", ["Sigrún Rós"], "Ágætis"),
    ("m5", "Undertow", ["Led Zephyr"], None),
    ("m7", "Grave Meridian Blues", ["Hob Tinker"], None),
    ("m8", "Late", ["Ada Springfield"], None),
    ("m9", "Later", ["Ada Springfield, Hob Tinker"], None),
    ("n1", "Bray", ["Jay D"], None),
    ("n2", "A Guest", ["Snoop"], None),
    *((f"s{n}", f"Kennel {n}", ["Snoop Doggins"], None) for n in range(5)),
    ("b1", "Sand", ["The Beach Boys"], None),
    ("b2", "King", ["Of Monsters and Men"], None),
    ("b3", "Fri", ["Fridayy"], None),
    ("b4", "Wool", ["Grandpa Read"], None),
    ("b5", "Oak", ["Frances"], None),
    ("b6", "Elm", ["AMUSIK"], None),
    ("b7", "Ash", ["Música Instrumental de Ayer"], None),
    ("m6", "Common Ground", ["AnneMarie & Jo Banner"], None),
]


@pytest.fixture(scope="module")
def names() -> EntityIndex:
    rows = [(r["id"], r["title"], [r["artist"]], r["album"]) for r in ROWS]
    return EntityIndex.of([*rows, *MORE])


def found(names: EntityIndex, text: str) -> list[tuple[str, str]]:
    return [(e.kind, e.name) for e in names.link(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("something by Mira Solvang", [("artist", "Mira Solvang")]),
        ("do you have mira solvang", [("artist", "Mira Solvang")]),
        ("play some Mira Solwang", [("artist", "Mira Solvang")]),
        ("songs by Tiago Venancio", [("artist", "Tiago Venâncio")]),
        ("music like quay street nine", [("artist", "The Quay Street Nine")]),
        ("tracks by grave meridian and volt parade", [("artist", "Grave Meridian"), ("artist", "Volt Parade")]),
        ("anything by voltparade", [("artist", "Volt Parade")]),
        ("I love Clapham", [("artist", "Eric Clapham")]),
        ("more from Led Zeph", [("artist", "Led Zephyr")]),
        ("songs by Jo Banner", [("artist", "Jo Banner")]),
        ("add some Grave Meridian blues songs", [("artist", "Grave Meridian")]),
        ("the song Grave Meridian Blues", [("title", "Grave Meridian Blues")]),
        ("could we have some of Springfield's", [("artist", "Ada Springfield")]),
        ("add some of springfeld's as well", [("artist", "Ada Springfield")]),
        ("songs like those of Lexi Jayde, and Yes", []),
        ("something by The Unheard Of Median", []),
        ("some from snoopy", [("artist", "Snoop Doggins")]),
        ("the song Glass Cathedral", [("title", "Glass Cathedral")]),
        ("play lettre a la mer", [("title", "Lettre à la mer")]),
        ("the song Feira", [("title", "Feira")]),
        ('what about "Clocks"', [("title", "Clocks")]),
        ("the song Svefn", [("title", "Svefn")]),
        ("songs by Yes", [("artist", "Yes")]),
        ("songs by The The", [("artist", "The The")]),
        ("the album Carnet", [("album", "Carnet")]),
    ],
)
def test_names_are_found(names: EntityIndex, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(names, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, please, something calm",
        "can you help me now with something happy",
        "something for a rainy sunday evening",
        "what is the key of this song?",
        "clocks are ticking in the background",
        "play something by the sea, slower and darker",
        "no drums, but a banjo",
        "the second one, and why did you choose it?",
        "Musik für eine Party",
        "una hora de música para una fiesta",
    ],
)
def test_everyday_words_name_nobody(names: EntityIndex, text: str) -> None:
    assert found(names, text) == []


@given(st.text(max_size=120))
def test_any_text_gives_names_in_order_at_their_places(names: EntityIndex, text: str) -> None:
    linked = names.link(text)
    assert all(0 <= e.start < e.end <= len(text) for e in linked)
    assert all(a.end <= b.start for a, b in itertools.pairwise(linked))


@given(st.sampled_from([r["artist"] for r in ROWS]), st.sampled_from(["by {}", "songs by {} please", '"{}"', "by {}."]))
def test_every_artist_is_found_exactly_after_by(names: EntityIndex, artist: str, frame: str) -> None:
    [entity] = names.link(frame.format(artist))
    assert (entity.kind, entity.name, entity.score) == ("artist", artist, 1.0)


def test_find_gives_the_catalogues_spelling_and_tracks(names: EntityIndex) -> None:
    assert names.find("artist", "MIRA SOLVANG") == ("Mira Solvang", {"w01", "w02"})
    assert names.find("artist", "Quay Street Nine") == ("The Quay Street Nine", {"w05", "w06"})
    assert names.find("artist", "VoltParade") == ("Volt Parade", {"w03", "w04"})
    assert names.find("title", "paper boat") == ("Paper Boats", {"w02"})
    assert names.find("album", "etudes for nobody") == ("Études for Nobody", {"w13", "w14"})
    assert names.find("artist", "Somebody Else Entirely") is None
    assert names.find("artist", "...") is None


def test_names_are_compared_without_article_accent_and_and() -> None:
    assert name_key("The Söngs & Sons") == name_key("songs and sons") == "songs sons"
    assert name_key("The The") == "the the"


def test_a_title_of_musical_words_is_found_when_it_is_written_as_a_name() -> None:
    names = EntityIndex.of([("a", "Battle Epic", ["Doug"], None)])
    assert [e.name for e in names.link("how is Battle Epic structured?")] == ["Battle Epic"]
    assert names.link("an epic battle epic") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("without the Beach Boys", [("artist", "The Beach Boys")]),
        ("no Beach Boys songs", [("artist", "The Beach Boys")]),
        ("music for the beach, boys", []),
        ("songs by men", []),
        ("songs by Of Monsters and Men", [("artist", "Of Monsters and Men")]),
        ("Friday night songs", []),
        ("songs by Fridayy", [("artist", "Fridayy")]),
        ("Read me the list", []),
        ("music from France", []),
    ],
)
def test_everyday_words_are_names_where_they_are_written_as_names(
    names: EntityIndex, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(names, text) == expected
