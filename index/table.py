"""What ranking looks at of every track, held in memory: its unit vector, and which concepts its own words name.

Read once from `catalogue.sqlite`; a row is a track's place in `ids`. 100,000 tracks take about 160 MB.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.concepts import vocabulary
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
    "measured meter": 1.0,
    "measured key": 1.0,
    "measured form": 1.0,
    "measured chords": 1.0,
    "lyrics": 0.6,
    "artist": 0.85,
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
        self._said: dict[str, tuple[Rows, Vectors, list[str]]] = {}
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
        rows, weights, _ = self._mentions(concept)
        np.maximum.at(strength, rows, weights)
        return strength

    def naming(self, concepts: Iterable[str], but: Collection[str] = ()) -> set[str]:
        """Ids of the tracks that name one of the concepts anywhere (`but` not in these fields), or whose artist is known for
        such a genre."""
        return {
            self.ids[row]
            for concept in concepts
            for row, field in zip(*self._mentions(concept)[::2], strict=True)
            if field not in but and (field != "artist" or vocabulary().kinds.get(concept) == "genre")
        }

    def kinship(self, concepts: Sequence[Sequence[str]]) -> Vectors:
        """How much each track's artists are known for what several artists (a list of concepts each) are known for:
        the cosine of both, shape (tracks,)."""
        names, known = self._known
        asked = np.array([sum(name in one for one in concepts) for name in names], np.float32)
        cosines: Vectors = known @ (asked / max(float(np.linalg.norm(asked)), 1e-9))
        return cosines

    @cached_property
    def _known(self) -> tuple[list[str], Vectors]:
        """Concepts that artists of this catalogue are known for, and unit rows of them, shape (tracks, concepts)."""
        found = self._store.rows("SELECT DISTINCT n, concept FROM concepts WHERE field = 'artist'")
        names = sorted({str(concept) for _, concept in found})
        column = {name: k for k, name in enumerate(names)}
        known = np.zeros((len(self), len(names)), np.float32)
        for n, concept in found:
            known[self._row_of_n[int(str(n))], column[str(concept)]] = 1.0
        return names, known / np.maximum(np.linalg.norm(known, axis=1, keepdims=True), np.float32(1e-9))

    def _mentions(self, concept: str) -> tuple[Rows, Vectors, list[str]]:
        if concept not in self._said:
            found = self._store.rows("SELECT n, field FROM concepts WHERE concept = ?", (concept,))
            found = [row for row in found if int(str(row[0])) in self._row_of_n]  # but for what came since
            fields = [str(field) for _, field in found]
            self._said[concept] = (
                np.array([self._row_of_n[int(str(n))] for n, _ in found], np.intp),
                np.array([_FIELD.get(field, _ELSEWHERE) for field in fields], np.float32),
                fields,
            )
        return self._said[concept]
