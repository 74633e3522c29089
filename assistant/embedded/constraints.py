"""Hard constraints in a request: tempo, key, meter, years, length, language, number of tracks, AI.

Each parser looks for one thing and returns fields of a `Query` with the words they came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from index.words import fold


@dataclass(frozen=True)
class Constrained:
    """Query fields and the words that state them, at [start, end) of the text."""

    fields: dict[str, Any]
    start: int
    end: int
    words: str


_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "a couple of": 2,
    "fifteen": 15,
    "twenty": 20,
}
_DECADES = {
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
}
LANGUAGES = {
    "english": "English", "german": "German", "deutsch": "German", "french": "French", "francais": "French", "spanish": "Spanish", "espanol": "Spanish", "portuguese": "Portuguese", "italian": "Italian",
    "swedish": "Swedish", "norwegian": "Norwegian", "danish": "Danish", "dutch": "Dutch", "polish": "Polish", "russian": "Russian", "japanese": "Japanese", "korean": "Korean", "chinese": "Chinese",
    "arabic": "Arabic", "hindi": "Hindi", "turkish": "Turkish", "greek": "Greek", "finnish": "Finnish", "czech": "Czech", "hungarian": "Hungarian", "catalan": "Catalan", "welsh": "Welsh", "irish": "Irish",
}  # fmt: skip
_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_LOW, _HIGH = (
    r"(?:at least|min(?:imum)?|over|above|more than|faster than|from|>=?)",
    r"(?:at most|max(?:imum)?|under|below|less than|slower than|up to|no more than|<=?)",
)


def parse_constraints(text: str) -> list[Constrained]:
    """All constraints of a text, in order; where two claim the same words, the first parser wins."""
    found: list[Constrained] = []
    for parser in _PARSERS:
        for item in parser(text):
            if not any(item.start < other.end and other.start < item.end for other in found):
                found.append(item)
    return sorted(found, key=lambda c: c.start)


def _matches(pattern: str, text: str, make: Callable[[re.Match[str]], dict[str, Any] | None]) -> list[Constrained]:
    made = ((m, make(m)) for m in re.finditer(pattern, text, re.IGNORECASE))
    return [Constrained(fields, m.start(), m.end(), m.group().strip()) for m, fields in made if fields]


def _tempo(text: str) -> list[Constrained]:
    def bpm(value: str) -> float | None:
        number = float(value)
        return number if 20 <= number <= 400 else None

    def between(m: re.Match[str]) -> dict[str, Any] | None:
        low, high = sorted((float(m[1]), float(m[2])))
        return {"tempo_min": low, "tempo_max": high} if low >= 20 and high <= 400 else None

    def around(m: re.Match[str]) -> dict[str, Any] | None:
        value = bpm(m[1])
        return {"tempo_min": round(value * 0.95, 1), "tempo_max": round(value * 1.05, 1)} if value else None

    return [
        *_matches(r"(?:between\s+)?(\d{2,3})\s*(?:-|–|to|and)\s*(\d{2,3})\s*(?:bpm|beats per minute)", text, between),
        *_matches(
            _HIGH + r"\s*(\d{2,3})\s*(?:bpm|beats per minute)",
            text,
            lambda m: {"tempo_max": bpm(m[1])} if bpm(m[1]) else None,
        ),
        *_matches(
            _LOW + r"\s*(\d{2,3})\s*(?:bpm|beats per minute)",
            text,
            lambda m: {"tempo_min": bpm(m[1])} if bpm(m[1]) else None,
        ),
        *_matches(r"(?:around|about|near|at|roughly|circa|~)?\s*(\d{2,3})\s*(?:bpm|beats per minute)", text, around),
    ]


def _key(text: str) -> list[Constrained]:
    def tonic(m: re.Match[str]) -> dict[str, Any] | None:
        if m[1] == "a" and re.match(r"\s*(?:key|mode|tonality)\b", text[m.end() :]):
            return None  # "in a minor key" names no tonic
        accidental = fold(m[2] or "").strip(" -")
        shift = 1 if accidental in {"#", "sharp", "♯"} else -1 if accidental in {"b", "flat", "♭"} else 0
        name = _NAMES[(_TONICS[m[1].upper()] + shift) % 12]
        return {"key": name, **({"mode": fold(m[3])} if m[3] else {})}

    accidental = r"(\s?#|♯|♭|b(?=\s)|[\s-]sharp|[\s-]flat)?"
    return [
        *_matches(r"\b(?:in (?:the key of )?)?([A-G])" + accidental + r"[\s-](major|minor)\b", text, tonic),
        *_matches(r"\bin (?:the )?key of ([A-Ga-g])" + accidental + r"(?:\s(major|minor))?(?!\w)", text, tonic),
        *_matches(
            r"\b(?:in a |in |a )?(major|minor)(?: key| mode| tonality|\b(?=\s*(?:please|only|$|[.,!?])))",
            text,
            lambda m: {"mode": m[1].lower()},
        ),
    ]


def _meter(text: str) -> list[Constrained]:
    odd = r"\b(?:waltz time|three[- ]four)\b"
    return [
        *_matches(
            r"\b(?:in )?(2/4|3/4|4/4|5/4|6/8|7/8|9/8|12/8|7/4)(?: time| meter)?\b",
            text,
            lambda m: {"meter": m[1]},
        ),
        *_matches(odd, text, lambda _: {"meter": "3/4"}),
    ]


def _years(text: str) -> list[Constrained]:
    year = r"((?:18|19|20)\d{2})"

    def decade(m: re.Match[str]) -> dict[str, Any]:
        digits = m["digits"]
        start = int(digits) if len(digits) == 4 else (1900 if int(digits) >= 30 else 2000) + int(digits)
        return _part_of_decade(start, m["part"])

    part = r"(?:(?P<part>early|mid|late)[\s-]+)?"
    return [
        *_matches(
            r"\b(?:between|from)\s+" + year + r"\s*(?:and|to|-|–)\s*" + year,
            text,
            lambda m: {"year_min": min(int(m[1]), int(m[2])), "year_max": max(int(m[1]), int(m[2]))},
        ),
        *_matches(r"\b(?:before|older than|prior to)\s+" + year + r"\b", text, lambda m: {"year_max": int(m[1]) - 1}),
        *_matches(r"\b(?:after|newer than)\s+" + year + r"\b", text, lambda m: {"year_min": int(m[1]) + 1}),
        *_matches(r"\bsince\s+" + year + r"\b", text, lambda m: {"year_min": int(m[1])}),
        *_matches(
            r"\b(?:from |in |of )?(?:the )?" + part + r"(?P<digits>(?:19|20)\d0|[2-9]0|00|10)\s?['’]?s\b",
            text,
            decade,
        ),
        *_matches(
            r"\b(?:from |in )?(?:the )?" + part + r"(?P<word>" + "|".join(_DECADES) + r")\b",
            text,
            lambda m: _part_of_decade(_DECADES[m["word"].lower()], m["part"]),
        ),
        *_matches(
            r"\b(?:from|in|year)\s+" + year + r"\b(?!\s*(?:bpm|hz))",
            text,
            lambda m: {"year_min": int(m[1]), "year_max": int(m[1])},
        ),
    ]


def _part_of_decade(start: int, part: str | None) -> dict[str, Any]:
    first, last = {"early": (0, 3), "mid": (3, 7), "late": (6, 9)}.get(fold(part or ""), (0, 9))
    return {"year_min": start + first, "year_max": start + last}


def _length(text: str) -> list[Constrained]:
    unit = r"\s*(minutes?|mins?|seconds?|secs?)\b"

    def seconds(value: str, name: str) -> float:
        return float(value) * (60 if name.lower().startswith("m") else 1)

    number = r"\s*(\d+(?:\.\d+)?)"
    low, high = (
        r"(?:at least|over|more than|longer than|above)",
        r"(?:at most|under|less than|shorter than|below|up to|no more than|no longer than)",
    )
    return [
        *_matches(high + number + unit, text, lambda m: {"duration_max_s": seconds(m[1], m[2])}),
        *_matches(low + number + unit, text, lambda m: {"duration_min_s": seconds(m[1], m[2])}),
    ]


def _language(text: str) -> list[Constrained]:
    names = "|".join(LANGUAGES)
    return [
        *_matches(rf"\b(?:sung in|sings? in|singing in|lyrics in|words in|in|auf|en)\s+({names})\b", fold(text), lambda m: {"language": LANGUAGES[m[1]]}),
        *_matches(rf"\b({names})[\s-](?:lyrics|language|words|vocals|singing|speaking)\b", fold(text), lambda m: {"language": LANGUAGES[m[1]]}),
    ] if len(fold(text)) == len(text) else []  # fmt: skip


def _count(text: str) -> list[Constrained]:
    number = r"(\d{1,2}|" + "|".join(_NUMBERS) + r")"
    noun = r"(?:more |other |different |new |good )?(?:songs?|tracks?|tunes?|pieces?|suggestions?|results?|recommendations?|more\b|others\b)"

    def count(m: re.Match[str]) -> dict[str, Any] | None:
        value = int(m[1]) if m[1].isdigit() else _NUMBERS[fold(m[1])]
        return {"count": value} if 1 <= value <= 20 else None

    return [
        *_matches(r"\b" + number + r"\s+(?:[a-z-]+\s+){0,2}?" + noun, text, count),
        *_matches(r"\b(?:give|show|find|play|send) me " + number + r"\b", text, count),
    ]


def _ai(text: str) -> list[Constrained]:
    return [
        *_matches(
            r"\bonly (?:ai|a\.i\.)\b|\b(?:ai|a\.i\.)[- ](?:only|made|generated|music|tracks|songs)\b(?! (?:is|are) (?:out|banned))",
            text,
            lambda m: None if _denied(text, m.start()) else {"only_ai": True, "include_ai": True},
        ),
        *_matches(
            r"\b(?:include|including|allow|with) (?:ai|a\.i\.)\b|\bai (?:is|are) (?:ok|okay|fine|welcome)\b",
            text,
            lambda m: {"include_ai": True},
        ),
        *_matches(
            r"\b(?:no|without|exclude|not) (?:ai|a\.i\.)\b|\bhuman[- ]made\b|\bmade by (?:humans|people)\b",
            text,
            lambda m: {"include_ai": False, "only_ai": False},
        ),
    ]


def _denied(text: str, at: int) -> bool:
    return bool(re.search(r"\b(?:no|not|without|exclude|include|including|allow)\s*$", text[:at], re.IGNORECASE))


def _fresh(text: str) -> list[Constrained]:
    words = r"\b(?:haven['’]?t heard|havent heard|not heard|something new to me|new to me|different ones|other ones|something different|others?\b(?=\s*(?:please|$|[.!?]))|some more|more like (?:this|that|these|those)|(?:one|two|three|few|\d+) more|surprise me|anything else|what else|show me more|keep going|next)"
    return _matches(words, text, lambda m: {"fresh": True})


_PARSERS = (_tempo, _key, _meter, _years, _length, _language, _ai, _count, _fresh)
