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
from collections.abc import Iterator
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.track import Track
from index.words import fold
from tools.rights import displayable

WINDOW = 24  # letters
_SHORTEST = 12  # letters of a line that is protected when it stands alone
_PIECES = re.compile(r"[\n“”\"«»„.!?;:()]+|\s[-–—/|]\s|^\s*\d+\W")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}={0,2}")


class LyricGuard:
    """Knows the protected lines of a catalogue; the rights of a track decide which of its lines are."""

    def __init__(self, catalogue: Catalogue) -> None:
        tracks = (t for t in catalogue.store.tracks(catalogue.store.ids()) if t.lyrics)
        free: set[int] = set()
        held: set[int] = set()
        for track in tracks:
            allowed, protected = _windows_of(track)
            free |= allowed
            held |= protected
        self._held: NDArray[np.uint64] = np.array(sorted(held - free), np.uint64)

    def leak(self, text: str) -> str | None:
        """The protected stretch that a text gives away, as it stands in it (letters only), or None."""
        if not len(self._held):
            return None
        for piece in _PIECES.split(text):
            if _SHORTEST <= len(letters := _letters(piece)) < WINDOW and self._holds([letters]) is not None:
                return letters
        for letters in _readings(text):
            windows = [letters[at : at + WINDOW] for at in range(len(letters) - WINDOW + 1)]
            hit = self._holds(windows)
            if hit is not None:
                return windows[hit]
        return None

    def _holds(self, stretches: list[str]) -> int | None:
        """The place of the first stretch that is protected."""
        hashes = np.array([_hash(s) for s in stretches], np.uint64)
        places = np.searchsorted(self._held, hashes).clip(max=len(self._held) - 1)
        hits = np.flatnonzero(self._held[places] == hashes)
        return int(hits[0]) if len(hits) else None


def _windows_of(track: Track) -> tuple[set[int], set[int]]:
    """Hashes of the stretches that may be shown, and of all others."""
    lines = [line for line in track.lyrics.lines if line.text] if track.lyrics else []
    shown = sum(1 for line in displayable(track).lines if line.text)  # the first so many
    letters, starts, free = "", [], 0
    short: dict[str, bool] = {}
    for number, line in enumerate(lines, 1):
        for word in line.text.split():
            starts.append(len(letters))
            letters += _letters(word)
        free = len(letters) if number <= shown else free
        short.setdefault(_letters(line.text), number <= shown)
    windows = [(at, _hash(letters[at : at + WINDOW])) for at in dict.fromkeys(starts) if at + WINDOW <= len(letters)]
    alone = {_hash(line): ok for line, ok in short.items() if _SHORTEST <= len(line) < WINDOW}
    return (
        {h for at, h in windows if at + WINDOW <= free} | {h for h, ok in alone.items() if ok},
        {h for at, h in windows if at + WINDOW > free} | {h for h, ok in alone.items() if not ok},
    )


def _readings(text: str) -> Iterator[str]:
    letters = _letters(text)
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
    return "".join(c for c in fold(text) if c.isalnum())


def _hash(letters: str) -> int:
    return int.from_bytes(blake2b(letters.encode(), digest_size=8).digest(), "big")
