"""How driving a track is on the whole: the measure by which one is calmer or more energetic than another.

What people call arousal goes with loudness, with how often something begins, with brightness and with how much of the sound
is struck (Schubert, "Modeling perceived emotion with continuous musical features", 2004; Gabrielsson & Lindström, 2010). Each
is placed on a scale whose middle and width are those of pop, orchestral and electronic recordings, and all count alike.
"""

from __future__ import annotations

import math

from index.profile import Profile

_ENDS = 2.0  # widths from the middle; what lies beyond counts no more
_WAYS = 4


def drive(profile: Profile) -> float | None:
    """0 (a distant drone) to 1 (fast, loud, bright, all drums); None for silence. Unlike `Energy.level`, which follows a
    track against its own loudest moment, this holds across tracks."""
    loudness = profile.loudness.integrated_lufs
    if loudness is None:
        return None
    ways = (
        _placed(loudness, -14.0, 4.0),
        _placed(math.log2(profile.energy.onset_density_hz + 0.3), 1.85, 0.7),
        _placed(math.log2(max(profile.timbre.brightness_hz or 0.0, 100.0)), 11.2, 0.5),
        _placed(profile.timbre.percussive_share, 0.35, 0.12),
    )
    return round(0.5 + sum(ways) / (2 * _ENDS * _WAYS), 3)


def _placed(value: float, middle: float, width: float) -> float:
    return min(max((value - middle) / width, -_ENDS), _ENDS)
