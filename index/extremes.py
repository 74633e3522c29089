"""Superlatives over the catalogue: the fastest, the oldest, the loudest of the tracks that meet the rest of a wish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.profile import clock
from index.proof import Proof
from index.query import Superlative


@dataclass(frozen=True)
class _Measure:
    """A column of the store, what it is called, how a value is said, and whether most of it comes first."""

    column: str
    name: str
    say: Callable[[float], str]
    falling: bool


def _of(column: str, name: str, say: Callable[[float], str], more: Superlative, less: Superlative) -> dict[str, _Measure]:  # fmt: skip
    return {more: _Measure(column, name, say, True), less: _Measure(column, name, say, False)}


_MEASURES = {
    **_of("tempo_bpm", "tempo", lambda v: f"{v:.0f} BPM", "fastest", "slowest"),
    **_of("year", "year", lambda v: f"{v:.0f}", "newest", "oldest"),
    **_of("duration_s", "length", clock, "longest", "shortest"),
    **_of("lufs", "loudness", lambda v: f"{v:.1f} LUFS", "loudest", "quietest"),
    **_of("energy", "energy", lambda v: f"{v:.2f} of 1", "most energetic", "calmest"),
    **_of("brightness_hz", "brightness", lambda v: f"{v:.0f} Hz", "brightest", "darkest"),
}


def extremes(catalogue: Catalogue, most: Superlative, want: list[str], ids: set[str]) -> list[tuple[str, float]]:
    """Those of `ids` that name all wanted concepts, by the measure, each with its value; of unknown value none."""
    measure = _MEASURES[most]
    for concept in want:
        ids = ids & catalogue.table.naming(vocabulary().narrower(vocabulary().name(concept) or concept))
    order = "DESC" if measure.falling else "ASC"
    rows = catalogue.store.rows(f"SELECT id, {measure.column} FROM tracks WHERE {measure.column} IS NOT NULL ORDER BY {measure.column} {order}, id")  # fmt: skip
    return [(str(i), float(str(value))) for i, value in rows if str(i) in ids]


def extreme_proof(most: Superlative, value: float) -> Proof:
    """The value by which a track is where it is."""
    measure = _MEASURES[most]
    return Proof("tag" if measure.column == "year" else "measured", measure.name, measure.say(value))
