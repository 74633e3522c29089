"""How long a track should be, and all of them together: "under 1:30", "a minute and a half at most", "a 20 minute playlist"."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import NUMBERS, Constrained, bounds, matches
from index.query import LENIENT_S
from index.words import fold

_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50, "sixty": 60, "seventy": 70, "seventy-five": 75, "eighty": 80, "ninety": 90}  # fmt: skip
_WORDS = {**{n: v for n, v in NUMBERS.items() if " " not in n}, **_TENS}
_SPOKEN = "|".join(sorted((n.replace("-", "[- ]") for n in _WORDS), key=len, reverse=True))
_NUMBER, _PART = rf"(?:\d+(?:\.\d+)?|{_SPOKEN})", rf"(?:[1-5]?\d|{_SPOKEN})"
_MINUTES, _SECONDS = r"min(?:ute)?s?\b", r"(?:sec(?:ond)?s?|s)\b"
# a length of one track, as people write it
_LENGTH = (
    rf"(?:\d{{1,2}}:[0-5]\d\b(?!\s*(?:am|pm|o['’]?clock|uhr)\b)|(?:an?|one) minute and a half|one and a half minutes?|half a minute|"
    rf"(?:{_NUMBER}|an?)[\s-]*{_MINUTES}(?:\s+(?:and\s+)?{_PART}(?:[\s-]*{_SECONDS}|\b(?![\s-]*(?:s\b|['’]|%|bpm|songs?|tracks?|more))))?|{_NUMBER}[\s-]*{_SECONDS})"
)
_A_LIST = re.compile(r"\b(?:play ?list|mix|set|lista|liste)\b", re.IGNORECASE)
_IT = r"(?:it|that|this|everything|(?:the|my|this|that) (?:whole )?(?:play ?list|list|mix|set|thing))"
_WHOLE = (
    rf"\b(?:make|let|have) {_IT} (?:be )?(?:(?:a (?:bit|little)|much|somewhat|slightly) )?(?:longer|shorter)\b(?! (?:songs?|tracks?))"
    rf"|\b{_IT}(?:['’]s| is| could be| should be) (?:(?:a (?:bit|little)|much|far|way) )?(?:too (?:short|long)|longer|shorter)\b|\ba (?:longer|shorter) (?:play ?list|list|mix|set)\b"
)
_USUAL, _MOST, _LEAST_S, _MOST_S = 5, 20, 60.0, 14_400.0  # tracks and seconds that a `Query` allows
# a length of all tracks together, and how people ask for it
_ALL = rf"(?:(?P<n>\d{{1,3}}|{_SPOKEN})[\s-]*(?P<unit>minutes?|mins?|minut(?:os?|i|en|er)|hours?|hrs?|horas?|heures?)|(?P<half>half an hour|a half[- ]hour)|(?P<one>an hour|one hour)(?P<more> and a half)?)"
_BETWEEN_COMMAS = rf"(?<=,) *{_ALL}(?: long| in all)?(?=\W*(?:$|,))"  # of a list alone
_TOTALS = (
    rf"(?:\b(?P<under>under|below|less than|at most|no more than|not more than|within|max(?:imum)?|up to|no longer than)\s+)?\b{_ALL}\s+(?:in total|altogether|all together|all in all|in all|together|overall)\b",
    rf"\b(?:for )?(?:about |around |some |roughly )?{_ALL}(?: worth)? of\b",
    rf"\b(?:an? |the |my |our )?{_ALL}[\s-]+(?:long )?(?:radio |dj |live |party |dinner )?(?:show|programme|program|slot)\b",
    rf"\b(?:playlist|mix|set|selection|lista|liste)\s+(?:of|for|de|di|von|med|that (?:lasts|takes|runs)|lasting)\s+(?:about |around |roughly )?{_ALL}\b",
    rf"{_ALL}(?:[\s-]long)?(?=(?:[\s-](?!(?:of|songs?|tracks?|in)\b)[\w'’-]+){{0,2}}[\s-](?:playlist|mix|set|selection|running order|rundown)\b)",
    rf"^\W*(?:(?:so|ok|hi|hello|please|i need|i want|i['’]d like|give me|make me|play me|build me|put together|find me)\W+)*(?:about |around |a )?{_ALL}(?=\s+(?:that|which|starting|building|going|from|for)\b|\s*,)",
    rf"\bfor (?:the next |a |about |around )?{_ALL}(?=\W*$|\W+(?:please|of|no|without|with)\b)",
    _BETWEEN_COMMAS,
    rf"\bmake (?:it|that|them) (?:about |around |roughly )?{_ALL}\b(?! long)",
    rf"\b(?:fill|enough for|last(?:s|ing)?)\s+(?:me |about |around )?{_ALL}\b(?! (?:each|apiece|per))",
)
_OF_LENGTH = r"(?:\b(?:max(?:imum)?|min(?:imum)?) (?:length|duration|running time)(?: of)?\s*:?\s*)"


def _seconds(said: str) -> float:
    """The seconds of a length in words or numbers."""
    said = fold(said)
    if ":" in said:
        minutes, seconds = said.split(":")
        return 60.0 * int(minutes) + int(seconds[:2])
    if "half" in said:
        return 30.0 if said.startswith("half") else 90.0
    numbers = [_value(n) for n in re.findall(_NUMBER, re.sub(r"^an? ", "one ", said))]
    if not re.search(_MINUTES, said):
        return numbers[0]
    return 60 * numbers[0] + (numbers[1] if len(numbers) > 1 else 0)


def _value(number: str) -> float:
    return float(_WORDS.get(number.replace(" ", "-"), 0) or number)


def parse_length(text: str) -> list[Constrained]:
    """Bounds of a track's length."""

    def read(m: re.Match[str]) -> float:
        return _seconds(m["length"])

    def between(m: re.Match[str]) -> dict[str, Any] | None:
        low = m["low"]
        if re.fullmatch(_NUMBER, low, re.IGNORECASE):
            unit = re.search(rf"{_MINUTES}|{_SECONDS}", m["high"], re.IGNORECASE)
            if not unit:
                return None
            low = f"{low} {unit.group()}"
        ends = sorted((_seconds(low), _seconds(m["high"])))
        return {"duration_min_s": ends[0], "duration_max_s": ends[1]}

    def about(m: re.Match[str]) -> dict[str, Any]:
        seconds = _seconds(f"{m['n']} {m['unit']}")
        return {"duration_min_s": 0.8 * seconds, "duration_max_s": 1.2 * seconds}

    def most(m: re.Match[str]) -> dict[str, Any]:
        return {"duration_min_s" if m.group().lower().startswith("min") else "duration_max_s": read(m)}

    value = rf"(?P<length>{_LENGTH})"
    one = rf"\b(?P<n>{_NUMBER})[\s-](?P<unit>minute|second)s?[\s-](?:long )?(?:songs?|tracks?|tunes?|pieces?|epics?)\b"
    return [
        *matches(
            rf"\b(?:between|from)\s+(?P<low>{_LENGTH}|{_NUMBER})\s*(?:and|to|-|–)\s*(?P<high>{_LENGTH})(?: long)?",
            text,
            between,
        ),
        *matches(
            rf"\b(?:about |around |roughly |some )?(?P<low>{_NUMBER})\s*(?:or|to|-|–)\s*(?P<high>{_NUMBER}[\s-]*{_MINUTES})(?: long)?(?! (?:of|worth)\b)",
            text,
            between,
        ),
        *matches(
            rf"\b(?:about|around|roughly|approximately)\s+(?P<n>{_NUMBER})[\s-](?P<unit>minute|second)s?\b(?! (?:of|worth|to|past|ago|after|before|from|show|set|mix|playlist|list)\b)(?: long)?",
            text,
            lambda m: None if _A_LIST.search(text) else about(m),
        ),
        *matches(_OF_LENGTH + value, text, most),
        *bounds(text, value, "duration_min_s", "duration_max_s", read),
        *matches(one, text, about),
    ]


def parse_total(text: str) -> list[Constrained]:
    """ "20 minutes of focus music", "a playlist of an hour", "for the next half hour": what all tracks should last together."""
    patterns = [p for p in _TOTALS if p is not _BETWEEN_COMMAS or _A_LIST.search(text)]
    return [found for pattern in patterns for found in matches(pattern, text, _total)]


def _total(m: re.Match[str]) -> dict[str, Any] | None:
    if m["half"] or m["one"]:
        total = 1800.0 if m["half"] else 5400.0 if m["more"] else 3600.0
    else:
        total = _value(fold(m["n"])) * (3600 if m["unit"].lower().startswith("h") else 60)
    if not _LEAST_S <= total <= _MOST_S:
        return None
    return {"total_s": max(_LEAST_S, total - LENIENT_S) if m.groupdict().get("under") else total}


def parse_whole(text: str, query: dict[str, Any]) -> list[Constrained]:
    """ "Make it longer", "the list is too long": another length, or number of tracks, for the list that a query asks for."""

    def whole(m: re.Match[str]) -> dict[str, Any]:
        by = 1.5 if re.search(r"longer|too short|more", m.group(), re.IGNORECASE) else 1 / 1.5
        if query.get("total_s"):
            return {"total_s": min(max(query["total_s"] * by, _LEAST_S), _MOST_S)}
        return {"count": min(max(round(query.get("count", _USUAL) * by), 1), _MOST)}

    return matches(_WHOLE, text, whole)
