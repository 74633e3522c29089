"""Titles and artists beside each other, and well-known names that are not here."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assistant.embedded.makers import with_makers, with_who_by
from index.entities import EntityIndex

ROWS = [
    ("1", "Hurt", ["Johnny Cash"], None), ("2", "Overdose", ["Hurt"], None), ("3", "Hello", ["Adele"], None), ("4", "Hometown Glory", ["Adele"], None),
    ("5", "Radioactive", ["Imagine Dragons"], None), ("6", "Radioactive", ["J.Fla"], None), ("7", "Waiting", ["Nia Pearl"], None), ("8", "Songs", ["Alice Shelton"], None),
    ("9", "Someone Like You", ["Adele"], None), ("10", "Sad Songs", ["Hurt"], None),
]  # fmt: skip


@pytest.fixture(scope="module")
def entities() -> EntityIndex:
    return EntityIndex.of(ROWS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Do you have Hurt by Johnny Cash?", {"title Hurt", "artist Johnny Cash"}),
        ("something by Hurt", {"artist Hurt"}),
        ("hello by adele", {"title Hello", "artist Adele"}),
        ("someone like you by adele", {"title Someone Like You", "artist Adele"}),
        ("songs like Hometown Glory by Adele but by a man", {"title Hometown Glory", "artist Adele"}),
        ("Radioactive but not by Imagine Dragons", {"title Radioactive", "artist Imagine Dragons"}),
        ("songs by Adele", {"artist Adele"}),
        ("sad songs by adele", {"artist Adele"}),
        ("anything by Pearl Jam?", {"artist Pearl Jam"}),
        ("anything by pearl jam?", {"artist Pearl Jam"}),
        ("rock like Alice in Chains", {"artist Alice in Chains"}),
        ("I want to take that in a new order", set()),
        ("more from Nia Pearl", {"artist Nia Pearl"}),
        ("who sings Mr. Brightside?", {"title Mr. Brightside"}),
        ("who is the singer?", set()),
        ("the lionel richie one", {"artist Lionel Richie"}),
    ],
)
def test_who_and_what_is_named(entities: EntityIndex, text: str, names: set[str]) -> None:
    found = with_makers(entities, text, entities.link(text))
    assert {f"{e.kind} {e.name}" for e in found} == names
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_maker_stands_right_behind_the_title(entities: EntityIndex) -> None:
    for text, maker in (("Hometown Glory by Adele", "Adele"), ("Hometown Glory, and more by Adele", None)):
        found = with_who_by(text, with_makers(entities, text, entities.link(text)))
        assert [(t.name, a.name) for t, a in found] == ([("Hometown Glory", maker)] if maker else [])
