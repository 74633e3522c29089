"""Forms of turns: what their grammar says they are for. The forms are data (`forms.toml`), each with turns that it was made for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from index.words import fold

Intent = Literal[
    "find",
    "refine",
    "more",
    "similar",
    "why",
    "details",
    "lyrics",
    "analyze",
    "playlist",
    "like",
    "dislike",
    "thanks",
    "hello",
    "help",
    "taste",
    "undo",
    "reset",
    "outside",
    "imitate",
    "compare",
    "catalogue",
    "tray",
    "bye",
    "holder",
    "rude",
    "welcome",
    "sorrow",
    "greeted",
    "indifferent",
    "theory",
    "meaning",
    "contribute",
    "deletes",
    "earlier",
    "titles",
    "parts",
    "opinion",
    "hears",
    "self",
    "skill",
]


@dataclass(frozen=True)
class Form:
    """A form: one of the patterns `says` is in the folded text, and all of `when` holds. `like` are turns of that form."""

    intent: Intent
    when: frozenset[str]
    says: tuple[re.Pattern[str], ...]
    like: tuple[str, ...] = ()

    def fits(self, folded: str, held: frozenset[str]) -> bool:
        """Whether a turn has this form; `held` is what holds of it."""
        met = all(sign[1:] not in held if sign.startswith("-") else sign in held for sign in self.when)
        return met and self.is_said(folded)

    def is_said(self, folded: str) -> bool:
        """Whether its words are in a folded text."""
        return any(pattern.search(folded) for pattern in self.says)


@dataclass(frozen=True)
class _Forms:
    forms: tuple[Form, ...]
    named: dict[str, Form]
    words: dict[str, re.Pattern[str]]


def forms() -> tuple[Form, ...]:
    """All forms, in the order in which they are tried."""
    return _read().forms


def says(name: str, text: str) -> bool:
    """Whether the words of a named form are in a text."""
    return _read().named[name].is_said(fold(text))


def has_words_for(intent: Intent, folded: str) -> bool:
    """Whether a folded text has the words without which nobody means an intent, if it takes any."""
    pattern = _read().words.get(intent)
    return pattern is None or bool(pattern.search(folded))


def filled(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with its parts, which stand in it by their names in braces."""
    for name, part in parts.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern


@cache
def _read() -> _Forms:
    data = tomllib.loads(resources.files("assistant.embedded").joinpath("forms.toml").read_text("utf-8"))
    parts: dict[str, str] = data["parts"]

    def compiled(pattern: str) -> re.Pattern[str]:
        return re.compile(filled(pattern, parts))

    rows: list[dict[str, Any]] = data["form"]
    by_name = {row["name"]: row for row in rows if "name" in row}
    made: list[Form] = []
    named: dict[str, Form] = {}
    for row in rows:
        words = by_name[row["same"]] if "same" in row else row
        form = Form(
            row["intent"],
            frozenset(row.get("when", ())),
            tuple(map(compiled, words["says"])),
            () if "same" in row else tuple(row["like"]),
        )
        made.append(form)
        if "name" in row:
            named[row["name"]] = form
    return _Forms(tuple(made), named, {intent: compiled(p) for intent, p in data["words"].items()})
