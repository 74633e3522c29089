"""Verses of a lyric sheet: where they begin, which of them is the chorus, and in which one a word stands.

Empty lines part verses; without them long pauses do, and lines that come again part from those around them. What is then
still long is cut into fours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from index.profile import clock
from index.track import LyricLine, Lyrics
from index.words import plain

_SHORT, _LONG = 2, 8  # lines of a stretch that comes again as a whole
_CUT, _QUATRAIN = 6, 4  # longer stanzas than this are cut into stanzas of four lines
_REST = 1.9  # a pause of so many usual lengths of a line begins a new verse, where no empty line says so


@dataclass(frozen=True)
class Verse:
    """A stanza: its lines, its number among the verses (from 1), and whether it is a chorus (it comes again)."""

    lines: tuple[LyricLine, ...]
    number: int
    chorus: bool

    @property
    def name(self) -> str:
        """As one would call it."""
        return "the chorus" if self.chorus else f"verse {self.number}"


def verses(lyrics: Lyrics) -> list[Verse]:
    """The stanzas in order; those of the same words are the chorus, and verses are counted without it. A song that
    begins with a stanza that comes again, and has others that do, begins with a verse."""
    stanzas = _stanzas(lyrics.lines)
    texts = [plain(" ".join(line.text for line in lines)) for lines in stanzas]
    again = {text for text in texts if texts.count(text) > 1}
    if len(again) > 1:
        again -= {texts[0]}
    found: list[Verse] = []
    for lines, text in zip(stanzas, texts, strict=True):
        chorus = text in again
        number = sum(not v.chorus for v in found) + (not chorus)
        found.append(Verse(tuple(lines), number, chorus))
    return found


def place_of(lyrics: Lyrics, words: str) -> str | None:
    """Where words are first sung: "verse 2, 1:14", without the time where the sheet has none; None when they are not."""
    wanted = f" {plain(words)} "
    for verse in verses(lyrics):
        for line in verse.lines:
            if wanted in f" {plain(line.text)} ":
                return verse.name + (f", {clock(line.time_s)}" if line.time_s is not None else "")
    return None


def _stanzas(lines: Sequence[LyricLine]) -> list[list[LyricLine]]:
    """Lines between empty ones; without empty ones, between long pauses."""
    groups: list[list[LyricLine]] = [[]]
    for line in lines:
        if line.text:
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    groups = [g for g in groups if g]
    if len(groups) == 1:
        groups = _by_repeats(_by_pauses(groups[0]))
    return [part for group in groups for part in _cut(group)]


def _by_repeats(groups: list[list[LyricLine]]) -> list[list[LyricLine]]:
    """Groups cut where the longest stretch of lines that comes again begins and ends."""
    texts = [plain(line.text) for group in groups for line in group]
    starts, length = _longest_repeat(texts)
    edges = {edge for start in starts for edge in (start, start + length)}
    at = 0
    parts: list[list[LyricLine]] = []
    for group in groups:
        for n, line in enumerate(group):
            if n == 0 or at in edges:
                parts.append([line])
            else:
                parts[-1].append(line)
            at += 1
    return parts


def _longest_repeat(texts: list[str]) -> tuple[list[int], int]:
    """Where the longest stretch stands that comes again, and its length in lines; none is ([], 0)."""
    for length in range(min(_LONG, len(texts) // 2), _SHORT - 1, -1):
        seen: dict[tuple[str, ...], list[int]] = {}
        for start in range(len(texts) - length + 1):
            places = seen.setdefault(tuple(texts[start : start + length]), [])
            if not places or start >= places[-1] + length:
                places.append(start)
        again = [places for places in seen.values() if len(places) > 1]
        if again:
            return again[0], length
    return [], 0


def _cut(lines: list[LyricLine]) -> list[list[LyricLine]]:
    """A long stanza in fours, a single line left over with the four before it."""
    if len(lines) <= _CUT:
        return [lines]
    ends = [*range(_QUATRAIN, len(lines) - 1, _QUATRAIN), len(lines)]
    return [lines[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _by_pauses(lines: list[LyricLine]) -> list[list[LyricLine]]:
    times = [line.time_s for line in lines]
    if len(lines) < 4 or any(t is None for t in times):
        return [lines]
    gaps = [float(b or 0) - float(a or 0) for a, b in pairwise(times)]
    usual = median_low(gaps)
    groups = [[lines[0]]]
    for gap, line in zip(gaps, lines[1:], strict=True):
        if gap > _REST * usual:
            groups.append([])
        groups[-1].append(line)
    return groups
