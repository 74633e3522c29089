"""Bars written as text, and the accompaniment, bass and drums read from them.

A pattern is one bar (or several, parted by `|`) on an even grid. `.` rests, `-` holds what sounds.
Chords: `x` plays all voices, `X` with an accent, `o` softly, `t` the upper voices, a digit one voice (counted
from the lowest, wrapping upwards by octaves). Bass: `R` root, `r` soft root, `3 5 7` chord tones,
`8` the octave, `w` a step towards the next root. Drums: `x` hit, `X` accent, `o` ghost note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tools.demo.score import Note
from tools.demo.theory import Chord, Span, nearest, power_chord, voicing

DRUMS = {
    "kick": 36, "rim": 37, "snare": 38, "clap": 39, "hat": 42, "pedal": 44, "open": 46, "ride": 51,
    "crash": 49, "low_tom": 45, "mid_tom": 47, "high_tom": 50, "floor_tom": 43, "tambourine": 54,
    "shaker": 70, "cabasa": 69, "high_conga": 63, "mute_conga": 62, "low_conga": 64, "high_bongo": 60,
    "low_bongo": 61, "claves": 75, "wood": 76, "low_wood": 77, "agogo": 67, "low_agogo": 68, "triangle": 81,
    "surdo": 41, "brush": 40, "guiro": 73, "timbale": 65,
}  # fmt: skip
_LOUDNESS = {"X": 1.18, "x": 1.0, "o": 0.66, "t": 0.9, "r": 0.75}


@dataclass(frozen=True)
class Hit:
    """A symbol of a pattern, in beats from the start of its bar."""

    start: float
    length: float
    symbol: str


@dataclass(frozen=True)
class Register:
    """Where a part plays: lowest and highest pitch, how many voices (0: power chords), close or spread."""

    low: int
    high: int
    voices: int = 3
    spread: bool = False


@lru_cache(maxsize=10_000)
def hits(pattern: str, bar: float) -> tuple[Hit, ...]:
    """The hits of one bar of `bar` beats; a hold reaches to the next symbol or rest."""
    step = bar / len(pattern)
    found: list[Hit] = []
    for place, symbol in enumerate(pattern):
        if symbol == "-" and found and found[-1].start + found[-1].length >= place * step - 1e-9:
            found[-1] = Hit(found[-1].start, found[-1].length + step, found[-1].symbol)
        elif symbol not in ".-":
            found.append(Hit(place * step, step, symbol))
    return tuple(found)


def bars_of(pattern: str, bar: float, start: float, end: float) -> Iterator[Hit]:
    """The pattern's bars in turn from `start` to `end`, in beats of the piece."""
    bars = pattern.split("|")
    for index in range(round((end - start) / bar)):
        for hit in hits(bars[index % len(bars)], bar):
            yield Hit(start + index * bar + hit.start, hit.length, hit.symbol)


def chord_at(chords: Sequence[Span], beat: float) -> Span:
    """The chord that sounds at a beat (the last one after the end)."""
    return next((span for span in chords if span.start - 1e-6 <= beat < span.end - 1e-6), chords[-1])


def voicings(chords: Sequence[Span], register: Register) -> list[tuple[int, ...]]:
    """One voicing a chord, each led from the one before."""
    if register.voices == 0:
        return [power_chord(span.chord, register.low) for span in chords]
    before: tuple[int, ...] | None = None
    out = []
    for span in chords:
        before = voicing(span.chord, before, register.low, register.high, register.voices, register.spread)
        out.append(before)
    return out


def comp(
    chords: Sequence[Span], pattern: str, bar: float, register: Register, velocity: float, sustain: bool
) -> list[Note]:
    """Chords in a pattern. A hold over a change strikes the new chord; `sustain` is a pedal a chord."""
    voiced = voicings(chords, register)
    index_of = {span.start: index for index, span in enumerate(chords)}
    notes: list[Note] = []
    for hit in bars_of(pattern, bar, chords[0].start, chords[-1].end):
        at, end = hit.start, hit.start + hit.length
        while at < end - 1e-6:
            span = chord_at(chords, at)
            until = span.end if sustain else min(end, span.end)
            voices = voiced[index_of[span.start]]
            loud = round(velocity * _LOUDNESS.get(hit.symbol, 0.95))
            notes += [Note(at, (until - at) * 0.97, pitch, loud) for pitch in _chosen(voices, hit.symbol)]
            at = max(span.end, at + 1e-3) if not hit.symbol.isdigit() else end
    return notes


def _chosen(voices: tuple[int, ...], symbol: str) -> tuple[int, ...]:
    if symbol.isdigit():
        octave, place = divmod(int(symbol), len(voices))
        return (min(voices[place] + 12 * octave, 108),)
    return voices[1:] if symbol == "t" and len(voices) > 1 else voices


def bass_line(chords: Sequence[Span], pattern: str, bar: float, low: int, high: int, velocity: float) -> list[Note]:
    """A bass in a pattern; `w` leads by a half or whole step into the next chord's root."""
    notes: list[Note] = []
    before = (low + high) / 2 - 2
    for hit in bars_of(pattern, bar, chords[0].start, chords[-1].end):
        span = chord_at(chords, hit.start)
        after = chord_at(chords, hit.start + hit.length)
        pitch = _bass_pitch(hit.symbol, span.chord, after.chord, before, low, high)
        before = pitch if hit.symbol in "Rr" else before
        length = min(hit.length, max(span.end - hit.start, 0.05)) if hit.length > 1 else hit.length
        notes.append(Note(hit.start, length * 0.93, pitch, round(velocity * _LOUDNESS.get(hit.symbol, 0.94))))
    return notes


def _bass_pitch(symbol: str, chord: Chord, after: Chord, before: float, low: int, high: int) -> int:
    root = nearest((before + (low + high) / 2 - 2) / 2, (chord.root,), low, high)
    if symbol in "Rr":
        return root
    if symbol == "8":
        return root + 12 if root + 12 <= high + 5 else root - 12
    if symbol == "w":
        target = nearest(root, (after.root,), low, high)
        return target - 1 if target > root or target - 1 < low else target + (1 if target < root else 2)
    wanted = {"3": 1, "5": 2, "7": 3}[symbol]
    tones = chord.pitch_classes
    tone = tones[wanted] if wanted < len(tones) else chord.root
    return nearest(root + wanted * 2.5, (tone,), low, high + 5)


def drum_bars(rows: dict[str, str], bar: float, start: float, end: float, velocity: float) -> list[Note]:
    """All rows of a groove, name of the drum to pattern."""
    return [
        Note(
            hit.start,
            0.2,
            DRUMS[name],
            max(1, min(127, round(velocity * _LOUDNESS[hit.symbol] * _weight(name)))),
        )
        for name, pattern in rows.items()
        for hit in bars_of(pattern, bar, start, end)
    ]


def _weight(name: str) -> float:
    quiet = {"hat": 0.62, "open": 0.62, "ride": 0.66, "shaker": 0.55, "cabasa": 0.5, "tambourine": 0.55}
    return quiet.get(name, 0.9 if name in {"kick", "snare", "clap"} else 0.75)
