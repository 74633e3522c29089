"""A served audio language model: any OpenAI-compatible chat endpoint that takes `input_audio` (vLLM).

Sound goes as base64 WAV, at most 25 MB, which is what vLLM takes by default (VLLM_MAX_AUDIO_CLIP_FILESIZE_MB).
A server that is busy or away for a moment (429, 502, 503, 504, a broken connection) is asked again, after what it says
in Retry-After or after 1, 2, 4 s; no answer takes longer than `total_s`.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from index.errors import ToolFailed
from tools.listener.checkpoints import longest_s
from tools.listener.said import Said, separate
from tools.listener.sound import Samples, seconds_in, wav

_MOST_BYTES = 25 * 1024 * 1024
_TRIES = 4
_GLANCE_S = 0.2  # between two looks at whether to stop
_PASSING = {429, 502, 503, 504}
_NO_LIST = {404, 405}  # from a server that does not list its models; whether it has this one shows when it is asked
_BROKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)
_LONGEST_WORD = 300  # characters of a server's own explanation


@dataclass
class Served:
    """A client. `limit_s` is the longest sound the server takes, `at_once` how many requests it is sent side by side.

    `transport`, `sleep` and `clock` are for tests.
    """

    base_url: str
    model: str
    api_key: str = "none"
    limit_s: float = 600.0
    total_s: float = 600.0
    at_once: int = 4
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _places: threading.BoundedSemaphore = field(init=False, repr=False)
    _stopped: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def __post_init__(self) -> None:
        self._places = threading.BoundedSemaphore(self.at_once)

    def longest_s(self) -> float:
        """Seconds of sound that go into one request."""
        return min(longest_s(self.model, self.limit_s), seconds_in(_MOST_BYTES))

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        """The model's answer on a sound (frames,) at 16 kHz, empty if it says nothing; raises `ToolFailed` when none comes."""
        data = base64.b64encode(wav(sound)).decode()
        content = [
            {"type": "text", "text": question},
            {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}},
        ]
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": content}],
            "max_tokens": most_tokens,
            "temperature": 0,
        }
        if not self._places.acquire(timeout=self.total_s):
            raise _silent("too many others are being answered")
        try:
            return _said(self._answered(body))
        finally:
            self._places.release()

    def stop(self) -> None:
        """Ends what is on its way with `ToolFailed`, and whatever is asked from now on."""
        self._stopped.set()

    def trouble(self) -> str | None:
        """Why this model cannot be asked now, in one line, or None; asks the server what it serves."""
        try:
            with self._client(10.0) as client:
                answer = client.get("models")
            if answer.status_code in _NO_LIST:
                return None
            answer.raise_for_status()
            served = [str(m["id"]) for m in answer.json()["data"]]
        except httpx.HTTPStatusError as exc:
            said = f"{exc.response.status_code} {_explained(exc.response)}".strip()
            return f"the audio language model at {self.base_url} does not answer ({said})"
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as exc:
            return f"the audio language model at {self.base_url} does not answer ({type(exc).__name__})"
        if self.model in served:
            return None
        return f"{self.base_url} serves {', '.join(served) or 'nothing'}, not {self.model} (LINERNOTES_AUDIO_MODEL)"

    def _answered(self, body: dict[str, Any]) -> httpx.Response:
        """The first answer that is final; asks again while the trouble may pass."""
        until = self.clock() + self.total_s
        for tried in range(1, _TRIES + 1):
            try:
                answer = self._posted(body, until - self.clock())
            except _BROKEN as exc:
                wait, why = 2.0 ** (tried - 1), f"{type(exc).__name__}: {exc}"
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise _silent(f"{type(exc).__name__}: {exc}") from exc
            else:
                if answer.status_code not in _PASSING:
                    return answer
                wait = _asked_to_wait(answer, 2.0 ** (tried - 1))
                why = f"{answer.status_code} {_explained(answer)}"
            if tried == _TRIES or self.clock() + wait >= until:
                raise _silent(f"{why} (asked {tried} time{'s' * (tried > 1)})")
            self.sleep(wait)
            self._go_on()
        raise AssertionError("the last try either answers or raises")

    def _posted(self, body: dict[str, Any], patience_s: float) -> httpx.Response:
        """One request, in a thread that nobody waits for once the client is stopped."""
        result: Future[httpx.Response] = Future()

        def post() -> None:
            try:
                with self._client(patience_s) as client:
                    result.set_result(client.post("chat/completions", json=body))
            except Exception as exc:
                result.set_exception(exc)

        threading.Thread(target=post, daemon=True).start()
        while True:
            self._go_on()
            with suppress(TimeoutError):
                return result.result(_GLANCE_S)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise _silent("it was stopped")

    def _client(self, patience_s: float) -> httpx.Client:
        return httpx.Client(
            base_url=self.base_url,
            timeout=httpx.Timeout(max(patience_s, 0.1), connect=min(10.0, max(patience_s, 0.1))),
            headers={"Authorization": f"Bearer {self.api_key}"},
            transport=self.transport,
        )


def _said(answer: httpx.Response) -> Said:
    if answer.is_error:
        raise _silent(f"{answer.status_code} {_explained(answer)}")
    try:
        choice = answer.json()["choices"][0]
        message = choice["message"]
        text = message["content"]
        reasoning = message.get("reasoning") or message.get("reasoning_content") or ""
        cut = choice.get("finish_reason") == "length"
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as exc:
        raise _silent(f"its answer is no chat completion ({type(exc).__name__})") from exc
    return separate(text if isinstance(text, str) else "", str(reasoning), cut)


def _silent(why: str) -> ToolFailed:
    return ToolFailed(f"the audio language model did not answer: {' '.join(why.split())}")


def _explained(answer: httpx.Response) -> str:
    """What the server says went wrong, in a line."""
    try:
        body = answer.json()
        error = body.get("error", body)
        words = str(error["message"] if isinstance(error, dict) else error)
    except (ValueError, KeyError, AttributeError):
        words = answer.text
    return " ".join(words.split())[:_LONGEST_WORD]


def _asked_to_wait(answer: httpx.Response, otherwise_s: float) -> float:
    """Seconds that the server asks to be left alone: a number or a date."""
    value = answer.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return otherwise_s
