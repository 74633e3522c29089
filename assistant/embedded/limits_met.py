"""Whether tracks are within limits that a question names: "is it from the 70s?", "are they all in minor?", "is it sung in French?"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.embedded.bounds import Constrained
from assistant.embedded.constraints import parse_constraints
from assistant.embedded.measured import sure_bpm
from assistant.embedded.properties import Card, named

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Limit:
    """What a question asks of a track: the words for its value (empty where it is not known), and whether the value is as asked."""

    name: str
    value: Callable[[Card], str]
    holds: Callable[[Card, Fields], bool]
    fields: frozenset[str]


def _measured(card: Card, name: str) -> Any:
    return (card.get("measured") or {}).get(name)


def _within(value: float | None, low: float | None, high: float | None) -> bool:
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _said(name: str) -> Callable[[Card], str]:
    """A property in words: "from 1970", "in 3/4"; empty where it is not known."""
    what = named(name)
    return lambda card: what.said.format(value) if (value := what.value(card)) else ""


def _language(card: Card) -> str:
    return "instrumental" if card.get("vocals") == "instrumental" else _said("language")(card)


_LIMITS = (
    Limit("year", _said("year"), lambda c, f: _within(c.get("year"), f.get("year_min"), f.get("year_max")), frozenset({"year_min", "year_max"})),
    Limit("tempo", _said("tempo"), lambda c, f: _within(sure_bpm(c.get("measured") or {}), f.get("tempo_min"), f.get("tempo_max")), frozenset({"tempo_min", "tempo_max"})),
    Limit("key", _said("key"), lambda c, f: str(_measured(c, "key")).endswith(f["mode"]), frozenset({"mode"})),
    Limit("meter", _said("meter"), lambda c, f: _measured(c, "meter") in str(f["meter"]).split(" or "), frozenset({"meter"})),
    Limit("language", _language, lambda c, f: c.get("language") in str(f["language"]).split(" or "), frozenset({"language"})),
    Limit("length", _said("length"), lambda c, f: _within(c.get("duration_s"), f.get("duration_min_s"), f.get("duration_max_s")), frozenset({"duration_min_s", "duration_max_s"})),
)  # fmt: skip


def limits_of(request: str) -> list[tuple[Limit, Constrained]]:
    """The limits that a question names, each with its place; a key by its tonic is none, since a flat may be its sharp."""
    found = [c for c in parse_constraints(request) if "key" not in c.fields]
    return [(limit, c) for c in found for limit in _LIMITS if limit.fields & c.fields.keys()]


def met(card: Card, limit: Limit, fields: Fields) -> str:
    """The answer for one track: "Yes, it is from 1972.", "No, it is in Italian."."""
    value = limit.value(card)
    if not value:
        return f"Its {limit.name} is not known."
    return f"{'Yes' if limit.holds(card, fields) else 'No'}, it is {value}."
