"""Tool calls as the embedded reader decides them, and searches among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from index.query import Query


@dataclass(frozen=True)
class Call:
    """A tool call."""

    tool: str
    args: dict[str, Any]


def searching(args: dict[str, Any]) -> Call:
    """A search by what the words say, where something should be told of."""
    query = _search(args)
    return Call("search_lyrics" if query.get("about") else "search_tracks", query)


def _search(args: dict[str, Any]) -> dict[str, Any]:
    """Arguments in the form of a `Query`: repeated values once, defaults left out."""
    clean = {
        k: list(dict.fromkeys(v)) if k in {"want", "avoid", "artists", "artists_like", "titles", "like", "among"} else v
        for k, v in args.items()
    }
    return Query.model_validate(clean).model_dump(exclude_defaults=True)
