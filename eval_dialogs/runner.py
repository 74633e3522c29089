"""Holds scripted dialogs through the same `Assistant` as the page and the command line, side by side and repeatedly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from eval_dialogs.holding import Draw, Held
from eval_dialogs.judge import Judge
from eval_dialogs.results import Attempt, DialogResult, TurnResult
from eval_dialogs.scripts import Script
from eval_dialogs.stage import Stage
from eval_dialogs.tapes import Tapes
from index.errors import UserError

_STOPPED = "the run was stopped before its end"
_ASKED_S = 0.1  # how often it is looked whether a run should stop


@dataclass(frozen=True)
class Progress:
    """How far an attempt at a dialog is: `turn` turns were held; `attempt` is there when it is over."""

    script: Script
    number: int
    turn: int
    attempt: Attempt | None = None


Tell = Callable[[Progress], None]


@dataclass
class Runner:
    """Holds dialogs on a stage, `jobs` side by side.

    `tapes` record or play what a served model says; `draw` makes pictures of analyses, for reports. When `stop` is set, dialogs
    end with the turn that they are in, and what was not held to its end counts as skipped.
    """

    stage: Stage
    jobs: int = 1
    repeat: int | None = None
    tell: Tell = lambda progress: None
    judge: Judge | None = None
    tapes: Tapes | None = None
    draw: Draw | None = None
    stop: threading.Event = field(default_factory=threading.Event)

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
                for future in self._ended(waiting):
                    made[waiting[future].id].append(future.result())
            except BaseException:
                self.stop.set()
                raise
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
        for script in scripts:
            made[script.id].sort(key=lambda attempt: attempt.number)
            if self.tapes:
                self.tapes.finish(script, made[script.id])
        stopped = _STOPPED if self.stop.is_set() else None
        return [_result(s, made[s.id], lacking[s.id] or (None if made[s.id] else stopped)) for s in scripts]

    def _ended(self, waiting: Iterable[Future[Attempt]]) -> Iterator[Future[Attempt]]:
        """Attempts as they end; once the run is to stop, those that were held to their end by then."""
        left = set(waiting)
        while left:
            if self.stop.is_set():
                left = {f for f in left if not f.cancel()}
            done, left = wait(left, _ASKED_S, return_when=FIRST_COMPLETED)
            yield from (f for f in done if f.result().whole or not self.stop.is_set())

    def attempt(self, script: Script, number: int) -> Attempt:
        """The dialog held once, in a fresh thread."""
        turns: list[TurnResult] = []
        self.tell(Progress(script, number, 0))
        try:
            with self._held(script, number) as held:
                for turn in held.turns():
                    turns.append(turn)
                    self.tell(Progress(script, number, len(turns)))
                    if self.stop.is_set():
                        break
        except UserError as wrong:
            turns.append(_unheld(script, len(turns), str(wrong)))
        turns += [_unheld(script, n) for n in range(len(turns), len(script.turns))]
        attempt = Attempt(number=number, outcome=_worst(t.outcome for t in turns), turns=turns)
        self.tell(Progress(script, number, len(turns), attempt))
        return attempt

    @contextmanager
    def _held(self, script: Script, number: int) -> Iterator[Held]:
        if self.tapes is None:
            with self.stage.set_for(script) as props:
                yield Held(script, props, self.judge, None, self.draw)
            return
        with (
            self.tapes.tape(script, number) as tape,
            self.stage.set_for(script, {**tape.asked, "base_url": f"{tape.url}/model"}) as props,
        ):
            key = self.judge.key if self.judge else "none"
            judge = Judge(f"{tape.url}/judge", tape.judge, key) if tape.judge else None
            yield Held(script, props, judge, tape, self.draw)


def _worst(outcomes: Iterator[str]) -> Literal["passed", "failed", "error"]:
    found = set(outcomes)
    return "error" if "error" in found else "failed" if "failed" in found else "passed"


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
