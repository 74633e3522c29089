"""What a sentence about music says, for the embedder: its content words in their order.

A caption spends two words in five on articles, prepositions, forms of "be" and commas. Both sides of a comparison, captions and
requests, are embedded without them: the tracks that come are as right as with whole sentences, mostly better, and embedding takes
two thirds of the time (`make bench-discovery`). Words that turn a meaning ("not", "without", "no") stay.
"""

from __future__ import annotations

import re
from importlib import resources
from itertools import zip_longest

from index.words import fold

FUNCTION_WORDS = frozenset(resources.files("index").joinpath("function_words.txt").read_text("utf-8").split())
_KEY = re.compile(r"[a-g]", re.IGNORECASE)
_MODES = frozenset(("major", "minor", "sharp", "flat", "dur", "moll"))
_WORD = re.compile(r"[^\W_](?:(?:[\w'’&/#♯♭-]|(?<=\d)[.,](?=\d))*[\w#♯♭])?")


def gist(text: str) -> str:
    """The content words of a text; the text as it is where it has no others ("It Is What It Is")."""
    words = _WORD.findall(text)
    kept = (
        word
        for word, after in zip_longest(words, words[1:], fillvalue="")
        if fold(word) not in FUNCTION_WORDS or (_KEY.fullmatch(word) and fold(after) in _MODES)
    )
    return " ".join(kept) or text
