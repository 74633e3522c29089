"""How well a candidate fits a query: a handful of signals from 0 to 1, weighted and added.

The weights were chosen on dialogs with known answers (`tests/benchmarks/discovery.py` measures them beside BM25,
MiniLM and their reciprocal-rank fusion).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from index.concepts import vocabulary
from index.embed import Vectors
from index.store import Evidence

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
_NEAR = 0.35
_SOFT_ZERO, _SOFT_ONE, _SOFT_MOST = 0.1, 0.6, 0.6


@dataclass(frozen=True)
class Signals:
    """What speaks for a track, each from 0 (nothing) to 1."""

    named: float = 0.0
    coverage: float = 0.0
    least: float = 0.0
    dense: float = 0.0
    lexical: float = 0.0
    context: float = 0.0
    like: float = 0.0
    sound: float = 0.0
    contrary: float = 0.0
    taste: float = 0.0
    artist_taste: float = 0.0
    distaste: float = 0.0
    derived: float = 0.0


WEIGHTS = Signals(
    named=2.0,
    coverage=1.6,
    least=0.7,
    dense=0.9,
    lexical=0.35,
    context=0.3,
    like=1.5,
    sound=0.8,
    contrary=-0.3,
    taste=0.5,
    artist_taste=0.25,
    distaste=-0.3,
    derived=-0.5,
)


def score(signals: Signals, weights: Signals = WEIGHTS) -> float:
    """Weighted sum; only the order means something."""
    given, weight = asdict(signals), asdict(weights)
    return float(sum(given[name] * weight[name] for name in given))


def strength(concept: str, evidence: Sequence[Evidence]) -> float:
    """How surely a track's own words name a concept: 1 for a plain mention, less for a hint."""
    names = vocabulary().narrower(concept)
    near = set(vocabulary().near.get(concept, ())) | set(vocabulary().broader.get(concept, ()))
    direct = [_FIELD.get(e.field, 0.5) for e in evidence if e.concept in names]
    hints = [_NEAR * _FIELD.get(e.field, 0.5) for e in evidence if e.concept in near]
    return max(max(direct, default=0.0), max(hints, default=0.0))


def contrary(want: Sequence[str], evidence: Sequence[Evidence]) -> float:
    """Share of the wanted concepts whose opposite the track's own words name."""
    if not want:
        return 0.0
    named = {e.concept for e in evidence}
    return sum(any(named & vocabulary().narrower(o) for o in vocabulary().opposite.get(c, ())) for c in want) / len(
        want
    )


def cover(want: Sequence[str], evidence: Sequence[Evidence], soft: Sequence[float]) -> tuple[float, float]:
    """Mean and least coverage of the wanted concepts; `soft` are cosines, for concepts that no word names."""
    if not want:
        return 0.0, 0.0
    each = [
        max(
            strength(c, evidence),
            _SOFT_MOST * float(np.clip((s - _SOFT_ZERO) / (_SOFT_ONE - _SOFT_ZERO), 0, 1)),
        )
        for c, s in zip(want, soft, strict=True)
    ]
    return sum(each) / len(each), min(each)


def cosines(vectors: dict[str, Vectors], ids: Sequence[str], questions: Sequence[Vectors]) -> Vectors:
    """Cosine of each candidate (row) to each question (column); shape (len(ids), len(questions))."""
    if not ids or not questions:
        return np.zeros((len(ids), len(questions)), np.float32)
    return np.stack([vectors[i] for i in ids]) @ np.stack(questions).T
