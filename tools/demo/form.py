"""The form of a piece: which sections follow each other, in which key, over which chords, at which tempo."""

from __future__ import annotations

import math
import random

import numpy as np

from tools.demo.score import Floats, Section
from tools.demo.styles import Style
from tools.demo.theory import Key, Span, key_named, progression

SHORTEST_S, LONGEST_S = 64.0, 113.0
LABELS = {"intro": "I", "verse": "A", "chorus": "B", "bridge": "C", "solo": "S", "outro": "O"}
FORMS = {
    "song": (
        "intro verse chorus",
        "intro verse chorus verse chorus",
        "intro verse chorus bridge chorus",
        "intro verse chorus verse bridge chorus",
        "intro verse chorus verse chorus bridge chorus",
        "intro verse verse chorus verse chorus bridge chorus",
        "intro verse verse chorus verse chorus bridge chorus chorus",
        "intro verse verse chorus verse verse chorus bridge chorus verse chorus",
    ),
    "jazz": (
        "intro verse bridge verse",
        "intro verse verse bridge verse",
        "intro verse verse bridge verse solo",
        "intro verse verse bridge solo bridge verse",
        "intro verse verse bridge verse solo bridge verse",
        "intro verse verse bridge verse solo solo bridge verse",
        "intro verse verse bridge verse solo solo bridge verse verse bridge verse",
    ),
    "blues": (
        "intro verse solo verse",
        "intro verse verse solo verse",
        "intro verse verse solo solo verse",
        "intro verse verse solo solo verse verse",
    ),
    "classical": (
        "verse chorus verse",
        "verse chorus bridge verse",
        "verse verse chorus bridge verse",
        "verse verse chorus bridge verse chorus",
        "verse verse chorus chorus bridge verse chorus",
        "verse verse chorus chorus bridge bridge verse chorus",
        "verse verse chorus chorus bridge bridge verse verse chorus chorus",
        "verse verse chorus chorus bridge bridge verse verse chorus chorus bridge verse chorus",
    ),
    "dance": (
        "intro verse chorus",
        "intro verse chorus bridge chorus",
        "intro verse chorus bridge verse chorus",
        "intro verse chorus chorus bridge verse chorus",
        "intro verse chorus chorus bridge verse chorus chorus",
        "intro verse verse chorus chorus bridge verse verse chorus chorus",
    ),
}


def harmonies(style: Style, harmony: dict[str, str]) -> dict[str, str]:
    """Chords by section, with those that the style leaves to custom: intro, solo and outro."""
    full = {name: text for name, text in harmony.items() if name != "mode"}
    verse = [bar.strip() for bar in full["verse"].split("|")]
    half = verse[: max(2, min(4, len(verse) // 2))]
    tonic = "i" if key_named(f"C {harmony['mode']}").label.endswith("minor") else "I"
    full.setdefault("intro", " | ".join(half))
    full.setdefault("solo", full["verse"])
    full.setdefault("outro", " | ".join(half))
    if not style.fade_s:
        full["outro"] += f" | {full.pop('last', tonic)}"
    full.pop("last", None)
    return full


def choose_form(rng: random.Random, style: Style, chords: dict[str, str], bpm: float) -> list[str]:
    """The form of the style's family whose length comes closest to one drawn between 70 and 106 seconds."""
    wanted = rng.uniform(70, 106)

    def seconds(names: list[str]) -> float:
        bars = {name: len(chords[name].split("|")) / style.tempo.get(name, 1.0) for name in names}
        return sum(bars[name] for name in names) * style.meter.beats * 60 / bpm

    forms = [[*text.split(), "outro"] for text in FORMS[style.form]]
    fitting = [form for form in forms if SHORTEST_S - 3 <= seconds(form) <= LONGEST_S - 3]
    if not fitting:
        lengths = ", ".join(f"{seconds(form):.0f}" for form in forms)
        raise ValueError(f"{style.name} at {bpm} BPM: no form lasts {SHORTEST_S} to {LONGEST_S} s ({lengths})")
    return min(fitting, key=lambda form: abs(seconds(form) - wanted))


def shifts(style: Style, names: list[str]) -> list[int]:
    """Semitones by which every section is moved: the bridge, and the last chorus with all after it."""
    moved = [style.bridge_shift if name == "bridge" else 0 for name in names]
    if style.lift and names.count("chorus") > 1:
        last = len(names) - 1 - names[::-1].index("chorus")
        moved[last:] = [style.lift] * (len(names) - last)
    return moved


def lay_out(style: Style, names: list[str], chords: dict[str, str], key: Key) -> list[Section]:
    """The sections in a row, in beats from 0."""
    sections: list[Section] = []
    at = 0.0
    for name, shift in zip(names, shifts(style, names), strict=True):
        here = key.moved(shift)
        spans = progression(chords[name], here.tonic, float(style.meter.beats))
        placed = tuple(Span(at + span.start, at + span.end, span.chord) for span in spans)
        title = style.names.get(name, name)
        sections.append(Section(title, LABELS[name], at, placed[-1].end, here, placed))
        at = placed[-1].end
    return sections


def tempo_of(style: Style, names: list[str], sections: list[Section], bpm: float) -> Floats:
    """The tempo of every beat: by section, with the breath of phrases and a slowing at the end."""
    bpms = np.full(round(sections[-1].end), float(bpm))
    for name, section in zip(names, sections, strict=True):
        bpms[round(section.start) : round(section.end)] *= style.tempo.get(name, 1.0)
    if style.rubato:
        phrase = 4 * style.meter.beats
        bpms *= [1 + style.rubato * math.sin(2 * math.pi * (beat % phrase) / phrase - 0.6) for beat in range(len(bpms))]
    if style.rit < 1:
        slowing = min(2 * style.meter.beats, len(bpms))
        bpms[-slowing:] *= np.linspace(1, style.rit, slowing)
    return bpms
