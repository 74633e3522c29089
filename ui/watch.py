"""Dialog files watched: what is in a file is held again when the file changes, until Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import sleep
from typing import NoReturn

from eval_dialogs.scripts import Script, files_of, read_scripts
from index.errors import UserError

_PAUSE_S = 0.3
Stamps = dict[Path, tuple[int, int] | None]


def watch(paths: Sequence[Path], hold: Callable[[Sequence[Script]], None]) -> NoReturn:
    """Calls `hold` with the dialogs of changed files, all of them at first. A mistake in a file is told and waited out."""
    before: Stamps = {}
    while True:
        scripts: list[Script] = []
        try:
            scripts = read_scripts(paths)
        except UserError as wrong:
            print(f"linernotes: {wrong}", file=sys.stderr, flush=True)
        now = _stamps(paths, scripts)
        changed = [s for s in scripts if any(now.get(f) != before.get(f) for f in s.sources)]
        if changed:
            _held(changed, hold)
        before = {**before, **now} if not scripts else now
        while _stamps(paths, scripts) == now:
            sleep(_PAUSE_S)


def _held(scripts: Sequence[Script], hold: Callable[[Sequence[Script]], None]) -> None:
    try:
        hold(scripts)
    except UserError as wrong:
        print(f"linernotes: {wrong}", file=sys.stderr)
    print("watching; Ctrl-C ends it", file=sys.stderr, flush=True)


def _stamps(paths: Sequence[Path], scripts: Iterable[Script]) -> Stamps:
    try:
        files = files_of(paths)
    except UserError:
        files = []
    return {file: _stamp(file) for file in {*files, *(f for s in scripts for f in s.sources)}}


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
