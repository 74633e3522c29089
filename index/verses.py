"""Verses of a lyric sheet: where they begin, which of them is the chorus, and in which one a word stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from index.profile import clock
from index.track import LyricLine, Lyrics
from index.words import plain

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
    """The stanzas in order; those of the same words are the chorus, and verses are counted without it."""
    stanzas = _stanzas(lyrics.lines)
    texts = [plain(" ".join(line.text for line in lines)) for lines in stanzas]
    found: list[Verse] = []
    for lines, text in zip(stanzas, texts, strict=True):
        chorus = texts.count(text) > 1
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
    return _by_pauses(groups[0]) if len(groups) == 1 else groups


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
