"""The commands that do one thing and end: index, doctor."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.ears import licence, willing_listener
from assistant.endpoints import EndpointFailed, Place, list_models
from assistant.settings import Settings
from index.build import Progress as BuildProgress
from index.build import Report, Stopped, build
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Embedder
from index.errors import UserError
from index.query import Query
from index.rerank import Reranker
from index.search import search
from index.vectors import check_vectors, rebuild
from tools.annotate import Annotator
from tools.audio.analysts import Analysts
from tools.duplicates import find_pairs
from tools.listener.listener import Listener
from ui.stopping import until_interrupted

console = Console()
quiet = Console(stderr=True)
_REJECTED_SHOWN = 10
_COMMONEST = "SELECT concept, count(DISTINCT n) FROM concepts GROUP BY concept ORDER BY 2 DESC, 1 LIMIT 20"


def build_index(args: argparse.Namespace, settings: Settings) -> int:
    """`index build`: exit code 0 also when rows were set aside (the report names them), 2 when nothing could be used, 130 when
    it was stopped."""
    try:
        listener = _listener(settings, args.index) if args.captions == "flamingo" else None
        report = build_with_progress(
            args.source, args.index, settings.device, args.jobs, listener, replace_all=args.replace
        )
    except KeyboardInterrupt:
        return 130
    print_report(report, as_json=args.json)
    if report.rejected and not report.tracks:
        raise UserError(f"{args.source}: nothing of it could be used, for the reasons above; the index is empty")
    return 0


def _listener(settings: Settings, directory: Path) -> Listener:
    """The audio model that is to write captions; its licence is said where it is chosen."""
    listener = willing_listener(settings, directory)
    quiet.print(f"captions by {licence(settings)}", markup=False, highlight=False, soft_wrap=True)
    return listener


def build_with_progress(
    source: Path, directory: Path, device: str, jobs: int, listener: Listener | None = None, *, replace_all: bool = True
) -> Report:
    """A build with a bar on stderr; an interrupt keeps what was done. `listener` writes the captions, if there is one."""
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
            with closing(Analysts(device, jobs)) as analysts, until_interrupted() as stop:
                return build(
                    source, directory, Annotator(analysts, listener), Embedder(), jobs=jobs, progress=show, stop=stop, replace_all=replace_all,
                )  # fmt: skip
        except Stopped as stopped:
            bar.stop()
            kept = f"stopped; {stopped.kept} of {stopped.total} tracks that were to be done are kept"
            print(f"linernotes: {kept}. Run the same command again to go on.", file=sys.stderr)
            raise
        except OSError as exc:
            raise UserError(f"{directory}: cannot be written: {exc.strerror}") from exc


def print_report(report: Report, *, as_json: bool) -> None:
    """What a build did, for people or for scripts."""
    if as_json:
        print(json.dumps(report.to_dict()))
        return
    print(
        f"{report.tracks} tracks in {report.index}: {report.added} added, {report.unchanged} unchanged, {report.removed} removed, {len(report.rejected)} set aside ({report.seconds:.1f} s)",
    )
    if report.short:
        print(f"  {len(report.short)} of them keep the caption writer's caption; the audio model gave none:")
    for row in report.short[:_REJECTED_SHOWN]:
        print(f"  short {row['where']}: {row['reason']}")
    if len(report.short) > _REJECTED_SHOWN:
        print(f"  and {len(report.short) - _REJECTED_SHOWN} more; --json lists them all")
    for row in report.rejected[:_REJECTED_SHOWN]:
        print(f"  set aside {row['where']}: {row['reason']}")
    if len(report.rejected) > _REJECTED_SHOWN:
        print(
            f"  and {len(report.rejected) - _REJECTED_SHOWN} more; `linernotes index info` lists them all",
        )


def open_index(args: argparse.Namespace, settings: Settings) -> Catalogue:
    """The index that was asked for, or the demo catalogue's."""
    directory = args.index or settings.demo_index
    if args.index is None and not directory.is_dir():
        raise UserError(
            "no index given and no demo catalogue made yet; run `linernotes demo --prepare`, or pass --index DIR"
        )
    return Catalogue(directory, reranker=Reranker(settings.reranker).load() if settings.reranker else None)


def tell_silence(settings: Settings) -> None:
    """One line on stderr when the served model does not answer as things start; turns will say so as well."""
    if settings.brain != "vllm":
        return
    place = Place(settings.base_url, settings.model, settings.api_key, settings.server)
    try:
        served = [m.id for m in list_models(place)]
    except EndpointFailed as failed:
        trouble = str(failed)
    else:
        trouble = "" if settings.model in served else f"{place.shown} serves {', '.join(served)}, not {settings.model}"
    if trouble:
        then = "the embedded reader stands in" if settings.fallback else "turns will fail until it does"
        print(f"linernotes: {trouble}; {then} (`linernotes doctor --model vllm`)", file=sys.stderr)


def info(args: argparse.Namespace, settings: Settings) -> int:
    """`index info`."""
    catalogue = open_index(args, settings)
    store = catalogue.store
    count = {
        "measured": store.rows("SELECT count(*) FROM profiles")[0][0],
        "with lyrics": len(store.with_lyrics()),
    }
    body = {
        "index": str(catalogue.directory), "tracks": len(store), **count, "source": store.note("source"), "embedder": store.note("embedder"),
        "rejected": [asdict(r) for r in store.rejected()], "sheets_aside": [asdict(r) for r in store.sheets_aside()],
        "concepts": {str(c): n for c, n in store.rows(_COMMONEST)},
    }  # fmt: skip
    if args.json:
        print(json.dumps(body, ensure_ascii=False))
        return 0
    for name in ("index", "tracks", "measured", "with lyrics", "source", "embedder"):
        print(f"{name:12} {body[name]}")
    commonest = ", ".join(f"{c} {n}" for c, n in store.rows(_COMMONEST))
    print(f"concepts     {commonest}")
    for row in store.rejected():
        print(f"set aside    {row.where}: {row.reason}")
    for row in store.sheets_aside():
        print(f"sheet aside  {row.where}: {row.reason}")
    return 0


def search_index(args: argparse.Namespace, settings: Settings) -> int:
    """`index search`: the text's concepts are wanted or ruled out, the rest is searched by meaning and words."""
    catalogue = open_index(args, settings)
    text = args.text[:2000].encode("utf-8", "replace").decode()  # a terminal may pass on bytes that are no text
    if not text.strip():
        raise UserError("nothing to search for; say what you want to hear: `linernotes index search 'calm piano'`")
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
        print(
            f"{hit.score:5.2f}  {hit.track.name}{by}: {'; '.join(p.words for p in hit.proofs)}",
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


def duplicates(args: argparse.Namespace, settings: Settings) -> int:
    """`index duplicates`: tracks that are one recording, or versions of one song, by how they sound."""
    catalogue = open_index(args, settings)
    with Progress(TextColumn("Comparing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=quiet, transient=True, disable=not quiet.is_terminal) as bar:  # fmt: skip
        task = bar.add_task("", total=None)
        pairs = find_pairs(catalogue.store, lambda done, total: bar.update(task, completed=done, total=total))
    if args.json:
        print(json.dumps([asdict(p) for p in pairs]))
        return 0
    if not pairs:
        print("no two measured tracks sound like one recording or one song")
    for pair in pairs:
        kind = "one recording" if pair.same_recording >= pair.same_song else "one song     "
        one, other = (catalogue.store.tracks([i])[0] for i in (pair.a, pair.b))
        print(f"{kind}  {pair.same_song:.2f}  {one.name} by {one.by} | {other.name} by {other.by}")  # fmt: skip
    return 0


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
