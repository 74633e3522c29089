"""Voices made of nothing: harmonics under moving formants, consonants, breath, vibrato and glides.

Formants after Peterson & Barney (JASA 24, 1952) as cascaded resonances (Klatt, JASA 67, 1980), the source falling
by 6 to 12 dB an octave. Singing, fast speech-like delivery, choirs and doubled voices come out of one phrase model; `solo` gives the same
tunes to an instrument: a fixed body instead of moving formants, and no consonants. Mono float64 at 22.05 kHz.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

RATE = 22_050
_HOP = 105
_FPS = RATE / _HOP  # 210 control points a second
_PARTIALS = 56
Curve = NDArray[np.float64]

_VOWELS = (
    (730, 1090, 2440), (570, 840, 2410), (300, 870, 2240), (440, 1020, 2240), (640, 1190, 2390), (660, 1720, 2410),
    (530, 1840, 2480), (390, 1990, 2550), (270, 2290, 3010), (490, 1350, 1690), (500, 1500, 2500),
)  # fmt: skip
_WIDTHS = np.array([70.0, 90.0, 130.0, 200.0, 250.0])
_NOISES = {
    "s": (4500, 9500),
    "sh": (2200, 6500),
    "f": (1500, 9000),
    "t": (2500, 8500),
    "k": (1200, 4000),
    "p": (400, 2500),
    "h": (600, 4500),
}
_CONSONANTS = ("", "", "s", "sh", "f", "t", "t", "k", "k", "p", "p", "h", "m", "m", "n", "l", "l", "l")


@dataclass(frozen=True)
class _Syllable:
    start: float
    length: float
    pitch: float
    vowel: tuple[float, ...]
    consonant: str


@dataclass(frozen=True)
class Phrases:
    """What is sung: syllables, and the stretches (s) in which somebody sings."""

    syllables: list[_Syllable]
    spans: list[tuple[float, float]]


def phrases(rng: random.Random, seconds: float) -> Phrases:
    """Phrases with rests, over a few seconds up to all the time."""
    syllables: list[_Syllable] = []
    spans: list[tuple[float, float]] = []
    middle, spoken = rng.uniform(47, 72), rng.random() < 0.15
    tonic = rng.randrange(12)
    scale = [] if spoken else [p for p in range(30, 96) if (p + tonic) % 12 in (0, 2, 4, 5, 7, 9, 11)]
    pace, rest = (
        rng.uniform(0.12, 0.2) if spoken else rng.choice((0.18, 0.25, 0.35, 0.5)),
        rng.choice((0.3, 1.0, 2.5, 6.0)),
    )
    stop = rng.choice((seconds, seconds, rng.uniform(0.3, 1) * seconds))
    at = rng.choice((0.0, 0.1, 0.6)) * rng.random() * stop
    while at < stop - 0.5:
        end = min(at + rng.uniform(1.2, 5.5), stop)
        found = _phrase(rng, at, end, middle, pace, scale)
        syllables += found
        spans.append((at, found[-1].start + found[-1].length))
        at = spans[-1][1] + max(0.12, rng.expovariate(1 / rest))
    return Phrases(syllables, spans)


def _phrase(rng: random.Random, at: float, end: float, middle: float, pace: float, scale: list[int]) -> list[_Syllable]:
    found: list[_Syllable] = []
    pitch = middle + rng.gauss(0, 3)
    while at < end:
        length = max(0.09, pace * rng.lognormvariate(0, 0.5) * (rng.choice((1, 1, 1, 2, 4)) if scale else 1))
        pitch += rng.gauss(0.15 * (middle - pitch), 2.5 if scale else 1.2) - (0 if scale else 0.15)
        sung = float(min(scale, key=lambda p: abs(p - pitch))) if scale else pitch
        if found and rng.random() < 0.15:
            sung = found[-1].pitch
        consonant = rng.choice(_CONSONANTS) if rng.random() < 0.85 else ""
        found.append(_Syllable(at, length, sung, rng.choice(_VOWELS), consonant))
        at += length + (rng.uniform(0, 0.12) if rng.random() < 0.15 else 0)
    last = found[-1]
    if scale and rng.random() < 0.5:
        found[-1] = _Syllable(last.start, last.length + rng.uniform(0.2, 1.5), last.pitch, last.vowel, last.consonant)
    return found


def sing(song: Phrases, seconds: float, rng: random.Random) -> Curve:
    """The phrases by one voice, or by several."""
    noise = np.random.default_rng(rng.getrandbits(32))
    out = _one(song, seconds, rng, noise, 0.0)
    extra = rng.random()
    if extra < 0.25:
        out += rng.uniform(0.3, 1) * _one(
            song, seconds, rng, noise, rng.choice((0.0, 0.0, 3.0, 4.0, -5.0, 7.0, 12.0, -12.0))
        )
    return np.asarray(out / max(1e-9, float(np.abs(out).max())))


def _one(song: Phrases, seconds: float, rng: random.Random, noise: np.random.Generator, interval: float) -> Curve:
    count = int(seconds * _FPS) + 2
    formants, nasal, voiced, gain = np.full((count, 5), 500.0), np.zeros(count), np.zeros(count), np.zeros(count)
    size = rng.uniform(0.85, 1.25)
    for s in song.syllables:
        a, b = int(s.start * _FPS), min(int((s.start + s.length) * _FPS), count)
        n = max(b - a, 1)
        formants[a:] = np.array([*s.vowel, 3500.0, 4500.0]) * size
        shape = np.minimum(1, np.arange(n) / (_FPS * 0.03)) * np.linspace(1, rng.uniform(0.5, 1), n)
        gain[a : a + n] = (shape * rng.uniform(0.6, 1))[: count - a]
        voiced[a : a + n] = 1
        into = int(rng.uniform(0.03, 0.11) * _FPS)
        if s.consonant in _NOISES:
            gain[max(a - 4, 0) : a + into] = 0
        elif s.consonant:
            nasal[a : a + into] = 1
    formants = gaussian_filter1d(formants, rng.uniform(3, 8), axis=0)
    gain = gaussian_filter1d(gain, 2.0) * (1 - 0.6 * gaussian_filter1d(nasal, 2.0))
    hz = 440 * 2 ** ((_pitch(song, count, rng, noise) + interval - 69) / 12)
    tilt, ring = rng.uniform(0.7, 1.6), rng.uniform(1.0, 2.2)
    partial = np.arange(1, _PARTIALS + 1)
    amplitude = _resonance(hz[:, None] * partial, formants, ring) * partial**-tilt
    amplitude *= np.where(nasal[:, None] > 0, 1 / (1 + (hz[:, None] * partial / 500) ** 2), 1) * gain[:, None]
    voice = _harmonics(hz, amplitude, int(seconds * RATE))
    voice *= 0.1 / (float(np.sqrt((voice**2).mean())) + 1e-9)
    air = _banded(
        np.fft.rfft(noise.standard_normal(len(voice))),
        np.asarray(np.fft.rfftfreq(len(voice), 1 / RATE), np.float64),
        2000,
        9500,
    )
    loud = np.interp(np.arange(len(voice)) / _HOP, np.arange(count), gain)
    return np.asarray(voice + air * loud * 10 ** -rng.uniform(1.4, 2.6) + _consonants(song, len(voice), rng, noise))


def _pitch(song: Phrases, count: int, rng: random.Random, noise: np.random.Generator) -> Curve:
    """MIDI numbers at control points: steps made into glides, vibrato on longer notes, drift and scoops."""
    pitch, since = np.full(count, song.syllables[0].pitch), np.zeros(count)
    scoop = rng.uniform(0, 1.5)
    for s in song.syllables:
        a = int(s.start * _FPS)
        pitch[a:] = s.pitch
        n = min(int(0.1 * _FPS), count - a)
        if rng.random() < 0.4:
            pitch[a : a + n] -= np.linspace(scoop, 0, n)
        since[a:] = np.arange(count - a) / _FPS
    pitch = gaussian_filter1d(pitch, rng.uniform(2, 9))
    depth = rng.choice((0.0, 0.15, 0.3, 0.6, 1.0)) * np.clip((since - rng.uniform(0.1, 0.5)) / 0.3, 0, 1)
    wobble = np.cumsum(
        rng.uniform(4.3, 7) * (1 + 0.08 * gaussian_filter1d(noise.standard_normal(count), 20) * 8) / _FPS
    )
    drift = gaussian_filter1d(noise.standard_normal(count), 15) * rng.uniform(0.2, 1.2)
    return np.asarray(pitch + depth * np.sin(2 * np.pi * wobble) + drift)


def _resonance(hz: Curve, formants: Curve, ring: float) -> Curve:
    """Gain of cascaded resonances at (n, partials) frequencies."""
    out = np.ones_like(hz)
    for k in range(formants.shape[1]):
        centre, width = formants[:, k, None], _WIDTHS[k] * ring
        out *= centre**2 / np.sqrt((centre**2 - hz**2) ** 2 + (width * hz) ** 2)
    return out * (hz < 0.46 * RATE)


def _harmonics(hz: Curve, amplitude: Curve, count: int) -> Curve:
    """Partials of a moving fundamental (control points) summed: (count,); sin(k x) by Chebyshev's recursion."""
    at = np.arange(count) / _HOP
    phase = 2 * np.pi * np.cumsum(np.interp(at, np.arange(len(hz)), hz)) / RATE
    whole, part = at.astype(int), at % 1
    before, now, twice = np.zeros(count), np.sin(phase), 2 * np.cos(phase)
    out = np.zeros(count)
    for k in range(amplitude.shape[1]):
        column = amplitude[:, k]
        if not column.any():
            break
        out += now * (column[whole] + part * np.diff(column)[whole])
        before, now = now, twice * now - before
    return out


def _consonants(song: Phrases, count: int, rng: random.Random, noise: np.random.Generator) -> Curve:
    """Bursts and hisses before vowels, and breaths before phrases."""
    out, level = np.zeros(count), rng.uniform(0.03, 0.25)
    spectrum = np.fft.rfft(noise.standard_normal(4 * RATE))
    hz: Curve = np.asarray(np.fft.rfftfreq(4 * RATE, 1 / RATE), np.float64)
    hiss = {name: _banded(spectrum, hz, *band) for name, band in _NOISES.items()}
    for s in song.syllables:
        if s.consonant in hiss:
            long = rng.uniform(0.05, 0.16) if s.consonant in ("s", "sh", "f", "h") else rng.uniform(0.01, 0.04)
            _add(out, hiss[s.consonant], s.start - 0.02, long, level * rng.uniform(0.4, 1.2), rng)
    if rng.random() < 0.6:
        for start, _ in song.spans:
            _add(out, hiss["h"], start - 0.35, 0.3, level * rng.uniform(0.05, 0.4), rng)
    return out


def _banded(spectrum: NDArray[np.complex128], hz: Curve, low: float, high: float) -> Curve:
    out = np.fft.irfft(spectrum * np.exp(-0.5 * (np.clip(np.maximum(low - hz, hz - high), 0, None) / 400) ** 2))
    return np.asarray(out / out.std())


def _add(out: Curve, hiss: Curve, start: float, length: float, level: float, rng: random.Random) -> None:
    a, n = max(int(start * RATE), 0), int(length * RATE)
    n = min(n, len(out) - a)
    if n > 2:
        begin = rng.randrange(len(hiss) - n)
        out[a : a + n] += level * hiss[begin : begin + n] * np.hanning(n)


def solo(song: Phrases, seconds: float, rng: random.Random) -> Curve:
    """The same phrases on an instrument that bends notes: no words, one body."""
    noise = np.random.default_rng(rng.getrandbits(32))
    count = int(seconds * _FPS) + 2
    gain = np.zeros(count)
    decay = rng.choice((0.2, 1.0, 5.0, 50.0))
    for s in song.syllables:
        a = int(s.start * _FPS)
        n = min(int(s.length * _FPS), count - a)
        since = np.arange(n) / _FPS
        gain[a : a + n] = np.minimum(1, since / rng.uniform(0.005, 0.06)) * np.exp(-since / decay) * rng.uniform(0.6, 1)
    gain = gaussian_filter1d(gain, rng.uniform(0.5, 4))
    hz = 440 * 2 ** ((_pitch(song, count, rng, noise) + rng.choice((0, 0, 12)) - 69) / 12)
    body = np.tile(np.sort([rng.uniform(250, 5000) for _ in range(5)]), (count, 1))
    partial = np.arange(1, _PARTIALS + 1)
    amplitude = partial ** -rng.uniform(0.6, 2.2) * np.where(partial % 2 == 0, rng.choice((1.0, 1.0, 0.1)), 1.0)
    shaped = amplitude * _resonance(hz[:, None] * partial, body, rng.uniform(2, 8)) ** rng.uniform(0.2, 1)
    out = _harmonics(hz, shaped * gain[:, None], int(seconds * RATE))
    if rng.random() < 0.3:
        out = np.tanh(out / (np.abs(out).max() + 1e-9) * rng.uniform(2, 20))
    return np.asarray(out / max(1e-9, float(np.abs(out).max())))
