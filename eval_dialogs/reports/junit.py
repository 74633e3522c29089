"""A run as JUnit XML, in the form that CI systems read (https://github.com/testmoapp/junitxml)."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval_dialogs.reports.words import failure, outcome, trace
from eval_dialogs.results import DialogResult, Run, TurnResult

# What XML 1.0 cannot say at all.
_UNSAYABLE = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run) -> str:
    """One suite a file, one case a dialog; an attempt that ended in an error is an error, not a failure."""
    root = Element("testsuites", _counts(run.dialogs) | {"name": "Liner Notes dialogs", "time": f"{run.seconds:.3f}"})
    for file, dialogs in groupby(run.dialogs, key=lambda d: d.file):
        _suite(root, run, file, list(dialogs))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"


def _suite(root: Element, run: Run, file: str, dialogs: list[DialogResult]) -> None:
    times = {"name": _text(file), "timestamp": run.started[:19], "time": f"{sum(map(_seconds, dialogs)):.3f}"}
    suite = SubElement(root, "testsuite", _counts(dialogs) | times)
    properties = SubElement(suite, "properties")
    figures = {f"pass^{k}": f"{value:.4f}" for k, value in run.score.pass_hat.items()}
    for name, value in {"run": run.id, "model": run.model, "index": run.index, "prompt": run.prompt, **figures}.items():
        SubElement(properties, "property", {"name": name, "value": _text(value)})
    for dialog in dialogs:
        _case(suite, dialog)


def _case(suite: Element, dialog: DialogResult) -> None:
    names = {"classname": dialog.id.rpartition("/")[0], "name": dialog.name, "file": dialog.file, "line": str(dialog.line)}  # fmt: skip
    case = SubElement(suite, "testcase", {k: _text(v) for k, v in names.items()} | {"time": f"{_seconds(dialog):.3f}"})
    if dialog.outcome == "skipped":
        SubElement(case, "skipped", {"message": _text(dialog.why)})
        return
    turns = [turn for attempt in dialog.attempts for turn in attempt.turns]
    if dialog.outcome != "passed":
        told = "\n".join(line for turn in turns for line in failure(turn))
        tag = "error" if dialog.outcome == "error" else "failure"
        message = _first(turns) if tag == "failure" else ""
        SubElement(case, tag, {"message": _text(message or outcome(dialog)), "type": tag}).text = _text(told)
    SubElement(case, "system-out").text = _text(
        "\n".join(line for turn in turns for line in (f"turn {turn.number}: {turn.user}", *trace(turn)))
    )


def _first(turns: list[TurnResult]) -> str:
    """The first check that did not hold, with its place and what came, and how many more there are; empty where all held."""
    broken = [(turn, problem) for turn in turns for problem in turn.problems if problem.gating]
    if not broken:
        return ""
    turn, problem = broken[0]
    more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
    return f"turn {turn.number}, {problem.check}: expected {problem.expected}, got {problem.got}{more} ({problem.file}:{problem.line})"


def _counts(dialogs: list[DialogResult]) -> dict[str, str]:
    names = {"failures": "failed", "errors": "error", "skipped": "skipped"}
    counts = {name: str(sum(d.outcome == outcome for d in dialogs)) for name, outcome in names.items()}
    return {"tests": str(len(dialogs)), **counts}


def _seconds(dialog: DialogResult) -> float:
    return sum(attempt.ms for attempt in dialog.attempts) / 1000


def _text(text: str) -> str:
    return _UNSAYABLE.sub("�", text)
