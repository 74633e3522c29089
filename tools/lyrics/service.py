"""Asking a lyrics service over HTTP: small answers only, no redirects, in good time, and not too often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

_LIMIT = 256 * 1024  # bytes
_TIMEOUT = httpx.Timeout(8.0, connect=4.0)


class NotReached(Exception):
    """The service did not answer, or not with JSON; the message is safe to show and holds no address."""


@dataclass
class Pace:
    """At most one question every `seconds`; who comes earlier waits."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Returns when the next question may be asked."""
        with self._lock:
            now = self.clock()
            turn = max(now, self._next)
            self._next = turn + self.seconds
        if turn > now:
            self.sleep(turn - now)


@dataclass(frozen=True)
class Service:
    """A service at an address; `transport` is for tests."""

    base_url: str
    user_agent: str
    pace: Pace
    transport: httpx.BaseTransport | None = None

    def get(self, path: str, params: Mapping[str, str]) -> Any:
        """The JSON that the service answers with, None for 404. A redirect is an answer of the wrong kind: it is not
        followed, wherever it leads. Raises `NotReached`."""
        self.pace.wait()
        headers = {"User-Agent": self.user_agent}
        try:
            with (
                httpx.Client(timeout=_TIMEOUT, headers=headers, transport=self.transport) as client,
                client.stream("GET", f"{self.base_url.rstrip('/')}{path}", params=dict(params)) as answer,
            ):
                if answer.status_code == 404:
                    return None
                if answer.status_code != 200:
                    raise NotReached(f"it answered with HTTP {answer.status_code}")
                return _small_json(answer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            told = str(exc) if isinstance(exc, _TooLarge) else type(exc).__name__  # addresses may hold a key
            raise NotReached(told) from None


class _TooLarge(ValueError):
    """An answer that is not read to its end."""


def _small_json(answer: httpx.Response) -> Any:
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _LIMIT:
            raise _TooLarge(f"an answer of more than {_LIMIT} bytes")
    return httpx.Response(200, content=body).json()
