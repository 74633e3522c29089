"""An audio model for tests: it answers from a list by kind of prompt, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from index.errors import ToolFailed
from tools.listener.prompts import DESCRIPTION, LYRICS, STRUCTURE
from tools.listener.said import Said, separate
from tools.listener.sound import RATE, Samples

PROSE = "A slow waltz for piano and strings, calm and late at night."
OBJECT = '{"genres": ["waltz"], "instruments": ["piano", "strings"], "vocals": "instrumental", "moods": ["calm"], "structure": ["intro"]}'


def kind(question: str) -> str:
    """Which of the prompts a question is."""
    if "could not be used" in question:
        return "repair"
    return next((p.name for p in (DESCRIPTION, STRUCTURE, LYRICS) if p.text == question), "question")


@dataclass
class Hearing:
    """`says` maps a kind of prompt and the number of the time it is asked (from 0) to an answer or a failure."""

    says: Callable[[str, int], str | Exception] = lambda kind, n: OBJECT if kind in ("structure", "repair") else PROSE
    limit_s: float = 600.0
    model: str = "test/hearing"
    asked: list[tuple[str, float]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def longest_s(self) -> float:
        return self.limit_s

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        with self._lock:
            n = sum(k == kind(question) for k, _ in self.asked)
            self.asked.append((kind(question), len(sound) / RATE))
        answer = self.says(kind(question), n)
        if isinstance(answer, Exception):
            raise answer
        return separate(answer, cut="<think>" in answer and "</think>" not in answer)

    def trouble(self) -> str | None:
        return None

    def stop(self) -> None:
        self.says = away


def away(kind: str, n: int) -> Exception:
    """A model that is not there."""
    return ToolFailed("the audio language model did not answer: ConnectError")
