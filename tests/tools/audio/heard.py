"""What the engine has at hand when it measures how a track sounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from index.profile import Energy, Loudness, Timbre
from tests.tools.audio.signals import RATE, Signal, sine
from tools.audio.chroma import LogSpectrum, log_spectrum, note_salience
from tools.audio.colour import measure_energy, measure_timbre
from tools.audio.loudness import Levels, measure_levels, programme_loudness, true_peak
from tools.audio.onsets import Onsets, onset_curves, onset_times


@dataclass(frozen=True)
class Heard:
    """Samples (channels, frames), their mono mix and what was measured of them."""

    samples: Tensor
    mono: Tensor
    rate: int
    onsets: Onsets
    spectrum: LogSpectrum
    levels: Levels
    timbre: Timbre
    loudness: Loudness
    energy: Energy

    @cached_property
    def salience(self) -> Tensor:
        return torch.as_tensor(note_salience(self.spectrum.bins, self.rate))

    @property
    def duration_s(self) -> float:
        return self.mono.numel() / self.rate


def hear(*channels: Signal, rate: int = RATE) -> Heard:
    """Measure channels put together."""
    samples = torch.from_numpy(np.array(channels, dtype=np.float32))
    mono = samples.mean(0)
    onsets, levels = onset_curves(mono, rate), measure_levels(samples, rate)
    loudness = programme_loudness(levels, true_peak(samples, rate))
    energy = measure_energy(levels, onset_times(onsets), mono.numel() / rate)
    timbre = measure_timbre(samples, rate, onsets)
    return Heard(samples, mono, rate, onsets, log_spectrum(mono, rate), levels, timbre, loudness, energy)


def rubbish() -> dict[str, Signal]:
    """What is no music: each must be measured without a crash or a NaN."""
    click = np.zeros(RATE * 4)
    click[RATE] = 1
    return {
        "silence": np.zeros(RATE * 4),
        "one sample": np.ones(1) * 0.1,
        "scrap": np.random.default_rng(0).standard_normal(round(0.2 * RATE)) * 0.1,
        "click": click,
        "noise": np.random.default_rng(0).standard_normal(RATE * 8) * 0.1,
        "constant": np.full(RATE * 4, 0.5),
        "sine": sine(440, 5),
        "whisper": np.random.default_rng(0).standard_normal(RATE * 4) * 1e-6,
        "clipped": np.clip(sine(200, 4, 20), -1, 1),
    }
