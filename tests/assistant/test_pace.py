"""Pieces joined on their way: nothing is lost, the first comes at once, and what is more than words is not held."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from assistant.pace import beside, paced

KINDS = ("words", "thought", "call", "both", "nothing")


def piece(kind: str, text: str) -> ChatGenerationChunk:
    thought = {"reasoning_content": text} if kind in {"thought", "both"} else {}
    calls = [{"name": None, "args": text, "id": None, "index": 0, "type": "tool_call_chunk"}] if kind == "call" else []
    message = AIMessageChunk(
        content=text if kind in {"words", "both"} else "", additional_kwargs=thought, tool_call_chunks=calls
    )
    return ChatGenerationChunk(message=message)


def told(chunks: list[ChatGenerationChunk]) -> list[tuple[str, str]]:
    """Kind and text of each piece, neighbours of one kind as one."""
    rows: list[tuple[str, str]] = []
    for chunk in chunks:
        message = chunk.message
        assert isinstance(message, AIMessageChunk)
        calls = "".join(str(c["args"]) for c in message.tool_call_chunks)
        thought = message.additional_kwargs.get("reasoning_content", "")
        for kind, text in (("thought", thought), ("words", str(message.content)), ("call", calls)):
            if text and rows and rows[-1][0] == kind:
                rows[-1] = (kind, rows[-1][1] + text)
            elif text:
                rows.append((kind, text))
    return rows


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
        passed.append(f"{chunk.text}@{now[0]:.3f}")
    assert passed == ["a@0.015", "bcd@0.060", "e@0.075"]


def _arriving(words: list[str], now: list[float], each_s: float) -> Iterator[ChatGenerationChunk]:
    for word in words:
        now[0] += each_s
        yield piece("words", word)


def test_what_was_held_is_said_before_a_failure() -> None:
    def breaks() -> Iterator[ChatGenerationChunk]:
        yield from (piece("words", w) for w in "abc")
        raise ValueError("gone")

    passed = []
    with pytest.raises(ValueError, match="gone"):
        for chunk in paced(breaks(), pause_s=9, clock=lambda: 0.0):
            passed.append(chunk.text)
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
