"""What is said to a companion in other languages, as it is said in English: thanks, pointing, likes, going on, facts.

Grammar and exemplars for what a turn is for are English; with this they serve six languages more. Words for music are not
touched: the vocabulary knows them. The phrases are data (`abroad.toml`), matched on folded text.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources

from assistant.embedded.forms import filled
from index.words import fold

# Articles of a language, its words for first to fifth and last, and for a line.
_PLACES = (
    (r"das|der|die|den|dem", ("erste[nsr]?", "zweite[nsr]?", "dritte[nsr]?", "vierte[nsr]?", "funfte[nsr]?", "letzte[nsr]?"), "zeile"),
    (r"le|la|l['’]|du", ("premiere?", "deuxieme|seconde?", "troisieme", "quatrieme", "cinquieme", "derniere?"), "ligne"),
    (r"el|la|lo", ("primer[oa]?", "segund[oa]", "tercer[oa]?", "cuart[oa]", "quint[oa]", "ultim[oa]"), "linea"),
    (r"il|la|lo|l['’]", ("prim[oa]", "second[oa]", "terz[oa]", "quart[oa]", "quint[oa]", "ultim[oa]"), "riga"),
    (r"o|a|do|da", ("primeir[oa]", "segund[oa]", "terceir[oa]", "quart[oa]", "quint[oa]", "ultim[oa]"), "linha"),
    (r"den|det", ("forsta", "andra", "tredje", "fjarde", "femte", "sista"), "raden?"),
)  # fmt: skip
_NAME = "qx{}qx"  # stands for a name, and for no word of any language
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")
_NOUN = r"(?: (?:stuck|lied|titel|song|morceau|titre|chanson|cancion|tema|canzone|brano|musica|laten?)\b)?"


@lru_cache(maxsize=64)  # a turn is looked at from several sides
def in_english(text: str, names: tuple[str, ...] = ()) -> str:
    """The text with such phrases of German, French, Spanish, Italian, Portuguese and Swedish in English, but for the `names` in
    it; one without any comes back as it is."""
    kept = text
    for n, name in enumerate(names):
        kept = kept.replace(name, _NAME.format(n))
    folded = said = fold(kept)
    for pattern, english in _phrases():
        said = pattern.sub(english, said)
    if said == folded:
        return text
    for n, name in enumerate(names):
        said = said.replace(_NAME.format(n), name)
    return said


@cache
def words_abroad() -> frozenset[str]:
    """Words of these phrases: none is a slip of a word for music."""
    data = _data()
    return frozenset(w for patterns in data.values() for p in patterns for w in re.findall(r"[a-z]{4,}", p))


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    said = [(rf"{p}" if p.startswith("^") else rf"\b{p}\b", english) for english, ps in _data().items() for p in ps]
    places = [
        pair
        for articles, words, line in _PLACES
        for name, word in zip(_ORDINALS, words, strict=True)
        for pair in (
            (rf"\b(?:{articles})\s?(?:{word}) {line}\b", f"the {name} line"),
            (rf"\b(?:{articles})\s?(?:{word})\b{_NOUN}", f"the {name} one"),
        )
    ]
    several = [pair for pair in said if "the first t" in pair[1]]  # "die ersten zwei" is not the first one
    return tuple((re.compile(pattern), english) for pattern, english in (*several, *places, *said))


@cache
def _data() -> dict[str, list[str]]:
    """Patterns by what they say in English, with their parts filled in."""
    data = tomllib.loads(resources.files("assistant.embedded").joinpath("abroad.toml").read_text("utf-8"))
    return {english: [filled(p, data["parts"]) for p in patterns] for english, patterns in data["phrases"].items()}
