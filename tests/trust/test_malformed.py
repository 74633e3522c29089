"""Malformed sound files: each ends in sound or in one line that says why not; none crashes, hangs or fills the memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pytest

from index.fields import TrackFields
from index.tags import read_tags
from tests.trust.malformed import Bad, bad_files, sounds, write
from tools.audio.decode import AudioRejected, Limits, decode

LIMITS = Limits(minutes=21, decoded_bytes=200_000_000, memory_bytes=1_500_000_000, seconds=20)
FEW, ALL = 40, 200


@dataclass
class Fate:
    """What became of the files: read, refused (with the line), worst seconds and child memory (bytes)."""

    read: int = 0
    refused: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0
    memory_bytes: int = 0


def fate_of(files: Sequence[Bad], folder: Path) -> Fate:
    """Decodes them all, two at once, and reads their tags."""
    fate = Fate()

    def one(bad: Bad) -> tuple[Bad, str | None, str | None, float]:
        path, began = write(bad, folder), time.monotonic()
        read_tags(path, TrackFields(lenient=True))
        wrong = line = None
        try:
            audio = decode(path, LIMITS)
            if not np.isfinite(audio.samples).all() or not audio.samples.size:
                wrong = "samples that are no numbers"
        except AudioRejected as reason:
            line = str(reason)
            wrong = "not one line" if "\n" in line or not line or len(line) > 300 else None
        return bad, line, wrong, time.monotonic() - began

    with ThreadPoolExecutor(2) as pool:
        for bad, line, wrong, seconds in pool.map(one, files):
            fate.read += line is None
            fate.refused += [] if line is None else [line]
            fate.wrong += [f"{bad.done}: {wrong}"] if wrong else []
            fate.slowest_s = max(fate.slowest_s, seconds)
    fate.memory_bytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return fate


def fate_in_a_process(count: int, folder: Path) -> Fate:
    """The same in a small process: a child's peak counts what its parent had when it was started."""
    command = [sys.executable, "-m", "tests.trust.test_malformed", str(count), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], timeout=280)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return Fate(**json.loads(done.stdout))


def held(fate: Fate, count: int) -> None:
    assert fate.wrong == []
    assert fate.read + len(fate.refused) == count
    assert fate.slowest_s < LIMITS.seconds + 5
    assert fate.memory_bytes < LIMITS.memory_bytes
    assert not any("status -11" in line or "Traceback" in line for line in fate.refused), Counter(fate.refused)


def test_the_sounds_they_are_made_of_are_sound(tmp_path: Path) -> None:
    for kind, data in sounds().items():
        audio = decode(write(Bad(f"a.{kind}", data, ""), tmp_path), LIMITS)
        assert 1.4 < audio.duration_s < 1.7 and np.abs(audio.samples).max() > 0.3


def test_a_few_dozen(tmp_path: Path) -> None:
    files = bad_files(FEW)
    fate = fate_in_a_process(FEW, tmp_path)
    held(fate, FEW)
    playlists = [bad for bad in files if bad.done.startswith("playlist")]
    assert len(playlists) == 14
    assert sum("text" in line or "cannot be decoded" in line for line in fate.refused) >= len(playlists)
    assert any("too long" in line for line in fate.refused), "the bomb went off"


def test_no_playlist_is_followed(tmp_path: Path) -> None:
    for bad in bad_files(14):
        with pytest.raises(AudioRejected):
            decode(write(bad, tmp_path), LIMITS)


@pytest.mark.attacks
def test_two_hundred(tmp_path: Path) -> None:
    files = bad_files(ALL)
    assert len({bad.data for bad in files}) > 0.95 * ALL
    held(fate_in_a_process(ALL, tmp_path), ALL)


if __name__ == "__main__":
    print(json.dumps(asdict(fate_of(bad_files(int(sys.argv[1])), Path(sys.argv[2])))))
