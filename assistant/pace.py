"""The pace at which a served model's tokens are passed on.

Tokens that come faster than anyone reads go on a few at a time, since each that is passed on costs the graph, the checker
and the page a step of their own. A server that says nothing is waited for beside the turn, which so can be stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TypeVar

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

PAUSE_S = 0.04  # twenty-five times a second reads as a flow
_THOUGHT = "reasoning_content"
_LOOK_S = 0.1  # how long a turn that was stopped may go unnoticed

T = TypeVar("T")


@dataclass(frozen=True)
class _End:
    """The last that comes; `failure` is what it broke off with."""

    failure: BaseException | None = None


def beside(items: Iterator[T], check: Callable[[], None]) -> Iterator[T]:
    """What an iterator yields in a thread of its own; `check` may raise to end the wait for it, and is called before each item.

    The thread ends with the item that it then waits for.
    """
    arrived: SimpleQueue[T | _End] = SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_pumped, args=(items, arrived, left), daemon=True).start()
    try:
        while True:
            check()
            try:
                item = arrived.get(timeout=_LOOK_S)
            except Empty:
                continue
            if isinstance(item, _End):
                if item.failure:
                    raise item.failure
                return
            yield item
    finally:
        left.set()


def _pumped(items: Iterator[T], arrived: SimpleQueue[T | _End], left: threading.Event) -> None:
    end = _End()
    try:
        for item in items:
            arrived.put(item)
            if left.is_set():
                break
    except BaseException as failure:  # handed on whatever it is: this thread has nobody to tell
        end = _End(failure)
    arrived.put(end)


def paced(
    chunks: Iterable[ChatGenerationChunk], pause_s: float = PAUSE_S, clock: Callable[[], float] = time.monotonic
) -> Iterator[ChatGenerationChunk]:
    """The same words and thoughts in fewer pieces, the first at once; what is more than words is never held back."""
    held: list[ChatGenerationChunk] = []
    due = clock()
    try:
        for chunk in chunks:
            if not _plain(chunk):
                yield from _joined(held)
                held = []
                yield chunk
                continue
            if held and _kind(held[0]) != _kind(chunk):
                yield from _joined(held)
                held = []
            held.append(chunk)
            if clock() >= due:
                yield from _joined(held)
                held, due = [], clock() + pause_s
    except Exception:
        yield from _joined(held)
        raise
    yield from _joined(held)


def _plain(chunk: ChatGenerationChunk) -> bool:
    """Whether it carries a piece of text or of thought, and nothing else."""
    message = chunk.message
    return (
        isinstance(message, AIMessageChunk)
        and isinstance(message.content, str)
        and bool(message.content) != bool(message.additional_kwargs.get(_THOUGHT))
        and not (message.tool_call_chunks or message.usage_metadata or chunk.generation_info)
    )


def _kind(chunk: ChatGenerationChunk) -> str:
    return "words" if chunk.message.content else "thought"


def _joined(chunks: list[ChatGenerationChunk]) -> Iterator[ChatGenerationChunk]:
    """Pieces of one kind as one."""
    if len(chunks) < 2:
        yield from chunks
        return
    first = chunks[0].message
    content = "".join(str(c.message.content) for c in chunks)
    thought = "".join(c.message.additional_kwargs.get(_THOUGHT, "") for c in chunks)
    given = {**first.additional_kwargs, **({_THOUGHT: thought} if thought else {})}
    yield ChatGenerationChunk(
        message=first.model_copy(update={"content": content, "additional_kwargs": given}),
        generation_info=chunks[0].generation_info,
    )
