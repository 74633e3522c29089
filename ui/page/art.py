"""Pictures of tracks, drawn from their sound: a cover, the same each time, and a waveform with the parts of the form.

A cover's hue comes from the key (round the circle of fifths) and its mode, its lightness from how bright the track
sounds; its shape has as many corners as the bar has beats, repeated as densely as the tempo is fast and as heavily as
the track is loud. A track that was not measured gets a plain one made of its id.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from index.profile import Profile, Section
from index.track import Track

BARS = 96  # of a waveform
_FIFTHS = ("C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#", "F")


@dataclass(frozen=True)
class Look:
    """What a cover is drawn from: hue 0 to 360, lightness and weight 0 to 1, corners, rings, and a turn in degrees."""

    hue: int
    light: float
    weight: float
    corners: int
    rings: int
    turn: int


def look_of(track: Track) -> Look:
    """How a track looks."""
    seed = hashlib.sha256(track.id.encode()).digest()
    profile = track.profile
    if profile is None:
        return Look(seed[0] * 360 // 256, 0.4, 0.3, 0, 3, seed[1])
    hue = seed[0] * 360 // 256
    if profile.key and profile.key.tonic in _FIFTHS:
        minor = profile.key.mode == "minor"
        hue = (_FIFTHS.index(profile.key.tonic) * 30 + (205 if minor else 25)) % 360
    bright = profile.timbre.brightness_hz or 1500
    light = min(1.0, max(0.0, math.log2(bright / 400) / 4))
    corners = int((profile.meter or "4/4").partition("/")[0])
    rings = round(min(9.0, max(2.0, (profile.tempo.bpm or 60) / 22)))
    return Look(hue, light, min(1.0, profile.energy.level), corners, rings, seed[1] * 90 // 256)


def cover(track: Track, size: int = 64) -> str:
    """The cover as an SVG of `size` pixels."""
    look = look_of(track)
    top, bottom = 26 + 34 * look.light, 12 + 16 * look.light
    width = 0.6 + 2.2 * look.weight
    shapes = "".join(
        _shape(look.corners, 29 * (n + 1) / look.rings, look.turn + n * 7, width, 0.85 - 0.6 * n / look.rings)
        for n in range(look.rings)
    )
    ground = f"linear-gradient(135deg, hsl({look.hue} 52% {top:.0f}%), hsl({(look.hue + 48) % 360} 58% {bottom:.0f}%))"
    return f'<svg class="ln-cover" width="{size}" height="{size}" viewBox="0 0 64 64" aria-hidden="true" style="background: {ground}"><g fill="none" stroke="#fff">{shapes}</g></svg>'


def _shape(corners: int, radius: float, turn: float, width: float, opacity: float) -> str:
    style = f'stroke-width="{width:.2f}" stroke-opacity="{opacity:.2f}"'
    if corners < 3:
        return f'<circle cx="32" cy="32" r="{radius:.1f}" {style}/>'
    angles = [math.radians(turn + 360 * k / corners - 90) for k in range(corners)]
    points = " ".join(f"{32 + radius * math.cos(a):.1f},{32 + radius * math.sin(a):.1f}" for a in angles)
    return f'<polygon points="{points}" stroke-linejoin="round" {style}/>'


def waveform(profile: Profile) -> str:
    """Bars of energy over time as an SVG that stretches; what was played is drawn over it by the page."""
    bars = "".join(
        f'<rect x="{n + 0.15:.2f}" y="{20 - height:.1f}" width=".7" height="{2 * height:.1f}"/>'
        for n, height in enumerate(_heights(profile.energy.curve))
    )
    marks = "".join(
        f'<line x1="{BARS * s.start_s / profile.duration_s:.2f}" x2="{BARS * s.start_s / profile.duration_s:.2f}" y1="0" y2="40"/>'
        for s in profile.sections[1:]
    )
    return f'<svg viewBox="0 0 {BARS} 40" preserveAspectRatio="none" aria-hidden="true"><g class="ln-bars">{bars}</g><g class="ln-marks">{marks}</g></svg>'


def _heights(curve: Sequence[float]) -> list[float]:
    """One height (1 to 18) for each bar."""
    if not curve:
        return [1.0] * BARS
    top = max(max(curve), 1e-9)
    parts = [
        curve[n * len(curve) // BARS : max((n + 1) * len(curve) // BARS, n * len(curve) // BARS + 1)]
        for n in range(BARS)
    ]
    return [1 + 17 * sum(part) / len(part) / top for part in parts]


def part_name(section: Section) -> str:
    """What a section is called: its role where that could be argued, else its letter."""
    return section.name or section.label
