"""What is wrong in a dialog file, each mistake in a line: the file, the line, the place in the dialog, what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval_dialogs.schema import json_schema
from index.errors import UserError

Place = tuple[str | int, ...]
_PLAINLY = {"string_type": "should be text; put quotes around it", "too_short": "needs at least one"}


class Mistakes(UserError):
    """All that is wrong in a file; as text the first of it, and how many more there are."""

    def __init__(self, lines: Sequence[str]) -> None:
        more = f" (and {len(lines) - 1} more; `linernotes dialogs check` tells them)" if len(lines) > 1 else ""
        super().__init__(lines[0] + more)
        self.lines = tuple(lines)


def told(path: Path, exc: ValidationError, lines: Mapping[Place, int], rows: Any) -> list[str]:
    """The mistakes that pydantic found, in the order of the file."""
    found = dict.fromkeys(_deepest(exc, lines))
    ordered = sorted(found, key=lambda f: (lines.get(f[0], 1), f[1]))
    return [f"{path}:{lines.get(place, 1)}: {_where(place, rows)}{what}" for place, what in ordered]


def _deepest(exc: ValidationError, lines: Mapping[Place, int]) -> Iterator[tuple[Place, str]]:
    """What did not fit, with its place in the file. Of a union of which nothing fits, the fit that got furthest says
    most; the others are left out."""
    errors = [(_in_file(e["loc"], lines), e) for e in exc.errors()]
    for place, error in errors:
        shallow = any(other[: len(place)] == place and len(other) > len(place) for other, _ in errors)
        of_union = len(error["loc"]) > len(place) and error["type"] not in {"missing", "extra_forbidden"}
        same = [e for p, e in errors if p == place]
        if not (shallow and of_union) and (error["type"] in {"missing", "extra_forbidden"} or error is _plainest(same)):
            yield place, _what(place, error)


def _plainest(errors: Sequence[Any]) -> Any:
    """Of several things said of one place, the one that speaks of its value rather than of its type."""
    return max(errors, key=lambda e: (e["type"] in {"missing", "extra_forbidden", "value_error"}, len(e["loc"])))


def _what(place: Place, error: Any) -> str:
    name = str(error["loc"][-1])
    inside = ".".join(map(str, _inside(place))) or "it"
    if error["type"] in _PLAINLY:
        return f"{inside}: {_PLAINLY[error['type']]}"
    if error["type"] == "missing":
        return f"{name}: is missing"
    if error["type"] == "extra_forbidden":
        guess = get_close_matches(name, _keys_at(place[:-1]), 1)
        return f"{name}: is not known here{f', perhaps {guess[0]!r}' if guess else ''}"
    return f"{inside}: {' '.join(str(error['msg']).removeprefix('Value error, ').split())}"


def _where(place: Place, rows: Any) -> str:
    """The dialog and turn of a place, in words."""
    if len(place) < 2 or place[0] != "dialogs":
        return ""
    dialog = rows["dialogs"][place[1]]
    name = f"dialog {dialog['name']!r}, " if isinstance(dialog, dict) and dialog.get("name") else ""
    return name + (f"turn {int(place[3]) + 1}, " if _in_turn(place) else "")


def _inside(place: Place) -> Place:
    return place[4:] if _in_turn(place) else place[2:] if len(place) > 1 and place[0] == "dialogs" else place


def _in_turn(place: Place) -> bool:
    return len(place) > 3 and place[0] == "dialogs" and place[2] == "turns"


def _in_file(loc: Place, lines: Mapping[Place, int]) -> Place:
    """The longest beginning of a place that the file has; names of union members that pydantic adds are left out."""
    place: Place = ()
    for part in loc:
        if (*place, part) in lines:
            place = (*place, part)
    return place


def _keys_at(place: Place) -> list[str]:
    """The keys that the format knows at a place."""
    found = [_format()]
    for part in place:
        inner = (_inner(node, part) for node in found)
        found = [plain for nodes in inner for node in nodes for plain in _alternatives(node)]
    return [name for node in found for name in node.get("properties", {})]


def _inner(node: dict[str, Any], part: str | int) -> list[dict[str, Any]]:
    """What the format says of a part of a node."""
    below = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part) or node.get("additionalProperties")  # fmt: skip
    return [below] if isinstance(below, dict) else []


def _alternatives(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of the JSON Schema without references and unions."""
    if "$ref" in node:
        yield from _alternatives(_format()["$defs"][node["$ref"].rpartition("/")[2]])
    elif "anyOf" in node:
        for inner in node["anyOf"]:
            yield from _alternatives(inner)
    else:
        yield node


@cache
def _format() -> dict[str, Any]:
    return json_schema()
