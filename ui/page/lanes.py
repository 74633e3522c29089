"""A reading drawn large: lanes over one time axis, which the page zooms, plays along and reads out under the pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from index.profile import Loudness, Profile, clock
from index.track import Track
from tools.audio.chords import NAMES, short, spelled
from tools.studio.words import Place
from ui.page.cards import e
from ui.plot import chord_colour

_WIDE = 1000.0  # of a lane's viewBox
_PARTS = 8  # colours of sections
_LOWEST_LUFS, _UNDER_LU = -60.0, 20.0  # the lane of loudness ends so far under the integrated loudness, and not below


def lanes(track: Track, peaks: Sequence[float], url: str, words: Sequence[Place] = ()) -> str:
    """The lanes of a track with a profile; `url` is where its sound is, `words` are the places of its verses."""
    profile = track.profile
    if profile is None:
        return ""
    told = e(json.dumps(_told(profile), ensure_ascii=False))
    rows = "".join(_rows(profile, peaks, [p for p in words if p.start_s is not None]))
    ruler = "".join(f'<span style="left:{_at(t, profile):.3f}%">{clock(t)}</span>' for t in _ticks(profile))
    return f"""<section class="ln-lanes ln-card" data-length="{profile.duration_s:.2f}" data-told="{told}" aria-label="{e(track.name)}, drawn">
<div class="ln-player" data-url="{e(url)}" data-length="{profile.duration_s:.2f}" data-title="{e(track.name)}" data-by="{e(track.by)}"><button type="button" class="ln-play" aria-label="Play {e(track.name)}"></button>
<label class="ln-zoom">Zoom <input type="range" min="1" max="16" step="0.5" value="1" aria-label="Zoom"></label><output class="ln-readout" aria-live="off"></output></div>
<div class="ln-scroll" tabindex="0" aria-label="Lanes"><div class="ln-strip"><div class="ln-ruler">{ruler}</div>{rows}<i class="ln-cursor"></i></div></div></section>"""


def _rows(profile: Profile, peaks: Sequence[float], words: Sequence[Place]) -> Iterator[str]:
    yield _lane("form and waveform", 110, _sections(profile) + _outline(peaks), _section_names(profile))
    if profile.voices:
        spans = "".join(_block(v.start_s, v.end_s, profile, 14, "ln-voice") for v in profile.voices)
        yield _lane("voice", 14, spans)
    if words:
        yield _lane("lyrics", 20, "".join(_verses(profile, words)), "".join(_verse_names(profile, words)))
    yield _lane("chords", 46, "".join(_chords(profile)), "".join(_chord_names(profile)))
    yield _lane("key", 16, "".join(_keys(profile)), "".join(_key_names(profile)))
    yield _lane("tempo and beats", 64, "".join(_tempo(profile)))
    if profile.loudness.short_term_lufs:
        yield _lane("loudness", 64, _loudness(profile.loudness), _loudness_words(profile))
    curves = (("energy", profile.energy.curve, "ln-energy"), ("tension", profile.arc.tension, "ln-tension"), ("brightness", profile.arc.brightness, "ln-bright"))  # fmt: skip
    drawn = "".join(_curve(values, style) for _, values, style in curves if values)
    legend = "".join(f'<b class="{style}">{name}</b> ' for name, values, style in curves if values)
    yield _lane("energy", 84, drawn, f'<span class="ln-lane-key">{legend}</span>')


def _lane(name: str, height: int, drawn: str, over: str = "") -> str:
    return f'<div class="ln-lane" style="height:{height}px"><svg viewBox="0 0 {_WIDE:.0f} {height}" preserveAspectRatio="none" role="img" aria-label="{name}">{drawn}</svg>{over}<small>{name}</small></div>'


def _x(at_s: float, profile: Profile) -> float:
    return _WIDE * min(1.0, max(0.0, at_s / profile.duration_s))


def _at(at_s: float, profile: Profile) -> float:
    return _x(at_s, profile) / 10


def _block(start_s: float, end_s: float, profile: Profile, height: float, style: str, more: str = "") -> str:
    left = _x(start_s, profile)
    return f'<rect class="{style}" x="{left:.2f}" width="{max(0.3, _x(end_s, profile) - left):.2f}" y="0" height="{height}" {more}/>'


def _sections(profile: Profile) -> str:
    labels = list(dict.fromkeys(s.label for s in profile.sections))
    return "".join(
        _block(s.start_s, s.end_s, profile, 110, f"ln-section ln-g{labels.index(s.label) % _PARTS}")
        for s in profile.sections
    )


def _section_names(profile: Profile) -> str:
    return "".join(
        f'<button type="button" class="ln-part" style="left:{_at(s.start_s, profile):.3f}%" data-seek="{s.start_s:.2f}" title="Section {n}, {clock(s.start_s)}">{e(s.label)}{f" · {e(s.name)}" if s.name else ""}</button>'
        for n, s in enumerate(profile.sections, 1)
    )


def _verses(profile: Profile, words: Sequence[Place]) -> Iterator[str]:
    for place in words:
        start, end = place.start_s or 0.0, place.end_s or profile.duration_s
        yield _block(start, end, profile, 20, f"ln-verse ln-g{4 if place.verse.chorus else 1}")


def _verse_names(profile: Profile, words: Sequence[Place]) -> Iterator[str]:
    for place in words:
        start, end = place.start_s or 0.0, place.end_s or profile.duration_s
        wide = _at(end, profile) - _at(start, profile)
        yield f'<span class="ln-in ln-left" style="left:{_at(start, profile):.3f}%;width:{wide:.3f}%">{e(place.verse.name)}</span>'


def _outline(peaks: Sequence[float]) -> str:
    if len(peaks) < 2:
        return ""
    xs = [_WIDE * n / (len(peaks) - 1) for n in range(len(peaks))]
    upper = [f"{x:.1f},{66 - 40 * p:.1f}" for x, p in zip(xs, peaks, strict=True)]
    lower = [f"{x:.1f},{66 + 40 * p:.1f}" for x, p in zip(reversed(xs), reversed(peaks), strict=True)]
    return f'<polygon class="ln-outline" points="{" ".join(upper + lower)}"/>'


def _chords(profile: Profile) -> Iterator[str]:
    tonic = NAMES.index(profile.key.tonic) if profile.key else 0
    for chord in profile.chords:
        if chord.label != "N":
            red, green, blue = (round(255 * c) for c in chord_colour(chord.label, tonic))
            yield _block(chord.start_s, chord.end_s, profile, 46, "ln-chord", f'fill="rgb({red} {green} {blue})"')


def _chord_names(profile: Profile) -> Iterator[str]:
    for chord in spelled(profile.chords, profile.keys):
        if chord.label != "N":
            wide = _at(chord.end_s, profile) - _at(chord.start_s, profile)
            yield f'<span class="ln-in" style="left:{_at(chord.start_s, profile):.3f}%;width:{wide:.3f}%">{e(short(chord.label))}</span>'


def _keys(profile: Profile) -> Iterator[str]:
    for n, key in enumerate(profile.keys):
        yield _block(key.start_s, key.end_s, profile, 16, f"ln-key ln-g{n % _PARTS}")


def _key_names(profile: Profile) -> Iterator[str]:
    for key in profile.keys:
        yield f'<span class="ln-in ln-left" style="left:{_at(key.start_s, profile):.3f}%">{e(key.name)}</span>'


def _tempo(profile: Profile) -> Iterator[str]:
    down = set(profile.downbeats_s)
    for beat in profile.beats_s:
        x, top = _x(beat, profile), 44 if beat in down else 54
        yield f'<line class="ln-beat" x1="{x:.2f}" x2="{x:.2f}" y1="{top}" y2="64"/>'
    curve = profile.tempo.curve
    if len(curve) > 1:
        values = [p.bpm for p in curve]
        middle = sorted(values)[len(values) // 2]
        reach = max(0.06 * middle, *(abs(v - middle) for v in values))
        points = " ".join(
            f"{_x(p.time_s, profile):.1f},{22 - 18 * (p.bpm - middle) / max(reach, 1e-9):.1f}" for p in curve
        )
        yield f'<polyline class="ln-tempo" points="{points}"/>'


def _loudness(loudness: Loudness) -> str:
    """Short-term loudness; the band is the loudness range, the line the integrated loudness."""
    curve, floor = loudness.short_term_lufs, _floor(loudness)
    loud = sorted(v for v in curve if v > floor)
    drawn = ""
    if loud:
        low, high = loud[len(loud) // 10], loud[-1 - len(loud) // 20]
        drawn = f'<rect class="ln-range" x="0" width="{_WIDE:.0f}" y="{_deep(high, floor):.1f}" height="{max(1.0, _deep(low, floor) - _deep(high, floor)):.1f}"/>'
    points = " ".join(f"{_WIDE * (n + 0.5) / len(curve):.1f},{_deep(v, floor):.1f}" for n, v in enumerate(curve))
    drawn += f'<polyline class="ln-loud" points="{points}"/>'
    if loudness.integrated_lufs is not None:
        y = _deep(loudness.integrated_lufs, floor)
        drawn += f'<line class="ln-whole" x1="0" x2="{_WIDE:.0f}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return drawn


def _floor(loudness: Loudness) -> float:
    """LUFS at the lower end of the lane."""
    whole = loudness.integrated_lufs if loudness.integrated_lufs is not None else _LOWEST_LUFS
    return max(_LOWEST_LUFS, min(-25.0, whole - _UNDER_LU))


def _deep(lufs: float, floor: float) -> float:
    """How far down in its lane a loudness stands."""
    return 2 + 60 * min(1.0, max(0.0, lufs / floor))


def _loudness_words(profile: Profile) -> str:
    loud = profile.loudness
    told = [
        f"{loud.integrated_lufs:.1f} LUFS" if loud.integrated_lufs is not None else "",
        f"range {loud.range_lu:.1f} LU" if loud.range_lu is not None else "",
        f"true peak {loud.true_peak_dbtp:.1f} dBTP" if loud.true_peak_dbtp is not None else "",
    ]
    return f'<span class="ln-lane-key">{" · ".join(t for t in told if t)}</span>'


def _curve(values: Sequence[float], style: str) -> str:
    points = " ".join(f"{_WIDE * (n + 0.5) / len(values):.1f},{82 - 78 * v:.1f}" for n, v in enumerate(values))
    return f'<polyline class="{style}" points="{points}"/>'


def _ticks(profile: Profile) -> list[float]:
    step = next((s for s in (5, 10, 15, 30, 60, 120) if profile.duration_s / s <= 12), 300)
    return [float(t) for t in range(0, int(profile.duration_s) + 1, step)]


def _told(profile: Profile) -> dict[str, object]:
    """What the page reads out at a moment: spans as [from, to, words], tempo as [time, BPM]."""
    return {
        "section": [[s.start_s, s.end_s, s.name or s.label] for s in profile.sections],
        "chord": [[c.start_s, c.end_s, c.label] for c in spelled(profile.chords, profile.keys) if c.label != "N"],
        "key": [[k.start_s, k.end_s, k.name] for k in profile.keys],
        "voice": [[v.start_s, v.end_s, "voice"] for v in profile.voices],
        "tempo": [[p.time_s, round(p.bpm, 1)] for p in profile.tempo.curve],
        "energy": [round(v, 2) for v in profile.energy.curve],
        "loudness": profile.loudness.short_term_lufs,
    }
