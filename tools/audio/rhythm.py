"""How the pulse is kept: meters, swing, regularity and course, out of beats and onsets.

Onsets are read by their phase in the beat, 0 on the beat and 1 on the next (as microtiming is; Davies et al.,
"The Effect of Microtiming Deviations", 2013).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.profile import Rhythm
from tools.audio.meter import Bars, meter_spans
from tools.audio.onsets import Onsets
from tools.audio.tempo import tempo_course

Curve = NDArray[np.float64]

_PHASES = 60  # steps in a beat
_FIRST, _LAST = 0.44, 0.72  # where the second of two eighths may lie
_DIVISIONS = (2, 3, 4, 6)
_EXACT_S = 0.015  # an onset this near to the grid lies on it
_FEWEST = 16
_SURE = 0.3  # confidence below which no swing is told


def describe_rhythm(bars: Bars, beats_s: Curve, onsets: Onsets, onset_times: list[float], duration_s: float) -> Rhythm:
    """The rhythm of at least two beats in bars."""
    profile = _beat_profile(beats_s, onsets)
    swing, sure = _swing(profile)
    return Rhythm(
        meters=meter_spans(bars, beats_s, duration_s),
        swing=round(swing, 3) if swing is not None and sure >= _SURE else None,
        swing_confidence=round(sure, 3),
        regularity=_regularity(beats_s, np.array(onset_times), swing if sure >= _SURE else None),
        course=tempo_course(beats_s),
    )


def _beat_profile(beats_s: Curve, onsets: Onsets) -> Curve:
    """Mean onset strength by phase in the beat: (_PHASES,)."""
    strength = onsets.strength.cpu().double().numpy()
    phase = np.arange(_PHASES) / _PHASES
    times = beats_s[:-1, None] + phase * np.diff(beats_s)[:, None]
    return np.asarray(np.interp(times, np.arange(len(strength)) / onsets.fps, strength).mean(0))


def _swing(profile: Curve) -> tuple[float | None, float]:
    """Where the second eighth lies, and how sure that is: a peak that nothing on the thirds contradicts."""
    phase = np.arange(_PHASES) / _PHASES
    smooth = np.convolve(np.concatenate([profile[-2:], profile, profile[:2]]), [0.1, 0.2, 0.4, 0.2, 0.1], "valid")
    peaks = (smooth >= np.roll(smooth, 1)) & (smooth >= np.roll(smooth, -1)) & (phase >= _FIRST) & (phase <= _LAST)
    if not peaks.any():
        return None, 0.0
    top = int(np.flatnonzero(peaks)[smooth[peaks].argmax()])
    floor, beat = float(np.percentile(smooth, 25)), float(smooth[:3].max())
    height = float(smooth[top]) - floor
    third = float(smooth[abs(phase - 1 / 3) < 0.04].max()) - floor
    sure = np.clip(2.5 * height / max(beat - floor, 1e-6), 0, 1)
    if phase[top] > 0.58:
        sure *= np.clip(1.6 - 1.6 * third / max(height, 1e-6), 0, 1)
    bend = smooth[top - 1] - 2 * smooth[top] + smooth[top + 1]
    shift = 0.5 * (smooth[top - 1] - smooth[top + 1]) / bend if bend < -1e-9 else 0.0
    return float((top + shift) / _PHASES), float(sure)


def _regularity(beats_s: Curve, onset_times: Curve, swing: float | None) -> float | None:
    """How close onsets lie to the division of the beat that fits them best, 0 (anywhere) to 1 (on it)."""
    inside = onset_times[(onset_times >= beats_s[0]) & (onset_times < beats_s[-1])]
    if len(inside) < _FEWEST:
        return None
    place = np.searchsorted(beats_s, inside, "right") - 1
    gap = np.diff(beats_s)[place]
    phase = (inside - beats_s[place]) / gap
    if swing is not None:
        phase = np.where(phase < swing, phase / (2 * swing), 0.5 + (phase - swing) / (2 * (1 - swing)))
    fits = []
    for parts in _DIVISIONS:
        half = gap / parts / 2
        away = np.abs(phase * parts - np.round(phase * parts)) * gap / parts
        fits.append(1 - 2 * float(((away - _EXACT_S).clip(0) / (half - _EXACT_S).clip(0.01)).clip(max=1).mean()))
    return round(float(np.clip(max(fits), 0, 1)), 3)
