"""Real requests to an OpenAI-compatible endpoint: what it serves, whether tools are called, thoughts arrive, audio is heard.

Each has a time limit of its own (seconds). Nothing that is returned or raised holds the key.
"""

from __future__ import annotations

import base64
import io
import json
import math
import re
import struct
import time
import wave
from dataclasses import dataclass
from typing import Any

import httpx

from assistant.profiles import DIALECTS, Server

_LIST_S, _CHAT_S = 4.0, 60.0
_MOST_TOKENS = 2048  # a model that thinks does so before it calls
_MOST_BYTES = 8_000_000  # of an answer
_SHOWN = 160
_TOOL = {
    "type": "function",
    "function": {
        "name": "confirm",
        "description": "Confirms that tools can be called.",
        "parameters": {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
    },
}
_REQUEST = "Call the tool `confirm` now, with the word `yes`. Say nothing else."
# How a call looks that no parser took out of the text: Hermes and Qwen, Harmony, Gemma, bare JSON.
_CALL_AS_TEXT = re.compile(r"<tool_call>|<function=|<\|channel\|>|tool_code|\"name\"\s*:\s*\"confirm\"|\bconfirm\s*\(")
_THOUGHT_AS_TEXT = re.compile(r"</?think>")
_RATE = 16_000


@dataclass(frozen=True)
class Place:
    """A model behind an endpoint (`http://host:port/v1`), the key, and the kind of server."""

    url: str
    model: str
    key: str
    server: Server = "vllm"

    @property
    def shown(self) -> str:
        """The address without a password in it."""
        return re.sub(r"//[^/@]*@", "//", self.url)


@dataclass(frozen=True)
class ServedModel:
    """A model that an endpoint lists, and the longest context it takes in tokens, where it says so."""

    id: str
    context: int | None


@dataclass(frozen=True)
class Answer:
    """What came back when a tool was to be called. `text` is one printable line."""

    called: bool
    broken_arguments: bool
    call_as_text: bool
    thought_as_text: bool
    reasoning_field: str | None
    cut: bool
    text: str
    seconds: float


class EndpointFailed(Exception):
    """An endpoint did not do what was asked; one line that says what came instead. `status` is its HTTP status."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


def list_models(place: Place) -> list[ServedModel]:
    """What `GET /models` lists; raises `EndpointFailed`."""
    rows = _rows(_send(place, "GET", "models", _LIST_S), place)
    return [ServedModel(str(row["id"]), _length(row.get("max_model_len"))) for row in rows]


def _length(told: Any) -> int | None:
    return told if isinstance(told, int) and told > 0 else None


def _rows(body: Any, place: Place) -> list[dict[str, Any]]:
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list) or not all(isinstance(r, dict) and "id" in r for r in rows):
        raise EndpointFailed(f"{place.shown} answers, but not with a list of models")
    return rows


def ask_for_a_call(place: Place) -> Answer:
    """Asks the model to call a tool, streaming and with `tool_choice` "auto" as the agent does; raises `EndpointFailed`.

    Streaming matters: vLLM 0.32 loses Hermes calls behind the `qwen3` reasoning parser when it answers in one piece.
    """
    began = time.monotonic()
    message, reason = _chat(place, {"tools": [_TOOL], "tool_choice": "auto", "stream": True}, _REQUEST, _MOST_TOKENS)
    content = str(message.get("content") or "")
    calls = message.get("tool_calls") or []
    return Answer(
        called=bool(calls),
        broken_arguments=any(_word(call) is None for call in calls),
        call_as_text=bool(_CALL_AS_TEXT.search(content)),
        thought_as_text=bool(_THOUGHT_AS_TEXT.search(content)),
        reasoning_field=next((f for f in ("reasoning", "reasoning_content") if message.get(f)), None),
        cut=reason == "length",
        text=one_line(content, place.key),
        seconds=time.monotonic() - began,
    )


def _word(call: Any) -> str | None:
    try:
        return str(json.loads(call["function"]["arguments"])["word"])
    except (ValueError, KeyError, TypeError):
        return None


def send_audio(place: Place) -> float:
    """Sends one second of 16 kHz mono WAV; the seconds it took to be answered. Raises `EndpointFailed`."""
    began = time.monotonic()
    sound = {"type": "input_audio", "input_audio": {"data": base64.b64encode(_second()).decode(), "format": "wav"}}
    _chat(place, {}, [{"type": "text", "text": "What is this? One word."}, sound], 64)
    return time.monotonic() - began


def _second() -> bytes:
    """One second of a quiet A4, as a WAV file of 16-bit samples."""
    samples = (round(3000 * math.sin(2 * math.pi * 440 * n / _RATE)) for n in range(_RATE))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{_RATE}h", *samples))
    return out.getvalue()


def _chat(place: Place, more: dict[str, Any], content: Any, most: int) -> tuple[dict[str, Any], str | None]:
    """The message that a chat request is answered with, and why it ended."""
    limit = DIALECTS[place.server].length_field
    body = {"model": place.model, "messages": [{"role": "user", "content": content}], limit: most, **more}
    answer = _send(place, "POST", "chat/completions", _CHAT_S, body)
    try:
        choice = answer["choices"][0]
        return dict(choice["message"]), choice.get("finish_reason")
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
        raise EndpointFailed(f"{place.shown} answers a chat request with something else") from exc


def _send(place: Place, method: str, path: str, limit_s: float, body: dict[str, Any] | None = None) -> Any:
    """The JSON of one request; every way to fail becomes an `EndpointFailed`."""
    url = f"{place.url.rstrip('/')}/{path}"
    headers = {"Authorization": f"Bearer {place.key}"}
    try:
        with httpx.stream(method, url, headers=headers, json=body, timeout=limit_s) as answer:
            told = _read(answer, place, limit_s)
    except httpx.TimeoutException as exc:
        raise EndpointFailed(f"{place.shown} did not answer within {limit_s:.0f} s") from exc
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as exc:
        raise EndpointFailed(f"{place.shown} does not answer ({type(exc).__name__})") from exc
    if not answer.is_success:
        raise EndpointFailed(
            f"{place.shown} answered {answer.status_code}{_complaint(told, place.key)}", answer.status_code
        )
    try:
        streamed = "event-stream" in answer.headers.get("content-type", "")
        return _joined(told.decode("utf-8", "replace")) if streamed else json.loads(told)
    except (ValueError, TypeError, AttributeError) as exc:
        kind = answer.headers.get("content-type", "no content type").partition(";")[0]
        raise EndpointFailed(f"{place.shown} answers with {one_line(kind, place.key)}, not with JSON") from exc


def _read(answer: httpx.Response, place: Place, limit_s: float) -> bytes:
    """All of an answer, within the time in which it has to be whole, however it trickles; raises `EndpointFailed` for one without end."""
    began, told = time.monotonic(), bytearray()
    for piece in answer.iter_bytes():
        told += piece
        if len(told) > _MOST_BYTES:
            raise EndpointFailed(f"{place.shown} answers with more than {_MOST_BYTES // 1_000_000} MB")
        if time.monotonic() - began > limit_s:
            raise httpx.ReadTimeout("it trickles")
    return bytes(told)


def _joined(events: str) -> dict[str, Any]:
    """A streamed answer as the one message that its pieces make."""
    message: dict[str, Any] = {}
    calls: dict[int, dict[str, Any]] = {}
    reason = None
    rows = [line.removeprefix("data:").strip() for line in events.splitlines() if line.startswith("data:")]
    for choice in (c for row in rows if row != "[DONE]" for c in json.loads(row).get("choices") or ()):
        delta, reason = choice.get("delta") or {}, choice.get("finish_reason") or reason
        for name in ("content", "reasoning", "reasoning_content"):
            message[name] = message.get(name, "") + (delta.get(name) or "")
        for piece in delta.get("tool_calls") or ():
            function = calls.setdefault(piece.get("index", 0), {"function": {"arguments": ""}})["function"]
            function["arguments"] += (piece.get("function") or {}).get("arguments") or ""
    return {"choices": [{"message": {**message, "tool_calls": list(calls.values())}, "finish_reason": reason}]}


def _complaint(told: bytes, key: str) -> str:
    """What the server says is wrong, where it says so as OpenAI's API does."""
    try:
        error = json.loads(told)["error"]
        return f": {one_line(error['message'] if isinstance(error, dict) else str(error), key)}"
    except (ValueError, KeyError, TypeError):
        return ""


def one_line(text: str, key: str) -> str:
    """Text from outside as one short printable line without the key."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).replace(key, "***").split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}..."
