"""What can be said of all the words of a song without showing one: its verses, its chorus, what it speaks of, and how its
mood goes. Moods are inferred: a verse's vector against phrases for moods (MiniLM), in English songs only, since the
embedder understands no other language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from index.embed import Embedder, Vectors
from index.explicit import noticed
from index.profile import clock
from index.sung import spoken
from index.themes import spoken_of
from index.track import Lyrics, Track
from index.verses import Verse, verses

_BRIGHT = {
    "hopeful": "hopeful words about a better tomorrow",
    "joyful": "joyful, happy words of celebration and laughter",
    "loving": "tender words of love and belonging together",
    "grateful": "peaceful, thankful words of comfort and home",
    "defiant": "defiant, proud words of people who do not give up",
}
_DARK = {
    "sad": "sad words of loss and crying",
    "lonely": "lonely words of being left alone",
    "longing": "words of longing and missing somebody far away",
    "angry": "angry, bitter words of blame",
    "afraid": "fearful words of danger and worry",
}
_MOODS = {**_BRIGHT, **_DARK}
_CLEAR = 0.04  # of cosine, between the best bright and the best dark phrase, before a verse is called either


def course(lyrics: Lyrics, track: Track, embedder: Embedder) -> dict[str, Any]:
    """Plain JSON: verses with place and inferred mood, chorus, language, explicit words, what it speaks of."""
    found = verses(lyrics)
    moods = _moods(found, embedder) if track.language == "English" else [None] * len(found)
    choruses = [v for v in found if v.chorus]
    rows = [_row(verse, mood) for verse, mood in zip(found, moods, strict=True)]
    return {
        "verses": rows,
        "chorus": {"times": len(choruses), "first": _at(choruses[0])} if choruses else None,
        "mood_course": _told(moods) if any(moods) else None,
        "speaks_of": spoken_of(lyrics.text, track.language),
        "language": track.language,
        "explicit": track.explicit or noticed(lyrics),
    }


def _row(verse: Verse, mood: str | None) -> dict[str, Any]:
    row = {"name": verse.name, "time": _at(verse), "lines": len(verse.lines), "mood": mood}
    return {name: value for name, value in row.items() if value is not None}


def _at(verse: Verse) -> str | None:
    times = [line.time_s for line in verse.lines if line.time_s is not None]
    return clock(min(times)) if times else None


def leanings(found: Sequence[Verse], embedder: Embedder) -> Vectors:
    """How much nearer each verse is to the best bright mood than to the best dark one, shape (verses,); inferred, in
    English only."""
    return _gap(_cosines(found, embedder))


def _moods(found: Sequence[Verse], embedder: Embedder) -> list[str | None]:
    """The mood that each verse is nearest to; None where it is as near to bright as to dark ones."""
    cosines = _cosines(found, embedder)
    names, gap = list(_MOODS), _gap(cosines)
    return [names[int(row.argmax())] if abs(g) >= _CLEAR else None for row, g in zip(cosines, gap, strict=True)]


def _cosines(found: Sequence[Verse], embedder: Embedder) -> Vectors:
    anchors = np.stack([embedder.embed_one(text) for text in _MOODS.values()])
    vectors: Vectors = np.stack([embedder.embed_one(spoken(verse)) for verse in found])
    cosines: Vectors = vectors @ anchors.T
    return cosines


def _gap(cosines: Vectors) -> Vectors:
    bright = len(_BRIGHT)
    gap: Vectors = cosines[:, :bright].max(1) - cosines[:, bright:].max(1)
    return gap


def _told(moods: Sequence[str | None]) -> dict[str, Any]:
    """The moods in order, those that stay said once, and whether the song ends brighter than it begins."""
    clear = [m for m in moods if m]
    steps = [m for n, m in enumerate(clear) if n == 0 or clear[n - 1] != m]
    first, last = steps[0] in _BRIGHT, steps[-1] in _BRIGHT
    turn = "brighter" if last and not first else "darker" if first and not last else "as it began"
    return {"moods": steps, "ends": turn, "inferred": "from the words of its verses, by a sentence embedder"}
