"""Stretches of words as rows of signs, found again by their hashes in whatever they are read from.

Three kinds of signs: how far it is from one letter to the next in the alphabet, either way (so that any Caesar shift, and the
alphabet turned round, reads the same), letters with vowels and the signs that stand for them as one (leetspeak, stars), and
consonants alone. A stretch is known forwards and backwards, and with its words in the opposite order. Rows are hashed as Karp and
Rabin do (1987); where one may begin is told by a Bloom filter (1970) before any length is looked at, so that a text is read against
thousands of sheets in under a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint64]
Places = NDArray[np.int64] | NDArray[np.uint8]
Flags = NDArray[np.bool_]

APART = "\x02"  # stands between two texts, and in no stretch
_SEAM = np.array([2**63], np.uint64)  # between two rows of signs, and no sign
BEGINNING = 11  # signs: no stretch is shorter
_LONGEST = 96  # signs
_LEAST, _DISTINCT = 12, 4  # a stretch of few letters has so many and as many different words, or is a mere "la la la"
_BASE, _INVERSE = 6364136223846793005, pow(6364136223846793005, -1, 2**64)
_SPREAD = np.array(
    [0xD6E8FEB86659FD93, 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64
)  # one for each table of the filter
_ROOM = 10  # bits of a table for each beginning
_FEWEST_BITS = 16  # of a place in a table
_VOWELS = "aeiouyl*#0134@!|+"  # and what stands for one; l, which 1 stands for as well
_SIGNS = {"5": "s", "$": "s", "7": "t", "8": "b", "9": "g", "6": "g", "2": "z"}


# -- kinds of signs --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _tables() -> tuple[Flags, Places]:
    """For each character whether it is a letter, and its shape: 0 nothing, 1 a vowel, else itself."""
    letter = np.array([chr(n).isalpha() for n in range(0x110000)])
    letter[ord(APART)] = True
    shape = np.where(letter, np.arange(0x110000), 0)
    for sign, meant in _SIGNS.items():
        shape[ord(sign)] = ord(meant)
    shape[[ord(c) for c in _VOWELS]] = 1
    return letter, shape


@lru_cache(maxsize=1)
def _ascii() -> tuple[bytes, bytes, bytes, bytes]:
    """The same for bytes: those that are no letter, each byte's shape, those without one, and those that are no consonant."""
    letter, shape = (table[:128] for table in _tables())
    none, few = (bytes(np.flatnonzero(shape <= most)) for most in (0, 1))
    return bytes(np.flatnonzero(~letter)), bytes(shape.astype(np.uint8)) + bytes(128), none, few


@dataclass(frozen=True)
class Kind:
    """A way of reading characters as a row of signs: `counts` tells those that do, `read` gives the row, which is shorter by
    `between`."""

    name: str
    counts: Callable[[Places], Flags]
    read: Callable[[Places], Codes]
    between: int = 0


def _steps(characters: Places) -> Codes:
    letters = (
        _bytes(characters, None, _ascii()[0]).astype(np.int16)
        if characters.dtype == np.uint8
        else characters[_tables()[0][characters]]
    )
    first, then = letters[:-1], letters[1:]
    latin = (letters >= 97) & (letters < 123)
    far = np.abs(then - first)
    return np.where(latin[:-1] & latin[1:], np.minimum(far, 26 - far), then + 1000).astype(np.uint64)


def _shapes(characters: Places) -> Codes:
    return _shaped(characters, 0).astype(np.uint64) + np.uint64(5000)


def _consonants(characters: Places) -> Codes:
    return _shaped(characters, 1).astype(np.uint64) + np.uint64(2_000_000)


def _shaped(characters: Places, above: int) -> Places:
    """The shapes of characters, of those that have one `above` nothing (0) or a vowel (1)."""
    if characters.dtype == np.uint8:
        return _bytes(characters, _ascii()[1], _ascii()[2 + above])
    shapes = _tables()[1][characters]
    return shapes[shapes > above]


def _bytes(characters: Places, as_what: bytes | None, without: bytes) -> Places:
    return np.frombuffer(characters.tobytes().translate(as_what, without), np.uint8)


STEPS = Kind("steps", lambda characters: _tables()[0][characters], _steps, between=1)
SHAPES = Kind("shapes", lambda characters: _tables()[1][characters] > 0, _shapes)
CONSONANTS = Kind("consonants", lambda characters: _tables()[1][characters] > 1, _consonants)
KINDS = (STEPS, SHAPES, CONSONANTS)


def characters(text: str) -> Places:
    """The code points of a text; as bytes where it is ASCII, which most are and which is read three times as fast."""
    if text.isascii():
        return np.frombuffer(text.encode(), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)


# -- what a stretch is -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """How long a stretch is: `least` signs of a kind over `fewest` words at least, or `most` words where those have fewer signs."""

    kind: Kind
    least: int
    most: int
    fewest: int = 1


@dataclass
class Words:
    """The words of many sheets in a row; for each where its sheet ends, and whether a stretch that begins with it is free."""

    words: list[str] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    free: list[bool] = field(default_factory=list)

    def add(self, words: Sequence[str], allowed: int) -> None:
        """Takes in one sheet, as it stands and with its words in the opposite order: stretches may be said that begin in the first
        `allowed` words."""
        free = [n < allowed for n in range(len(words))]
        for row, may in ((words, free), (words[::-1], free[::-1])):
            self.words += row
            self.ends += [len(self.words)] * len(row)
            self.free += may


@dataclass
class Hashes:
    """Hashes of stretches and of how these begin, and lengths in signs, as they are gathered."""

    whole: list[Codes] = field(default_factory=list)
    begun: list[Codes] = field(default_factory=list)
    lengths: set[int] = field(default_factory=set)

    def add(self, codes: Codes, starts: Places, lengths: Places) -> None:
        """Takes in stretches of a row of signs."""
        sums = _sums(codes)
        self.whole.append(_hashed(sums, starts, lengths))
        self.begun.append(_beginnings(sums)[starts])
        self.lengths.update(lengths.tolist())


def gather(sheets: Words, rule: Rule, free: Hashes, held: Hashes) -> None:
    """Hashes of the stretch from each word on, forwards and backwards."""
    if not sheets.words:
        return
    text = " ".join(sheets.words)
    breaks = _summed(np.fromiter(map(len, sheets.words), np.int64) + 1)
    signs = _summed(rule.kind.counts(characters(text + " ")))[breaks]  # before each word, and all of them
    at, ends = np.arange(len(sheets.words)), np.array(sheets.ends)
    lengths = _lengths(sheets.words, signs, ends, rule)
    first, sizes = signs[:-1], lengths - rule.kind.between
    fits = (sizes >= BEGINNING) & (sizes <= _LONGEST) & (first + lengths <= signs[ends])
    codes, backwards = rule.kind.read(characters(text)), rule.kind.read(characters(text[::-1]))
    may = np.array(sheets.free)
    for where, which in ((free, fits & may), (held, fits & ~may)):
        if len(some := at[which]):
            where.add(codes, first[some], sizes[some])
            where.add(backwards, len(codes) - first[some] - sizes[some], sizes[some])


def _summed(numbers: NDArray[Any]) -> Places:
    """The sum of those before each, and of all."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(numbers, dtype=np.int64)])


def _lengths(words: Sequence[str], signs: Places, ends: Places, rule: Rule) -> Places:
    """How many signs the stretch from each word on has; 0 where there is none."""
    at, last = np.arange(len(words)), len(words)
    first = signs[:-1]
    by_signs = np.maximum(np.searchsorted(signs, first + rule.least), at + rule.fewest) <= np.minimum(
        at + rule.most, ends
    )
    long = np.maximum(rule.least, signs[np.minimum(at + rule.fewest, last)] - first)
    short = signs[np.minimum(at + rule.most, last)] - first
    enough = ~by_signs & (at + rule.most <= ends) & (short >= _LEAST)
    for n in at[enough]:
        enough[n] = len(set(words[n : n + rule.most])) >= _DISTINCT
    return np.where(by_signs, long, np.where(enough, short, 0))


# -- finding them again ----------------------------------------------------------------------------------------------------


class Known:
    """Stretches that are held and not free elsewhere."""

    def __init__(self, held: Hashes, free: Hashes) -> None:
        whole, let_go = _sorted(held.whole), _sorted(free.whole)
        self._whole = whole[~_among(whole, let_go)]
        self._lengths = sorted(held.lengths)
        self._filter = _Bloom(_sorted(held.begun))

    def __len__(self) -> int:
        return len(self._whole)

    @property
    def longest(self) -> int:
        """Signs of the longest stretch."""
        return self._lengths[-1] if self._lengths else 0

    def found(self, *rows: Codes) -> bool:
        """Whether one of the rows of signs, each of another kind, holds one: where one may begin, it is looked at in every length.

        They are read as one row, since NumPy lets other threads in with each of its steps.
        """
        if not len(self):
            return False
        codes = np.concatenate([part for row in rows for part in (row, _SEAM)])
        if len(codes) < BEGINNING:
            return False
        sums = _sums(codes)
        starts = self._filter.among(_beginnings(sums))
        within = ((starts[starts + length <= len(codes)], length) for length in self._lengths) if len(starts) else ()
        return any(_among(_hashed(sums, at, length), self._whole).any() for at, length in within)


class _Bloom:
    """Tells of most hashes that they are not among those it was made of; three tables of bits, each asked less."""

    def __init__(self, hashes: Codes) -> None:
        bits = max(_FEWEST_BITS, (_ROOM * len(hashes)).bit_length())
        self._shift = np.uint64(64 - bits)
        self._tables = [np.zeros(1 << (bits - 3), np.uint8) for _ in _SPREAD]
        for n, table in enumerate(self._tables):
            np.bitwise_or.at(table, *self._bits(n, hashes))

    def among(self, hashes: Codes) -> Places:
        """Places in `hashes` of those that may be among them."""
        left = np.flatnonzero(self._told(0, hashes))
        for n in range(1, len(self._tables)):
            left = left[self._told(n, hashes[left])]
        return left

    def _told(self, table: int, hashes: Codes) -> Flags:
        at, bits = self._bits(table, hashes)
        return np.asarray(self._tables[table].take(at) & bits > 0)

    def _bits(self, table: int, hashes: Codes) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Where hashes stand in a table: its bytes, and the bit in each."""
        places = (hashes * _SPREAD[table]) >> self._shift
        return (places >> np.uint64(3)).view(np.int64), np.uint8(1) << (places & np.uint64(7)).astype(np.uint8)


def _sorted(parts: Iterable[Codes]) -> Codes:
    """All of them, each once."""
    every = np.sort(np.concatenate([np.zeros(0, np.uint64), *parts]))
    return np.asarray(every[np.diff(every, prepend=~every[:1]) != 0])


def _among(hashes: Codes, known: Codes) -> Flags:
    """Which of them are `known`, which are sorted."""
    if not len(known):
        return np.zeros(len(hashes), bool)
    return np.asarray(known[np.searchsorted(known, hashes).clip(max=len(known) - 1)] == hashes)


def _sums(codes: Codes) -> Codes:
    """Running sums of a row of signs as a polynomial modulo 2^64, from which the hash of any stretch is a difference."""
    powers, _ = _powers(len(codes))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum((codes + np.uint64(1)) * powers[: len(codes)], out=sums[1:])
    return sums


def _beginnings(sums: Codes) -> Codes:
    """Hashes of the first signs from each on; their first bits are the good ones, and the filter asks for no others."""
    _, inverses = _powers(len(sums) - 1)
    return (sums[BEGINNING:] - sums[:-BEGINNING]) * inverses[: len(sums) - BEGINNING]


def _hashed(sums: Codes, starts: Places, lengths: Places | int) -> Codes:
    """Hashes of the stretches of so many signs that begin at `starts`."""
    _, inverses = _powers(len(sums) - 1)
    found = (sums[starts + lengths] - sums[starts]) * inverses[starts]
    return _mixed(found + np.atleast_1d(np.asarray(lengths, np.uint64)) * _SPREAD[1])


def _mixed(hashes: Codes) -> Codes:
    """The bits spread, since the first of them are places in a table (splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(31))


def _powers(count: int) -> tuple[Codes, Codes]:
    """At least so many powers of the base, and of its inverse."""
    return _made_powers(1 << max(12, count.bit_length()))


@lru_cache(maxsize=8)
def _made_powers(count: int) -> tuple[Codes, Codes]:
    with np.errstate(over="ignore"):
        powers, inverses = (np.cumprod(np.full(count, base, np.uint64)) * np.uint64(pow(base, -1, 2**64)) for base in (_BASE, _INVERSE))  # fmt: skip
    return powers.astype(np.uint64), inverses.astype(np.uint64)
