"""Tunes: rhythm cells make motifs, motifs make phrases, and a contour leads every phrase to its cadence.

Strong and long notes are chord tones close to the contour; the notes between them walk the chord's scale.
Phrases with the same letter share rhythm and contour, so that they answer each other over new chords.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tools.demo.patterns import Hit, chord_at, hits
from tools.demo.score import Meter, Note
from tools.demo.theory import Key, Span, chord_scale, nearest

CONTOURS = (
    (0.0, 0.5, 1.0, 0.2),
    (-0.4, 0.3, 0.6, -0.5),
    (0.8, 0.4, 0.0, -0.6),
    (-0.6, 0.0, 0.5, 0.8),
    (0.2, 0.9, 0.3, -0.2),
    (0.6, -0.2, 0.5, -0.1),
)


@dataclass(frozen=True)
class Voice:
    """What a singer or player is given: range, centre of the section, rhythms and how far the tune roams."""

    low: int
    high: int
    centre: float
    reach: float
    cells: tuple[str, ...]
    ends: tuple[str, ...]
    grace: float = 0.0


@dataclass(frozen=True)
class Tune:
    """Notes in beats and, for every phrase, where it starts and ends."""

    notes: tuple[Note, ...]
    phrases: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Motif:
    rhythm: tuple[Hit, ...]
    contour: tuple[float, ...]
    turn: float


def write_tune(
    rng: random.Random,
    chords: Sequence[Span],
    key: Key,
    meter: Meter,
    voice: Voice,
    plan: str,
    velocity: float,
) -> Tune:
    """A tune over the chords (which start at beat 0), its length shared evenly by the plan's phrases."""
    bars = round(chords[-1].end / meter.beats)
    plan = plan if bars % len(plan) == 0 else plan[: max(1, bars // 2)]
    per_phrase = max(1, bars // len(plan))
    letters = sorted(set(plan))
    contours = rng.sample(CONTOURS, len(letters))
    motifs = {
        letter: _motif(rng, meter, voice, per_phrase, contour)
        for letter, contour in zip(letters, contours, strict=True)
    }
    notes: list[Note] = []
    phrases = []
    for index, letter in enumerate(plan):
        start = index * per_phrase * meter.beats
        cadence = rng.choice(voice.ends)
        rhythm = _ended(motifs[letter].rhythm, cadence, meter, per_phrase)
        last = index == len(plan) - 1
        motif = replace(motifs[letter], rhythm=rhythm)
        new = _phrase(motif, float(start), chords, key, meter, voice, velocity, last, notes[-1] if notes else None)
        phrases.append((new[0].start, new[-1].start + new[-1].length))
        notes += new
    return Tune(tuple(_graced(rng, notes, chords, key, voice)), tuple(phrases))


def _motif(rng: random.Random, meter: Meter, voice: Voice, bars: int, contour: tuple[float, ...]) -> _Motif:
    cells = rng.sample(voice.cells, 2) if len(voice.cells) > 1 else [*voice.cells, *voice.cells]
    order = (0, 1) if bars <= 2 else (0, 1, 0, 1)
    rhythm = [
        Hit(bar * meter.beats + hit.start, hit.length, hit.symbol)
        for bar in range(bars)
        for hit in hits(cells[order[bar % len(order)]], meter.beats)
    ]
    return _Motif(tuple(rhythm), contour, rng.choice((2.0, -2.0, 3.5, -3.5)))


def _ended(rhythm: tuple[Hit, ...], cadence: str, meter: Meter, bars: int) -> tuple[Hit, ...]:
    """The rhythm with its last bar replaced by a cadence."""
    start = (bars - 1) * meter.beats
    end = tuple(Hit(start + hit.start, hit.length, hit.symbol) for hit in hits(cadence, meter.beats))
    return tuple(hit for hit in rhythm if hit.start < start - 1e-6) + end


def _contour_at(contour: tuple[float, ...], place: float) -> float:
    spot = min(place, 0.999) * (len(contour) - 1)
    index = int(spot)
    return contour[index] + (contour[index + 1] - contour[index]) * (spot - index)


def _phrase(
    motif: _Motif,
    start: float,
    chords: Sequence[Span],
    key: Key,
    meter: Meter,
    voice: Voice,
    velocity: float,
    closes: bool,
    before: Note | None,
) -> list[Note]:
    total = motif.rhythm[-1].start + motif.rhythm[-1].length
    pitches = _anchors(motif, start, chords, key, meter, voice, closes, before)
    _fill(pitches, motif, start, chords, key, voice)
    notes = []
    for hit, pitch in zip(motif.rhythm, pitches, strict=True):
        assert pitch is not None
        arch = 6.0 * (1 - abs(2 * hit.start / total - 1)) + (5 if is_strong(hit.start, meter) else 0) - 3
        loud = max(1, min(127, round(velocity + arch + (6 if hit.symbol == "X" else 0))))
        notes.append(Note(start + hit.start, hit.length * 0.96, pitch, loud))
    return notes


def is_strong(beat: float, meter: Meter) -> bool:
    """Whether a beat falls on a strong pulse of the bar."""
    return any(abs(beat % meter.beats - strong) < 1e-6 for strong in meter.strong)


def _anchors(
    motif: _Motif,
    start: float,
    chords: Sequence[Span],
    key: Key,
    meter: Meter,
    voice: Voice,
    closes: bool,
    before: Note | None,
) -> list[int | None]:
    """Chord tones for the strong, long, first and last notes; None for those between."""
    rhythm = motif.rhythm
    total = rhythm[-1].start + rhythm[-1].length
    previous = before.pitch if before else None
    repeats = 0
    out: list[int | None] = []
    for index, hit in enumerate(rhythm):
        last = index == len(rhythm) - 1
        if not (is_strong(hit.start, meter) or hit.length >= 1.5 or index == 0 or last):
            out.append(None)
            continue
        chord = chord_at(chords, start + hit.start).chord
        target = voice.centre + voice.reach * _contour_at(motif.contour, hit.start / total)
        tones: Sequence[int] = chord.pitch_classes[:4]
        if last and closes and key.tonic in tones:
            tones = (key.tonic,)
        if previous is not None:
            target = 0.85 * target + 0.15 * previous
        pitch = nearest(target, tones, voice.low, voice.high)
        if pitch == previous and repeats >= 1 and not last and len(tones) > 1:
            pitch = nearest(target, [tone for tone in tones if tone != pitch % 12], voice.low, voice.high)
        repeats = repeats + 1 if pitch == previous else 0
        previous = pitch
        out.append(pitch)
    return out


def _fill(
    pitches: list[int | None], motif: _Motif, start: float, chords: Sequence[Span], key: Key, voice: Voice
) -> None:
    """Passing notes between anchors, a turn around equal ones; in place."""
    rhythm = motif.rhythm
    index = 0
    while index < len(pitches) - 1:
        after = next(place for place in range(index + 1, len(pitches)) if pitches[place] is not None)
        left, right = pitches[index], pitches[after]
        assert left is not None and right is not None
        for step in range(1, after - index):
            chord = chord_at(chords, start + rhythm[index + step].start).chord
            target = left + (right - left) * step / (after - index)
            if abs(right - left) <= 2:
                target = left + (2.0 if (step % 2) == (left % 2) else -2.0) * (step % 2) + (right - left) * 0.4
            pitches[index + step] = nearest(target, chord_scale(chord, key), voice.low, voice.high)
        index = after


def _graced(rng: random.Random, notes: list[Note], chords: Sequence[Span], key: Key, voice: Voice) -> list[Note]:
    """The notes with a short one from above before some of them."""
    if not voice.grace:
        return notes
    out: list[Note] = []
    for note in notes:
        room = not out or out[-1].start + 0.3 < note.start
        if note.start > 0.5 and room and rng.random() < voice.grace:
            above = chord_scale(chord_at(chords, note.start).chord, key) - {note.pitch % 12}
            pitch = nearest(note.pitch + 1.6, above, note.pitch - 3, voice.high + 3)
            out.append(Note(note.start - 0.11, 0.1, pitch, max(1, note.velocity - 14)))
        out.append(note)
    return out


def harmony_below(notes: Sequence[Note], chords: Sequence[Span], key: Key, low: int) -> list[Note]:
    """A second voice about a third below: chord tones under chord tones, scale tones under the rest."""
    out = []
    for note in notes:
        chord = chord_at(chords, note.start).chord
        tones = frozenset(chord.pitch_classes)
        pool = tones if note.pitch % 12 in tones else chord_scale(chord, key)
        bottom = min(low, note.pitch - 12)
        out.append(
            Note(
                note.start,
                note.length,
                nearest(note.pitch - 3.6, pool, bottom, note.pitch - 2),
                max(1, note.velocity - 12),
            )
        )
    return out
