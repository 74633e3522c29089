"""From a style, a key and a seed to a whole piece. All that is random comes from the generator handed in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tools.demo.form import choose_form, harmonies, lay_out, shifts, tempo_of
from tools.demo.melody import Tune, Voice, harmony_below, write_tune
from tools.demo.patterns import DRUMS, Register, bass_line, comp, drum_bars
from tools.demo.score import Note, Part, Piece, Section, SungLine
from tools.demo.singing import Words, fit_words
from tools.demo.styles import PartSpec, Style
from tools.demo.theory import Key, Span, key_named, progression

VERSION = "2"
ENERGY = {"intro": 0.82, "verse": 0.88, "chorus": 1.0, "bridge": 0.86, "solo": 0.95, "outro": 0.8}
ROLE_DB = {"lead": 0.0, "double": -4.0, "harmony": -6.0, "comp": -8.5, "bass": -4.5}
LIFT = {"verse": -2.0, "chorus": 2.5, "bridge": 1.0, "solo": 2.0}
FILLS = {
    "rock": {"snare": "x.xx....", "high_tom": "....xx..", "low_tom": "......xX"},
    "snare": {"snare": "o.oxoxxX"},
    "toms": {"high_tom": "x.x.....", "mid_tom": "....x.x.", "floor_tom": "......xx"},
    "soft": {"rim": "x...x.x."},
    "triplet": {"snare": "x.x...", "mid_tom": "...x..", "floor_tom": "....xX"},
    "clap": {"clap": "....x.xx"},
}


@dataclass(frozen=True)
class Plan:
    """The bones of a piece: the sections with their plain names and the style that fills them."""

    style: Style
    names: tuple[str, ...]
    sections: tuple[Section, ...]
    moved: tuple[int, ...]
    final_bar: float


def compose(
    piece_id: str, style: Style, variant: int, key: str | None, rng: random.Random, words: Words | None = None
) -> Piece:
    """A piece of 60 to 120 s. `variant` picks among the style's harmonies and keys."""
    harmony = style.harmony[variant % len(style.harmony)]
    bpm = float(rng.randint(*style.bpm))
    tonic = (key or style.keys[variant % len(style.keys)]).split()[0]
    home = key_named(f"{tonic} {harmony['mode']}")
    chords = harmonies(style, harmony)
    names = choose_form(rng, style, chords, bpm)
    sections = lay_out(style, names, chords, home)
    final = sections[-1].end - (0 if style.fade_s else style.meter.beats)
    plan = Plan(style, tuple(names), tuple(sections), tuple(shifts(style, names)), final)
    tunes = _tunes(rng, plan, chords, home, sung=words is not None)
    if words:
        for name, lines in (("verse", words.verses[0]), (_refrain(plan), words.chorus)):
            tunes[name] = fit_words(tunes[name], lines, words.silent_e)
    return Piece(
        id=piece_id,
        style=style.name,
        meter=style.meter,
        bpm=bpm,
        bpms=tempo_of(style, names, sections, bpm),
        sections=sections,
        parts=[part for part in (*_parts(plan, tunes), _drums(plan)) if part.notes],
        lines=_lines(plan, tunes, words) if words else [],
        swing=style.swing,
        human_ms=style.human_ms,
        lead_in_s=0.25,
        tail_s=0.5 if style.fade_s else 2.5,
        fade_s=style.fade_s,
        loudness_db=style.loudness_db,
        room=style.room,
        room_s=style.room_s,
    )


def _tunes(rng: random.Random, plan: Plan, chords: dict[str, str], key: Key, sung: bool) -> dict[str, Tune]:
    """A tune for every kind of section, in the home key and from beat 0; songs have none before and after."""
    style = plan.style
    low, high = style.lead
    tunes = {}
    for name in dict.fromkeys(plan.names):
        if name in {"intro", "outro"} and (sung or name == "intro"):
            continue
        cells = style.cells.get(name, style.cells["verse"])
        centre = (low + high) / 2 + LIFT.get(name, 0.0)
        voice = Voice(low, high, centre, (high - low) * 0.36, cells, style.ends, style.grace)
        letters = style.plan.get(name, {"outro": "a"}.get(name, "abac"))
        spans = progression(chords[name], key.tonic, float(style.meter.beats))
        if name == "outro" and not style.fade_s:
            spans = spans[:-1]
        tunes[name] = write_tune(rng, spans, key, style.meter, voice, letters, 88 * ENERGY[name] ** style.dynamics)
    return tunes


def _parts(plan: Plan, tunes: dict[str, Tune]) -> list[Part]:
    parts = []
    for spec in plan.style.parts:
        level = ROLE_DB[spec.role] + spec.level
        part = Part(spec.name, spec.program, spec.pan, level, strum_s=spec.strum_ms / 1000)
        for place, name in enumerate(plan.names):
            if spec.plays(name, place):
                part.notes += _section_notes(plan, spec, place, name, tunes)
        if not plan.style.fade_s and spec.plays("outro", len(plan.names)):
            part.notes += _last_chord(plan, spec)
        part.notes = [_within(note, spec, plan.style) for note in part.notes]
        parts.append(part)
    return parts


def _section_notes(plan: Plan, spec: PartSpec, place: int, name: str, tunes: dict[str, Tune]) -> list[Note]:
    section = plan.sections[place]
    style = plan.style
    bar = float(style.meter.beats)
    chords = _before(section.chords, plan.final_bar)
    growth = 0.95 + 0.09 * place / len(plan.names)
    velocity = 84 * growth * ENERGY[name] ** style.dynamics
    if not chords:
        return []
    if spec.role in {"lead", "harmony", "double"}:
        if name not in tunes:
            return []
        notes = [note.moved(section.start, plan.moved[place]) for note in tunes[name].notes]
        if spec.role == "harmony":
            notes = harmony_below(notes, chords, section.key, spec.low)
        return [note.moved(0, 12 * spec.octave) for note in notes]
    pattern = spec.patterns.get(name, spec.pattern)
    if spec.role == "bass":
        return bass_line(chords, pattern, bar, spec.low, spec.high, velocity)
    register = Register(spec.low, spec.high, spec.voices, spec.spread)
    return comp(chords, pattern, bar, register, velocity * 0.92, spec.sustain)


def _before(chords: Sequence[Span], end: float) -> list[Span]:
    return [span for span in chords if span.start < end - 1e-6]


def _last_chord(plan: Plan, spec: PartSpec) -> list[Note]:
    """The tonic, held through the last bar."""
    chords = [span for span in plan.sections[-1].chords if span.start >= plan.final_bar - 1e-6]
    bar = float(plan.style.meter.beats)
    velocity = 84 * ENERGY["outro"] ** plan.style.dynamics
    if spec.role == "bass":
        return bass_line(chords, "R", bar, spec.low, spec.high, velocity)
    if spec.role == "comp":
        register = Register(spec.low, spec.high, spec.voices, spec.spread)
        single = "" if spec.sustain else "".join(sorted(set(spec.pattern) & set("0123456789")))
        return comp(chords, single[:1] or "x", bar, register, velocity, False)
    return []


def _within(note: Note, spec: PartSpec, style: Style) -> Note:
    """Folds a note that a modulation pushed out of the part's range back by an octave."""
    low, high = (spec.low, spec.high + 12) if spec.role in {"comp", "bass"} else (style.lead[0] - 14, style.lead[1] + 5)
    shift = 12 * spec.octave if spec.role not in {"comp", "bass"} else 0
    if spec.role == "comp":
        high = 108
    pitch = note.pitch
    while pitch > high + shift:
        pitch -= 12
    while pitch < low - 3 + shift:
        pitch += 12
    return Note(note.start, note.length, pitch, max(1, min(127, note.velocity)))


def _drums(plan: Plan) -> Part:
    """The groove of every section, a fill before the next one, a crash on the chorus."""
    style = plan.style
    part = Part("drums", style.kit, 0.0, style.drums_level, drums=True)
    bar = float(style.meter.beats)
    for place, (name, section) in enumerate(zip(plan.names, plan.sections, strict=True)):
        rows = style.drums.get(name, style.drums.get("all", {}))
        if not rows or (place < style.drums_enter and name != "outro"):
            continue
        velocity = 96 * ENERGY[name] ** style.dynamics
        end = min(section.end, plan.final_bar)
        notes = drum_bars(rows, bar, section.start, end, velocity)
        if style.fill and name != "outro":
            fill_from = section.end - min(2.0, bar)
            notes = [note for note in notes if note.start < fill_from - 1e-6 or note.pitch in {DRUMS["kick"]}]
            notes += drum_bars(FILLS[style.fill], section.end - fill_from, fill_from, section.end, velocity * 0.95)
            if name == "chorus" and style.fill in {"rock", "snare", "toms", "triplet"}:
                notes.append(Note(section.start, 1.0, DRUMS["crash"], round(velocity * 0.8)))
        part.notes += notes
    if part.notes and not style.fade_s:
        for drum in ("kick", "crash") if style.fill not in {"", "soft", "clap"} else ("kick",):
            part.notes.append(Note(plan.final_bar, 1.0, DRUMS[drum], 84))
    return part


def _refrain(plan: Plan) -> str:
    return "chorus" if "chorus" in plan.names else "bridge"


def _lines(plan: Plan, tunes: dict[str, Tune], words: Words) -> list[SungLine]:
    """The words on the phrases of the tunes; a further verse begins with the first words again."""
    lines: list[SungLine] = []
    verse = 0
    for name, section in zip(plan.names, plan.sections, strict=True):
        text = words.chorus if name == _refrain(plan) else ()
        if name == "verse":
            text = words.verses[verse % len(words.verses)]
            verse += 1
        phrases = tunes[name].phrases if name in tunes else ()
        for (start, end), line in zip(phrases, text, strict=False):
            lines.append(SungLine(section.start + start, section.start + end, line))
    return lines
