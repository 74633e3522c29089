"""What songs speak of, word for word in seven languages (`themes.txt`): a bridge between a question and a song."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources

from index.everyday import EVERYDAY
from index.languages import language_code, language_name
from index.words import fold, stem

Row = tuple[tuple[str, ...], ...]
_LANGUAGES = ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Swedish")  # the list's columns
_DULL = frozenset(
    [
        "day",
        "today",
        "tomorrow",
        "time",
        "word",
        "words",
        "hand",
        "hands",
        "eye",
        "eyes",
        "life",
        "live",
        "red",
        "white",
        "leave",
        "left",
        "back",
        "coming",
        "free",
        "old",
        "grow",
        "come",
    ]
)  # in every other song
_MOST = 40  # words of a question that are looked for
_LONG = 5  # letters of a word that stands for what begins with it


def telling_words(about: str) -> list[str]:
    """The words of a question that tell something, folded; all of them where none does."""
    words = list(dict.fromkeys(w for w in re.findall(r"\w+", fold(about)) if len(w) > 1))[:_MOST]
    return [w for w in words if w not in EVERYDAY or any(w in row[0] for row in _rows().get(w, ()))] or words


def in_english(about: str, words: Sequence[str]) -> str:
    """A question put into English word by word, where none of its words is English and the list has some of them."""
    known = {word: row for word in words if (row := _row_of(word, about))}
    if not known or any({word, stem(word)} & set(row[0]) for word, row in known.items()):
        return about
    return " ".join(known[w][0][0] if w in known else w for w in words)


def elsewhere(word: str, about: str) -> dict[str, list[str]]:
    """The same thing as a word of a question in the other languages, as FTS5 terms by language."""
    columns = zip(_LANGUAGES, _row_of(word, about) or (), strict=False)
    return {
        language: [f'"{w}"{"*" if len(w) >= _LONG else ""}' for w in column]
        for language, column in columns
        if not {word, stem(word)} & set(column)
    }


def _row_of(word: str, about: str) -> Row | None:
    """The row of a word; where several have it ("pain" is bread in French), that of the question's language."""
    rows = _rows().get(word) or _rows().get(stem(word), ())
    if len(rows) < 2:
        return rows[0] if rows else None
    language = language_name(language_code(about))
    column = _LANGUAGES.index(language) if language in _LANGUAGES else 0
    return next((row for row in rows if word in row[column]), rows[0])


def spoken_of(text: str, language: str | None, most: int = 5) -> list[str]:
    """Things that a text names, in English, the most frequent first."""
    if language not in _LANGUAGES:
        return []
    column = _LANGUAGES.index(language)
    rows = dict.fromkeys(row for found in _rows().values() for row in found)
    names = {
        word: row[0][0] if column else word for row in rows for word in row[column] if not {row[0][0], word} & _DULL
    }
    found = Counter(names[word] for word in re.findall(r"\w+", fold(text)) if word in names)
    return [name for name, _ in found.most_common(most)]


@cache
def _rows() -> dict[str, tuple[Row, ...]]:
    """The rows of the list by each of their words, folded; a row has its words by language, English first."""
    found: dict[str, tuple[Row, ...]] = {}
    for line in resources.files("index").joinpath("themes.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            row = tuple(tuple(fold(w) for w in column.split()) for column in line.split("|"))
            for word in dict.fromkeys(w for column in row for w in column):
                found[word] = (*found.get(word, ()), row)
    return found
