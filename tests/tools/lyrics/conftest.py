"""A desk over the catalogue of songs, and a call of one tool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.budget import TimedDesk as Desk
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.fixtures.songs import SONGS
from tools.conversation import Conversation


@pytest.fixture(scope="session")
def songs_index(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of the songs."""
    folder = tmp_path_factory.mktemp("songs")
    (folder / "songs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in SONGS), "utf-8")
    build(folder / "songs.jsonl", folder / "index", lambda track: track, embedder)
    return folder / "index"


@pytest.fixture
def songs(songs_index: Path, embedder: Embedder) -> Iterator[Catalogue]:
    """The songs, open."""
    catalogue = Catalogue(songs_index, embedder)
    yield catalogue
    catalogue.close()


@pytest.fixture
def desk(songs: Catalogue, tmp_path: Path) -> Desk:
    """A desk of a new conversation."""
    return Desk(songs, Conversation(), tmp_path / "playlists", device="cpu")
