"""Lyric lines out of a model's sheet, and the sheets of overlapping windows as one. Machine-made throughout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.words import plain

_FENCE = re.compile(r"^\s*```\w*\s*$")
_HEADING = re.compile(r"^\s*(?:[#*\s]*[\[(]([^\])]{1,40})[\])][*:\s]*|[#*]+\s*([\w ]{1,30}?)[*:\s]*)$")
_TIME = re.compile(r"^\s*[\[(]?\d{1,3}:\d\d(?:\.\d+)?(?:\s*[-–]\s*\d{1,3}:\d\d(?:\.\d+)?)?[\])]?\s*")
_UNSUNG = {"instrumental", "no lyrics", "no vocals", "no singing", "music", "none"}
_MOST_LINES = 400
_LONGEST = 300  # characters of a line


def lines_of(sheet: str) -> list[str]:
    """The sung lines, headings as "[Verse]"; empty when the model says that nobody sings."""
    found: list[str] = []
    for raw in sheet.splitlines():
        line = _TIME.sub("", " ".join(raw.split()))
        if not line or _FENCE.match(line):
            continue
        heading = _HEADING.match(line)
        words = (heading[1] or heading[2]).strip(" *:") if heading else line.strip("*_ ")
        if plain(words) in _UNSUNG or not plain(words):
            continue
        found.append(f"[{words}]" if heading else words[:_LONGEST])
    return found[:_MOST_LINES] if any(not line.startswith("[") for line in found) else []


def merge_lines(sheets: Sequence[Sequence[str]]) -> list[str]:
    """Sheets of windows in order of time; lines that end one and begin the next are sung once, in their common stretch."""
    out: list[str] = []
    for sheet in sheets:
        out += list(sheet)[_common(out, sheet) :]
    return out


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    """How many first lines of `after` are the last of `before`, apart from case and punctuation."""
    one, other = [plain(x) for x in before], [plain(x) for x in after]
    return next((n for n in range(min(len(one), len(other)), 0, -1) if one[-n:] == other[:n]), 0)
