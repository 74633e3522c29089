"""What songs speak of, word for word in seven languages (`themes.txt`): a bridge between a question and a song."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources

from index.everyday import EVERYDAY
from index.words import fold

Row = tuple[tuple[str, ...], ...]
_LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Swedish")  # the list's columns
_MOST = 40  # words of a question that are looked for
_LONG = 5  # letters of a word that stands for what begins with it


def telling_words(about: str) -> list[str]:
    """The words of a question that tell something, folded; all of them where none does."""
    words = list(dict.fromkeys(w for w in re.findall(r"\w+", fold(about)) if len(w) > 1))[:_MOST]
    rows = _rows()
    return [w for w in words if w not in EVERYDAY or (w in rows and w in rows[w][0])] or words


def in_english(about: str, words: Sequence[str]) -> str:
    """A question put into English word by word, where none of its words is English and the list has some of them."""
    rows = _rows()
    known = {word: rows[word] for word in words if word in rows}
    if not known or any(word in row[0] for word, row in known.items()):
        return about
    return " ".join(known[w][0][0] if w in known else w for w in words)


def elsewhere(word: str) -> dict[str, list[str]]:
    """The same thing in the other languages, as FTS5 terms by language."""
    columns = zip(_LANGUAGES, _rows().get(word, ()), strict=False)
    return {
        language: [f'"{w}"{"*" if len(w) >= _LONG else ""}' for w in column]
        for language, column in columns
        if word not in column
    }


def spoken_of(text: str, language: str | None, most: int = 5) -> list[str]:
    """Things that a text names, in English, the most frequent first; those named once count where they come early."""
    if language not in _LANGUAGES:
        return []
    column = _LANGUAGES.index(language)
    names = {word: row[0][0] for row in dict.fromkeys(_rows().values()) for word in row[column]}
    found = Counter(names[word] for word in re.findall(r"\w+", fold(text)) if word in names)
    return [name for name, _ in found.most_common(most)]


@cache
def _rows() -> dict[str, Row]:
    """The row of the list by each of its words, folded; a row has its words by language, English first."""
    found: dict[str, Row] = {}
    for line in resources.files("index").joinpath("themes.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            row = tuple(tuple(fold(w) for w in column.split()) for column in line.split("|"))
            for word in (w for column in row for w in column):
                found.setdefault(word, row)
    return found
