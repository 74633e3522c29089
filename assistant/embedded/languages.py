"""Languages in a request: what songs should be sung in, and what not."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import JOINT, Constrained, matches
from index.languages import LANGUAGE_OF
from index.words import fold

_ACCENTS = str.maketrans({"a": "[aáàãäâ]", "c": "[cç]", "e": "[eéèê]", "n": "[nñ]", "o": "[oóöô]", "u": "[uúü]"})

# "una canzone italiana", "deutsche Lieder": languages as adjectives, in the genders and numbers that they come in
_ADJECTIVES = {
    "Italian": r"italian[aeio]s?|italien(?:ne)?s?|italienisch\w*|italiensk[at]?",
    "French": r"franc[eé]s[aei]?s?|fran[cç]aise?s?|franz[öo]sisch\w*|fransk[at]?",
    "Spanish": r"spagnol[aeio]|espagnole?s?|espa[ñn]ol(?:as?|es)?|espanhol(?:as?)?|espanh[óo]is|spanisch\w*|spansk[at]?",
    "German": r"tedesc(?:[ao]|he|hi)|allemande?s?|alem[aá]n(?:as?|es)?|alem[ãa]s?|deutsche?[nrs]?|tysk[at]?",
    "English": r"ingles[ei]|anglaise?s?|ingl[eéê]s(?:as?|es)?|englisch\w*|engelsk[at]?",
    "Portuguese": r"portoghes[ei]|portugaise?s?|portugu[eéê]s(?:as?|es)?|portugiesisch\w*|portugisisk[at]?",
    "Swedish": r"svedes[ei]|su[eé]doise?s?|suec[oa]s?|schwedisch\w*|svensk[at]?",
}
_SUNG_THINGS = r"canzon[ei]|bran[oi]|chansons?|morceaux?|titres?|canci[oó]n(?:es)?|temas?|m[uú]sicas?|musiche|musique|cantos?|can[çc][õo]es|lied(?:er)?|songs?|musik|l[åa]t(?:ar)?|vis(?:a|or)"


def _adjectives(text: str) -> list[Constrained]:
    every = "|".join(_ADJECTIVES.values())
    said = (
        rf"\b(?:{_SUNG_THINGS}) ({every})\b",
        rf"\b({every}) (?:lied(?:er)?|songs|musik|l[åa]tar|visor)\b",
        rf"^\W*(?:(?:e|et|y|und|och|o|ou|oder) )?(?:una?|uno|une?|eine?n?|uma?|ett?) ({every})\W*$",
    )

    def meant(m: re.Match[str]) -> dict[str, Any]:
        return {"language": next(n for n, p in _ADJECTIVES.items() if re.fullmatch(p, m[1], re.IGNORECASE))}

    return [c for pattern in said for c in matches(pattern, text, meant)]


def parse_language(text: str) -> list[Constrained]:
    """What songs should be sung in; several of which each will do are one limit."""
    name = "(?:" + "|".join(name.translate(_ACCENTS) for name in LANGUAGE_OF) + ")"
    names = f"{name}(?:{JOINT}(?:in )?{name})*"
    said = (
        rf"(?<!not )\b(?:(?:lyrics|words) in|in|auf|en|em|på)\s+({names})\b",
        rf"\b({names})[\s-](?:lyrics|language|words|vocals|singing|speaking)\b",
        rf"(?<!not )(?<!no )\b({names})(?= (?:(?:folk|pop|rock|love|rap|hip[- ]hop|soul|punk|protest|drinking|children['’]?s?) )?(?:songs?|ballads?|singers?|chansons?|lullab(?:y|ies))\b)",
        rf"^\W*(?:(?:and|now|then|how about|what about|maybe|or|something|sth|smth|anything|more|in|some|only|the|ones?|please)\W+)*({names})(?:\W+(?:ones?|maybe|perhaps|please|instead|then|now))*\W*$",
    )
    out = [(start, end) for _, start, end in languages_ruled_out(text)]

    def meant(m: re.Match[str]) -> dict[str, Any]:
        several = (LANGUAGE_OF[fold(one)] for one in re.findall(name, m[1], re.IGNORECASE))
        return {"language": " or ".join(dict.fromkeys(several))}

    found = [*(c for p in said for c in matches(p, text, meant)), *_adjectives(text)]
    return [c for c in found if not any(c.start < end and start < c.end for start, end in out)]


def languages_ruled_out(text: str) -> list[tuple[str, int, int]]:
    """ "nothing in English", "nicht auf Deutsch": languages that nobody should sing in, with their places [start, end)."""
    names = "|".join(name.translate(_ACCENTS) for name in LANGUAGE_OF)
    no = r"(?:no|not|nothing|none|neither|nor|anything (?:but|except)|other than|never|without|except|avoid|skip|hate|nicht|nichts|keine?|ausser|außer|pas|rien|sauf|sans|nada|excepto|sin|non|niente|senza|não|sem|inte|inget|utan)"
    cue = r"\s+(?:(?:any(?:thing|one)?|songs?|music|sung|singing|that is|more|de|musik|sång(?:er)?|chansons?)\s+){0,2}(?:in|auf|en|em|på|de|i)?\s*"
    found = re.finditer(
        rf"\b{no}{cue}({names})\b(?: (?:songs?|lyrics|vocals|singing|music|language|words))?", text, re.IGNORECASE
    )
    others = re.finditer(
        rf"\b(?:(?:a|any|some|another) )?languages? (?:other|different|else) than ({names})\b|\bnon-({names})\b",
        text,
        re.IGNORECASE,
    )
    named = [(LANGUAGE_OF[fold(next(filter(None, m.groups())))], m.start(), m.end()) for m in (*found, *others)]
    return list({name: (name, start, end) for name, start, end in named}.values())
