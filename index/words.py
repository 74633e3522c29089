"""Words with their places: folding, light stemming and tokens that remember where they stood.

Accents are folded by Unicode decomposition (NFKD), case by `casefold`. The stemmer only undoes English
plurals; anything stronger confuses musical words (`keys`, `house`, `blues`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:[&'’][^\W_]+)*", re.UNICODE)
_WRITTEN = re.compile(r"[\w$!@+-]{3,}")
_KEEPS_S = {
    "blues",
    "brass",
    "bass",
    "jazz",
    "strings",
    "drums",
    "vocals",
    "keys",
    "christmas",
    "yes",
    "this",
    "us",
    "as",
    "is",
    "was",
    "sans",
}
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})  # letters that NFKD leaves whole


@dataclass(frozen=True)
class Word:
    """A folded, stemmed word and its place [start, end) in the text it came from."""

    stem: str
    start: int
    end: int


def fold(text: str) -> str:
    """Case and accents removed, so that `Résumé` and `resume` are one."""
    if text.isascii():  # most of it, and ten times as fast
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_WHOLE)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A folded word without its English plural ending; short words and words that need their s keep it."""
    word = fold(word).replace("’", "'").removesuffix("'s")
    if len(word) <= 3 or word in _KEEPS_S or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return word[:-1] if word.endswith("s") else word


def words(text: str) -> list[Word]:
    """The words of a text in order, with their places."""
    return [Word(stem(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]


def plain(text: str) -> str:
    """The folded words of a text joined by single spaces: the form in which names are compared."""
    return " ".join(fold(m.group()).replace("'", "").replace("’", "") for m in _WORD.finditer(text))


def places_of(name: str, text: str) -> list[tuple[int, int]]:
    """Where a text has the words of a name, one after the other, whatever stands between them."""
    sought = plain(name).split()
    found = [(plain(m.group()), m.start(), m.end()) for m in _WORD.finditer(text)]
    runs = (found[n : n + len(sought)] for n in range(len(found) - len(sought) + 1)) if sought else ()
    return [(run[0][1], run[-1][2]) for run in runs if [word for word, *_ in run] == sought]


def odd_words(text: str) -> list[str]:
    """Words of three signs or more with a digit, a sign or a capital inside, as they are written."""
    return [word for word in _WRITTEN.findall(text) if not word.isalpha() or word[1:] != word[1:].lower()]
