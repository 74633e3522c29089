"""What ranking looks at of every track, held in memory: its unit vector, and which concepts its own words name.

Read once from `catalogue.sqlite`; a row is a track's place in `ids`. 100,000 tracks take about 160 MB.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from index.embed import WIDTH, Vectors
from index.store import Store

Rows = npt.NDArray[np.intp]

# How much a mention counts by where it stands: a tag or a caption says it, a title may only play with it.
_FIELD = {
    "caption": 1.0,
    "description": 0.9,
    "genres": 1.0,
    "moods": 1.0,
    "instruments": 1.0,
    "vocals": 1.0,
    "measured tempo": 1.0,
    "lyrics": 0.6,
    "title": 0.25,
    "album": 0.2,
}
_ELSEWHERE = 0.5


class Table:
    """Ids, vectors of shape (tracks, 384) and mentions of concepts."""

    def __init__(self, store: Store) -> None:
        found = store.rows("SELECT n, id, vector FROM tracks JOIN vectors USING (n) ORDER BY n")
        self._store = store
        self._row_of_n = {int(str(n)): row for row, (n, _, _) in enumerate(found)}
        self._said: dict[str, tuple[Rows, Vectors]] = {}
        self.ids = [str(identity) for _, identity, _ in found]
        self.row_of = {identity: row for row, identity in enumerate(self.ids)}
        self.vectors: Vectors = np.frombuffer(b"".join(v for *_, v in found if isinstance(v, bytes)), "<f4").reshape(
            -1, WIDTH
        )

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, ids: Iterable[str]) -> Rows:
        """Places of the tracks that are known."""
        return np.array([self.row_of[i] for i in ids if i in self.row_of], np.intp)

    def said(self, concept: str) -> Vectors:
        """How plainly each track's own words name a concept, from 0 (not at all) to 1; shape (tracks,)."""
        strength = np.zeros(len(self), np.float32)
        rows, weights = self._mentions(concept)
        np.maximum.at(strength, rows, weights)
        return strength

    def naming(self, concepts: Iterable[str]) -> set[str]:
        """Ids of the tracks that name one of the concepts anywhere."""
        return {self.ids[row] for concept in concepts for row in self._mentions(concept)[0]}

    def _mentions(self, concept: str) -> tuple[Rows, Vectors]:
        if concept not in self._said:
            found = self._store.rows("SELECT n, field FROM concepts WHERE concept = ?", (concept,))
            held = [(self._row_of_n[int(str(n))], _FIELD.get(str(field), _ELSEWHERE)) for n, field in found]
            self._said[concept] = (
                np.array([row for row, _ in held], np.intp),
                np.array([weight for _, weight in held], np.float32),
            )
        return self._said[concept]
