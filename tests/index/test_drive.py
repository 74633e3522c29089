"""How driving tracks are: an order that a listener would nod at, and what "calmer" and "more energetic" come to by it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.annotate import evidence_of
from index.catalogue import Catalogue
from index.drive import drive
from index.profile import Energy, Loudness, Profile, Timbre
from index.query import Query
from index.search import Taste, search
from index.store import Entry, Store
from index.track import Track
from index.vectors import close, sync
from tests.fixtures.profiles import made_profile
from tests.index.conftest import HashEmbedder


def sounding(lufs: float | None, onsets: float, bright: float | None, struck: float) -> Profile:
    return replace(
        made_profile(),
        loudness=Loudness(lufs, 6.0, -1.0),
        energy=Energy(0.85, 8.0, onsets, 30.0, [0.5] * 60),  # the level against itself is the same in all
        timbre=Timbre(bright, struck, 0.4, 0.3, 0.5, 0.2),
    )


SOUNDS = {
    "drone": sounding(-20.0, 0.3, 900.0, 0.25),
    "solo piano": sounding(-18.0, 2.0, 1500.0, 0.25),
    "ballad": sounding(-14.5, 2.0, 2200.0, 0.3),
    "rock": sounding(-11.0, 3.5, 2800.0, 0.45),
    "metal": sounding(-8.0, 5.0, 4200.0, 0.55),
}


def test_from_a_drone_to_metal() -> None:
    driven = [drive(p) for p in SOUNDS.values()]
    assert None not in driven and driven == sorted(driven, key=float)  # type: ignore[arg-type]
    assert driven[0] is not None and driven[0] < 0.2 and driven[-1] is not None and driven[-1] > 0.85
    assert drive(sounding(None, 0.0, None, 0.0)) is None


@given(st.floats(-70, 0), st.floats(0, 40), st.none() | st.floats(0, 20_000), st.floats(0, 1))
def test_it_is_a_share_and_never_falls_with_loudness(
    lufs: float, onsets: float, bright: float | None, struck: float
) -> None:
    one, louder = (drive(sounding(level, onsets, bright, struck)) for level in (lufs, lufs + 1))
    assert one is not None and louder is not None and 0 <= one <= louder <= 1


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with closing(Store(tmp_path, create=True)) as store:
        tracks = [Track(id=name, title=name, artists=(f"{name}s",), profile=p) for name, p in SOUNDS.items()]
        vectors = HashEmbedder().embed([t.document() for t in tracks])
        store.put(Entry(t, f"f{t.id}", v, evidence_of(t)) for t, v in zip(tracks, vectors, strict=True))
        sync(store, tmp_path)
    close(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("dimension", "than", "left"),
    [
        ("more energetic", "ballad", {"rock", "metal"}),
        ("calmer", "ballad", {"drone", "solo piano"}),
        ("calmer", "solo piano", {"drone"}),
    ],
)
def test_calmer_and_more_energetic_go_by_it(index: Path, dimension: str, than: str, left: set[str]) -> None:
    with closing(Catalogue(index, HashEmbedder())) as catalogue:
        query = Query.model_validate({"compare": [{"dimension": dimension}], "like": [than]})
        found = search(catalogue, query, Taste())
    assert set(found.ranked) == left and not found.relaxed
