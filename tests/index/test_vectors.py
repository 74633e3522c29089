"""Chroma as an index that may be damaged or lost without harm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.annotate import evidence_of
from index.store import Entry, Store
from index.track import Track
from index.vectors import FOLDER, _blank, check_vectors, close, discard, open_vectors, sync
from tests.index.conftest import HashEmbedder

COUNT = 1050
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
    """A small index and a larger one."""
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
    "database middle": lambda d: flip(d / FOLDER / "chroma.sqlite3", 0.1, 0.9),
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
        pytest.param(COUNT, DAMAGES["database middle"], id="database middle, of many"),
        pytest.param(50, HNSW_DAMAGES["many vectors"], id="many vectors, of few"),
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


@pytest.mark.parametrize("count", [1, 50])
def test_nothing_of_a_programs_memory_gets_into_the_files(tmp_path: Path, count: int) -> None:
    """Chroma takes memory as it is for the unused room of its files: here all that is free says the secret."""
    secret = b"what somebody else said in confidence. "
    soil = "said = [bytearray(secret * (size // 39)) for size in (400, 2_000, 9_000, 40_000, 110_000, 170_000) for _ in range(400)]; del said"
    acts = {
        "fill": f"fill(index, {count})",
        "read": "store = Store(index); print(check_vectors(store, index)); print(len(open_vectors(store, index).nearest(HashEmbedder().embed_one('x'), 5)))",
    }  # fmt: skip
    for act in acts.values():
        lines = [
            "from tests.index.test_vectors import *",
            f"index, secret = Path({str(tmp_path)!r}) / 'index', {secret!r}",
        ]
        ran = subprocess.run([sys.executable, "-c", "\n".join([*lines, soil, act])], env={**os.environ, "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1000000000:glibc.malloc.arena_max=1"}, capture_output=True, text=True)  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert not [p for p in (tmp_path / "index").rglob("*") if p.is_file() and secret in p.read_bytes()]
    assert ran.stdout.split() == ["None", str(min(count, 5))]


@pytest.mark.parametrize("count", [1, 50, COUNT])
def test_reading_writes_nothing(tmp_path: Path, count: int) -> None:
    directory = fill(tmp_path / "index", count)
    before = {p: p.stat().st_mtime_ns for p in (directory / FOLDER).glob("*/*")}
    assert {p.name for p in before} >= {"data_level0.bin", "header.bin", "index_metadata.pickle"}
    assert len(answers(directory)) == len(QUESTIONS)
    assert {p: p.stat().st_mtime_ns for p in (directory / FOLDER).glob("*/*")} == before


def test_files_that_are_laid_out_in_another_way_are_an_error_of_ours(tmp_path: Path) -> None:
    directory = fill(tmp_path / "index", 5)
    header = next((directory / FOLDER).glob("*/header.bin"))
    header.write_bytes(b"\x02" + header.read_bytes()[1:])
    with pytest.raises(RuntimeError, match="does not know how Chroma"):
        _blank(directory)


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
