"""Two runs side by side: what fails now and did not, what passes now, what got slower, which answers changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eval_dialogs.results import Attempt, DialogResult, Run, TurnResult

_SLOWER, _SLOWER_MS = 1.5, 200.0  # times as long, and at least so much longer


@dataclass(frozen=True)
class Slower:
    """A dialog that takes longer now; median milliseconds of its attempts."""

    id: str
    before_ms: float
    after_ms: float


@dataclass(frozen=True)
class Changed:
    """A turn that is answered in other words, or with other tracks."""

    id: str
    turn: int
    user: str
    before: str
    after: str
    tracks_before: tuple[str, ...]
    tracks_after: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """What is different in a run from an earlier one; dialogs by id. `conditions` are what else is not the same."""

    before: str
    after: str
    newly_failing: tuple[str, ...]
    newly_passing: tuple[str, ...]
    still_failing: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    slower: tuple[Slower, ...]
    changed: tuple[Changed, ...]
    conditions: tuple[str, ...]


def compare(before: Run, after: Run) -> Comparison:
    """What is different in `after`. A dialog that was skipped in one of them is not compared."""
    old, new = ({d.id: d for d in run.dialogs if d.outcome != "skipped"} for run in (before, after))
    both = [(old[i], new[i]) for i in new if i in old]
    return Comparison(
        before.id,
        after.id,
        tuple(b.id for a, b in both if a.outcome == "passed" and b.outcome != "passed"),
        tuple(b.id for a, b in both if a.outcome != "passed" and b.outcome == "passed"),
        tuple(b.id for a, b in both if a.outcome != "passed" and b.outcome != "passed"),
        tuple(i for i in new if i not in old),
        tuple(i for i in old if i not in new),
        tuple(Slower(b.id, a.ms, b.ms) for a, b in both if b.ms > max(a.ms * _SLOWER, a.ms + _SLOWER_MS)),
        tuple(change for a, b in both for change in _changed(a, b)),
        tuple(_conditions(before, after)),
    )


def _changed(before: DialogResult, after: DialogResult) -> Iterator[Changed]:
    """Turns of the first attempts that were both held and are not answered alike."""
    for was, now in zip(_turns(before.attempts), _turns(after.attempts), strict=False):
        tracks = (_titles(was), _titles(now))
        if was.user == now.user and (was.text, tracks[0]) != (now.text, tracks[1]):
            yield Changed(after.id, now.number, now.user, was.text, now.text, *tracks)


def _turns(attempts: list[Attempt]) -> list[TurnResult]:
    return attempts[0].turns if attempts else []


def _titles(turn: TurnResult) -> tuple[str, ...]:
    return tuple(card.title for card in turn.shown)


def _conditions(before: Run, after: Run) -> Iterator[str]:
    for name, what in (("index", "index"), ("prompt", "rules or tools"), ("brain", "brain"), ("model", "model"), ("program", "version"), ("revision", "revision")):  # fmt: skip
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            yield f"another {what}: {was}, now {now}"
