"""How tracks sound, for likeness between them: measured traits and the three parts of the sound embedding.

Traits (each on a scale where equal steps sound like equal steps): log2 tempo, log2 brightness, percussive share,
stereo width, bass and air shares, energy level, dynamic range, onset density, major or minor; standardized over the
catalogue. The embedding's parts (rhythm, harmony, timbre) are compared by cosine, and can be weighted apart: "the same
groove", "the same chords". Likeness is 1 for the same sound and falls to 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.profile import Profile

if TYPE_CHECKING:
    from index.store import Store

Matrix = npt.NDArray[np.float64]
TRAITS = (
    "tempo",
    "brightness",
    "percussive",
    "width",
    "bass",
    "air",
    "energy",
    "dynamics",
    "density",
    "mode",
)
PARTS = ("rhythm", "harmony", "timbre")
_WEIGHT = np.array([1.2, 1.2, 1.2, 0.4, 0.8, 0.8, 1.2, 0.6, 1.0, 0.7])
# chosen by how near tracks of one style are in the demo catalogue (mean average precision .98; traits alone .75)
_PART_WEIGHT = {"traits": 0.3, "rhythm": 0.5, "harmony": 0.3, "timbre": 1.2}


def traits(profile: Profile) -> list[float | None]:
    """The traits of a profile in the order of `TRAITS`; None where nothing was measured."""
    timbre, energy = profile.timbre, profile.energy
    mode = None if profile.key is None else float(profile.key.mode == "major")
    return [
        math.log2(profile.tempo.bpm) if profile.tempo.bpm else None, math.log2(max(timbre.brightness_hz, 1.0)) if timbre.brightness_hz else None, timbre.percussive_share,
        timbre.stereo_width, timbre.bass_share, timbre.air_share, energy.level, energy.dynamic_range_db, energy.onset_density_hz, mode,
    ]  # fmt: skip


def sound_of(profile: Profile) -> dict[str, Any]:
    """What `Sounds` compares, as plain JSON types; the store keeps it beside the profile."""
    return {"traits": traits(profile), **{part: getattr(profile.embedding, part) for part in PARTS}}


class Sounds:
    """The sounds of a catalogue; read once."""

    def __init__(self, store: Store) -> None:
        rows = [(str(i), json.loads(str(text))) for i, text in store.sounds()]
        self._row = {identity: n for n, (identity, _) in enumerate(rows)}
        self._scale = _Scale.of([sound["traits"] for _, sound in rows])
        self._z = self._scale.deviations([sound["traits"] for _, sound in rows])
        self._parts = {part: _stacked([sound[part] for _, sound in rows]) for part in PARTS}

    def likeness(self, ids: Sequence[str], seeds: Sequence[str], sides: Collection[str] = ()) -> Matrix:
        """Likeness of each of `ids` to the middle of `seeds`, shape (len(ids),); 0 where nothing was measured.

        `sides` are parts of the embedding that alone count; without them everything does.
        """
        rows = [self._row[s] for s in seeds if s in self._row]
        known = [(k, self._row[i]) for k, i in enumerate(ids) if i in self._row]
        result = np.zeros(len(ids))
        if rows and known:
            places, measured = map(list, zip(*known, strict=True))
            result[places] = self._likeness(measured, rows, sides)
        return result

    def likeness_to(self, sound: dict[str, Any], ids: Sequence[str]) -> Matrix:
        """Likeness of each of `ids` to a sound that is not in the catalogue (see `sound_of`), shape (len(ids),)."""
        result = np.zeros(len(ids))
        known = [(k, self._row[i]) for k, i in enumerate(ids) if i in self._row]
        if known:
            places, rows = map(list, zip(*known, strict=True))
            parts = {part: _stacked([sound[part]])[0] for part in PARTS}
            result[places] = self._near(rows, self._scale.deviations([sound["traits"]])[0], parts, ())
        return result

    def _likeness(self, rows: list[int], seeds: list[int], sides: Collection[str]) -> Matrix:
        middles = {part: self._parts[part][seeds].mean(0) for part in PARTS}
        return self._near(rows, self._z[seeds].mean(0), middles, sides)

    def _near(self, rows: list[int], traits_z: Matrix, middles: dict[str, Matrix], sides: Collection[str]) -> Matrix:
        total, weights = np.zeros(len(rows)), np.zeros(len(rows))
        if not sides:
            distance = np.sqrt((((self._z[rows] - traits_z) ** 2) * _WEIGHT).sum(1) / _WEIGHT.sum())
            total += _PART_WEIGHT["traits"] * np.exp(-distance)
            weights += _PART_WEIGHT["traits"]
        for part in sides or PARTS:
            vectors, middle = self._parts[part], middles[part]
            if middle.shape[-1] != vectors.shape[1]:
                continue
            there = vectors[rows].any(1) & bool(middle.any())
            cosine = vectors[rows] @ middle / max(float(np.linalg.norm(middle)), 1e-9)
            total += _PART_WEIGHT[part] * np.where(there, np.clip(cosine, 0, 1), 0)
            weights += _PART_WEIGHT[part] * there
        return np.asarray(total / np.maximum(weights, 1e-9))


@dataclass(frozen=True)
class _Scale:
    """Mean and spread of each trait over the catalogue."""

    mean: Matrix
    spread: Matrix

    @classmethod
    def of(cls, rows: Sequence[Sequence[float | None]]) -> _Scale:
        raw = np.array(rows, dtype=float).reshape(-1, len(TRAITS))
        known = ~np.isnan(raw)
        count = np.maximum(known.sum(0), 1)
        mean = np.where(known, raw, 0).sum(0) / count
        spread = np.sqrt(np.where(known, (raw - mean) ** 2, 0).sum(0) / count)
        return cls(mean, np.maximum(spread, 1e-6))

    def deviations(self, rows: Sequence[Sequence[float | None]]) -> Matrix:
        """Traits in deviations from the mean; 0 where unknown."""
        raw = np.array(rows, dtype=float).reshape(-1, len(TRAITS))
        return np.where(np.isnan(raw), 0.0, (raw - self.mean) / self.spread)


def _stacked(rows: Sequence[Sequence[float]]) -> Matrix:
    """Vectors as rows; zeros where a track has none."""
    width = max((len(row) for row in rows), default=0)
    return np.array([row if len(row) == width else [0.0] * width for row in rows], dtype=float).reshape(
        len(rows), width
    )
