"""`dialogs new`, `dialogs from-thread` and `dialogs simulate`."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import closing
from pathlib import Path

from rich.progress import track as progress

from assistant.models import served_model
from assistant.reply import Assistant
from assistant.served import ModelFailed
from assistant.settings import Settings
from assistant.threads import Threads
from eval_dialogs.authoring import from_thread, template
from eval_dialogs.listener import PERSONAS, Goal, Hunt, Listener, Outcome, Persona, Speaker, goals, hunt
from eval_dialogs.model_listener import ModelListener
from index.catalogue import Catalogue
from index.errors import UserError
from ui.commands import open_index, quiet

_SCHEMA = "dialogs.schema.json"  # what `linernotes dialogs schema > dialogs.schema.json` writes


def new(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs new`."""
    return _put(template(args.name, _SCHEMA), args.output)


def made_from_thread(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs from-thread`."""
    with closing(Threads(settings.threads)) as threads:
        if args.thread is None:
            return _listed(threads)
        title = next((t.title for t in threads.all() if t.id == args.thread), args.thread)
        return _put(from_thread(threads, args.thread, args.name or title), args.output)


def _listed(threads: Threads) -> int:
    known = threads.all()
    for thread in known:
        print(f"{thread.id}  {time.strftime('%Y-%m-%d %H:%M', time.localtime(thread.changed))}  {thread.title}")
    if not known:
        raise UserError("there is no conversation yet; hold one with `linernotes chat` or `linernotes web`")
    return 0


def _put(text: str, output: Path | None) -> int:
    """Prints a file, or writes one that is not there yet."""
    if output is None:
        print(text, end="")
        return 0
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as exc:
        raise UserError(f"{output}: {exc.strerror}; nothing was written") from exc
    print(f"{output} written; `linernotes dialogs check {output}` validates it", file=sys.stderr)
    return 0


def simulate(args: argparse.Namespace, settings: Settings) -> int:
    """`dialogs simulate`: exit code 0 however many goals were met; the figures are the result."""
    catalogue = open_index(args, settings)
    wanted = goals(catalogue, args.goals, args.seed)
    if not wanted:
        raise UserError(f"{catalogue.directory}: no track has enough evidence to be looked for")
    personas: tuple[Persona, ...] = PERSONAS if args.persona == "all" else (args.persona,)
    with closing(Threads(None)) as threads:
        assistant = Assistant(settings, catalogue, threads)
        pairs = [(persona, goal) for persona in personas for goal in wanted]
        shown = progress(pairs, "Listening", console=quiet, transient=True, disable=not quiet.is_terminal)
        try:
            hunts = [
                hunt(assistant, _speaker(args, settings, catalogue, goal, persona), goal, f"{persona} {goal.track}", persona, args.turns)
                for persona, goal in shown
            ]  # fmt: skip
        except ModelFailed as failed:
            raise UserError(f"the listener's model {failed}; `linernotes doctor` says what is wrong") from failed
    if args.json:
        print(json.dumps(Outcome(tuple(hunts)).to_dict(), ensure_ascii=False))
    else:
        _told(hunts, personas)
    return 0


def _speaker(
    args: argparse.Namespace, settings: Settings, catalogue: Catalogue, goal: Goal, persona: Persona
) -> Speaker:
    if args.listener == "model":
        return ModelListener(served_model(settings), goal, persona)
    return Listener(goal, catalogue, persona, args.seed)


def _told(hunts: list[Hunt], personas: tuple[Persona, ...]) -> None:
    for persona in personas:
        own = tuple(h for h in hunts if h.persona == persona)
        outcome = Outcome(own)
        mean = f", in {outcome.turns:.2f} turns on average" if outcome.turns else ""
        print(f"{persona:8} {sum(h.met for h in own)} of {len(own)} hidden tracks shown{mean}")
    for missed in (h for h in hunts if not h.met):
        print(f"  not found: {missed.goal.title} ({missed.persona}): {' | '.join(missed.said)}")
