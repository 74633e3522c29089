"""Scripted dialogs as data: what a YAML file of dialogs may hold. Unknown keys are errors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import UserError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Checks(_Strict):
    """What must hold after a turn. Every given check is made."""

    tool_called: list[str] = Field(default_factory=list, description="tools that must have been called")
    tool_not_called: list[str] = Field(default_factory=list)
    tool_args: dict[str, Any] = Field(default_factory=dict, description="arguments that the last search must contain")
    shown_at_least: int = 0
    shown_each: dict[str, dict[str, float]] = Field(
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
        raise UserError(f"{path}{f':{mark.line + 1}' if mark else ''}: {getattr(exc, 'problem', None) or exc}") from exc
    if not isinstance(rows, list):
        raise UserError(f"{path}: a file of dialogs is a list, each with a name and turns")
    try:
        return [Dialog.model_validate(row) for row in rows]
    except ValidationError as exc:
        first = exc.errors()[0]
        raise UserError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from exc
