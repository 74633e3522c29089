"""Years in a request: before, after, between, since, and lately; decades are their own (`decades`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from assistant.embedded.bounds import JOINT, NOT, NUMBERS, RULED_OUT, Constrained, matches
from assistant.embedded.decades import DECADE, decades_between, decades_named, first_year, parse_decades

_YEAR = r"((?:18|19|20)\d{2})"
_SHORT = r"((?:18|19|20)\d{2}|['’]\d{2}|[3-9]\d(?!\s*(?:bpm|beats|min|sec|hour|year|jahr|ans|años|anni|anos|år|song|track|%|\d|['’]?s\b)))"  # "nothing after 95"
_BEFORE = r"before|older than|earlier than|prior to|vor|avant|antes de|prima del|före|innan"
_AFTER = r"after|newer than|later than|nach|apr[eè]s|despu[eé]s de|depois de|dopo(?: il)?|efter"
_BORN = r"before (?:i was born|my (?:birth|time))|older than (?:me|i am|myself)"
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(n for n in NUMBERS if ' ' not in n)})"

Meant = Callable[[re.Match[str]], dict[str, Any]]


def _before(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": _year(m[2])} if m["no"] else {"year_max": _year(m[2]) - 1}


def _after(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": _year(m[2])} if m["no"] else {"year_min": _year(m[2]) + 1}


def _lately(m: re.Match[str]) -> dict[str, Any]:
    count = m["count"] or "1"
    return {"year_min": date.today().year - int(NUMBERS.get(count.lower(), 0) or count)}


def _before_birth(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": date.today().year - int(m["years"] or m["age"]) - 1}


def _between(m: re.Match[str]) -> dict[str, Any]:
    first, last = sorted((int(m[1]), int(m[2])))
    return {"year_min": first, "year_max": last}


def _in(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": int(m[1]), "year_max": int(m[1])}


def _from(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": int(m[1] or m[2])}


def _until(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": int(m[1] or m[2])}


def _from_decade(m: re.Match[str]) -> dict[str, Any]:
    return {"year_min": first_year(m[1] or m[2])}


def _until_decade(m: re.Match[str]) -> dict[str, Any]:
    return {"year_max": first_year(m[1]) + 9}


_S = r"(?:\s?['’]?s)?"
_SAID: tuple[tuple[str, Meant], ...] = (
    (rf"\b(?:between|from)\s+{_YEAR}\s*(?:and|to|-|–)\s*{_YEAR}", _between),
    (rf"\b(?:the )?year\b[^.;!?\d]{{0,30}}\b{_YEAR}\b", _in),  # "from the year I was born, 1975"
    (NOT + rf"\b(?:from )?(?:{_BEFORE})\s+{_SHORT}\b", _before),
    (NOT + rf"\b(?:from )?(?:{_AFTER})\s+{_SHORT}\b", _after),
    (rf"\b(?:from |in |of )?(?:the )?(?:last|past) (?:{_COUNT} years|year)\b", _lately),
    (rf"\b(?:from )?(?:{_BORN})\b[^.;!]{{0,20}}?[.;,!?]* (?:i['’]?m|i am) (?P<years>\d{{1,2}})\b(?: years old)?|\b(?:i['’]?m|i am) (?P<age>\d{{1,2}})\b[^.;!?]{{0,40}}?\b(?:from )?(?:{_BORN})\b", _before_birth),
    (rf"\b(?:from|starting(?: in| from)?)\s+{_YEAR}\s+(?:on(?:wards?)?|forwards?|upwards?)\b|\b(?:ab|dès|desde|från)\s+{_YEAR}\b", _from),
    (rf"\bsince\s+{_YEAR}\b|\b{_YEAR} (?:or|and) (?:later|newer|after|on(?:wards?)?)\b", _from),
    (rf"\b(?:from|starting (?:in|from|with))\s+(?:the )?({DECADE}){_S}\s+(?:on(?:wards?)?|upwards?|to (?:now|today))\b|\bsince\s+(?:the )?({DECADE}){_S}\b", _from_decade),
    (rf"\b(?:up to|until|till|through)\s+(?:the )?({DECADE}){_S}\b", _until_decade),
    (rf"\b(?:until|up to)\s+{_YEAR}\b|\b{_YEAR} (?:or|and) (?:earlier|older|before)\b", _until),
)  # fmt: skip
_BARE = rf"\b(?:from|in|year)\s+{_YEAR}\b(?!\s*(?:bpm|hz))"


def parse_years(text: str) -> list[Constrained]:
    """Bounds of years; where two claim the same words, the first counts."""
    bounded = [found for pattern, meant in _SAID for found in matches(pattern, text, meant)]
    out = _ruled_out(text)
    named = [*parse_decades(text), *matches(_BARE, text, _in)]
    return [*bounded, *(c for c in named if not any(c.start < end and start < c.end for _, start, end in out))]


def years_ruled_out(text: str) -> list[tuple[str, int, int]]:
    """Years and decades that must not be, with their places: "not 1972", "nothing from 1980 or the nineties", "no eighties music"."""
    out = _ruled_out(text)
    places = {(start, end) for _, start, end in out}
    return [*out, *(each for each in decades_between(text) if each[1:] not in places)]


def _ruled_out(text: str) -> list[tuple[str, int, int]]:
    """Those of the years that are named behind a negation, or in a row with one that is."""
    out: list[tuple[str, int, int]] = []
    for each in sorted(years_named(text), key=lambda named: named[1]):
        listed = bool(out) and (out[-1][1] == each[1] or _goes_on(text, out[-1][2], each))
        if listed or RULED_OUT.search(text[: each[1]]):
            out.append(each)
    return out


def _goes_on(text: str, end: int, named: tuple[str, int, int]) -> bool:
    """Whether a list that is at `end` goes on with what is named: "nothing from 1972, 1976 or the 1980s"; but "not the 80s, the 90s"
    puts right."""
    between, after = text[end : named[1]], text[named[2] :]
    if not re.fullmatch(rf"{JOINT}(?:not )?(?:from |in |of )?(?:the )?", between, re.IGNORECASE):
        return False
    more = re.match(r"[^.;!?]{0,40}?\b(?:or|and|nor|oder|und|ou|et|y|e|och|eller)\b", after, re.IGNORECASE)
    comma = re.match(r"\s*,\s*(?!(?:or|and|nor)\b)", between, re.IGNORECASE)
    return not comma or bool(more)


def years_named(text: str) -> list[tuple[str, int, int]]:
    """All single years and decades of a text, with the places of what they stand in: several in a row have one."""
    return [*_single(text), *decades_named(text)]


def _single(text: str) -> list[tuple[str, int, int]]:
    listed = re.finditer(
        rf"\b(?:(?:from|in) )?{_YEAR}(?:{JOINT}(?:from |in )?{_YEAR})*\b(?!\s*(?:bpm|hz|['’]?s\b|or (?:later|earlier)))",
        text,
    )
    return [(year.group(), m.start(), m.end()) for m in listed for year in re.finditer(_YEAR, m.group())]


def _year(said: str) -> int:
    """1995 of "1995", "95" and "'95"."""
    digits = said.lstrip("'’")
    return int(digits) if len(digits) == 4 else int(digits) + (1900 if int(digits) >= 30 else 2000)
