"""Decades as people name them: "the late seventies", "60s or 70s", "80er Jahre", "les années quatre-vingt", "åttiotalet"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from assistant.embedded.bounds import Constrained, matches
from index.words import fold

_WORDS = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000,
}  # fmt: skip
# Tens as each language says them, from twenty on: a decade is named by them and a word for years.
_TENS = {
    "de": "zwanziger|dreissiger|vierziger|fünfziger|sechziger|siebziger|achtziger|neunziger",
    "fr": "vingt|trente|quarante|cinquante|soixante|soixante-dix|quatre-vingts?|quatre-vingt-dix",
    "es": "veinte|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa",
    "it": "venti|trenta|quaranta|cinquanta|sessanta|settanta|ottanta|novanta",
    "pt": "vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta|noventa",
    "sv": "tjugo|trettio|fyrtio|femtio|sextio|sjuttio|åttio|nittio",
}
_DIGITS = r"['’]?(?:19|20)?\d0"
_SAID = {
    "de": r"(?:(?:aus|in|der|den|die) ){0,2}(?P<said>%s|" + _DIGITS + r"(?=er))(?:er)?(?:n|s)?(?:[ -]?jahren?)?",
    "fr": r"(?:(?:de|dans) )?(?:(?:les|des) )?ann[eé]es (?P<said>%s|" + _DIGITS + ")",
    "es": r"(?:(?:de|en) )?(?:los )?(?:a[ñn]os |(?<=los ))(?P<said>%s|" + _DIGITS + ")s?",
    "it": r"(?:(?:degli|dagli|negli|gli) )?anni (?P<said>%s|" + _DIGITS + ")",
    "pt": r"(?:(?:dos|nos|os) )?anos (?P<said>%s|" + _DIGITS + ")",
    "sv": r"(?:(?:från|på|av) )?(?P<said>%s|" + _DIGITS + r"(?=[ -]?tal))[ -]?tal(?:et|ets|s)?",
}
_RANGE = re.compile(r"\b(?:to|through|until)\b|[-–]", re.IGNORECASE)
# "60s", "1960s", "sixties", without what may follow the digits
DECADE = rf"(?:(?:(?:19|20)\d0|[2-9]0)(?=\s?['’]?s\b)|{'|'.join(_WORDS)})"
_PART = r"(?:(?P<part>early|mid|late)[\s-]+)?"


def decades_named(text: str) -> list[tuple[str, int, int]]:
    """The decades in a text, with the places of what they stand in; of a part of one ("the late 70s") its years."""
    return [(name, span.start, span.end) for span in parse_decades(text) for name in _names(span)]


def decades_between(text: str) -> list[tuple[str, int, int]]:
    """Those between two of which one or the other is meant: the 1970s of "from the 60s or 80s"."""
    return [(f"{year}s", span.start, span.end) for span in parse_decades(text) for year in _between(span)]


def _names(span: Constrained) -> list[str]:
    first, last = span.fields["year_min"], span.fields["year_max"]
    return [f"{year}s" for year in _decades(span)] if last - first >= 9 else [str(y) for y in range(first, last + 1)]


def _between(span: Constrained) -> list[int]:
    """The decades between two of which one or the other is meant."""
    named = _decades(span)
    between = range(named[0] + 10, named[-1], 10)
    return [] if _RANGE.search(span.words) else [year for year in between if year not in named]


def _decades(span: Constrained) -> list[int]:
    first, last = (year // 10 * 10 for year in (span.fields["year_min"], span.fields["year_max"]))
    said = {first_year(words) for words in re.findall(DECADE, span.words, re.IGNORECASE)}  # "70s, 80s or 90s"
    return list(range(first, last + 1, 10)) if _RANGE.search(span.words) else sorted({first, last, *said})


@lru_cache(maxsize=64)  # a turn is asked several times: for what it wants, names and rules out
def parse_decades(text: str) -> tuple[Constrained, ...]:
    """Spans of years that decades stand for, also of those that are ruled out (`years` tells which)."""
    s = r"(?:\s?['’]?s)?"
    return (
        *matches(
            rf"\b(?:from |in )?(?:the )?(?P<a>{DECADE}){s}(?:\s*,\s*(?:the )?{DECADE}{s})*\s*(?:,?\s*(?:or|and)|to|through|until|-|–)\s*(?:the )?(?P<b>{DECADE}){s}\b",
            text,
            _several,
        ),
        *matches(
            rf"\b(?:from |in |of )?(?:the )?{_PART}(?P<said>(?:(?:19|20)\d0|[2-9]0|00|10)(?=\s?['’]?s\b)|{'|'.join(_WORDS)})(?:\s?['’]?s)?\b(?! (?:chord )?(?:progression|changes|chords))",
            text,
            _one,
        ),
        *(found for language in _SAID for found in _abroad(text, language)),
    )


def _abroad(text: str, language: str) -> list[Constrained]:
    tens = [fold(word) for word in _TENS[language].split("|")]
    # the longer first: "quatre-vingt-dix" is not "quatre-vingt"
    words = "|".join(sorted(_TENS[language].split("|"), key=len, reverse=True)).replace("ss", "(?:ss|ß)")

    def span(m: re.Match[str]) -> dict[str, Any]:
        said = fold(m["said"]).lstrip("'’")
        start = first_year(said) if said.isdecimal() else 1920 + 10 * _place(said, tens)
        return {"year_min": start, "year_max": start + 9}

    return matches(rf"\b{_SAID[language] % words}\b", text, span)


def _place(said: str, tens: list[str]) -> int:
    return next(n for n, word in enumerate(tens) if re.fullmatch(word, said))


def _several(m: re.Match[str]) -> dict[str, Any]:
    first, last = sorted((first_year(m["a"]), first_year(m["b"])))
    return {"year_min": first, "year_max": last + 9}


def _one(m: re.Match[str]) -> dict[str, Any]:
    start = first_year(m["said"])
    first, last = {"early": (0, 3), "mid": (3, 7), "late": (6, 9)}.get(fold(m["part"] or ""), (0, 9))
    return {"year_min": start + first, "year_max": start + last}


def first_year(words: str) -> int:
    """The first year of "seventies", "70" or "1970"."""
    if words.lower() in _WORDS:
        return _WORDS[words.lower()]
    return int(words) if len(words) == 4 else (1900 if int(words) >= 30 else 2000) + int(words)
