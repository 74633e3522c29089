"""Copies and versions are found among tracks that are neither, in a small catalogue and in a large one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

import tools.duplicates
from index.annotate import evidence_of
from index.profile import Profile
from index.store import Entry, Store
from index.track import Track
from tests.tools.audio.signals import audio, clicks, noise, progression, transposed
from tools.audio.engine import analyze
from tools.duplicates import find_pairs

ONE = ["C:maj", "G:maj", "A:min", "F:maj", "C:maj", "A:min", "D:min", "G:maj"]
TWO = ["E:min", "B:min", "C:maj", "D:maj", "E:min", "A:min", "B:7", "B:7"]


def heard(labels: list[str], bpm: float = 120, gain: float = 1.0) -> Profile:
    sound = progression(labels * 2, bpm=bpm)
    beats = clicks(list(np.arange(0, len(sound) / 22050, 60 / bpm)), len(sound) / 22050)
    return analyze(audio(gain * (sound + 0.3 * beats)), "cpu")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    made = {
        "one": heard(ONE), "copy": heard(ONE, gain=0.4), "version": heard(transposed(ONE, 4), bpm=112), "other": heard(TWO),
        "noise": analyze(audio(noise(12)), "cpu"),
    }  # fmt: skip
    torch.set_num_threads(threads)
    opened = Store(tmp_path_factory.mktemp("duplicates"), create=True)
    tracks = [Track(id=i, caption=i, profile=p) for i, p in made.items()]
    opened.put(Entry(t, "f", np.zeros(384, np.float32), evidence_of(t)) for t in tracks)
    yield opened
    opened.close()


def test_the_copy_comes_first_and_versions_after(store: Store) -> None:
    told: list[tuple[int, int]] = []
    pairs = find_pairs(store, lambda done, total: told.append((done, total)))
    assert {pairs[0].a, pairs[0].b} == {"one", "copy"} and pairs[0].same_recording > 0.9
    found = {frozenset((p.a, p.b)) for p in pairs}
    assert {frozenset(("one", "version")), frozenset(("copy", "version"))} < found
    assert not any("noise" in pair for pair in found)
    assert all(p.same_recording < 0.5 < p.same_song for p in pairs[1:])
    assert told[-1][0] == told[-1][1] == len(store.acoustic_prints())


def test_a_large_catalogue_is_compared_with_its_nearest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    every = find_pairs(store)
    monkeypatch.setattr(tools.duplicates, "_ALL_PAIRS", 1)
    assert find_pairs(store) == every


def test_nothing_measured_is_nothing_alike(tmp_path: Path) -> None:
    empty = Store(tmp_path, create=True)
    assert find_pairs(empty) == []
    empty.close()
