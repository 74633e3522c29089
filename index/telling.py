"""Which verses tell of something: by meaning (MiniLM, verse by verse), by the words they say (FTS5, rarer words counting
more), and by what those words are in other languages (`themes.txt`), fused.

MiniLM understands English. A question in another language is put to it in English as far as the list goes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

import numpy as np

from index.candidates import content
from index.catalogue import Catalogue
from index.embed import Vectors
from index.sung import Sung, verses_of
from index.words import fold

NEAR = 250  # verses that are gathered by meaning, and by words
TELLS = 0.6  # from here on a verse is said to tell of it
_AROUND, _SAID = 0.25, 0.8  # beside the verse's cosine: its song's, and the words it says
_LONG = 5  # letters of a word that stands for what begins with it


@dataclass(frozen=True)
class Telling:
    """The verse of a track that tells most of it, and how much: about 0 to 2."""

    verse: Sung
    fit: float


class Story:
    """What is looked for, and the verses of a catalogue that tell of it."""

    def __init__(self, catalogue: Catalogue, about: str) -> None:
        self._catalogue = catalogue
        self.about = about
        self.words = _terms(content(about) or about)

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
            keys = {*self._matching([f'"{term}"']), *self._matching(_elsewhere(term))}
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
                best[verse.track] = Telling(verse, float(fit))
        return best

    def _fits(self, sung: Sequence[Sung], vectors: Vectors) -> Vectors:
        cosines = (vectors @ np.stack(self._questions).T).max(1)
        songs = np.array([verse.track for verse in sung])
        of_song = {song: float(cosines[songs == song].mean()) for song in set(songs)}
        around = np.array([of_song[song] for song in songs])
        said = np.array([self._said.get(v.key, 0.0) for v in sung])
        fits: Vectors = (cosines + _AROUND * around + _SAID * said).astype(np.float32)
        return fits

    def _matching(self, terms: Sequence[str]) -> list[str]:
        """Keys of the verses that hold one of the terms (FTS5)."""
        if not terms:
            return []
        rows = self._catalogue.store.rows(
            "SELECT v.key FROM sung JOIN verses v ON v.v = sung.rowid WHERE sung MATCH ? ORDER BY bm25(sung) LIMIT ?",
            (" OR ".join(terms), NEAR),
        )
        return [str(row[0]) for row in rows]


def in_english(about: str, words: Sequence[str]) -> str:
    """A question put into English word by word, where none of its words is English and the list has some of them."""
    rows = _themes()
    known = {word: rows[word] for word in words if word in rows}
    if not known or any(word in row[0] for word, row in known.items()):
        return about
    return " ".join(known[w][0][0] if w in known else w for w in words)


def _elsewhere(word: str) -> list[str]:
    """The same thing in the other languages, as FTS5 terms."""
    row = _themes().get(word)
    if row is None:
        return []
    others = {w for column in row if word not in column for w in column}
    return [f'"{w}"{"*" if len(w) >= _LONG else ""}' for w in sorted(others)]


@cache
def _themes() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The row of the list by each of its words, folded; a row has its words by language, English first."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for row in resources.files("index").joinpath("themes.txt").read_text("utf-8").splitlines():
        if row.strip() and not row.startswith("#"):
            columns = tuple(tuple(fold(w) for w in column.split()) for column in row.split("|"))
            for word in (w for column in columns for w in column):
                found.setdefault(word, columns)
    return found


def _terms(text: str) -> list[str]:
    return list(dict.fromkeys(w for w in re.findall(r"\w+", fold(text)) if len(w) > 1))[:40]
