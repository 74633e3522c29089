"""What there is to hear in a track before anything is made of it: its mono mix, onsets, notes, levels and colour.

Everything is computed when it is asked for, once. Spectra are on the device of the samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.linalg import vector_norm

from index.profile import Energy, Loudness, Timbre
from tools.audio.chroma import LogSpectrum, between, log_spectrum, note_salience
from tools.audio.colour import measure_energy, measure_timbre
from tools.audio.loudness import Levels, measure_levels, programme_loudness, true_peak
from tools.audio.onsets import Onsets, onset_curves, onset_times
from tools.audio.resample import ratio_towards, resample

Curve = NDArray[np.float64]

RATE = 22_050.0
_SILENCE = 1e-4  # -80 dBFS: below this peak there is nothing to measure
_OFFSET = 0.01
_MIN_MUSIC_S = 3.0
_COMPRESSION = 0.6  # of note strengths, so that one loud note does not drown a chord


@dataclass(frozen=True)
class Mix:
    """The mean of the channels (frames,), or the loudest channel where they cancel each other."""

    mono: Tensor
    cancelled: bool


def mono_mix(samples: Tensor) -> Mix:
    """One channel out of samples (channels, frames)."""
    mono = samples.mean(0)
    power = vector_norm(samples, dim=1) ** 2
    cancelled = bool(vector_norm(mono) ** 2 < 0.01 * power.max())
    return Mix(samples[int(power.argmax())] if cancelled else mono, cancelled)


class Sound:
    """Samples (channels, frames), full scale 1.0, at `rate` Hz. `notes` says what could not be told, and why."""

    def __init__(self, samples: Tensor, rate: int, notes: Sequence[str] = ()) -> None:
        self.rate = rate
        self.notes = list(notes)
        if float(samples.mean(1).abs().max()) > _OFFSET:
            samples = samples - samples.mean(1, keepdim=True)
            self.notes.append("a constant offset (DC) was taken out before measuring")
        self.samples = samples
        self.seconds = samples.shape[1] / rate
        ratio = ratio_towards(rate, RATE)
        self.mono = resample(self._mix(), ratio)
        self.mono_rate = rate * float(ratio)

    def _mix(self) -> Tensor:
        mix = mono_mix(self.samples)
        if mix.cancelled:
            self.notes.append(
                "the channels nearly cancel each other: rhythm and harmony were read from the loudest one"
            )
        return mix.mono

    @cached_property
    def is_silent(self) -> bool:
        silent = float(self.mono.abs().max()) < _SILENCE
        if silent:
            self.notes.append("the track is silent")
        return silent

    @cached_property
    def is_music(self) -> bool:
        """Whether there is enough sound to ask for tempo, key and form."""
        if self.seconds < _MIN_MUSIC_S and not self.is_silent:
            self.notes.append(f"too short for tempo, key and form ({self.seconds:.1f} s)")
        return not self.is_silent and self.seconds >= _MIN_MUSIC_S

    @cached_property
    def onsets(self) -> Onsets:
        return onset_curves(self.mono, self.mono_rate)

    @cached_property
    def onset_times(self) -> list[float]:
        return [] if self.is_silent else onset_times(self.onsets)

    @cached_property
    def spectrum(self) -> LogSpectrum:
        return log_spectrum(self.mono, self.mono_rate)

    @cached_property
    def salience(self) -> Tensor:
        """How strongly each note sounds in each frame of the spectrum: (frames, 84) from MIDI 24 up."""
        return note_salience(self.spectrum.bins, self.mono_rate)

    def notes_between(self, edges_s: Curve) -> Curve:
        """Compressed mean salience between n edges: (n - 1, 84)."""
        mean = between(self.salience, edges_s, self.spectrum.fps)
        return np.asarray(mean.cpu().double().numpy() ** _COMPRESSION)

    @cached_property
    def levels(self) -> Levels:
        return measure_levels(self.samples, self.rate)

    @cached_property
    def loudness(self) -> Loudness:
        return programme_loudness(self.levels, true_peak(self.samples, self.rate))

    @cached_property
    def timbre(self) -> Timbre:
        return measure_timbre(self.samples, self.rate, self.onsets)

    @cached_property
    def energy(self) -> Energy:
        return measure_energy(self.levels, self.onset_times, self.seconds)
