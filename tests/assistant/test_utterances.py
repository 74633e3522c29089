"""A suite of utterances in seven languages, each with what must be understood of it (`utterances.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from assistant.embedded.understand import Reader
from assistant.embedded.understanding import Understanding
from tests.assistant.states import NOTHING, after

STATES = {"new": NOTHING, "shown": after()}
SUITE: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_name("utterances.toml").read_text("utf-8"))
ROWS = [
    pytest.param(
        state, row, id=f"{state}: {row['text']}", marks=[pytest.mark.xfail(strict=True, reason=row["xfail"])] if "xfail" in row else []
    )
    for state, rows in SUITE.items()
    for row in rows
]  # fmt: skip


def understood(u: Understanding, name: str) -> Any:
    """What was understood under a name of the suite."""
    if name == "intent":
        return u.intent.intent
    if name == "fresh_topic":
        return u.fresh_topic
    if name in {"want", "avoid", "allow", "artists", "titles"}:
        return sorted(getattr(u, name))
    if name == "refs":
        return sorted(u.refs.handles)
    if name == "compare":
        return sorted(c.dimension for c in u.compare)
    return u.fields.get(name)


@pytest.mark.parametrize(("state", "row"), ROWS)
def test_understood(state: str, row: dict[str, Any], reader: Reader) -> None:
    u = reader.understand(row["text"], STATES[state])
    meant = {k: sorted(v) if isinstance(v, list) else v for k, v in row.items() if k not in {"text", "xfail"}}
    assert {name: understood(u, name) for name in meant} == meant
    assert "intent" in meant or u.intent.intent in {"find", "refine", "more"}


def test_the_suite_is_large_enough_and_says_nothing_twice() -> None:
    said = [(state, row["text"]) for state, rows in SUITE.items() for row in rows]
    assert len(said) >= 240 and len(set(said)) == len(said)
