"""Holds scripted dialogs through the same `Assistant` as the page and the command line, and checks each turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.events import Reply, Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from eval_dialogs.schema import Checks, Dialog, read_dialogs
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.errors import ToolFailed, UserError


@dataclass(frozen=True)
class Failure:
    """A check that did not hold, in the turn numbered from 1."""

    turn: int
    check: str
    expected: str
    got: str


@dataclass(frozen=True)
class DialogResult:
    """What came of a dialog."""

    name: str
    turns: int
    failures: tuple[Failure, ...]
    ms: float


def run_dialogs(paths: Sequence[Path], settings: Settings, catalogue: Catalogue) -> list[DialogResult]:
    """Every dialog of the files and folders (those of this package when none is given), each in a fresh thread."""
    dialogs = [(f"{file}:{n}", dialog) for file in _files(paths) for n, dialog in enumerate(read_dialogs(file))]
    with closing(Threads(None)) as threads:
        assistant = Assistant(settings, catalogue, threads)
        return [_held(assistant, dialog, name) for name, dialog in dialogs]


def _files(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        paths = [Path(str(resources.files("eval_dialogs").joinpath("dialogs")))]
    files = [f for path in paths for f in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    if not files:
        raise UserError(f"{', '.join(map(str, paths))}: no dialogs here (*.yaml)")
    return files


def _held(assistant: Assistant, dialog: Dialog, thread: str) -> DialogResult:
    failures: list[Failure] = []
    took = 0.0
    for number, turn in enumerate(dialog.turns, 1):
        known = assistant.conversation(thread)
        try:
            liked, disliked = (tuple(known.track_of(h) for h in handles) for handles in (turn.like, turn.dislike))
        except ToolFailed as wrong:
            failures.append(Failure(number, "like", "handles of tracks that were shown", str(wrong)))
            continue
        reply = assistant.reply(Request(thread, turn.user, liked=liked, disliked=disliked))
        took += reply.ms
        failures += [
            Failure(number, check, expected, got)
            for check, expected, got in _broken(turn.checks, reply, assistant.catalogue)
        ]
    return DialogResult(dialog.name, len(dialog.turns), tuple(failures), round(took, 1))


def _broken(checks: Checks, reply: Reply, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Checks that do not hold: their name, what was expected, what came."""
    called = [t.name for t in reply.tools]
    yield from (("tool_called", name, str(called)) for name in checks.tool_called if name not in called)
    yield from (("tool_not_called", f"no {name}", str(called)) for name in checks.tool_not_called if name in called)
    yield from _broken_args(checks, reply)
    if len(reply.shown) < checks.shown_at_least:
        yield "shown_at_least", str(checks.shown_at_least), str(len(reply.shown))
    for field, bounds in checks.shown_each.items():
        for card in reply.shown:
            value = card.get(field)
            if not isinstance(value, int | float) or not bounds.min <= value <= bounds.max:
                yield f"shown_each {field}", str(bounds), f"{card['handle']} has {value}"
    yield from _broken_concepts(checks, reply, catalogue)
    text = reply.text.casefold()
    yield from (
        ("answer_contains", words, reply.text[:120]) for words in checks.answer_contains if words.casefold() not in text
    )
    yield from (
        ("answer_lacks", f"no {words}", reply.text[:120]) for words in checks.answer_lacks if words.casefold() in text
    )
    if checks.grounded and reply.cuts:
        yield "grounded", "every claim supported", f"cut: {reply.cuts[0]['sentence'][:120]}"


def _broken_args(checks: Checks, reply: Reply) -> Iterator[tuple[str, str, str]]:
    if not checks.tool_args:
        return
    given: dict[str, Any] = next(
        (t.args for t in reversed(reply.tools) if t.name in {"search_tracks", "similar_tracks"}), {}
    )
    for name, expected in checks.tool_args.items():
        got = given.get(name)
        contained = set(expected) <= set(got or []) if isinstance(expected, list) else got == expected
        if not contained:
            yield f"tool_args {name}", str(expected), str(got)


def _broken_concepts(checks: Checks, reply: Reply, catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    evidence = catalogue.store.evidence([card["id"] for card in reply.shown])
    for card in reply.shown:
        named = {e.concept for e in evidence.get(card["id"], [])}
        yield from (
            ("shown_concept", c, f"{card['handle']} “{card['title']}” has no evidence for it")
            for c in checks.shown_concept
            if not named & vocabulary().narrower(c)
        )
        yield from (
            ("shown_without", f"no {c}", f"{card['handle']} “{card['title']}” names it")
            for c in checks.shown_without
            if named & vocabulary().narrower(c)
        )
