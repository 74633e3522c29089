"""The pace at which a served model's tokens are passed on.

Tokens that come faster than anyone reads are fetched and go on a few at a time, since each fetch wakes a thread, and each piece that
is passed on costs the graph, the checker and the page a step of their own. A server that says nothing is waited for beside the turn,
which so can be stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from assistant.budget import Budget

_AT_ONCE_S = 0.005  # what has come during a pause is read within this time
_BEGINNING = 8  # pieces that go on as they come, since the first words are shown before their sentence ends
_TEXTS = {"content", "reasoning", "reasoning_content"}
_LONGEST_WAIT_S = 3600.0  # a queue knows no endless one

_PAUSE_S, _EACH_S, _LONGEST_S = 0.04, 0.004, 0.25

T = TypeVar("T")


def pause_s(writing: int) -> float:
    """Seconds between two fetches of an answer while so many are written at once.

    One alone flows. Many share the processor, and nothing of a longer pause is seen: words and thoughts are shown by sentences.
    """
    return min(_LONGEST_S, _PAUSE_S + _EACH_S * (writing - 1))


@dataclass(frozen=True)
class _End:
    """The last that comes; `failure` is what it broke off with."""

    failure: BaseException | None = None


@dataclass(frozen=True)
class _Stop:
    """Comes when the turn was stopped."""


def beside(items: Iterator[T], budget: Budget) -> Iterator[T]:
    """What an iterator yields in a thread of its own, waited for as long as the budget lasts; raises `BudgetSpent` at its end.

    The thread ends with the item that it then waits for.
    """
    arrived: SimpleQueue[T | _End | _Stop] = SimpleQueue()
    left = threading.Event()
    threading.Thread(target=_pumped, args=(items, arrived, left), daemon=True).start()
    try:
        with budget.stopping(lambda: arrived.put(_Stop())):
            while True:
                budget.check()
                try:
                    item = arrived.get(timeout=min(budget.left_s, _LONGEST_WAIT_S))
                except Empty:
                    continue
                if isinstance(item, _End):
                    if item.failure:
                        raise item.failure
                    return
                if not isinstance(item, _Stop):
                    yield item
    finally:
        left.set()


def together(
    items: Callable[[Callable[[T], None]], Iterator[T]], leave: Callable[[], None]
) -> Generator[T, None, None]:
    """What an iterator yields in a thread of its own, and what is told meanwhile to the function that it is made with, in one row.

    Who stops reading calls `leave`, which should end the iterator soon, and waits for it.
    """
    arrived: SimpleQueue[T | _End] = SimpleQueue()
    left = threading.Event()
    thread = threading.Thread(target=_pumped, args=(items(arrived.put), arrived, left), daemon=True)
    thread.start()
    try:
        while not isinstance(item := arrived.get(), _End):
            yield item
        if item.failure:
            raise item.failure
    finally:
        left.set()
        leave()
        thread.join()


def _pumped(items: Iterator[T], arrived: SimpleQueue[Any], left: threading.Event) -> None:
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
    pieces: Iterable[Any],
    pause: Callable[[], float],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Any]:
    """The same words, thoughts and arguments of calls in fewer pieces, the first at once; what is more than these is never held back.

    After each that goes on, nothing is fetched for `pause()` seconds. A piece is a `chat.completion.chunk` as it was sent; what is
    none goes on as it is.
    """
    held: list[Any] = []
    passed = 0
    what: tuple[Any, ...] = ()
    due = clock()
    try:
        for piece in pieces:
            place = _place(piece)
            if held and what != place:
                yield _joined(what, held)
                held = []
            if not place:
                yield piece
                continue
            held.append(piece)
            what = place
            if clock() >= due:
                yield _joined(what, held)
                held, passed = [], passed + 1
                if passed >= _BEGINNING:
                    sleep(pause())
                    due = clock() + _AT_ONCE_S
    except Exception:
        if held:
            yield _joined(what, held)
        raise
    if held:
        yield _joined(what, held)


def _place(piece: Any) -> tuple[Any, ...]:
    """Where the text of a piece stands in its delta, as keys, where it carries that and nothing else: a name, or a call's arguments."""
    match piece:
        case {"choices": [{"delta": dict(delta), **choice}], **rest} if not (
            rest.get("usage") or choice.get("finish_reason")
        ):
            said = [(name, value) for name, value in delta.items() if value and name != "role"]
            match said:
                case [(name, str())] if name in _TEXTS:
                    return (name,)
                case [("tool_calls", [{"index": int(index), "function": {"arguments": str(), **own}, **call}])] if (
                    not any((*own.values(), call.get("id")))
                ):
                    return ("tool_calls", index)
    return ()


def _joined(place: tuple[Any, ...], held: list[Any]) -> Any:
    """Pieces of one place as one."""
    first = held[0]
    if len(held) == 1:
        return first
    choice = first["choices"][0]
    deltas = [piece["choices"][0]["delta"] for piece in held]
    name = place[0]
    if name in _TEXTS:
        more: Any = "".join(delta[name] for delta in deltas)
    else:
        arguments = "".join(delta[name][0]["function"]["arguments"] for delta in deltas)
        call = deltas[0][name][0]
        more = [{**call, "function": {**call["function"], "arguments": arguments}}]
    return {**first, "choices": [{**choice, "delta": {**deltas[0], name: more}}]}
