"""Questions about all tracks of a list: "what keys are they in?", "the tempo of each", "are they by the same artist?", "do they all have drums?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.embedded.forms import says
from assistant.embedded.limits_met import Fields, Limit, limits_of
from assistant.embedded.properties import PROPERTIES, Card, Property
from assistant.embedded.whether import beside, says_so
from assistant.embedded.wishes import listed
from index.words import fold

_SAME = re.compile(r"\bsame\b|\bshar(?:e|ing)\b")
_TWICE = re.compile(r"\btwice\b|\bmore than once\b|\bseveral times\b")


def of_several(request: str) -> bool:
    """Whether a request asks one thing of several tracks: its value of each, or whether it holds of all."""
    return says("of each", request) or says("of all", request)


def survey(cards: Sequence[Card], request: str) -> str:
    """The answer to what a request asks of each card; empty where it asks for nothing of each."""
    folded = fold(request)
    asked = [p for p in PROPERTIES if re.search(rf"\b(?:{p.words})\b", folded)]
    if asked and _TWICE.search(folded):
        return " ".join(_repeated(cards, p) for p in asked[:1])
    if asked and _SAME.search(folded):
        return " ".join(_alike(cards, p) for p in asked)
    of_all = says("of all", folded)
    limits = limits_of(request) if of_all else []
    if asked and not limits:
        return "\n\n".join(_each(cards, p) for p in asked)
    if of_all:
        told = [_all_met(cards, limit, at.fields) for limit, at in limits]
        return " ".join([*told, *(_whether_all(cards, m.concept) for m in beside(limits, request))])
    return ""


def _name(card: Card) -> str:
    return f"**{card['handle']}** “{card['title']}”"


def _each(cards: Sequence[Card], what: Property) -> str:
    """A value a line; one sentence where all are the same, or none is known."""
    values = [what.value(card) for card in cards]
    if not any(values):
        return f"The {what.name} of none of them is known."
    if len({*values}) == 1:
        return f"All of them are {what.said.format(values[0])}."
    if what.name == "title":
        return "\n".join(
            f"- {_name(card)} by {', '.join(card.get('artists', ())) or 'somebody unknown'}" for card in cards
        )
    rows = [f"- {_name(card)}: {value or 'not known'}" for card, value in zip(cards, values, strict=True)]
    return "\n".join((f"The {what.name} of each:", "", *rows))


def _alike(cards: Sequence[Card], what: Property) -> str:
    """Whether they have the same value, and which of them do."""
    groups = _by_value(cards, what)
    unknown = groups.pop("", [])
    missing = f" The {what.name} of {listed(unknown)} is not known." if unknown else ""
    if not groups:
        return f"I cannot tell: the {what.name} of none of them is known."
    if len(groups) == 1 and not unknown:
        return f"Yes, {'both' if len(cards) == 2 else 'all'} of them are {what.said.format(next(iter(groups)))}."
    told = [f"{listed(handles)} {'is' if len(handles) == 1 else 'are'} {what.said.format(value)}" for value, handles in groups.items()]  # fmt: skip
    some = any(len(handles) > 1 for handles in groups.values())
    return f"{'Not all of them' if some else 'No'}: {'; '.join(told)}.{missing}"


def _repeated(cards: Sequence[Card], what: Property) -> str:
    """The values that more than one of them has."""
    groups = _by_value(cards, what)
    several = [f"{value} ({listed(handles)})" for value, handles in groups.items() if value and len(handles) > 1]
    return f"More than once: {listed(several)}." if several else f"No {what.name} comes up more than once here."


def _by_value(cards: Sequence[Card], what: Property) -> dict[str, list[str]]:
    """Handles by the value that they have, which is empty where it is not known."""
    groups: dict[str, list[str]] = {}
    for card in cards:
        groups.setdefault(what.value(card), []).append(str(card["handle"]))
    return groups


def _all_met(cards: Sequence[Card], limit: Limit, fields: Fields) -> str:
    """Which of the cards are within a limit, each with its value."""
    told = [(card, limit.value(card)) for card in cards]
    if not any(value for _, value in told):
        return f"I cannot tell: the {limit.name} of none of them is known."
    yes, no = (
        [f"**{c['handle']}** is {v}" for c, v in told if v and limit.holds(c, fields) == so] for so in (True, False)
    )
    unknown = [c["handle"] for c, value in told if not value]
    missing = f" The {limit.name} of {listed(unknown)} is not known." if unknown else ""
    if not no:
        return f"Yes{', all of them' if not missing else ''}: {listed(yes)}.{missing}"
    if not yes:
        return f"No, none of them: {listed(no)}.{missing}"
    return f"Not all: {listed(yes)}; but {listed(no)}.{missing}"


def _whether_all(cards: Sequence[Card], concept: str) -> str:
    """Which of the cards say that they have or are something; the others are not said not to."""
    so = [says_so(card, concept) for card in cards]
    yes, no = ([_name(c) for c, said in zip(cards, so, strict=True) if said == value] for value in (True, False))
    if not no:
        return f"Yes, all of them name {concept}."
    if not yes:
        return f"Nothing about any of them names {concept}."
    return f"Not all: {listed(yes)} {'names' if len(yes) == 1 else 'name'} {concept}; nothing about {listed(no)} does."
