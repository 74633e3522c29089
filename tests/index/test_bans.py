"""Tracks that a ban is about."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.bans import banned, by_kind
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.track import Track
from tests.fixtures.profiles import made_profile
from tests.fixtures.words import ROWS

YEARS = {row["id"]: row["year"] for row in ROWS}


@pytest.mark.parametrize(
    ("ban", "first", "last"), [("1979", 1979, 1979), ("1970s", 1970, 1979), ("2010s", 2010, 2019), ("1899", 1899, 1899)]
)
def test_years_and_decades(catalogue: Catalogue, ban: str, first: int, last: int) -> None:
    assert banned(catalogue, [ban]) >= {i for i, year in YEARS.items() if first <= year <= last}
    assert all(first <= YEARS[i] <= last for i in banned(catalogue, [ban]))


def test_meters(tmp_path: Path, embedder: Embedder) -> None:
    meters = {"a": "4/4", "b": "7/8", "c": None}
    source = tmp_path / "m.jsonl"
    source.write_text(
        "".join(json.dumps({"id": i, "title": i.upper(), "caption": "Folk."}) + "\n" for i in meters), "utf-8"
    )

    def measured(track: Track) -> Track:
        return track.model_copy(update={"profile": replace(made_profile(), meter=meters[track.id])})

    build(source, tmp_path / "i", measured, embedder)
    opened = Catalogue(tmp_path / "i", embedder)
    assert (
        banned(opened, ["4/4"]) == {"a"}
        and banned(opened, ["4/4", "7/8"]) == {"a", "b"}
        and not banned(opened, ["5/4"])
    )
    opened.close()


def test_bans_as_they_are_said() -> None:
    assert by_kind(["drums", "1976", "1980s", "4/4", "20s"]) == (["1976", "the 1980s"], ["4/4"], ["drums", "20s"])
