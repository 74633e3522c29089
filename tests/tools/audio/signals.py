"""Sounds with known answers. Mono signals are float64 arrays (frames,) at RATE unless told otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tools.audio.decode import Audio

Signal = NDArray[np.float64]

RATE = 22_050
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SHAPES = {"maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "dim": (0, 3, 6)}


def audio(*channels: Signal, rate: int = RATE) -> Audio:
    """Channels put together as the engine takes them."""
    return Audio(np.array(channels, dtype=np.float32), rate)


def sine(hz: float, seconds: float, level_db: float = -20.0, rate: int = RATE) -> Signal:
    """A sine whose peak lies at `level_db` dBFS."""
    return 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)


def noise(seconds: float, seed: int = 0, rate: int = RATE) -> Signal:
    """White noise at -20 dBFS RMS."""
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def clicks(times: Sequence[float], seconds: float, levels: Sequence[float] = (1.0,), rate: int = RATE) -> Signal:
    """Short noise bursts at `times`; `levels` repeat along them."""
    out = np.zeros(round(seconds * rate))
    burst = np.random.default_rng(1).standard_normal(round(0.02 * rate)) * np.linspace(1, 0, round(0.02 * rate)) ** 2
    for k, time in enumerate(times):
        start = round(time * rate)
        part = out[start : start + len(burst)]
        part += 0.2 * levels[k % len(levels)] * burst[: len(part)]
    return out


def thumps(times: Sequence[float], seconds: float, rate: int = RATE) -> Signal:
    """Decaying 60 Hz tones, as of a bass drum."""
    out = np.zeros(round(seconds * rate))
    t = np.arange(round(0.2 * rate)) / rate
    hit = 0.5 * np.sin(2 * np.pi * 60 * t) * np.exp(-t / 0.05)
    for time in times:
        part = out[round(time * rate) :][: len(hit)]
        part += hit[: len(part)]
    return out


def tone(midi: float, seconds: float, rate: int = RATE) -> Signal:
    """A plucked note: six falling harmonics, a sharp start and a slow decay."""
    t = np.arange(round(seconds * rate)) / rate
    hz = 440 * 2 ** ((midi - 69) / 12)
    partials = [0.6**k * np.sin(2 * np.pi * hz * (k + 1) * t) for k in range(6) if hz * (k + 1) < rate / 2]
    fade = np.minimum(1, np.minimum(t / 0.005, (seconds - t) / 0.01))
    return np.asarray(0.06 * np.sum(partials, 0) * np.exp(-t / 1.5) * fade)


def chord(label: str, seconds: float, rate: int = RATE) -> Signal:
    """A chord by its label ("A:min") around middle C, over its root in the bass."""
    root, shape = label.split(":")
    pitch = NAMES.index(root)
    notes = [48 + (pitch + step) % 12 + 12 for step in SHAPES[shape]]
    return np.asarray(np.sum([tone(n, seconds, rate) for n in (36 + pitch, *notes)], 0))


def progression(labels: Sequence[str], bpm: float = 120, beats: int = 4, rate: int = RATE) -> Signal:
    """Chords of so many beats each, struck on every beat."""
    gap = 60 / bpm
    length = round(len(labels) * beats * gap * rate)
    out = np.zeros(length)
    for k in range(len(labels) * beats):
        struck = chord(labels[k // beats], gap, rate)
        part = out[round(k * gap * rate) :][: len(struck)]
        part += struck[: len(part)]
    return out


def transposed(labels: Sequence[str], semitones: int) -> list[str]:
    """Chord labels moved up."""
    moved = []
    for label in labels:
        root, shape = label.split(":")
        moved.append(f"{NAMES[(NAMES.index(root) + semitones) % 12]}:{shape}")
    return moved
