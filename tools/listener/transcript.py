"""Lyric lines out of a model's sheet, and the sheets of overlapping windows as one. Machine-made throughout."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    """Sheets of windows in order of time as one; lines of their common stretch are sung once.

    A window may begin or end in the middle of a line: such a part is left out, where two lines or more beside it agree and the other
    sheet has the whole of it there.
    """
    out: list[str] = []
    for sheet in sheets:
        seam = _seam(out, sheet)
        out = [*out[: len(out) - seam.left_out], *list(sheet)[seam.known :]]
    return out


@dataclass(frozen=True)
class _Seam:
    """Where two sheets join: last lines of the first that are left out, first lines of the second that are known."""

    left_out: int
    known: int


def _seam(before: Sequence[str], after: Sequence[str]) -> _Seam:
    one, other = [plain(x) for x in before], [plain(x) for x in after]
    for n in range(min(len(one), len(other)), 0, -1):
        for left_out, skipped in ((0, 0), (1, 0), (0, 1), (1, 1)) if n > 1 else ((0, 0),):
            stop = len(one) - left_out
            if stop < n or len(other) < skipped + n or one[stop - n : stop] != other[skipped : skipped + n]:
                continue
            ends = not left_out or (len(other) > skipped + n and other[skipped + n].startswith(one[-1]))
            begins = not skipped or (stop > n and one[stop - n - 1].endswith(other[0]))
            if ends and begins:
                return _Seam(left_out, skipped + n)
    return _Seam(0, 0)
