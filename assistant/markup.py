"""Tags of a model's own protocol in its text: thoughts are set apart, tool calls that no parser took are not said.

A server without a reasoning parser leaves `<think>` in the answer, and vLLM leaves a `<tool_call>` there whose JSON
is broken. Text comes in pieces of any size; what may be the beginning of a tag is held back until it is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["words", "thought", "call"]
_TAGS: dict[str, Kind] = {"think": "thought", "tool_call": "call"}
_OPEN: dict[str, Kind] = {f"<{tag}>": kind for tag, kind in _TAGS.items()}
_CLOSE: dict[Kind, str] = {kind: f"</{tag}>" for tag, kind in _TAGS.items()}


@dataclass(frozen=True)
class Piece:
    """Text of one kind."""

    kind: Kind
    text: str


class Splitter:
    """Splits one message; `feed` its pieces, then `finish`."""

    def __init__(self) -> None:
        self._kind: Kind = "words"
        self._pending = ""

    def feed(self, text: str) -> Iterator[Piece]:
        """What is certain after this piece."""
        self._pending += text
        if "<" not in self._pending:  # most of it
            self._pending, text = "", self._pending
            if text:
                yield Piece(self._kind, text)
            return
        while found := self._next_tag():
            before, tag, kind = found
            if before:
                yield Piece(self._kind, before)
            self._pending, self._kind = self._pending[len(before) + len(tag) :], kind
        held = self._held()
        certain, self._pending = self._pending[: len(self._pending) - held], self._pending[len(self._pending) - held :]
        if certain:
            yield Piece(self._kind, certain)

    def finish(self) -> Iterator[Piece]:
        """The rest; a tag that was never closed keeps its kind."""
        if self._pending:
            yield Piece(self._kind, self._pending)
        self._pending, self._kind = "", "words"

    def _tags(self) -> dict[str, Kind]:
        if self._kind == "words":
            return {**_OPEN, **dict.fromkeys(_CLOSE.values(), "words")}  # an end without a beginning says nothing
        return {_CLOSE[self._kind]: "words"}

    def _next_tag(self) -> tuple[str, str, Kind] | None:
        """The text before the next tag, the tag, and the kind of what follows it."""
        places = [(self._pending.find(tag), tag, kind) for tag, kind in self._tags().items() if tag in self._pending]
        if not places:
            return None
        at, tag, kind = min(places)
        return self._pending[:at], tag, kind

    def _held(self) -> int:
        """How many characters at the end may be the beginning of a tag."""
        ends = (n for tag in self._tags() for n in range(1, len(tag)) if self._pending.endswith(tag[:n]))
        return max(ends, default=0)


def whole(text: str) -> list[Piece]:
    """A message that is complete, split."""
    splitter = Splitter()
    return [*splitter.feed(text), *splitter.finish()]
