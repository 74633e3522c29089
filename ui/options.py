"""What the parsers of several commands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module

from assistant.settings import Settings

Command = Callable[[argparse.Namespace, Settings], int]


def lazy(module: str, name: str) -> Command:
    """A command whose module is imported when it runs, so that `--help` is quick."""

    def run(args: argparse.Namespace, settings: Settings) -> int:
        command: Command = getattr(import_module(module), name)
        return command(args, settings)

    return run


def positive(text: str) -> int:
    """A whole number from 1, for `type=`."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value
