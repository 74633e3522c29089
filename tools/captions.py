"""A caption writer: measured profile and declared tags in two or three plain sentences.

It stands in for an audio language model where none is served. Every word comes from a field of the track or from
a threshold on a measured value given here; it says nothing about what was not measured or declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.drive import drive
from index.profile import Profile, clock
from index.track import Track

WRITER = "caption writer 6"
SWUNG = 0.57  # share of the beat from which eighth notes are heard as swung; triplets have 0.67
_EVENTS_TOLD = 3
_CALM, _ENERGETIC = 0.3, 0.63


def write_caption(track: Track, profile: Profile) -> str:
    """Sentences on what it is, how it sounds and how it unfolds; empty when nothing can be said."""
    if profile.loudness.integrated_lufs is None:
        return "Silence, or close to it."
    return " ".join(s for s in (_what(track, profile), _sound(profile), _course(profile)) if s)


def _what(track: Track, profile: Profile) -> str:
    bpm = profile.tempo.sure_bpm
    pace = tempo_word(bpm)
    kind = _list(track.genres[:2], "/") or ("instrumental piece" if track.vocals == "instrumental" else "piece")
    moods = _list(track.moods[:3], ", ")
    opening = ", ".join(p for p in (moods, f"{pace}-tempo" if pace else "") if p)
    noun = kind if "piece" in kind else f"{kind} {'instrumental' if track.vocals == 'instrumental' else 'track'}"
    words = f"{opening} {noun}".strip()
    details = [
        f"in {profile.key.name}" if profile.key else "",
        f"at {bpm:.0f} BPM" if bpm else "",
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
    """Words for how it moves, then those for its texture; all of them rest on the measurement."""
    timbre, energy = profile.timbre, profile.energy
    driven = drive(profile)
    rules = [
        (driven is not None and driven < _CALM, "calm"),
        (driven is not None and driven > _ENERGETIC, "energetic"),
        (energy.dynamic_range_db > 12, "dramatic"),
        (timbre.percussive_share > 0.6, "percussive"),
        (timbre.percussive_share < 0.25, "sustained"),
    ]
    return [word for holds, word in rules if holds] + profile.texture.words


def _sound(profile: Profile) -> str:
    words = sound_words(profile)
    return f"The sound is {_list(words, ', ', ' and ')}." if words else ""


def _course(profile: Profile) -> str:
    """How it unfolds: energy, keys, what stands out in rhythm and form."""
    story = profile.arc.story
    rhythm = [
        "has a swung rhythm" if (profile.rhythm.swing or 0) >= SWUNG else "",
        "moves in free time" if profile.rhythm.course == "free" else "",
        "changes tempo" if profile.rhythm.course == "stepped" else "",
    ]
    events = [
        f"has a {e.kind} at {clock(e.start_s)}" for e in profile.events if e.kind in ("build-up", "drop", "break")
    ]
    events += ["fades out"] if any(e.kind == "fade-out" for e in profile.events) else []
    told = [r for r in rhythm if r] + events[:_EVENTS_TOLD]
    keys = list(dict.fromkeys(k.name for k in profile.keys))
    moves = f"It moves through {_list(keys[:3], ', ', ' and ')}." if len(keys) > 1 else ""
    more = f"It {_list(told, ', ', ' and ')}." if told else ""
    return " ".join(p for p in (f"It {story}." if story else "", moves, more) if p)


def _list(words: Sequence[str], comma: str, last: str | None = None) -> str:
    words = [w.lower() if w.istitle() else w for w in words]
    if last and len(words) > 1:
        return comma.join(words[:-1]) + last + words[-1]
    return comma.join(words)
