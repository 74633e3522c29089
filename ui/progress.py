"""Dialogs on the terminal while they are held: bars where there is a terminal, plain lines otherwise."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from eval_dialogs.reports.words import counted, failure
from eval_dialogs.results import Attempt
from eval_dialogs.runner import Progress as Told

_STYLES = {"passed": "green", "failed": "bold red", "error": "bold yellow"}


class Display:
    """`tell` is called from several threads. `often`: dialogs are held more than once, and attempts have numbers. `silent` (for `--json`) prints no lines, and its bars go to stderr."""

    def __init__(self, attempts: int, *, often: bool = False, silent: bool = False) -> None:
        self._often, self._silent, self._lock = often, silent, threading.Lock()
        self._console = Console(stderr=silent, soft_wrap=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=self._console, transient=True)
        self._all = self._bars.add_task("Dialogs", total=attempts)
        self._tasks: dict[tuple[str, int], TaskID] = {}

    def shown(self) -> AbstractContextManager[object]:
        """While the block lasts there are bars, on a terminal."""
        return self._bars if self._console.is_terminal else nullcontext()

    def tell(self, progress: Told) -> None:
        """An attempt begins, goes on or is over."""
        key = (progress.script.id, progress.number)
        with self._lock:
            if key not in self._tasks:
                self._tasks[key] = self._bars.add_task(f"  {progress.script.name[:40]}", total=len(progress.script.turns))  # fmt: skip
            self._bars.update(self._tasks[key], completed=progress.turn)
            if progress.attempt:
                self._bars.remove_task(self._tasks[key])
                self._bars.advance(self._all)
                self._over(progress, progress.attempt)

    def _over(self, progress: Told, attempt: Attempt) -> None:
        if self._silent:
            return
        often = f", attempt {progress.number}" if self._often else ""
        told = f" {progress.script.id}  {counted(len(attempt.turns), 'turn')}, {attempt.ms:.0f} ms{often}"
        word = attempt.outcome if attempt.outcome == "passed" else attempt.outcome.upper()
        self._console.print(Text.assemble((f"{word:7}", _STYLES[attempt.outcome]), told), soft_wrap=True)
        for turn in attempt.turns:
            for line in failure(turn):
                self._console.print(Text(f"        {line}"), soft_wrap=True)
