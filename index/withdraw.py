"""Taking a track out for good: the track and all that was made from it leave the index, and their bytes the disk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from index.answers import Answers
from index.store import Store
from index.vectors import rebuild


def erase(directory: Path, ids: Sequence[str]) -> None:
    """Removes tracks with caption, lyrics, verses, profile, vectors, evidence and kept answers; Chroma is made anew without
    them. What SQLite frees is overwritten, so that a search of the files finds nothing of them any more."""
    with closing(Store(directory)) as store:
        store.rows("PRAGMA secure_delete = ON")
        store.delete(ids)
        Answers(directory).forget(ids)
        rebuild(store, directory)
        store.compact()
        store.renew()
