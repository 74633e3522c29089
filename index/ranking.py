"""How well candidates fit a query: a handful of signals from 0 to 1, weighted and added.

The weights were chosen on dialogs with known answers (`tests/benchmarks/discovery.py` measures them beside BM25,
MiniLM and their reciprocal-rank fusion).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.concepts import vocabulary
from index.embed import Vectors
from index.table import Rows, Table

_NEAR = 0.35
_SHADE = 0.75  # melancholic is a shade of sad; a conga is no shade of percussion
_SUITED = 0.45  # has all that suits a situation
_SHADED = {"mood", "texture", "situation"}
_SOFT_ZERO, _SOFT_ONE, _SOFT_MOST = 0.1, 0.6, 0.6


@dataclass(frozen=True)
class Weights:
    """What each signal counts; the signals go from 0 (nothing) to 1."""

    named: float = 2.0
    coverage: float = 1.6
    least: float = 0.7
    dense: float = 0.9
    lexical: float = 0.35
    context: float = 0.3
    like: float = 1.5
    sound: float = 0.8
    contrary: float = -0.3
    taste: float = 0.5
    artist_taste: float = 0.25
    before: float = 0.4
    kin: float = 0.6
    told: float = 3.0
    kin_taste: float = 0.4
    distaste: float = -0.3
    derived: float = -0.5
    renown: float = 1.5
    reread: float = 1.0


WEIGHTS = Weights()


def score(signals: dict[str, Vectors], weights: Weights = WEIGHTS) -> Vectors:
    """Weighted sum of signals named as in `Weights`, each of shape (candidates,); only the order means something."""
    total: Vectors = np.sum([getattr(weights, name) * values for name, values in signals.items()], axis=0)
    return total


def strength(table: Table, concept: str) -> Vectors:
    """How surely each track's own words name a concept: 1 for a plain mention, less for what it is a kind or a shade of or by as
    much as it has of what suits a situation, still less for what it often goes with; shape (tracks,)."""
    known = vocabulary()
    above = set(known.broader.get(concept, ()))
    share = _SHADE if known.kinds.get(concept) in _SHADED else _NEAR
    best: Vectors = np.zeros(len(table), np.float32)
    for names, weight in (
        (known.narrower(concept), 1.0),
        (above, share),
        ({n for near in known.near.get(concept, ()) for n in known.narrower(near)}, _NEAR),
    ):
        for name in sorted(names):
            best = np.maximum(best, weight * table.said(name))
    traits = known.suits.get(concept, ())
    if traits:
        best = np.maximum(best, _SUITED * np.mean([strength(table, trait) for trait in traits], axis=0))
    return best


def contrary(table: Table, want: Sequence[str], rows: Rows) -> Vectors:
    """Share of the wanted concepts whose opposite, or that of what suits them, a track's own words name; shape (rows,)."""
    found = [
        np.max([table.said(n) for n in sorted(names)], axis=0)[rows] > 0
        for names in (_opposites(concept) - {*want} for concept in want)
        if names
    ]
    if not found:
        return np.zeros(len(rows), np.float32)
    share: Vectors = np.asarray(np.sum(found, axis=0) / len(want), np.float32)
    return share


def _opposites(concept: str) -> set[str]:
    known = vocabulary()
    meant = (concept, *known.suits.get(concept, ()))
    return {n for m in meant for o in known.opposite.get(m, ()) for n in known.narrower(o)}


def cover(table: Table, want: Sequence[str], rows: Rows, soft: Vectors) -> tuple[Vectors, Vectors]:
    """Mean and least coverage of the wanted concepts, shape (rows,); `soft` are cosines, shape (rows, concepts), for
    concepts that no word names."""
    if not want:
        return np.zeros(len(rows), np.float32), np.zeros(len(rows), np.float32)
    named = np.stack([strength(table, concept)[rows] for concept in want], axis=1)
    meant = _SOFT_MOST * np.clip((soft - _SOFT_ZERO) / (_SOFT_ONE - _SOFT_ZERO), 0, 1)
    each = np.maximum(named, meant)
    return each.mean(1), each.min(1)
