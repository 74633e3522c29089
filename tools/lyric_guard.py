"""No more of a lyric leaves than its rights allow, whatever the model writes.

Stretches of protected sheets are known by their hashes: 24 letters, or seven words where those are shorter. An answer is
looked at as it stands and in all disguises of `tools.disguises`; stretches are known in both directions, so each of these is
looked at backwards, too. Three ways of reading letters are used: by the distance from one to the next in the alphabet (so that any Caesar shift reads the same), with vowels and
the signs that stand for them as one (leetspeak, stars), and consonants alone. A shorter line that stands alone counts too,
and so do the first letters of a sheet's words and lines.

So at most six words in a row of a protected sheet leave in one answer; `Watch` sees to it that no more come together over
the turns of a thread. What is not noticed: translations, and ciphers with a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.track import Track
from tools.disguises import canonical, canonical_in_case, picked, picked_by_line, turned, typewritten, unpacked
from tools.rights import displayable

WINDOW, WORDS = 24, 7  # letters, words
_LEAST, _DISTINCT = 12, 4  # a stretch of seven words has so many letters and different words, or is a mere "la la la"
_CONSONANTS, _CONSONANT_WORDS = 13, 4
_INITIALS = 14
_BEGINNING = 11  # signs: no stretch is shorter
_REACH = (
    12 * WINDOW
)  # characters before a sentence that the longest stretch may begin in, the letters between them included
_SHORTEST = 12  # letters of a line that is protected when it stands alone
_PIECES = re.compile(r"[\n“”\"«»„.!?;:()]+|\s[-–—/|]\s|^\s*\d+\W")
_BASE, _INVERSE = 6364136223846793005, pow(6364136223846793005, -1, 2**64)
_AT_ONCE = 8_000  # characters
_APART = "\x1f"  # stands between two readings
_VOWELS = "aeiouyl*#0134@!|+"  # and what stands for one; l, which 1 stands for as well
_SIGNS = {"5": "s", "$": "s", "7": "t", "8": "b", "9": "g", "6": "g", "2": "z"}
_LEFT_OUT = [
    dict.fromkeys(map(ord, letters)) for letters in ("aeiou", "aeiost", "aeopcxyi", "aeioucn")
]  # before a cipher

Codes = NDArray[np.uint64]


@dataclass
class Stretches:
    """Hashes of what is held (or free) and of how it begins, lengths in signs, and lines that count when they stand alone."""

    hashes: set[int] = field(default_factory=set)
    beginnings: set[int] = field(default_factory=set)
    lengths: set[int] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)

    def add(self, codes: Codes) -> None:
        """Takes in one stretch."""
        sums, start = _sums(codes), np.zeros(1, np.int64)
        self.lengths.add(len(codes))
        self.hashes.add(int(_hashed(sums, start, len(codes))[0]))
        self.beginnings.add(int(_hashed(sums, start, _BEGINNING)[0]))


class LyricGuard:
    """Knows the protected lines of a catalogue; the rights of a track decide which of its lines are."""

    def __init__(self, catalogue: Catalogue) -> None:
        free, held = Stretches(), Stretches()
        self.protected: set[str] = set()  # ids of tracks of which not all may be shown
        for track in catalogue.store.tracks(catalogue.store.with_lyrics()):
            _sort(track, free, held)
            if track.lyrics and len(displayable(track).lines) < len(track.lyrics.lines):
                self.protected.add(track.id)
        self.setup(held, free)

    def setup(self, held: Stretches, free: Stretches) -> None:
        """Takes in what is held and not free elsewhere."""
        self._held = np.array(sorted(held.hashes - free.hashes), np.uint64)
        self._lengths = sorted(held.lengths)
        self._alone = frozenset(held.alone - free.alone)
        self._beginnings = np.array(sorted(held.beginnings), np.uint64)
        self._hint = np.zeros(1 << 20, bool)
        self._hint[(self._beginnings >> np.uint64(44)).astype(np.int64)] = True

    def leak(self, text: str, before: str = "", lines: str = "") -> str | None:
        """How a text gives a protected stretch away, in a word, or None; the stretch may begin in what was said before.

        `lines` reach further back, to the ends of earlier answers: they add up line by line.
        """
        if not len(self._held) and not self._alone:
            return None
        text, before, lines = typewritten(text), typewritten(before), typewritten(lines)
        if found := self._standing_alone(text):
            return found
        whole, by_line = f"{before}\n{text}" if before else text, f"{lines}\n{text}" if lines else ""
        ways = (*_ways_of_lines(by_line, _REACH + len(text)), *_ways(whole)) if len(whole) < _AT_ONCE else ()
        if ways and not self._read_ways(ways):
            return None  # looked at in one go, as nearly all are harmless
        if lines and self._read_lines(by_line) and not self._read_lines(lines):
            return "line by line"
        found = self._read(whole)
        # what was said before is no reason to cut what follows, nor to let it through
        return self._read(text) if found and before and self._read(before) else found

    def holds(self, text: str) -> bool:
        """Whether a protected stretch stands in a text as it is: quick, and without a look at disguises."""
        return bool(len(self._held)) and any(self._found(kind(canonical(text))) for kind in (steps, shapes))

    def _standing_alone(self, text: str) -> str | None:
        for whole in unpacked(text) if self._alone else ():
            for piece in _PIECES.split(whole):
                if len(piece) >= _SHORTEST:
                    letters = _letters(piece)
                    for read in (letters, letters[::-1]):
                        if read in self._alone:
                            return "a line"
        return None

    def _read(self, text: str) -> str | None:
        """How a protected stretch was found in a text: the first reading that holds one."""
        if not len(self._held):
            return None
        if len(text) > _AT_ONCE:  # one sentence of so many letters: in parts that overlap
            parts = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE * 3 // 4))
            return next((hit for part in parts if (hit := self._read(part))), None)
        return self._read_ways(_ways(text))

    def _read_lines(self, text: str) -> str | None:
        return self._read_ways(_ways_of_lines(text))

    def _read_ways(self, ways: Iterable[str]) -> str | None:
        if not len(self._held):
            return None
        joined = _APART.join(dict.fromkeys(way for way in ways if len(way) >= 8)).lower()
        return next((kind.name for kind in _KINDS if self._found(kind(joined))), None)

    def _found(self, codes: Codes) -> bool:
        """Whether a row of signs holds a protected stretch: where one begins as these do, it is looked at in every length."""
        sums = _sums(codes)
        starts = np.arange(max(0, len(codes) - _BEGINNING + 1))
        hashes = _hashed(sums, starts, _BEGINNING)
        hinted = self._hint[(hashes >> np.uint64(44)).astype(np.int64)]
        starts = starts[hinted][_among(self._beginnings, hashes[hinted])]
        within = ((starts[starts + length <= len(codes)], length) for length in self._lengths) if len(starts) else ()
        return any(_among(self._held, _hashed(sums, at, length)).any() for at, length in within)


def _ways(text: str) -> Iterator[str]:
    """All that a text may be read as, forwards or backwards: unpacked, picked from, its words in the opposite order."""
    return (
        way for whole in unpacked(text) for plain in _plain(whole) for picks in picked(plain) for way in turned(picks)
    )


def _ways_of_lines(text: str, last: int = 0) -> Iterator[str]:
    """What may be picked from each line or sentence of a text; of each the `last` characters, without it all."""
    return (way for plain in _plain(text) for picks in picked_by_line(plain) for way in turned(picks[-last:]))


def _plain(text: str) -> tuple[str, ...]:
    """A text in letters as `canonical` gives them: look-alikes read as what they show, and left out."""
    return (text,) if text.isascii() else (canonical_in_case(text), text.encode("ascii", "ignore").decode())


class CurrentGuard:
    """The guard of a catalogue as its rights and its tracks are now; made anew when either has changed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._made: tuple[tuple[int, str | None], LyricGuard] | None = None

    def guard(self) -> LyricGuard:
        """Knows the protected lines of this moment."""
        state = (len(self._catalogue.ledger.decisions()), self._catalogue.revision)
        if self._made is None or self._made[0] != state:
            self._made = (state, LyricGuard(self._catalogue))
        return self._made[1]


def _sort(track: Track, free: Stretches, held: Stretches) -> None:
    """Puts the stretches and lines of a track where they belong."""
    lines = [line.text for line in track.lyrics.lines if line.text] if track.lyrics else []
    shown = sum(1 for line in displayable(track).lines if line.text)  # the first so many
    words = [canonical(word).replace(" ", "") for line in lines for word in line.split()]
    allowed = sum(len(line.split()) for line in lines[:shown])
    for kind, least, most, fewest in ((steps, WINDOW, WORDS, 1), (atbash, WINDOW, WORDS, 1), (shapes, WINDOW, WORDS, 1), (consonants, _CONSONANTS, 2 * WORDS, _CONSONANT_WORDS)):  # fmt: skip
        _add(words, allowed, _Rule(kind, least, most, fewest), free, held)
    for left_out in _LEFT_OUT:
        thinned = [word.translate(left_out) for word in words]
        for kind in (steps, atbash):
            _add(thinned, allowed, _Rule(kind, _CONSONANTS, 2 * WORDS, _CONSONANT_WORDS), free, held)
    for initials, until in ((_initials(words), allowed), (_initials([canonical(x) for x in lines]), shown)):
        for kind in (steps, atbash):
            _add(initials, until, _Rule(kind, _INITIALS, _INITIALS, 1), free, held)
    for number, line in enumerate(lines, 1):
        if _SHORTEST <= len(letters := _letters(line)) < WINDOW:
            (free if number <= shown else held).alone.add(letters)


@dataclass(frozen=True)
class _Rule:
    """How long a stretch is: `least` signs of a kind over `fewest` words at least, or `most` words."""

    kind: Kind
    least: int
    most: int
    fewest: int


def _initials(words: list[str]) -> list[str]:
    return [word[0] for word in words if word]


def _add(words: list[str], allowed: int, rule: _Rule, free: Stretches, held: Stretches) -> None:
    """Hashes of the stretch from each word on; those that begin in the first `allowed` words are free."""
    text = " ".join(words)
    signs = np.cumsum([0, *(rule.kind.is_sign(text + " "))])
    breaks = np.cumsum([0, *(len(word) + 1 for word in words)])
    starts = signs[breaks]  # signs before each word, and all of them
    codes, backwards = rule.kind(text), rule.kind(text[::-1])
    for at in range(len(words)):
        end = max(int(np.searchsorted(starts, starts[at] + rule.least)), at + rule.fewest)
        if end <= min(at + rule.most, len(words)):
            length = max(rule.least, int(starts[at + rule.fewest] - starts[at]))
        else:
            end = at + rule.most
            length = int(starts[end] - starts[at]) if end <= len(words) else 0
            if length < _LEAST or len(set(words[at:end])) < _DISTINCT:
                continue
        first, size = int(starts[at]), length - rule.kind.between
        if _BEGINNING <= size <= 4 * WINDOW and first + size <= len(codes):
            where = free if at < allowed else held
            last = len(codes) - first - size
            where.add(codes[first : first + size])
            where.add(backwards[last : last + size])


def _sums(codes: Codes) -> Codes:
    """Running sums of a row of signs as a polynomial modulo 2^64, from which the hash of any stretch is a difference."""
    powers, _ = _powers(1 << max(12, len(codes).bit_length()))
    return np.concatenate([np.zeros(1, np.uint64), np.cumsum((codes + np.uint64(1)) * powers[: len(codes)])])


def _hashed(sums: Codes, starts: NDArray[np.int64], length: int) -> Codes:
    """Hashes of the stretches of so many signs that begin at `starts`."""
    _, inverses = _powers(1 << max(12, (len(sums) - 1).bit_length()))
    found = (sums[starts + length] - sums[starts]) * inverses[starts]
    return _mixed(found + np.uint64(length * 0x9E3779B97F4A7C15 % 2**64))


def _among(known: Codes, hashes: Codes) -> NDArray[np.bool_]:
    """Which of `hashes` are `known` (sorted, at least one)."""
    return np.asarray(known[np.searchsorted(known, hashes).clip(max=len(known) - 1)] == hashes)


def _mixed(hashes: Codes) -> Codes:
    """The bits spread, since the first of them are the hint (splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return hashes ^ (hashes >> np.uint64(31))


@lru_cache(maxsize=8)
def _powers(count: int) -> tuple[Codes, Codes]:
    with np.errstate(over="ignore"):
        powers, inverses = (np.cumprod(np.full(count, base, np.uint64)) * np.uint64(pow(base, -1, 2**64)) for base in (_BASE, _INVERSE))  # fmt: skip
    return powers.astype(np.uint64), inverses.astype(np.uint64)


class _Kind:
    """A way of reading canonical text as a row of signs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.between = int(name in ("steps", "atbash"))  # a step less than letters

    def is_sign(self, text: str) -> NDArray[np.bool_]:
        """For each character whether it counts."""
        if self.between:
            return _tables()[0][_code(text)]
        shape = _tables()[1][_code(text)]
        return shape > (1 if self.name == "consonants" else 0)

    def __call__(self, text: str) -> Codes:
        return getattr(self, f"_{self.name}")(text)  # type: ignore[no-any-return]

    @staticmethod
    def _steps(text: str) -> Codes:
        """From each letter to the next, modulo 26 within the alphabet; digits and signs do not count."""
        codes = _code(text)
        codes = codes[_tables()[0][codes]]
        first, then = codes[:-1], codes[1:]
        latin = (first >= 97) & (first < 123) & (then >= 97) & (then < 123)
        return np.where(latin, (then - first) % 26, then + 1000).astype(np.uint64)

    @staticmethod
    def _atbash(text: str) -> Codes:
        found = _Kind._steps(text)
        return np.where(found < 26, (26 - found) % 26, found).astype(np.uint64)

    @staticmethod
    def _shapes(text: str) -> Codes:
        """Letters, and vowels with all that stands for them as one."""
        codes = _tables()[1][_code(text)]
        return codes[codes > 0].astype(np.uint64) + np.uint64(5000)

    @staticmethod
    def _consonants(text: str) -> Codes:
        codes = _tables()[1][_code(text)]
        return codes[codes > 1].astype(np.uint64) + np.uint64(2_000_000)


Kind = _Kind
steps, atbash, shapes, consonants = (_Kind(name) for name in ("steps", "atbash", "shapes", "consonants"))
_KINDS = (steps, shapes, consonants)


@lru_cache(maxsize=1)
def _tables() -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """For each character whether it is a letter, and its shape: 0 nothing, 1 a vowel, else itself."""
    letter = np.array([chr(n).isalpha() for n in range(0x110000)])
    letter[ord(_APART)] = True
    shape = np.where(letter, np.arange(0x110000), 0)
    for sign, meant in _SIGNS.items():
        shape[ord(sign)] = ord(meant)
    shape[[ord(c) for c in _VOWELS]] = 1
    return letter, shape


def _code(text: str) -> NDArray[np.int64]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.int64)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, canonical(text)))
