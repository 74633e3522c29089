"""What can be asked of a track: its tempo, key, year, artist, and how each is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assistant.embedded.measured import sure_bpm
from index.profile import clock

Card = dict[str, Any]


@dataclass(frozen=True)
class Property:
    """What a track has: the words that ask for it, its value in words (empty where it is not known), and how a value is said of several."""

    words: str
    name: str
    value: Callable[[Card], str]
    said: str


def _in_words(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _of_sound(name: str) -> Callable[[Card], str]:
    return lambda card: _in_words((card.get("measured") or {}).get(name))


def _figure(name: str, said: str) -> Callable[[Card], str]:
    def value(card: Card) -> str:
        known = (card.get("measured") or {}).get(name)
        return "" if known is None else said.format(known)

    return value


def _declared(name: str) -> Callable[[Card], str]:
    return lambda card: _in_words(card.get(name))


def _tempo(card: Card) -> str:
    bpm = sure_bpm(card.get("measured") or {})
    return f"{bpm:.0f} BPM" if bpm else ""


PROPERTIES = (
    Property(r"tempos?|tempi|bpms?|speeds?|how fast", "tempo", _tempo, "at {}"),
    Property(r"keys?|tonalit(?:y|ies)", "key", _of_sound("key"), "in {}"),
    Property(r"met(?:er|re)s?|time signatures?", "meter", _of_sound("meter"), "in {}"),
    Property(r"lengths?|durations?|running times?|how long", "length", lambda c: clock(c["duration_s"]) if c.get("duration_s") else "", "{} long"),
    Property(r"years?|dates?|release dates?|how old|when", "year", _declared("year"), "from {}"),
    Property(r"artists?|bands?|singers?|performers?|composers?|who|any(?:one|body)", "artist", _declared("artists"), "by {}"),
    Property(r"titles?|names?|called", "title", _declared("title"), "called {}"),
    Property(r"albums?|records?", "album", _declared("album"), "on {}"),
    Property(r"genres?|styles?", "genre", _declared("genres"), "{}"),
    Property(r"moods?", "mood", _declared("moods"), "{}"),
    Property(r"instruments?|instrumentations?|line-?ups?", "instruments", _declared("instruments"), "with {}"),
    Property(r"languages?", "language", _declared("language"), "in {}"),
    Property(r"progressions?", "progressions", _of_sound("progressions"), "with {}"),
    Property(r"chords?|harmon(?:y|ies)", "chords", _of_sound("chords"), "with {}"),
    Property(r"forms?|structures?|sections?", "form", _of_sound("sections"), "with {}"),
    Property(r"energ(?:y|ies)", "energy", _figure("energy", "{:.2f} of 1"), "at {}"),
    Property(r"loudness", "loudness", _figure("loudness_lufs", "{:.1f} LUFS"), "at {}"),
)  # fmt: skip


def named(name: str) -> Property:
    """The property of a name; raises KeyError."""
    return {p.name: p for p in PROPERTIES}[name]
