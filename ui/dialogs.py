"""`dialogs`, `replay` and `runs` on the command line: their options, and the commands that look into dialog files."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from assistant.settings import Settings
from index.errors import UserError

Command = Callable[[argparse.Namespace, Settings], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # argparse has no public name for it


def lazy(module: str, name: str) -> Command:
    """A command whose module is imported when it runs, so that `--help` is quick."""

    def run(args: argparse.Namespace, settings: Settings) -> int:
        from importlib import import_module

        command: Command = getattr(import_module(module), name)
        return command(args, settings)

    return run


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
    parser.add_argument("--tag", action="append", default=[], help="only dialogs with this tag (may be repeated)")
    parser.add_argument(
        "--name", action="append", default=[], help="only dialogs of this name or file/name; * and ? stand for others"
    )
    parser.add_argument("-j", "--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N", help="dialogs held side by side (default: %(default)s)")  # fmt: skip
    parser.add_argument("--repeat", type=int, metavar="N", help="hold each dialog N times (default: as it says)")
    parser.add_argument("--json", action="store_true", help="print the run as JSON")
    parser.set_defaults(run=lazy("ui.replay", "replay"))


def _paths(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        type=Path,
        nargs="*",
        help="dialog files or folders (default: those that come with the program)",
    )


def check(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs check`: every file is looked at; exit code 2 when one of them has a mistake."""
    from eval_dialogs.scripts import files_of, read_file, read_scripts

    wrong = 0
    for file in files_of(args.paths):
        try:
            scripts = read_file(file)
            print(f"{file}: {len(scripts)} dialogs, {sum(len(s.turns) for s in scripts)} turns")
        except UserError as mistake:
            wrong += 1
            print(f"linernotes: {mistake}", file=sys.stderr)
    if not wrong:
        read_scripts(args.paths)  # names that two files share
    return 2 if wrong else 0


def print_schema(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs schema`."""
    from eval_dialogs.schema import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return 0
