"""Which verses tell of something: by meaning (MiniLM, verse by verse), by the words they say (FTS5, rarer words counting
more), and by what those words are in other languages (`themes.txt`), fused.

MiniLM understands English. A question in another language is put to it in English as far as the list goes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Vectors
from index.proof import Proof
from index.sung import Sung, verses_of
from index.themes import elsewhere, in_english, telling_words

NEAR, SAYING = 250, 2000  # verses that are gathered by meaning, and by a word
PLAIN, NEAR_ENOUGH, NEAREST = 0.9, 0.6, 0.3  # fits that tell of it for certain, that are worth showing, and the least
_AROUND, _SAID = 0.25, 0.8  # beside the verse's cosine: its song's, and the words it says


@dataclass(frozen=True)
class Telling:
    """The verse of a track that tells most of it, how much (`fit`, about 0 to 2), and whether it does so `plainly`: it says
    all of its words, or its meaning is as near as can be."""

    verse: Sung
    fit: float
    plainly: bool


class Story:
    """What is looked for, and the verses of a catalogue that tell of it."""

    def __init__(self, catalogue: Catalogue, about: str) -> None:
        self._catalogue = catalogue
        self.about = about
        self.words = telling_words(about)

    @cached_property
    def _questions(self) -> list[Vectors]:
        texts = dict.fromkeys((self.about, in_english(self.about, self.words)))
        return [self._catalogue.embedder.embed_one(text) for text in texts]

    @cached_property
    def _said(self) -> dict[str, float]:
        """How much of the question each verse says, its rarer words counting more: 0 to 1, by key."""
        ((total,),) = self._catalogue.store.rows("SELECT count(*) FROM verses")
        said: dict[str, float] = {}
        whole = 0.0
        for term in self.words:
            keys = {*self._matching([f'"{term}"'])}
            for language, words in elsewhere(term, self.about).items():
                keys |= set(self._matching(words, language))
            rarity = math.log(1 + int(str(total)) / (len(keys) + 0.5))
            whole += rarity
            for key in keys:
                said[key] = said.get(key, 0.0) + rarity
        return {key: value / whole for key, value in said.items()}

    def candidates(self) -> set[str]:
        """Tracks worth a look, by id."""
        near = self._catalogue.verses.nearest_to_each(self._questions, NEAR)
        return {key.rpartition("#")[0] for key in (*(n.id for found in near for n in found), *self._said)}

    def told(self, tracks: Iterable[str]) -> dict[str, Telling]:
        """The best verse of each track that has any, by id."""
        sung, vectors = verses_of(self._catalogue.store, sorted(tracks))
        if not sung:
            return {}
        fits = self._fits(sung, vectors)
        best: dict[str, Telling] = {}
        for verse, fit in zip(sung, fits, strict=True):
            if verse.track not in best or fit > best[verse.track].fit:
                best[verse.track] = Telling(verse, float(fit), self._said.get(verse.key, 0.0) > 0.99 or fit >= PLAIN)
        return best

    def _fits(self, sung: Sequence[Sung], vectors: Vectors) -> Vectors:
        cosines = (vectors @ np.stack(self._questions).T).max(1)
        songs = np.array([verse.track for verse in sung])
        of_song = {song: float(cosines[songs == song].mean()) for song in set(songs)}
        around = np.array([of_song[song] for song in songs])
        said = np.array([self._said.get(v.key, 0.0) for v in sung])
        fits: Vectors = (cosines + _AROUND * around + _SAID * said).astype(np.float32)
        return fits

    def _matching(self, terms: Sequence[str], language: str | None = None) -> list[str]:
        """Keys of the verses that hold one of the terms (FTS5), of songs in a language if one is given."""
        rows = self._catalogue.store.rows(
            "SELECT v.key FROM sung JOIN verses v ON v.v = sung.rowid JOIN tracks t USING (n)"
            " WHERE sung MATCH :terms AND (:language IS NULL OR t.language IS NULL OR t.language = :language COLLATE NOCASE) ORDER BY bm25(sung) LIMIT :most",
            {"terms": " OR ".join(terms), "language": language, "most": SAYING},
        )
        return [str(row[0]) for row in rows]


def telling(catalogue: Catalogue, about: str, ids: set[str], told: Mapping[str, Telling]) -> set[str]:
    """Tracks of `ids` that tell of it, by their words or by what is said about them; when there are none, those that come
    nearest."""
    near = {i for i in ids if i in told and told[i].fit >= NEAR_ENOUGH}
    concepts = {n for m in vocabulary().mentions(about) if not m.negated for n in vocabulary().narrower(m.concept)}
    if concepts:
        wordless = catalogue.table.naming({"instrumental"})
        near |= (ids & catalogue.table.naming(concepts, but=("lyrics", "album", "artist"))) - wordless
    return near or {i for i in ids if i in told and told[i].fit >= NEAREST}


def verse_proof(told: Telling | None) -> tuple[Proof, ...]:
    """The verse that tells of what was asked for, by its place."""
    if told is None or told.fit < NEAREST:
        return ()
    return (Proof("verse", "lyrics", "tells" if told.plainly else "comes near", place=told.verse.place),)
