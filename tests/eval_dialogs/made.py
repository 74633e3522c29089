"""Results of dialogs, made by hand for tests of comparisons and reports."""

from __future__ import annotations

from typing import Any

from eval_dialogs.results import Attempt, DialogResult, Run, TurnResult
from eval_dialogs.scoring import score

NASTY = "<script>alert(1)</script> & \"quoted\" 'it' | `code` ``` \x00\x1b ]]> é 🎵"


def turn(number: int = 1, **given: Any) -> TurnResult:
    """A turn that passed, but for what is given."""
    return TurnResult.model_validate(
        {"number": number, "file": "d.yaml", "line": 3 + number, "user": f"turn {number}", "outcome": "passed", "text": "Here is T1.", "ms": 100.0, "shown": [{"handle": "T1", "id": "w1", "title": "Blue Ferry"}], **given}
    )  # fmt: skip


def broken_turn(number: int = 1, *, gating: bool = True, words: str = "99 tracks at least") -> TurnResult:
    """A turn in which a check did not hold."""
    problem = {"check": "shown", "expected": words, "got": "5", "file": "d.yaml", "line": 7, "source": "shown: {at_least: 99}", "gating": gating}  # fmt: skip
    tools = [{"name": "search_tracks", "args": {"want": ["sad"], "avoid": []}, "ms": 12.0}]
    return turn(number, outcome="failed" if gating else "passed", problems=[problem], tools=tools)


def dialog(name: str, *turns: TurnResult, tags: tuple[str, ...] = (), attempts: int = 1) -> DialogResult:
    """A dialog of these turns, held so often."""
    outcomes = {t.outcome for t in turns}
    whole = "error" if "error" in outcomes else "failed" if "failed" in outcomes else "passed"
    held = [Attempt(number=n, outcome=whole, turns=list(turns)) for n in range(1, attempts + 1)]  # type: ignore[arg-type]
    return DialogResult.model_validate(
        {"id": f"d/{name}", "name": name, "file": "d.yaml", "line": 3, "outcome": whole, "tags": tags, "attempts": held}
    )


def skipped(name: str) -> DialogResult:
    """A dialog that was not held."""
    return dialog(name).model_copy(update={"outcome": "skipped", "why": "requires judge", "attempts": []})


def run(*dialogs: DialogResult, id: str = "20260101-000000-aaaa", **given: Any) -> Run:
    """A run of these dialogs."""
    return Run.model_validate(
        {"id": id, "started": "2026-01-01T00:00:00+00:00", "seconds": 1.5, "program": "0.1.0", "catalogue": "index", "tracks": 22, "index": "0f", "brain": "embedded", "model": "embedded reader", "prompt": "ab", "score": score(dialogs), "dialogs": list(dialogs), **given}
    )  # fmt: skip
