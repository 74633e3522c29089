"""HTML of the tab for QA: how far a run is, its dialogs, each turn with its trace, and what is different from before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from eval_dialogs.comparison import Comparison
from eval_dialogs.reports.words import call, counted, difference, summary
from eval_dialogs.results import DialogResult, Run, TurnResult
from eval_dialogs.runner import Progress
from eval_dialogs.scripts import Script
from ui.page.cards import e

_SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "skipped": "–", "not held": "–"}


def told(words: str) -> str:
    """A line above the results."""
    return f'<p class="ln-told" role="status">{e(words)}</p>'


def idle(count: int) -> str:
    """Before the first run."""
    return told(
        f"{counted(count, 'scripted dialog')} can be held against this catalogue. They run on this machine, some seconds each at most."
    )


def progress(scripts: Sequence[Script], now: Mapping[str, Progress], done: int, took: timedelta) -> str:
    """How far a run is, and what is being said."""
    running = [p for p in now.values() if p.attempt is None]
    said = "".join(f"<li>{e(p.script.id)}: turn {p.turn} of {len(p.script.turns)}</li>" for p in running[-4:])
    return f'<div class="ln-stages" role="status"><progress max="{len(scripts)}" value="{done}"></progress><p class="ln-told">{done} of {len(scripts)}, {took.total_seconds():.0f} s</p><ul>{said}</ul></div>'


def over(run: Run) -> str:
    """After a run."""
    return told(f"{summary(run)} – kept as {run.id}")


def results(run: Run, comparison: Comparison | None) -> str:
    """A run with what is different from the one before; what failed comes first."""
    lines = list(difference(comparison)) if comparison else []
    different = "".join(f"<li>{e(line)}</li>" for line in lines)
    against = f'<section class="ln-against"><h3 class="ln-h">Against {e(comparison.before)}</h3><ul>{different or "<li>nothing is different</li>"}</ul></section>' if comparison else ""  # fmt: skip
    return f'{against}<p class="ln-facts">{e(run.model)}, {counted(run.tracks, "track")}, {e(run.started)}</p>{rows(run.dialogs)}'


def rows(dialogs: Sequence[DialogResult]) -> str:
    """Dialogs, each of which opens."""
    order = sorted(dialogs, key=lambda d: (d.outcome == "passed", d.outcome == "skipped"))
    return f'<div class="ln-dialogs">{"".join(map(_dialog, order))}</div>'


def _dialog(dialog: DialogResult) -> str:
    turns = "".join(_turn(turn) for attempt in dialog.attempts[:1] for turn in attempt.turns)
    why = f" <small>{e(dialog.why)}</small>" if dialog.why else ""
    return f'<details class="ln-dialog ln-{dialog.outcome}"><summary><b>{_SIGNS[dialog.outcome]}</b> {e(dialog.id)} <small>{dialog.ms:.0f} ms</small>{why}</summary>{turns}</details>'


def _turn(turn: TurnResult) -> str:
    body = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _trace(turn))
    return f'<details class="ln-turn ln-{turn.outcome.replace(" ", "-")}"><summary><b>{_SIGNS[turn.outcome]}</b> {e(turn.user)} <small>{turn.ms:.0f} ms</small></summary><dl>{body}</dl></details>'


def _trace(turn: TurnResult) -> Iterator[tuple[str, str]]:
    """What happened in a turn: name and HTML."""
    if turn.error:
        yield "error", f"<pre>{e(turn.error)}</pre>"
    for problem in turn.problems:
        yield (
            f"{e(problem.check)}",
            f"expected {e(problem.expected)}<br>got {e(problem.got)}<br><small>{e(problem.file)}:{problem.line}</small>",
        )
    if turn.reasoning:
        yield "understood", e(turn.reasoning)
    for step in turn.tools:
        yield "called", f"<code>{e(call(step))}</code> {step.ms:.0f} ms{'' if step.ok else f' failed: {e(step.error)}'}"
    if turn.shown:
        yield "shown", e(", ".join(f"{c.handle} {c.title}" for c in turn.shown))
    yield "grounding", e("; ".join(f"cut: {c['sentence']} ({c['claim']})" for c in turn.cuts) or f"nothing cut; {turn.citations} pieces of evidence")  # fmt: skip
    if turn.first_word_ms:
        yield "timing", f"first word {turn.first_word_ms:.0f} ms, whole {turn.ms:.0f} ms"
    if turn.text:
        yield "answered", re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", e(turn.text)).replace("\n", "<br>")
