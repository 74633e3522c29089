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
from typing import Any, TypeVar

PAUSE_S = 0.04  # twenty-five times a second reads as a flow
_TEXTS = {"content", "reasoning", "reasoning_content"}
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
    pieces: Iterable[Any], pause_s: float = PAUSE_S, clock: Callable[[], float] = time.monotonic
) -> Iterator[Any]:
    """The same words and thoughts in fewer pieces, the first at once; what is more than words is never held back.

    A piece is a `chat.completion.chunk` as it was sent; what is none goes on as it is.
    """
    held: list[tuple[str, Any]] = []
    due = clock()
    try:
        for piece in pieces:
            kind = _kind(piece)
            if held and held[0][0] != kind:
                yield _joined(held)
                held = []
            if not kind:
                yield piece
                continue
            held.append((kind, piece))
            if clock() >= due:
                yield _joined(held)
                held, due = [], clock() + pause_s
    except Exception:
        if held:
            yield _joined(held)
        raise
    if held:
        yield _joined(held)


def _kind(piece: Any) -> str:
    """The name of the text that a piece carries, where it carries that and nothing else."""
    match piece:
        case {"choices": [{"delta": dict(delta), **choice}], **rest} if not (
            rest.get("usage") or choice.get("finish_reason")
        ):
            said = [name for name, value in delta.items() if value and name != "role"]
            return said[0] if len(said) == 1 and said[0] in _TEXTS and isinstance(delta[said[0]], str) else ""
    return ""


def _joined(held: list[tuple[str, Any]]) -> Any:
    """Pieces of one kind as one."""
    name, first = held[0]
    if len(held) == 1:
        return first
    choice = first["choices"][0]
    text = "".join(piece["choices"][0]["delta"][name] for _, piece in held)
    return {**first, "choices": [{**choice, "delta": {**choice["delta"], name: text}}]}
