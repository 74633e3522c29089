"""Tracks put in the order that a listener asked for; those of which nothing is known come last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.catalogue import Catalogue
from index.query import Order

_COLUMN = {
    "energy": "energy",
    "tempo": "tempo_bpm",
    "oldest first": "year",
    "newest first": "year",
    "shortest first": "duration_s",
    "longest first": "duration_s",
}
_LIVELY, _QUIET = (
    ("energetic", "fast", "aggressive", "groovy", "party"),
    ("relaxing", "slow", "sleep", "sad", "ambient"),
)


def column_of(order: Order) -> str:
    """The column of the tracks that an order goes by; empty for "as listed"."""
    return _COLUMN.get(order, _COLUMN.get(order.split()[-1], ""))


def arranged(catalogue: Catalogue, ids: Sequence[str], order: Order) -> list[str]:
    """The same ids in order. Energy is the measured level, or, where none was measured, what words tell of it."""
    column = column_of(order)
    marks = ",".join("?" * len(ids))
    rows = catalogue.store.rows(f"SELECT id, {column} FROM tracks WHERE id IN ({marks})", list(ids))
    value = {str(i): float(str(v)) for i, v in rows if v is not None}
    if column == "energy" and not value:
        value = _told(catalogue, ids)
    falling = order.startswith("falling") or order in {"newest first", "longest first"}
    known = sorted((i for i in ids if i in value), key=lambda i: -value[i] if falling else value[i])
    return known + [i for i in ids if i not in value]


def _told(catalogue: Catalogue, ids: Sequence[str]) -> dict[str, float]:
    """Energy as a track's words tell it: what is lively less what is quiet."""
    table = catalogue.table
    lively, quiet = (np.sum([table.said(name) for name in names], axis=0) for names in (_LIVELY, _QUIET))
    return {i: float(lively[row] - quiet[row]) for i in ids if (row := table.row_of.get(i)) is not None}
