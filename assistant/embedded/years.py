"""Years in a request: before, after, between, since, and lately; decades are their own (`decades`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from assistant.embedded.bounds import NOT, NUMBERS, Constrained, matches
from assistant.embedded.decades import parse_decades

_YEAR = r"((?:18|19|20)\d{2})"
_SHORT = r"((?:18|19|20)\d{2}|['’]\d{2}|[3-9]\d(?!\s*(?:bpm|beats|min|sec|hour|year|jahr|ans|años|anni|anos|år|song|track|%|\d|['’]?s\b)))"  # "nothing after 95"
_BEFORE = r"before|older than|earlier than|prior to|vor|avant|antes de|prima del|före|innan"
_AFTER = r"after|newer than|later than|nach|apr[eè]s|despu[eé]s de|depois de|dopo(?: il)?|efter"
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(n for n in NUMBERS if ' ' not in n)})"

Meant = Callable[[re.Match[str]], dict[str, Any]]


def _before(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": _year(m[2])} if m["no"] else {"year_max": _year(m[2]) - 1}


def _after(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": _year(m[2])} if m["no"] else {"year_min": _year(m[2]) + 1}


def _lately(m: re.Match[str]) -> dict[str, Any]:
    count = m["count"] or "1"
    return {"year_min": date.today().year - int(NUMBERS.get(count.lower(), 0) or count)}


def _between(m: re.Match[str]) -> dict[str, Any]:
    first, last = sorted((int(m[1]), int(m[2])))
    return {"year_min": first, "year_max": last}


def _in(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": int(m[1]), "year_max": int(m[1])}


def _from(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": int(m[1] or m[2])}


def _until(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": int(m[1] or m[2])}


_SAID: tuple[tuple[str, Meant], ...] = (
    (rf"\b(?:between|from)\s+{_YEAR}\s*(?:and|to|-|–)\s*{_YEAR}", _between),
    (rf"\b(?:the )?year\b[^.;!?\d]{{0,30}}\b{_YEAR}\b", _in),  # "from the year I was born, 1975"
    (NOT + rf"\b(?:from )?(?:{_BEFORE})\s+{_SHORT}\b", _before),
    (NOT + rf"\b(?:from )?(?:{_AFTER})\s+{_SHORT}\b", _after),
    (rf"\b(?:from |in |of )?(?:the )?(?:last|past) (?:{_COUNT} years|year)\b", _lately),
    (rf"\b(?:from|starting(?: in| from)?)\s+{_YEAR}\s+(?:on(?:wards?)?|forwards?|upwards?)\b|\b(?:ab|dès|desde|från)\s+{_YEAR}\b", _from),
    (rf"\bsince\s+{_YEAR}\b|\b{_YEAR} (?:or|and) (?:later|newer|after|on(?:wards?)?)\b", _from),
    (rf"\b(?:until|up to)\s+{_YEAR}\b|\b{_YEAR} (?:or|and) (?:earlier|older|before)\b", _until),
)  # fmt: skip
_BARE = rf"\b(?:from|in|year)\s+{_YEAR}\b(?!\s*(?:bpm|hz))"


def parse_years(text: str) -> list[Constrained]:
    """Bounds of years; where two claim the same words, the first counts."""
    bounded = [found for pattern, meant in _SAID for found in matches(pattern, text, meant)]
    return [*bounded, *parse_decades(text), *matches(_BARE, text, _in)]


def _year(said: str) -> int:
    """1995 of "1995", "95" and "'95"."""
    digits = said.lstrip("'’")
    return int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) >= 30 else 2000)
