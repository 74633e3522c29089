"""Dialog files, read: YAML with the line of every key, checked against the schema, includes and variables filled in.

A mistake is one line: the file, the line, the place in the dialog, what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from eval_dialogs.schema import Defaults, Dialog, DialogFile, Turn
from index.errors import UserError

M = TypeVar("M", bound=BaseModel)
Place = tuple[str | int, ...]
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Script:
    """A dialog ready to be held: its own turns after those of what it includes. `lines` are by (turn, key)."""

    file: Path
    line: int
    dialog: Dialog
    turns: tuple[Turn, ...]
    lines: tuple[Mapping[str, int], ...]
    defaults: Defaults

    @property
    def name(self) -> str:
        """The dialog's name."""
        return self.dialog.name

    @property
    def id(self) -> str:
        """Its file's name and its own, which stays the same when dialogs are added."""
        return f"{self.file.stem}/{self.dialog.name}"


@dataclass(frozen=True)
class _File:
    path: Path
    body: DialogFile
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it."""
        return next((self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), 1)


def read_scripts(paths: Sequence[Path]) -> list[Script]:
    """All dialogs of files and folders (those that come with the program when none is given); raises `UserError`."""
    scripts = [script for file in _files(paths) for script in read_file(file)]
    seen: dict[str, Script] = {}
    for script in scripts:
        if script.id in seen:
            other = seen[script.id]
            raise UserError(f"{script.file}:{script.line}: the name {script.name!r} is taken (line {other.line})")
        seen[script.id] = script
    return scripts


def read_file(path: Path) -> list[Script]:
    """The dialogs of one file."""
    file = _read(path)
    return [_script(file, n) for n in range(len(file.body.dialogs))]


def _files(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        paths = [Path(str(resources.files("eval_dialogs").joinpath("dialogs")))]
    files = [f for path in paths for f in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise UserError(f"{', '.join(map(str, paths))}: no dialogs here (*.yaml)")
    return files


def _read(path: Path) -> _File:
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, yaml.SafeLoader)
        rows = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        mark = getattr(exc, "problem_mark", None)
        why = getattr(exc, "problem", None) or getattr(exc, "strerror", None) or str(exc).splitlines()[0]
        raise UserError(f"{path}{f':{mark.line + 1}' if mark else ''}: {why}") from exc
    lines: dict[Place, int] = {}
    _note_lines(node, (), lines, path)
    if not isinstance(rows, dict):
        raise UserError(f"{path}:1: a file of dialogs is a mapping with `version: 1` and `dialogs`")
    try:
        return _File(path, DialogFile.model_validate(rows), lines)
    except ValidationError as exc:
        raise UserError(_first_mistake(path, exc, lines, rows)) from exc


def _note_lines(node: Any, place: Place, lines: dict[Place, int], path: Path) -> None:
    """The line, from 1, of every key and item."""
    lines.setdefault(place, (node.start_mark.line if node else 0) + 1)
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
    dialog = next((rows["dialogs"][p] for a, p in pairwise(place) if a == "dialogs"), None)
    name = f"dialog {dialog['name']!r}, " if isinstance(dialog, dict) and dialog.get("name") else ""
    turn = next((f"turn {int(p) + 1}, " for a, p in pairwise(place) if a == "turns"), "")
    rest = ".".join(str(p) for p in place[4:] if turn) or ".".join(map(str, place[2:]))
    what = str(error["loc"][-1]) if error["type"] in {"extra_forbidden", "missing"} else rest
    why = {"extra_forbidden": "is not known here", "missing": "is missing"}.get(error["type"], error["msg"])
    return f"{path}:{lines.get(place, 1)}: {name}{turn}{what}: {why.removeprefix('Value error, ')}"


def _in_file(loc: Place, lines: dict[Place, int]) -> Place:
    """The longest beginning of a place that the file has; names of union members that pydantic adds are left out."""
    place: Place = ()
    for part in loc:
        if (*place, part) in lines:
            place = (*place, part)
    return place


def _script(file: _File, number: int) -> Script:
    dialog = file.body.dialogs[number]
    turns: list[tuple[Turn, dict[str, int]]] = []
    for other, at in _included(file, number, ()):
        turns += [_turn(other, at, n) for n in range(len(other.body.dialogs[at].turns))]
    filled = [(fill(turn, dialog.vars), lines) for turn, lines in turns]
    return Script(
        file.path,
        file.line(("dialogs", number)),
        dialog,
        tuple(turn for turn, _ in filled),
        tuple(lines for _, lines in filled),
        _merged(file.body.defaults, dialog.defaults),
    )


def _included(file: _File, number: int, above: tuple[tuple[Path, int], ...]) -> list[tuple[_File, int]]:
    """A dialog after all that it includes, each once, in order."""
    here = (file.path, number)
    if here in above:
        raise UserError(f"{file.path}:{file.line(('dialogs', number, 'include'))}: this dialog includes itself")
    found: list[tuple[_File, int]] = []
    for n, name in enumerate(file.body.dialogs[number].include):
        place: Place = ("dialogs", number, "include", n)
        path, _, title = name.rpartition("#")
        other = _read(file.path.parent / path) if path else file
        at = next((i for i, d in enumerate(other.body.dialogs) if d.name == title), None)
        if at is None:
            raise UserError(f"{file.path}:{file.line(place)}: there is no dialog {title!r} in {other.path.name}")
        found += _included(other, at, (*above, here))
    return [*found, (file, number)]


def _turn(file: _File, number: int, n: int) -> tuple[Turn, dict[str, int]]:
    place: Place = ("dialogs", number, "turns", n)
    checks = {str(p[5]): line for p, line in file.lines.items() if p[:5] == (*place, "assert") and len(p) == 6}
    return file.body.dialogs[number].turns[n], {"": file.line(place), **checks}


def _merged(all_of: Defaults, own: Defaults | None) -> Defaults:
    return all_of if own is None else all_of.model_copy(update=own.model_dump(exclude_unset=True))


def fill(model: M, names: Mapping[str, Any]) -> M:
    """A copy in which every `${name}` of a text is replaced, where the name is known."""
    return type(model).model_validate(_replaced(model.model_dump(by_alias=True, exclude_unset=True), names))


def _replaced(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(lambda m: str(names.get(m[1], m[0])), value)
    if isinstance(value, dict):
        return {_replaced(k, names): _replaced(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, names) for v in value]
    return value
