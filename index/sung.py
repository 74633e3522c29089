"""Verses of lyric sheets as `catalogue.sqlite` keeps them: their place, their vector and their words.

Made at the end of a build from the sheets of tracks that have no verses yet, so that an index of an earlier version gets
them with its next build, without listening to anything. A stanza that comes again is kept once, where it first stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1

import numpy as np

from index.embed import WIDTH, Embedder, Vectors
from index.profile import clock
from index.store import Store
from index.track import Track
from index.verses import Verse, verses
from index.words import plain

_BATCH = 64  # tracks
_MISSING = "SELECT t.id FROM tracks t WHERE json_extract(json, '$.lyrics') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM verses v WHERE v.n = t.n) ORDER BY n"


@dataclass(frozen=True)
class Sung:
    """A verse: its key, its track's id, its name ("verse 2", "the chorus") and when it begins, in seconds."""

    key: str
    track: str
    name: str
    time_s: float | None

    @property
    def place(self) -> str:
        """As one would say it: "verse 2, 1:14"."""
        return self.name + (f", {clock(self.time_s)}" if self.time_s is not None else "")


def lacks_verses(store: Store) -> bool:
    """Whether there are sheets whose verses were never looked at: the index is of an earlier version."""
    return bool(store.with_lyrics() if not has_verses(store) else store.rows(f"{_MISSING} LIMIT 1"))


def has_verses(store: Store) -> bool:
    """Whether the index has a table of verses."""
    return bool(store.rows("SELECT 1 FROM sqlite_master WHERE name = 'verses'"))


def add_verses(store: Store, embedder: Embedder) -> None:
    """Adds the verses of all tracks that have a sheet and none of them yet; a batch is one transaction."""
    missing = [str(row[0]) for row in store.rows(_MISSING)]
    for first in range(0, len(missing), _BATCH):
        found = [(track, n, v) for track in store.tracks(missing[first : first + _BATCH]) for n, v in _distinct(track)]
        vectors = embedder.embed([spoken(v) for _, _, v in found])
        with store.transaction():
            for (track, n, verse), vector in zip(found, vectors, strict=True):
                _insert(store, track, n, verse, vector)


def spoken(verse: Verse) -> str:
    """A verse as one text, for the embedder."""
    return ", ".join(line.text.strip(" ,;.") for line in verse.lines)


def _distinct(track: Track) -> Iterator[tuple[int, Verse]]:
    seen: set[str] = set()
    for number, verse in enumerate(verses(track.lyrics) if track.lyrics else ()):
        words = plain(spoken(verse))
        if words not in seen:
            seen.add(words)
            yield number, verse


def _insert(store: Store, track: Track, number: int, verse: Verse, vector: Vectors) -> None:
    text = "\n".join(line.text for line in verse.lines)
    told = sha1(text.encode(), usedforsecurity=False).hexdigest()[:16]
    times = [line.time_s for line in verse.lines if line.time_s is not None]
    ((v,),) = store.rows(
        "INSERT INTO verses (n, key, print, name, time_s, vector) SELECT n, id || '#' || ?, ?, ?, ?, ? FROM tracks WHERE id = ? RETURNING v",
        (number, told, verse.name, min(times, default=None), vector.astype("<f4").tobytes(), track.id),
    )
    store.rows("INSERT INTO sung (rowid, words) VALUES (?, ?)", (v, text))


def verse_prints(store: Store) -> dict[str, str]:
    """A digest of its words by the key of each verse."""
    return (
        {str(k): str(p) for k, p in store.rows("SELECT key, print FROM verses ORDER BY v")} if has_verses(store) else {}
    )


def verse_vectors(store: Store, keys: Sequence[str]) -> dict[str, Vectors]:
    """Vectors of shape (384,) by key, in the order of `keys`; unknown ones are left out."""
    found: dict[str, Vectors] = {}
    for first in range(0, len(keys), 900):
        part = keys[first : first + 900]
        rows = store.rows(f"SELECT key, vector FROM verses WHERE key IN ({','.join('?' * len(part))})", part)
        found |= {str(k): np.frombuffer(v, "<f4") for k, v in rows if isinstance(v, bytes)}
    return {k: found[k] for k in keys if k in found}


def verses_of(store: Store, tracks: Sequence[str]) -> tuple[list[Sung], Vectors]:
    """The verses of tracks, and their vectors, shape (verses, 384)."""
    rows: list[tuple[object, ...]] = []
    for first in range(0, len(tracks), 900):
        part = tracks[first : first + 900]
        sql = f"SELECT key, id, name, time_s, vector FROM verses JOIN tracks USING (n) WHERE id IN ({','.join('?' * len(part))}) ORDER BY v"
        rows += store.rows(sql, part)
    sung = [Sung(str(k), str(i), str(name), None if at is None else float(str(at))) for k, i, name, at, _ in rows]
    data = b"".join(v for *_, v in rows if isinstance(v, bytes))
    return sung, np.frombuffer(data, "<f4").reshape(-1, WIDTH)
