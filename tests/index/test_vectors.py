"""Chroma as an index that may be damaged or lost without harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.annotate import evidence_of
from index.store import Entry, Store
from index.track import Track
from index.vectors import FOLDER, check_vectors, close, discard, open_vectors, sync
from tests.index.conftest import HashEmbedder

COUNT = 1050  # Chroma writes HNSW files from 1,000 vectors on
QUESTIONS = [f"question {i}" for i in range(20)]
Damage = Callable[[Path], None]


def fill(directory: Path, count: int) -> Path:
    store = Store(directory, create=True)
    tracks = [Track(id=f"t{i}", caption=f"caption {i}") for i in range(count)]
    vectors = HashEmbedder().embed([t.document() for t in tracks])
    store.put(Entry(t, f"f{t.id}", v, evidence_of(t)) for t, v in zip(tracks, vectors, strict=True))
    sync(store, directory)
    store.close()
    close(directory)
    return directory


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A small index, which Chroma keeps in its database, and one with HNSW files."""
    return {count: fill(tmp_path_factory.mktemp("whole") / "index", count) for count in (50, COUNT)}


@pytest.fixture
def copied(whole: dict[int, Path], tmp_path: Path) -> Iterator[dict[int, Path]]:
    copies = {count: Path(shutil.copytree(path, tmp_path / str(count))) for count, path in whole.items()}
    yield copies
    for path in copies.values():
        close(path)


def answers(directory: Path) -> list[list[str]]:
    store = Store(directory)
    index = open_vectors(store, directory)
    found = [[n.id for n in index.nearest(HashEmbedder().embed_one(q), 10)] for q in QUESTIONS]
    store.close()
    return found


def truth(directory: Path) -> list[list[str]]:
    store = Store(directory)
    held = store.vectors(store.ids())
    store.close()
    ids, matrix = list(held), np.stack(list(held.values()))
    return [[ids[i] for i in np.argsort(-(matrix @ HashEmbedder().embed_one(q)))[:10]] for q in QUESTIONS]


def hnsw(directory: Path) -> Path:
    return next(p for p in (directory / FOLDER).iterdir() if p.is_dir())


def flip(path: Path, first: float, last: float) -> None:
    """Inverts the bytes of a stretch of a file, given as shares of its length."""
    data = bytearray(path.read_bytes())
    for i in range(int(first * len(data)), int(last * len(data))):
        data[i] ^= 0xFF
    path.write_bytes(data)


DAMAGES: dict[str, Damage] = {
    "folder deleted": lambda d: shutil.rmtree(d / FOLDER),
    "database deleted": lambda d: (d / FOLDER / "chroma.sqlite3").unlink(),
    "database head": lambda d: flip(d / FOLDER / "chroma.sqlite3", 0, 0.01),
    "database middle": lambda d: flip(d / FOLDER / "chroma.sqlite3", 0.3, 0.7),
}
HNSW_DAMAGES: dict[str, Damage] = {
    "HNSW deleted": lambda d: shutil.rmtree(hnsw(d)),
    "a few vectors": lambda d: flip(hnsw(d) / "data_level0.bin", 0.5, 0.51),
    "many vectors": lambda d: flip(hnsw(d) / "data_level0.bin", 0.1, 0.9),
    "header": lambda d: flip(hnsw(d) / "header.bin", 0, 1),
    "metadata": lambda d: flip(hnsw(d) / "index_metadata.pickle", 0.2, 0.8),
}


@pytest.mark.parametrize(
    ("count", "damage"),
    [
        *(pytest.param(50, d, id=name) for name, d in DAMAGES.items()),
        pytest.param(COUNT, DAMAGES["database middle"], id="database middle, with HNSW files"),
        *(pytest.param(COUNT, d, id=name) for name, d in HNSW_DAMAGES.items()),
    ],
)
def test_damage_is_noticed_and_mended(
    copied: dict[int, Path], whole: dict[int, Path], count: int, damage: Damage
) -> None:
    directory = copied[count]
    damage(directory)
    store = Store(directory)
    assert check_vectors(store, directory)
    store.close()
    assert answers(directory) == truth(directory)
    store = Store(directory)
    assert check_vectors(store, directory) is None
    store.close()


@pytest.mark.parametrize("name", ["database middle", "many vectors"])
def test_a_build_on_a_damaged_index_mends_it(copied: dict[int, Path], name: str) -> None:
    directory = copied[COUNT]
    {**DAMAGES, **HNSW_DAMAGES}[name](directory)
    store = Store(directory)
    sync(store, directory)
    assert check_vectors(store, directory) is None
    store.close()
    assert answers(directory) == truth(directory)


@pytest.mark.parametrize("count", [50, COUNT])
def test_a_copied_index_is_as_sound_as_its_original(copied: dict[int, Path], count: int) -> None:
    for _ in range(2):
        store = Store(copied[count])
        assert check_vectors(store, copied[count]) is None
        store.close()
        close(copied[count])


def test_vectors_that_are_not_the_tracks_are_noticed(copied: dict[int, Path]) -> None:
    directory = copied[50]
    store = Store(directory)
    track = Track(id="t7", caption="another caption")
    store.put([Entry(track, "ft7", HashEmbedder().embed_one("other"), ())])
    assert check_vectors(store, directory) == "its vectors are not those of the tracks"
    store.delete(["t7"])
    assert check_vectors(store, directory) == "it holds 50 of 49 tracks"
    store.close()


def test_sync_follows_the_store(copied: dict[int, Path]) -> None:
    directory = copied[50]
    store = Store(directory)
    store.delete(["t1", "t2"])
    moved = HashEmbedder().embed_one("moved")
    store.put([Entry(Track(id="t3", caption="moved"), "new", moved, ())])
    index = sync(store, directory)
    assert check_vectors(store, directory) is None
    found = index.nearest(moved, 48)
    assert found[0].id == "t3" and found[0].cosine == pytest.approx(1.0, abs=1e-3)
    assert len(found) == 48 and not {"t1", "t2"} & {n.id for n in found}
    store.close()


def test_nearest_finds_what_brute_force_finds(whole: dict[int, Path]) -> None:
    exact, found = truth(whole[COUNT]), answers(whole[COUNT])
    hits = sum(len(set(a) & set(b)) for a, b in zip(exact, found, strict=True))
    assert hits >= 0.98 * 10 * len(QUESTIONS)


def test_an_empty_store_has_nothing_to_find(tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    assert check_vectors(store, tmp_path) is None
    assert open_vectors(store, tmp_path).nearest(HashEmbedder().embed_one("x"), 5) == []
    store.close()
    discard(tmp_path)
    assert not (tmp_path / FOLDER).exists()
