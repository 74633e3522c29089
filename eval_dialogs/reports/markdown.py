"""A run as Markdown, for the description of a pull request. Text from outside stands in code, so that it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval_dialogs.comparison import Comparison
from eval_dialogs.reports.words import difference, failure, outcome, summary
from eval_dialogs.results import DialogResult, Run

_MARKS = {"passed": "✅", "failed": "❌", "error": "⚠️", "skipped": "⏭️"}
_DIFFERENCES = 60  # lines
_ROOM = 60_000  # characters; a comment on GitHub holds 65,536


def markdown(run: Run, found: Comparison | None = None) -> str:
    """Summary, comparison with the baseline, a table of the dialogs, and as many failures at length as there is room."""
    text = "\n".join(_lines(run, found)) + "\n"
    broken = [d for d in run.dialogs if d.outcome in {"failed", "error"}]
    for n, dialog in enumerate(broken):
        told = "\n".join(_failure(dialog)) + "\n"
        if len(text) + len(told) > _ROOM:
            return f"{text}\n… and {len(broken) - n} more at length in the HTML report.\n"
        text += told
    return text


def _lines(run: Run, found: Comparison | None) -> Iterator[str]:
    yield f"## Dialogs: {summary(run)}"
    yield ""
    yield f"{_code(run.model)} on {run.tracks} tracks, index {_code(run.index)}, rules {_code(run.prompt)}, run {_code(run.id)}"
    if found:
        told = list(difference(found))
        yield ""
        yield f"### Against {_code(found.before)}: {len(found.newly_failing)} newly failing, {len(found.newly_passing)} newly passing"
        more = [f"… and {len(told) - _DIFFERENCES} more lines"] if len(told) > _DIFFERENCES else []
        yield from _block([*told[:_DIFFERENCES], *more] or ["nothing is different"])
    yield ""
    yield "| | dialog | turns | ms | |"
    yield "|---|---|--:|--:|---|"
    for dialog in run.dialogs:
        turns = len(dialog.attempts[0].turns) if dialog.attempts else 0
        yield f"| {_MARKS[dialog.outcome]} | {_cell(dialog.id)} | {turns} | {dialog.ms:.0f} | {_cell(outcome(dialog))} |"


def _failure(dialog: DialogResult) -> Iterator[str]:
    yield ""
    yield f"<details><summary>{_MARKS[dialog.outcome]} {_html(dialog.id)}</summary>"
    yield from _block([line for attempt in dialog.attempts for turn in attempt.turns for line in failure(turn)])
    yield "</details>"


def _block(lines: list[str]) -> Iterator[str]:
    """Lines in a fence that none of them can end."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield from ("", f"{fence}text", *lines, fence, "")


def _code(text: str) -> str:
    return f"`{text.replace('`', 'ˋ')}`"


def _cell(text: str) -> str:
    return _code(" ".join(text.split()).replace("|", "¦"))


def _html(text: str) -> str:
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
