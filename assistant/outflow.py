"""What leaves in an answer or a thought, whatever the model wrote: no link that could be followed or fetched, no mark-up that a
page would run, no invisible character, no secret, no blocked track, and no more of a lyric than its rights allow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.redaction import Redaction
from index.outside import visible
from index.words import odd_words, plain
from tools.disguises import coded
from tools.lyric_watch import Watch

_CODE = 200  # characters said before, in which a code may begin
_LONG = 120  # characters of a thought that has no end yet
_FIRST_WORDS = re.compile(r"\s*(?:\S+\s+){1,2}")
NOT_SHOWN = "(…)"
LEFT_OUT = "(lyrics that may not be shown)"
NO_LINK = "(link left out)"
_IMAGE = re.compile(r"!\[([^\]\n]{0,200})\](?=\s?[(\[])")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>()\[\]“”\"'`]+|\bwww\.[^\s<>()\[\]“”\"'`]+|\b(?:javascript|vbscript|data|mailto|file|blob|tel|sms):[^\s<>()\[\]“”\"'`]+",
    re.IGNORECASE,
)
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_JOINTS = re.compile(r"\](?=[(\[:])")
_MATHS = re.compile(r"\$\$|\\[(\[]")


def inert(text: str, known: Callable[[str], bool] = lambda address: False) -> str:
    """Text that a page may render as Markdown: nothing in it is fetched or can be followed.

    An address that is `known` (a tool returned exactly this one) stays to be read, as code; others are left out.
    """
    text = _IMAGE.sub(r"\1 ", text)
    for pattern in (_ADDRESS, _MAIL):
        text = pattern.sub(lambda m: f"`{m.group()}`" if known(m.group()) else NO_LINK, text)
    return _JOINTS.sub("] ", _TAG.sub("‹", _MATHS.sub("", text)))


@dataclass
class Outflow:
    """The policy of one turn; the grounding check asks it about every sentence, the turn about every thought."""

    watch: Watch
    redaction: Redaction
    blocked: tuple[str, ...] = ()  # titles
    spells: Callable[[str], bool] = lambda word: False  # whether a name of the catalogue holds such a word

    def clean(self, text: str, known: Callable[[str], bool] = lambda address: False) -> str:
        """A sentence as it may be rendered."""
        return inert(self.redaction(visible(text)), known)

    def leak(self, text: str) -> str | None:
        """Why a sentence may not be said at all."""
        if not text.strip():
            return None
        said = f" {plain(text)} " if self.blocked else ""
        if any(f" {title} " in said for title in self.blocked):
            return "a blocked track"
        lately = f"{self.watch.answer[-_CODE:]} {text}"
        if coded(lately) and coded(self._without_names(lately)):
            return "words in a code"
        return self.watch.leak(text)

    def _without_names(self, text: str) -> str:
        """The text without words that only look like a code because somebody is called so."""
        for word in filter(self.spells, dict.fromkeys(odd_words(text))):
            text = text.replace(word, "")
        return text

    def without_lyrics(self, value: Any) -> Any:
        """Any nesting of JSON types, in which texts that hold protected lyrics are left out."""
        if not self.watch.guard.holds(json.dumps(value, ensure_ascii=False, default=str)):
            return value
        if isinstance(value, dict):
            return {name: self.without_lyrics(inner) for name, inner in value.items()}
        return [self.without_lyrics(inner) for inner in value] if isinstance(value, list) else LEFT_OUT

    def shown(self, value: Any) -> Any:
        """A tool's arguments or its failure as the trace shows them: any nesting of JSON types."""
        harmless = not self.leak("\n".join(map(self.clean, _texts(value))))
        return self._shown(value, harmless)

    def _shown(self, value: Any, harmless: bool) -> Any:
        """The value with each text cleaned, and looked at alone where all of them together are not `harmless`."""
        if isinstance(value, str):
            text = self.clean(value)
            return NOT_SHOWN if not harmless and self.leak(text) else text
        if isinstance(value, dict):
            return {name: self._shown(inner, harmless) for name, inner in value.items()}
        return [self._shown(inner, harmless) for inner in value] if isinstance(value, list | tuple) else value

    def said(self, text: str) -> None:
        """Notes what was said."""
        self.watch.said(text)


def _texts(value: Any) -> Iterator[str]:
    """All texts in any nesting of JSON types."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


class Thoughts:
    """A model's thoughts, let through line by line: what may not be said may not be thought aloud either.

    The first words of a turn come at once, so that its listener sees it begin: two of them say nothing of a lyric.
    """

    def __init__(self, policy: Outflow | None) -> None:
        self._policy, self._pending, self._begun = policy, "", False

    def feed(self, text: str) -> str:
        """Takes in newly thought text and returns what may be shown; the last sentence waits for its end."""
        self._pending += text
        if not self._begun and (first := _FIRST_WORDS.match(self._pending)):
            self._begun, self._pending = True, self._pending[first.end() :]
            return self._passed(first.group()) + self.feed("")
        end = max(self._pending.rfind(sign) for sign in ("\n", ". ", "! ", "? ")) + 1
        end = end or (self._pending.rfind(" ") + 1 if len(self._pending) > _LONG else 0)
        shown, self._pending = self._pending[:end], self._pending[end:]
        return self._passed(shown)

    def finish(self) -> str:
        """The rest."""
        shown, self._pending = self._pending, ""
        return self._passed(shown)

    def _passed(self, text: str) -> str:
        if not text or self._policy is None:
            return text
        text = self._policy.clean(text)
        if self._policy.leak(text):
            return NOT_SHOWN + ("\n" if text.endswith("\n") else " ")
        self._policy.said(text)
        return text
