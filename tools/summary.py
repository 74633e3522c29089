"""A profile in the few values that a conversation, and a picture, need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from index.drive import drive
from index.profile import Chord, Profile, Section, SoundEmbedding, clock
from index.spelling import key_name, relative
from tools.audio.chords import short, spelled
from tools.captions import SWUNG, sound_words

_PARTS, _CHORDS = 6, 12  # at most
_NEAR_S = 0.25  # a part begins on a downbeat, give or take


def summary(profile: Profile) -> dict[str, Any]:
    """A profile in the few values a conversation needs; times as m:ss."""
    changes = [f"{k.name} from {clock(k.start_s)}" for k in profile.keys]
    meters = [f"{m.meter} from {clock(m.start_s)}" for m in profile.rhythm.meters]
    swing, timbre = profile.rhythm.swing, profile.timbre
    sounding = [short(c.label) for c in spelled(profile.chords, profile.keys) if c.label != "N"]
    return {
        "duration": clock(profile.duration_s), "tempo_bpm": profile.tempo.bpm, "tempo_confidence": profile.tempo.confidence, "meter": profile.meter,
        "meters": meters if len(meters) > 1 else None, "tempo_course": profile.rhythm.course, "swing": swing if swing and swing >= SWUNG else None,
        "key": profile.key.name if profile.key else None, "relative_key": key_name(*relative(profile.key.tonic, profile.key.mode)) if profile.key else None, "keys": changes if len(changes) > 1 else None,
        "sections": [_part(s, profile.downbeats_s) for s in profile.sections],
        "events": [f"{e.kind} at {clock(e.start_s)}" for e in profile.events] or None,
        "chords": most_common_chords(spelled(profile.chords, profile.keys)), "chords_by_part": chords_by_part(profile) or None, "opens_on": next(iter(sounding), None), "closes_on": next(reversed(sounding), None), "progressions": [p.degrees for p in profile.harmony.progressions] or None,
        "instruments": [i.family for i in profile.instruments] or None, "voices": [f"{clock(v.start_s)}–{clock(v.end_s)}" for v in profile.voices] or None,
        "loudness_lufs": profile.loudness.integrated_lufs, "loudness_range_lu": profile.loudness.range_lu, "true_peak_dbtp": profile.loudness.true_peak_dbtp,
        "bass_percent": _percent(timbre.bass_share), "mid_percent": _percent(timbre.mid_share), "air_percent": _percent(timbre.air_share), "percussive_percent": _percent(timbre.percussive_share),
        "roughness": profile.texture.roughness, "reverberance_s": profile.texture.reverberance_s, "stereo_width": timbre.stereo_width, "voice_percent": _percent(_voice_share(profile)), "onsets_per_s": profile.energy.onset_density_hz,
        "energy": drive(profile), "brightness_hz": profile.timbre.brightness_hz, "sound": sound_words(profile), "arc": profile.arc.story or None, "notes": list(profile.notes) or None,
    }  # fmt: skip


def _voice_share(profile: Profile) -> float:
    """Of the track's time, in which somebody sings or speaks."""
    return sum(v.end_s - v.start_s for v in profile.voices) / max(profile.duration_s, 1e-9)


def _percent(share: float) -> float:
    return round(100 * share, 1)


def _part(section: Section, downbeats_s: Sequence[float]) -> str:
    """A part of the form: "B (chorus) 0:20–0:40, 8 bars"."""
    bars = sum(section.start_s - _NEAR_S <= t < section.end_s - _NEAR_S for t in downbeats_s)
    name = f" ({section.name})" if section.name else ""
    counted = f", {bars} bar{'s' if bars > 1 else ''}" if bars else ""
    return f"{section.label}{name} {clock(section.start_s)}–{clock(section.end_s)}{counted}"


def drawn(profile: Profile) -> dict[str, Any]:
    """What a picture of the profile needs; the melody and the vectors would only fill the thread."""
    return replace(profile, melody=None, fingerprint="", embedding=SoundEmbedding()).to_dict()


def most_common_chords(chords: list[Chord], count: int = 5) -> list[str]:
    """The chords that sound longest, as musicians write them."""
    length: dict[str, float] = {}
    for chord in chords:
        if chord.label != "N":
            name = short(chord.label)
            length[name] = length.get(name, 0.0) + chord.end_s - chord.start_s
    return sorted(length, key=lambda name: -length[name])[:count]


def chords_by_part(profile: Profile) -> list[str]:
    """The chords of each part of the form where it comes first, in order and what repeats once: "A (verse) 0:04: D A Bm G"."""
    chords = [c for c in spelled(profile.chords, profile.keys) if c.label != "N"]
    first = {section.label: section for section in reversed(profile.sections)}
    told = []
    for section in sorted(first.values(), key=lambda s: s.start_s)[:_PARTS]:
        within = (short(c.label) for c in chords if section.start_s <= (c.start_s + c.end_s) / 2 < section.end_s)
        if names := [name for name, _ in groupby(within)]:
            called = f"{section.label}{f' ({section.name})' if section.name else ''} {clock(section.start_s)}"
            told.append(f"{called}: {' '.join(_once(names)[:_CHORDS])}")
    return told


def _once(names: list[str]) -> list[str]:
    """The shortest beginning that the rest goes on to repeat."""
    sizes = range(2, len(names) // 2 + 1)
    return next((names[:n] for n in sizes if all(x == names[at % n] for at, x in enumerate(names))), names)
