"""A caption writer: measured profile and declared tags in two or three plain sentences.

It stands in for an audio language model where none is served. Every word comes from a field of the track or from
a threshold on a measured value given here; it says nothing about what was not measured or declared.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.profile import Profile
from index.track import Track

WRITER = "caption writer 2"


def write_caption(track: Track, profile: Profile) -> str:
    """Sentences on what it is, how it sounds and how it unfolds; empty when nothing can be said."""
    if profile.loudness.integrated_lufs is None:
        return "Silence, or close to it."
    return " ".join(s for s in (_what(track, profile), _sound(profile), _course(profile)) if s)


def _what(track: Track, profile: Profile) -> str:
    pace = tempo_word(profile.tempo.bpm)
    kind = _list(track.genres[:2], "/") or ("instrumental piece" if track.vocals == "instrumental" else "piece")
    moods = _list(track.moods[:3], ", ")
    opening = ", ".join(p for p in (moods, f"{pace}-tempo" if pace else "") if p)
    noun = kind if "piece" in kind else f"{kind} {'instrumental' if track.vocals == 'instrumental' else 'track'}"
    words = f"{opening} {noun}".strip()
    details = [
        f"in {profile.key.tonic} {profile.key.mode}" if profile.key else "",
        f"at {profile.tempo.bpm:.0f} BPM" if profile.tempo.bpm else "",
    ]
    details.append(f"in {profile.meter}" if profile.meter and profile.meter != "4/4" else "")
    heard = f"with {_list(track.instruments[:5], ', ', ' and ')}" if track.instruments else ""
    sung = f"sung in {track.language}" if track.language and track.vocals != "instrumental" else ""
    text = " ".join(p for p in (words, *details) if p) + "".join(f", {p}" for p in (heard, sung) if p)
    return f"{'An' if text[:1].lower() in 'aeiou' else 'A'} {text}."


def tempo_word(bpm: float | None) -> str | None:
    """slow below 76 BPM, mid to 116, fast from 140; the usual ranges of adagio, moderato and allegro."""
    if bpm is None:
        return None
    return "slow" if bpm < 76 else "mid" if bpm < 116 else "upbeat" if bpm < 140 else "fast"


def sound_words(profile: Profile) -> list[str]:
    """Texture words that the measurement supports."""
    timbre, energy = profile.timbre, profile.energy
    lufs = profile.loudness.integrated_lufs
    pulse = profile.tempo.bpm or 0.0
    dense = energy.onset_density_hz
    rules = [
        (dense < 1.6 and pulse < 100, "calm"),
        (dense > 3.5 and pulse >= 84 and lufs is not None and lufs > -14.5, "energetic"),
        (energy.dynamic_range_db > 12, "dramatic"),
        (timbre.brightness_hz is not None and timbre.brightness_hz > 2800, "bright"),
        (timbre.brightness_hz is not None and timbre.brightness_hz < 1100, "dark-toned"),
        (timbre.percussive_share > 0.6, "percussive"),
        (timbre.percussive_share < 0.25, "sustained"),
        (timbre.bass_share > 0.5, "bass-heavy"),
        (timbre.stereo_width > 0.45, "wide"),
        (dense > 6, "busy"),
        (dense < 1.5, "sparse"),
        (lufs is not None and lufs < -23, "quiet"),
        (lufs is not None and lufs > -10, "loud"),
    ]
    return [word for holds, word in rules if holds]


def _sound(profile: Profile) -> str:
    words = sound_words(profile)
    return f"The sound is {_list(words, ', ', ' and ')}." if words else ""


def _course(profile: Profile) -> str:
    """How the energy moves: where it lifts, peaks and falls away."""
    story = arc(profile)
    keys = list(dict.fromkeys(f"{k.tonic} {k.mode}" for k in profile.keys))
    moves = f"It moves through {_list(keys[:3], ', ', ' and ')}." if len(keys) > 1 else ""
    return " ".join(p for p in (f"It {story}." if story else "", moves) if p)


def arc(profile: Profile) -> str:
    """ "opens quietly, lifts at 0:32, peaks at 1:10 and falls away"; empty for a level or very short track."""
    curve = profile.energy.curve
    if len(curve) < 12 or max(curve) - min(curve) < 0.2:
        return ""
    eighth = max(len(curve) // 8, 1)
    level = [sum(curve[i : i + eighth]) / len(curve[i : i + eighth]) for i in range(0, len(curve), eighth)]
    top = max(level)
    parts = [
        "opens quietly"
        if level[0] < 0.6 * top
        else "opens at full strength"
        if level[0] > 0.9 * top
        else "opens gently"
    ]
    lifts = [(b - a, i * eighth) for i, (a, b) in enumerate(pairwise(level), 1)]
    rise, at = max(lifts)
    if rise > 0.15 * top and 4 < at < (profile.energy.peak_s or 0) - 4:
        parts.append(f"lifts at {clock(at)}")
    if profile.energy.peak_s is not None:
        parts.append(f"peaks at {clock(profile.energy.peak_s)}")
    parts.append("falls away" if level[-1] < 0.6 * top else "ends strong")
    return _list(parts, ", ", " and ")


def clock(seconds: float) -> str:
    """m:ss, as players show it."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _list(words: Sequence[str], comma: str, last: str | None = None) -> str:
    words = [w.lower() if w.istitle() else w for w in words]
    if last and len(words) > 1:
        return comma.join(words[:-1]) + last + words[-1]
    return comma.join(words)
