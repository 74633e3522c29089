"""Whether the scripted dialogs bite: the product is broken on purpose, one small way at a time, and at least one dialog
has to turn red each time. Nor may a dialog stay green whatever is broken.

usage: python -m tests.eval_dialogs.mutate [--index DIR] [--only WORDS] [--all] [--json]

Exit code 0 when every mutation is noticed, 1 when one is not or a dialog notices none, 2 when a dialog is red before anything is broken.
"""

from __future__ import annotations

import os

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from assistant.settings import Settings, load
from eval_dialogs.runner import Runner
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from index.catalogue import Catalogue
from index.errors import UserError
from tests.eval_dialogs.mutations import MUTATIONS, STUBS, Mutation

T = TypeVar("T")


@dataclass
class Found:
    """The dialogs that noticed a mutation, of how many that were held."""

    mutation: str
    red: list[str] = field(default_factory=list)
    held: int = 0
    seconds: float = 0.0


def red(runner: Runner, scripts: Iterable[Script]) -> list[str]:
    """The ids of the dialogs that do not pass."""
    return [s.id for s in scripts if runner.attempt(s, 1).outcome != "passed"]


@contextmanager
def new_brains(runner: Runner) -> Iterator[None]:
    """New brains inside, which are let go of at the end: what a brain made earlier knows would hide what is broken."""
    runner.stage.renew()
    try:
        yield
    finally:
        runner.stage.renew()


def noticed(mutation: Mutation, runner: Runner, scripts: Sequence[Script], every: bool = False) -> Found:
    """Which dialogs notice: of those with its tags all, of the others no more than it takes (with `every`, all)."""
    began = time.perf_counter()
    near = [s for s in scripts if every or not mutation.tags or set(s.dialog.tags) & set(mutation.tags)]
    found = Found(mutation.name, held=len(near))
    with mutation.applied(), new_brains(runner):
        found.red = red(runner, near)
        for script in (s for s in scripts if s not in near):
            if found.red:
                break
            found.red += red(runner, [script])
            found.held += 1
    found.seconds = round(time.perf_counter() - began, 1)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    args = _options(argv)
    settings = load()
    with closing(_catalogue(args.index, settings)) as catalogue, closing(Stage(settings, catalogue)) as stage:
        runner = Runner(stage)
        scripts = [s for s in read_scripts(args.paths) if stage.missing(s) is None]
        wrong = red(runner, _told("as it is", scripts))
        if wrong:
            print(f"red before anything is broken: {', '.join(wrong)}", file=sys.stderr)
            return 2
        chosen = [m for m in (*STUBS, *MUTATIONS) if args.only.casefold() in m.name.casefold()]
        found = [noticed(m, runner, scripts, args.all) for m in _told("broken", chosen)]
        idle = sorted({s.id for s in scripts} - {i for f in found for i in f.red}) if not args.only else []
    body = {"mutations": [asdict(f) for f in found], "idle": idle}
    print(json.dumps(body, ensure_ascii=False, indent=1) if args.json else table(found, idle))
    return 1 if idle or any(not f.red for f in found) else 0


def table(found: Sequence[Found], idle: Sequence[str]) -> str:
    """A line a mutation, and the dialogs that noticed none."""
    width = max((len(f.mutation) for f in found), default=0)
    lines = [f"{f.mutation:{width}}  {_dialogs(f)}" for f in found]
    missed = [f.mutation for f in found if not f.red]
    seconds = sum(f.seconds for f in found)
    last = f"NOT NOTICED: {'; '.join(missed)}" if missed else "every one was noticed"
    useless = [f"dialogs that noticed nothing: {', '.join(idle)}"] if idle else []
    return "\n".join((*lines, "", f"{len(found)} mutations in {seconds:.0f} s: {last}", *useless))


def _dialogs(found: Found) -> str:
    some = ", ".join(found.red[:2]) + (f" and {len(found.red) - 2} more" if len(found.red) > 2 else "")
    return f"{len(found.red):3} of {found.held:3} red: {some}" if found.red else "NOT NOTICED"


def _told(what: str, items: Sequence[T]) -> Iterator[T]:
    """The items one by one, with their number, on a terminal."""
    seen = sys.stderr.isatty()
    for n, item in enumerate(items, 1):
        name = item.name if isinstance(item, Mutation | Script) else ""
        print(f"\r\033[K{what}: {n} of {len(items)}  {name}" * seen, end="", file=sys.stderr, flush=True)
        yield item
    print("\r\033[K" * seen, end="", file=sys.stderr, flush=True)


def _catalogue(index: Path | None, settings: Settings) -> Catalogue:
    directory = index or settings.demo_index
    if not directory.is_dir():
        raise UserError(f"{directory}: no index; run `linernotes demo --prepare`, or pass --index DIR")
    return Catalogue(directory)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.eval_dialogs.mutate", description="whether the dialogs bite")
    parser.add_argument("paths", nargs="*", type=Path, help="dialog files (default: those that come with the program)")
    parser.add_argument("--index", type=Path, help="default: the demo catalogue's")
    parser.add_argument("--only", default="", help="only mutations with these words in their name")
    parser.add_argument("--all", action="store_true", help="hold all dialogs for each mutation, not those near it")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    return parser.parse_args(argv)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except UserError as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(2)
