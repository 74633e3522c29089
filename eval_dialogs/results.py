"""What came of dialogs, as data: a run of dialogs, each tried once or more often, turn by turn.

These models are the JSON report and the record of a run; `linernotes runs schema` prints their JSON Schema.
Times in milliseconds, dates in ISO 8601 with their offset.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FORMAT = 1
Outcome = Literal["passed", "failed", "error", "not held"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Problem(_Row):
    """A check that did not hold, and where it stands. `gating` False: it is told, and does not decide."""

    check: str
    expected: str
    got: str
    file: str
    line: int
    source: str = Field("", description="that line of the file")
    gating: bool = True


class Step(_Row):
    """A tool call."""

    name: str
    args: dict[str, Any]
    ok: bool = True
    ms: float = 0.0
    error: str | None = None


class Card(_Row):
    """A track that was shown."""

    handle: str
    id: str
    title: str
    artists: list[str] = Field(default_factory=list)


class Verdict(_Row):
    """A judge's opinion of an answer, from 0 to 1."""

    score: float
    at_least: float
    why: str
    model: str


class TurnResult(_Row):
    """A turn: what was said, what came, and what did not hold. `error` is why there is no telling."""

    number: int
    file: str
    line: int
    user: str
    outcome: Outcome
    text: str = ""
    reasoning: str = ""
    brain: str = ""
    shown: list[Card] = Field(default_factory=list)
    tools: list[Step] = Field(default_factory=list)
    cuts: list[dict[str, str]] = Field(default_factory=list)
    citations: int = 0
    ms: float = 0.0
    first_word_ms: float | None = None
    problems: list[Problem] = Field(default_factory=list)
    verdict: Verdict | None = None
    error: str | None = None
    pictures: list[str] = Field(default_factory=list, description="PNG in base64: analyses of this turn", exclude=True)


class Attempt(_Row):
    """A dialog held once. `number` is from 1."""

    number: int
    outcome: Outcome
    turns: list[TurnResult]

    @property
    def whole(self) -> bool:
        """Whether it was held to its end, or to an error."""
        return self.outcome == "error" or all(turn.outcome != "not held" for turn in self.turns)

    @property
    def ms(self) -> float:
        """The time of its turns."""
        return sum(turn.ms for turn in self.turns)


class DialogResult(_Row):
    """A dialog and its attempts. It passed when all of them did; `why` says why it was skipped."""

    id: str
    name: str
    file: str
    line: int
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    outcome: Literal["passed", "failed", "error", "skipped"]
    why: str = ""
    attempts: list[Attempt] = Field(default_factory=list)

    @property
    def ms(self) -> float:
        """The median time of its attempts; 0 when it was skipped."""
        times = sorted(attempt.ms for attempt in self.attempts)
        return times[len(times) // 2] if times else 0.0

    @property
    def flaky(self) -> bool:
        """Whether it both passed and failed."""
        return {"passed", "failed"} <= {attempt.outcome for attempt in self.attempts}


class Score(_Row):
    """The figures of a run; see `eval_dialogs.scoring`."""

    passed: int
    failed: int
    errors: int
    skipped: int
    pass_hat: dict[int, float] = Field(default_factory=dict, description="pass^k by k")
    flaky: float | None = Field(None, description="share of dialogs that both passed and failed")


class Run(_Row):
    """A run of dialogs, and on what."""

    format: int = FORMAT
    id: str
    started: str
    seconds: float
    program: str = Field(description="version of Liner Notes")
    revision: str | None = Field(None, description="git revision of the working directory; + when it was changed")
    catalogue: str
    tracks: int
    index: str = Field(description="digest of what the index holds")
    brain: str
    model: str
    prompt: str = Field(description="digest of the rules and tools that a model is given")
    played: bool = Field(False, description="whether a model's recorded answers took its place")
    repeat: int | None = None
    score: Score
    dialogs: list[DialogResult]
