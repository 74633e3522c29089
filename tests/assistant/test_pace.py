"""Pieces joined on their way: nothing is lost, the first comes at once, and what is more than text is not held."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.budget import Budget, BudgetSpent
from assistant.pace import beside, paced, pause_s, together

FIRST = "12345678"  # so many pieces go on as they come
KINDS = ("words", "thought", "call 0", "call 1", "both", "nothing")


def piece(kind: str, text: str) -> dict[str, Any]:
    calls = {"tool_calls": [{"index": int(kind[-1]), "function": {"arguments": text}}]} if "call" in kind else {}
    thought = {"reasoning": text} if kind in {"thought", "both"} else {}
    words = {"content": text if kind in {"words", "both"} else ""}
    return {"id": "r", "choices": [{"index": 0, "delta": {**words, **thought, **calls}, "finish_reason": None}]}


def told(pieces: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Kind and text of each piece, neighbours of one kind as one."""
    rows: list[tuple[str, str]] = []
    for sent in pieces:
        delta = sent["choices"][0]["delta"]
        calls = [(f"call {c['index']}", c["function"]["arguments"]) for c in delta.get("tool_calls", [])]
        for kind, text in (("thought", delta.get("reasoning")), ("words", delta["content"]), *calls):
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
    assert told(list(paced(made, lambda: 0.04, clock=lambda: next(times), sleep=lambda s: None))) == told(made)


def _added(waits: list[float]) -> Iterator[float]:
    now = 0.0
    yield now
    for wait in waits * 2:
        now += wait
        yield now


def test_the_first_come_at_once_and_what_came_in_a_pause_together() -> None:
    now = [0.0]
    passed: list[str] = []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    for chunk in paced(_arriving(f"{FIRST}ijklmnop", now), lambda: 0.04, clock=lambda: now[0], sleep=sleep):
        passed.append(f"{words(chunk)}@{now[0]:.3f}")
    first = [f"{letter}@{count * 0.016:.3f}" for count, letter in enumerate(FIRST, 1)]
    assert passed == [*first, "ijk@0.176", "lmn@0.224", "op@0.264"]


def test_what_a_call_is_made_with_comes_together_and_its_name_alone() -> None:
    name = piece("call 0", "")
    name["choices"][0]["delta"]["tool_calls"][0] |= {"id": "c1", "type": "function", "function": {"name": "search", "arguments": ""}}  # fmt: skip
    rest = [piece("call 0", text) for text in f"{FIRST}abc"]
    other = piece("call 1", "{}")
    passed = list(paced([name, *rest, other], lambda: 9, clock=lambda: 0.0, sleep=lambda s: None))
    calls = [p["choices"][0]["delta"]["tool_calls"][0] for p in passed]
    assert passed[0] is name
    assert [(c["index"], c["function"]["arguments"]) for c in calls[9:]] == [(0, "abc"), (1, "{}")]


def _arriving(said: str, now: list[float], each_s: float = 0.016) -> Iterator[dict[str, Any]]:
    """A letter each so many seconds, or at once where it has come while nobody asked for it."""
    for count, letter in enumerate(said, 1):
        now[0] = max(now[0], count * each_s)
        yield piece("words", letter)


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
    pieces = [*(piece("words", w) for w in f"{FIRST}a"), odd, piece("words", "b")]
    assert list(paced(pieces, lambda: 9, clock=lambda: 0.0, sleep=lambda s: None)) == pieces


def test_the_last_word_keeps_its_reason() -> None:
    last = {"choices": [{"index": 0, "delta": {"content": "c"}, "finish_reason": "stop"}], "usage": None}
    pieces = [*(piece("words", w) for w in f"{FIRST}ab"), last]
    passed = list(paced(pieces, lambda: 9, clock=lambda: 0.0, sleep=lambda s: None))
    assert passed[-1] == last and [*map(words, passed)] == [*FIRST, "ab", "c"]


def test_what_was_held_is_said_before_a_failure() -> None:
    def breaks() -> Iterator[dict[str, Any]]:
        yield from (piece("words", w) for w in f"{FIRST}abc")
        raise ValueError("gone")

    passed = []
    with pytest.raises(ValueError, match="gone"):
        for chunk in paced(breaks(), lambda: 9, clock=lambda: 0.0, sleep=lambda s: None):
            passed.append(words(chunk))
    assert passed == [*FIRST, "abc"]


def test_a_wait_can_be_ended() -> None:
    """A source that says nothing is left alone as soon as the turn is stopped, and ends with what it then says."""
    asleep, awake = threading.Event(), threading.Event()

    def silent() -> Iterator[str]:
        yield "a"
        asleep.wait(10)
        try:
            yield "b"
        finally:
            awake.set()

    budget = Budget()
    began, got = time.monotonic(), []
    with pytest.raises(BudgetSpent, match="stopped"):
        for item in beside(silent(), budget):
            got.append(item)
            threading.Timer(0.2, budget.stop).start()
    assert got == ["a"] and 0.1 < time.monotonic() - began < 2
    asleep.set()
    assert awake.wait(5)
    budget.stop()  # nobody listens any more


def test_a_wait_ends_with_the_time() -> None:
    asleep = threading.Event()
    began = time.monotonic()
    with pytest.raises(BudgetSpent, match="seconds"):
        list(beside(iter(asleep.wait, True), Budget(seconds=0.2)))
    assert 0.1 < time.monotonic() - began < 2
    asleep.set()


def test_what_breaks_beside_is_raised_here() -> None:
    def breaks() -> Iterator[int]:
        yield 1
        raise KeyError("gone")

    items = beside(breaks(), Budget())
    assert next(items) == 1
    with pytest.raises(KeyError, match="gone"):
        next(items)
    assert list(beside(iter(range(100)), Budget())) == list(range(100))


def test_what_is_told_meanwhile_stands_where_it_was_told() -> None:
    def made(tell: Callable[[str], None]) -> Iterator[str]:
        for item in "ab":
            tell(f"before {item}")
            yield item
        tell("the end")

    assert list(together(made, lambda: None)) == ["before a", "a", "before b", "b", "the end"]


def test_who_stops_reading_tells_the_thread_and_waits_for_it() -> None:
    left, ended = threading.Event(), threading.Event()

    def made(tell: Callable[[str], None]) -> Iterator[str]:
        try:
            yield "a"
            assert left.wait(10)
            yield "b"
        finally:
            ended.set()

    parts = together(made, left.set)
    assert next(parts) == "a"
    parts.close()
    assert ended.is_set()


def test_an_interrupted_turn_does_not_wait_for_a_silent_server() -> None:
    """Ctrl-C arrives in the thread that reads, while the other one waits."""
    left = threading.Event()

    def silent(tell: Callable[[str], None]) -> Iterator[str]:
        yield "a"
        left.wait(10)

    parts = together(silent, left.set)
    assert next(parts) == "a"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    try:
        threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            next(parts)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - began < 5


def test_what_breaks_together_is_raised_after_what_was_told() -> None:
    def made(tell: Callable[[str], None]) -> Iterator[str]:
        tell("a")
        raise KeyError("gone")
        yield ""

    parts = together(made, lambda: None)
    assert next(parts) == "a"
    with pytest.raises(KeyError, match="gone"):
        next(parts)


def test_many_that_are_written_at_once_pause_longer() -> None:
    pauses = [pause_s(writing) for writing in range(1, 200)]
    assert pauses == sorted(pauses) and pauses[0] == 0.04 and pauses[63] == pauses[-1] == 0.25
