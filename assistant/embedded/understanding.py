"""A turn as it is read, and what was understood of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from assistant.embedded.intent import Reading
from assistant.embedded.reference import References
from index.entities import Entity
from index.query import Comparison


@dataclass(frozen=True)
class Turn:
    """A turn in its own words; `spoken` has words of other languages in English, `title` is one that it says is one; `state` is the digest of
    the conversation."""

    text: str
    spoken: str
    state: dict[str, Any]
    title: Entity | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The query that stands."""
        return self.state["query"] or {}


@dataclass(frozen=True)
class Understanding:
    """One turn, understood. `heard` pairs the listener's words with what they were taken for."""

    text: str
    intent: Reading
    want: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    avoid_artists: tuple[str, ...] = ()
    artists_like: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    titles_like: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    compare: tuple[Comparison, ...] = ()
    refs: References = field(default_factory=References)
    fresh_topic: bool = False
    heard: tuple[tuple[str, str], ...] = ()
    content: str = ""
    lifted: tuple[str, ...] = ()
    about: str = ""
    surprise: bool = False
    gone: tuple[str, ...] = ()  # standing wishes that no track meets beside those of this turn
