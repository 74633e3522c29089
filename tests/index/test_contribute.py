"""Tracks that artists add themselves: found at once in an open catalogue, left alone by builds, gone without a byte."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.contribute import contribute, place
from index.embed import Embedder
from index.errors import UserError
from index.ledger import Decision, Ledger
from index.query import Query
from index.search import search
from index.settle import settle
from index.track import LyricLine, Lyrics, Rights, Track
from index.withdraw import erase
from tests.fixtures.profiles import made_profile
from tests.index.conftest import write_jsonl

ROWS = [
    {"id": "a", "title": "Harbour", "artist": "Ada", "caption": "A calm piano piece at the harbour."},
    {"id": "b", "title": "Engine", "artist": "Bo", "caption": "A fast techno track with a hard kick."},
]
LINES = ("Paper lanterns over the quarry", "I am walking home along the weir", "", "Nobody waits at the quarry")
OWN = Track(
    id="own-1", title="Quarry Lanterns", artists=("Cy",), caption="A slow harmonica waltz by lantern light.",
    lyrics=Lyrics(lines=tuple(LyricLine(time_s=None, text=t) for t in LINES), source="the artist"), language="English", profile=made_profile(bpm=60.0),
)  # fmt: skip
WORDS = [b"quarry lanterns", b"harmonica waltz", b"along the weir"]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "rows.jsonl", ROWS)


@pytest.fixture
def index(tmp_path: Path, source: Path, embedder: Embedder) -> Path:
    build(source, tmp_path / "index", lambda track: track, embedder)
    return tmp_path / "index"


@pytest.fixture
def open_page(index: Path, embedder: Embedder) -> Iterator[Catalogue]:
    """A catalogue that was read before anything happened."""
    with closing(Catalogue(index, embedder)) as catalogue:
        assert found(catalogue, "harmonica waltz") != ["own-1"] and not catalogue.tells
        yield catalogue


def found(catalogue: Catalogue, text: str, **query: object) -> list[str]:
    return search(catalogue, Query.model_validate({"text": text, "count": 1, **query})).ranked[:1]


def _left(index: Path) -> list[bytes]:
    """Searched by another process: to read SQLite's files here would let go of the locks that are held on them."""
    search_all = ["grep", "-rqaiF", "--exclude=rights.jsonl"]
    return [words for words in WORDS if subprocess.run([*search_all, words.decode(), str(index)]).returncode == 0]


def test_it_is_found_at_once_where_the_index_is_open(index: Path, open_page: Catalogue, embedder: Embedder) -> None:
    contribute(index, OWN, embedder, "Cy", "you may find and play it")
    assert found(open_page, "harmonica waltz") == ["own-1"]
    assert found(open_page, "", about="walking home along a weir") == ["own-1"] and open_page.tells
    assert open_page.entities.find("artist", "Cy")
    (line,) = Ledger(index).decisions()
    assert (line.act, line.who, line.track, line.reason) == ("contribute", "Cy", "own-1", "you may find and play it")
    assert "lyrics" in line.values["what"] and line.when


def test_a_change_wins_and_brings_no_second_consent(index: Path, open_page: Catalogue, embedder: Embedder) -> None:
    contribute(index, OWN, embedder, "Cy", "yes")
    faster = OWN.model_copy(update={"profile": made_profile(bpm=170.0)})
    place(index, faster, embedder)
    assert found(open_page, "", tempo_min=165, tempo_max=175) == ["own-1"]
    assert found(open_page, "", tempo_min=55, tempo_max=65) != ["own-1"] or open_page.store.measured("own-1")["tempo_bpm"] == 170  # fmt: skip
    assert len(Ledger(index).decisions()) == 1 and len(open_page.store) == 3


def test_nothing_is_placed_without_consent(index: Path, open_page: Catalogue, embedder: Embedder) -> None:
    with pytest.raises(UserError, match="nobody consented"):
        place(index, OWN, embedder)
    with pytest.raises(UserError, match="from its source"):
        contribute(index, OWN.model_copy(update={"id": "a"}), embedder, "Cy", "yes")
    assert len(open_page.store) == 2 and Ledger(index).decisions() == [] and not _left(index)


def test_builds_leave_it_where_it_is(index: Path, source: Path, embedder: Embedder) -> None:
    contribute(index, OWN, embedder, "Cy", "yes")
    write_jsonl(source, ROWS[:1])
    report = build(source, index, lambda track: track, embedder)
    assert (report.removed, report.tracks) == (1, 2)
    with closing(Catalogue(index, embedder)) as catalogue:
        assert found(catalogue, "harmonica waltz") == ["own-1"]


def test_withdrawn_it_leaves_no_byte_and_comes_back_only_by_another_act(
    index: Path, source: Path, open_page: Catalogue, embedder: Embedder
) -> None:
    contribute(index, OWN, embedder, "Cy", "yes")
    assert found(open_page, "harmonica waltz") == ["own-1"] and _left(index) == WORDS
    Ledger(index).add([Decision("2026-11-25T10:00:00+00:00", "Cy", "withdraw", "own-1", "never mind")])
    assert open_page.track("own-1") is None and found(open_page, "harmonica waltz") != ["own-1"]
    erase(index, ["own-1"])
    assert not _left(index) and found(open_page, "harmonica waltz") != ["own-1"] and len(open_page.store) == 2
    build(source, index, lambda track: track, embedder)
    with pytest.raises(UserError, match="nobody consented"):
        place(index, OWN, embedder)
    with pytest.raises(UserError, match="withdrawn by Cy"):
        contribute(index, OWN, embedder, "Dee", "yes")
    contribute(index, OWN, embedder, "Cy", "yes, again")
    assert found(open_page, "harmonica waltz") == ["own-1"]
    assert [d.act for d in Ledger(index).decisions()] == ["contribute", "withdraw", "contribute"]


def test_what_rights_holders_decided_lasts(index: Path, open_page: Catalogue, embedder: Embedder) -> None:
    contribute(index, OWN, embedder, "Cy", "yes")
    when = "2026-11-25T10:00:00+00:00"
    Ledger(index).add([Decision(when, "label", "set", "own-1", "contract", values={"licence": "CC BY", "machine_analysis": "forbidden"})])  # fmt: skip
    settle(index, "own-1", embedder)
    place(index, OWN.model_copy(update={"rights": Rights(licence="mine")}), embedder)
    track = open_page.track("own-1")
    assert track and track.rights.licence == "CC BY" and track.profile is None
    Ledger(index).add([Decision(when, "label", "block", "own-1", "a notice")])
    contribute(index, OWN, embedder, "Cy", "yes")  # no way around it
    assert open_page.track("own-1") is None
