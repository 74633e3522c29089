"""`dialogs`, `replay` and `runs` on the command line: their options, and the commands that look into dialog files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TypeAlias

from assistant.settings import Settings
from ui.options import lazy, positive

_KINDS = ("junit", "html", "json", "md")
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # argparse has no public name for it


def dialogs_options(parser: argparse.ArgumentParser) -> Commands:
    """`linernotes dialogs`; what it returns takes further commands."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    checked = commands.add_parser("check", help="validate dialog files; mistakes are told with their line")
    _paths(checked)
    checked.set_defaults(run=check)
    schema = commands.add_parser("schema", help="print the format as JSON Schema, for editors")
    schema.set_defaults(run=print_schema)
    new = commands.add_parser("new", help="a dialog to begin with, printed or written to a file")
    new.add_argument("name", help="the dialog's name")
    new.add_argument("-o", "--output", type=Path, metavar="FILE")
    new.set_defaults(run=lazy("ui.authoring", "new"))
    made = commands.add_parser(
        "from-thread", help="a conversation of the page or of chat as a dialog, with proposed checks"
    )
    made.add_argument("thread", nargs="?", help="its id; without one they are listed")
    made.add_argument("--name", default=None, help="the dialog's name (default: the conversation's first words)")
    made.add_argument("-o", "--output", type=Path, metavar="FILE")
    made.set_defaults(run=lazy("ui.authoring", "made_from_thread"))
    return commands


def simulate_options(parser: argparse.ArgumentParser) -> None:
    """`linernotes dialogs simulate`, but for the brain's and the device's."""
    parser.add_argument(
        "--goals", type=int, default=20, metavar="N", help="hidden tracks to look for (default: %(default)s)"
    )
    parser.add_argument(
        "--turns", type=int, default=10, metavar="N", help="turns a listener may take (default: %(default)s)"
    )
    parser.add_argument("--persona", choices=("brisk", "chatty", "vague", "all"), default="all")
    parser.add_argument(
        "--listener",
        choices=("rules", "model"),
        default="rules",
        help="who plays the listener; a model is the one at --base-url",
    )
    parser.add_argument("--seed", type=int, default=1, help="which tracks and which words (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=lazy("ui.authoring", "simulate"))


def replay_options(parser: argparse.ArgumentParser) -> None:
    """`linernotes replay`, but for the brain's and the device's."""
    _paths(parser)
    which = parser.add_argument_group("which dialogs")
    which.add_argument("--tag", action="append", default=[], help="only those with this tag (may be repeated)")
    which.add_argument("--name", action="append", default=[], help="only those of this name or file/name; * and ? stand for others")  # fmt: skip
    which.add_argument("--failed-from", metavar="RUN", help="only those that failed in a run: its id, or last")
    how = parser.add_argument_group("how")
    how.add_argument("-j", "--jobs", type=positive, default=min(2, os.cpu_count() or 1), metavar="N", help="dialogs held side by side (default: %(default)s)")  # fmt: skip
    how.add_argument("--repeat", type=positive, metavar="N", help="hold each dialog N times (default: as it says)")
    traffic = how.add_mutually_exclusive_group()
    traffic.add_argument("--record", type=Path, metavar="DIR", help="record what a served model says, to replay it")
    traffic.add_argument("--replay", type=Path, metavar="DIR", help="play recorded answers: no model is needed")
    how.add_argument("--watch", action="store_true", help="hold dialogs again whenever their files change")
    what = parser.add_argument_group("what comes of it")
    what.add_argument("--baseline", metavar="RUN", help="compare with a run (its id, or last); exit code 3 when something fails that passed")  # fmt: skip
    _report(what)
    parser.set_defaults(run=lazy("ui.replay", "replay"))


def runs_options(parser: argparse.ArgumentParser) -> None:
    """`linernotes runs`."""
    parser.set_defaults(run=lazy("ui.runs", "listed"), json=False)
    commands = parser.add_subparsers(metavar="COMMAND")
    show = commands.add_parser("show", help="a run: what failed in it, and how")
    show.add_argument("id", help="its id, the beginning of it, or last")
    show.add_argument("--baseline", metavar="RUN", help="compare with another run")
    _report(show)
    show.set_defaults(run=lazy("ui.runs", "show"))
    diff = commands.add_parser("diff", help="two runs: newly failing, newly passing, slower, changed answers")
    diff.add_argument("before")
    diff.add_argument("after")
    diff.add_argument("--json", action="store_true", help="print JSON")
    diff.set_defaults(run=lazy("ui.runs", "diff"))
    schema = commands.add_parser("schema", help="print the JSON Schema of a run as JSON")
    schema.set_defaults(run=lazy("ui.runs", "schema"))


def _paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", type=Path, nargs="*", help="dialog files or folders (default: those that come with the program)")  # fmt: skip


def _report(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--report", type=_kinds, default=(), metavar="KINDS", help=f"write reports: some of {', '.join(_KINDS)}, with commas between")  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="where reports are written (default: here)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the run as JSON")


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(kind.strip() for kind in text.split(",") if kind.strip())
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no report {unknown[0]!r}: {', '.join(_KINDS)}")
    return kinds


def check(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs check`: every file is looked at and all its mistakes are told; exit code 2 when there is one."""
    from eval_dialogs.mistakes import Mistakes
    from eval_dialogs.reports.words import counted
    from eval_dialogs.scripts import files_of, read_file, read_scripts

    wrong = 0
    for file in files_of(args.paths):
        try:
            scripts = read_file(file)
            turns = sum(len(script.turns) for script in scripts)
            print(f"{file}: {counted(len(scripts), 'dialog')}, {counted(turns, 'turn')}")
            for script in scripts:
                if not any(place.turn.checks.model_fields_set for place in script.turns):
                    print(
                        f"linernotes: {file}:{script.line}: dialog {script.name!r} asserts nothing; only what holds of every turn is checked",
                        file=sys.stderr,
                    )
        except Mistakes as mistakes:
            wrong += len(mistakes.lines)
            print("\n".join(f"linernotes: {line}" for line in mistakes.lines), file=sys.stderr)
    if wrong > 1:
        print(f"{wrong} mistakes", file=sys.stderr)
    if not wrong:
        read_scripts(args.paths)  # names that two files share
    return 2 if wrong else 0


def print_schema(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs schema`."""
    from eval_dialogs.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
