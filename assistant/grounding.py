"""Grounded or not said: every claim of an answer is looked up in what the tools of this conversation returned.

Checked are handles, quotations of three words or more, catalogue names, numbers with a meaning (tempo, loudness,
years, times), meters, and keys. A sentence with a claim that nothing supports is cut. What is not checked: adjectives,
shorter quotations, and anything said in words alone; evidence for those stands beside the track on the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from index.entities import EntityIndex
from index.spelling import with_sharps
from index.words import plain

_SENTENCE = re.compile(
    r"(?:(?<=[.!?…])|(?<=[.!?…][”\"]))(?<!^\d\.)(?<!^\d\d\.)[^\S\n]+(?=[A-ZÀ-Þ“\"„«*>\d(])|[^\S\n]*\n\s*(?=\S)"
)
_DIGIT = re.compile(r"\d")
_HANDLE = re.compile(r"\bT\d+\b")
# A quotation that a line or sentence break cuts in two counts on both sides of it.
_QUOTE = re.compile(r"“([^”]{2,})(?:”|$)|^([^“”\"]{2,})”|\"([^\"]{2,})\"|„([^“”]{2,})[“”]|«([^»]{2,})»")
_BLOCK = re.compile(r"^\s*>\s*(.+)$")
_CLOCK = re.compile(r"\b(\d{1,3}):([0-5]\d)\b")
_METER = re.compile(r"(?<![\w/.])(\d{1,2}/(?:2|4|8|16))(?![\w/])")
_UNITS = r"(?:bpm|lufs|lu|dbtp|db|k?hz|percent|minutes?|mins?|seconds?|secs?|beats|bars)\b"
_NUMBER = re.compile(rf"(?<![\w/.#:-])-?\d+(?:[.,]\d+)*(?:(?![\w/]|:\d)|(?={_UNITS}))", re.IGNORECASE)
_RANGE = re.compile(r"(?<=\d)\s?[-–]\s?(?=\d)")
_UNIT = re.compile(rf"\s*(?:%|{_UNITS})", re.IGNORECASE)
_KEY = re.compile(r"\b([A-G])(?:(#|♯)|(b|♭)|[ -](sharp)|[ -](flat))?[ -]((?i:major|minor))\b")
_LICENCE = re.compile(
    r"https?://(?:creativecommons\.org|opensource\.org|artlibre\.org|www\.gnu\.org|opendatacommons\.org)(?:/[\w.-]{1,24}){1,4}/?"
)
_SMALL = 20
_LONG_QUOTE = 3
NOTHING_LEFT = "I have nothing on that which the catalogue's evidence supports."


@dataclass(frozen=True, slots=True)
class _Told:
    """What a text supports."""

    words: str
    keys: frozenset[str]
    addresses: frozenset[str]
    handles: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    meters: frozenset[str] = frozenset()


@lru_cache(maxsize=8192)  # each turn of a conversation takes in again what those before it returned
def _told(text: str) -> _Told:
    words = f" {plain(text)} "
    keys = frozenset(map(_key_name, _KEY.finditer(text)))
    addresses = frozenset(_LICENCE.findall(text) if "://" in text else ())
    if not _DIGIT.search(text):
        return _Told(words, keys, addresses)
    clocks = (float(int(a) * 60 + int(b)) for a, b in _CLOCK.findall(text))
    numbers = frozenset([*(n.value for n in _numbers(text)), *clocks])
    return _Told(words, keys, addresses, frozenset(_HANDLE.findall(text)), numbers, frozenset(_METER.findall(text)))


@dataclass
class Evidence:
    """All that may be said: texts, numbers, keys and names that tools returned or the listener said."""

    names: EntityIndex
    handles: set[str] = field(default_factory=set)
    numbers: set[float] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    meters: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)  # of licences, as credits name them
    _texts: list[str] = field(default_factory=list)

    def add(self, value: Any) -> None:
        """Takes in an artifact or a request: any nesting of JSON types.

        A whole profile is for drawing: among its thousands of numbers any number would find support. What may be said
        of it stands beside it.
        """
        if isinstance(value, dict):
            for name, inner in value.items():
                if name != "profile":
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
        told = _told(text)
        self._texts.append(told.words)
        self.keys |= told.keys
        self.addresses |= told.addresses
        self.handles |= told.handles
        self.numbers |= told.numbers
        self.meters |= told.meters

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
    """A sentence that was not said, the claim in it that nothing supports, and what was said `instead`, if anything."""

    sentence: str
    claim: str
    instead: str = ""


Repair = Callable[[str, str], str]
WITHHELD = "*(words that may not be shown are left out here)*"
LYRICS = "(a sentence)"


class Policy(Protocol):
    """What may not be said, whatever supports it; `assistant.outflow.Outflow` is one."""

    def clean(self, text: str, known: Callable[[str], bool]) -> str:
        """A sentence as it may be rendered; `known` are addresses that may be read."""

    def leak(self, text: str) -> str | None:
        """Why a text may not be said, in a word; None when it may."""

    def said(self, text: str) -> None:
        """Notes what was said."""


def unsupported(sentence: str, evidence: Evidence) -> str | None:
    """The first claim of a sentence that no evidence supports, or None."""
    for claim in _claims(sentence, evidence):
        return claim
    return None


def _claims(sentence: str, evidence: Evidence) -> Iterator[str]:
    yield from (h for h in _HANDLE.findall(sentence) if h not in evidence.handles)
    yield from _quotations(sentence, evidence)
    yield from (name for name in _names(sentence, evidence) if not evidence.says(name))
    for match in _CLOCK.finditer(sentence):
        if not any(abs(int(match[1]) * 60 + int(match[2]) - n) <= 1 for n in evidence.numbers):
            yield match.group()
    for number in _numbers(re.sub(r"^\s*\d+\.\s", "", _CLOCK.sub(" ", sentence))):
        counted = number.value.is_integer() and 0 <= number.value <= _SMALL and not number.unit
        if not counted and not evidence.has_number(number.value, number.decimals):
            yield number.words
    yield from (m for m in _METER.findall(sentence) if m not in evidence.meters)
    yield from (m.group() for m in _KEY.finditer(sentence) if _key_name(m) not in evidence.keys)


def _quoted(sentence: str) -> list[str]:
    return [next(g for g in m.groups() if g) for m in _QUOTE.finditer(sentence)]


def _without_marks_in_names(sentence: str, evidence: Evidence) -> str:
    """The sentence without straight quotation marks that stand inside known words: Damian "Jr. Gong" Marley."""
    for at in reversed([n for n, sign in enumerate(sentence) if sign == '"']):
        before, after = plain(sentence[:at]).split()[-2:], plain(sentence[at + 1 :]).split()[:2]
        near = (" ".join((*before, *after[:1])), " ".join((*before[-1:], *after)))
        if before and after and any(map(evidence.says, near)):
            sentence = sentence[:at] + sentence[at + 1 :]
    return sentence


def _quotations(sentence: str, evidence: Evidence) -> Iterator[str]:
    """What is quoted and was said by nobody; a line that is a quotation as a whole counts however short it is."""
    sentence = _without_marks_in_names(sentence, evidence)
    block = _BLOCK.match(sentence)
    if block:
        words = re.sub(r"\[\d+:\d\d\]", "", block[1])
        yield from () if evidence.says(words) else (block[1],)
        return
    for quote in _quoted(sentence):
        if len(plain(quote).split()) >= _LONG_QUOTE and not evidence.says(quote):
            yield quote
    if sentence.count('"') % 2:  # a quotation that goes on beyond this sentence, or comes from before it
        before, after = (part.strip() for part in (sentence.partition('"')[0], sentence.rpartition('"')[2]))
        sides = [x for x in (before, after) if len(plain(x).split()) >= _LONG_QUOTE]
        if sides and not any(evidence.says(x) for x in sides):
            yield max(sides, key=len)


@dataclass(frozen=True)
class _Number:
    words: str
    value: float
    decimals: int
    unit: bool


def _numbers(text: str) -> Iterator[_Number]:
    """Numbers of a text; both sides of a range count, a comma before three digits only groups them."""
    text = _RANGE.sub(" to ", text.replace("−", "-"))
    for match in _NUMBER.finditer(text):
        digits = re.sub(r",(?=\d{3}(?:\D|$))", "", match.group()).replace(",", ".")
        if digits.count(".") <= 1:
            unit = bool(_UNIT.match(text[match.end() :]))
            yield _Number(match.group(), float(digits), len(digits.partition(".")[2]), unit)


def _key_name(match: re.Match[str]) -> str:
    """A key as the measurement names it: sharps only."""
    tonic = match[1] + ("#" if match[2] or match[4] else "b" if match[3] or match[5] else "")
    return f"{with_sharps(tonic)} {match[6].lower()}"


def _names(sentence: str, evidence: Evidence) -> Iterator[str]:
    """Artists and titles of the catalogue that a sentence names: quoted, or of several capitalized words."""
    for name in _quoted(sentence):
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
    """Lets text through sentence by sentence as it is written; what is unsupported is cut and kept in `cuts`.

    `policy` tells whether a text gives away what may not be shown, such as lyrics; such a sentence goes, and no trace keeps it.
    `repair`, given the sentence and the claim, may write it anew, once; what it wrote has to pass like any sentence.
    """

    def __init__(self, evidence: Evidence, repair: Repair | None = None, policy: Policy | None = None) -> None:
        self.evidence = evidence
        self._policy = policy
        self.cuts: list[Cut] = []
        self.said = ""
        self.repair = repair
        self._pending = ""

    @property
    def has_words(self) -> bool:
        """Whether anything was written, said or not."""
        return bool((self.said + self._pending).strip() or self.cuts)

    def feed(self, text: str) -> str:
        """Takes in newly written text and returns what may now be shown."""
        self._pending += text if self.said or self._pending else text.lstrip()
        return "".join(self._passed(sentence) for sentence in self._complete())

    def finish(self) -> str:
        """The rest, and a plain word when nothing was left to say."""
        shown = self._passed(self._pending)
        self._pending = ""
        if self.cuts and not self.said.replace(WITHHELD, "").strip():
            self.said = NOTHING_LEFT
            return NOTHING_LEFT
        return shown

    def drop_unfinished(self) -> None:
        """Forgets a sentence whose end was not written; one that has its full stop is kept for `finish`."""
        if not re.search(r"[.!?…][”\"*)]*\s*$", self._pending):
            self._pending = ""

    def aside(self, words: str) -> str:
        """Words of our own, as a paragraph: they pass unchecked."""
        shown = self.feed("\n\n") + self.finish() if self.said or self._pending else ""
        if shown or self.said:
            words = f"{'' if self.said.endswith(chr(10)) else chr(10) * 2}{words}"
        self.said += words
        return shown + words

    def _complete(self) -> Iterator[str]:
        """Sentences whose end has been written, each with the space after it."""
        while match := _SENTENCE.search(self._pending):
            sentence, self._pending = self._pending[: match.end()], self._pending[match.end() :]
            yield sentence

    def _passed(self, sentence: str) -> str:
        claim = unsupported(sentence, self.evidence) if sentence.strip() else None
        if self._policy:
            sentence = self._policy.clean(sentence, self.evidence.addresses.__contains__)
            if why := self._policy.leak(sentence):
                self.cuts.append(Cut(LYRICS, f"may not be shown: {why}"))
                return self._withheld(sentence)
        shown = sentence
        if claim:
            space = sentence[len(sentence.rstrip()) :]
            instead = self._repaired(sentence.strip(), claim)
            self.cuts.append(Cut(sentence.strip(), self._shown(claim), instead))
            # what follows a cut sentence still begins on a line of its own
            gap = space if "\n" in space and self.said.strip() and not self.said.endswith("\n") else ""
            shown = instead + space if instead else gap
        self.said += shown
        if self._policy:
            self._policy.said(shown)
        return shown

    def _withheld(self, sentence: str) -> str:
        """What stands in the place of words that may not be shown; once, where there are several in a row."""
        if self.said.rstrip().endswith(WITHHELD):
            return ""
        row = re.match(r"\s*(?:\d+\.|[-*>])\s", sentence)
        shown = f"{row.group() if row else ''}{WITHHELD}{sentence[len(sentence.rstrip()) :]}"
        self.said += shown
        return shown

    def _shown(self, claim: str) -> str:
        """A claim as the trace may show it."""
        return self._policy.clean(claim, self.evidence.addresses.__contains__) if self._policy else claim

    def _repaired(self, sentence: str, claim: str) -> str:
        """The sentence written anew, or "" when that failed or is unsupported as well."""
        instead = self.repair(sentence, claim).strip() if self.repair else ""
        if instead and self._policy:
            instead = self._policy.clean(instead, self.evidence.addresses.__contains__)
        leaks = self._policy and self._policy.leak(instead)
        return "" if leaks or unsupported(instead, self.evidence) else instead
