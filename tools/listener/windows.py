"""Overlapping windows over a track that is longer than a model takes at once. All times in seconds."""

from __future__ import annotations

from dataclasses import dataclass

OVERLAP_S = 30.0
_SHORTEST_S = 120.0  # a last window shorter than this would say little about music; it reaches further back instead


@dataclass(frozen=True)
class Window:
    """A stretch [start_s, end_s] of a track."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def overlap_for(limit_s: float) -> float:
    """Seconds that neighbours share: half a minute, less where the windows are short."""
    return min(OVERLAP_S, limit_s / 10)


def plan(length_s: float, limit_s: float, overlap_s: float) -> list[Window]:
    """Windows that cover [0, length_s], none longer than `limit_s`, each sharing at least `overlap_s` with the next.

    Raises ValueError when there is nothing to cover, or when the limit leaves no room besides the overlap.
    """
    if length_s <= 0 or not 0 <= overlap_s < limit_s:
        raise ValueError(f"no windows of {limit_s:g} s with an overlap of {overlap_s:g} s cover {length_s:g} s")
    windows = []
    start = 0.0
    while length_s - start > limit_s:
        windows.append(Window(start, start + limit_s))
        start += limit_s - overlap_s
    back = max(0.0, length_s - min(limit_s, _SHORTEST_S))
    return [*windows, Window(min(start, back), length_s)]
