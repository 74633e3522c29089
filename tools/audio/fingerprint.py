"""Fingerprints that find the same recording again (other codec, level, cut, noise) and other versions of a song.

A fingerprint is base64 text of a few kilobytes: a header, then
- for the recording, 16 bits four times a second: whether the level falls more from one band to the next than it did
  before (after Haitsma & Kalker, "A highly robust audio fingerprinting system", ISMIR 2002);
- for the song, 12 x 2 bits a step: the pitch classes by strength, at steps of a beat (brought between 70 and 140 BPM), or of
  half a second where there is no pulse. Two songs are compared at every shift in time and key (after Ellis & Poliner,
  "Identifying cover songs with chroma features and dynamic programming beat tracking", ICASSP 2007).
Playing faster or slower does not matter to the song, but does to the recording.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool1d

from tools.audio.chroma import between, fold
from tools.audio.onsets import Onsets

Curve = NDArray[np.float64] | NDArray[np.float32]

_VERSION = 1
_BITS, _BITS_FPS = 16, 4.0
_WINDOW_S = 0.5
_SLOW, _FAST = 70.0, 140.0  # BPM of the steps of the song
_STEP_S = 0.5
_LOW, _HIGH = 48, 84  # MIDI: melody and chords
_LEAST_S = 6.0  # that two tracks must share
_LEAST_STEPS = 16
_RATIOS = (1.5, 2.0)  # a listener may tap a song so much slower than another version of it
_QUIET = 1e-5
_RECORDING = (0.28, 0.42)  # agreement of bits, -1 to 1: another recording below the first, the same above the second
_SONG = (7.0, 10.0)  # height of the peak over shifts, in deviations
_SAME_KEY = (4.0, 6.0)  # the same without a shift of key, which copies must reach, whatever their drums share


@dataclass(frozen=True)
class Likeness:
    """How sure it is that two fingerprints are of the same recording, and of the same song, 0 to 1."""

    same_recording: float
    same_song: float


def fingerprint(onsets: Onsets, salience: Tensor, fps: float, beats_s: Curve, duration_s: float) -> str:
    """The fingerprint of a track, with the strengths of its notes (frames, 84) at `fps`; empty below 6 s or in silence."""
    if duration_s < _LEAST_S or float(onsets.mel.amax()) < _QUIET:
        return ""
    bits = _recording_bits(onsets)
    levels = _song_levels(salience, fps, _grid(beats_s, duration_s))
    header = np.array([_VERSION, len(bits), len(levels)], "<u2").tobytes()
    pairs = levels.reshape(-1, 4) << np.arange(0, 8, 2)
    packed = np.packbits(bits, axis=1).tobytes() + pairs.sum(1).astype(np.uint8).tobytes()
    return b64encode(header + packed).decode()


def _recording_bits(onsets: Onsets) -> NDArray[np.bool_]:
    """Signs of the change of level over bands and time: (n, 16)."""
    bands = torch.nn.functional.adaptive_avg_pool1d((onsets.mel**2)[:, None], _BITS + 1)[:, 0]
    size = round(_WINDOW_S * onsets.fps)
    smooth = avg_pool1d(bands.T[None], size, 1, size // 2)[0].T
    count = int(len(onsets.mel) / onsets.fps * _BITS_FPS)
    places = (torch.arange(count, device=smooth.device) * onsets.fps / _BITS_FPS).round().long()
    level = torch.log(smooth[places] + _QUIET**2)
    rise = level[2:] - level[:-2]
    return np.asarray((rise[:, 1:] > rise[:, :-1]).cpu().numpy())


def _grid(beats_s: Curve, duration_s: float) -> Curve:
    """Edges of steps: beats, doubled or halved into the range; half seconds without."""
    if len(beats_s) < 8:
        return np.arange(0.0, duration_s, _STEP_S)
    edges = np.asarray(beats_s, float)
    gap = float(np.median(np.diff(edges)))
    while 60 / gap < _SLOW:
        middle = (edges[:-1] + edges[1:]) / 2
        edges, gap = np.sort(np.concatenate([edges, middle])), gap / 2
    while 60 / gap >= _FAST:
        edges, gap = edges[::2], gap * 2
    return edges


def _song_levels(salience: Tensor, fps: float, edges: Curve) -> NDArray[np.uint8]:
    """Pitch classes in four levels of strength: (steps, 12)."""
    notes = between(salience, np.asarray(edges, np.float64), fps).cpu().double().numpy()
    chroma = np.sqrt(fold(notes, _LOW, _HIGH))
    rank = (-chroma).argsort(1).argsort(1)
    levels = np.select([rank < 2, rank < 4, rank < 7], [3, 2, 1], 0)
    return np.asarray(np.where(chroma.max(1, keepdims=True) > 0, levels, 0), np.uint8)


@dataclass(frozen=True)
class _Print:
    bits: Curve  # (n, 16), -1 or 1
    song: Curve  # (steps, 12), mean 0


def _read(text: str) -> _Print | None:
    """What the text holds; None for an empty one. Raises ValueError for anything else that `fingerprint` did not write."""
    if not text:
        return None
    data = np.frombuffer(b64decode(text, validate=True), np.uint8)
    version, frames, steps = (int(v) for v in data[:6].view("<u2")) if len(data) >= 6 else (0, 0, 0)
    if version != _VERSION or len(data) != 6 + 2 * frames + 3 * steps:
        raise ValueError("not a fingerprint of this version")
    bits = np.unpackbits(data[6 : 6 + 2 * frames].reshape(-1, 2), axis=1).astype(np.float32) * 2 - 1
    song = (data[6 + 2 * frames :, None] >> np.arange(0, 8, 2) & 3).reshape(-1, 12).astype(np.float32)
    return _Print(bits, song - song.mean(0) if len(song) else song)


def compare(a: str, b: str) -> Likeness:
    """How alike two fingerprints are; 0 where one is empty. The same in both directions."""
    return compare_many(a, [b])[0]


def compare_many(one: str, others: Sequence[str]) -> list[Likeness]:
    """`compare` against each of `others`: about a millisecond for each."""
    first = _read(one)
    return [_likeness(first, _read(other)) for other in others]


def _likeness(a: _Print | None, b: _Print | None) -> Likeness:
    if a is None or b is None:
        return Likeness(0.0, 0.0)
    recording = _ramp(_agreement(a.bits, b.bits), *_RECORDING)
    if min(len(a.song), len(b.song)) < _LEAST_STEPS:
        return Likeness(recording, recording)
    peaks = _song_peaks(a.song, b.song)
    recording = min(recording, _ramp(float(peaks[0]), *_SAME_KEY))
    return Likeness(recording, max(recording, _ramp(float(peaks.max()), *_SONG)))


def _ramp(value: float, low: float, high: float) -> float:
    return round(float(np.clip((value - low) / (high - low), 0, 1)), 3)


def _agreement(a: Curve, b: Curve) -> float:
    """The best agreement of bits over shifts, -1 to 1, where enough of the shorter one is used."""
    if not len(a) or not len(b):
        return 0.0
    size = _size(a, b)
    spectra = np.fft.rfft(a.T, size) * np.conj(np.fft.rfft(b.T, size))
    sums = np.fft.irfft(spectra.sum(0), size)
    shift, overlap = _shifts(a, b)
    enough = overlap >= min(max(0.7 * min(len(a), len(b)), _LEAST_S * _BITS_FPS), len(a), len(b))
    return float((sums[shift] / overlap)[enough].max() / _BITS)


def _song_peaks(a: Curve, b: Curve) -> Curve:
    """How far the best shift in time stands out in each key, in deviations, whatever each track's beat is: (12,).

    Keys are counted from a's to b's, or from b's to a's.
    """
    slower = [_stand_out(_faster(x, r), y) for r in _RATIOS for x, y in ((a, b), (b, a))]
    return np.asarray(np.max([_stand_out(a, b), *slower], 0))


def _faster(song: Curve, ratio: float) -> Curve:
    """The song as if its steps were longer by `ratio`."""
    places = np.arange(0, len(song) - 1, ratio)
    whole = places.astype(int)
    part = (places - whole)[:, None]
    return np.asarray(((1 - part) * song[whole] + part * song[whole + 1]).astype(song.dtype))


def _stand_out(a: Curve, b: Curve) -> Curve:
    """The highest sum over shifts in each key, in deviations of all of them: (12,)."""
    size = (12, _size(a, b))
    sums = np.fft.irfft2(np.fft.rfft2(a.T, size) * np.conj(np.fft.rfft2(b.T, size)), size)
    shift, overlap = _shifts(a, b)
    scaled = sums[:, shift] / np.sqrt(overlap)
    scaled = scaled[:, overlap >= min(_LEAST_STEPS, len(a), len(b))]
    return np.asarray(scaled.max(1) / max(float(scaled.std()), 1e-6))


def _size(a: Curve, b: Curve) -> int:
    return 1 << (len(a) + len(b) - 1).bit_length()


def _shifts(a: Curve, b: Curve) -> tuple[NDArray[np.intp], Curve]:
    """Every shift of b against a, and how many steps then overlap."""
    shift = np.arange(1 - len(b), len(a))
    return shift, (np.minimum(len(a), len(b) + shift) - np.maximum(0, shift)).astype(np.float32)
