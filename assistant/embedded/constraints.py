"""Hard constraints in a request: tempo, key, meter, number of tracks, AI; years, lengths and languages have files of their own.

Each parser looks for one thing and returns fields of a `Query` with the words they came from.
"""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import JOINT, NOT, NUMBERS, NUMBERS_ABROAD, RULED_OUT, Constrained, bounds, matches
from assistant.embedded.each import parse_each
from assistant.embedded.languages import parse_language
from assistant.embedded.lengths import parse_length, parse_total
from assistant.embedded.years import parse_years
from index.words import fold

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

    two, one = (
        r"(?P<a>\d{2,3})(?:\s*bpm)?\s*(?:-|–|(?:(?:up|down|rising|climbing) )?to|and)\s*(?P<b>\d{2,3})",
        r"(?P<bpm>\d{2,3})",
    )
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


_TURNS = re.compile(r"\b(?:(?:end|finish|turn|go|switch|chang|mov)(?:e?s|es|ing|e)?(?: up)?|from|to)\s+(?:(?:in|on|to|into)\s+)?$", re.IGNORECASE)  # fmt: skip


def _key(text: str) -> list[Constrained]:
    def tonic(m: re.Match[str]) -> dict[str, Any] | None:
        closed = re.match(r"\s*(?:$|[.,;:!?]|and\b|or\b|but\b|please\b|at\b|with\b)", text[m.end() :])
        if m[1] == "a" and not (m.group().lower().startswith("in ") and closed):
            return None  # "in a minor key", "a major label" name no tonic
        accidental = fold(m[2] or "").strip(" -")
        shift = 1 if accidental in {"#", "sharp", "♯"} else -1 if accidental in {"b", "flat", "♭"} else 0
        name = _NAMES[(_TONICS[m[1].upper()] + shift) % 12]
        return {"key": name, **({"mode": fold(m[3])} if m[3] else {})}

    def mode(said: str, at: int) -> dict[str, Any] | None:
        """Major or minor; what is not in the one is in the other; what ends in it need not be in it."""
        other = "minor" if said == "major" else "major"
        return None if _TURNS.search(text[:at]) else {"mode": other if RULED_OUT.search(text[:at]) else said}

    accidental = r"(\s?#|♯|♭|b(?=\s)|[\s-]sharp|[\s-]flat)?"
    return [
        *matches(r"\b(?:in (?:the key of )?)?([A-G])" + accidental + r"[\s-](major|minor)\b", text, tonic),
        *matches(r"\bin (?:the )?key of ([A-Ga-g])" + accidental + r"(?:\s(major|minor))?(?!\w)", text, tonic),
        *matches(
            r"\b(?:in a |in |a )?(major|minor)(?: keys?| mode| tonality| ones?| songs?| tracks?|\b(?=\s*(?:please|only|but|and|with|under|over|above|below|faster|slower|instead|is what|i mean|rather|$|[.,!?])))",
            text,
            lambda m: mode(m[1].lower(), m.start()),
        ),
        *matches(
            rf"\b(?:in|en|em|i) (?:tonalit[àaé] |tonart )?({'|'.join(_MODES)})\b",
            text,
            lambda m: mode(_MODES[m[1].lower()], m.start()),
        ),
    ]


_METER = r"(?:2/4|3/4|4/4|5/4|6/8|7/8|9/8|12/8|7/4)"
_METERS = rf"\b(?:in )?({_METER}(?:{JOINT}(?:in )?{_METER})*)(?: time| meter)?\b"


def _meter(text: str) -> list[Constrained]:
    odd = r"\b(?:waltz time|three[- ]four)\b"
    return [
        *matches(
            _METERS,
            text,
            lambda m: None if RULED_OUT.search(text[: m.start()]) else {"meter": " or ".join(_meters(m[1]))},
        ),
        *matches(odd, text, lambda _: {"meter": "3/4"}),
    ]


def meters_ruled_out(text: str) -> list[tuple[str, int, int]]:
    """Meters that must not be, with their places: "not in 4/4"."""
    found = re.finditer(_METERS, text, re.IGNORECASE)
    return [(one, m.start(), m.end()) for m in found if RULED_OUT.search(text[: m.start()]) for one in _meters(m[1])]


def _meters(said: str) -> list[str]:
    return list(dict.fromkeys(re.findall(_METER, said)))


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


# tracks, and one more of them, in German, French, Spanish, Italian, Portuguese and Swedish
_TRACKS_ABROAD = r"st[uü]cken?|lied(?:er)?|titel|nummern|morceaux|chansons|titres|pistes|canciones|temas|piezas|pistas|brani|canzoni|pezzi|m[uú]sicas|can[cç][oõ]es|faixas|l[aå]tar|stycken|tracks|songs"
_ONE_ABROAD = r"(?:eine?[nrs]?|une?|un[oa]?|uma?|ett|en)"


def _count_abroad(text: str) -> list[Constrained]:
    """ "drei ruhige Stücke", "noch eins", "otras dos"."""
    number = rf"(\d{{1,2}}|{'|'.join(NUMBERS_ABROAD)})"
    some = rf"(?:{number}|{_ONE_ABROAD})"
    more = (
        rf"^\W*(?:(?:bitte|ok|et|und|y|e|och)\W+)*(?:(?:noch|encore|otr[oa]s?|altr[oie]|un['’ ]?altr[oa]|ancora|mais|ytterligare)\s+{some}|{some}\s+(?:de plus|m[aá]s|till|mehr)"
        rf"|(?:otr[oa]|un['’]altr[oa]|un altro))(?:\s+(?:{_TRACKS_ABROAD}|lied|cancion|canci[oó]n|m[uú]sica|brano|canzone|morceau|chanson))?(?:\s+(?:mehr|m[aá]s|encore|till))?(?:\s+(?:bitte|por favor|per favore|s['’]il te pla[iî]t|tack))?\W*$"
    )

    def value(m: re.Match[str]) -> int:
        said = next((g for g in m.groups() if g), "1")
        return int(said) if said.isdecimal() else NUMBERS_ABROAD[said.lower()]

    def count(m: re.Match[str]) -> dict[str, Any] | None:
        return {"count": value(m)} if 1 <= value(m) <= 20 else None

    return [
        *matches(more, text, lambda m: {"count": value(m), "fresh": True}),
        *matches(rf"\b{number}\s+(?:(?!min|sec|bpm)[^\W\d]+\s+){{0,2}}?(?:{_TRACKS_ABROAD})\b", text, count),
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
            r"^\W*(?:just |only |maybe |about |another )?" + number + r"\s+(?:[a-z-]+\s+){1,2}ones\b", text, count
        ),
        *matches(
            r"\b(?:play ?list|list|mix|set|selection) of " + number + r"\b(?! ?(?:min|sec|hour|bpm))", text, count
        ),
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


_DENIES = re.compile(
    r"\b(?:no|not|nothing|none|never|nobody|without|exclud\w+|except|but|avoid|skip|drop|hate|rather than|instead of|free of|(?:is|was|are|were|do|does|did|have|has|would|could|ca|should|wo)n['’]?t|cannot)\b[^.;:!?,]{0,40}$",
    re.IGNORECASE,
)


def _ai(text: str) -> list[Constrained]:
    return [
        *matches(
            r"\bonly (?:ai|a\.i\.)\b|\b(?:which|what)\b.{0,30}\b(?:ai|a\.i\.)[- ]?(?:made|generated|created)?\W*$|\bonly (?:songs?|tracks?|music)? ?(?:that (?:is|are) )?declared as (?:ai|a\.i\.)(?!\w)|\b(?:made|created|generated) (?:with|by) (?:ai|a\.i\.)(?!\w)|\b(?:ai|a\.i\.)[- ](?:only|made|generated|music|tracks|songs)\b(?! (?:is|are) (?:out|banned))",
            text,
            lambda m: {"only_ai": not _denied(text, m.start()), "include_ai": not _denied(text, m.start())},
        ),
        *matches(
            r"\b(?:include|including|allow|(?<!made )(?<!created )(?<!generated )with) (?:ai|a\.i\.)\b|\bai (?:is|are) (?:ok|okay|fine|welcome)\b",
            text,
            lambda m: None if _denied(text, m.start()) else {"include_ai": True},
        ),
        *matches(
            r"\b(?:no|nothing|without|exclude|except|not|(?:drop|remove|lose|skip|swap out|leave out|cut|kick out)(?: (?:the|any|all|every)(?: ones?| songs?| tracks?| thing)?)?(?: (?:by|with|from))?)(?: (?:made|created|generated) (?:with|by))? (?:ai|a\.i\.)\b|\bhuman[- ]made\b|\bmade by (?:real )?(?:humans|people)\b|\b(?:definitely|purely|really|entirely|only|100 ?%) human\b",
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
    """Whether what stands at a place is ruled out by what comes before it in the same clause."""
    return bool(_DENIES.search(text[:at]))


def _fresh(text: str) -> list[Constrained]:
    words = r"\b(?:haven['’]?t heard|havent heard|not heard|something new to me|new to me|different ones|other ones|something different|others?\b(?=\s*(?:please|$|[.!?]))|some more|more like (?:this|that|these|those)|(?:one|two|three|few|\d+) more|surprise me|anything else|what else|show me more|keep going|next)"
    return matches(words, text, lambda m: {"fresh": True})


_PARSERS = (
    parse_each,
    _tempo,
    _key,
    _meter,
    parse_total,
    parse_length,
    parse_years,
    parse_language,
    _clean,
    _ai,
    _familiarity,
    _count,
    _count_abroad,
    _fresh,
)
