"""A run as one HTML file that needs nothing else: no server, no network. Everything from outside is escaped.

Its content security policy names the digests of its own style and script, and allows pictures inside the file only.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from html import escape
from importlib import resources

from eval_dialogs.comparison import Comparison
from eval_dialogs.reports.words import call, counted, difference, outcome, summary
from eval_dialogs.results import Attempt, DialogResult, Problem, Run, TurnResult

_WIDTH, _HEIGHT = 600, 16  # of a timeline, in its own units
_LEAST = 3.0  # width of a turn that took no time
Before = dict[tuple[str, int], TurnResult]  # turns of the baseline by dialog and number


def page(run: Run, baseline: Run | None = None, found: Comparison | None = None) -> str:
    """The report; with a baseline its answers stand beside those that changed."""
    style, script = (resources.files("eval_dialogs.reports").joinpath(n).read_text("utf-8") for n in ("page.css", "page.js"))  # fmt: skip
    policy = f"default-src 'none'; img-src data:; style-src {_source(style)}; script-src {_source(script)}; base-uri 'none'; form-action 'none'"
    before = {(d.id, t.number): t for d in (baseline.dialogs if baseline else ()) for a in d.attempts[:1] for t in a.turns}  # fmt: skip
    title = f"Dialogs {run.started[:16].replace('T', ' ')}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}"><title>{_e(title)}: {_e(summary(run))}</title>
<style>{style}</style></head><body>
<header><h1>{_e(title)}</h1><p class="under">{_e(run.model)} on {run.tracks} tracks · index <code>{_e(run.index)}</code> · rules <code>{_e(run.prompt)}</code> · version {_e(run.program)}{_e(f" · revision {run.revision}" if run.revision else "")}{" · played from a recording" if run.played else ""} · run <code>{_e(run.id)}</code></p>
{_tiles(run)}</header>
{_compared(found)}
{_filters(run)}
<main>{"".join(_dialog(d, before, found) for d in run.dialogs)}<p id="none" hidden>No dialog is like this.</p></main>
<script>{script}</script></body></html>
"""


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _tiles(run: Run) -> str:
    score = run.score
    tiles = [(name, str(n), name) for name, n in (("passed", score.passed), ("failed", score.failed), ("error", score.errors), ("skipped", score.skipped))]  # fmt: skip
    tiles += [(f"pass^{k}", f"{value:.2f}", "") for k, value in score.pass_hat.items() if len(score.pass_hat) > 1]
    if score.flaky is not None:
        tiles.append(("flaky", f"{score.flaky:.0%}", ""))
    tiles.append(("seconds", f"{run.seconds:.1f}", ""))
    cells = "".join(f'<div class="{kind}"><dt>{_e(name)}</dt><dd>{_e(value)}</dd></div>' for name, value, kind in tiles)
    return f'<dl class="tiles">{cells}</dl>'


def _compared(found: Comparison | None) -> str:
    if found is None:
        return ""
    told = [line for line in difference(found) if not line.startswith(("changed answer", "  "))]
    if found.changed:
        told.append(f"{counted(len(found.changed), 'changed answer')}, side by side below")
    rows = "".join(f"<li>{_e(line)}</li>" for line in told) or "<li>nothing is different</li>"
    return f'<section id="compared"><h2>Against {_e(found.before)}</h2><ul>{rows}</ul></section>'


def _filters(run: Run) -> str:
    outcomes = [o for o in ("failed", "error", "passed", "skipped") if any(d.outcome == o for d in run.dialogs)]
    tags = sorted({tag for d in run.dialogs for tag in d.tags})
    buttons = "".join(f'<button type="button" data-outcome="{o}" aria-pressed="false">{o}</button>' for o in outcomes)
    choices = "".join(f'<option value="{_e(tag)}">{_e(tag)}</option>' for tag in tags)
    return f"""<nav aria-label="Filters"><input type="search" id="words" placeholder="Search names, words, tools" aria-label="Search">
{buttons}<select id="tag" aria-label="Tag"><option value="">all tags</option>{choices}</select>
<button type="button" id="changed" aria-pressed="false">changed only</button>
<button type="button" id="open">open all</button><span id="count" role="status"></span></nav>"""


def _dialog(dialog: DialogResult, before: Before, found: Comparison | None) -> str:
    words = " ".join((dialog.id, dialog.description, *(w for a in dialog.attempts for t in a.turns for w in (t.user, t.text, *(s.name for s in t.tools)))))  # fmt: skip
    changed = found is not None and any(c.id == dialog.id for c in found.changed)
    marks = [f'<span class="tag">{_e(tag)}</span>' for tag in dialog.tags]
    if dialog.flaky:
        marks.append('<span class="tag bad">flaky</span>')
    if found and dialog.id in found.newly_failing:
        marks.append('<span class="tag bad">newly failing</span>')
    if found and dialog.id in found.newly_passing:
        marks.append('<span class="tag good">newly passing</span>')
    opened = " open" if dialog.outcome in {"failed", "error"} else ""
    attempts = "".join(_attempt(dialog, a, before if a.number == 1 else {}) for a in dialog.attempts)
    return f"""<details class="dialog {dialog.outcome}" data-outcome="{dialog.outcome}" data-changed="{str(changed).lower()}" data-tags="{_e(json.dumps(dialog.tags))}" data-words="{_e(words.casefold())}"{opened}>
<summary><span class="mark">{dialog.outcome}</span> <b>{_e(dialog.name)}</b> <span class="under">{_e(dialog.id.rpartition("/")[0])}</span> {"".join(marks)}<span class="ms">{dialog.ms:.0f} ms</span></summary>
<p class="under">{_e(dialog.description)} <code>{_e(dialog.file)}:{dialog.line}</code> {_e(outcome(dialog))}</p>{attempts}</details>"""


def _attempt(dialog: DialogResult, attempt: Attempt, before: Before) -> str:
    name = f"<h3>Attempt {attempt.number}: {attempt.outcome}</h3>" if len(dialog.attempts) > 1 else ""
    turns = "".join(_turn(turn, before.get((dialog.id, turn.number))) for turn in attempt.turns)
    return f'<section class="attempt">{name}{_timeline(attempt)}<ol>{turns}</ol></section>'


def _timeline(attempt: Attempt) -> str:
    """Turns in proportion to their time; the darker part of each is what its tools took."""
    total = attempt.ms or 1.0
    bars, x = [], 0.0
    for turn in attempt.turns:
        width = max(_LEAST, turn.ms / total * (_WIDTH - _LEAST * len(attempt.turns)))
        share = min(1.0, sum(step.ms for step in turn.tools) / turn.ms) if turn.ms else 0.0
        bars.append(
            f'<g class="{turn.outcome.replace(" ", "-")}"><title>turn {turn.number}: {turn.ms:.0f} ms, tools {share:.0%}</title>'
            f'<rect x="{x:.1f}" width="{width:.1f}" height="{_HEIGHT}"/><rect class="tools" x="{x:.1f}" width="{width * share:.1f}" height="{_HEIGHT}"/></g>'
        )
        x += width + 1
    return f'<svg class="timeline" viewBox="0 0 {_WIDTH + 10} {_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{attempt.ms:.0f} ms in {counted(len(attempt.turns), "turn")}">{"".join(bars)}</svg>'


def _turn(turn: TurnResult, before: TurnResult | None) -> str:
    differs = before is not None and before.user == turn.user and _told(before) != _told(turn)
    answer = _answer(turn)
    if before is not None and differs:
        answer = f'<div class="beside"><div><h4>before</h4>{_answer(before)}</div><div><h4>now</h4>{answer}</div></div>'
    problems = "".join(_problem(p) for p in turn.problems)
    error = f"<pre class='error'>{_e(turn.error)}</pre>" if turn.error else ""
    verdict = f"<p class='verdict'>judged {turn.verdict.score:g} by {_e(turn.verdict.model)}: {_e(turn.verdict.why)}</p>" if turn.verdict else ""  # fmt: skip
    pictures = "".join(f'<img alt="analysis, drawn" src="data:image/png;base64,{_e(p)}">' for p in turn.pictures)
    return f"""<li class="turn {turn.outcome.replace(" ", "-")}"><p class="user">{_e(turn.user)} <span class="ms">{turn.outcome}, {turn.ms:.0f} ms</span></p>
{error}{problems}{answer}{verdict}{pictures}{_trace(turn)}</li>"""


def _told(turn: TurnResult) -> tuple[str, list[str]]:
    return turn.text, [card.title for card in turn.shown]


def _answer(turn: TurnResult) -> str:
    cards = "".join(f"<li><b>{_e(c.handle)}</b> {_e(c.title)} <span class='under'>{_e(', '.join(c.artists))}</span></li>" for c in turn.shown)  # fmt: skip
    return f'<div class="answer">{_e(turn.text)}</div>' * bool(turn.text) + f'<ul class="cards">{cards}</ul>' * bool(
        cards
    )


def _problem(problem: Problem) -> str:
    note = "" if problem.gating else " (does not decide)"
    return f"""<div class="problem{" soft" if not problem.gating else ""}"><p><b>{_e(problem.check)}</b>{note} <code>{_e(problem.file)}:{problem.line}</code></p>
<pre>{_e(problem.source)}</pre><dl><dt>expected</dt><dd>{_e(problem.expected)}</dd><dt>got</dt><dd>{_e(problem.got)}</dd></dl></div>"""


def _trace(turn: TurnResult) -> str:
    steps: Iterable[str] = (
        f'<li class="{"ok" if s.ok else "bad"}"><code>{_e(call(s))}</code> {s.ms:.0f} ms<details><summary>arguments</summary><pre>{_e(json.dumps(s.args, indent=1, ensure_ascii=False))}</pre></details>{_e(s.error or "")}</li>'
        for s in turn.tools
    )
    cuts = "".join(f"<li>cut: {_e(c['sentence'])} ({_e(c['claim'])})</li>" for c in turn.cuts)
    reasoning = f"<pre>{_e(turn.reasoning)}</pre>" if turn.reasoning else ""
    if not (turn.tools or cuts or reasoning):
        return ""
    return f'<details class="trace"><summary>trace: {counted(len(turn.tools), "tool call")}, evidence {turn.citations} times, {_e(turn.brain)}</summary><ul>{"".join(steps)}{cuts}</ul>{reasoning}</details>'


def _e(text: str) -> str:
    return escape(text, quote=True)
