"""Chroma as an index over the vectors that `catalogue.sqlite` keeps: captions, and verses of lyric sheets, each in a
collection of its own. It may be thrown away at any time.

Chroma 1.5 does not notice a deleted HNSW folder, so `open_vectors` asks a canary question and rebuilds when the
answer is wrong. Damaged HNSW files can crash the process that reads them, so their contents are compared first
with what this program left; files that differ are not read.

It writes the unused room of these files as the memory of the process happens to be, which may be anything that was
ever read or said there. So `sync` overwrites that room, and has every write persisted: what is not, Chroma writes anew
at each opening.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embed import Vectors
from index.store import Store
from index.sung import verse_prints, verse_vectors

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

FOLDER = "chroma"
_SIGNATURE = "chroma_persisted"
_BATCH = 1000
_SAMPLE = 1000
_HNSW = {
    "hnsw": {
        "space": "cosine", "ef_search": 400, "ef_construction": 200, "max_neighbors": 32, "batch_size": 1, "sync_threshold": 1,
    }
}  # fmt: skip
_HEADER = struct.Struct("<i4Q")  # of header.bin: version, offset, room for entries, entries, bytes of one


@dataclass(frozen=True)
class Near:
    """A neighbour and its cosine similarity to the question."""

    id: str
    cosine: float


@dataclass(frozen=True)
class Shelf:
    """A collection and what it is made of: fingerprints by id, and vectors of ids."""

    name: str
    prints: Callable[[Store], dict[str, str]]
    vectors: Callable[[Store, Sequence[str]], dict[str, Vectors]]


CAPTIONS = Shelf("captions", Store.fingerprints, Store.vectors)
VERSES = Shelf("verses", verse_prints, verse_vectors)


class VectorIndex:
    """Nearest entries of a collection by cosine, in-process."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._size = collection.count()

    def nearest(self, vector: Vectors, count: int) -> list[Near]:
        """The `count` nearest entries to a unit vector of shape (384,), best first."""
        return self.nearest_to_each([vector], count)[0]

    def nearest_to_each(self, vectors: Sequence[Vectors], count: int) -> list[list[Near]]:
        """The same for several vectors, asked for at once."""
        if not self._size or not vectors:
            return [[] for _ in vectors]
        found = self._collection.query(
            query_embeddings=np.stack(vectors).astype(np.float32),
            n_results=min(count, self._size),
            include=["distances"],
        )
        return [
            [Near(i, 1.0 - float(d)) for i, d in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"] or [], strict=True)
        ]


def sync(store: Store, directory: Path) -> VectorIndex:
    """Brings Chroma to what the store holds: adds what is missing or changed, deletes what is gone. Returns the captions."""
    from chromadb.errors import ChromaError

    if store.note(_SIGNATURE) != _signature(directory):
        discard(directory)
    try:
        captions = _brought_all(store, directory)
    except ChromaError:
        discard(directory)
        captions = _brought_all(store, directory)
    _blank(directory)
    store.set_note(_SIGNATURE, _signature(directory))
    return VectorIndex(captions)


def _brought_all(store: Store, directory: Path) -> Collection:
    captions = _brought(CAPTIONS, store, directory)
    if VERSES.prints(store) or VERSES.name in _names(directory):
        _brought(VERSES, store, directory)
    return captions


def _brought(shelf: Shelf, store: Store, directory: Path) -> Collection:
    collection: Collection = _collection(directory, shelf)
    have = _stored(collection)
    wanted = shelf.prints(store)
    gone = [i for i in have if i not in wanted]
    stale = [i for i, f in wanted.items() if have.get(i) != f]
    for first in range(0, len(gone), _BATCH):
        collection.delete(ids=gone[first : first + _BATCH])
    for first in range(0, len(stale), _BATCH):
        part = stale[first : first + _BATCH]
        vectors = shelf.vectors(store, part)
        collection.upsert(
            ids=part,
            embeddings=np.stack([vectors[i] for i in part]),
            metadatas=[{"fingerprint": wanted[i]} for i in part],
        )
    return collection


def open_vectors(store: Store, directory: Path, shelf: Shelf = CAPTIONS) -> VectorIndex:
    """A collection for reading; rebuilt from the store when it is missing, stale or damaged."""
    trouble = check_vectors(store, directory)
    if trouble:
        log.warning("the vector index is rebuilt: %s", trouble)
        rebuild(store, directory)
    return VectorIndex(_collection(directory, shelf))


def rebuild(store: Store, directory: Path) -> VectorIndex:
    """Throws Chroma's folder away and makes it again, without embedding anything."""
    discard(directory)
    return sync(store, directory)


def check_vectors(store: Store, directory: Path) -> str | None:
    """None when Chroma answers as the store would, else what is wrong in one line."""
    from chromadb.errors import ChromaError

    if not len(store):
        return None
    if not (directory / FOLDER / "chroma.sqlite3").is_file():
        return "it is not there"
    if store.note(_SIGNATURE) != _signature(directory):
        return "its files are not as this program left them"
    try:
        return ask_canary(store, directory)
    except ChromaError as exc:
        close(directory)
        return f"it cannot be read ({str(exc).splitlines()[0][:100]})"


def _signature(directory: Path) -> str:
    """Names and contents of the HNSW files."""
    files = sorted((directory / FOLDER).glob("*/*"))
    return "|".join(f"{f.parent.name}/{f.name}:{_digest(f)}" for f in files)


def _blank(directory: Path) -> None:
    """Overwrites the unused room of the HNSW files with zeros."""
    for header in (directory / FOLDER).glob("*/header.bin"):
        version, _, room, used, size = _HEADER.unpack_from(header.read_bytes())
        for name, each in (("data_level0.bin", size), ("length.bin", 4)):
            with header.with_name(name).open("r+b") as file:
                length = file.seek(0, os.SEEK_END)
                if version != 1 or length % each or not used <= length // each <= room:
                    raise RuntimeError(f"{header.parent}: this program does not know how Chroma lays these files out")
                file.seek(used * each)
                file.write(bytes(length - used * each))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest()


def ask_canary(store: Store, directory: Path) -> str | None:
    """Compares a sample of vectors with the store's and asks for the neighbour of one; None when all is well.

    Raises `ChromaError` when Chroma cannot read its own files.
    """
    return next((wrong for s in (CAPTIONS, VERSES) if (wrong := _canary(s, store, directory))), None)


def _canary(shelf: Shelf, store: Store, directory: Path) -> str | None:
    ids = list(shelf.prints(store))
    if not ids and shelf.name not in _names(directory):
        return None
    what = "tracks" if shelf is CAPTIONS else shelf.name
    collection = _collection(directory, shelf)
    if collection.count() != len(ids):
        return f"it holds {collection.count()} of {len(ids)} {what}"
    if not ids:
        return None
    truth = shelf.vectors(store, ids[:: -(-len(ids) // _SAMPLE)])
    page = collection.get(ids=list(truth), include=["embeddings"])
    kept = dict(zip(page["ids"], page["embeddings"], strict=True))
    if kept.keys() != truth.keys() or any(float(kept[i] @ truth[i]) < 0.999 for i in truth):
        return f"its vectors are not those of the {what}"
    best = VectorIndex(collection).nearest(truth[ids[0]], 1)
    found = "a track" if shelf is CAPTIONS else "a verse"
    return None if best and best[0].cosine > 0.999 else f"it does not find {found} by its own vector"


def discard(directory: Path) -> None:
    """Removes Chroma's folder."""
    close(directory)
    shutil.rmtree(directory / FOLDER, ignore_errors=True)


def close(directory: Path) -> None:
    """Forgets what this process holds open of Chroma's folder, also when opening it failed half-way."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient._identifier_to_system.pop(str(directory / FOLDER), None)


def _stored(collection: Collection) -> dict[str, str]:
    have: dict[str, str] = {}
    for first in range(0, collection.count(), 5000):
        page = collection.get(limit=5000, offset=first, include=["metadatas"])
        have |= {
            i: str((m or {}).get("fingerprint")) for i, m in zip(page["ids"], page["metadatas"] or [], strict=True)
        }
    return have


def _collection(directory: Path, shelf: Shelf) -> Any:
    return _client(directory).get_or_create_collection(shelf.name, configuration=_HNSW, embedding_function=None)


def _names(directory: Path) -> set[str]:
    """The collections that there are."""
    return {collection.name for collection in _client(directory).list_collections()}


def _client(directory: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(directory / FOLDER), settings=Settings(anonymized_telemetry=False))
