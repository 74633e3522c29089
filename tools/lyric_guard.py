"""No more of a lyric leaves than its rights allow, whatever the model writes: a check of the answer's letters.

Every stretch of 24 letters (about five words) that begins with a word of a protected line is known by its hash, and so
is a shorter line that stands alone; case, accents, spaces, line breaks and punctuation do not count, so spelling out and
splitting over sentences do not help. The answer is looked at as it stands, backwards, in ROT13, and where it holds
base64, decoded. What is not noticed: shorter pieces with other words between them, translations, and first letters of
lines.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.track import Track
from index.words import fold
from tools.rights import displayable

WINDOW = 24  # letters
_POWERS = np.array([pow(6364136223846793005, n, 2**64) for n in range(WINDOW)], np.uint64)
_SHORTEST = 12  # letters of a line that is protected when it stands alone
_PIECES = re.compile(r"[\n“”\"«»„.!?;:()]+|\s[-–—/|]\s|^\s*\d+\W")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


class LyricGuard:
    """Knows the protected lines of a catalogue; the rights of a track decide which of its lines are."""

    def __init__(self, catalogue: Catalogue) -> None:
        free, held = _Lines(), _Lines()
        for track in catalogue.store.tracks(catalogue.store.with_lyrics()):
            if track.lyrics:
                _sort(track, free, held)
        self._held: NDArray[np.uint64] = np.setdiff1d(_hashes_of(held.stretches), _hashes_of(free.stretches))
        self._alone = frozenset(held.alone - free.alone)

    def leak(self, text: str, before: str = "") -> str | None:
        """The protected stretch that a text gives away, letters only, or None; it may begin in what was said before."""
        if not len(self._held) and not self._alone:
            return None
        for piece in _PIECES.split(text):
            if len(piece) >= _SHORTEST and (letters := _letters(piece)) in self._alone:
                return letters
        tail = _letters(before)[-(WINDOW - 1) :]
        return next((hit for letters in _readings(text, tail) if (hit := self._found(letters))), None)

    def _found(self, letters: str) -> str | None:
        """The first stretch of a text that is protected."""
        if len(letters) < WINDOW or not len(self._held):
            return None
        hashes = _hashes(letters)
        places = np.searchsorted(self._held, hashes).clip(max=len(self._held) - 1)
        hits = np.flatnonzero(self._held[places] == hashes)
        return letters[hits[0] : hits[0] + WINDOW] if len(hits) else None


@dataclass
class _Lines:
    """Stretches of exactly `WINDOW` letters, and shorter lines that stand alone."""

    stretches: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)


def _sort(track: Track, free: _Lines, held: _Lines) -> None:
    """Puts the stretches and lines of a track where they belong."""
    lines = [line for line in track.lyrics.lines if line.text] if track.lyrics else []
    shown = sum(1 for line in displayable(track).lines if line.text)  # the first so many
    letters, starts, allowed = "", [], 0
    for number, line in enumerate(lines, 1):
        for word in line.text.split():
            starts.append(len(letters))
            letters += _letters(word)
        allowed = len(letters) if number <= shown else allowed
        whole = _letters(line.text)
        if _SHORTEST <= len(whole) < WINDOW:
            (free if number <= shown else held).alone.add(whole)
    for at in dict.fromkeys(starts):
        if at + WINDOW <= len(letters):
            (free if at + WINDOW <= allowed else held).stretches.add(letters[at : at + WINDOW])


def _readings(text: str, tail: str) -> Iterator[str]:
    letters = tail + _letters(text)
    yield letters
    yield letters[::-1]
    yield codecs.encode(letters, "rot13")
    for found in _BASE64.finditer(text):
        try:
            raw = base64.b64decode(found.group().replace("-", "+").replace("_", "/") + "==")
            yield _letters(raw.decode("utf-8", "ignore"))
        except (binascii.Error, ValueError):
            continue


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, fold(text)))


def _hashes_of(stretches: Collection[str]) -> NDArray[np.uint64]:
    """Sorted hashes of stretches, each `WINDOW` letters long."""
    return np.unique(_codes("".join(stretches)).reshape(-1, WINDOW) @ _POWERS)


def _hashes(letters: str) -> NDArray[np.uint64]:
    """A polynomial hash (modulo 2^64) of every stretch of `WINDOW` letters; shape (len(letters) - WINDOW + 1,)."""
    hashes: NDArray[np.uint64] = np.lib.stride_tricks.sliding_window_view(_codes(letters), WINDOW) @ _POWERS
    return hashes


def _codes(letters: str) -> NDArray[np.uint64]:
    return np.frombuffer(letters.encode("utf-32-le"), np.uint32).astype(np.uint64)
