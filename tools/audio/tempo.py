"""Tempo out of beats: the one of the track, its curve and its course."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.profile import Course, Tempo, TempoPoint

Curve = NDArray[np.float64]

_UNCLEAR = 0.25  # confidence below which there is no pulse
_SURE = 0.8  # of the network on a metronome
_FEWEST_BEATS = 4
_SPAN, _CURVE_STEP = 16, 8  # beats that a local tempo is averaged over, and beats between its points
_SMOOTH = 8  # beats that the course is averaged over
_STEP, _DRIFT, _FREE = 0.05, 0.035, 0.07  # octave-free changes (natural log) that count as such


def describe_tempo(beats_s: Curve, confidence: float, level: float = 1.0) -> Tempo:
    """The tempo of tracked beats and its course; bpm None where beats are few or hardly heard.

    `confidence` is that there are beats where they are told, `level` that a listener would tap these.
    """
    confidence = round(float(np.clip(confidence, 0, 1)), 3)
    if len(beats_s) < _FEWEST_BEATS or confidence < _UNCLEAR:
        return Tempo(None, min(confidence, _UNCLEAR))
    span = min(_SPAN, len(beats_s) - 1)
    local = 60 * span / (beats_s[span:] - beats_s[:-span])
    middle = (beats_s[span:] + beats_s[:-span]) / 2
    curve = [
        TempoPoint(round(float(t), 3), round(float(bpm), 2))
        for t, bpm in zip(middle[::_CURVE_STEP], local[::_CURVE_STEP], strict=True)
    ]
    sure = round(min(1.0, confidence / _SURE) * level, 3)
    return Tempo(round(float(np.median(local)), 2), sure, curve)


def tempo_course(beats_s: Curve) -> Course | None:
    """How the tempo goes on over at least 16 beats: steady, drifting, stepped or free."""
    if len(beats_s) < 2 * _SMOOTH:
        return None
    gaps = np.log(np.diff(beats_s))
    local = np.log((beats_s[_SMOOTH:] - beats_s[:-_SMOOTH]) / _SMOOTH)
    centre = local[np.minimum(np.arange(len(gaps)) - _SMOOTH // 2, len(local) - 1).clip(0)]
    if float(np.median(np.abs(np.diff(gaps)))) > _FREE or float(np.std(gaps - centre)) > 2 * _FREE:
        return "free"
    spread = float(np.subtract(*np.percentile(local, [97, 3])))
    if _is_stepped(local):
        return "stepped"
    return "drifting" if spread > _DRIFT else "steady"


def _is_stepped(local: Curve) -> bool:
    """Whether two constants, one after the other, explain the local periods."""
    if len(local) < 4 * _SMOOTH:
        return False
    cuts = range(_SMOOTH, len(local) - _SMOOTH)
    medians = [(np.median(local[:cut]), np.median(local[cut:])) for cut in cuts[:: max(1, len(cuts) // 60)]]
    sizes = [abs(a - b) for a, b in medians]
    early, late = medians[int(np.argmax(sizes))]
    off = np.minimum(np.abs(local - early), np.abs(local - late)) > 0.3 * max(sizes)
    return bool(max(sizes) > _STEP and off.mean() < 0.12)
