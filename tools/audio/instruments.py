"""Families of instruments, where the sound tells them: drums, a bass, what is struck or plucked, what is sustained, a voice.

Single instruments are not told apart. Notes that fall off from their start are struck or plucked, notes that hold their
level are bowed, blown or held; in a full mix both measures blur, and the family is then left out. The lowest voice is
called a bass only under drums: the left hand of a piano lies as low.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import max_pool1d

from index.profile import Instrument, Timbre, VoiceSpan
from tools.audio.chroma import LogSpectrum
from tools.audio.onsets import Onsets

_QUIET = 1e-4
_WORTH_S = 3.0
_MIDDLE = 24  # semitones above the lowest note: below lies the bass
_HIGH_BAND = 48  # of 64: from about 4 kHz
_STRONG_DB = 25.0  # below the loudest note of the track
_SHARE = 0.15  # of the strongest note of the moment
_CLEAR = 0.05  # of all notes of the moment: noise has none
_HELD_DB, _FALLING_DB = -8.0, -15.0  # a second
_LEAST_NOTES = 40  # frames of notes
_LEAST = 0.3  # confidence


def find_instruments(
    onsets: Onsets,
    spectrum: LogSpectrum,
    salience: Tensor,
    timbre: Timbre,
    voices: Sequence[VoiceSpan],
    duration_s: float,
) -> list[Instrument]:
    """Families with their share of the track's time (or of its notes), surest first; empty where there is no music."""
    if duration_s < _WORTH_S or float(spectrum.bins.amax()) < _QUIET:
        return []
    drums = _drums(onsets, timbre)
    found = [drums, *_by_envelope(spectrum, salience), _voice(voices, duration_s)]
    if drums.confidence >= _LEAST:
        found.append(_bass(spectrum))
    return sorted((i for i in found if i.confidence >= _LEAST), key=lambda i: -i.confidence)


def _instrument(family: str, share: float, confidence: float) -> Instrument:
    return Instrument(family, round(min(max(share, 0.0), 1.0), 3), round(min(max(confidence, 0.0), 0.95), 3))


def _drums(onsets: Onsets, timbre: Timbre) -> Instrument:
    """Much that is short and broad, with treble that leaps up; the share is of seconds with such a leap."""
    treble = torch.log(onsets.mel[:, _HIGH_BAND:].mean(1) + 1e-6)
    leap = (treble[2:] - treble[:-2]).clamp(min=0)
    size = max(1, round(onsets.fps))
    per_second = max_pool1d(leap[None], size, size, ceil_mode=True)[0]
    broad, bright = (timbre.percussive_share - 0.3) / 0.1, (float(torch.quantile(leap, 0.95)) - 0.4) / 0.4
    return _instrument("drums", float((per_second > 0.5).double().mean()), min(broad, bright))


def _bass(spectrum: LogSpectrum) -> Instrument:
    """The strongest pitch below 130 Hz against the strongest of all."""
    low = 20 * torch.log10((spectrum.bins[:, : 3 * _MIDDLE].amax(1) + 1e-7) / (spectrum.bins.amax(1) + 1e-7))
    return _instrument("bass", float((low > -12).double().mean()), 0.95 + float(low.median()) / 10)


def _by_envelope(spectrum: LogSpectrum, salience: Tensor) -> list[Instrument]:
    """What becomes of notes in the 0.4 s after they sound."""
    level = 20 * torch.log10(max_pool1d(spectrum.bins[:, None], 3, 3)[:, 0] + 1e-7)
    if len(level) < 8:
        return []
    notes = salience[1:-4]
    sounding = (level[1:-4] > level.amax() - _STRONG_DB) & (notes > _SHARE * notes.amax(1, keepdim=True))
    sounding &= level[2:-3] > level[:-5] - 1
    sounding &= notes > _CLEAR * notes.sum(1, keepdim=True)
    sounding[:, :_MIDDLE] = False
    slope = ((level[5:] - level[1:-4]) / 4 * spectrum.fps)[sounding]
    if slope.numel() < _LEAST_NOTES:
        return []
    held, falling = float((slope > _HELD_DB).double().mean()), float((slope < _FALLING_DB).double().mean())
    return [
        _instrument("struck or plucked", falling, (falling - 0.38) / 0.12 if held < 0.48 else 0.0),
        _instrument("sustained (bowed, blown or held)", held, (held - 0.58) / 0.12),
    ]


def _voice(voices: Sequence[VoiceSpan], duration_s: float) -> Instrument:
    length = sum(v.end_s - v.start_s for v in voices)
    confidence = sum(v.confidence * (v.end_s - v.start_s) for v in voices) / length if length else 0.0
    return _instrument("voice", length / duration_s, confidence)
