"""An open catalogue: the store, the vector index, the embedder and the names, behind one object."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path

import numpy as np

from index.embed import Embedder, Vectors
from index.entities import EntityIndex
from index.errors import UserError
from index.ledger import Ledger
from index.renown import Renown, renown
from index.rerank import Reranker
from index.sound import Sounds
from index.store import Store
from index.sung import has_verses
from index.table import Table
from index.track import Track
from index.vectors import VERSES, VectorIndex, close, open_vectors
from index.versions import is_derived
from index.words import odd_words


class Catalogue:
    """Opens an index for reading; raises `UserError` when the directory holds none."""

    def __init__(self, directory: Path, embedder: Embedder | None = None, reranker: Reranker | None = None) -> None:
        self.directory = directory
        self.store = Store(directory)
        self.ledger = Ledger(directory)
        self.embedder = embedder or Embedder()
        self.reranker = reranker
        self._read = _Read(self.store, directory)
        made_by = self.store.note("embedder")
        if made_by not in (None, self.embedder.name):
            self.store.close()
            raise UserError(
                f"{directory}: embedded with {made_by}, but this program embeds with {self.embedder.name}; build it again"
            )

    @property
    def revision(self) -> str | None:
        """Which state of the index is read; another one after a track was added, changed or taken out."""
        return self._read.revision

    def follow(self) -> None:
        """Notices what was added, changed or taken out since, by whichever program, and reads it when it is asked for."""
        if self.store.note("revision") != self._read.revision:
            close(self.directory)
            self._read = _Read(self.store, self.directory)

    def snapshot(self) -> Catalogue:
        """The catalogue as it is at this moment: rows of its tables keep their places, whatever happens meanwhile."""
        self.follow()
        return copy(self)

    @property
    def vectors(self) -> VectorIndex:
        """Chroma, checked and if need be rebuilt on first use."""
        return self._read.vectors

    @property
    def verses(self) -> VectorIndex:
        """The verses of its lyric sheets in Chroma, checked likewise."""
        return self._read.verses

    @property
    def tells(self) -> bool:
        """Whether songs can be found here by what their words say."""
        return self._read.tells

    @property
    def entities(self) -> EntityIndex:
        """Artists, titles and albums of the catalogue."""
        return self._read.entities

    @property
    def derived(self) -> frozenset[str]:
        """Tracks whose names say that they imitate somebody else's recording (karaoke, tribute, ...)."""
        return self._read.derived

    @property
    def renown(self) -> Mapping[str, Renown]:
        """How well known its tracks are, where anything tells."""
        return self._read.renown

    def spells(self, word: str) -> bool:
        """Whether a name or an identity here holds a word that is written like no other ("A$AP", "GoonRock", "q9zAlMM-A9I")."""
        return word in self._read.oddities

    @property
    def sounds(self) -> Sounds:
        """How the measured tracks sound."""
        return self._read.sounds

    @property
    def table(self) -> Table:
        """What ranking looks at of every track."""
        return self._read.table

    def track(self, identity: str) -> Track | None:
        """A track with its profile; None for one that is not here or is blocked."""
        return None if identity in self.ledger.blocked() else self.store.get(identity)

    def centroid(self, ids: Sequence[str]) -> Vectors | None:
        """Mean of the tracks' unit vectors, of unit length; None when none of them is known."""
        table = self.table
        rows = table.rows(ids)
        if not len(rows):
            return None
        mean: Vectors = table.vectors[rows].mean(0)
        return (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)

    def close(self) -> None:
        """Closes the store's file."""
        self.store.close()


class _Read:
    """What is kept in memory of one state of an index, each part read on first use."""

    def __init__(self, store: Store, directory: Path) -> None:
        self._store, self._directory = store, directory
        self.revision = store.note("revision")

    @cached_property
    def vectors(self) -> VectorIndex:
        return open_vectors(self._store, self._directory)

    @cached_property
    def verses(self) -> VectorIndex:
        return open_vectors(self._store, self._directory, VERSES)

    @cached_property
    def tells(self) -> bool:
        return has_verses(self._store) and bool(self._store.rows("SELECT 1 FROM verses LIMIT 1"))

    @cached_property
    def entities(self) -> EntityIndex:
        return EntityIndex.of(self._named, self._credited)

    @property
    def _credited(self) -> Iterator[tuple[str, str]]:
        """Identity of a track, and somebody who is credited on it; not whose rights it is."""
        rows = self._store.rows(
            "SELECT tracks.id, json_extract(credit.value, '$.name') FROM tracks, json_each(tracks.json, '$.rights.credits') AS credit"
            " WHERE json_extract(credit.value, '$.role') != 'copyright'"
        )
        return ((str(i), str(name)) for i, name in rows)

    @property
    def _named(self) -> Iterator[tuple[str, str | None, list[str], str | None]]:
        """Identity, title, artists and album of every track."""
        rows = self._store.rows(
            "SELECT id, json_extract(json, '$.title'), json_extract(json, '$.artists'), json_extract(json, '$.album') FROM tracks ORDER BY n"
        )
        for i, title, artists, album in rows:
            yield (
                str(i),
                None if title is None else str(title),
                json.loads(str(artists)),
                None if album is None else str(album),
            )

    @cached_property
    def derived(self) -> frozenset[str]:
        rows = self._store.rows(
            "SELECT t.id, w.title || ' ' || coalesce(w.artists, '') || ' ' || coalesce(w.album, '') FROM words w JOIN tracks t ON t.n = w.rowid"
        )
        return frozenset(str(i) for i, names in rows if names and is_derived(str(names)))

    @cached_property
    def renown(self) -> Mapping[str, Renown]:
        return renown((i, title, artists) for i, title, artists, _ in self._named)

    @cached_property
    def oddities(self) -> frozenset[str]:
        names = (" ".join((i, title or "", *artists, album or "")) for i, title, artists, album in self._named)
        return frozenset(word for name in names for word in odd_words(name))

    @cached_property
    def sounds(self) -> Sounds:
        return Sounds(self._store)

    @cached_property
    def table(self) -> Table:
        return Table(self._store)
