"""The surface of the sound: crest, roughness, reverberance, noise floor, clipping, and words for them.

Roughness follows Plomp and Levelt's curve as Sethares fits it ("Local consonance and the relationship between timbre
and scale", JASA 94, 1993), over the peaks of the log-frequency spectrum. Reverberance comes from free decays in wide
bands, as blind estimators of T60 do (Ratnam et al., JASA 114, 2003): it holds what the notes and the room do together.
Everything but the noise floor and the clipped share is the same at any gain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool1d, max_pool1d

from index.profile import Energy, Loudness, Texture, Timbre
from tools.audio.chroma import LOW, LogSpectrum
from tools.audio.constants import constant
from tools.audio.loudness import Levels
from tools.audio.onsets import Onsets

Curve = NDArray[np.float64]

_SILENT = 1e-5  # -100 dBFS
_BLOCK = 4096
_NEAR_FULL, _FLAT, _RUN = 0.89, 2.0**-15, 3  # -1 dBFS; a 16-bit step; samples
_QUIETEST = 2  # percent of the track that sets the noise floor
_ROUGHEST = 3.0  # two tones at the worst distance have 1, a piano 0.8, a band 1.5 to 3, metal 4 to 5
_SMOOTH = 7  # frames (10 ms) of a running mean of levels
_RIPPLE_DB = 0.05  # that a decay may rise from frame to frame
_FALL_DB = 10.0  # of a decay that counts
_DECAY_RANGE_DB = 50.0  # below the loudest moment of a band, decays drown
_FAINT_DB = 70.0  # below the loudest moment of all, a band says nothing
_WORTH_WORDS_S = 3
_ENOUGH_DECAYS = 10  # in all bands


# Words and where they begin: outside the middle half of what was measured in 150 tracks (rendered pop and classical
# styles, orchestral game music, sung rock), and on the side where examples known to be so lie.
_Limit = tuple[str, float, float]
_WORDS: dict[str, tuple[_Limit, ...]] = {
    "dark": (("brightness_hz", 0, 1300),),
    "warm": (("brightness_hz", 1300, 2000), ("air_share", 0, 0.01), ("roughness", 0, 0.6)),
    "bright": (("brightness_hz", 3000, inf),),
    "airy": (("air_share", 0.03, 1.1), ("bass_share", 0, 0.5)),
    "bass-heavy": (("bass_share", 0.6, 1.1),),
    "thin": (("bass_share", 0, 0.1), ("brightness_hz", 1300, inf)),
    "dry": (("reverberance_s", 0, 0.47),),
    "ringing": (("reverberance_s", 0.95, 1.8),),
    "cavernous": (("reverberance_s", 1.8, inf),),
    "smooth": (("roughness", 0, 0.27), ("percussive_share", 0, 0.5)),
    "rough": (("roughness", 0.62, 0.77),),
    "grating": (("roughness", 0.77, 1.1),),
    "distorted": (("clipped_share", 5e-4, 1.1),),
    "hushed": (("integrated_lufs", -70, -18.5),),
    "loud": (("integrated_lufs", -9.5, inf),),
    "compressed": (("crest_db", 0, 13), ("range_lu", 0, 6), ("integrated_lufs", -13, inf)),
    "dynamic": (("range_lu", 12, inf),),
    "punchy": (("percussive_share", 0.45, 1.1), ("crest_db", 13.5, 30), ("onset_density_hz", 1.5, inf)),
    "dense": (("onset_density_hz", 5, inf),),
    "sparse": (("onset_density_hz", 0, 1.3),),
    "wide": (("stereo_width", 0.35, 1.1),),
    "mono": (("stereo_width", 0, 0.005),),
}


def measure_texture(
    samples: Tensor,
    onsets: Onsets,
    spectrum: LogSpectrum,
    levels: Levels,
    timbre: Timbre,
    loudness: Loudness,
    energy: Energy,
) -> Texture:
    """Texture of samples (channels, frames), with what was measured of them; empty in silence."""
    if not samples.numel():
        return Texture()
    blocks = [_blocks(channel) for channel in samples]
    peak = max(float(b.highest.amax()) for b in blocks)
    if peak < _SILENT:
        return Texture()
    rms = float(np.sqrt(sum(float(torch.linalg.vector_norm(channel)) ** 2 for channel in samples) / samples.numel()))
    texture = Texture(
        crest_db=round(20 * float(np.log10(peak / rms)), 2),
        roughness=_rounded(_roughness(spectrum.bins), 3),
        reverberance_s=_rounded(_reverberance(onsets), 2),
        noise_floor_dbfs=_rounded(_noise_floor(levels), 1),
        clipped_share=round(sum(_clipped(b, peak) for b in blocks) / samples.numel(), 6),
    )
    return replace(texture, words=_words({**vars(energy), **vars(loudness), **vars(timbre), **vars(texture)}))


def _words(measured: dict[str, Any]) -> list[str]:
    """The words of which every limit holds; what was not measured holds none, and brief sounds have no texture."""
    if measured["integrated_lufs"] is None or len(measured["curve"]) < _WORTH_WORDS_S:
        return []

    def holds(name: str, low: float, high: float) -> bool:
        return measured[name] is not None and low <= measured[name] < high

    return [word for word, limits in _WORDS.items() if all(holds(*limit) for limit in limits)]


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _noise_floor(levels: Levels) -> float | None:
    """K-weighted level of the quietest steps of 0.1 s in dBFS; digital silence at the ends and inside is left out."""
    heard = levels.power[levels.power > _SILENT**2]
    return float(10 * np.log10(np.percentile(heard, _QUIETEST))) if len(heard) else None


@dataclass(frozen=True)
class _Blocks:
    """A channel in rows of 4096 samples (the rest at the end is a row, too), and the highest magnitude of each."""

    rows: list[Tensor]
    highest: Tensor


def _blocks(channel: Tensor) -> _Blocks:
    whole = channel.numel() // _BLOCK * _BLOCK
    rows = [part for part in (channel[:whole].reshape(-1, _BLOCK), channel[None, whole:]) if part.numel()]
    extremes = [torch.aminmax(part, dim=1) for part in rows]
    return _Blocks(rows, torch.cat([torch.maximum(-low, high) for low, high in extremes]))


def _clipped(blocks: _Blocks, peak: float) -> int:
    """Samples in flat runs at the ceiling, or in runs beyond full scale (as decoders of lossy files give them)."""
    if peak < _NEAR_FULL:
        return 0
    ceiling = min(0.99 * peak, 1.0)
    hot = torch.split(blocks.highest >= ceiling, [len(rows) for rows in blocks.rows])
    return sum(_run_samples(rows[here].flatten(), ceiling) for rows, here in zip(blocks.rows, hot, strict=True))


def _run_samples(values: Tensor, ceiling: float) -> int:
    place = torch.nonzero(values.abs() >= ceiling).flatten()
    if len(place) < _RUN:
        return 0
    value = values[place]
    beyond = (value[1:].abs() >= 1) & (value[:-1].abs() >= 1) & (value[1:] * value[:-1] > 0)
    joined = (place.diff() == 1) & (beyond | (value.diff().abs() <= _FLAT))
    edge = torch.nonzero(torch.cat([joined.new_ones(1), ~joined, joined.new_ones(1)])).flatten()
    lengths = edge.diff()
    return int(lengths[lengths >= _RUN].sum())


def _roughness(bins: Tensor) -> float | None:
    """Beating between the peaks of spectra (frames, 252), weighted by their power; None in silence."""
    peaks = torch.where(bins >= max_pool1d(bins[:, None], 3, 1, 1)[:, 0], bins, 0)
    power = (peaks**2).sum(1)
    if float(power.sum()) < _SILENT**2:
        return None
    beating = ((peaks @ _dissonance(bins.device, bins.shape[1])) * peaks).sum(1)
    return float(1 - torch.exp(-beating.sum() / power.sum() / _ROUGHEST))


@constant
def _dissonance(count: int) -> Tensor:
    """Sethares' curve for every pair of log-frequency bins, 1 at the roughest distance: (count, count)."""
    hz = 440 * 2 ** ((LOW + (torch.arange(count, dtype=torch.float64) - 1) / 3 - 69) / 12)
    away = (hz[:, None] - hz).abs() * 0.24 / (0.0207 * torch.minimum(hz[:, None], hz) + 18.96)
    return ((torch.exp(-3.5 * away) - torch.exp(-5.75 * away)) / 0.18).float()


def _reverberance(onsets: Onsets) -> float | None:
    """Typical time in seconds in which decays would fall by 60 dB; None where there are few."""
    bands = avg_pool1d((onsets.mel**2)[:, None], 8)[:, 0]
    level = 10 * torch.log10(bands.T + 1e-3 * _SILENT**2)
    if level.shape[1] <= _SMOOTH:
        return None
    level = avg_pool1d(level[None], _SMOOTH, 1)[0]
    audible = level > (level.amax(1, keepdim=True) - _DECAY_RANGE_DB).clamp(min=float(level.amax()) - _FAINT_DB)
    frames, fall = _falls(level, audible)
    counts = fall > _FALL_DB
    if int(counts.sum()) < _ENOUGH_DECAYS:
        return None
    return float((60 * frames[counts] / fall[counts]).log().mean().exp()) / onsets.fps


def _falls(level: Tensor, audible: Tensor) -> tuple[Tensor, Tensor]:
    """Length in frames and depth in dB of every stretch that only falls, in the rows of `level`."""
    falling = (level.diff() < _RIPPLE_DB) & audible[:, 1:]
    change = torch.nn.functional.pad(falling.int(), (1, 1)).diff().flatten()
    start, end = torch.nonzero(change == 1).flatten(), torch.nonzero(change == -1).flatten()
    flat = level.flatten()  # a row of changes is as long as a row of levels
    return end - start, flat[start] - flat[end]
