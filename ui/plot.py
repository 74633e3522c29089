"""A measured track, drawn: waveform with named sections and key changes, tempo, energy."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from index.profile import Profile
from tools.audio.decode import AudioRejected, decode
from tools.captions import clock

_INK, _DIM, _PAPER, _ACCENT = "#f3ece1", "#a89f92", "#211b16", "#e8a33d"
_SECTIONS = ("#e8a33d", "#7fb7a3", "#c96a5b", "#8f8fd0", "#d8c76b", "#6aa4d9", "#b78fc2")
_POINTS = 1200


def draw(profile: Profile, audio: Path) -> bytes:
    """A PNG of 1200 x 640 pixels."""
    figure = Figure(figsize=(12, 6.4), dpi=100, facecolor=_PAPER, layout="constrained")
    top, middle, bottom = figure.subplots(3, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1, 1.4]})
    _waveform(top, profile, audio)
    _tempo(middle, profile)
    _energy(bottom, profile)
    for axes in (top, middle, bottom):
        axes.set_facecolor(_PAPER)
        axes.tick_params(colors=_DIM, labelsize=9)
        for side in axes.spines.values():
            side.set_visible(False)
    ticks = np.linspace(0, profile.duration_s, 9)
    bottom.set_xticks(ticks, [clock(t) for t in ticks])
    out = io.BytesIO()
    figure.savefig(out, format="png")
    return out.getvalue()


def data_uri(png: bytes) -> str:
    """For an `img` tag."""
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _waveform(axes: Axes, profile: Profile, audio: Path) -> None:
    key = f"{profile.key.tonic} {profile.key.mode}" if profile.key else "no clear key"
    tempo = f"{profile.tempo.bpm:.0f} BPM" if profile.tempo.bpm else "no steady pulse"
    loud = f"{profile.loudness.integrated_lufs:.1f} LUFS" if profile.loudness.integrated_lufs is not None else "silent"
    axes.set_title(f"{tempo}   {profile.meter or ''}   {key}   {loud}", color=_INK, loc="left", fontsize=13)
    envelope = _envelope(audio)
    labels = list(dict.fromkeys(s.label for s in profile.sections))
    for section in profile.sections:
        colour = _SECTIONS[labels.index(section.label) % len(_SECTIONS)]
        axes.axvspan(section.start_s, section.end_s, color=colour, alpha=0.16, lw=0)
        axes.text(section.start_s + 0.4, 1.02, section.label, color=colour, fontsize=12, weight="bold", va="bottom")
    times = np.linspace(0, profile.duration_s, len(envelope))
    axes.fill_between(times, -envelope, envelope, color=_ACCENT, lw=0, alpha=0.9)
    for key_span in profile.keys[1:]:
        axes.axvline(key_span.start_s, color=_INK, lw=1, ls=":")
        axes.text(key_span.start_s, -1.0, f" {key_span.tonic} {key_span.mode}", color=_INK, fontsize=9, va="bottom")
    axes.set(ylim=(-1.05, 1.2), yticks=[], xlim=(0, profile.duration_s))


def _envelope(audio: Path) -> npt.NDArray[np.float32]:
    try:
        samples = np.abs(decode(audio).samples).max(0)
    except AudioRejected:
        return np.zeros(2, np.float32)
    edges = np.linspace(0, samples.size, min(_POINTS, samples.size), endpoint=False).astype(int)
    peaks = np.maximum.reduceat(samples, edges)
    return np.asarray(peaks / max(float(peaks.max()), 1e-6), np.float32)


def _tempo(axes: Axes, profile: Profile) -> None:
    axes.set_ylabel("BPM", color=_DIM, fontsize=9)
    curve = profile.tempo.curve
    if curve:
        axes.plot([p.time_s for p in curve], [p.bpm for p in curve], color="#7fb7a3", lw=1.6)
        middle = float(np.median([p.bpm for p in curve]))
        axes.set_ylim(middle * 0.8, middle * 1.2)


def _energy(axes: Axes, profile: Profile) -> None:
    axes.set_ylabel("energy", color=_DIM, fontsize=9)
    curve = profile.energy.curve
    axes.fill_between(np.arange(len(curve)) + 0.5, curve, color="#c96a5b", alpha=0.8, lw=0)
    axes.set(ylim=(0, 1.05), yticks=[])
