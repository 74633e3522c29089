"""The hard side of a turn: its limits, orders and superlatives, its comparisons, and what it points at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.embedded.bounds import NUMBERS_ABROAD, Constrained, matches
from assistant.embedded.comparatives import comparisons
from assistant.embedded.constraints import parse_constraints
from assistant.embedded.lengths import parse_whole
from assistant.embedded.named import Spans, overlaps
from assistant.embedded.order import parse_order
from assistant.embedded.reference import References, resolve
from assistant.embedded.same import same_as, times_as_fast
from assistant.embedded.standing import pending
from assistant.embedded.superlatives import is_superlative, parse_superlative
from assistant.embedded.topic import is_else
from assistant.embedded.understanding import Turn
from index.entities import Entity
from index.query import Comparison

_LEAVE_OUT = re.compile(
    r"\b(?:leave|keep) (?:those|these|them|it|that) out\b|\bwithout (?:those|these|them)\b|\bnone of (?:those|these|them)\b",
    re.IGNORECASE,
)


_LIST = re.compile(r"\b(?:the|this|my) (?:whole )?(?:play ?)?list\b", re.IGNORECASE)


@dataclass(frozen=True)
class Limited:
    """Limits with their places, comparisons, references; `taken` are places that say nothing else. `most`: a superlative is asked for;
    `likened`: a track sets limits for others; `whole`: the list on the screen is to be longer or shorter."""

    limits: list[Constrained]
    compare: tuple[Comparison, ...]
    refs: References
    taken: Spans
    most: bool
    likened: bool
    whole: bool


def limited(turn: Turn) -> Limited:
    """Reads the limits of a turn."""
    text, spoken, state = turn.text, turn.spoken, turn.state
    order = parse_order(text)
    most = [] if order else parse_superlative(text, bool(state["shown"]), _asked_for_the_most(turn.query))
    of_a_list = pending(state) or (state["shown"] and _LIST.search(text))
    whole = parse_whole(text, turn.query) if of_a_list else []
    limits = _limits(text, [*order, *most, *whole], turn.title)
    if turn.query.get("only_ai") and _LEAVE_OUT.search(text):
        limits = [*limits, *matches(_LEAVE_OUT.pattern, text, lambda _: {"only_ai": False, "include_ai": False})]
    places = [(c.start, c.end) for c in limits]
    compare, taken = comparisons(text, bool(state["shown"]) and not is_else(spoken), places)
    taken += [(c.start, c.end) for c in limits if "count" not in c.fields]  # "three gospel songs" names gospel
    taken += [(c.start, c.start + len(n)) for c in limits if (n := _number_abroad(c))]  # "tres canciones" plays no tres
    refs = resolve(blanked(spoken, order if spoken == text else []), state)  # "newest first" points at no first one
    each = any("each" in c.fields for c in limits)  # "no two in the same key" is no likeness
    same = [] if each else [*same_as(text, state, refs.handles), *times_as_fast(text, state, refs.handles)]
    taken += [(c.start, c.end) for c in same]
    return Limited([*limits, *same], compare, refs, taken, bool(most), bool(same), bool(whole))


def fields_of(limits: list[Constrained]) -> dict[str, Any]:
    """Limits as fields of a query; of two for one field the first counts."""
    merged: dict[str, Any] = {}
    for item in limits:
        merged = {**item.fields, **merged}
    return merged


def _number_abroad(limit: Constrained) -> str:
    """The number that a count begins with, where it is of another language."""
    first = limit.words.split(" ", 1)[0]
    return first if "count" in limit.fields and first.lower() in NUMBERS_ABROAD else ""


def blanked(text: str, spans: list[Constrained]) -> str:
    """The text with spaces in place of what was understood already."""
    for c in spans:
        text = text[: c.start] + " " * (c.end - c.start) + text[c.end :]
    return text


def _asked_for_the_most(query: dict[str, Any]) -> bool:
    """Whether the turn before asked for the most of something."""
    return bool(query.get("most") or is_superlative(query.get("text", "")))


def _limits(text: str, first: list[Constrained], title: Entity | None) -> list[Constrained]:
    """Hard constraints of a text: those found `first`, and others beside them, none of them within a title."""
    aside = [(c.start, c.end) for c in first]
    limits = [*first, *(c for c in parse_constraints(text) if not overlaps(c.start, c.end, aside))]
    return [c for c in limits if not (title and overlaps(c.start, c.end, [(title.start, title.end)]))]
