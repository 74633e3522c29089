"""Chroma as an index over the vectors that `catalogue.sqlite` keeps. It may be thrown away at any time.

Chroma 1.5 does not notice a deleted HNSW folder, so `open_vectors` asks a canary question and rebuilds when the
answer is wrong. Damaged files can crash the process that reads them, so a child process (`index.canary`) reads
them first when they are not as this program left them.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.embed import Vectors
from index.store import Store

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

FOLDER = "chroma"
_NAME = "captions"
_SIGNATURE = "chroma_files"
_BATCH = 200
_HNSW = {"hnsw": {"space": "cosine", "ef_search": 400, "ef_construction": 200, "max_neighbors": 32}}


@dataclass(frozen=True)
class Near:
    """A neighbour and its cosine similarity to the question."""

    id: str
    cosine: float


class VectorIndex:
    """Nearest captions by cosine, in-process."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def nearest(self, vector: Vectors, count: int) -> list[Near]:
        """The `count` nearest tracks to a unit vector of shape (384,), best first."""
        size = self._collection.count()
        if not size:
            return []
        found = self._collection.query(
            query_embeddings=vector[None].astype(np.float32),
            n_results=min(count, size),
            include=["distances"],
        )
        distances = found["distances"] or [[]]
        return [Near(i, 1.0 - float(d)) for i, d in zip(found["ids"][0], distances[0], strict=True)]


def sync(store: Store, directory: Path) -> VectorIndex:
    """Brings Chroma to what the store holds: adds what is missing or changed, deletes what is gone."""
    collection = _collection(directory)
    wanted = store.fingerprints()
    have = _stored(collection)
    gone = [i for i in have if i not in wanted]
    stale = [i for i, f in wanted.items() if have.get(i) != f]
    for first in range(0, len(gone), _BATCH):
        collection.delete(ids=gone[first : first + _BATCH])
    for first in range(0, len(stale), _BATCH):
        part = stale[first : first + _BATCH]
        vectors = store.vectors(part)
        collection.upsert(
            ids=part,
            embeddings=np.stack([vectors[i] for i in part]),
            metadatas=[{"fingerprint": wanted[i]} for i in part],
        )
    store.set_note(_SIGNATURE, _signature(directory))
    return VectorIndex(collection)


def open_vectors(store: Store, directory: Path) -> VectorIndex:
    """The index for reading; rebuilt from the store when it is missing, stale or damaged."""
    trouble = check_vectors(store, directory)
    if trouble:
        log.warning("the vector index is rebuilt: %s", trouble)
        rebuild(store, directory)
    return VectorIndex(_collection(directory))


def rebuild(store: Store, directory: Path) -> VectorIndex:
    """Throws Chroma's folder away and makes it again, without embedding anything."""
    close(directory)
    shutil.rmtree(directory / FOLDER, ignore_errors=True)
    return sync(store, directory)


def check_vectors(store: Store, directory: Path) -> str | None:
    """None when Chroma answers as the store would, else what is wrong in one line."""
    if not len(store):
        return None
    if not (directory / FOLDER / "chroma.sqlite3").is_file():
        return "it is not there"
    if store.note(_SIGNATURE) == _signature(directory):
        return ask_canary(store, directory)
    # Its files are not as this program left them; reading damaged ones can kill the process, so a child goes first.
    child = subprocess.run([sys.executable, "-m", "index.canary", str(directory)], capture_output=True, text=True)
    return None if child.returncode == 0 else (child.stdout.strip() or f"reading it ended with code {child.returncode}")


def _signature(directory: Path) -> str:
    files = sorted((directory / FOLDER).glob("*/*.bin"))
    return "|".join(f"{f.parent.name}/{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files)


def ask_canary(store: Store, directory: Path) -> str | None:
    """Asks for a stored vector's nearest neighbour; None when it is itself (or its twin), else the trouble."""
    collection = _collection(directory)
    if collection.count() != len(store):
        return f"it holds {collection.count()} of {len(store)} tracks"
    identity = store.ids()[len(store) // 2]
    vector = store.vectors([identity])[identity]
    best = VectorIndex(collection).nearest(vector, 1)
    return None if best and best[0].cosine > 0.999 else "it does not find a track by its own vector"


def close(directory: Path) -> None:
    """Forgets open handles, so that the folder can be removed."""
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


def _collection(directory: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(directory / FOLDER), settings=Settings(anonymized_telemetry=False))
    return client.get_or_create_collection(_NAME, configuration=_HNSW, embedding_function=None)  # type: ignore[arg-type]
