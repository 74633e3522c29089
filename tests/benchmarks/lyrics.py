"""Finding songs by what they say, side by side: ours (verses, words and vocabulary fused), BM25 alone, and MiniLM over
whole sheets alone, in one run.

The questions (`lyrics_questions.toml`) were written beside the words of the demo catalogue's songs; each has one song as
its answer. All systems see the sheets alone, and rank all songs that have one. Figures: how often the song comes first
(hit@1) and among the first three, and the mean reciprocal rank; `dev` and `test` are every other question. Constants were
chosen on `dev`; both halves were printed meanwhile, and the list of words in other languages (`index/themes.txt`) was written
by hand by somebody who knew the songs: only songs that nobody here has seen can tell how far it carries.

usage: python -m tests.benchmarks.lyrics [--index DIR]
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import load
from index.catalogue import Catalogue
from index.telling import Story
from index.track import Track

Rank = Callable[[str], list[str]]


@dataclass(frozen=True)
class Question:
    """What is asked, of which kind it is, and the id of the song that says it."""

    kind: str
    half: str
    text: str
    answer: str


def questions(tracks: list[Track]) -> list[Question]:
    """The questions whose song is in the catalogue."""
    rows = tomllib.loads(Path(__file__).with_name("lyrics_questions.toml").read_text("utf-8"))
    ids = {t.title: t.id for t in tracks}
    made = [(kind, ("dev", "test")[n % 2], *row) for kind, pairs in rows.items() for n, row in enumerate(pairs)]
    return [Question(kind, half, text, ids[title]) for kind, half, text, title in made if title in ids]


def ours(catalogue: Catalogue, tracks: list[Track]) -> Rank:
    """As the search ranks them when nothing else is asked for."""

    def rank(text: str) -> list[str]:
        told = Story(catalogue, text).told([t.id for t in tracks])
        return sorted(told, key=lambda i: -told[i].fit)

    return rank


def bm25(tracks: list[Track]) -> Rank:
    """SQLite FTS5 over whole sheets, English stemming."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE VIRTUAL TABLE s USING fts5 (id UNINDEXED, words, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    db.executemany("INSERT INTO s VALUES (?, ?)", [(t.id, t.lyrics.text) for t in tracks if t.lyrics])

    def rank(text: str) -> list[str]:
        match = " OR ".join(f'"{w}"' for w in text.replace("'", " ").replace(",", " ").split())
        return [str(i) for (i,) in db.execute("SELECT id FROM s WHERE s MATCH ? ORDER BY bm25(s)", (match,))]

    return rank


def whole(catalogue: Catalogue, tracks: list[Track]) -> Rank:
    """MiniLM, one vector a sheet."""
    vectors = catalogue.embedder.embed([t.lyrics.text for t in tracks if t.lyrics])

    def rank(text: str) -> list[str]:
        cosines = vectors @ catalogue.embedder.embed_one(text)
        return [tracks[n].id for n in (-cosines).argsort()]

    return rank


def figures(asked: list[Question], rank: Rank) -> str:
    """One row of the table."""
    found = [(rank(q.text), q.answer) for q in asked]
    places = [ids.index(answer) + 1 if answer in ids else 0 for ids, answer in found]
    one, three = (statistics.mean(0 < p <= most for p in places) for most in (1, 3))
    return f"{one:.3f}  {three:.3f}  {statistics.mean(1 / p if p else 0 for p in places):.3f}"


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=load().demo_index)
    catalogue = Catalogue(parser.parse_args().index)
    tracks = catalogue.store.tracks(catalogue.store.with_lyrics())
    asked = questions(tracks)
    systems = {
        "Liner Notes": ours(catalogue, tracks),
        "BM25": bm25(tracks),
        "MiniLM on sheets": whole(catalogue, tracks),
    }
    print(f"{len(asked)} questions, {len(tracks)} songs; hit@1, hit@3, MRR")
    groups = {"all": asked, **{h: [q for q in asked if q.half == h] for h in ("dev", "test")}}
    groups |= {kind: [q for q in asked if q.kind == kind] for kind in dict.fromkeys(q.kind for q in asked)}
    for name, rank in systems.items():
        began = time.perf_counter()
        for q in asked:
            rank(q.text)
        print(f"{name}: {1000 * (time.perf_counter() - began) / len(asked):.1f} ms a question")
        for group, part in groups.items():
            print(f"  {group:11} {len(part):3}  {figures(part, rank)}")


if __name__ == "__main__":
    main()
