"""Digests of conversations, as `assistant.prompts.digest` renders them."""

from __future__ import annotations

from typing import Any

NOTHING: dict[str, Any] = {
    "query": None, "previous": None, "shown": [], "tracks": [], "liked": [], "disliked": [], "files": [], "handles": 0,
}  # fmt: skip

_TRACKS = [
    {"handle": "T1", "title": "Blue Ferry", "artists": ["The Quay Street Nine"], "year": 1968, "instruments": ["trumpet", "double bass"]},
    {"handle": "T2", "title": "Ash Lullaby", "artists": ["Grave Meridian"], "year": 2003, "instruments": ["guitar", "cello"]},
    {"handle": "T3", "title": "Lettre à la mer", "artists": ["Odile Marchais"], "year": 1979, "instruments": ["accordion", "piano"]},
    {"handle": "T4", "title": "Slow Orbit", "artists": ["Ama Delacourt"], "year": 2019, "instruments": ["synth", "bells"]},
]  # fmt: skip


def after(query: dict[str, Any] | None = None, shown: int = 4, **changes: Any) -> dict[str, Any]:
    """A conversation that asked for slow sad music and was shown the first `shown` of four tracks."""
    tracks = _TRACKS[:shown]
    state = {
        **NOTHING, "query": query or {"text": "slow sad music", "want": ["slow", "sad"]}, "shown": [t["handle"] for t in tracks],
        "tracks": tracks, "handles": len(tracks),
    }  # fmt: skip
    return {**state, **changes}
