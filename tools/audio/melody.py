"""The predominant pitch: note salience with a taste for the register of melodies, joined by a Viterbi search with voicing.

Salience is the note strength that `tools.audio.chroma` fits, weighed by level, as melody extractors weigh harmonic
sums (Salamon & Gomez, TASLP 2012). The search runs over all stretches of six seconds at once. It follows what is on
top of the sound: a voice or a lead, or else the upper notes of an accompaniment. Pitches are MIDI numbers against the track's own tuning.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import max_pool1d, pad

from index.profile import Melody
from tools.audio.chroma import LOW, LogSpectrum
from tools.audio.constants import constant

STEP_S = 0.1
_LOWEST, _HIGHEST = 45, 97  # MIDI
_REGISTER, _BREADTH = 72.0, 10.0  # where melodies lie
_LEAST_SHARE = 0.22  # of all salience: a note below it is no melody
_SILENT_DB = -35.0  # against the loud moments of the track
_QUIET = 1e-4
_CORE, _MARGIN = 48, 16  # frames decided at once, and looked at before and after
_LEAP, _LEAP_MOST, _TURN = 0.12, 1.2, 0.9  # costs: a semitone, any leap, starting or stopping
_WORTH_S = 2.0
_MIN_VOICED = 0.1


def find_melody(spectrum: LogSpectrum, salience: Tensor) -> Melody | None:
    """The melody in spectra and the strengths of their notes (frames, 84); None where there is hardly any pitch."""
    bins = spectrum.bins
    if len(bins) < _WORTH_S * spectrum.fps or float(bins.amax()) < _QUIET:
        return None
    share = _shares(bins, salience)
    path = _paths(_evidence(share, bins))
    voiced = path >= 0
    if float(voiced.double().mean()) < _MIN_VOICED:
        return None
    chosen = path.clamp(min=0)
    pitch = torch.where(voiced, chosen + _LOWEST + _fine(bins, chosen), torch.nan)
    strength = share.gather(1, chosen[:, None])[:, 0][voiced]
    return _melody(pitch.cpu().double().numpy(), float(strength.mean()), spectrum.fps)


def _shares(bins: Tensor, salience: Tensor) -> Tensor:
    """Share of each note in the salience of its frame: (frames, notes)."""
    notes = salience[:, _LOWEST - LOW : _HIGHEST - LOW]
    level = max_pool1d(bins[:, None], 3, 3)[:, 0, _LOWEST - LOW : _HIGHEST - LOW].sqrt()
    pitch = torch.arange(_LOWEST, _HIGHEST, device=bins.device)
    likely = notes * level * torch.exp(-0.5 * ((pitch - _REGISTER) / _BREADTH) ** 2)
    return likely / likely.sum(1, keepdim=True).clamp(min=1e-9)


def _evidence(share: Tensor, bins: Tensor) -> Tensor:
    """Log evidence for no melody (first column) and for each note: (frames, 1 + notes)."""
    level = bins.amax(1)
    quiet = level < torch.quantile(level, 0.95) * 10 ** (_SILENT_DB / 20)
    notes = torch.log(share + 0.01).masked_fill(quiet[:, None], -10.0)
    return torch.cat([notes.new_full((len(notes), 1), float(np.log(_LEAST_SHARE))), notes], 1)


def _paths(evidence: Tensor) -> Tensor:
    """The best note in each frame, -1 for none: stretches with margins side by side, each by Viterbi."""
    count, states = evidence.shape
    length = _CORE + 2 * _MARGIN
    padded = pad(evidence, (0, 0, _MARGIN, _MARGIN + (-count) % _CORE))
    pieces = padded.unfold(0, length, _CORE).transpose(1, 2)  # (stretches, frames, states)
    move = _moves(evidence.device, states)
    best, back = pieces[:, 0], []
    for step in range(1, length):
        score, source = (best[:, :, None] + move).max(1)
        back.append(source)
        best = score + pieces[:, step]
    state = best.argmax(1)
    path = [state]
    for source in reversed(back):
        state = source.gather(1, state[:, None])[:, 0]
        path.append(state)
    whole = torch.stack(path[::-1], 1)[:, _MARGIN : _MARGIN + _CORE]
    return whole.reshape(-1)[:count] - 1


@constant
def _moves(states: int) -> Tensor:
    """Log weight of going from one state to another: (states, states)."""
    note = torch.arange(states - 1, dtype=torch.float32)
    leap = -(_LEAP * (note[:, None] - note).abs()).clamp(max=_LEAP_MOST)
    leap = leap - 0.3 * (note[:, None] != note)
    out = torch.full((states, states), -_TURN)
    out[1:, 1:] = leap
    out[0, 0] = 0.0
    return out


def _fine(bins: Tensor, note: Tensor) -> Tensor:
    """How far the peak of the spectrum lies from the note, -0.5 to 0.5 semitones, by a parabola."""
    at = 3 * (note + _LOWEST - LOW) + 1
    low, middle, high = (bins.gather(1, (at + k)[:, None])[:, 0] for k in (-1, 0, 1))
    bend = low - 2 * middle + high
    away = torch.where(bend < 0, 0.5 * (low - high) / bend.clamp(max=-1e-12) / 3, 0)
    return away.clamp(-0.5, 0.5)


def _melody(pitch: NDArray[np.float64], strength: float, fps: float) -> Melody:
    """The contour at even steps, its range and how far it stands out."""
    places = np.round(np.arange(0, len(pitch) / fps, STEP_S) * fps).astype(int).clip(0, len(pitch) - 1)
    contour = pitch[places]
    low, high = np.nanpercentile(pitch, [2.5, 97.5])
    return Melody(
        step_s=STEP_S,
        contour=[None if np.isnan(p) else round(float(p), 2) for p in contour],
        low=round(float(low), 1),
        high=round(float(high), 1),
        confidence=round(float(np.clip((strength - 0.25) / 0.5, 0, 1)), 3),
    )
