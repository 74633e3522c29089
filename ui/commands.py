"""The commands that do one thing and end: index, analyze, doctor, replay."""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.settings import Settings
from index.build import Progress as BuildProgress
from index.build import Report, build
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Embedder
from index.errors import UserError
from index.profile import Profile
from index.query import Query
from index.search import search
from index.vectors import check_vectors, rebuild
from tools.annotate import Annotator
from tools.captions import arc, clock, sound_words

console = Console()
quiet = Console(stderr=True)
_REJECTED_SHOWN = 10
_COMMONEST = "SELECT concept, count(DISTINCT n) FROM concepts GROUP BY concept ORDER BY 2 DESC, 1 LIMIT 20"


def build_index(args: argparse.Namespace, settings: Settings) -> int:
    """`index build`: exit code 0 also when rows were set aside (the report names them), 130 when it was stopped."""
    try:
        report = build_with_progress(args.source, args.index, settings.device, args.jobs)
    except KeyboardInterrupt:
        return 130
    print_report(report, as_json=args.json)
    return 0


def build_with_progress(source: Path, directory: Path, device: str, jobs: int) -> Report:
    """A build with a bar on stderr; an interrupt keeps what was done."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[name]}"),
    )
    with Progress(*columns, console=quiet, transient=True, disable=not quiet.is_terminal) as bar:
        task = bar.add_task("Indexing", total=None, name="reading the source")

        def show(state: BuildProgress) -> None:
            bar.update(task, completed=state.done, total=state.total, name=state.name[:40])

        try:
            return build(source, directory, Annotator(device), Embedder(), jobs=jobs, progress=show)
        except KeyboardInterrupt:
            bar.stop()
            print("linernotes: stopped; what was done is kept. Run the same command again to go on.", file=sys.stderr)
            raise
        except OSError as exc:
            raise UserError(f"{directory}: cannot be written: {exc.strerror}") from exc


def print_report(report: Report, *, as_json: bool) -> None:
    """What a build did, for people or for scripts."""
    if as_json:
        print(json.dumps(report.to_dict()))
        return
    console.print(
        f"{report.tracks} tracks in {report.index}: {report.added} added, {report.unchanged} unchanged, {report.removed} removed, {len(report.rejected)} set aside ({report.seconds:.1f} s)",
        markup=False,
        highlight=False,
    )
    for row in report.rejected[:_REJECTED_SHOWN]:
        console.print(f"  set aside {row['where']}: {row['reason']}", markup=False, highlight=False)
    if len(report.rejected) > _REJECTED_SHOWN:
        console.print(
            f"  and {len(report.rejected) - _REJECTED_SHOWN} more; `linernotes index info` lists them all",
            markup=False,
        )


def open_index(args: argparse.Namespace, settings: Settings) -> Catalogue:
    """The index that was asked for, or the demo catalogue's."""
    directory = args.index or settings.demo_index
    if args.index is None and not directory.is_dir():
        raise UserError(
            "no index given and no demo catalogue made yet; run `linernotes demo --prepare`, or pass --index DIR"
        )
    return Catalogue(directory)


def info(args: argparse.Namespace, settings: Settings) -> int:
    """`index info`."""
    catalogue = open_index(args, settings)
    store = catalogue.store
    count = {
        name: store.rows(f"SELECT count(*) FROM {sql}")[0][0]
        for name, sql in (
            ("measured", "profiles"),
            ("with lyrics", "tracks WHERE json_extract(json, '$.lyrics') IS NOT NULL"),
        )
    }
    body = {
        "index": str(catalogue.directory), "tracks": len(store), **count, "source": store.note("source"), "embedder": store.note("embedder"),
        "rejected": [asdict(r) for r in store.rejected()],
        "concepts": {str(c): n for c, n in store.rows(_COMMONEST)},
    }  # fmt: skip
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
        return 0
    for name in ("index", "tracks", "measured", "with lyrics", "source", "embedder"):
        console.print(f"{name:12} {body[name]}", markup=False, highlight=False)
    commonest = ", ".join(f"{c} {n}" for c, n in store.rows(_COMMONEST))
    console.print(f"concepts     {commonest}", markup=False, highlight=False)
    for row in store.rejected():
        console.print(f"set aside    {row.where}: {row.reason}", markup=False, highlight=False)
    return 0


def search_index(args: argparse.Namespace, settings: Settings) -> int:
    """`index search`: the text's concepts are wanted or ruled out, the rest is searched by meaning and words."""
    catalogue = open_index(args, settings)
    text = args.text[:2000].encode("utf-8", "replace").decode()  # a terminal may pass on bytes that are no text
    mentions = vocabulary().mentions(text)
    want = list(dict.fromkeys(m.concept for m in mentions if not m.negated))
    query = Query(
        text=text,
        want=want,
        avoid=list(dict.fromkeys(m.concept for m in mentions if m.negated and m.concept not in want)),
        count=min(args.count, 20),
    )
    result = search(catalogue, query)
    if args.json:
        for hit in result.shown:
            print(
                json.dumps(
                    {
                        "id": hit.track.id,
                        "title": hit.track.name,
                        "artists": hit.track.artists,
                        "score": round(hit.score, 4),
                        "evidence": [asdict(p) for p in hit.proofs],
                    },
                    ensure_ascii=False,
                )
            )
        return 0
    for hit in result.shown:
        by = f" by {hit.track.by}" if hit.track.by else ""
        console.print(
            f"{hit.score:5.2f}  {hit.track.name}{by}: {'; '.join(p.words for p in hit.proofs)}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    return 0


def check(args: argparse.Namespace, settings: Settings) -> int:
    """`index check`: SQLite's own check, then Chroma's answers; a damaged Chroma is rebuilt from the store."""
    catalogue = open_index(args, settings)
    sound = str(catalogue.store.rows("PRAGMA integrity_check")[0][0])
    if sound != "ok":
        raise UserError(
            f"{catalogue.directory}: the catalogue itself is damaged ({sound.splitlines()[0]}); build it again from its source"
        )
    trouble = check_vectors(catalogue.store, catalogue.directory)
    if trouble:
        rebuild(catalogue.store, catalogue.directory)
    body = {
        "tracks": len(catalogue.store),
        "catalogue": sound,
        "vectors": "ok" if not trouble else f"rebuilt: {trouble}",
    }
    print(json.dumps(body) if args.json else "\n".join(f"{k}: {v}" for k, v in body.items()))
    return 0


def analyze(args: argparse.Namespace, settings: Settings) -> int:
    """`analyze`: a file that cannot be used is named on stderr, the rest goes on; exit code 2 if any was."""
    import torch

    from tools.audio.decode import AudioRejected
    from tools.audio.engine import analyze_file

    def one(path: Path) -> Profile | str:
        torch.set_num_threads(1)  # files run side by side
        try:
            return analyze_file(path, device=settings.device)
        except AudioRejected as reason:
            return str(reason)

    failed = 0
    with ThreadPoolExecutor(1 if len(args.files) == 1 else 2) as pool:
        for path, result in zip(args.files, pool.map(one, args.files), strict=True):
            if isinstance(result, str):
                failed += 1
                print(f"linernotes: {path}: {result}", file=sys.stderr)
            elif args.json:
                print(json.dumps({"file": str(path), **result.to_dict()}), flush=True)
            else:
                console.print(profile_table(path, result))
    return 2 if failed else 0


def profile_table(path: Path, profile: Profile) -> Table:
    """A profile as people read it."""
    table = Table(title=path.name, show_header=False, title_justify="left")
    key, loud, tempo = profile.key, profile.loudness, profile.tempo
    rows = {
        "length": clock(profile.duration_s),
        "tempo": f"{tempo.bpm:.1f} BPM (confidence {tempo.confidence:.2f})" if tempo.bpm else "no steady pulse",
        "meter": profile.meter or "not clear",
        "key": f"{key.tonic} {key.mode} (confidence {key.confidence:.2f})" if key else "not clear",
        "key changes": ", ".join(f"{clock(k.start_s)} {k.tonic} {k.mode}" for k in profile.keys)
        if len(profile.keys) > 1
        else "",
        "sections": "  ".join(f"{s.label} {clock(s.start_s)}" for s in profile.sections),
        "chords": " ".join(c.label for c in profile.chords[:16]) + (" …" if len(profile.chords) > 16 else ""),
        "loudness": f"{loud.integrated_lufs:.1f} LUFS, range {loud.range_lu or 0:.1f} LU, peak {loud.true_peak_dbtp or 0:.1f} dBTP"
        if loud.integrated_lufs is not None
        else "silent",
        "sound": ", ".join(sound_words(profile)),
        "course": arc(profile),
        "notes": "; ".join(profile.notes),
    }
    for name, value in rows.items():
        if value:
            table.add_row(name, value)
    return table


def doctor(args: argparse.Namespace, settings: Settings) -> int:
    """`doctor`: exit code 0 when what the settings ask for works, 1 when something they ask for does not."""
    from assistant.doctor import examine

    findings = examine(settings, args.index)
    if args.json:
        print(json.dumps([asdict(f) for f in findings], ensure_ascii=False))
    else:
        marks = {"ok": "[green]ok[/]", "absent": "[yellow]not here[/]", "broken": "[red]broken[/]"}
        table = Table(show_header=False, box=None)
        for f in findings:
            table.add_row(
                marks[f.state], f.name, escape(f.detail) + (f"\n[dim]{escape(f.advice)}[/]" if f.advice else "")
            )
        console.print(table)
    return 1 if any(f.state == "broken" for f in findings) else 0


def replay(args: argparse.Namespace, settings: Settings) -> int:
    """`replay`: exit code 0 when every dialog passes, 1 when one fails."""
    from eval_dialogs.runner import run_dialogs

    results = run_dialogs(args.paths, settings, open_index(args, settings))
    if args.json:
        print(json.dumps([asdict(r) for r in results], ensure_ascii=False))
    else:
        for result in results:
            console.print(
                f"{'passed' if not result.failures else 'FAILED'}  {result.name} ({result.turns} turns, {result.ms:.0f} ms)",
                markup=False,
                highlight=False,
            )
            for failure in result.failures:
                console.print(
                    f"        turn {failure.turn}: {failure.check}: expected {failure.expected}, got {failure.got}",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )
    return 1 if any(r.failures for r in results) else 0
