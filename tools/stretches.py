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
Signs = NDArray[np.uint8]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

APART = "\x02"  # stands between two texts, and in no stretch
_SEAM = b"\0"  # between two rows of signs, and no sign
_HELD_AT_ONCE, _FURTHER = 8, 3  # signs of a number of 64 bits; from where on the same again
BEGINNING = _HELD_AT_ONCE + _FURTHER  # signs: no stretch is shorter
_LONGEST = 96  # signs
_LEAST, _DISTINCT = 12, 4  # a stretch of few letters has so many and as many different words, or is a mere "la la la"
_BASE, _INVERSE = 6364136223846793005, pow(6364136223846793005, -1, 2**64)
_SPREAD = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # for the second and third table of the filter
_ROOM = 10  # bits of a table for each beginning
_FEWEST_BITS = 16  # of a place in a table
_VOWELS = "aeiouyl*#0134@!|+"  # and what stands for one; l, which 1 stands for as well
_SIGNS = {"5": "s", "$": "s", "7": "t", "8": "b", "9": "g", "6": "g", "2": "z"}


# -- kinds of signs --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _tables() -> tuple[Flags, Signs]:
    """For each character whether it is a letter, and its shape: 0 nothing, 1 a vowel, else itself, as far as a byte can tell."""
    every = np.arange(0x110000)
    letter = np.array([chr(n).isalpha() for n in every.tolist()])
    letter[ord(APART)] = True
    shape = np.where(letter, np.where(every < 128, every, 128 + every % 128), 0).astype(np.uint8)
    for sign, meant in _SIGNS.items():
        shape[ord(sign)] = ord(meant)
    shape[[ord(c) for c in _VOWELS]] = 1
    return letter, shape


def _characters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), "<u4")


@dataclass(frozen=True)
class Kind:
    """A way of reading a text as a row of signs, bytes of which none is 0: `read` gives the row, `counts` tells the characters that
    are read, which are more by `between`."""

    name: str
    counts: Callable[[str], Flags]
    read: Callable[[str], bytes]
    between: int = 0


def _steps(text: str) -> bytes:
    if text.isascii():  # most texts are, and are read much faster so
        letters = text.encode().translate(None, _ascii()[0])
        pairs = np.ndarray(max(0, len(letters) - 1), "<u2", letters, strides=(1,))
        return _step_of_pair().take(pairs).tobytes()
    every = _characters(text).astype(np.int64)
    letters_of_all = every[_tables()[0][every]]
    return _step(letters_of_all[:-1], letters_of_all[1:]).tobytes()


def _step(first: Places, then: Places) -> Signs:
    latin = (first >= 97) & (first < 123) & (then >= 97) & (then < 123)
    far = np.abs(then - first)
    return np.where(latin, np.minimum(far, 26 - far) + 1, 16 + then % 240).astype(np.uint8)


@lru_cache(maxsize=1)
def _step_of_pair() -> Signs:
    """The step between two letters of ASCII, by the number that both bytes are together."""
    pairs = np.arange(1 << 15)
    return _step(pairs % 256, pairs // 256)


@lru_cache(maxsize=1)
def _ascii() -> tuple[bytes, bytes, bytes, bytes]:
    """The bytes that are no letters, each byte's shape, those without one, and those that are no consonants."""
    letter, shape = (table[:128] for table in _tables())
    none, few = (bytes(np.flatnonzero(shape <= most).tolist()) for most in (0, 1))
    return bytes(np.flatnonzero(~letter).tolist()), shape.tobytes() + bytes(128), none, few


def _shaped(text: str, above: int) -> bytes:
    """The shapes of the characters that have one `above` nothing (0) or a vowel (1)."""
    if text.isascii():
        return text.encode().translate(_ascii()[1], _ascii()[2 + above])
    shapes = _tables()[1][_characters(text)]
    return shapes[shapes > above].tobytes()


STEPS = Kind("steps", lambda text: _tables()[0][_characters(text)], _steps, between=1)
SHAPES = Kind("shapes", lambda text: _tables()[1][_characters(text)] > 0, lambda text: _shaped(text, 0))
CONSONANTS = Kind("consonants", lambda text: _tables()[1][_characters(text)] > 1, lambda text: _shaped(text, 1))
KINDS = (STEPS, SHAPES, CONSONANTS)


def row(text: str, kinds: Iterable[Kind] = KINDS) -> bytes:
    """What a text in lower case is read as, in each of the kinds, as one row."""
    return _SEAM.join(kind.read(text) for kind in kinds)


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

    def add(self, signs: bytes, starts: Places, lengths: Places) -> None:
        """Takes in stretches of a row of signs."""
        self.whole.append(_hashed(_sums(signs), starts, lengths))
        self.begun.append(_beginnings(signs)[starts])
        self.lengths.update(lengths.tolist())


def gather(sheets: Words, rule: Rule, free: Hashes, held: Hashes) -> None:
    """Hashes of the stretch from each word on, forwards and backwards."""
    if not sheets.words:
        return
    text = " ".join(sheets.words)
    breaks = _summed(np.fromiter(map(len, sheets.words), np.int64) + 1)
    signs = _summed(rule.kind.counts(text + " "))[breaks]  # before each word, and all of them
    at, ends = np.arange(len(sheets.words)), np.array(sheets.ends)
    lengths = _lengths(sheets.words, signs, ends, rule)
    first, sizes = signs[:-1], lengths - rule.kind.between
    fits = (sizes >= BEGINNING) & (sizes <= _LONGEST) & (first + lengths <= signs[ends])
    forwards, backwards = rule.kind.read(text), rule.kind.read(text[::-1])
    may = np.array(sheets.free)
    for where, which in ((free, fits & may), (held, fits & ~may)):
        if len(some := at[which]):
            where.add(forwards, first[some], sizes[some])
            where.add(backwards, len(backwards) - first[some] - sizes[some], sizes[some])


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

    def found(self, signs: bytes) -> bool:
        """Whether a row of signs holds one: where one may begin, it is looked at in every length."""
        if len(signs) < BEGINNING or not len(self):
            return False
        starts = self._filter.among(_beginnings(signs))
        if not len(starts):
            return False
        sums = _sums(signs)
        within = ((starts[starts + length <= len(signs)], length) for length in self._lengths)
        return any(_among(_hashed(sums, at, length), self._whole).any() for at, length in within)


class _Bloom:
    """Tells of most hashes that they are not among those it was made of; three tables of bits, each asked less."""

    def __init__(self, hashes: Codes) -> None:
        size = max(_FEWEST_BITS, (_ROOM * len(hashes)).bit_length())
        self._shift = np.uint64(64 - size)
        self._tables = [np.zeros(1 << (size - 3), np.uint8) for _ in range(1 + len(_SPREAD))]
        for n, table in enumerate(self._tables):
            at, bits = self._bits(n, hashes)
            np.bitwise_or.at(table, at, np.uint8(1) << bits)

    def among(self, hashes: Codes) -> Places:
        """Places in `hashes` of those that may be among them."""
        left = np.flatnonzero(self._told(0, hashes))
        for n in range(1, len(self._tables)):
            left = left[self._told(n, hashes[left])]
        return left

    def _told(self, table: int, hashes: Codes) -> Flags:
        at, bits = self._bits(table, hashes)
        told = self._tables[table].take(at)
        told >>= bits
        told &= np.uint8(1)
        return told.view(np.bool_)

    def _bits(self, table: int, hashes: Codes) -> tuple[Places, NDArray[np.uint8]]:
        """Where hashes stand in a table: its bytes, and which bit of each."""
        places = (hashes * _SPREAD[table - 1] if table else hashes) >> self._shift
        bits = places.astype(np.uint8)
        bits &= np.uint8(7)
        places >>= np.uint64(3)
        return places.view(np.int64), bits


def _sorted(parts: Iterable[Codes]) -> Codes:
    """All of them, each once."""
    every = np.sort(np.concatenate([np.zeros(0, np.uint64), *parts]))
    return np.asarray(every[np.diff(every, prepend=~every[:1]) != 0])


def _among(hashes: Codes, known: Codes) -> Flags:
    """Which of them are `known`, which are sorted."""
    if not len(known):
        return np.zeros(len(hashes), bool)
    return np.asarray(known[np.searchsorted(known, hashes).clip(max=len(known) - 1)] == hashes)


def _beginnings(signs: bytes) -> Codes:
    """Hashes of the first signs from each on; their first bits are the good ones, and the filter asks for no others."""
    numbers = np.ndarray(len(signs) + 1 - _HELD_AT_ONCE, "<u8", signs, strides=(1,))
    spread = numbers * np.uint64(_BASE)
    hashes = spread[_FURTHER:] >> np.uint64(1)
    hashes ^= spread[:-_FURTHER]
    return hashes


def _sums(signs: bytes) -> Codes:
    """Running sums of a row of signs as a polynomial modulo 2^64, from which the hash of any stretch is a difference."""
    powers, _ = _powers(len(signs))
    sums = np.zeros(len(signs) + 1, np.uint64)
    np.cumsum(np.frombuffer(signs, np.uint8) * powers[: len(signs)], out=sums[1:])
    return sums


def _hashed(sums: Codes, starts: Places, lengths: Places | int) -> Codes:
    """Hashes of the stretches of so many signs that begin at `starts`."""
    _, inverses = _powers(len(sums) - 1)
    found = (sums[starts + lengths] - sums[starts]) * inverses[starts]
    return _mixed(found + np.atleast_1d(np.asarray(lengths, np.uint64)) * _SPREAD[0])


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
