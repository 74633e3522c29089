"""`replay`: dialogs chosen, held with progress on the terminal, told, kept and reported."""

from __future__ import annotations

import argparse
import base64
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from threading import Event
from typing import Any

from assistant.settings import Settings
from eval_dialogs.comparison import Comparison, compare
from eval_dialogs.judge import judge_of
from eval_dialogs.relay import relaying
from eval_dialogs.reports.files import Told, writable, write
from eval_dialogs.reports.words import difference, outcome, summary
from eval_dialogs.results import Run
from eval_dialogs.runner import Runner
from eval_dialogs.runs import Setting, keep, load, run_of
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from eval_dialogs.tapes import Player, Recorder, Tapes, shaping, unhurried
from index.catalogue import Catalogue
from index.errors import UserError
from index.profile import Profile
from ui.commands import open_index
from ui.progress import Display
from ui.stopping import until_interrupted
from ui.watch import watch


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """`replay`: exit code 0 when every dialog passes, 1 when one fails, 2 when one ends in an error, 3 when one fails
    that passed in the baseline, 130 when it was stopped; what was held until then is kept."""
    settings = _for_traffic(args, settings)
    if args.report:
        writable(args.out)
    with closing(open_index(args, settings)) as catalogue:
        if args.watch:
            watch(args.paths, lambda scripts: _watched(scripts, args, settings, catalogue))
        with until_interrupted() as stop:
            told = _told(chosen(read_scripts(args.paths), args, settings), args, settings, catalogue, stop)
    keep(told.run, runs_folder(settings))
    _print(told, args)
    return 130 if stop.is_set() else exit_code(told.run, told.comparison)


def runs_folder(settings: Settings) -> Path:
    """Where runs are kept."""
    return settings.home / "runs"


def chosen(scripts: Sequence[Script], args: argparse.Namespace, settings: Settings) -> list[Script]:
    """The dialogs that the options ask for; raises `UserError` when there is none."""
    failed = {d.id for d in load(args.failed_from, runs_folder(settings)).dialogs if d.outcome in {"failed", "error"}} if args.failed_from else None  # fmt: skip
    found = [
        s
        for s in scripts
        if (not args.tag or set(args.tag) & set(s.dialog.tags))
        and (not args.name or any(fnmatchcase(n, pattern) for pattern in args.name for n in (s.name, s.id)))
        and (failed is None or s.id in failed)
    ]
    if not found:
        tags = ", ".join(sorted({t for s in scripts for t in s.dialog.tags}))
        raise UserError(f"none of {len(scripts)} dialogs is like this; tags are {tags or 'none'}")
    return found


def exit_code(run: Run, found: Comparison | None) -> int:
    """0 all passed, 1 a check did not hold, 2 an error, 3 something fails that passed in the baseline."""
    if run.score.errors:
        return 2
    if found and found.newly_failing:
        return 3
    return 1 if run.score.failed else 0


def _for_traffic(args: argparse.Namespace, settings: Settings) -> Settings:
    if args.fallback:
        raise UserError("--fallback: a dialog is held with one brain, and one that fails is an error")
    if args.record and settings.brain != "vllm":
        raise UserError("--record keeps what a served model says; add --model vllm")
    if args.replay and not args.replay.is_dir():
        raise UserError(f"{args.replay}: no recordings here")
    if args.replay:
        settings = replace(settings, brain="vllm")
    return unhurried(settings) if args.record or args.replay else settings


def _told(
    scripts: Sequence[Script], args: argparse.Namespace, settings: Settings, catalogue: Catalogue, stop: Event
) -> Told:
    """The dialogs held, as far as they were when it was to `stop`, and compared with the baseline."""
    baseline = load(args.baseline, runs_folder(settings)) if args.baseline else None
    started = datetime.now().astimezone()
    times = [args.repeat or s.defaults.repeat for s in scripts]
    display = Display(sum(times), often=max(times) > 1, silent=args.json)
    judge = judge_of(settings)
    draw = _picture if "html" in args.report else None
    with _tapes(args, settings) as tapes:
        judged = judge is not None or isinstance(tapes, Player)
        with closing(Stage(settings, catalogue, judged)) as stage, display.shown():
            stage.warm()
            dialogs = Runner(stage, args.jobs, args.repeat, display.tell, judge, tapes, draw, stop).run(scripts)
        played = ", ".join(sorted(tapes.models)) if isinstance(tapes, Player) else None
    setting = Setting(settings, catalogue, started, args.repeat, played)
    run = run_of(dialogs, setting, datetime.now().astimezone())
    return Told(run, baseline, compare(baseline, run) if baseline else None)


@contextmanager
def _tapes(args: argparse.Namespace, settings: Settings) -> Iterator[Tapes | None]:
    if not (args.record or args.replay):
        yield None
        return
    with relaying() as relay:
        if args.replay:
            yield Player(relay, args.replay)
            return
        routes = {"model": settings.base_url, **({"judge": settings.judge_url} if settings.judge_url else {})}
        yield Recorder(
            relay, args.record, shaping(settings), routes, settings.judge_model if settings.judge_url else None
        )


def _watched(scripts: Sequence[Script], args: argparse.Namespace, settings: Settings, catalogue: Catalogue) -> None:
    with until_interrupted() as stop:
        told = _told(chosen(scripts, args, settings), args, settings, catalogue, stop)
    _print(told, args)


def _print(told: Told, args: argparse.Namespace) -> None:
    reports = write(args.report, args.out, told)
    if args.json:
        print(told.run.model_dump_json())
        return
    for dialog in told.run.dialogs:
        if dialog.outcome == "skipped":
            print(f"skipped {dialog.id}  {dialog.why}")
        elif dialog.flaky:
            print(f"flaky   {dialog.id}  {outcome(dialog)}")
    if told.comparison:
        print(f"against {told.comparison.before}:")
        print("\n".join(f"  {line}" for line in difference(told.comparison)) or "  nothing is different")
    print(f"{summary(told.run)}  (run {told.run.id})")
    for path in reports:
        print(f"written: {path}")


def _picture(analysis: dict[str, Any]) -> str:
    """An analysis, drawn, in base64."""
    from ui.plot import draw  # matplotlib is slow to load

    return base64.b64encode(draw(Profile.from_dict(analysis["profile"]), Path(analysis["path"]))).decode()
