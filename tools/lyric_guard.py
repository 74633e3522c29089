"""No more of a lyric leaves than its rights allow, whatever the model writes.

Stretches of protected sheets are known by their hashes (`tools.stretches`), in either order: 24 letters, or seven words where those are
shorter. An answer is looked at as it stands and in all disguises of `tools.disguises`. A shorter line that stands alone counts as well, and
so do the first letters of a sheet's words and lines.

So at most six words in a row of a protected sheet leave in one answer; `Watch` sees to it that no more come together over
the turns of a thread. What is not noticed: translations, and ciphers with a key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Lock

from index.catalogue import Catalogue
from index.track import Track
from tools.disguises import canonical, canonical_in_case, picked, picked_by_line, typewritten, unpacked
from tools.rights import displayable
from tools.stretches import (
    APART,
    BEGINNING,
    CONSONANTS,
    KINDS,
    SHAPES,
    STEPS,
    Hashes,
    Known,
    Rule,
    Words,
    gather,
    row,
)

WINDOW, WORDS = 24, 7  # letters, words
_OF_WORDS = (Rule(STEPS, WINDOW, WORDS), Rule(SHAPES, WINDOW, WORDS), Rule(CONSONANTS, 13, 2 * WORDS, fewest=4))
_THINNED = Rule(STEPS, 13, 2 * WORDS, fewest=4)
_INITIALS = Rule(STEPS, 14, 14)
_LEFT_OUT = [
    dict.fromkeys(map(ord, letters)) for letters in ("aeiou", "aeiost", "aeopcxyi", "aeioucn")
]  # before a cipher
_BETWEEN = 3  # characters of a text for each sign of a stretch in it, at most: vowels and spaces between consonants
_SHORTEST = 12  # letters of a line that is protected when it stands alone
_PIECES = re.compile(r"[\n“”\"«»„.!?;:()]+|\s[-–—/|]\s|^\s*\d+\W")
_AT_ONCE = 8_000  # characters
_SHEETS = 500  # read at once
_IN_TURN = Lock()  # many threads that look at once would take each other's turn at the interpreter with every small step: three times the work


class LyricGuard:
    """Knows the protected lines of a catalogue; the rights of a track decide which of its lines are."""

    def __init__(self, catalogue: Catalogue) -> None:
        free, held = Hashes(), Hashes()
        alone: tuple[set[str], set[str]] = set(), set()
        self.protected: set[str] = set()  # ids of tracks of which not all may be shown
        sheets = (track for track in catalogue.store.tracks(catalogue.store.with_lyrics()) if track.lyrics)
        while some := list(islice(sheets, _SHEETS)):
            _gather(some, free, held, alone)
            self.protected.update(t.id for t in some if t.lyrics and len(displayable(t).lines) < len(t.lyrics.lines))
        self.setup(Known(held, free), alone[1] - alone[0])

    def setup(self, held: Known, alone: Iterable[str]) -> None:
        """Takes in the stretches that are held, and the letters of lines that count when they stand alone."""
        self._held, self._alone = held, frozenset(alone)

    def leak(self, text: str, before: str = "", lines: str = "") -> str | None:
        """How a text gives a protected stretch away, in a word, or None; the stretch may begin in what was said before.

        `lines` reach further back, to the ends of earlier answers, and end as `before` does: they add up line by line.
        """
        if not len(self._held) and not self._alone:
            return None
        text, before, lines = typewritten(text), typewritten(before), typewritten(lines)
        if found := self._standing_alone(text):
            return found
        whole, by_line = f"{before}\n{text}" if before else text, f"{lines}\n{text}" if lines else ""
        new = _ways_of_lines(by_line, _BETWEEN * self._held.longest + len(text))
        ways = (*new, *_ways(whole, lines_too=not lines)) if len(whole) < _AT_ONCE else ()
        if ways and not self._read_ways(ways):
            return None  # looked at in one go, as nearly all are harmless
        if lines and self._read_lines(by_line) and not self._read_lines(lines):
            return "line by line"
        found = self._read(whole)
        # what was said before is no reason to cut what follows, nor to let it through
        return self._read(text) if found and before and self._read(before) else found

    def holds(self, text: str) -> bool:
        """Whether a protected stretch stands in a text as it is: quick, and without a look at disguises."""
        if not len(self._held):
            return False
        return self._held.found(row(canonical(text), (STEPS, SHAPES)))

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
        joined = f" {APART} ".join(dict.fromkeys(way for way in ways if len(way) >= BEGINNING)).lower()
        with _IN_TURN:
            if not self._held.found(row(joined)):
                return None
        return next((kind.name for kind in KINDS if self._held.found(kind.read(joined))), None)


def _ways(text: str, lines_too: bool = True) -> list[str]:
    """All that a text may be read as: unpacked, and picked from; of the text as it stands the lines only if asked for."""
    found = []
    for whole in unpacked(text):
        for plain in _plain(whole):
            found += picked(plain)
            if lines_too or whole != text:
                found += picked_by_line(plain)
    return found


def _ways_of_lines(text: str, last: int = 0) -> list[str]:
    """What may be picked from each line or sentence of a text; of each the `last` characters, without it all."""
    return [way[-last:] for plain in _plain(text) for way in picked_by_line(plain)]


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


def _gather(tracks: Sequence[Track], free: Hashes, held: Hashes, alone: tuple[set[str], set[str]]) -> None:
    """Puts the stretches and lines of tracks where they belong."""
    words, initials = Words(), Words()
    for track in tracks:
        lines = [line.text for line in track.lyrics.lines if line.text] if track.lyrics else []
        shown = sum(1 for line in displayable(track).lines if line.text)  # the first so many
        own = [canonical(word).replace(" ", "") for line in lines for word in line.split()]
        allowed = sum(len(line.split()) for line in lines[:shown])
        words.add(own, allowed)
        for firsts, until in ((own, allowed), ([canonical(line) for line in lines], shown)):
            initials.add([text[0] for text in firsts if text], until)
        for number, line in enumerate(lines, 1):
            if _SHORTEST <= len(letters := _letters(line)) < WINDOW:
                alone[number > shown].add(letters)
    for rule in _OF_WORDS:
        gather(words, rule, free, held)
    for left_out in _LEFT_OUT:
        gather(Words([word.translate(left_out) for word in words.words], words.ends, words.free), _THINNED, free, held)
    gather(initials, _INITIALS, free, held)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, canonical(text)))
