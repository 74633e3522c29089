"""The engine on other machines: with NumPy and torch alone, and on a CUDA device as on the CPU."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict

import numpy as np
import pytest
import torch

from tests.tools.audio.signals import RATE, Signal, audio, noise, progression
from tools.audio.engine import analyze

ALLOWED = "numpy torch index tools"


def test_the_core_imports_with_numpy_and_torch_alone() -> None:
    program = f"""
import sys
import numpy, torch
loaded = set(sys.modules)
class Guard:
    def find_spec(self, name, path=None, target=None):
        root = name.split(".")[0]
        if root not in {ALLOWED.split()!r} and root not in sys.stdlib_module_names and name not in loaded:
            raise ImportError(f"{{name}} is not on a bare machine")
sys.meta_path.insert(0, Guard())
import tools.audio.engine, tools.audio.listening
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.mark.gpu
def test_a_cuda_device_hears_what_the_cpu_hears() -> None:
    song = 0.8 * _song() + 0.05 * noise(48.0)
    here, there = (asdict(analyze(audio(song, song), device)) for device in ("cpu", "cuda"))
    assert here["tempo"]["bpm"] == pytest.approx(there["tempo"]["bpm"], rel=0.002)
    assert np.abs(np.array(here["beats_s"]) - np.array(there["beats_s"])).max() < 0.01
    for exact in ("meter", "downbeats_s"):
        assert here[exact] == pytest.approx(there[exact], abs=0.01) if exact != "meter" else here[exact] == there[exact]
    assert (here["key"]["tonic"], here["key"]["mode"]) == (there["key"]["tonic"], there["key"]["mode"])
    assert [c["label"] for c in here["chords"]] == [c["label"] for c in there["chords"]]
    assert here["loudness"]["integrated_lufs"] == pytest.approx(there["loudness"]["integrated_lufs"], abs=0.02)
    assert here["loudness"]["true_peak_dbtp"] == pytest.approx(there["loudness"]["true_peak_dbtp"], abs=0.05)
    assert here["timbre"]["brightness_hz"] == pytest.approx(there["timbre"]["brightness_hz"], rel=0.002)
    for part in ("rhythm", "harmony", "timbre"):
        assert here["embedding"][part] == pytest.approx(there["embedding"][part], abs=0.02)


def _song() -> Signal:
    """48 seconds of chords in a loop."""
    return progression(["C:maj", "A:min", "F:maj", "G:7"] * 6)


@pytest.mark.gpu
def test_results_alone_stay_on_the_device_machine() -> None:
    """What was put on the card for a track is given back after it."""
    analyze(audio(_song()), "cuda")
    before = torch.cuda.memory_allocated()
    for _ in range(3):
        analyze(audio(_song()), "cuda")
    assert torch.cuda.memory_allocated() <= before + RATE
