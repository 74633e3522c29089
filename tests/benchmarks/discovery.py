"""Retrieval side by side: our search, BM25 alone, MiniLM alone, and their reciprocal-rank fusion, in one run; and our search once
more with whole sentences embedded in place of their content words (`index.gist`), which takes half as long again to build.

Questions are made from the demo catalogue's declared tags: one, two or three of a genre, a mood and an instrument,
some with a ban. A track is relevant when its declared tags hold all that was asked for and nothing that was ruled
out. All systems see the same text of a track. Figures: nDCG@10 (Järvelin & Kekäläinen 2002) and P@5.

usage: python -m tests.benchmarks.discovery [--index DIR]
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from assistant.settings import load
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Embedder, Vectors
from index.query import Query
from index.search import search
from index.store import Store
from index.track import Track
from index.vectors import discard, sync

DEPTH = 10
SEED = 11
PER_KIND = 40
_ASK = ("I'm looking for {}.", "Something with {}, please.", "Do you have {}?", "Play me {}.")


@dataclass(frozen=True)
class Question:
    """A request, and the tracks that answer it."""

    kind: str
    text: str
    relevant: frozenset[str]


def questions(tracks: list[Track]) -> list[Question]:
    """Questions with at least one and at most a quarter of the catalogue as answers."""
    chance = random.Random(SEED)
    made: dict[str, list[Question]] = defaultdict(list)
    for _ in range(4000):
        track = chance.choice(tracks)
        wanted = [
            chance.choice(tags)
            for tags in chance.sample([track.genres, track.moods, track.instruments], chance.choice((1, 2, 3)))
            if tags
        ]
        ban = (
            chance.choice([m for t in tracks for m in t.instruments if m not in track.instruments])
            if chance.random() < 0.3
            else None
        )
        kind = f"{len(wanted)} wanted{', 1 ruled out' if ban else ''}"
        relevant = frozenset(t.id for t in tracks if set(wanted) <= _tags(t) and ban not in _tags(t))
        if wanted and 0 < len(relevant) <= len(tracks) / 4 and len(made[kind]) < PER_KIND:
            text = chance.choice(_ASK).format(" and ".join(wanted)) + (f" But no {ban}." if ban else "")
            made[kind].append(Question(kind, text, relevant))
    return [q for rows in made.values() for q in rows]


def _tags(track: Track) -> set[str]:
    return {*track.genres, *track.moods, *track.instruments}


def ours(catalogue: Catalogue, text: str) -> list[str]:
    """The search as `linernotes index search` runs it."""
    mentions = vocabulary().mentions(text)
    want = list(dict.fromkeys(m.concept for m in mentions if not m.negated))
    avoid = [m.concept for m in mentions if m.negated and m.concept not in want]
    return search(catalogue, Query(text=text, want=want, avoid=list(dict.fromkeys(avoid)), include_ai=True)).ranked


def bm25(catalogue: Catalogue, text: str) -> list[str]:
    """SQLite's FTS5 alone."""
    terms = " OR ".join(
        f'"{w}"' for w in dict.fromkeys("".join(c if c.isalnum() else " " for c in text.lower()).split())
    )
    rows = catalogue.store.rows(
        "SELECT t.id FROM words JOIN tracks t ON t.n = words.rowid WHERE words MATCH ? ORDER BY bm25(words) LIMIT 100",
        (terms,),
    )
    return [str(row[0]) for row in rows]


@cache
def _documents(catalogue: Catalogue) -> tuple[list[str], Vectors]:
    """The tracks' ids and the vectors of their whole documents."""
    tracks = catalogue.store.tracks(catalogue.store.ids())
    return [t.id for t in tracks], catalogue.embedder.embed([t.document() for t in tracks])


def dense(catalogue: Catalogue, text: str) -> list[str]:
    """MiniLM alone, over all vectors."""
    ids, vectors = _documents(catalogue)
    return [ids[n] for n in (-(vectors @ catalogue.embedder.embed_one(text))).argsort()[:100]]


def fused(catalogue: Catalogue, text: str) -> list[str]:
    """Reciprocal-rank fusion (Cormack et al. 2009, k = 60) of the two."""
    score: dict[str, float] = defaultdict(float)
    for ranking in (bm25(catalogue, text), dense(catalogue, text)):
        for place, identity in enumerate(ranking):
            score[identity] += 1 / (60 + place + 1)
    return sorted(score, key=lambda i: -score[i])


def with_whole_sentences(index: Path, into: Path) -> Catalogue:
    """A copy of an index in which the whole documents of its tracks are embedded."""
    copytree(index, into)
    with closing(Store(into)) as store:
        tracks = store.tracks(store.ids())
        store.set_vectors(
            dict(zip((t.id for t in tracks), Embedder().embed([t.document() for t in tracks]), strict=True))
        )
        discard(into)
        sync(store, into)
    return Catalogue(into)


SYSTEMS: dict[str, Callable[[Catalogue, str], list[str]]] = {
    "linernotes": ours,
    "BM25": bm25,
    "MiniLM": dense,
    "fusion": fused,
}


def ndcg(ranked: list[str], relevant: frozenset[str]) -> float:
    """Normalized discounted cumulative gain of the first ten."""
    gain = sum(1 / math.log2(n + 2) for n, i in enumerate(ranked[:DEPTH]) if i in relevant)
    return gain / sum(1 / math.log2(n + 2) for n in range(min(DEPTH, len(relevant))))


def main() -> None:
    """Prints the table and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path, default=load().demo_index)
    index = parser.parse_args().index
    with TemporaryDirectory() as made:
        _compare(Catalogue(index), with_whole_sentences(index, Path(made) / "whole"))


def _compare(own: Catalogue, whole: Catalogue) -> None:
    asked = questions(own.store.tracks(own.store.ids()))
    table: dict[str, dict[str, float]] = {}
    for name, system in {**SYSTEMS, "whole sentences": ours}.items():
        catalogue = whole if name == "whole sentences" else own
        catalogue.embedder.embed_one.cache_clear()
        system(catalogue, "warm up")
        began = time.perf_counter()
        answers = [system(catalogue, q.text) for q in asked]
        row = {"ms": 1000 * (time.perf_counter() - began) / len(asked)}
        row["nDCG@10"] = statistics.mean(ndcg(a, q.relevant) for a, q in zip(answers, asked, strict=True))
        row["P@5"] = statistics.mean(
            sum(i in q.relevant for i in a[:5]) / 5 for a, q in zip(answers, asked, strict=True)
        )
        for kind in sorted({q.kind for q in asked}):
            row[kind] = statistics.mean(
                ndcg(a, q.relevant) for a, q in zip(answers, asked, strict=True) if q.kind == kind
            )
        table[name] = {k: round(v, 3) for k, v in row.items()}
    columns = list(next(iter(table.values())))
    print(
        f"{len(asked)} questions on {len(own.store)} tracks; {platform.machine()}, {platform.processor() or platform.system()}"
    )
    print(" | ".join(["system".ljust(15), *columns]))
    for name, row in table.items():
        print(" | ".join([name.ljust(15), *(str(row[c]).rjust(len(c)) for c in columns)]))
    print(json.dumps(table))


if __name__ == "__main__":
    main()
