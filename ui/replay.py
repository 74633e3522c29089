"""`replay`: dialogs chosen, held with progress on the terminal, told, kept and reported."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from fnmatch import fnmatchcase

from assistant.settings import Settings
from eval_dialogs.results import Run
from eval_dialogs.runner import Progress, Runner
from eval_dialogs.runs import Setting, keep, run_of
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from index.errors import UserError
from ui.commands import open_index


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """`replay`: exit code 0 when every dialog passes, 1 when one fails, 2 when one ends in an error."""
    scripts = chosen(read_scripts(args.paths), args)
    catalogue = open_index(args, settings)
    started = datetime.now().astimezone()
    with closing(Stage(settings, catalogue)) as stage:
        dialogs = Runner(stage, args.jobs, args.repeat, tell=lambda p: None if args.json else print_line(p)).run(
            scripts
        )
        run = run_of(dialogs, Setting(settings, catalogue, started, args.repeat), datetime.now().astimezone())
    keep(run, settings.home / "runs")
    if args.json:
        print(run.model_dump_json())
    return exit_code(run)


def chosen(scripts: Sequence[Script], args: argparse.Namespace) -> list[Script]:
    """The dialogs that the options ask for."""
    found = [
        s
        for s in scripts
        if (not args.tag or set(args.tag) & set(s.dialog.tags))
        and (not args.name or any(fnmatchcase(n, pattern) for pattern in args.name for n in (s.name, s.id)))
    ]
    if not found:
        raise UserError("no dialog is like this; `linernotes dialogs check` lists what there is")
    return found


def exit_code(run: Run) -> int:
    """0 all passed, 1 a check did not hold, 2 an error."""
    return 2 if run.score.errors else 1 if run.score.failed else 0


def print_line(progress: Progress) -> None:
    """A dialog that is over."""
    attempt, script = progress.attempt, progress.script
    if attempt is None:
        return
    print(f"{attempt.outcome if attempt.outcome == 'passed' else attempt.outcome.upper():7} {script.id} ({len(attempt.turns)} turns, {attempt.ms:.0f} ms)")  # fmt: skip
    for turn in attempt.turns:
        if turn.error:
            print(f"        {turn.file}:{turn.line} turn {turn.number}: {turn.error}")
        for problem in turn.problems:
            print(f"        {problem.file}:{problem.line} turn {turn.number}: {problem.check}: expected {problem.expected}, got {problem.got}")  # fmt: skip
