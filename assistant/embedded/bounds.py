"""Constraints as they stand in a text, and the grammar of bounds: "over 110", "nothing over 110", "110 or less"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Constrained:
    """Query fields and the words that state them, at [start, end) of the text."""

    fields: dict[str, Any]
    start: int
    end: int
    words: str


NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "a couple of": 2, "fifteen": 15, "twenty": 20}  # fmt: skip
# numbers in German, French, Spanish, Italian, Portuguese and Swedish
NUMBERS_ABROAD = {
    "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "due": 2, "tre": 3, "quattro": 4, "cinque": 5,
    "dois": 2, "duas": 2, "três": 3, "quatro": 4, "två": 2, "fyra": 4, "fem": 5,
}  # fmt: skip
# between values of which each will do
JOINT = r"(?:,\s*(?:or\s+)?|\s+(?:or|oder|ou|o|eller|and|und|et|y|e)\s+|\s*/\s*)"

# "nothing over 110": the negation turns the bound round
NOT = r"(?P<no>\b(?:no|not|nothing|never|none|don['’]?t (?:go|be|get)|(?:don['’]?t|do not) (?:want|like|need) (?:any(?:thing)?|stuff|music|songs?|tracks?)(?: from)?|avoid(?: anything| going)?|(?:skip|leave out) (?:anything|everything))\s+(?:(?:that['’]?s|that is|be|go|too)\s+)?)?"
_OVER = r"\b(?:at least|min(?:imum)?(?: of)?|over|above|more than|(?:fast|quick|long|high)er than|upwards of|exceed(?:ing|s)?|>=?)"
_UNDER = r"\b(?:at most|max(?:imum)?(?: of)?|under|below|less than|(?:slow|short|low)er than|up to|<=?)"
_UPWARDS, _DOWNWARDS = (
    r"\s*(?:\+|(?:or|and) (?:more|over|above|up|faster|longer|higher)\b)",
    r"\s*(?:(?:or|and) (?:less|under|below|down|slower|shorter|lower)|max(?:imum)?|tops|at (?:the )?most)\b",
)

# a negation right before what it rules out: "not in", "nothing from the", "leave out"
RULED_OUT = re.compile(
    r"\b(?:no|not|none|nothing|never|without|except|excluding|minus|skip|avoid|leave out|other than|(?:any|every|all)\w*(?: \w+)? but|(?:is|are|was|were)n['’]?t"
    r"|nicht|keine?|nichts|ohne|ausser|außer|pas|rien|sans|sauf|nada|excepto|sin|niente|senza|sem|inte|inget|utan)\s*"
    r"(?:(?:music|musik|musique|m[uú]sica|anything|songs?|tracks?|stuff) )?(?:from |in |of |de |aus )?(?:an? |the )?$",
    re.IGNORECASE,
)


def matches(pattern: str, text: str, make: Callable[[re.Match[str]], dict[str, Any] | None]) -> list[Constrained]:
    """Every match of a pattern for which `make` finds fields."""
    made = ((m, make(m)) for m in re.finditer(pattern, text, re.IGNORECASE))
    return [Constrained(fields, m.start(), m.end(), m.group().strip()) for m, fields in made if fields]


def bounds(
    text: str, value: str, low: str, high: str, read: Callable[[re.Match[str]], float | None], before: str = ""
) -> list[Constrained]:
    """ "at least VALUE", "nothing over VALUE", "VALUE or less" as a bound from below (`low`) or above (`high`)."""

    def bound(name: str, negated: str) -> Callable[[re.Match[str]], dict[str, Any] | None]:
        def make(m: re.Match[str]) -> dict[str, Any] | None:
            number = read(m)
            return None if number is None else {negated if m.groupdict().get("no") else name: number}

        return make

    return [
        *matches(before + NOT + _UNDER + r"\s*" + value, text, bound(high, low)),
        *matches(before + NOT + _OVER + r"\s*" + value, text, bound(low, high)),
        *matches(before + value + _UPWARDS, text, bound(low, high)),
        *matches(before + value + _DOWNWARDS, text, bound(high, low)),
    ]
