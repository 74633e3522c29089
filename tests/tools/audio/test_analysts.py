"""Files side by side in threads and processes: the same results, and reasons that come through."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
import soundfile

from index.errors import UserError
from tests.tools.audio.signals import RATE, progression
from tools.audio.analysts import Analysts
from tools.audio.decode import AudioRejected
from tools.audio.engine import analyze_file


def test_processes_hear_what_one_thread_hears(tmp_path: Path) -> None:
    files = [tmp_path / f"{bpm}.wav" for bpm in (90, 100, 110, 120)]
    for path in files:
        soundfile.write(path, progression(["C:maj", "F:maj"] * 3, int(path.stem)), RATE)
    (tmp_path / "text.wav").write_text("no sound at all")
    with closing(Analysts("cpu", 4)) as analysts, ThreadPoolExecutor(5) as asking:
        refused = asking.submit(analysts.profile, tmp_path / "text.wav")
        heard = list(asking.map(analysts.profile, files))
        with pytest.raises(AudioRejected, match="the content is text"):
            refused.result()
    assert [asdict(p) for p in heard] == [asdict(analyze_file(f, "cpu")) for f in files]


def test_only_the_parts_that_were_asked_for(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", progression(["C:maj", "F:maj"] * 3), RATE)
    fields = Analysts("cpu").fields(tmp_path / "a.wav", ["rhythm"])
    assert fields["tempo"].bpm and "key" not in fields


def test_a_process_that_is_killed_is_one_line(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", progression(["C:maj"] * 90), RATE)
    with closing(Analysts("cpu", 3)) as analysts, ThreadPoolExecutor(3) as asking:
        waiting = [asking.submit(analysts.profile, tmp_path / "a.wav") for _ in range(3)]
        while not (found := list((getattr(analysts._others, "_processes", None) or {}).values())):
            pass
        os.kill(found[0].pid or 0, signal.SIGKILL)
        failures = [f.exception() for f in waiting]
    assert [type(f) for f in failures if f] == [UserError] and "fewer --jobs" in str(next(f for f in failures if f))


@pytest.mark.gpu
def test_processes_share_a_card(tmp_path: Path) -> None:
    files = [tmp_path / f"{bpm}.wav" for bpm in (90, 100, 110, 120)]
    for path in files:
        soundfile.write(path, progression(["C:maj", "F:maj"] * 6, int(path.stem)), RATE)
    with closing(Analysts("cuda", 4)) as analysts, ThreadPoolExecutor(4) as asking:
        heard = list(asking.map(analysts.profile, files))
    for profile, alone in zip(heard, (analyze_file(f, "cuda") for f in files), strict=True):
        assert profile.beats_s == alone.beats_s and profile.chords == alone.chords
