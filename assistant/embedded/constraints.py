"""Hard constraints in a request: tempo, key, meter, years, length, language, number of tracks, AI.

Each parser looks for one thing and returns fields of a `Query` with the words they came from.
"""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import JOINT, NOT, NUMBERS, Constrained, bounds, matches
from assistant.embedded.languages import parse_language
from assistant.embedded.years import parse_years
from index.query import LENIENT_S
from index.words import fold

_TENS = {"thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60, "ninety": 90}
_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def parse_constraints(text: str) -> list[Constrained]:
    """All constraints of a text, in order; where two claim the same words, the first parser wins."""
    found: list[Constrained] = []
    for parser in _PARSERS:
        for item in parser(text):
            if not any(item.start < other.end and other.start < item.end for other in found):
                found.append(item)
    return sorted(found, key=lambda c: c.start)


def _tempo(text: str) -> list[Constrained]:
    unit = r"\s*(?P<plus>\+)?\s*(?:bpm|beats per minute)\b"
    named = r"\b(?:tempo|bpm)\s+(?:of\s+|is\s+|should be\s+)?"

    def bpm(m: re.Match[str]) -> float | None:
        return float(m["bpm"]) if 20 <= float(m["bpm"]) <= 400 else None

    def between(m: re.Match[str]) -> dict[str, Any] | None:
        low, high = sorted((float(m["a"]), float(m["b"])))
        return {"tempo_min": low, "tempo_max": high} if low >= 20 and high <= 400 else None

    def around(m: re.Match[str]) -> dict[str, Any] | None:
        value = bpm(m)
        if value and m.groupdict().get("plus"):
            return {"tempo_min": value}
        return {"tempo_min": round(value * 0.95, 1), "tempo_max": round(value * 1.05, 1)} if value else None

    def than(m: re.Match[str]) -> dict[str, Any] | None:
        faster = fold(m["way"]) in {"faster", "quicker"}
        value = bpm(m)
        return {"tempo_min" if faster != bool(m["no"]) else "tempo_max": value} if value and value >= 40 else None

    two, one = r"(?P<a>\d{2,3})\s*(?:-|–|to|and)\s*(?P<b>\d{2,3})", r"(?P<bpm>\d{2,3})"
    near = r"(?:\b(?:around|about|near|at|roughly|circa)\s*|~\s*)?"
    return [
        found
        for before, after in (("", unit), (named, ""))
        for found in (
            *matches(before + r"(?:\b(?:between|from)\s+)?" + two + after, text, between),
            *bounds(text, one + after, "tempo_min", "tempo_max", bpm, before),
            *matches(before + near + one + after, text, around),
        )
    ] + matches(
        NOT + r"\b(?P<way>faster|quicker|slower) than (?P<bpm>\d{2,3})\b(?!\s*(?:%|s\b|sec|min|year))", text, than
    )


_MODES = {"moll": "minor", "dur": "major", "mineur": "minor", "majeur": "major", "menor": "minor", "mayor": "major", "maior": "major", "minore": "minor", "maggiore": "major"}  # fmt: skip


def _key(text: str) -> list[Constrained]:
    def tonic(m: re.Match[str]) -> dict[str, Any] | None:
        closed = re.match(r"\s*(?:$|[.,;:!?]|and\b|or\b|but\b|please\b|at\b|with\b)", text[m.end() :])
        if m[1] == "a" and not (m.group().lower().startswith("in ") and closed):
            return None  # "in a minor key", "a major label" name no tonic
        accidental = fold(m[2] or "").strip(" -")
        shift = 1 if accidental in {"#", "sharp", "♯"} else -1 if accidental in {"b", "flat", "♭"} else 0
        name = _NAMES[(_TONICS[m[1].upper()] + shift) % 12]
        return {"key": name, **({"mode": fold(m[3])} if m[3] else {})}

    accidental = r"(\s?#|♯|♭|b(?=\s)|[\s-]sharp|[\s-]flat)?"
    return [
        *matches(r"\b(?:in (?:the key of )?)?([A-G])" + accidental + r"[\s-](major|minor)\b", text, tonic),
        *matches(r"\bin (?:the )?key of ([A-Ga-g])" + accidental + r"(?:\s(major|minor))?(?!\w)", text, tonic),
        *matches(
            r"\b(?:in a |in |a )?(major|minor)(?: key| mode| tonality|\b(?=\s*(?:please|only|but|and|with|under|over|above|below|faster|slower|instead|is what|i mean|rather|$|[.,!?])))",
            text,
            lambda m: {"mode": m[1].lower()},
        ),
        *matches(
            rf"\b(?:in|en|em|i) (?:tonalit[àaé] |tonart )?({'|'.join(_MODES)})\b",
            text,
            lambda m: {"mode": _MODES[m[1].lower()]},
        ),
    ]


def _meter(text: str) -> list[Constrained]:
    meter = r"(?:2/4|3/4|4/4|5/4|6/8|7/8|9/8|12/8|7/4)"
    odd = r"\b(?:waltz time|three[- ]four)\b"
    return [
        *matches(
            rf"\b(?:in )?({meter}(?:{JOINT}(?:in )?{meter})*)(?: time| meter)?\b",
            text,
            lambda m: {"meter": " or ".join(dict.fromkeys(re.findall(meter, m[1])))},
        ),
        *matches(odd, text, lambda _: {"meter": "3/4"}),
    ]


def _length(text: str) -> list[Constrained]:
    number = r"(?P<n>\d+(?:\.\d+)?|" + "|".join(n for n in NUMBERS if " " not in n) + ")"
    unit = r"\s*(?P<unit>minutes?|mins?|seconds?|secs?)\b"

    def seconds(m: re.Match[str]) -> float:
        value = float(NUMBERS.get(m["n"].lower(), 0) or m["n"])
        return value * (60 if m["unit"].lower().startswith("m") else 1)

    def about(m: re.Match[str]) -> dict[str, Any]:
        return {"duration_min_s": 0.8 * seconds(m), "duration_max_s": 1.2 * seconds(m)}

    one = number + r"[\s-](?P<unit>minute|second)s?[\s-](?:long )?(?:songs?|tracks?|tunes?|pieces?|epics?)\b"
    return [
        *bounds(text, number + unit, "duration_min_s", "duration_max_s", seconds),
        *matches(r"\b" + one, text, about),
    ]


def _total(text: str) -> list[Constrained]:
    """ "20 minutes of focus music", "a playlist of an hour", "for the next half hour": what all tracks should last together."""
    spoken = "|".join((*(n for n in NUMBERS if " " not in n), *(n.replace("-", "[- ]") for n in _TENS)))
    length = rf"(?:(?P<n>\d{{1,3}}|{spoken})[\s-]*(?P<unit>minutes?|mins?|minut(?:os?|i|en|er)|hours?|hrs?|horas?|heures?)|(?P<half>half an hour|a half[- ]hour)|(?P<one>an hour|one hour)(?P<more> and a half)?)"

    def seconds(m: re.Match[str]) -> dict[str, Any] | None:
        if m["half"] or m["one"]:
            total = 1800 if m["half"] else 5400 if m["more"] else 3600
        else:
            word = fold(m["n"]).replace(" ", "-")
            value = int(word) if word.isdecimal() else NUMBERS.get(word) or _TENS[word]
            total = value * (3600 if m["unit"].lower().startswith("h") else 60)
        return {"total_s": float(total)} if 60 <= total <= 14_400 else None

    def at_most(m: re.Match[str]) -> dict[str, Any] | None:
        within = seconds(m)
        return {"total_s": max(60.0, within["total_s"] - LENIENT_S)} if within and m["under"] else within

    return [
        *matches(
            r"(?:\b(?P<under>under|below|less than|at most|no more than|not more than|within|max(?:imum)?|up to|no longer than)\s+)?\b"
            + length
            + r"\s+(?:in total|altogether|all together|all in all|in all|together|overall)\b",
            text,
            at_most,
        ),
        *matches(
            r"\b(?:for )?(?:about |around |some |roughly )?" + length + r"(?: worth)? of\b",
            text,
            seconds,
        ),
        *matches(
            r"\b(?:playlist|mix|set|selection|lista|liste)\s+(?:of|for|de|di|von|med|that (?:lasts|takes|runs)|lasting)\s+(?:about |around |roughly )?"
            + length
            + r"\b",
            text,
            seconds,
        ),
        *matches(
            length
            + r"(?:[\s-]long)?(?=(?:[\s-](?!(?:of|songs?|tracks?|in)\b)[\w'’-]+){0,2}[\s-](?:playlist|mix|set|selection)\b)",
            text,
            seconds,
        ),
        *matches(
            r"\bfor (?:the next |a |about |around )?" + length + r"(?=\W*$|\W+(?:please|of|no|without|with)\b)",
            text,
            seconds,
        ),
        *matches(r"\bmake (?:it|that|them) (?:about |around |roughly )?" + length + r"\b(?! long)", text, seconds),
        *matches(
            r"\b(?:fill|enough for|last(?:s|ing)?)\s+(?:me |about |around )?" + length + r"\b(?! (?:each|apiece|per))",
            text,
            seconds,
        ),
    ]


def _familiarity(text: str) -> list[Constrained]:
    few = (
        r"\b(?:(?:hidden|lost|forgotten) (?:gems?|treasures?)|deep cuts?|rarit(?:y|ies)|(?:lesser|less|little|not (?:so|very|that|too)?)[- ]?(?:well[- ])?known|not (?:so |too |that |very )?(?:famous|mainstream|popular)|not (?:(?:any of )?(?:her|his|their|the) )(?:biggest |big |greatest )?hits|nothing (?:too |so |very |that )?(?:well[- ]known|famous|mainstream|popular)"
        r"|nobody (?:has heard of|knows)|obscure|underrated|overlooked|under the radar|off the beaten track|unbekannte\w*|geheimtipps?|m[eé]connu\w*|peu connu\w*|poco (?:conocid|conosciut)\w*|pouco conhecid\w*|ok[aä]nd\w*)\b"
    )
    many = (
        r"\b(?:(?:well|widely|best)[- ]known|famous|(?:the |some |big |greatest |biggest |all the )?hits|chart[- ]toppers?|every(?:one|body) (?:knows|can sing)|every(?:one|body)['’]ll know|that (?:people|we all) know|crowd[- ]pleasers?|(?:most |really |very )?popular (?:songs?|tracks?|ones?|tunes?)|mainstream|most popular"
        r"|bekannte\w*|ber[uü]hmte\w*|connue?s?|c[eé]l[eè]bres?|famos[oaei]s?|conocid[oa]s?|conhecid[oa]s?|k[aä]nda)\b"
    )
    return [
        *matches(few, text, lambda m: {"familiarity": "little known"}),
        *matches(many, text, lambda m: None if _denied(text, m.start()) else {"familiarity": "well known"}),
    ]


def _count(text: str) -> list[Constrained]:
    number = r"(\d{1,2}|" + "|".join(NUMBERS) + r")"
    noun = r"(?:more |other |different |new |good )?(?:songs?|tracks?|tunes?|pieces?|suggestions?|results?|recommendations?|more\b|others\b)"

    def count(m: re.Match[str]) -> dict[str, Any] | None:
        value = int(m[1]) if m[1].isdecimal() else NUMBERS[fold(m[1])]
        further = re.search(r"\b(?:more|others?|different)\b", m.group(), re.IGNORECASE)
        return {"count": value, **({"fresh": True} if further else {})} if 1 <= value <= 20 else None

    def alone(m: re.Match[str]) -> dict[str, Any] | None:
        said = m["n"] or m[1]
        value = int(said) if said.isdecimal() else NUMBERS[fold(said)]
        return {"count": value} if 1 <= value <= 20 else None

    return [
        *matches(r"\b" + number + r"\s+(?:(?!min|sec|hour|bpm|bar)[a-z-]+\s+){0,2}?" + noun, text, count),
        *matches(r"\b(?:give|show|find|play|send) me " + number + r"\b", text, count),
        *matches(
            r"^\W*(?:just |only |now |make it |make that |and now )"
            + number
            + r"(?: please)?\W*$|^\W*"
            + number.replace("(", "(?P<n>", 1)
            + r" (?:only|please|is enough|are enough)\W*$",
            text,
            alone,
        ),
    ]


def _ai(text: str) -> list[Constrained]:
    return [
        *matches(
            r"\bonly (?:ai|a\.i\.)\b|\b(?:which|what)\b.{0,30}\b(?:ai|a\.i\.)[- ]?(?:made|generated|created)?\W*$|\bonly (?:songs?|tracks?|music)? ?(?:that (?:is|are) )?declared as (?:ai|a\.i\.)(?!\w)|\b(?:made|created|generated) (?:with|by) (?:ai|a\.i\.)(?!\w)|\b(?:ai|a\.i\.)[- ](?:only|made|generated|music|tracks|songs)\b(?! (?:is|are) (?:out|banned))",
            text,
            lambda m: None if _denied(text, m.start()) else {"only_ai": True, "include_ai": True},
        ),
        *matches(
            r"\b(?:include|including|allow|(?<!made )(?<!created )(?<!generated )with) (?:ai|a\.i\.)\b|\bai (?:is|are) (?:ok|okay|fine|welcome)\b",
            text,
            lambda m: {"include_ai": True},
        ),
        *matches(
            r"\b(?:no|nothing|without|exclude|except|not)(?: (?:made|created|generated) (?:with|by))? (?:ai|a\.i\.)\b|\bhuman[- ]made\b|\bmade by (?:real )?(?:humans|people)\b|\b(?:definitely|purely|really|entirely|only|100 ?%) human\b",
            text,
            lambda m: {"include_ai": False, "only_ai": False},
        ),
    ]


def _clean(text: str) -> list[Constrained]:
    words = (
        r"\b(?:no|without|nothing|not too|not) (?:explicit|swear\w*|curs(?:e|ing)\w*|profan\w+|bad (?:words|language)|dirty (?:words|lyrics))\b(?: (?:words|lyrics|language|content))?"
        r"|\b(?:clean (?:lyrics|words|versions?)|keep it clean|(?:family|child|kid|radio)s?[- ]friendly|(?:safe|suitable|fit) for (?:kids|children|work|school))\b"
    )
    return matches(words, text, lambda m: {"clean": True})


def _denied(text: str, at: int) -> bool:
    return bool(
        re.search(
            r"\b(?:no|not|nothing|without|exclude|except|but|include|including|allow)\s*$", text[:at], re.IGNORECASE
        )
    )


def _fresh(text: str) -> list[Constrained]:
    words = r"\b(?:haven['’]?t heard|havent heard|not heard|something new to me|new to me|different ones|other ones|something different|others?\b(?=\s*(?:please|$|[.!?]))|some more|more like (?:this|that|these|those)|(?:one|two|three|few|\d+) more|surprise me|anything else|what else|show me more|keep going|next)"
    return matches(words, text, lambda m: {"fresh": True})


_PARSERS = (
    _tempo,
    _key,
    _meter,
    parse_years,
    _total,
    _length,
    parse_language,
    _clean,
    _ai,
    _familiarity,
    _count,
    _fresh,
)
