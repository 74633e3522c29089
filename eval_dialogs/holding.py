"""One attempt at a dialog: turn by turn through the assistant, checked as it goes.

A check that does not hold is a failure. An exception, or a model that does not answer, is an error: it says nothing
about the answer, ends the attempt, and is counted apart.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from assistant.events import Reply, Request
from eval_dialogs.checks import Seen, broken, happened
from eval_dialogs.judge import Judge, JudgeFailed
from eval_dialogs.matching import part
from eval_dialogs.results import Card, Outcome, Problem, Step, TurnResult
from eval_dialogs.schema import Judge as Rubric
from eval_dialogs.schema import Turn
from eval_dialogs.scripts import Script, ScriptTurn, fill
from eval_dialogs.stage import Props
from eval_dialogs.tapes import Tape
from index.errors import ToolFailed, UserError

_LAST_CALLS = 3  # of a traceback

Draw = Callable[[dict[str, Any]], str]  # an artifact of kind `analysis` -> PNG in base64


@dataclass
class Held:
    """An attempt under way: what was seen, and what was captured."""

    script: Script
    props: Props
    judge: Judge | None
    tape: Tape | None
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
            turn = self._filled(place.turn)
            result.user = turn.user
            if turn.when and not (self.seen and happened(turn.when, self.seen[-1], self.props.assistant.catalogue)):
                return result
            self._hold(turn, place, result)
        except (JudgeFailed, UserError) as exc:
            result.error = str(exc)
        except Exception as exc:
            result.error = "".join(traceback.format_exception(exc, limit=-_LAST_CALLS)).strip()
        if self.tape and self.tape.stale:
            result.error = self.tape.stale
        result.outcome = _outcome(result)
        return result

    def _filled(self, turn: Turn) -> Turn:
        try:
            return fill(turn, self.captured)
        except ValidationError as exc:
            raise UserError(f"what was captured does not fit: {exc.errors()[0]['msg']}") from exc

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
        seen = Seen(result.number, turn.user, reply, assistant.conversation(self.thread), tuple(self.seen))
        self.seen.append(seen)
        for found in broken(turn.checks, seen, assistant.catalogue):
            result.problems.append(_problem(place, found.check, found.expected, found.got))
        if turn.checks.judge:
            self._judge(turn.checks.judge, seen, place, result)
        self._capture(turn, place, result, reply)

    def _judge(self, rubric: Rubric, seen: Seen, place: ScriptTurn, result: TurnResult) -> None:
        if self.judge is None and rubric.gating:
            raise JudgeFailed("there is no judge: set LINERNOTES_JUDGE_URL and LINERNOTES_JUDGE_MODEL")
        if self.judge is None:
            result.problems.append(_problem(place, "judge", rubric.rubric, "there is no judge", gating=False))
            return
        verdict = result.verdict = self.judge.verdict(rubric, seen)
        if verdict.score < rubric.at_least:
            expected, got = f"{rubric.at_least:g} at least: {rubric.rubric}", f"{verdict.score:g}: {verdict.why}"
            result.problems.append(_problem(place, "judge", expected, got, gating=rubric.gating))

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
                value = part(reply.to_dict(), path)
            except LookupError:
                value = None
            if isinstance(value, str | int | float):
                self.captured[name] = value
            else:
                result.problems.append(_problem(place, "capture", f"{name}: {path}", "the reply has no such value"))


def _problem(place: ScriptTurn, check: str, expected: str, got: str, *, gating: bool = True) -> Problem:
    file, line = str(place.file), place.line_of(check)
    linecache.checkcache(file)
    source = linecache.getline(file, line).strip()
    return Problem(check=check, expected=expected, got=got, file=file, line=line, source=source, gating=gating)


def _note(result: TurnResult, reply: Reply) -> None:
    """What of a reply is kept."""
    result.text, result.reasoning, result.brain = reply.text, reply.reasoning, reply.brain
    result.ms, result.first_word_ms = reply.ms, reply.first_word_ms
    result.cuts, result.citations = reply.cuts, len(reply.citations)
    result.shown = [Card.model_validate(card) for card in reply.shown]
    result.tools = [Step(name=s.name, args=s.args, ok=s.ok, ms=s.ms, error=s.error) for s in reply.tools]


def _outcome(result: TurnResult) -> Outcome:
    if result.error is not None:
        return "error"
    return "failed" if any(p.gating for p in result.problems) else "passed"
