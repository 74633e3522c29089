"""The engine on a graphics card: what each part of an analysis costs there, and how many times real time a batch goes.

Needs numpy and torch alone, like the engine itself, so that it runs on a bare machine: the music is made here, tracks are
decoded already, and there is no peer beside it but the same engine on the processor.

usage: python -m tests.benchmarks.device [--jobs 1,4,8,16] [--tracks N] [--minutes M]
"""

from __future__ import annotations

import time

import numpy as np
import torch

from tests.tools.audio.signals import clicks, progression, thumps
from tools.audio.decode import Audio
from tools.audio.engine import PARTS
from tools.audio.listening import Listening

RATE = 44_100
_LOOPS = (["C:maj", "A:min", "F:maj", "G:7"], ["A:min", "F:maj", "C:maj", "G:maj"])
_GAP_S = 0.5


def song(minutes: float, seed: int = 0) -> Audio:
    """Stereo at 44.1 kHz: two parts in turn, with drums in the second, a little noise, and another level at each seed."""
    parts = []
    for k, labels in enumerate(_LOOPS):
        chords = progression(labels * 4, 60 / _GAP_S, rate=RATE)
        seconds = len(chords) / RATE
        beats = np.arange(0, seconds, _GAP_S)
        drums = thumps(list(beats[::2]), seconds, RATE) + clicks(list(beats[1::2]), seconds, rate=RATE)
        parts.append(chords + 0.3 * k * drums)
    whole = np.concatenate(parts)
    whole = np.tile(whole, -(-round(minutes * 60 * RATE) // len(whole)))[: round(minutes * 60 * RATE)]
    noise = np.random.default_rng(seed).standard_normal((2, len(whole))).astype(np.float32)
    return Audio((0.5 - 0.02 * seed) * whole.astype(np.float32) + 0.001 * noise, RATE)


def by_part(audio: Audio, device: str) -> dict[str, float]:
    """Seconds for each part of the profile, each after those before it; the first is what it takes to get there."""
    took, began = {}, time.perf_counter()
    with torch.inference_mode():
        heard = Listening(torch.from_numpy(audio.samples).to(device), audio.rate)
        took["copy"] = time.perf_counter() - began
        for part, names in PARTS.items():
            began = time.perf_counter()
            for name in names:
                getattr(heard, name)
            took[part] = time.perf_counter() - began
    return {**took, "all": sum(took.values())}
