"""Rows of a CSV manifest, read so that one broken row costs no other."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import UserError

_SEPARATORS = ",;\t"


def csv_rows(path: Path, text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """The line on which each row begins, and the row, or in its place the reason why it is none. Commas, semicolons or tabs separate
    columns, as the header has them; raises `UserError` where that cannot be used."""
    lines = text.splitlines(keepends=True)
    separator = max(_SEPARATORS, key=lines[0].count) if lines else ","
    columns: list[str] | None = None
    for number, cells in _records(lines, separator):
        if isinstance(cells, str):
            yield number, cells
        elif columns is None:
            columns = _header(path, cells)
        elif cells:
            extra = len(cells) - len(columns)
            yield number, f"{extra} cells more than the header has columns" if extra > 0 else dict(zip(columns, cells, strict=False))  # fmt: skip


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    """The names of the columns, each of which may stand once."""
    columns = [cell.strip() for cell in cells]
    twice = [name for name, times in Counter(columns).items() if times > 1 and name]
    if twice:
        raise UserError(f"{path}: the column {twice[0]!r} stands twice in the header; rename one of them")
    return columns


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each record with its first line; after one that is broken, reading goes on at the line behind its first."""
    at = 0
    reader = csv.reader(iter(lines), delimiter=separator)
    begun = 0  # the line at which this reader began
    while at < len(lines):
        try:
            cells: list[str] | str = next(reader)
            end = begun + reader.line_num
            if '"' in lines[at] and sum(line.count('"') for line in lines[at:end]) % 2:
                cells = "a quote is opened here and never closed"
        except StopIteration:
            return
        except csv.Error as exc:
            cells, end = f"not a row of CSV: {exc}", at + 1
        yield at + 1, cells
        if isinstance(cells, str):
            end = begun = at + 1
            reader = csv.reader(iter(lines[begun:]), delimiter=separator)
        at = end
