"""Words under a tune: about one note a syllable, by splitting long notes and joining short ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tools.demo.melody import Tune
from tools.demo.score import Note

_VOWELS = re.compile(r"[aeiouyáàâãäåæéèêëíìîïóòôõöøœúùûü]+")
SHORTEST = 0.24


@dataclass(frozen=True)
class Words:
    """A verse for every verse of the form, and a chorus; `silent_e` as in English or French."""

    verses: tuple[tuple[str, ...], ...]
    chorus: tuple[str, ...]
    silent_e: bool = False


def syllables(line: str, silent_e: bool) -> int:
    """Roughly how many syllables a line has: its groups of vowels, less the silent e at the end of words."""
    count = 0
    for word in re.findall(r"[^\W\d_]+", line.lower()):
        groups = len(_VOWELS.findall(word))
        if silent_e and groups > 1 and re.search(r"[^aeiouyl]es?$", word):
            groups -= 1
        count += max(groups, 1)
    return count


def fit_words(tune: Tune, lines: tuple[str, ...], silent_e: bool) -> Tune:
    """The tune with every phrase brought close to the syllables of its line, its start and end kept."""
    notes: list[Note] = []
    for index, (start, end) in enumerate(tune.phrases):
        phrase = [note for note in tune.notes if start - 0.2 <= note.start < end - 1e-6]
        wanted = syllables(lines[index], silent_e) if index < len(lines) else len(phrase)
        notes += _fitted(phrase, wanted)
    return replace(tune, notes=tuple(notes))


def _fitted(phrase: list[Note], wanted: int) -> list[Note]:
    notes = list(phrase)
    while len(notes) < wanted:
        lengths = [*(note.length for note in notes[:-1]), notes[-1].length * 0.55]
        place = lengths.index(max(lengths))
        note = notes[place]
        if note.length / 2 < SHORTEST:
            break
        half = replace(note, length=note.length / 2)
        again = replace(half, start=note.start + note.length / 2, velocity=max(1, note.velocity - 5))
        notes[place : place + 1] = [half, again]
    while len(notes) > max(wanted, 2):
        place = min(range(1, len(notes)), key=lambda i: (notes[i].length, i))
        before, note = notes[place - 1], notes[place]
        joined = replace(before, length=note.start + note.length - before.start)
        notes[place - 1 : place + 1] = [joined]
    return notes
