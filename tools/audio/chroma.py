"""How strongly each note sounds: whitened log-frequency spectra explained by note templates.

After Mauch & Dixon, "Approximate note transcription for the improved identification of difficult chords"
(ISMIR 2010): 3 bins a semitone, tuning by the phase of the energy within semitones, whitening along
frequency, and a non-negative least-squares fit of harmonic note templates. Pitches are MIDI
numbers; chroma starts at C.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tools.audio.constants import constant
from tools.audio.spectrum import short_time

SIZE, HOP = 8192, 2048
LOW, HIGH = 24, 108  # MIDI C1 to B7
_PER_SEMITONE = 3
_BINS = (HIGH - LOW) * _PER_SEMITONE
_TOP_HZ = 4500.0
_HARMONICS = 16
_DECAY = (
    0.9,
    0.8,
)  # from one harmonic to the next, for the lowest and the highest note; whitening evens them out
_ITERATIONS = 20
_QUIET = 1e-4  # -80 dBFS: a spectrum that peaks below this holds no note

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class LogSpectrum:
    """`bins` (frames, 252): magnitude by log-frequency, as if A4 were 440 Hz; frame n lies at n / fps s."""

    bins: Tensor
    fps: float
    tuning_semitones: float


def log_spectrum(signal: Tensor, rate: float) -> LogSpectrum:
    """Tuned log-frequency spectra of a mono signal (frames,) at about 22 kHz."""
    keep = int(_TOP_HZ / rate * SIZE)
    matrix = _log_matrix(signal.device, rate, keep)
    bins = short_time(signal, SIZE, HOP, lambda magnitude: magnitude[:, :keep] @ matrix)
    tuning = _tuning(bins)
    return LogSpectrum(_shifted(bins, tuning * _PER_SEMITONE), rate / HOP, tuning)


@constant
def _log_matrix(rate: float, keep: int) -> Tensor:
    """Linear interpolation from FFT bins to log bins: (keep, 252); wide bins average what they cover."""
    pitch = LOW + (torch.arange(_BINS, dtype=torch.float64) - 1) / _PER_SEMITONE
    centre = 440 * 2 ** ((pitch - 69) / 12) * SIZE / rate
    width = (centre * (2 ** (1 / 12 / _PER_SEMITONE) - 1)).clamp(min=1.0)
    away = (torch.arange(keep, dtype=torch.float64)[:, None] - centre[None, :]).abs()
    matrix = (1 - away / width).clamp(min=0)
    return (matrix / matrix.sum(0).clamp(min=1e-9)).float()


def _tuning(bins: Tensor) -> float:
    """Offset from A4 = 440 Hz, -0.5 to 0.5 semitones, by the phase of the energy at a cycle a semitone."""
    energy = bins.double().mean(0).cpu()
    turn = torch.exp(-2j * torch.pi * (torch.arange(_BINS) - 1) / _PER_SEMITONE)
    phase = torch.angle((energy * turn).sum())
    return float(-phase / (2 * torch.pi))


def _shifted(bins: Tensor, by: float) -> Tensor:
    """Bins moved down by a fraction of a few bins, by linear interpolation."""
    whole = int(np.floor(by))
    part = by - whole
    padded = torch.nn.functional.pad(bins, (2, 3))
    low = padded[:, 2 + whole : 2 + whole + _BINS]
    return (1 - part) * low + part * padded[:, 3 + whole : 3 + whole + _BINS]


def note_salience(spectra: Tensor, rate: float) -> Tensor:
    """Note strengths (n, 84) that explain each log spectrum (n, 252); all zero where there is no sound."""
    white = _whitened(spectra)
    templates = _note_templates(spectra.device, rate)
    target, gram = white @ templates.T, templates @ templates.T
    notes = torch.ones_like(target)
    for _ in range(_ITERATIONS):
        notes = notes * target / (notes @ gram).clamp(min=1e-9)
    quiet = spectra.amax(1, keepdim=True) < _QUIET
    return notes.masked_fill(quiet, 0)


def _whitened(spectra: Tensor) -> Tensor:
    """What stands out of the octave around, at nearly even strength along frequency."""
    size = 12 * _PER_SEMITONE + 1
    mean = _around(spectra, size)
    deviation = (_around(spectra**2, size) - mean**2).clamp(min=0).sqrt()
    above = (spectra - mean).clamp(min=0)
    floor = 1e-3 * spectra.amax(1, keepdim=True) + 1e-9
    return above / (deviation + floor) ** 0.7


def _around(values: Tensor, size: int) -> Tensor:
    pool = torch.nn.functional.avg_pool1d
    return pool(values[:, None], size, 1, size // 2, count_include_pad=False)[:, 0]


@constant
def _note_templates(rate: float) -> Tensor:
    """The log spectrum (84, 252) of each note: harmonics that fall off, as the window smears them."""
    keep = int(_TOP_HZ / rate * SIZE)
    bins = torch.arange(keep, dtype=torch.float64)
    pitch = torch.arange(LOW, HIGH, dtype=torch.float64)
    harmonic = torch.arange(1, _HARMONICS + 1, dtype=torch.float64)
    centre = 440 * 2 ** ((pitch[:, None] - 69) / 12) * harmonic * SIZE / rate
    decay = torch.linspace(*_DECAY, len(pitch), dtype=torch.float64)[:, None] ** (harmonic - 1)
    away = bins - centre[..., None]
    lobe = torch.cos(torch.pi * away / 4) ** 4 * (away.abs() < 2)  # the main lobe of a Hann window, nearly
    spectra = (lobe * decay[..., None]).sum(1).float()
    logged = spectra @ _log_matrix(spectra.device, rate, keep)
    length: Tensor = logged.norm(dim=1, keepdim=True).clamp(min=1e-9)
    return logged / length


def fold(notes: Matrix, low: int, high: int) -> Matrix:
    """Chroma (n, 12) of the notes from MIDI `low` to `high`, fading over an octave outside."""
    pitch = np.arange(LOW, HIGH)
    weight = np.clip(1 - np.maximum(low - pitch, pitch - high) / 12, 0, 1)
    return np.asarray((notes * weight).reshape(len(notes), -1, 12).sum(1))


def between(values: Tensor, edges_s: Matrix, fps: float) -> Tensor:
    """Means (n - 1, bins) of frames between n edges; a short stretch takes its nearest frame."""
    total = torch.nn.functional.pad(values.T.double().cumsum(1), (1, 0))
    start = np.clip(np.round(edges_s[:-1] * fps).astype(int), 0, len(values) - 1)
    end = np.clip(np.round(edges_s[1:] * fps).astype(int), start + 1, len(values))
    count = torch.as_tensor(end - start, device=values.device)[:, None]
    return ((total[:, end] - total[:, start]).T / count).float()
