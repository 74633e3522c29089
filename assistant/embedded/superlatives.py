"""The most of something in the whole catalogue: "the fastest track you have", "your oldest waltz"."""

from __future__ import annotations

import re

from assistant.embedded.bounds import Constrained
from index.query import Superlative

_WORDS: dict[str, Superlative] = {
    "fastest": "fastest", "quickest": "fastest", "slowest": "slowest", "oldest": "oldest", "earliest": "oldest", "newest": "newest", "latest": "newest",
    "most recent": "newest", "longest": "longest", "shortest": "shortest", "loudest": "loudest", "quietest": "quietest", "softest": "quietest",
    "most energetic": "most energetic", "wildest": "most energetic", "calmest": "calmest", "most relaxed": "calmest", "brightest": "brightest", "darkest": "darkest",
    "schnellste": "fastest", "langsamste": "slowest", "älteste": "oldest", "neueste": "newest", "längste": "longest", "kürzeste": "shortest", "lauteste": "loudest", "leiseste": "quietest", "ruhigste": "calmest",
    "le plus rapide": "fastest", "le plus lent": "slowest", "le plus ancien": "oldest", "le plus récent": "newest", "le plus long": "longest", "le plus court": "shortest", "le plus calme": "calmest",
}  # fmt: skip
_MOST = re.compile(rf"\b(?P<most>{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?:[nrsm]\b|\b)(?!\s+(?:first|moment|part|place|point|section|spot|bit|passage|intro|outro|chorus|verse|bridge|solo|ending))", re.IGNORECASE)  # fmt: skip
_BARE = re.compile(r"^\W*(?:(?:and|now|ok|what about|how about|then)\W+)*(?:the )?(?:most \w+|\w+)(?: (?:one|track|song))?\W*$", re.IGNORECASE)  # fmt: skip
_HERE = re.compile(r"\b(?:of|among|between|von|parmi) (?:these|those|them|the (?:two|three|four|five|last)|diesen|ceux)\b|\b(?:these|those|them) (?:is|are)\b|\bT\d+\b", re.IGNORECASE)  # fmt: skip
_ALL = re.compile(r"^\W*(?:and )?(?:the )?\w+est (?:songs|tracks)\W*$|\b(?:her|his|their|by (?:her|him|them)|you(?:'ve| have)? (?:have|got)|do you have|have you got|your|in (?:the|this|your) (?:catalogue?|collection|library|archive)|of all|overall|there is|hast du|ihr habt|im katalog|tu as|vous avez|du catalogue)\b", re.IGNORECASE)  # fmt: skip


def parse_superlative(text: str, shown: bool, once_more: bool = False) -> list[Constrained]:
    """The superlative of a request about all there is; with tracks on the screen it has to say so ("you have", "her
    newest"), or they are meant, but for "and the shortest?" when another superlative was asked for before (`once_more`)."""
    found = _MOST.search(text)
    if not found or _HERE.search(text) or (shown and not (_ALL.search(text) or (once_more and again(text)))):
        return []
    fields = {"most": _WORDS[found["most"].lower()]}
    return [Constrained(fields, found.start(), found.end(), found.group())]


_OF_A_MOOD = re.compile(r"^\W*(?:(?:and|so|ok|but|now)\W+)*(?:what(?:['’]?s| is| are)|which(?: one)? (?:is|are)|play|show(?: me)?)? ?(?:the|your) (?:most \w+|\w+est)\b(?! (?:one )?of\b)", re.IGNORECASE)  # fmt: skip


def is_superlative(text: str) -> bool:
    """ "What's the saddest song you have?", "and the happiest?": also of what is not measured."""
    return bool(_OF_A_MOOD.search(text))


def again(text: str) -> bool:
    """ "And the shortest?": of what the superlative before it was asked of."""
    return bool(_BARE.match(text))
