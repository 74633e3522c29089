"""A server on 127.0.0.1 that answers every request as a function says: for servers that are wrong in some way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    authorization: str | None
    body: Any


@dataclass(frozen=True)
class Answered:
    """What is sent back; a body that is not bytes is sent as JSON."""

    body: Any
    status: int = 200
    kind: str = "application/json"


@dataclass
class Seen:
    """Where the server is, and what it was asked."""

    url: str
    requests: list[Asked] = field(default_factory=list)


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server whose requests are handled so, for as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def answering(answer: Callable[[Asked], Answered]) -> Iterator[Seen]:
    """The server, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            asked = Asked(self.command, self.path, self.headers.get("Authorization"), body)
            seen.requests.append(asked)
            told = answer(asked)
            data = told.body if isinstance(told.body, bytes) else json.dumps(told.body).encode()
            try:
                self.send_response(told.status)
                self.send_header("Content-Type", told.kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            except OSError:
                pass  # whoever asked did not wait

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with listening(Handler) as url:
        seen = Seen(url)
        yield seen


def models(*names: str, context: int | None = None) -> Answered:
    """The answer of `GET /v1/models`."""
    return Answered({"object": "list", "data": [{"id": name, "max_model_len": context} for name in names]})


def says(reason: str = "stop", **message: Any) -> Answered:
    """The answer of a chat request."""
    return Answered({"choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}]})


@contextmanager
def trickling(piece: bytes, pause_s: float) -> Iterator[str]:
    """The address of a server that sends the same again and again, with a pause between, until nobody listens."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(piece)
                    time.sleep(pause_s)
            except OSError:
                pass

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with listening(Handler) as url:
        yield url
