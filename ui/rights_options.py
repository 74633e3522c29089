"""The options of `rights`, apart from what it does: that is loaded when it is asked for."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path

from ui.options import lazy

_COMMANDS = (
    ("show", "rights of a track and what was decided about it; without one, all decisions"),
    ("block", "keep a track from being shown, at once"),
    ("unblock", "let a blocked track be shown again"),
    ("set", "declare rights of a track, over what its source says"),
    ("withdraw", "remove a track and all that was made from it, for good"),
)


def rights_options(parser: argparse.ArgumentParser) -> None:
    """`linernotes rights`."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, told in _COMMANDS:
        command = commands.add_parser(name, help=told)
        command.add_argument("track", nargs="?" if name == "show" else None, help="its id, ISRC or exact title")
        command.add_argument("--index", type=Path, metavar="DIR", help="default: the demo catalogue's")
        command.add_argument("--json", action="store_true", help="print JSON")
        if name != "show":
            command.add_argument("--reason", required=True, type=_words, help="why; kept in the ledger")
            command.add_argument("--who", default=getpass.getuser(), type=_words, help="who decides (default: %(default)s)")  # fmt: skip
        if name == "set":
            _declarations(command)
        if name == "withdraw":
            command.add_argument("--yes", action="store_true", help="it cannot be taken back")
        command.set_defaults(run=lazy("ui.rights", "declare" if name == "set" else name))


def _declarations(command: argparse.ArgumentParser) -> None:
    command.add_argument("--lyrics-display", choices=("none", "excerpt", "full"))
    command.add_argument("--licence", type=_words, metavar="TEXT", help="full display needs one")
    command.add_argument("--ai", choices=("all", "partly", "none"), help="how much was made with AI (DDEX: ContainsAI)")
    command.add_argument("--analysis", choices=("allowed", "forbidden"), help="whether machines may listen; if not, what they heard is removed")  # fmt: skip
    command.add_argument("--training", choices=("allowed", "forbidden"), help="whether machines may learn from it; kept and shown")  # fmt: skip


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text.strip()
