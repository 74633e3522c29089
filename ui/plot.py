"""A measured track, drawn: waveform with named sections and voices, chords and keys, tempo, the course of it all."""

from __future__ import annotations

import base64
import colorsys
import io
from pathlib import Path
from typing import TypeVar

import matplotlib

matplotlib.use("Agg")
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from index.profile import Profile, clock
from index.track import Track
from tools.audio.chords import NAMES, quality_of, root_of, short, spelled
from tools.audio.decode import AudioRejected, decode

F = TypeVar("F", bound=FigureBase)
_INK, _DIM, _PAPER, _ACCENT = "#f3ece1", "#a89f92", "#211b16", "#e8a33d"
_GREEN, _RED, _BLUE = "#7fb7a3", "#c96a5b", "#8f8fd0"
_SECTIONS = (_ACCENT, _GREEN, _RED, _BLUE, "#d8c76b", "#6aa4d9", "#b78fc2")
_POINTS = 1600
_HEIGHTS = (3.0, 1.5, 1.0, 1.6)
_NAMED_SHARE = 0.007  # of the track that a chord must last to be written into its field


def draw(profile: Profile, audio: Path) -> bytes:
    """A PNG of 1400 x 860 pixels."""
    out = io.BytesIO()
    _drawn(Figure(figsize=(14, 8.6), dpi=100, facecolor=_PAPER, layout="constrained"), profile, audio).savefig(
        out, format="png"
    )
    return out.getvalue()


def sheet_of(track: Track, audio: Path, words: str) -> Figure:
    """The picture with the track's name above and words beneath, 1400 x 1200 pixels; `track` has a profile."""
    assert track.profile is not None
    figure = Figure(figsize=(14, 12), dpi=100, facecolor=_PAPER, layout="constrained")
    top, bottom = np.ravel(np.asarray(figure.subfigures(2, 1, height_ratios=(4, 1), hspace=0.02)))
    top.set_facecolor(_PAPER)
    bottom.set_facecolor(_PAPER)
    top.suptitle(f"{track.name}{f' – {track.by}' if track.by else ''}", color=_INK, fontsize=20, x=0.02, ha="left")
    bottom.text(0.02, 0.9, words, color=_INK, fontsize=11, va="top", ha="left", linespacing=1.5)
    _drawn(top, track.profile, audio)
    return figure


def _drawn(figure: F, profile: Profile, audio: Path) -> F:
    lanes = figure.subplots(len(_HEIGHTS), 1, sharex=True, gridspec_kw={"height_ratios": _HEIGHTS})
    for axes in lanes:
        axes.set_facecolor(_PAPER)
        axes.tick_params(colors=_DIM, labelsize=9)
        for side in axes.spines.values():
            side.set_visible(False)
    wave, chords, tempo, course = lanes
    _waveform(wave, profile, audio)
    _harmony(chords, profile)
    _tempo(tempo, profile)
    _course(course, profile)
    ticks = np.linspace(0, profile.duration_s, 11)
    course.set_xticks(ticks, [clock(t) for t in ticks])
    return figure


def data_uri(png: bytes) -> str:
    """For an `img` tag."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _waveform(axes: Axes, profile: Profile, audio: Path) -> None:
    axes.set_title(_headline(profile), color=_INK, loc="left", fontsize=13, pad=24)
    envelope = _envelope(audio)
    labels = list(dict.fromkeys(s.label for s in profile.sections))
    for section in profile.sections:
        colour = _SECTIONS[labels.index(section.label) % len(_SECTIONS)]
        axes.axvspan(section.start_s, section.end_s, color=colour, alpha=0.16, lw=0)
        axes.axvline(section.start_s, color=colour, lw=0.8, alpha=0.6)
        axes.text(section.start_s, 1.24, f" {section.label}", color=colour, fontsize=12, weight="bold", va="bottom")
        axes.text(section.start_s, 1.22, f" {section.name or ''}", color=_DIM, fontsize=8, va="top", clip_on=True)
    times = np.linspace(0, profile.duration_s, len(envelope))
    axes.fill_between(times, -envelope, envelope, color=_ACCENT, lw=0, alpha=0.9)
    for voice in profile.voices:
        axes.plot([voice.start_s, voice.end_s], [-1.12, -1.12], color=_BLUE, lw=4, solid_capstyle="butt")
    if profile.voices:
        axes.text(-0.004, 0.02, "voice", color=_BLUE, fontsize=9, ha="right", transform=axes.transAxes)
    for event in profile.events:
        axes.plot([event.start_s, event.end_s], [1.02, 1.02], color=_INK, lw=1.2)
        axes.text(event.start_s, 1.0, event.kind, color=_INK, fontsize=8, va="top")
    axes.set(ylim=(-1.2, 1.3), yticks=[], xlim=(0, profile.duration_s))


def _headline(profile: Profile) -> str:
    loud = profile.loudness.integrated_lufs
    return "    ".join(
        [
            f"{profile.tempo.bpm:.0f} BPM" if profile.tempo.bpm else "no steady pulse",
            profile.meter or "no clear meter",
            profile.key.name if profile.key else "no clear key",
            f"{loud:.1f} LUFS" if loud is not None else "silent",
            *(p.degrees for p in profile.harmony.progressions[:2]),
        ]
    )


def _envelope(audio: Path) -> npt.NDArray[np.float32]:
    try:
        samples = np.abs(decode(audio).samples).max(0)
    except AudioRejected:
        return np.zeros(2, np.float32)
    edges = np.linspace(0, samples.size, min(_POINTS, samples.size), endpoint=False).astype(int)
    peaks = np.maximum.reduceat(samples, edges)
    return np.asarray(peaks / max(float(peaks.max()), 1e-6), np.float32)


def _harmony(axes: Axes, profile: Profile) -> None:
    """Chords coloured around the circle of fifths from the key's tonic, so that near harmonies look alike."""
    axes.set_ylabel("chords", color=_DIM, fontsize=9)
    tonic = NAMES.index(profile.key.tonic) if profile.key else 0
    for chord, named in zip(profile.chords, spelled(profile.chords, profile.keys), strict=True):
        if chord.label == "N":
            continue
        axes.axvspan(chord.start_s, chord.end_s, ymin=0.0, ymax=0.82, color=chord_colour(chord.label, tonic), lw=0)
        if chord.end_s - chord.start_s > _NAMED_SHARE * profile.duration_s:
            middle = (chord.start_s + chord.end_s) / 2
            axes.text(middle, 0.41, short(named.label), color=_INK, fontsize=7, rotation=90, ha="center", va="center")
    for k, key in enumerate(profile.keys):
        axes.plot([key.start_s, key.end_s], [0.9, 0.9], color=(_INK, _DIM)[k % 2], lw=3, solid_capstyle="butt")
        axes.text(key.start_s, 0.93, f" {key.name}", color=_INK, fontsize=9, va="bottom")
    axes.set(ylim=(0, 1.15), yticks=[])


def chord_colour(label: str, tonic: int) -> tuple[float, float, float]:
    """Red, green, blue (0 to 1) of a chord: its place on the circle of fifths from the tonic (0 is C), minor darker."""
    fifths = (NAMES.index(root_of(label)) - tonic) * 7 % 12
    minor = quality_of(label).startswith(("min", "dim"))
    return colorsys.hls_to_rgb((0.1 + fifths / 12) % 1, 0.36 if minor else 0.55, 0.45)


def _tempo(axes: Axes, profile: Profile) -> None:
    axes.set_ylabel("BPM", color=_DIM, fontsize=9)
    for k, beats in enumerate((profile.beats_s, profile.downbeats_s)):
        axes.plot(
            beats, np.zeros(len(beats)), "|", color=(_DIM, _INK)[k], ms=(4, 9)[k], transform=axes.get_xaxis_transform()
        )
    curve = profile.tempo.curve
    if curve:
        axes.plot([p.time_s for p in curve], [p.bpm for p in curve], color=_GREEN, lw=1.6)
        middle = float(np.median([p.bpm for p in curve]))
        reach = max(0.06 * middle, *(abs(p.bpm - middle) for p in curve)) * 1.2
        axes.set_ylim(middle - reach, middle + reach)


def _course(axes: Axes, profile: Profile) -> None:
    curve = profile.energy.curve
    axes.fill_between(np.arange(len(curve)) + 0.5, curve, color=_RED, alpha=0.7, lw=0, label="energy")
    for name, values, colour in (
        ("tension", profile.arc.tension, _ACCENT),
        ("brightness", profile.arc.brightness, _GREEN),
    ):
        axes.plot(np.arange(len(values)) + 0.5, values, color=colour, lw=1.4, label=name)
    axes.legend(loc="upper left", ncols=3, fontsize=8, frameon=False, labelcolor=_DIM, bbox_to_anchor=(0, 1.16))
    if profile.arc.story:
        axes.set_title(profile.arc.story, color=_DIM, loc="right", fontsize=9, pad=2)
    axes.set(ylim=(0, 1.05), yticks=[])
