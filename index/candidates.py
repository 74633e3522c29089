"""Gathering candidates: tracks that words, meaning, concepts, names or likeness make worth ranking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Vectors
from index.entities import GREETING
from index.everyday import EVERYDAY
from index.query import Query
from index.words import fold

DENSE = 250
LEXICAL = 250
CONCEPT = 600


@dataclass
class Candidates:
    """Candidate ids with the raw signals that brought them in."""

    ids: set[str] = field(default_factory=set)
    whole: Vectors | None = None
    context: Vectors | None = None
    concepts: list[Vectors] = field(default_factory=list)
    lexical: dict[str, float] = field(default_factory=dict)


def content(text: str) -> str:
    """A request's own matter: without a greeting, what it rules out and the words it is wrapped in."""
    greeting = GREETING.match(text)
    text = text[greeting.end() :] if greeting else text
    ruled_out = [(m.start, m.end) for m in vocabulary().mentions(text) if m.negated]
    ruled_out += [(w.start, w.end) for w in vocabulary().words_ruled_out(text)]
    for start, end in sorted(ruled_out, reverse=True):
        text = text[:start] + " " + text[end:]
    kept = [
        m.group()
        for m in re.finditer(r"[^\W_]+(?:['’-][^\W_]+)*", text)
        if fold(m.group()).replace("'", "").replace("’", "") not in EVERYDAY
    ]
    return " ".join(w for w in kept if fold(w) not in {"without", "but", "no", "leave", "except", "avoid", "skip"})


def describe(concept: str) -> str:
    """A concept as a caption would put it, for the embedder."""
    return {
        "instrument": f"music with {concept}",
        "voice": f"a song with {concept}",
        "genre": f"{concept} music",
        "situation": f"music for {concept}",
        "narrative": f"a song about {concept}",
    }.get(vocabulary().kinds.get(concept, "mood"), f"{concept} music")


def gather(catalogue: Catalogue, query: Query, named: Iterable[str], like: Vectors | None) -> Candidates:
    """Up to a few thousand candidates; `named` are tracks that the query names itself."""
    embed = catalogue.embedder.embed_one
    said = " ".join(dict.fromkeys((content(query.text), *query.want))).strip()
    whole = ", ".join(dict.fromkeys(t for t in (said, *query.artists, *query.titles) if t))
    context = content(query.context)
    found = Candidates(
        set(named),
        embed(whole) if whole else None,
        embed(context) if context else None,
        [embed(describe(c)) for c in query.want],
    )
    asked = [v for v in (found.whole, found.context, like, *found.concepts) if v is not None]
    found.ids |= {near.id for nearest in catalogue.vectors.nearest_to_each(asked, DENSE) for near in nearest}
    found.lexical = lexical(catalogue, query, LEXICAL)
    found.ids |= found.lexical.keys()
    found.ids |= _by_concept(catalogue, query.want)
    return found


def lexical(catalogue: Catalogue, query: Query, count: int) -> dict[str, float]:
    """BM25 by track id over the index's words (SQLite FTS5), higher is better."""
    texts = (content(query.text), *query.want, *query.artists, *query.titles)
    terms = dict.fromkeys(w for t in texts for w in re.findall(r"\w+", fold(t)) if len(w) > 1)
    if not terms:
        return {}
    match = " OR ".join(f'"{term}"' for term in list(terms)[:40])
    rows = catalogue.store.rows(
        "SELECT t.id, -bm25(words, 4.0, 4.0, 2.0, 1.5, 1.5, 0.5) FROM words JOIN tracks t ON t.n = words.rowid WHERE words MATCH ? ORDER BY bm25(words, 4.0, 4.0, 2.0, 1.5, 1.5, 0.5) LIMIT ?",
        (match, count),
    )
    return {str(i): float(str(s)) for i, s in rows}


def _by_concept(catalogue: Catalogue, want: list[str]) -> set[str]:
    """Tracks whose own words name the most of the wanted concepts."""
    names = sorted({n for concept in want for n in vocabulary().narrower(concept)})
    if not names:
        return set()
    rows = catalogue.store.rows(
        f"SELECT t.id FROM concepts c JOIN tracks t USING (n) WHERE c.concept IN ({','.join('?' * len(names))})"
        " GROUP BY n ORDER BY count(DISTINCT c.concept) DESC, n LIMIT ?",
        (*names, CONCEPT),
    )
    return {str(row[0]) for row in rows}
