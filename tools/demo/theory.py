"""Keys, chords and voicings.

Pitches are MIDI numbers (60 = middle C), pitch classes 0 to 11 (0 = C), names use sharps only. Chord
qualities carry their MIREX names (mir_eval `chord.py`); roman numerals count from the major scale in every
mode, so that a minor key writes its sixth degree `bVI`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "blues": (0, 2, 4, 5, 7, 9, 10),
}
MINOR_MODES = {"minor", "dorian", "phrygian"}
QUALITIES = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "9": (0, 4, 7, 10, 2),
    "maj9": (0, 4, 7, 11, 2),
    "min9": (0, 3, 7, 10, 2),
}
_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_TOKEN = re.compile(r"^([b#]?)([ivIV]+)(.*)$")
_LOWER = {"": "min", "7": "min7", "9": "min9", "6": "min6", "o": "dim", "o7": "dim7", "h7": "hdim7"}
_UPPER = {"": "maj", "7": "7", "9": "9", "6": "maj6", "+": "aug", "sus4": "sus4", "sus2": "sus2"} | {
    "maj7": "maj7",
    "maj9": "maj9",
}


@dataclass(frozen=True)
class Key:
    """A tonic pitch class and a mode out of SCALES."""

    tonic: int
    mode: str

    @property
    def label(self) -> str:
        """Such as `A minor`; modes count as the major or minor that they sound closest to."""
        return f"{NAMES[self.tonic]} {'minor' if self.mode in MINOR_MODES else 'major'}"

    @property
    def scale(self) -> frozenset[int]:
        return frozenset((self.tonic + step) % 12 for step in SCALES[self.mode])

    def moved(self, semitones: int) -> Key:
        return Key((self.tonic + semitones) % 12, self.mode)


@dataclass(frozen=True)
class Chord:
    """A root pitch class and a MIREX quality."""

    root: int
    quality: str

    @property
    def label(self) -> str:
        return f"{NAMES[self.root]}:{self.quality}"

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    def moved(self, semitones: int) -> Chord:
        return Chord((self.root + semitones) % 12, self.quality)


@dataclass(frozen=True)
class Span:
    """A chord from `start` to `end`, in beats."""

    start: float
    end: float
    chord: Chord


def key_named(name: str) -> Key:
    """`"F# dorian"` as a Key. Raises ValueError for an unknown name."""
    tonic, mode = name.split()
    if mode not in SCALES:
        raise ValueError(f"unknown mode {mode!r}")
    return Key(NAMES.index(tonic), mode)


def roman(token: str, tonic: int) -> Chord:
    """`"bVII7"` over a tonic pitch class. Raises ValueError for what is no roman numeral."""
    match = _TOKEN.match(token)
    if match is None or match[2].lower() not in _DEGREES:
        raise ValueError(f"not a roman numeral: {token!r}")
    shift = {"": 0, "b": -1, "#": 1}[match[1]]
    qualities = _LOWER if match[2].islower() else _UPPER
    if match[3] not in qualities:
        raise ValueError(f"unknown chord ending {match[3]!r} in {token!r}")
    return Chord((tonic + _DEGREES[match[2].lower()] + shift) % 12, qualities[match[3]])


def progression(text: str, tonic: int, bar: float) -> list[Span]:
    """Chord spans for `"I | IV V | I"`: bars of `bar` beats, shared evenly by the chords in them."""
    spans: list[Span] = []
    for index, tokens in enumerate(part.split() for part in text.split("|")):
        width = bar / len(tokens)
        for place, token in enumerate(tokens):
            start = index * bar + place * width
            spans.append(Span(start, start + width, roman(token, tonic)))
    return spans


def chord_scale(chord: Chord, key: Key) -> frozenset[int]:
    """The key's scale, bent to hold the chord: a scale tone beside a foreign chord tone gives way."""
    foreign = set(chord.pitch_classes) - key.scale
    clashing = {(tone + step) % 12 for tone in foreign for step in (-1, 1)} - set(chord.pitch_classes)
    return frozenset((set(key.scale) - clashing) | set(chord.pitch_classes))


def nearest(target: float, pitch_classes: frozenset[int] | Sequence[int], low: int, high: int) -> int:
    """The pitch of those classes in low..high that is closest to `target` (the lower one of two)."""
    allowed = [p for p in range(low, high + 1) if p % 12 in pitch_classes]
    if not allowed:
        raise ValueError(f"no pitch of {sorted(pitch_classes)} between {low} and {high}")
    return min(allowed, key=lambda p: (abs(p - target), p))


def _tones(chord: Chord, size: int) -> tuple[int, ...]:
    """The tones to voice: ninth chords leave the root to the bass, then the fifth goes, then the root."""
    tones = list(chord.pitch_classes)
    if len(tones) > max(size, 4):
        tones.pop(0)
    if len(tones) > size and len(tones) > 3:
        tones.remove(chord.pitch_classes[2])
    if len(tones) > size:
        tones.pop(0)
    return tuple(tones)


def _stacks(tones: tuple[int, ...], low: int, high: int, size: int, spread: bool) -> Iterator[tuple[int, ...]]:
    step = 2 if spread and len(tones) > 2 else 1
    ordered = sorted(tones)
    for first in range(low, high + 1):
        if first % 12 not in tones:
            continue
        stack, place = [first], ordered.index(first % 12)
        while len(stack) < size:
            for _ in range(step):
                place += 1
                pitch = stack[-1] + 1
            pitch += (ordered[place % len(ordered)] - pitch) % 12
            stack.append(pitch)
        if stack[-1] <= high:
            yield tuple(stack)


def power_chord(chord: Chord, low: int) -> tuple[int, ...]:
    """Root, fifth and octave, from the lowest root that `low` allows."""
    root = nearest(low, (chord.root,), low, low + 11)
    fifth = (chord.pitch_classes[2] - chord.root) % 12
    return root, root + fifth, root + 12


@lru_cache(maxsize=100_000)
def voicing(
    chord: Chord,
    before: tuple[int, ...] | None,
    low: int,
    high: int,
    size: int,
    spread: bool = False,
) -> tuple[int, ...]:
    """Rising pitches of the chord in low..high that move least from the voicing `before`.

    Where the range is too narrow for `size` voices, fewer come back; at least one always does.
    """
    centre = (low + high) / 2
    for voices in range(size, 0, -1):
        stacks = list(_stacks(_tones(chord, size), low, high, voices, spread and voices > 2))
        if stacks:
            break
    else:
        raise ValueError(f"{chord.label} has no tone between {low} and {high}")

    def cost(stack: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        drift = abs(sum(stack) / len(stack) - centre) * (0.15 if before else 1.0)
        moved = sum(min(abs(p - q) for q in before) for p in stack) if before else 0.0
        top = 0.5 * abs(stack[-1] - before[-1]) if before else 0.0
        return drift + moved + top, stack

    return min(stacks, key=cost)
