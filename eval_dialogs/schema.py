"""Scripted dialogs as data: what a YAML file of dialogs may hold. Unknown keys are errors."""

from __future__ import annotations

import math
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from index.concepts import vocabulary
from index.errors import UserError
from tools.toolbox import TOOLS


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Bounds(_Strict):
    """A number's range; an end that is not given is open."""

    min: float = -math.inf
    max: float = math.inf


class Checks(_Strict):
    """What must hold after a turn. Every given check is made."""

    tool_called: list[str] = Field(default_factory=list, description="tools that must have been called")
    tool_not_called: list[str] = Field(default_factory=list)
    tool_args: dict[str, Any] = Field(default_factory=dict, description="arguments that the last search must contain")
    shown_at_least: int = 0
    shown_each: dict[str, Bounds] = Field(
        default_factory=dict,
        description="bounds on a number of every shown track, e.g. tempo_bpm: {max: 100}",
    )
    shown_concept: list[str] = Field(
        default_factory=list, description="concepts that every shown track must have evidence for"
    )
    shown_without: list[str] = Field(default_factory=list, description="concepts that no shown track may name")
    answer_contains: list[str] = Field(default_factory=list)
    answer_lacks: list[str] = Field(default_factory=list)
    grounded: bool = Field(True, description="nothing had to be cut from the answer")

    @field_validator("tool_called", "tool_not_called")
    @classmethod
    def _tools_exist(cls, names: list[str]) -> list[str]:
        return _known(names, {tool.name for tool in TOOLS}, "tool")

    @field_validator("shown_concept", "shown_without")
    @classmethod
    def _concepts_exist(cls, names: list[str]) -> list[str]:
        return _known(names, vocabulary().kinds, "concept")


def _known(names: list[str], all_names: Collection[str], what: str) -> list[str]:
    """A check on something that does not exist would always hold, or never."""
    unknown = [name for name in names if name not in all_names]
    if unknown:
        near = get_close_matches(unknown[0], all_names, 1)
        raise ValueError(f"there is no {what} {unknown[0]!r}{f', perhaps {near[0]!r}' if near else ''}")
    return names


class Turn(_Strict):
    """What the listener says, and what must come of it. `like` and `dislike` are handles."""

    user: str = Field(min_length=1)
    like: list[str] = Field(default_factory=list)
    dislike: list[str] = Field(default_factory=list)
    checks: Checks = Field(default_factory=Checks, alias="assert")


class Dialog(_Strict):
    """A conversation of one thread."""

    name: str = Field(min_length=1)
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    turns: list[Turn] = Field(min_length=1)


def read_dialogs(path: Path) -> list[Dialog]:
    """The dialogs of a file; raises `UserError` with the place of the first mistake."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        mark = getattr(exc, "problem_mark", None)
        why = getattr(exc, "problem", None) or getattr(exc, "strerror", None) or str(exc).splitlines()[0]
        raise UserError(f"{path}{f':{mark.line + 1}' if mark else ''}: {why}") from exc
    if not isinstance(rows, list) or not rows:
        raise UserError(f"{path}: a file of dialogs is a list, each with a name and turns")
    return [_dialog(row, f"{path}: dialog {number}") for number, row in enumerate(rows, 1)]


def _dialog(row: Any, where: str) -> Dialog:
    try:
        return Dialog.model_validate(row)
    except ValidationError as exc:
        first = exc.errors()[0]
        place = "".join(f", turn {p + 1}" if isinstance(p, int) else f", {p}" for p in first["loc"] if p != "turns")
        raise UserError(f"{where}{place}: {first['msg']}") from exc
