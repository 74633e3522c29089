"""`demo`: make the demo catalogue and its index where they are missing, then open the web page."""

from __future__ import annotations

import argparse
import shutil
import time

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from assistant.settings import Settings
from tools.demo.catalogue import make_demo
from ui.commands import build_with_progress, print_report, quiet


def demo(args: argparse.Namespace, settings: Settings) -> int:
    """`demo`: both steps go on where an earlier run stopped."""
    began = time.perf_counter()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("[dim]{task.fields[name]}"),
        console=quiet,
        transient=True,
    ) as bar:
        task = bar.add_task("Composing the demo catalogue", total=None, name="")

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=name)

        tracks = make_demo(settings.demo, jobs=args.jobs, limit=args.limit, progress=show)
    size = sum(f.stat().st_size for f in tracks) / 1e6
    quiet.print(
        f"{len(tracks)} tracks composed in {settings.demo} ({size:.0f} MB, {shutil.disk_usage(settings.demo).free / 1e9:.0f} GB free)",
        markup=False,
        highlight=False,
    )
    report = build_with_progress(settings.demo / "music", settings.demo_index, settings.device, args.jobs)
    print_report(report, as_json=False)
    quiet.print(f"ready in {time.perf_counter() - began:.0f} s", markup=False, highlight=False)
    if args.prepare:
        return 0
    from ui.site import serve

    return serve(args, settings)
