"""Grounded or not said: every claim of an answer is looked up in what the tools of this conversation returned.

Checked are handles, quotations, catalogue names, numbers with a meaning (tempo, loudness, years, times), and keys.
A sentence with a claim that nothing supports is cut. What is not checked: adjectives, and anything said in words
alone; evidence for those stands beside the track on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from index.entities import EntityIndex
from index.words import plain

_SENTENCE = re.compile(r"(?<=[.!?…”\"])\s+(?=[A-Z“\"*>\d(])|\n")
_HANDLE = re.compile(r"\bT\d+\b")
_QUOTE = re.compile(r"“([^”]{2,})”|\"([^\"]{2,})\"|^>\s*(.+)$", re.MULTILINE)
_CLOCK = re.compile(r"\b(\d{1,3}):([0-5]\d)\b")
_NUMBER = re.compile(r"(?<![\w/.#:-])-?\d+(?:[.,]\d+)*(?![\w/]|:\d)")
_UNIT = re.compile(r"\s*(?:bpm|lufs|lu|db|dbtp|hz|khz|%|percent|minutes?|seconds?|beats|bars)\b", re.IGNORECASE)
_KEY = re.compile(r"\b([A-G])(?:(#|♯)|(b|♭)|[ -](sharp)|[ -](flat))?[ -](major|minor)\b")
_SHARPS = {"Db": "C#", "Eb": "D#", "Gb": "F#", "Ab": "G#", "Bb": "A#", "Cb": "B", "Fb": "E"}
_SMALL = 20
NOTHING_LEFT = "I have nothing on that which the catalogue's evidence supports."


@dataclass
class Evidence:
    """All that may be said: texts, numbers, keys and names that tools returned or the listener said."""

    names: EntityIndex
    handles: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    _texts: list[str] = field(default_factory=list)

    def add(self, value: Any) -> None:
        """Takes in an artifact or a request: any nesting of JSON types."""
        if isinstance(value, dict):
            for inner in value.values():
                self.add(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                self.add(inner)
        elif isinstance(value, bool) or value is None:
            return
        elif isinstance(value, int | float):
            self.numbers.add(float(value))
        elif isinstance(value, str):
            self._add_text(value)

    def _add_text(self, text: str) -> None:
        self._texts.append(f" {plain(text)} ")
        self.handles |= set(_HANDLE.findall(text))
        self.numbers |= {float(m.replace(",", "")) for m in _NUMBER.findall(text)}
        self.numbers |= {float(int(a) * 60 + int(b)) for a, b in _CLOCK.findall(text)}

    def says(self, words: str) -> bool:
        """Whether some text holds the words, apart from case and punctuation; an ellipsis may stand for a gap."""
        pieces = [p for p in (plain(piece) for piece in re.split(r"…|\.\.\.", words)) if p]
        return all(any(f" {p} " in text for text in self._texts) for p in pieces)

    def has_number(self, number: float, decimals: int) -> bool:
        """Whether a known number rounds to this one."""
        return any(
            abs(round(known, decimals) - number) < 1e-9 or abs(known - number) < 0.5 * 10**-decimals + 1e-9
            for known in self.numbers
        )


@dataclass(frozen=True)
class Cut:
    """A sentence that was not said, and the claim in it that nothing supports."""

    sentence: str
    claim: str


def unsupported(sentence: str, evidence: Evidence) -> str | None:
    """The first claim of a sentence that no evidence supports, or None."""
    for claim in _claims(sentence, evidence):
        return claim
    return None


def _claims(sentence: str, evidence: Evidence) -> Iterator[str]:
    yield from (h for h in _HANDLE.findall(sentence) if h not in evidence.handles)
    quotes = [next(g for g in m.groups() if g) for m in _QUOTE.finditer(sentence)]
    yield from (q for q in quotes if len(plain(q).split()) >= 3 and not evidence.says(re.sub(r"\[\d+:\d\d\]", "", q)))
    yield from (name for name in _names(sentence, evidence) if not evidence.says(name))
    for match in _CLOCK.finditer(sentence):
        if not any(abs(int(match[1]) * 60 + int(match[2]) - n) <= 1 for n in evidence.numbers):
            yield match.group()
    yield from _numbers(_CLOCK.sub(" ", sentence), evidence)
    for match in _KEY.finditer(sentence):
        tonic = match[1] + ("#" if match[2] or match[4] else "b" if match[3] or match[5] else "")
        name = f"{_SHARPS.get(tonic, tonic)} {match[6]}"
        if not any(f" {plain(name)} " in text for text in evidence._texts):
            yield match.group()


def _numbers(sentence: str, evidence: Evidence) -> Iterator[str]:
    for match in _NUMBER.finditer(re.sub(r"^\s*\d+\.\s", "", sentence)):
        text = match.group().replace(",", "")
        if text.count(".") > 1:
            continue
        number, decimals = float(text), len(text.partition(".")[2])
        has_unit = bool(_UNIT.match(match.string[match.end() :]))
        counted = number == int(number) and 0 <= number <= _SMALL and not has_unit
        if not counted and not evidence.has_number(number, decimals):
            yield match.group()


def _names(sentence: str, evidence: Evidence) -> Iterator[str]:
    """Artists and titles of the catalogue that a sentence names: quoted, or of several capitalized words."""
    for match in _QUOTE.finditer(sentence):
        name = next(g for g in match.groups() if g)
        if plain(name) in evidence.names.titles or plain(name) in evidence.names.artists:
            yield name
    for run in re.finditer(
        r"\b[A-ZÀ-Þ][\w'’.-]*(?:\s+(?:[A-ZÀ-Þ][\w'’.-]*|of|the|and|&|de|la|in|on|a))*\s+[A-ZÀ-Þ][\w'’.-]*",
        sentence,
    ):
        words = run.group().split()
        for length in range(len(words), 1, -1):
            for at in range(len(words) - length + 1):
                name = " ".join(words[at : at + length])
                if plain(name) in evidence.names.artists or plain(name) in evidence.names.titles:
                    yield name


class Checker:
    """Lets text through sentence by sentence as it is written; what is unsupported is cut and kept in `cuts`."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.cuts: list[Cut] = []
        self.said = ""
        self._pending = ""

    def feed(self, text: str) -> str:
        """Takes in newly written text and returns what may now be shown."""
        self._pending += text
        ends = [m.end() for m in _SENTENCE.finditer(self._pending)]
        ready, self._pending = (self._pending[: ends[-1]], self._pending[ends[-1] :]) if ends else ("", self._pending)
        return self._passed(ready)

    def finish(self) -> str:
        """The rest, and a plain word when nothing was left to say."""
        shown = self._passed(self._pending)
        self._pending = ""
        if self.cuts and not self.said.strip():
            self.said = NOTHING_LEFT
            return NOTHING_LEFT
        return shown

    def _passed(self, text: str) -> str:
        kept, at = [], 0
        for end in [*(m.end() for m in _SENTENCE.finditer(text)), len(text)]:
            sentence, at = text[at:end], end
            claim = unsupported(sentence, self.evidence) if sentence.strip() else None
            if claim:
                self.cuts.append(Cut(sentence.strip(), claim))
            else:
                kept.append(sentence)
        shown = "".join(kept)
        self.said += shown
        return shown
