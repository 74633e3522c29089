"""The names that dialogs may use. A check on something that does not exist would always hold, or never, so each is looked up."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from assistant.events import Reply
from index.concepts import vocabulary
from index.query import Query
from tools.toolbox import TOOLS

# What a card of a track may hold; see `tools.desk.Desk.card`.
CARD = (
    "handle", "title", "artists", "album", "year", "duration_s", "genres", "moods", "instruments", "vocals", "language", "caption", "description", "ai",
    "credit", "credits", "licence", "evidence", "explicit", "tempo_bpm", "key", "meter",
)  # fmt: skip
_TOOLS = {tool.name: set(tool.args) for tool in TOOLS}
_CONCEPTS = frozenset(vocabulary().kinds)
_REPLY = {f.name for f in fields(Reply)}


def _one_of(names: Collection[str], what: str) -> Callable[[str], str]:
    """Refuses other names, with a guess; `${...}` is filled in later."""

    def known(name: str) -> str:
        if name not in names and "${" not in name:
            guess = get_close_matches(name, names, 1)
            raise ValueError(f"there is no {what} {name!r}{f', perhaps {guess[0]!r}' if guess else ''}")
        return name

    return known


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as exc:
        raise ValueError(f"no regular expression: {exc}") from exc
    return text


def _completed(names: Collection[str], title: str) -> WithJsonSchema:
    """For editors: the names there are, or a variable."""
    variable = {"type": "string", "pattern": r"\$\{\w+\}"}
    return WithJsonSchema({"title": title, "anyOf": [{"enum": sorted(names)}, variable]})


def _card_field(order: str) -> str:
    _one_of(CARD, "field of a card")(order.removeprefix("-"))
    return order


def _part_of_reply(path: str) -> str:
    _one_of(_REPLY, "part of a reply")(path.split(".")[0])
    return path


def check_arguments(tool: str, args: Iterable[str]) -> None:
    """Raises ValueError when a tool has no such argument."""
    for name in args if tool in _TOOLS else ():
        _one_of(_TOOLS[tool], f"argument of {tool}")(name)


ToolName = Annotated[str, AfterValidator(_one_of(_TOOLS, "tool")), _completed(_TOOLS, "ToolName")]
Concept = Annotated[str, AfterValidator(_one_of(_CONCEPTS, "concept")), _completed(_CONCEPTS, "Concept")]
CardField = Annotated[str, AfterValidator(_one_of(CARD, "field of a card"))]
QueryField = Annotated[str, AfterValidator(_one_of(Query.model_fields, "field of a query"))]
Regex = Annotated[str, AfterValidator(_pattern)]
Order = Annotated[str, AfterValidator(_card_field)]
Handle = Annotated[str, Field(pattern=r"^(T\d+|\$\{\w+\})$")]
FileName = Annotated[str, Field(pattern=r"^[\w][\w .-]*$")]
Variable = Annotated[str, Field(pattern=r"^\w+$")]
PartOfReply = Annotated[str, AfterValidator(_part_of_reply)]
