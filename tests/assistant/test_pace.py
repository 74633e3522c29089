"""Pieces joined on their way: nothing is lost, the first comes at once, and what is more than words is not held."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.pace import beside, paced

KINDS = ("words", "thought", "call", "both", "nothing")


def piece(kind: str, text: str) -> dict[str, Any]:
    calls = {"tool_calls": [{"index": 0, "function": {"arguments": text}}]} if kind == "call" else {}
    thought = {"reasoning": text} if kind in {"thought", "both"} else {}
    words = {"content": text if kind in {"words", "both"} else ""}
    return {"id": "r", "choices": [{"index": 0, "delta": {**words, **thought, **calls}, "finish_reason": None}]}


def told(pieces: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Kind and text of each piece, neighbours of one kind as one."""
    rows: list[tuple[str, str]] = []
    for sent in pieces:
        delta = sent["choices"][0]["delta"]
        calls = "".join(c["function"]["arguments"] for c in delta.get("tool_calls", []))
        for kind, text in (("thought", delta.get("reasoning")), ("words", delta["content"]), ("call", calls)):
            if text and rows and rows[-1][0] == kind:
                rows[-1] = (kind, rows[-1][1] + text)
            elif text:
                rows.append((kind, text))
    return rows


def words(sent: dict[str, Any]) -> str:
    return str(sent["choices"][0]["delta"]["content"])


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.text("ab ", min_size=1, max_size=3)), max_size=30),
    st.lists(st.floats(0, 0.1), min_size=40, max_size=40),
)
def test_nothing_is_lost_and_nothing_changes_places(pieces: list[tuple[str, str]], waits: list[float]) -> None:
    made = [piece(kind, text) for kind, text in pieces]
    times = iter(_added(waits))
    assert told(list(paced(made, clock=lambda: next(times)))) == told(made)


def _added(waits: list[float]) -> Iterator[float]:
    now = 0.0
    yield now
    for wait in waits * 2:
        now += wait
        yield now


def test_the_first_comes_at_once_and_the_others_together() -> None:
    now = [0.0]
    passed: list[str] = []
    source = _arriving(["a", "b", "c", "d", "e"], now, 0.015)
    for chunk in paced(source, pause_s=0.04, clock=lambda: now[0]):
        passed.append(f"{words(chunk)}@{now[0]:.3f}")
    assert passed == ["a@0.015", "bcd@0.060", "e@0.075"]


def _arriving(said: list[str], now: list[float], each_s: float) -> Iterator[dict[str, Any]]:
    for word in said:
        now[0] += each_s
        yield piece("words", word)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        3,
        "text",
        [],
        {},
        {"choices": None},
        {"choices": [{"delta": None}]},
        {"choices": [{"delta": {"content": 1}}]},
    ],
)
def test_what_is_no_piece_goes_on_as_it_is(odd: Any) -> None:
    assert list(paced([piece("words", "a"), odd, piece("words", "b")], pause_s=9, clock=lambda: 0.0)) == [piece("words", "a"), odd, piece("words", "b")]  # fmt: skip


def test_the_last_word_keeps_its_reason() -> None:
    last = {"choices": [{"index": 0, "delta": {"content": "c"}, "finish_reason": "stop"}], "usage": None}
    passed = list(paced([piece("words", "a"), piece("words", "b"), last], pause_s=9, clock=lambda: 0.0))
    assert passed[-1] == last and "".join(map(words, passed)) == "abc"


def test_what_was_held_is_said_before_a_failure() -> None:
    def breaks() -> Iterator[dict[str, Any]]:
        yield from (piece("words", w) for w in "abc")
        raise ValueError("gone")

    passed = []
    with pytest.raises(ValueError, match="gone"):
        for chunk in paced(breaks(), pause_s=9, clock=lambda: 0.0):
            passed.append(words(chunk))
    assert "".join(passed) == "abc"


def test_a_wait_can_be_ended() -> None:
    """A source that says nothing is left alone as soon as the check raises, and ends with what it then says."""
    asleep, awake = threading.Event(), threading.Event()

    def silent() -> Iterator[str]:
        yield "a"
        asleep.wait(10)
        try:
            yield "b"
        finally:
            awake.set()

    stopped = threading.Event()

    def check() -> None:
        if stopped.is_set():
            raise TimeoutError("stopped")

    began, got = time.monotonic(), []
    with pytest.raises(TimeoutError, match="stopped"):
        for item in beside(silent(), check):
            got.append(item)
            stopped.set()
    assert got == ["a"] and time.monotonic() - began < 2
    asleep.set()
    assert awake.wait(5)


def test_what_breaks_beside_is_raised_here() -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    items = beside(breaks(), lambda: None)
    assert next(items) == 1
    with pytest.raises(KeyError, match="gone"):
        next(items)
    assert list(beside(iter(range(100)), lambda: None)) == list(range(100))
