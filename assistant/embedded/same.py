"""Limits that a track on the screen sets: "others in that key", "the same tempo", "from the same year"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from assistant.embedded.bounds import Constrained, matches
from assistant.embedded.constraints import parse_constraints
from assistant.embedded.reference import track_meant

Brief = dict[str, Any]  # of a track, as the digest has it

_NEAR = 0.04  # share of a tempo that is the same to a listener


def _key(track: Brief) -> dict[str, Any]:
    """As a request for the key by its name would be understood, so that B flat is A sharp."""
    return next((c.fields for c in parse_constraints(f"in {track['key']}") if "key" in c.fields), {})


def _tempo(track: Brief) -> dict[str, Any]:
    bpm = float(track["tempo_bpm"])
    return {"tempo_min": round(bpm * (1 - _NEAR), 1), "tempo_max": round(bpm * (1 + _NEAR), 1)}


_TRAITS: tuple[tuple[str, str, Callable[[Brief], dict[str, Any]]], ...] = (
    ("key", r"key|tonart|tonalit[ée]|tonalidad|tonalit[àa]", _key),
    ("tempo_bpm", r"tempo|bpm|speed|pace", _tempo),
    ("meter", r"meter|metre|time signature|takt", lambda track: {"meter": track["meter"]}),
    ("year", r"year|jahr|ann[ée]e|a[ñn]o|anno", lambda track: {"year_min": track["year"], "year_max": track["year"]}),
)


# others are asked for, and not what is the same in two that are compared
_ASKS = re.compile(
    r"^(?!.*\b(?:is|are|do|does|have|has) (?:it|they|them|this|that|these|those|both|t ?\d|the \w+ (?:one|two)).{0,40}\bsame\b)(?!\W*(?:what|which|who|when|where|how) (?:is|key|tempo|year)\b)",
    re.IGNORECASE,
)


def same_as(text: str, state: dict[str, Any], pointed: Sequence[str]) -> list[Constrained]:
    """The limits of a turn that asks for others which are the same in something as the track that is pointed at or talked about; none
    where that is not known of it."""
    track = track_meant(state, pointed)
    if not track or not _ASKS.search(text):
        return []
    known = [(words, limits(track)) for name, words, limits in _TRAITS if track.get(name)]
    return [found for words, fields in known for found in matches(_said(words), text, lambda _, same=fields: same)]  # type: ignore[misc]


def _said(words: str) -> str:
    the_same = r"the same|that|this|(?:de[rm])?selben|l[ae] m[eê]me|l[ao] misma?o?|stess[ao]"
    return rf"\b(?:in|at|with|from|of|im|dans|en|nell[ao]?) (?:{the_same}) (?:{words})\b|\b(?:the )?same (?:{words})\b"
