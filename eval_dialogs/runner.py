"""Holds scripted dialogs through the same `Assistant` as the page and the command line, and checks each turn.

A check that does not hold is a failure. An exception, or a model that does not answer, is an error: it says nothing
about the answer, ends the attempt, and is counted apart.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from assistant.events import Reply, Request
from eval_dialogs.checks import Seen, broken, happened
from eval_dialogs.results import Attempt, Card, DialogResult, Problem, Step, TurnResult
from eval_dialogs.schema import Turn
from eval_dialogs.scripts import Script, ScriptTurn, fill
from eval_dialogs.stage import Props, Stage
from index.errors import ToolFailed, UserError

_LAST_CALLS = 3  # of a traceback


@dataclass(frozen=True)
class Progress:
    """How far an attempt at a dialog is: `turn` turns were held; `attempt` is there when it is over."""

    script: Script
    number: int
    turn: int
    attempt: Attempt | None = None


Tell = Callable[[Progress], None]
Draw = Callable[[dict[str, Any]], str]  # an artifact of kind `analysis` -> PNG in base64


@dataclass
class Runner:
    """Holds dialogs on a stage, `jobs` side by side. `draw` makes pictures of analyses, for reports."""

    stage: Stage
    jobs: int = 1
    repeat: int | None = None
    tell: Tell = lambda progress: None
    draw: Draw | None = None

    def run(self, scripts: Sequence[Script]) -> list[DialogResult]:
        """What came of each dialog, in their order; what it requires and is not there makes it skipped."""
        lacking = {script.id: self.stage.missing(script) for script in scripts}
        made: dict[str, list[Attempt]] = {script.id: [] for script in scripts}
        with ThreadPoolExecutor(self.jobs) as pool:
            waiting: dict[Future[Attempt], Script] = {
                pool.submit(self.attempt, script, number): script
                for script in scripts
                if lacking[script.id] is None
                for number in range(1, (self.repeat or script.defaults.repeat) + 1)
            }
            try:
                for future in as_completed(waiting):
                    made[waiting[future].id].append(future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [_result(s, sorted(made[s.id], key=lambda a: a.number), lacking[s.id]) for s in scripts]

    def attempt(self, script: Script, number: int) -> Attempt:
        """The dialog held once, in a fresh thread."""
        turns: list[TurnResult] = []
        try:
            with self.stage.set_for(script) as props:
                for turn in _Held(script, props, self.draw).turns():
                    turns.append(turn)
                    self.tell(Progress(script, number, len(turns)))
        except UserError as wrong:
            turns.append(_unheld(script, len(turns), str(wrong)))
        turns += [_unheld(script, n) for n in range(len(turns), len(script.turns))]
        attempt = Attempt(number=number, outcome=_worst(t.outcome for t in turns), turns=turns)
        self.tell(Progress(script, number, len(turns), attempt))
        return attempt


@dataclass
class _Held:
    """An attempt under way: what was seen, and what was captured."""

    script: Script
    props: Props
    draw: Draw | None
    thread: str = field(default_factory=lambda: uuid4().hex)
    seen: list[Seen] = field(default_factory=list)
    captured: dict[str, Any] = field(default_factory=dict)

    def turns(self) -> Iterator[TurnResult]:
        """Turn by turn, up to an error."""
        for number in range(1, len(self.script.turns) + 1):
            result = self._turn(number)
            yield result
            if result.outcome == "error":
                return

    def _turn(self, number: int) -> TurnResult:
        """A turn; the one place where an exception becomes an error of the dialog."""
        place = self.script.turns[number - 1]
        result = TurnResult(
            number=number, file=str(place.file), line=place.line, user=place.turn.user, outcome="not held"
        )
        try:
            turn = fill(place.turn, self.captured)
            result.user = turn.user
            if turn.when and not (self.seen and happened(turn.when, self.seen[-1], self.props.assistant.catalogue)):
                return result
            self._hold(turn, place, result)
        except ValidationError as exc:
            result.error = f"what was captured does not fit: {exc.errors()[0]['msg']}"
        except Exception as exc:
            result.error = "".join(traceback.format_exception(exc, limit=-_LAST_CALLS)).strip()
        result.outcome = _outcome(result)
        return result

    def _hold(self, turn: Turn, place: ScriptTurn, result: TurnResult) -> None:
        assistant = self.props.assistant
        liked, disliked = (self._tracks(name, turn, place, result) for name in ("like", "dislike"))
        if result.number == 1:
            liked = (*self.props.liked, *liked)
        files = tuple(str(self.props.files[name]) for name in turn.files)
        reply = assistant.reply(Request(self.thread, turn.user, liked, disliked, files))
        _note(result, reply)
        if reply.trouble:
            result.error = reply.trouble
            return
        if self.draw:
            result.pictures = [self.draw(a) for a in reply.artifacts if a["kind"] == "analysis"]
        seen = Seen(result.number, reply, assistant.conversation(self.thread), tuple(self.seen))
        self.seen.append(seen)
        for found in broken(turn.checks, seen, assistant.catalogue):
            result.problems.append(_problem(place, found.check, found.expected, found.got))
        self._capture(turn, place, result, reply)

    def _tracks(self, name: str, turn: Turn, place: ScriptTurn, result: TurnResult) -> tuple[str, ...]:
        """Ids behind the handles of `like` or `dislike`; one that nothing was shown under is a failure."""
        conversation = self.props.assistant.conversation(self.thread)
        ids: list[str] = []
        for handle in getattr(turn, name):
            try:
                ids.append(conversation.track_of(handle))
            except ToolFailed as wrong:
                result.problems.append(_problem(place, name, f"{handle} was shown", str(wrong)))
        return tuple(ids)

    def _capture(self, turn: Turn, place: ScriptTurn, result: TurnResult, reply: Reply) -> None:
        for name, path in turn.capture.items():
            try:
                self.captured[name] = _part(reply.to_dict(), path)
            except (LookupError, ValueError, TypeError):
                result.problems.append(_problem(place, "capture", f"{name}: {path}", "the reply has no such part"))


def _part(value: Any, path: str) -> str | int | float:
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    if not isinstance(value, str | int | float):
        raise TypeError(path)
    return value


def _problem(place: ScriptTurn, check: str, expected: str, got: str) -> Problem:
    return Problem(check=check, expected=expected, got=got, file=str(place.file), line=place.line_of(check))


def _note(result: TurnResult, reply: Reply) -> None:
    """What of a reply is kept."""
    result.text, result.reasoning, result.brain = reply.text, reply.reasoning, reply.brain
    result.ms, result.first_word_ms = reply.ms, reply.first_word_ms
    result.cuts, result.citations = reply.cuts, len(reply.citations)
    result.shown = [Card.model_validate(card) for card in reply.shown]
    result.tools = [Step(name=s.name, args=s.args, ok=s.ok, ms=s.ms, error=s.error) for s in reply.tools]


def _outcome(result: TurnResult) -> Any:
    if result.error is not None:
        return "error"
    return "failed" if any(p.gating for p in result.problems) else "passed"


def _worst(outcomes: Iterator[str]) -> Any:
    found = set(outcomes)
    return next((o for o in ("error", "failed") if o in found), "passed")


def _unheld(script: Script, n: int, error: str | None = None) -> TurnResult:
    place = script.turns[n]
    return TurnResult(
        number=n + 1,
        file=str(place.file),
        line=place.line,
        user=place.turn.user,
        outcome="error" if error else "not held",
        error=error,
    )


def _result(script: Script, attempts: list[Attempt], why: str | None) -> DialogResult:
    return DialogResult(
        id=script.id,
        name=script.name,
        file=str(script.file),
        line=script.line,
        description=script.dialog.description,
        tags=script.dialog.tags,
        outcome="skipped" if why else _worst(a.outcome for a in attempts),
        why=why or "",
        attempts=attempts,
    )
