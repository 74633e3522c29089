"""Dialog files, read: YAML with the line of every key, checked against the schema; see `mistakes` for what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from eval_dialogs.mistakes import Mistakes, Place, told
from eval_dialogs.schema import DialogFile

_IN_WORDS = {  # what YAML's own messages mean to who writes a file by hand
    "mapping values are not allowed here": "a colon is not expected here; is the line, or the one before it, indented wrongly?",
    "expected <block end>": "this line is not indented like those that it belongs to",
    "could not find expected ':'": "a name without a colon, or text that needs quotation marks",
    "found character '\\t' that cannot start any token": "a tab; lines are indented with spaces",
}
_MOST_NODES = 200_000  # a file that refers to itself again and again grows without end
_DEEPEST = 40
_MOST_FILES = 256


@dataclass(frozen=True)
class Source:
    """A file of dialogs and the line, from 1, of every key and item in it."""

    path: Path
    body: DialogFile
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, *place: str | int) -> int:
        """The line of a place, or of the nearest thing around it."""
        return next((self.lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self.lines), 1)

    def wrong(self, what: str, *place: str | int) -> str:
        """A mistake at a place, in a line."""
        return f"{self.path}:{self.line(*place)}: {what}"


def read_source(path: Path) -> Source:
    """A file of dialogs; raises `Mistakes`, each with its line. A file that did not change is read once."""
    try:
        at = path.stat()
    except OSError as exc:
        raise Mistakes([f"{path}: {exc.strerror}"]) from exc
    return _read(path, (at.st_mtime_ns, at.st_size))


@lru_cache(_MOST_FILES)
def _read(path: Path, _stamp: tuple[int, int]) -> Source:
    try:
        # not libyaml's loader: text that is nested deep enough ends the whole process there
        loader = yaml.SafeLoader(path.read_text("utf-8"))
        node = loader.get_single_node()
        lines: dict[Place, int] = {}
        _note_lines(node, (), lines, path)
        rows = loader.construct_document(node) if node else None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as exc:
        mark = getattr(exc, "problem_mark", None)
        problem = getattr(exc, "problem", None)
        why = (
            _IN_WORDS.get(str(problem).partition(", but")[0], problem)
            or getattr(exc, "strerror", None)
            or str(exc).splitlines()[0]
        )
        raise Mistakes([f"{path}{f':{mark.line + 1}' if mark else ''}: {why}"]) from exc
    if not isinstance(rows, dict):
        raise Mistakes([f"{path}:1: a file of dialogs is a mapping with `version: 1` and `dialogs`"])
    try:
        return Source(path, DialogFile.model_validate(rows), lines)
    except ValidationError as exc:
        within = _within_misspelt(path, rows, lines)
        raise Mistakes([*told(path, exc, lines, rows), *within]) from exc


def _within_misspelt(path: Path, rows: dict[str, Any], lines: dict[Place, int]) -> list[str]:
    """What is wrong in the dialogs of a file that calls them otherwise ("dialog:")."""
    named = get_close_matches("dialogs", [name for name in map(str, rows) if name != "dialogs"], 1)
    if "dialogs" in rows or not named:
        return []
    meant = {"version": 1, **{("dialogs" if name == named[0] else name): value for name, value in rows.items()}}
    places = {("dialogs", *place[1:]) if place[:1] == (named[0],) else place: line for place, line in lines.items()}
    try:
        DialogFile.model_validate(meant)
    except ValidationError as exc:
        return told(path, exc, places, meant)
    return []


def _note_lines(node: Any, place: Place, lines: dict[Place, int], path: Path) -> None:
    lines.setdefault(place, (node.start_mark.line if node else 0) + 1)
    if len(lines) > _MOST_NODES or len(place) > _DEEPEST:
        raise Mistakes([f"{path}:{lines[place]}: nested too deep, or repeated too often, for a file of dialogs"])
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            at = (*place, str(key.value))
            if at in lines:
                raise Mistakes([f"{path}:{key.start_mark.line + 1}: {key.value!r} stands here twice"])
            lines[at] = key.start_mark.line + 1
            _note_lines(value, at, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for n, value in enumerate(node.value):
            lines[(*place, n)] = value.start_mark.line + 1
            _note_lines(value, (*place, n), lines, path)
