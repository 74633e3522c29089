"""One of each: "one from each decade", "a different artist each", "no two in the same key", "one each from the 70s, 80s and 90s"."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import Constrained, matches
from assistant.embedded.decades import DECADE
from index.query import Each
from index.words import fold

_EACH: dict[str, Each] = {
    "decade": "decade", "era": "decade", "year": "year", "artist": "artist", "band": "artist", "singer": "artist", "composer": "artist", "performer": "artist", "album": "album", "record": "album",
    "genre": "genre", "style": "genre", "kind of music": "genre", "language": "language", "key": "key", "meter": "meter", "time signature": "meter",
}  # fmt: skip
_WHAT = rf"({'|'.join(_EACH)})"
_ONE = r"(?:(?:just |only )?(?:one|a|an)\b(?: (?:song|track|piece|tune))?|songs|tracks)"
_NO_TWO = (
    rf"\b(?:no|never the same|not the same) {_WHAT} (?:twice|more than once|(?:comes |appears |shows up )?again)\b|\b(?:each|every|any|one) {_WHAT} (?:only|just|at most|no more than) once\b|\bno (?:repeat(?:s|ed|ing)?|duplicates?|doubles|double)(?: of| in)? (?:the )?{_WHAT}s?\b|\bno {_WHAT} repeat(?:s|ed|ing)\b",
    rf"\b(?:all (?:by|from) )?different {_WHAT}s(?: each| only| please)?\W*$",
    rf"\b(?:no two|not two|never two)(?: of them| tracks| songs)? (?:from|by|in|on) the same {_WHAT}\b",
    rf"\b(?:each|every one|all)(?: of them| one)? (?:from|by|in|on) (?:an?other|a different|different) {_WHAT}s?\b",
)
_FORMS = (
    *_NO_TWO,
    rf"\b{_ONE} (?:from|of|for|by|in|on|out of)(?: each| every| any)(?: of the| single| different)? {_WHAT}s?\b|\b{_ONE} per {_WHAT}\b",
    rf"\b{_ONE} (?:from|of|by|in|on)(?: a)? different {_WHAT}s\b",
    rf"\ban?(?:other)? (?:different )?{_WHAT} (?:each|every) time\b|\ba different {_WHAT} (?:each|for each)\b",
)
# "one each by Ada and Bo", "one by each of Ada and Bo", "one each from the 70s and 80s"
_OF_NAMED = rf"\b(?:one|a)(?: song| track)? (?:each (?=by\b|from\b)|(?:by|from) each of (?:the )?(?={DECADE}|[A-ZÀ-Þ]))"


def parse_each(text: str) -> list[Constrained]:
    """What there is to be one of each of."""

    def made(m: re.Match[str]) -> dict[str, Any] | None:
        said = next((v for v in m.groups() if v and fold(v) in _EACH), "")
        return _fields(_EACH[fold(said)]) if said else None

    def of_named(m: re.Match[str]) -> dict[str, Any] | None:
        return _fields(
            "decade" if re.match(rf"(?:from )?(?:the )?{DECADE}", text[m.end() :], re.IGNORECASE) else "artist"
        )

    found = [each for form in _FORMS for each in matches(form, text, made)]
    return found or matches(_OF_NAMED, text, of_named)


def keeps_apart(text: str) -> bool:
    """Whether no two tracks of a list may share something, however many there are: "no artist twice"."""
    return any(re.search(form, text, re.IGNORECASE) for form in _NO_TWO)


def _fields(each: Each) -> dict[str, Any]:
    return {"each": each, **({"order": "oldest first"} if each in {"decade", "year"} else {})}
