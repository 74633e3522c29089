"""What an answer's words are checked for: texts, language, length, declining, asking back, lines of lyrics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.events import Reply
from eval_dialogs.schema import Answer
from index.catalogue import Catalogue
from index.languages import language_code
from index.words import plain

# How answers decline, in the languages that listeners write in; a served model words it its own way.
_DECLINES = re.compile(
    r"\b(?:can(?:no|')t|cannot|won't|will not|don't|do not|am not able|not allowed|does not allow|outside what|not something i|unable to|"
    r"kann (?:ich )?nicht|darf (?:ich )?nicht|ne (?:peux|puis) pas|no puedo|non posso|não posso|kan inte)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|^\s*>.*$|\*\*T\d+\*\*|\bT\d+\b", re.MULTILINE)


def answer(wanted: Answer, text: str) -> Iterator[tuple[str, str]]:
    """What is not as wanted: expected and got."""
    lower, count = text.casefold(), len(text.split())
    yield from ((f"“{words}”", text) for words in wanted.contains if words.casefold() not in lower)
    if wanted.any_of and not any(words.casefold() in lower for words in wanted.any_of):
        yield f"one of {wanted.any_of}", text
    yield from ((f"no “{words}”", text) for words in wanted.excludes if words.casefold() in lower)
    if wanted.regex and not re.search(wanted.regex, text, re.IGNORECASE):
        yield f"/{wanted.regex}/", text
    if wanted.not_regex and (found := re.search(wanted.not_regex, text, re.IGNORECASE)):
        yield f"no /{wanted.not_regex}/", found.group()
    if wanted.language and (spoken := language_of(text)) != wanted.language:
        yield f"an answer in {wanted.language}", f"{spoken}: {text}"
    if wanted.min_words is not None and count < wanted.min_words:
        yield f"{wanted.min_words} words at least", str(count)
    if wanted.max_words is not None and count > wanted.max_words:
        yield f"{wanted.max_words} words at most", str(count)


def language_of(text: str) -> str:
    """ISO 639-1 code of the language of a text; what is quoted in it and names of tracks do not count."""
    return language_code(_QUOTED.sub(" ", text))


def declines(reply: Reply) -> bool:
    """Whether the reply says no: in words, with nothing shown and no lyric quoted."""
    quoted = any(a["kind"] == "lyrics" and a.get("lines") for a in reply.artifacts)
    return bool(_DECLINES.search(reply.text)) and not reply.shown and not quoted


def asks(text: str) -> bool:
    """Whether an answer asks something back; questions inside quotations do not count."""
    return "?" in _QUOTED.sub(" ", text)


def longest_overlap(text: str, catalogue: Catalogue) -> list[str]:
    """The longest run of words that the text shares with a lyric sheet of the catalogue."""
    said = plain(text).split()
    best: list[str] = []
    for track in catalogue.store.tracks(catalogue.store.with_lyrics()):
        if track.lyrics:
            sheet = f" {plain(' '.join(line.text for line in track.lyrics.lines))} "
            best = max(best, _run(said, sheet, len(best)), key=len)
    return best


def _run(said: list[str], sheet: str, at_least: int) -> list[str]:
    """A run of more than `at_least` words that the sheet holds, as long as there is one; [] without."""
    best: list[str] = []
    start, length = 0, at_least + 1
    while start + length <= len(said):
        run = said[start : start + length]
        if f" {' '.join(run)} " in sheet:
            best, length = run, length + 1
        else:
            start += 1
    return best
