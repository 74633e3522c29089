"""Hard constraints of a query as SQL over `tracks`, each with its importance, so that the least can be let go.

A track whose value is not known does not meet a constraint on it, except on vocals: most catalogues do not declare
them, and there captions speak through the query's concepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from index.concepts import vocabulary
from index.languages import language_name
from index.profile import clock
from index.query import Comparison, Dimension, Query, alternatives
from index.spelling import tonic_name
from index.store import Store

_VALUES = {
    "tempo_bpm": "tempo", "year": "year", "duration_s": "length", "brightness_hz": "brightness", "lufs": "loudness", "energy": "energy", "tonic": "key", "mode": "mode", "meter": "meter", "language": "language",
}  # fmt: skip
FIRM = 99  # the weight of what is never let go


@dataclass(frozen=True)
class Constraint:
    """`field` of the query (empty for a comparison); `sql` over the columns of `tracks`; `words` say it to a listener; higher `weight` is kept longer."""

    field: str
    words: str
    sql: str
    values: tuple[object, ...]
    weight: int


# How far "a little" goes at most: a ratio of change; of energy and loudness a change; of years a number of them.
_LITTLE = {"tempo_bpm": 0.25, "year": 12, "duration_s": 0.4, "brightness_hz": 0.4, "lufs": 5, "energy": 0.3}
_COLUMNS: dict[Dimension, tuple[str, int, float]] = {
    # dimension: column, direction, least ratio of change (of energy, which has a scale of its own, the least change)
    "slower": ("tempo_bpm", -1, 0.06), "faster": ("tempo_bpm", 1, 0.06), "older": ("year", -1, 0.0), "newer": ("year", 1, 0.0), "shorter": ("duration_s", -1, 0.05),
    "longer": ("duration_s", 1, 0.05), "darker": ("brightness_hz", -1, 0.08), "brighter": ("brightness_hz", 1, 0.08), "quieter": ("lufs", -1, 0.0), "louder": ("lufs", 1, 0.0),
    "calmer": ("energy", -1, 0.06), "more energetic": ("energy", 1, 0.06),
}  # fmt: skip
# The bound of a query that a comparison becomes, so that it holds in later turns too.
_BOUNDS: dict[str, dict[int, str]] = {
    "tempo_bpm": {-1: "tempo_max", 1: "tempo_min"},
    "year": {-1: "year_max", 1: "year_min"},
    "duration_s": {-1: "duration_max_s", 1: "duration_min_s"},
}
# What to look for in the words about a track when the value behind a comparison was never measured.
WORDS_FOR: dict[Dimension, tuple[str | None, str | None]] = {
    "calmer": ("relaxing", "aggressive"), "more energetic": ("energetic", None), "slower": ("slow", "fast"), "faster": ("fast", "slow"), "darker": ("dark", None), "brighter": ("bright", None),
    "quieter": ("relaxing", None), "louder": ("energetic", None), "older": ("nostalgic", None), "newer": (None, None), "shorter": (None, None), "longer": (None, None),
}  # fmt: skip


def away_from(dimension: Dimension) -> set[str]:
    """Concepts that a comparison leads away from."""
    towards, away = WORDS_FOR[dimension]
    return {*vocabulary().opposite.get(towards or "", ()), *([away] if away else [])}


def constraints(query: Query) -> list[Constraint]:
    """The query's own hard constraints, without comparisons."""
    rows: tuple[tuple[str, object, Callable[[Any], str], str, int], ...] = (
        ("tempo_min", query.tempo_min, lambda v: f"at least {v:.0f} BPM", "tempo_bpm >= ?", 5),
        ("tempo_max", query.tempo_max, lambda v: f"at most {v:.0f} BPM", "tempo_bpm <= ?", 5),
        ("key", query.key, lambda v: f"key of {tonic_name(v)}", "tonic = ?", 2),
        ("mode", query.mode, lambda v: f"in {v}", "mode = ?", 3),
        ("meter", _several(query.meter), lambda _: f"in {query.meter}", "meter IN {}", 3),
        ("year_min", query.year_min, lambda v: f"from {v} or later", "year >= ?", 4),
        ("year_max", query.year_max, lambda v: f"from {v} or earlier", "year <= ?", 4),
        ("duration_min_s", query.duration_min_s, lambda v: f"at least {clock(v)} long", "duration_s >= ?", 2),
        ("duration_max_s", query.duration_max_s, lambda v: f"at most {clock(v)} long", "duration_s <= ?", 2),
        ("language", _several(query.language, language_name), lambda _: f"sung in {query.language}", "lower(language) IN {}", 6),
        ("vocals", query.vocals, lambda v: "instrumental" if v == "instrumental" else "with vocals", "(vocals IS NULL OR vocals = ?)", 7),
    )  # fmt: skip
    found = [
        Constraint(field, told(v), sql.format(f"({','.join('?' * len(v))})"), v, weight)
        if isinstance(v, tuple)
        else Constraint(field, told(v), sql, (v,), weight)
        for field, v, told, sql, weight in rows
        if v is not None
    ]
    if query.key and query.mode:  # a key is one limit, and is let go as one
        whole = Constraint(
            "key", f"in {tonic_name(query.key)} {query.mode}", "tonic = ? AND mode = ?", (query.key, query.mode), 3
        )
        found = [whole if c.field == "key" else c for c in found if c.field != "mode"]
    if query.clean:
        found.append(
            Constraint(
                "clean", "without explicit words", "json_extract(json, '$.explicit') IS NOT 'explicit'", (), FIRM
            )
        )
    if query.only_ai:
        found.append(Constraint("only_ai", "declared as made with AI", "ai_status = 'declared_ai'", (), 9))
    return found


def _several(value: str | None, named: Callable[[str], str] = str) -> tuple[str, ...] | None:
    """The values that one field allows, as they are compared."""
    return tuple(named(one).casefold() for one in alternatives(value)) if value else None


@dataclass(frozen=True)
class Compared:
    """A comparison made usable: as a constraint (and the query's bound that says the same, if there is one), or as a
    concept to want and one to avoid. `near` holds it back where only a little was asked for."""

    constraint: Constraint | None
    bound: tuple[str, float] | None
    want: str | None
    avoid: str | None
    near: Constraint | None = None


def compare(store: Store, comparison: Comparison, reference: Sequence[str]) -> Compared:
    """Relative to the tracks of `reference` (ids): their median, where it is known."""
    column, direction, step = _COLUMNS[comparison.dimension]
    marks = ",".join("?" * len(reference))
    rows = store.rows(f"SELECT {column} FROM tracks WHERE id IN ({marks}) AND {column} IS NOT NULL", list(reference))
    want, avoid = WORDS_FOR[comparison.dimension]
    if not rows:
        return Compared(None, None, want, avoid)
    middle = float(median(float(str(row[0])) for row in rows))
    change = step if column == "energy" else abs(middle) * step if middle > 0 else 0.0
    limit = round(middle + direction * change, 3)
    sql = f"{column} {'<' if direction < 0 else '>'} ?"
    bound = _BOUNDS.get(column, {}).get(direction)
    return Compared(
        Constraint("", f"{comparison.dimension} than before", sql, (limit,), 4),
        (bound, limit + direction if column == "year" else limit) if bound else None,
        want if comparison.dimension == "calmer" else None,
        None,
        _near(comparison, column, direction, middle) if comparison.little else None,
    )


def _near(comparison: Comparison, column: str, direction: int, middle: float) -> Constraint:
    """Not much further than what a comparison starts from."""
    ratio = _LITTLE[column] if _LITTLE[column] < 1 and column != "energy" else None
    far = middle + direction * (abs(middle) * ratio if ratio else _LITTLE[column])
    words = f"only a little {comparison.dimension}"
    return Constraint("", words, f"{column} {'>=' if direction < 0 else '<='} ?", (round(far, 3),), 1)


def known(store: Store, column: str) -> bool:
    """Whether any track of the catalogue has a value in a column of `tracks`."""
    return bool(store.rows(f"SELECT 1 FROM tracks WHERE {column} IS NOT NULL LIMIT 1"))


def unknown(store: Store, wanted: Sequence[Constraint]) -> list[str]:
    """What constraints are about and no track of the catalogue has: "tempo", "year"."""
    about = [column for column in _VALUES if any(re.search(rf"\b{column}\b", c.sql) for c in wanted)]
    return [_VALUES[column] for column in about if not known(store, column)]


def allowed(
    store: Store, wanted: Sequence[Constraint], include_ai: bool, titled: Collection[str] = ()
) -> set[str] | None:
    """Ids of the tracks that meet every constraint; None when there is nothing to meet. A track declared as made with AI
    is left out unless such tracks are asked for, or it by its title (`titled`, ids)."""
    others_too = include_ai or any("ai_status" in c.sql for c in wanted)
    clauses = [] if others_too else [f"(ai_status != 'declared_ai' OR id IN ({','.join('?' * len(titled))}))"]
    if not clauses and not wanted:
        return None
    values: list[object] = [] if others_too else [*titled]
    for constraint in wanted:
        clauses.append(constraint.sql)
        values += constraint.values
    return {str(row[0]) for row in store.rows(f"SELECT id FROM tracks WHERE {' AND '.join(clauses)}", values)}
