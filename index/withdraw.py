"""Taking a track out for good: the track and all that was made from it leave the index, and their bytes the disk."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from index.answers import Answers
from index.errors import UserError
from index.store import Store
from index.vectors import close, rebuild


def erase(directory: Path, ids: Sequence[str]) -> None:
    """Removes tracks with caption, lyrics, verses, profile, vectors, evidence and kept answers; Chroma is made anew without
    them. Raises `UserError` when that fails.

    What SQLite frees is overwritten, so that a search of the files finds nothing of them any more. Chroma is made by a
    process that never saw them: HNSW writes the unused room of its files as memory happens to be (seen with 1.5.9).
    """
    with closing(Store(directory)) as store:
        store.rows("PRAGMA secure_delete = ON")
        store.delete(ids)
        Answers(directory).forget(ids)
        close(directory)
        process = get_context("spawn").Process(target=_made_anew, args=(directory,))
        process.start()
        process.join()
        if process.exitcode:
            raise UserError(f"{directory}: its vectors could not be made anew; `linernotes index check` mends them")
        store.compact()
        store.renew()


def _made_anew(directory: Path) -> None:
    with closing(Store(directory)) as store:
        rebuild(store, directory)
