"""A small server on 127.0.0.1 that speaks OpenAI chat completions as vLLM does: reasoning, tool calls, answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.assistant.answering import listening


@dataclass
class Script:
    """Messages to answer with, in order (the last again and again), and the requests that came."""

    messages: list[dict[str, Any]]
    requests: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def next(self, request: dict[str, Any]) -> dict[str, Any]:
        self.requests.append(request)
        return self.messages[min(len(self.requests), len(self.messages)) - 1]


def tool_call(name: str, args: dict[str, Any], call: str) -> dict[str, Any]:
    """A tool call as it stands in a response."""
    return {"id": call, "type": "function", "function": {"name": name, "arguments": json.dumps(args)}}


@contextmanager
def serving(messages: list[dict[str, Any]]) -> Iterator[Script]:
    """The server, for as long as the block lasts."""
    script = Script(messages)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send("application/json", json.dumps({"object": "list", "data": [{"id": "tiny"}]}).encode())

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            message = script.next(request)
            if request.get("stream"):
                self._send("text/event-stream", b"".join(_events(message)))
            else:
                reason = "tool_calls" if message.get("tool_calls") else "stop"
                choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
                body = {"id": "r", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]}
                self._send("application/json", json.dumps(body).encode())

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with listening(Handler) as script.url:
        yield script


def _events(message: dict[str, Any]) -> Iterator[bytes]:
    """The message as server-sent events, a few characters each, as vLLM streams them."""

    def event(delta: dict[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        body = {"id": "r", "object": "chat.completion.chunk", "created": 1, "model": "tiny", "choices": [choice]}
        return f"data: {json.dumps(body)}\n\n".encode()

    yield event({"role": "assistant", "content": ""})
    for name in ("reasoning", "reasoning_content", "content"):
        text = message.get(name) or ""
        yield from (event({name: text[at : at + 5]}) for at in range(0, len(text), 5))
    for index, call in enumerate(message.get("tool_calls") or []):
        arguments = call["function"]["arguments"]
        head = {**call, "index": index, "function": {"name": call["function"]["name"], "arguments": ""}}
        yield event({"tool_calls": [head]})
        for at in range(0, len(arguments), 7):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": arguments[at : at + 7]}}]})
    yield event({}, "tool_calls" if message.get("tool_calls") else "stop")
    yield b"data: [DONE]\n\n"
