"""What a model said, apart from what it thought; and whether what it said is language at all."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

MOST_CHARACTERS = 20_000  # more than any answer that was asked for
_OPEN, _CLOSE = "<think>", "</think>"
_THOUGHT = re.compile(rf"{_OPEN}(.*?)(?:{_CLOSE}|\Z)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\"”»)]*(?=\s|$)")
_LETTERS = 12  # fewer say nothing about music
_MOSTLY = 0.9  # share of letters, digits, spaces and punctuation in a text
_LOOP = 0.1  # share of different words below which a text only repeats itself
_WORD = 30  # characters; words of a babbling model run on


@dataclass(frozen=True)
class Said:
    """An answer; `cut` when the model was stopped before its end."""

    text: str
    reasoning: str = ""
    cut: bool = False


def separate(answer: str, reasoning: str = "", cut: bool = False) -> Said:
    """Answer and `<think>` passages apart; one that is never closed runs to the end, one never opened from the start.

    `reasoning` is what the server itself had set apart.
    """
    if _CLOSE in answer and answer.find(_CLOSE) < (answer.find(_OPEN) if _OPEN in answer else len(answer)):
        answer = _OPEN + answer
    thoughts = [reasoning, *_THOUGHT.findall(answer)]
    text = _THOUGHT.sub("", answer).replace(_CLOSE, "").strip()
    thought = "\n".join(t.strip() for t in thoughts if t.strip())
    return Said(text[:MOST_CHARACTERS], thought[:MOST_CHARACTERS], cut or len(text) > MOST_CHARACTERS)


def whole_sentences(text: str) -> str:
    """The text up to its last full stop; all of it when it has none."""
    ends = list(_SENTENCE_END.finditer(text))
    return text[: ends[-1].end()] if ends else text


def readable(text: str, *, song: bool = False) -> bool:
    """Whether a text is made of words, and does not only repeat itself, as a song may. It does not judge whether they are true."""
    kinds = Counter(unicodedata.category(c)[0] for c in text)
    letters, all_of_it = kinds["L"] + kinds["M"], sum(kinds.values())
    if (letters < _LETTERS and not song) or "\ufffd" in text or letters < all_of_it / 2:
        return False
    if all_of_it - kinds["C"] - kinds["S"] + text.count("\n") < _MOSTLY * all_of_it:
        return False
    words = text.split()
    spaced = all(ord(c) < 0x2E80 for c in text)  # from there on scripts write without spaces
    if spaced and max(map(len, words)) > _WORD and sum(map(len, words)) / len(words) > _WORD / 2:
        return False
    return song or len(words) < 20 or len({w.casefold() for w in words}) >= _LOOP * len(words)
