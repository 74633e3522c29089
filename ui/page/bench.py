"""Bench: scripted dialogs held from the page, watched while they run, opened turn by turn, compared with the run before."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from queue import Empty, SimpleQueue

from assistant.reply import Assistant
from assistant.settings import Settings
from eval_dialogs.comparison import compare
from eval_dialogs.judge import judge_of
from eval_dialogs.results import DialogResult, Run
from eval_dialogs.runner import Progress, Runner
from eval_dialogs.runs import Setting, keep, kept, load, run_of
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from index.errors import UserError
from ui.page import bench_html as drawn

_LOOK_S = 0.4
_JOBS = 2
Shown = tuple[str, str]  # progress, results


class Bench:
    """Handlers of the tab. One run at a time: it takes the machine's cores."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._busy = threading.Lock()
        self._stop = threading.Event()

    @property
    def _settings(self) -> Settings:
        return replace(self._assistant.settings, fallback=False)

    @staticmethod
    def tags() -> list[str]:
        """The tags of the dialogs that come with the program."""
        with suppress(UserError):
            return sorted({tag for script in read_scripts([]) for tag in script.dialog.tags})
        return []

    def opened(self) -> Shown:
        """The newest run that was kept, and what can be run, or why nothing can."""
        run = self._last()
        try:
            told = drawn.idle(len(read_scripts([])))
        except UserError as wrong:
            told = drawn.told(str(wrong))
        return (told, drawn.results(run, None) if run else "")

    def run(self, tags: Sequence[str], words: str) -> Iterator[Shown]:
        """Holds the dialogs with these tags and words, and shows them as they pass or fail."""
        try:
            scripts = [s for s in read_scripts([]) if _fits(s, tags, words)]
        except UserError as wrong:
            yield (drawn.told(str(wrong)), "")
            return
        if not scripts:
            yield (drawn.told("No dialog is like this."), "")
            return
        if not self._busy.acquire(blocking=False):
            yield (drawn.told("A run is under way; it has to end first."), "")
            return
        self._stop.clear()
        try:
            yield from self._watched(scripts)
        finally:
            self._stop.set()  # also when nobody watches any more

    def stop(self) -> None:
        """No further dialog is begun."""
        self._stop.set()

    def _watched(self, scripts: Sequence[Script]) -> Iterator[Shown]:
        told: SimpleQueue[Progress] = SimpleQueue()
        done: list[DialogResult] = []
        outcome: list[Run | str] = []
        worker = threading.Thread(target=self._hold, args=(scripts, told, done, outcome), daemon=True)
        began = datetime.now().astimezone()
        worker.start()
        now: dict[str, Progress] = {}
        while worker.is_alive() or not told.empty():
            try:
                progress = told.get(timeout=_LOOK_S)
                now[progress.script.id] = progress
            except Empty:
                pass
            yield (drawn.progress(scripts, now, len(done), datetime.now().astimezone() - began), drawn.rows(done))
        made = outcome[0] if outcome else "it ended without a result"
        if isinstance(made, str):
            yield (drawn.told(f"The run broke off: {made}"), drawn.rows(done))
            return
        before = self._before(made)
        yield (drawn.over(made), drawn.results(made, compare(before, made) if before else None))

    def _hold(
        self, scripts: Sequence[Script], told: SimpleQueue[Progress], done: list[DialogResult], outcome: list[Run | str]
    ) -> None:
        """The run itself, in a thread of its own, a few dialogs at a time so that it can be stopped."""
        settings, started = self._settings, datetime.now().astimezone()
        judge = judge_of(settings)
        try:
            with closing(Stage(settings, self._assistant.catalogue, judge is not None)) as stage:
                runner = Runner(stage, _JOBS, tell=told.put, judge=judge, stop=self._stop)
                for first in range(0, len(scripts), 2 * _JOBS):
                    if self._stop.is_set():
                        break
                    done += runner.run(scripts[first : first + 2 * _JOBS])
            run = run_of(done, Setting(settings, self._assistant.catalogue, started), datetime.now().astimezone())
            keep(run, settings.home / "runs")
            outcome.append(run)
        except UserError as wrong:
            outcome.append(str(wrong))
        finally:
            self._busy.release()

    def _before(self, now: Run) -> Run | None:
        """The newest run before that held all of these dialogs, and of it only those: another selection is no measure."""
        held = {d.id for d in now.dialogs}
        for path in reversed(kept(self._assistant.settings.home / "runs")):
            try:
                run = load(str(path), path.parent)
            except UserError:
                continue
            if run.id != now.id and held <= {d.id for d in run.dialogs}:
                return run.model_copy(update={"dialogs": [d for d in run.dialogs if d.id in held]})
        return None

    def _last(self) -> Run | None:
        paths = kept(self._assistant.settings.home / "runs")
        try:
            return load(str(paths[-1]), paths[-1].parent) if paths else None
        except UserError:
            return None


def _fits(script: Script, tags: Sequence[str], words: str) -> bool:
    return (not tags or bool(set(tags) & set(script.dialog.tags))) and words.strip().casefold() in script.id.casefold()
