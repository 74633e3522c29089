"""How a track sounds, as a short vector of measured traits, for likeness between tracks.

Traits (each on a scale where equal steps sound like equal steps): log2 tempo folded into one octave-safe value,
log2 brightness, percussive share, stereo width, bass and air shares, energy level, dynamic range, onset density,
major or minor. `Sounds` standardizes them over a catalogue; likeness is 1 for the same sound and falls to 0.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.profile import Profile
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
_WEIGHT = np.array([1.2, 1.2, 1.2, 0.4, 0.8, 0.8, 1.2, 0.6, 1.0, 0.7])


def traits(profile: Profile) -> list[float | None]:
    """The traits of a profile in the order of `TRAITS`; None where nothing was measured."""
    timbre, energy = profile.timbre, profile.energy
    mode = None if profile.key is None else float(profile.key.mode == "major")
    return [
        math.log2(profile.tempo.bpm) if profile.tempo.bpm else None, math.log2(max(timbre.brightness_hz, 1.0)) if timbre.brightness_hz else None, timbre.percussive_share,
        timbre.stereo_width, timbre.bass_share, timbre.air_share, energy.level, energy.dynamic_range_db, energy.onset_density_hz, mode,
    ]  # fmt: skip


class Sounds:
    """The sounds of a catalogue, standardized; read once."""

    def __init__(self, store: Store) -> None:
        rows = store.rows("SELECT t.id, p.json FROM profiles p JOIN tracks t USING (n) ORDER BY n")
        self._row = {str(identity): n for n, (identity, _) in enumerate(rows)}
        raw = np.array([traits(Profile.from_dict(json.loads(str(text)))) for _, text in rows], dtype=float).reshape(
            -1, len(TRAITS)
        )
        known = ~np.isnan(raw)
        count = np.maximum(known.sum(0), 1)
        mean = np.where(known, raw, 0).sum(0) / count
        spread = np.sqrt(np.where(known, (raw - mean) ** 2, 0).sum(0) / count)
        self._z: Matrix = np.where(known, (raw - mean) / np.maximum(spread, 1e-6), 0.0)

    def likeness(self, ids: Sequence[str], seeds: Sequence[str]) -> Matrix:
        """Likeness of each of `ids` to the middle of `seeds`, shape (len(ids),); 0 where nothing was measured."""
        rows = [self._row[s] for s in seeds if s in self._row]
        result = np.zeros(len(ids))
        if not rows:
            return result
        middle = self._z[rows].mean(0)
        known = [(k, self._row[i]) for k, i in enumerate(ids) if i in self._row]
        if known:
            places, measured = map(list, zip(*known, strict=True))
            distance = np.sqrt((((self._z[measured] - middle) ** 2) * _WEIGHT).sum(1) / _WEIGHT.sum())
            result[places] = np.exp(-distance)
        return result
