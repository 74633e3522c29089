"""How a track sounds as three vectors, so that tracks alike in rhythm, harmony or timbre lie close (by cosine).

- rhythm: periodicities on a logarithmic lag axis, folded to one octave (so that half or double tempo agree) and as the
  magnitudes of their spectrum along the axis (a pattern whatever the tempo, after Holzapfel & Stylianou, "Scale
  transform in rhythmic similarity of music", TASLP 2011), density, swing, regularity;
- harmony: magnitudes of the Fourier transform of pitch classes (Amiot, "Music through Fourier space", 2016), which are
  blind to transposition, kinds of chords, steps of their roots, how fast they change;
- timbre: the spectrum's shape and how it varies, brightness, width, percussion, roughness, ring.
Every number is taken from a common value and over a common spread, so that 0 is ordinary.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from index.profile import Chord, Energy, Rhythm, SoundEmbedding, Tempo, Texture, Timbre
from tools.audio.onsets import Onsets

Curve = NDArray[np.float64]

_SILENT = 1e-5
_FAINT = 3e-4  # of the mean level of all bands
_LAGS_S, _LAGS = (0.15, 2.4), 48  # four octaves of twelve
_BANDS = 16
_ROOTS = {name: k for k, name in enumerate(("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"))}
_MIN_CHORDS = 3
# What is common in rendered and recorded music of some forty styles:
_EACH = np.array([0.24, 0.28, 0.38, 0.26, 0.41, 0.20])  # Fourier magnitudes of the pitch classes of a beat
_TOTAL = np.array([0.10, 0.13, 0.17, 0.07, 0.35, 0.05])  # and of the whole track
_KINDS = {"maj": 0.48, "min": 0.35, "7": 0.16, "dim": 0.01}
_STEPS = np.array([0.02, 0.03, 0.14, 0.03, 0.01, 0.37, 0.01, 0.20, 0.05, 0.06, 0.06, 0.03])  # semitones up


def measure_embedding(
    onsets: Onsets,
    chroma: Curve,
    tempo: Tempo,
    rhythm: Rhythm,
    chords: Sequence[Chord],
    energy: Energy,
    timbre: Timbre,
    texture: Texture,
) -> SoundEmbedding:
    """The vectors of a track; `chroma` (n, 12) are its pitch classes beat by beat. Empty parts where nothing was measured."""
    if float(onsets.mel.amax()) < _SILENT:
        return SoundEmbedding()
    return SoundEmbedding(
        rhythm=_unit(_rhythm(onsets, tempo, rhythm, energy, timbre)),
        harmony=_unit(_harmony(chroma, chords)),
        timbre=_unit(_timbre(onsets, timbre, texture)),
    )


def _unit(values: Curve) -> list[float]:
    length = float(np.linalg.norm(values))
    return [round(float(v) / length, 4) for v in values] if length > 1e-9 else []


def _from(value: float | None, common: float, spread: float) -> float:
    """How far a value lies from the common one, in spreads, at most 2.5; 0 where it was not measured."""
    return 0.0 if value is None else float(np.clip((value - common) / spread, -2.5, 2.5))


def _rhythm(onsets: Onsets, tempo: Tempo, rhythm: Rhythm, energy: Energy, timbre: Timbre) -> Curve:
    if tempo.bpm is None and energy.onset_density_hz == 0:
        return np.zeros(0)
    course = np.stack([_periodicity(onsets.strength, onsets.fps), _periodicity(onsets.bass, onsets.fps)])
    folded = course.reshape(2, -1, 12).max(1)
    pattern = np.abs(np.fft.rfft(course - course.mean(1, keepdims=True), axis=1))[:, 1:11]
    numbers = [
        2.0 * _from(math.log2(energy.onset_density_hz + 0.3), 1.85, 0.7),
        _from(rhythm.swing, 0.5, 0.08) * rhythm.swing_confidence,
        _from(rhythm.regularity, 0.6, 0.2),
        _from(tempo.confidence, 0.6, 0.25),
        1.5 * _from(timbre.percussive_share, 0.4, 0.12),
    ]
    return np.concatenate(
        [2 * (folded - folded.mean()).flatten(), 0.25 * (pattern - pattern.mean()).flatten(), numbers]
    )


def _periodicity(strength: Tensor, fps: float) -> Curve:
    """Autocorrelation of an onset curve at logarithmic lags, 1 at lag 0: (48,)."""
    curve = strength - strength.mean()
    size = 1 << (2 * len(curve) - 1).bit_length()
    power = torch.fft.rfft(curve, size).abs() ** 2
    whole = torch.fft.irfft(power, size)[: max(len(curve), 2)].cpu().double().numpy()
    lags = np.geomspace(*_LAGS_S, _LAGS, endpoint=False) * fps
    return np.asarray(np.interp(lags, np.arange(len(whole)), whole / max(whole[0], 1e-9)))


def _harmony(chroma: Curve, chords: Sequence[Chord]) -> Curve:
    sounding = [c for c in chords if c.label != "N"]
    if len(sounding) < _MIN_CHORDS or not len(chroma):
        return np.zeros(0)
    each = np.abs(np.fft.rfft(chroma, axis=1))[:, 1:] / np.maximum(chroma.sum(1, keepdims=True), 1e-9)
    total = np.abs(np.fft.rfft(chroma.mean(0)))[1:] / max(float(chroma.mean(0).sum()), 1e-9)
    length = np.array([c.end_s - c.start_s for c in sounding])
    kinds = [_kind(c.label) for c in sounding]
    shares = [length[[k == kind for k in kinds]].sum() / length.sum() - common for kind, common in _KINDS.items()]
    roots = np.array([_ROOTS[c.label.split(":")[0].split("/")[0]] for c in sounding])
    steps = np.bincount(np.diff(roots) % 12, minlength=12) / max(len(roots) - 1, 1)
    pace = _from(math.log2(float(np.median(length)) + 0.1), 1.1, 0.8)
    return np.concatenate(
        [
            6 * (each.mean(0) - _EACH),
            6 * (total - _TOTAL),
            3 * np.array(shares),
            4 * (steps - _STEPS),
            [pace, _from(1 - length.sum() / max(chords[-1].end_s, 1e-9), 0.05, 0.1)],
        ]
    )


def _kind(label: str) -> str:
    """A chord label's family: "maj", "min", "7" or "dim"."""
    shape = label.partition(":")[2].split("/")[0]
    if "dim" in shape:
        return "dim"
    return "min" if shape.startswith("min") else "7" if shape in ("7", "9", "13") else "maj"


def _timbre(onsets: Onsets, timbre: Timbre, texture: Texture) -> Curve:
    bands = onsets.mel.reshape(len(onsets.mel), _BANDS, -1).mean(2)
    level = torch.log(bands / bands.mean() + _FAINT)
    loud = level.mean(1)
    heard = level[loud > loud.amax() - 6]
    mean, spread = heard.mean(0), heard.std(0, correction=0)
    shape = (mean - mean.mean()).cpu().double().numpy() - np.linspace(2.4, -2.5, _BANDS)
    numbers = [
        2 * _from(math.log2(timbre.brightness_hz), 11.2, 0.45) if timbre.brightness_hz else 0.0,
        1.5 * _from(timbre.percussive_share, 0.4, 0.12),
        1.5 * _from(timbre.stereo_width, 0.22, 0.11),
        1.5 * _from(texture.roughness, 0.46, 0.16),
        1.5 * _from(math.log(texture.reverberance_s), -0.4, 0.45) if texture.reverberance_s else 0.0,
        _from(texture.crest_db, 15.0, 2.0),
    ]
    return np.concatenate([shape, 2 * (spread.cpu().double().numpy() - 1.0), numbers])
