"""A local HTTP server between the program and a model: it records what passes, or plays what was recorded.

It stands at the HTTP boundary, so everything above it (client, retries, streaming, agent) runs as it does without it.
Each attempt at a dialog has an address of its own and a reel there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import zip_longest
from typing import Any
from uuid import uuid4

import httpx

from eval_dialogs.cassettes import Exchange, differences, parts_of, request_digest

_CONNECT_S, _SILENCE_S, _SETTLED_S = 5.0, 300.0, 5.0
_PASSED_ON = ("authorization", "content-type", "accept")
_DONE = b"data: [DONE]"
Routes = Mapping[str, str]  # "model" and "judge" -> base URL of the endpoint


@dataclass
class Reel:
    """The traffic of one attempt. `routes` are there while it is recorded; without them it is played.

    `stale` says why the program's requests are no longer those that were recorded.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    routes: Routes = field(default_factory=dict)
    stale: str | None = None
    _at: int = 0
    _kept: dict[int, Exchange | None] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def begin(self) -> int:
        """A request has come; its place among them. A client may ask anew before the end of an answer is written down."""
        with self._changed:
            place, self._at = self._at, self._at + 1
            self._kept[place] = None
            return place

    def keep(self, place: int, exchange: Exchange | None) -> None:
        """The request of this place is over; None when its answer was not."""
        with self._changed:
            if exchange:
                self._kept[place] = exchange
            else:
                del self._kept[place]
            self._changed.notify_all()

    def settle(self) -> None:
        """Waits for what is still being written down, and orders it. Of a request that was made again, because the
        server was busy, the last answer counts."""
        with self._changed:
            self._changed.wait_for(lambda: None not in self._kept.values(), _SETTLED_S)
            made = [exchange for _, exchange in sorted(self._kept.items()) if exchange]
        self.exchanges = [
            e for e, n in zip_longest(made, made[1:]) if e.status == 200 or not n or n.request != e.request
        ]

    def play(self, body: bytes) -> Exchange | None:
        """The recorded answer to the next request; None when it is another request than the recorded one."""
        number, self._at = self._at + 1, self._at + 1
        if number > len(self.exchanges):
            self._spoil(f"request {number} was not made then")
            return None
        exchange = self.exchanges[number - 1]
        if exchange.request != request_digest(body):
            changed = differences(exchange.parts, parts_of(body))
            self._spoil(f"request {number} is another one now: {', '.join(changed[:6]) or 'how it is streamed'}")
            return None
        return exchange

    def _spoil(self, why: str) -> None:
        self.stale = self.stale or why


@dataclass
class Relay:
    """The server's address, and the reels on it."""

    url: str = ""
    reels: dict[str, Reel] = field(default_factory=dict)

    @contextmanager
    def running(self, reel: Reel) -> Iterator[str]:
        """A reel's own address, for as long as the block lasts; `/model` and `/judge` follow."""
        name = uuid4().hex
        self.reels[name] = reel
        try:
            yield f"{self.url}/{name}"
        finally:
            del self.reels[name]


@contextmanager
def relaying() -> Iterator[Relay]:
    """The server on a free port of 127.0.0.1, for as long as the block lasts."""
    relay = Relay()
    with httpx.Client(timeout=httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(relay, client))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        relay.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield relay
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(relay: Relay, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            _, name, route, rest = (*self.path.split("/", 3), "", "", "")[:4]
            reel = relay.reels.get(name)
            if reel is None or (reel.routes and route not in reel.routes):
                self._whole(404, "there is nothing here")
            elif reel.routes:
                self._record(reel, f"{reel.routes[route].rstrip('/')}/{rest}", body)
            elif exchange := reel.play(body):
                self._play(exchange)
            else:
                self._whole(400, "this is not what was recorded")

        def _record(self, reel: Reel, url: str, body: bytes) -> None:
            place, exchange = reel.begin(), None
            try:
                exchange = self._passed_on(url, body)
            except httpx.HTTPError:
                self.close_connection = True  # the model is gone: the client sees it as it is
            finally:
                reel.keep(place, exchange)
            if exchange:
                self._chunk(b"")

        def _passed_on(self, url: str, body: bytes) -> Exchange:
            """The answer, but for its end, sent on as it comes."""
            headers = {n: v for n in _PASSED_ON if (v := self.headers.get(n))} | {"accept-encoding": "identity"}
            chunks: list[bytes] = []
            with client.stream("POST", url, content=body, headers=headers) as answer:
                kind = answer.headers.get("content-type", "application/json")
                self._head(answer.status_code, kind, answer.headers.get("retry-after"))
                for chunk in answer.iter_raw():
                    chunks.append(chunk)
                    if not self._took(chunk, chunks):
                        break
            return Exchange(
                request=request_digest(body),
                parts=parts_of(body),
                status=answer.status_code,
                content_type=kind,
                chunks=[chunk.decode("utf-8", "surrogateescape") for chunk in chunks],
            )

        def _took(self, chunk: bytes, chunks: list[bytes]) -> bool:
            """Whether the client took a chunk; one that has the whole of a stream may leave before its end."""
            try:
                self._chunk(chunk)
            except (BrokenPipeError, ConnectionResetError):
                if _DONE not in b"".join(chunks):
                    raise
                return False
            return True

        def _play(self, exchange: Exchange) -> None:
            self._head(exchange.status, exchange.content_type)
            for chunk in filter(None, exchange.chunks):
                self._chunk(chunk.encode("utf-8", "surrogateescape"))
            self._chunk(b"")

        def _whole(self, status: int, words: str) -> None:
            self._head(status, "application/json")
            self._chunk(json.dumps({"error": {"message": words}}).encode())
            self._chunk(b"")

        def _head(self, status: int, kind: str, retry_after: str | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Transfer-Encoding", "chunked")
            if retry_after:
                self.send_header("Retry-After", retry_after)
            self.end_headers()

        def _chunk(self, data: bytes) -> None:
            """A chunk; the empty one is the end."""
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            pass

        def handle(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # the client has given up, as it may
                super().handle()

    return Handler
