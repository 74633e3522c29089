"""Dialogs made ready to be held: includes put first, variables filled in, budgets given to each turn, all of it checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from eval_dialogs.mistakes import Mistakes
from eval_dialogs.reading import Source, read_source
from eval_dialogs.schema import Defaults, Dialog, Tone, Turn
from index.errors import UserError

M = TypeVar("M", bound=BaseModel)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class ScriptTurn:
    """A turn and where it stands; `lines` are those of its checks."""

    turn: Turn
    file: Path
    line: int
    lines: Mapping[str, int]

    def line_of(self, check: str) -> int:
        """The line of a check, or of the turn when it is made without being asked for."""
        return self.lines.get(check, self.line)


@dataclass(frozen=True)
class Script:
    """A dialog ready to be held: its own turns after those of what it includes. `files` are its attachments by name."""

    file: Path
    line: int
    dialog: Dialog
    turns: tuple[ScriptTurn, ...]
    defaults: Defaults
    catalogue: Path | None
    files: Mapping[str, Tone | Path]
    liked: tuple[str, ...]
    sources: frozenset[Path]

    @property
    def name(self) -> str:
        """The dialog's name."""
        return self.dialog.name

    @property
    def id(self) -> str:
        """Its file's name and its own, which stays the same when dialogs are added."""
        return f"{self.file.stem}/{self.dialog.name}"


@dataclass(frozen=True)
class _Part:
    """A dialog of a file."""

    source: Source
    number: int

    @property
    def dialog(self) -> Dialog:
        return self.source.body.dialogs[self.number]

    def wrong(self, what: str, *place: str | int) -> str:
        return self.source.wrong(what, "dialogs", self.number, *place)


def read_scripts(paths: Sequence[Path]) -> list[Script]:
    """All dialogs of files and folders (those that come with the program when none is given); raises `UserError`."""
    seen: dict[str, Script] = {}
    for file in files_of(paths):
        for script in read_file(file):
            if script.id in seen:
                other = seen[script.id]
                raise UserError(f"{file}:{script.line}: the name {script.name!r} is taken ({other.file}:{other.line})")
            seen[script.id] = script
    return list(seen.values())


def read_file(path: Path) -> list[Script]:
    """The dialogs of one file; raises `Mistakes`."""
    source = read_source(path)
    scripts: list[Script] = []
    mistakes: list[str] = []
    for n in range(len(source.body.dialogs)):
        try:
            scripts.append(_script(_Part(source, n)))
        except Mistakes as wrong:
            mistakes += wrong.lines
    if mistakes:
        raise Mistakes(mistakes)
    return scripts


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files that paths stand for; a folder is searched through."""
    paths = paths or [Path(str(resources.files("eval_dialogs").joinpath("dialogs")))]
    files = [f for path in paths for f in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise UserError(f"{', '.join(map(str, paths))}: no dialogs here (*.yaml)")
    return list(dict.fromkeys(files))


def _script(part: _Part) -> Script:
    parts = _included(part, ())
    variables = {k: v for p in parts for k, v in p.dialog.vars.items()}
    defaults = _merged(part.source.body.defaults, part.dialog.defaults)
    mistakes = [*_lost_names(parts, variables), *_lost_files(parts)]
    if mistakes:
        raise Mistakes(mistakes)
    return Script(
        part.source.path,
        part.source.line("dialogs", part.number),
        part.dialog,
        tuple(_turn(p, n, variables, defaults) for p in parts for n in range(len(p.dialog.turns))),
        defaults,
        next((_beside(p, p.dialog.fixtures.catalogue) for p in reversed(parts) if p.dialog.fixtures.catalogue), None),
        {name: file for p in parts for name, file in _attachments(p)},
        tuple(name for p in parts for name in p.dialog.fixtures.liked),
        frozenset(p.source.path for p in parts),
    )


def _included(part: _Part, above: tuple[tuple[Path, int], ...]) -> list[_Part]:
    """A dialog after all that it includes, in order."""
    here = (part.source.path.resolve(), part.number)
    if here in above:
        raise Mistakes([part.wrong("this dialog includes itself", "include")])
    found: list[_Part] = []
    for n, name in enumerate(part.dialog.include):
        path, _, title = name.rpartition("#")
        source = read_source(part.source.path.parent / path) if path else part.source
        at = next((i for i, d in enumerate(source.body.dialogs) if d.name == title), None)
        if at is None:
            raise Mistakes([part.wrong(f"there is no dialog {title!r} in {source.path.name}", "include", n)])
        found += _included(_Part(source, at), (*above, here))
    return [*found, part]


def _turn(part: _Part, n: int, variables: Mapping[str, Any], defaults: Defaults) -> ScriptTurn:
    place = ("dialogs", part.number, "turns", n)
    lines = part.source.lines
    checks = {str(p[5]): line for p, line in lines.items() if p[:5] == (*place, "assert") and len(p) == 6}
    turn = fill(part.dialog.turns[n], variables)
    budgets = {
        name: value
        for name in ("latency", "tool_calls")
        if name not in turn.checks.model_fields_set and (value := getattr(defaults, name)) is not None
    }
    turn = turn.model_copy(update={"checks": turn.checks.model_copy(update=budgets)})
    return ScriptTurn(turn, part.source.path, part.source.line(*place), checks)


def _merged(all_of: Defaults, own: Defaults | None) -> Defaults:
    return all_of if own is None else all_of.model_copy(update={n: getattr(own, n) for n in own.model_fields_set})


def _attachments(part: _Part) -> Iterator[tuple[str, Tone | Path]]:
    for name, file in part.dialog.fixtures.files.items():
        yield name, file if isinstance(file, Tone) else _beside(part, file)


def _beside(part: _Part, path: str | None) -> Path:
    return part.source.path.parent / (path or "")


def _lost_files(parts: Sequence[_Part]) -> Iterator[str]:
    for part in parts:
        for name, path in _attachments(part):
            if isinstance(path, Path) and not path.is_file():
                yield part.wrong(f"{path}: no such file", "fixtures", "files", name)


def _lost_names(parts: Sequence[_Part], variables: Mapping[str, Any]) -> Iterator[str]:
    """Variables, files and turns that a turn speaks of and that are not there."""
    known, files, count = set(variables), {f for p in parts for f in p.dialog.fixtures.files}, 0
    for part in parts:
        for n, turn in enumerate(part.dialog.turns):
            count += 1
            for name in sorted(set(_VARIABLE.findall(turn.model_dump_json())) - known):
                yield part.wrong(f"turn {n + 1}: nothing before it gives ${{{name}}} a value", "turns", n)
            for file in (f for f in turn.files if f not in files and "${" not in f):
                yield part.wrong(f"turn {n + 1}: {file!r} is not among the dialog's fixtures", "turns", n, "files")
            if turn.when and count == 1:
                yield part.wrong("turn 1: there is no turn before it", "turns", n, "when")
            if turn.checks.same_as_turn and turn.checks.same_as_turn >= count:
                what = f"turn {n + 1}: turn {turn.checks.same_as_turn} does not come before it"
                yield part.wrong(what, "turns", n, "assert", "same_as_turn")
            known |= set(turn.capture)


def fill(model: M, names: Mapping[str, Any]) -> M:
    """A copy in which every `${name}` is replaced, where the name is known; a value that is nothing else keeps its type.

    Raises pydantic's `ValidationError` where a value does not fit its place.
    """
    return type(model).model_validate(_replaced(model.model_dump(by_alias=True, exclude_unset=True), names))


def _replaced(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = _VARIABLE.fullmatch(value)
        if whole:
            return names.get(whole[1], value)
        return _VARIABLE.sub(lambda m: str(names.get(m[1], m[0])), value)
    if isinstance(value, dict):
        return {_replaced(k, names): _replaced(v, names) for k, v in value.items()}
    if isinstance(value, list):
        return [_replaced(v, names) for v in value]
    return value
