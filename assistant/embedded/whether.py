"""Questions that a yes or no answers: "is it sad?", "does T2 have a cello?". Yes is what a track's own words say, no is no word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.embedded.bounds import Constrained
from assistant.embedded.limits_met import Limit, limits_of, met
from index.concepts import Mention, vocabulary

Card = dict[str, Any]

_TOLD = ("caption", "description")
_TAGGED = ("genres", "moods", "instruments", "tags")
_AROUND = 45  # characters of a quotation on each side


def whether(card: Card, request: str) -> str:
    """The answer for each limit and each concept that the request names; empty when it names none."""
    limits = limits_of(request)
    asked = dict.fromkeys(m.concept for m in beside(limits, request))
    told = [*(met(card, limit, at.fields) for limit, at in limits), *(_one(card, concept) for concept in asked)]
    return " ".join(dict.fromkeys(told))


def beside(limits: Sequence[tuple[Limit, Constrained]], request: str) -> list[Mention]:
    """The concepts that a request names besides its limits."""
    named = vocabulary().mentions(request)
    if any(limit.name == "language" for limit, _ in limits):
        named = [m for m in named if m.concept != "vocals"]  # "sung in French"
    return [m for m in named if not any(m.start < at.end and at.start < m.end for _, at in limits)]


def _one(card: Card, concept: str) -> str:
    meant = vocabulary().narrower(concept)
    for field in _TOLD:
        text = str(card.get(field) or "")
        found = next((m for m in vocabulary().mentions(text) if m.concept in meant), None)
        if found and found.negated:
            return f"Its {field} says it is without {concept}: “{_quoted(text, found)}”."
        if found:
            return f"Yes, as far as its {field} goes: “{_quoted(text, found)}”."
    tag = next(tags(card, meant), None)
    if tag:
        return f"Yes, it is tagged {tag}."
    against = {o for c in meant for o in vocabulary().opposite.get(c, ())}
    contrary = next(tags(card, against), None)
    return f"Nothing about it says {concept}{f'; it is tagged {contrary}' if contrary else ''}."


def says_so(card: Card, concept: str) -> bool:
    """Whether the words or tags of a track name a concept, or what is one of it."""
    meant = vocabulary().narrower(concept)
    told = [m for field in _TOLD for m in vocabulary().mentions(str(card.get(field) or "")) if m.concept in meant]
    declared = {"vocals": {"vocals", "female", "male"}, "instrumental": {"instrumental"}}.get(concept, set())
    return any(not m.negated for m in told) or any(tags(card, meant)) or card.get("vocals") in declared


def tags(card: Card, concepts: set[str]) -> Iterator[str]:
    """The tags of a track that name one of the concepts."""
    values = (value for field in _TAGGED for value in card.get(field) or [])
    yield from (str(v) for v in values if any(m.concept in concepts for m in vocabulary().mentions(str(v))))


def _quoted(text: str, mention: Mention) -> str:
    start, end = max(0, mention.start - _AROUND), min(len(text), mention.end + _AROUND)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    stop = text.find(" ", end)
    end = len(text) if stop < 0 else stop
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
