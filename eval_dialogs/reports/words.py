"""A run in plain lines: what every report says of a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from eval_dialogs.comparison import Comparison
from eval_dialogs.results import DialogResult, Run, Step, TurnResult

_ARGS, _TEXT, _TRACKS = 160, 400, 6


def failure(turn: TurnResult) -> Iterator[str]:
    """What did not hold in a turn: the line of the file, what was expected, what came, and the turn's trace."""
    if not (turn.error or turn.problems):
        return
    yield f"{turn.file}:{turn.line}  turn {turn.number} “{turn.user}”"
    if turn.error:
        yield from (f"  error: {line}" if n == 0 else f"    {line}" for n, line in enumerate(turn.error.splitlines()))
    for (file, line, source), problems in groupby(turn.problems, lambda p: (p.file, p.line, p.source)):
        yield f"  {file}:{line} | {source}"
        for problem in problems:
            yield f"    {problem.check}{'' if problem.gating else ' (does not decide)'}"
            yield f"      expected  {problem.expected}"
            yield f"      got       {' '.join(problem.got.split())}"
    yield from (f"  {line}" for line in trace(turn))


def trace(turn: TurnResult) -> Iterator[str]:
    """What happened in a turn."""
    for step in turn.tools:
        yield f"called    {call(step)}  {step.ms:.0f} ms{'' if step.ok else f'  failed: {step.error}'}"
    if turn.shown:
        more = f", and {len(turn.shown) - _TRACKS} more" if len(turn.shown) > _TRACKS else ""
        yield f"shown     {', '.join(f'{c.handle} {c.title}' for c in turn.shown[:_TRACKS])}{more}"
    yield from (f"cut       {cut['sentence']} ({cut['claim']})" for cut in turn.cuts)
    if turn.text:
        yield f"answered  {_short(' '.join(turn.text.split()), _TEXT)}"
    if turn.verdict:
        yield f"judged    {turn.verdict.score:g} by {turn.verdict.model}: {turn.verdict.why}"


def call(step: Step) -> str:
    """A tool call as it would be written; arguments that say nothing are left out."""
    given = {name: value for name, value in step.args.items() if value not in (None, [], "", False)}
    args = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in given.items())
    return f"{step.name}({_short(args, _ARGS)})"


def outcome(dialog: DialogResult) -> str:
    """A dialog in one line."""
    tries = len(dialog.attempts)
    passed = sum(attempt.outcome == "passed" for attempt in dialog.attempts)
    often = f", {passed} of {tries} attempts passed" if tries > 1 else ""
    why = f" ({dialog.why})" if dialog.why else ""
    return f"{dialog.outcome}{often}{why}"


def summary(run: Run) -> str:
    """A run in one line."""
    score = run.score
    parts = [f"{score.passed} passed"]
    parts += [f"{n} {what}" for n, what in ((score.failed, "failed"), (score.errors, "with an error"), (score.skipped, "skipped")) if n]  # fmt: skip
    if len(score.pass_hat) > 1:
        parts += [f"pass^{k} {value:.2f}" for k, value in score.pass_hat.items() if k in (1, max(score.pass_hat))]
    if score.flaky is not None:
        parts.append(f"flaky {score.flaky:.0%}")
    return f"{', '.join(parts)} in {run.seconds:.1f} s"


def difference(found: Comparison) -> Iterator[str]:
    """A comparison in lines."""
    for what, ids in (
        ("newly failing", found.newly_failing),
        ("newly passing", found.newly_passing),
        ("still failing", found.still_failing),
        ("new here", found.added),
        ("no longer here", found.removed),
    ):
        yield from (f"{what:15} {i}" for i in ids)
    yield from (f"{'slower':15} {s.id}: {s.before_ms:.0f} ms, now {s.after_ms:.0f} ms" for s in found.slower)
    for change in found.changed:
        yield f"{'changed answer':15} {change.id}, turn {change.turn} “{change.user}”"
        if change.tracks_before != change.tracks_after:
            yield f"{'':15}   showed {', '.join(change.tracks_before) or 'nothing'}"
            yield f"{'':15}   shows  {', '.join(change.tracks_after) or 'nothing'}"
    yield from (f"{'under':15} {words}" for words in found.conditions)


def counted(n: int, what: str) -> str:
    """So many of something: 1 turn, 2 turns."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
