"""Dialog files, read: YAML with the line of every key, checked against the schema.

A mistake is one line: the file, the line, the place in the dialog, what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from eval_dialogs.schema import DialogFile
from index.errors import UserError

Place = tuple[str | int, ...]
_MOST_NODES = 200_000  # a file that refers to itself again and again grows without end
_DEEPEST = 40


@dataclass(frozen=True)
class Source:
    """A file of dialogs and the line, from 1, of every key and item in it."""

    path: Path
    body: DialogFile
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, *place: str | int) -> int:
        """The line of a place, or of the nearest thing around it."""
        return next((self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), 1)

    def wrong(self, what: str, *place: str | int) -> UserError:
        """A mistake at a place."""
        return UserError(f"{self.path}:{self.line(*place)}: {what}")


def read_source(path: Path) -> Source:
    """A file of dialogs; raises `UserError` with the line of the mistake."""
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
        lines: dict[Place, int] = {}
        _note_lines(node, (), lines, path)
        rows = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        why = getattr(exc, "problem", None) or getattr(exc, "strerror", None) or str(exc).splitlines()[0]
        raise UserError(f"{path}{f':{mark.line + 1}' if mark else ''}: {why}") from exc
    if not isinstance(rows, dict):
        raise UserError(f"{path}:1: a file of dialogs is a mapping with `version: 1` and `dialogs`")
    try:
        return Source(path, DialogFile.model_validate(rows), lines)
    except ValidationError as exc:
        raise UserError(_first_mistake(path, exc, lines, rows)) from exc


def _note_lines(node: Any, place: Place, lines: dict[Place, int], path: Path) -> None:
    lines.setdefault(place, (node.start_mark.line if node else 0) + 1)
    if len(lines) > _MOST_NODES or len(place) > _DEEPEST:
        raise UserError(f"{path}:{lines[place]}: nested too deep, or repeated too often, for a file of dialogs")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*place, str(key.value))
            if at in lines:
                raise UserError(f"{path}:{key.start_mark.line + 1}: {key.value!r} stands here twice")
            lines[at] = key.start_mark.line + 1
            _note_lines(value, at, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for n, value in enumerate(node.value):
            lines[(*place, n)] = value.start_mark.line + 1
            _note_lines(value, (*place, n), lines, path)


def _first_mistake(path: Path, exc: ValidationError, lines: dict[Place, int], rows: Any) -> str:
    """The mistake that is deepest in the file: of a union the nearest fit says most."""
    error = max(exc.errors(), key=lambda e: len(_in_file(e["loc"], lines)))
    place = _in_file(error["loc"], lines)
    in_dialog = len(place) > 1 and place[0] == "dialogs"
    in_turn = in_dialog and len(place) > 3 and place[2] == "turns"
    dialog = rows["dialogs"][place[1]] if in_dialog else None
    name = f"dialog {dialog['name']!r}, " if isinstance(dialog, dict) and dialog.get("name") else ""
    turn = f"turn {int(place[3]) + 1}, " if in_turn else ""
    rest = place[4:] if in_turn else place[2:] if in_dialog else place
    what = (
        str(error["loc"][-1]) if error["type"] in {"extra_forbidden", "missing"} else ".".join(map(str, rest)) or "it"
    )
    why = {"extra_forbidden": "is not known here", "missing": "is missing"}.get(error["type"], error["msg"])
    return f"{path}:{lines.get(place, 1)}: {name}{turn}{what}: {' '.join(why.removeprefix('Value error, ').split())}"


def _in_file(loc: Place, lines: dict[Place, int]) -> Place:
    """The longest beginning of a place that the file has; names of union members that pydantic adds are left out."""
    place: Place = ()
    for part in loc:
        if (*place, part) in lines:
            place = (*place, part)
    return place
