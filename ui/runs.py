"""`runs`: the runs of dialogs that were kept, one of them, and two of them side by side."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from assistant.settings import Settings
from eval_dialogs.comparison import compare
from eval_dialogs.reports.files import Told, write
from eval_dialogs.reports.words import counted, difference, failure, outcome, summary
from eval_dialogs.results import Run
from eval_dialogs.runs import kept, load
from index.errors import UserError
from ui.replay import runs_folder

_MOST = 40
_FILES = 2


def listed(args: argparse.Namespace, settings: Settings) -> int:
    """`runs`: the newest last."""
    paths = kept(runs_folder(settings))
    if not paths:
        print("no run was kept yet; `linernotes replay` makes one")
        return 0
    if len(paths) > _MOST:
        print(f"the newest {_MOST} of {len(paths)}")
    for path in paths[-_MOST:]:
        try:
            run = load(str(path), path.parent)
            print(f"{run.id}  {summary(run)}: {_of_what(run)}")
        except UserError as wrong:
            print(f"{path.stem}  {wrong}")
    return 0


def _of_what(run: Run) -> str:
    """What tells a run from others: the dialogs' files, who answered, the catalogue, the revision."""
    files = sorted({Path(d.file).stem for d in run.dialogs})
    several = f"{', '.join(files[:_FILES])}{f' and {len(files) - _FILES} more files' if len(files) > _FILES else ''}"
    where = f"{Path(run.catalogue).name} ({counted(run.tracks, 'track')})"
    return ", ".join(filter(None, (several, run.model, where, run.revision and f"revision {run.revision}")))


def show(args: argparse.Namespace, settings: Settings) -> int:
    """`runs show`: what a run came to, with what failed."""
    folder = runs_folder(settings)
    run = load(args.id, folder)
    baseline = load(args.baseline, folder) if args.baseline else None
    told = Told(run, baseline, compare(baseline, run) if baseline else None)
    reports = write(args.report, args.out, told)
    if args.json:
        print(run.model_dump_json())
        return 0
    for name in ("id", "started", "revision", "program", "catalogue", "tracks", "index", "brain", "model", "prompt"):
        print(f"{name:10} {getattr(run, name)}")
    for dialog in run.dialogs:
        print(f"{dialog.id}: {outcome(dialog)}, {dialog.ms:.0f} ms")
        for attempt in dialog.attempts:
            for turn in attempt.turns:
                print("".join(f"    {line}\n" for line in failure(turn)), end="")
    if told.comparison:
        print("\n".join((f"against {told.comparison.before}:", *(f"  {line}" for line in difference(told.comparison)))))
    print(summary(run))
    for path in reports:
        print(f"written: {path}")
    return 0


def diff(args: argparse.Namespace, settings: Settings) -> int:
    """`runs diff`: exit code 3 when something fails in the second that passed in the first."""
    before, after = (load(name, runs_folder(settings)) for name in (args.before, args.after))
    found = compare(before, after)
    if args.json:
        print(json.dumps(asdict(found), ensure_ascii=False))
    else:
        print("\n".join(difference(found)) or "nothing is different")
    return 3 if found.newly_failing else 0


def schema(args: argparse.Namespace, settings: Settings) -> int:
    """`runs schema`."""
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Run.model_json_schema()}
    print(json.dumps(body, indent=2, ensure_ascii=False))
    return 0
