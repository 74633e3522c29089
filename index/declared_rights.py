"""The rights of a track from all that was declared about it: by columns, tags, a label's DDEX message, a C2PA manifest.

Where declarations contradict each other the one that protects more counts: made with AI before made by people, no
display before an excerpt, forbidden before allowed. Nothing is guessed; what nobody declared stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from index.track import Credit, Rights

CREDITS = ("composer", "lyricist", "producer", "label", "publisher", "performer", "copyright")
RIGHTS = (*CREDITS, "licence", "lyrics_display", "ai_status", "ai_roles", "machine_analysis", "tdm", "ai_training")

_HUMAN, _PARTLY, _WHOLLY = "declared_human", "partly", "all"
_AI = {
    "all": _WHOLLY, "yes": _WHOLLY, "true": _WHOLLY, "declared_ai": _WHOLLY, "partly": _PARTLY,
    "none": _HUMAN, "no": _HUMAN, "false": _HUMAN, "declared_human": _HUMAN,
}  # fmt: skip
_STRICTEST_AI = (_WHOLLY, _PARTLY, _HUMAN)
_STRICTEST_DISPLAY = ("none", "excerpt", "full")
_FORBIDDEN = {"forbidden", "no", "false", "0", "none", "denied", "notallowed", "constrained"}
_ALLOWED = {"allowed", "yes", "true", "1", "granted"}


_FIELDS = {
    "ai_status": ("ai_status", "ai_extent", "ai_source", "ai_date"),
    "ai_roles": ("ai_roles",),
    "machine_analysis": ("analysis", "analysis_source"),
    "ai_training": ("training", "training_source"),
    "lyrics_display": ("lyrics_display",),
    "licence": ("licence",),
}


@dataclass(frozen=True)
class Said:
    """A declared value, where it stands, and since when (ISO 8601 date; empty when that is unknown)."""

    value: str
    where: str
    date: str = ""


class BadRight(ValueError):
    """A declaration that cannot be what its column says."""


def rights_of(said: Callable[[str], list[Said]], *, lenient: bool) -> Rights:
    """Rights from the declarations by column; raises `BadRight` for one that makes no sense.

    With `lenient` (tags, which anybody may write) such a one restricts: somebody meant to.
    """
    licences = list(dict.fromkeys(s.value for s in said("licence")))
    body: dict[str, Any] = {
        "licence": "; ".join(licences) or None,
        "lyrics_display": _display(said("lyrics_display"), lenient=lenient),
        "credits": tuple(dict.fromkeys(Credit(role=role, name=s.value) for role in CREDITS for s in said(role))),
        "ai_roles": tuple(dict.fromkeys(s.value for s in said("ai_roles"))),
        **_made_by(said("ai_status")),
    }
    reserved = [(s, s.value in {"1", "true", "yes", "reserved"}) for s in _lower(said("tdm"))]
    known = {"0", "1", "true", "false", "yes", "no", "reserved", "unreserved"}
    odd = [s for s, _ in reserved if s.value not in known]
    if odd and not lenient:
        raise BadRight(f"tdm is {odd[0].value[:40]!r}; it must be 1 or 0")
    tdm = [Said("forbidden" if yes or s in odd else "allowed", s.where) for s, yes in reserved]
    for name, all_said in (("analysis", [*said("machine_analysis"), *tdm]), ("training", [*said("ai_training"), *tdm])):
        word, where = _permission(all_said, "machine_analysis" if name == "analysis" else "ai_training", lenient)
        body |= {name: word, f"{name}_source": where}
    return Rights.model_validate(body)


def over(rights: Rights, said: Mapping[str, list[Said]]) -> Rights:
    """Rights in which some columns are declared anew; the others stay. Raises `BadRight` for what makes no sense."""
    new = rights_of(lambda column: said.get(column, []), lenient=False)
    update: dict[str, Any] = {name: getattr(new, name) for c in said if c not in CREDITS for name in _FIELDS[c]}
    if any(column in CREDITS for column in said):
        kept = tuple(credit for credit in rights.credits if credit.role not in said)
        both = dict.fromkeys((*kept, *new.credits))
        update["credits"] = tuple(
            sorted(both, key=lambda c: CREDITS.index(c.role) if c.role in CREDITS else len(CREDITS))
        )
    return rights.model_copy(update=update)


def _made_by(said: list[Said]) -> dict[str, Any]:
    """The AI status, how much of it, and who declares so; who says otherwise is named beside."""
    read = [(_AI[s.value], s) for s in _lower(said) if s.value in _AI]
    level = next((level for level in _STRICTEST_AI if any(word == level for word, _ in read)), None)
    if level is None:
        return {}
    agreeing = [s for word, s in read if word == level]
    others = [s for word, s in read if (word == _HUMAN) != (level == _HUMAN)]
    return {
        "ai_status": _HUMAN if level == _HUMAN else "declared_ai",
        "ai_extent": None if level == _HUMAN else level,
        "ai_source": _places(agreeing) + (f"; otherwise in {_places(others)}" if others else ""),
        "ai_date": next((s.date for s in agreeing if s.date), None),
    }


def _places(said: list[Said]) -> str:
    return ", ".join(dict.fromkeys(s.where for s in said))


def _display(said: list[Said], *, lenient: bool) -> str:
    values = [s.value for s in _lower(said)]
    odd = [v for v in values if v not in _STRICTEST_DISPLAY]
    if odd and not lenient:
        raise BadRight(f"lyrics_display is {odd[0]!r}; it must be none, excerpt or full")
    return "none" if odd else next((word for word in _STRICTEST_DISPLAY if word in values), "excerpt")


def _permission(said: list[Said], column: str, lenient: bool) -> tuple[str, str | None]:
    """Whether something is allowed, and who says so."""
    allowed = None
    for s in _lower(said):
        if s.value in _FORBIDDEN or (s.value not in _ALLOWED and lenient):
            return "forbidden", s.where
        if s.value not in _ALLOWED:
            raise BadRight(f"{column} is {s.value[:40]!r}; it must be allowed or forbidden")
        allowed = allowed or s.where
    return "allowed", allowed


def _lower(said: list[Said]) -> list[Said]:
    return [Said(s.value.strip().lower(), s.where, s.date) for s in said]
