"""What goes into a turn and what comes out of it: a `Request`, then pieces as they happen, last the whole `Reply`."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Request:
    """A listener's turn. `liked` and `disliked` are track ids, `files` paths of attached audio."""

    thread: str
    user: str
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    owner: str = "local"


@dataclass
class ToolStep:
    """A tool call of a turn: what was asked, whether it worked, how long it took (ms)."""

    name: str
    args: dict[str, Any]
    ok: bool = True
    ms: float = 0.0
    error: str | None = None


@dataclass
class Reply:
    """The answer to a turn. `shown` are cards with ids and evidence, `ranked` track ids by fit.

    `cuts` are sentences that nothing supported, each with the claim and what was said `instead` ("" when nothing).
    `brain` is who answered; `trouble` says, when it did not go as it should, what happened.
    """

    text: str
    shown: list[dict[str, Any]] = field(default_factory=list)
    ranked: list[str] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    reasoning: str = ""
    tools: list[ToolStep] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    cuts: list[dict[str, str]] = field(default_factory=list)
    ms: float = 0.0
    first_word_ms: float | None = None
    brain: str = "embedded"
    trouble: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, not copied: a reply is large, and is written down next."""
        return {f.name: getattr(self, f.name) for f in fields(self)} | {"tools": [asdict(step) for step in self.tools]}


@dataclass(frozen=True)
class Thought:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True)
class Words:
    """A piece of the answer that has passed the grounding check."""

    text: str


Event = Thought | Words | ToolStep | Reply
