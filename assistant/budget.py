"""What a turn may cost, and what is left of it. Times in seconds, lengths in tokens."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.outflow import Outflow
from tools.desk import Desk

_CHANGES = {"remember"}  # tools that do something else when they are called again
_LAST_WORD = 0.75  # share of the time after which the model is asked to answer with what it has


class BudgetSpent(Exception):
    """The turn has cost what it may; its text says what ran out. Raised between two pieces of a stream or two calls."""


@dataclass
class Budget:
    """The limits of one turn, and the count so far.

    `silence_s` is how long the model may say nothing at all: to its first token, or between two of them.
    """

    seconds: float = 120.0
    silence_s: float = 60.0
    tokens: int = 16_000
    model_calls: int = 8
    tool_calls: int = 12
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    used_tokens: int = 0
    used_model_calls: int = 0
    used_tool_calls: int = 0
    stopped: bool = False
    _began: float = field(init=False)
    _asked: set[str] = field(default_factory=set)
    _told: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def left_s(self) -> float:
        """Seconds that are left, 0 at least."""
        return max(0.0, self.seconds - (self.clock() - self._began))

    @property
    def left_tokens(self) -> int:
        """Tokens that the model may still write."""
        return max(0, self.tokens - self.used_tokens)

    def stop(self) -> None:
        """Ends the turn with its next look at what is left."""
        self.stopped = True
        for tell in tuple(self._told):
            tell()

    @contextmanager
    def stopping(self, tell: Callable[[], None]) -> Iterator[None]:
        """`tell` is called when the turn is stopped meanwhile, by whoever stops it."""
        self._told.append(tell)
        try:
            yield
        finally:
            self._told.remove(tell)

    def check(self, written: int = 0) -> None:
        """Raises `BudgetSpent` when the listener stopped the turn, or its time or its tokens are used up, with so many that are
        `written` and not counted yet."""
        if self.stopped:
            raise BudgetSpent("it was stopped")
        if not self.left_s:
            raise BudgetSpent(f"the {self.seconds:g} seconds for a turn are over")
        if self.left_tokens <= max(0, written):
            raise BudgetSpent(f"the {self.tokens} tokens for a turn are used up")

    def call_model(self) -> bool:
        """Counts a call to the model; whether it is the last one, so that the model has to answer now."""
        self.check()
        if self.used_model_calls >= self.model_calls:
            raise BudgetSpent(f"the {self.model_calls} steps for a turn are used up")
        self.used_model_calls += 1
        return (
            self.used_model_calls >= self.model_calls
            or self.used_tool_calls >= self.tool_calls
            or self.left_s < self.seconds * (1 - _LAST_WORD)
        )

    def call_tool(self, name: str, args: dict[str, Any]) -> str | None:
        """Counts a call to a tool; why it must not run, or None."""
        if self.used_tool_calls >= self.tool_calls:
            return f"the {self.tool_calls} tool calls for a turn are used up; answer with what you have"
        self.used_tool_calls += 1
        call = json.dumps([name, args], sort_keys=True, default=str)
        if call in self._asked and name not in _CHANGES:
            return "this very call was made before in this turn and its result stands above; answer with it, or ask for something else"
        self._asked.add(call)
        return None


@dataclass
class TimedDesk(Desk):
    """What the tools of a turn work with, and what the turn may cost."""

    budget: Budget = field(default_factory=Budget)
    policy: Outflow | None = None
