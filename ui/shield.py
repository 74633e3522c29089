"""Around every request to the site: who asks, how often, and what a browser is told about the answer (ASGI, no framework).

A visitor is the signed-in user, or without sign-in a random word in an HttpOnly cookie. Uploads can be fetched by the visitor
who sent them and by nobody else; Gradio's own ways to other hosts are closed.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ui.signin import COOKIE, Door, page

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

VISITOR = "linernotes-visitor"
HEADERS = {
    # Gradio's own scripts are inline and evaluated; nothing may be fetched from, sent to or framed by another host.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_CLOSED = re.compile(
    r"/(?:gradio_api/)?(?:proxy=|monitoring|dev/|deep_link|file=\s*(?:https?:|//|ftp:)|vibe)", re.IGNORECASE
)
_FILE = re.compile(r"/(?:gradio_api/)?file[=/](.+)")
_TURN = re.compile(r"/(?:queue/join|run/\w+|api/\w+|call/\w+|mcp)/?$")
_FORM, _LONGEST_TURN = 4096, 8 << 20  # bytes of a sign-in, and of a turn (a page's chat goes with it)


@dataclass(frozen=True)
class Limits:
    """What one visitor may do in a minute, and how large an upload is (bytes). A click that changes the page is a turn, too."""

    turns: int = 120
    uploads: int = 20
    requests: int = 2000
    upload_bytes: int = 200 * 1024 * 1024


LOCAL = Limits(turns=6000, uploads=120, requests=100_000)  # of a page that only its own machine can reach


@dataclass
class Shield:
    """The site behind it. `root` is the path under which a proxy serves it."""

    app: App
    door: Door | None = None
    root: str = ""
    title: str = "Liner Notes"
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.monotonic
    _seen: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _uploads: dict[str, set[str]] = field(default_factory=dict)  # the same bytes have one place, whoever sends them

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI calls it."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        asked = _Asked(scope, self.root)
        user = self.door.who(asked.cookies.get(COOKIE)) if self.door else None
        visitor = f"user:{user}" if user else asked.cookies.get(VISITOR, "")
        fresh = "" if self.door or len(visitor) >= 20 else secrets.token_urlsafe(24)
        scope["linernotes.visitor"] = visitor or fresh
        answer = await self._own(asked, user, receive)
        if answer is None:
            answer = self._refused(asked, scope["linernotes.visitor"])
        if answer is None and asked.is_turn:
            body = await _body(receive, _LONGEST_TURN + 1)
            receive = _again(body, receive)
            answer = self._not_theirs(body, scope["linernotes.visitor"])
        if answer:
            await answer.send(send)
            return
        await self.app(scope, receive, self._watched(asked, scope["linernotes.visitor"], fresh, send))

    async def _own(self, asked: _Asked, user: str | None, receive: Receive) -> _Answer | None:
        """What is answered here: health, sign-in, and whoever is not signed in."""
        if asked.path == "/health":
            return _Answer(200, json.dumps({"status": "ok"}), "application/json")
        if self.door is None:
            return None
        if asked.path == "/login":
            return (
                await self._sign_in(asked, receive)
                if asked.method == "POST"
                else _Answer(200, page(self.title, self.root))
            )
        if asked.path == "/logout" and asked.method == "POST":
            self.door.leave(asked.cookies.get(COOKIE))
            return _Answer(
                303,
                "",
                headers={"location": f"{self.root}/login", "set-cookie": _cookie(COOKIE, "", self.root, asked, 0)},
            )
        if user is None:
            if asked.method == "GET" and "text/html" in asked.headers.get("accept", ""):
                return _Answer(303, "", headers={"location": f"{self.root}/login"})
            return _Answer(401, "sign in first")
        return None

    async def _sign_in(self, asked: _Asked, receive: Receive) -> _Answer:
        assert self.door
        origin = urlsplit(asked.headers.get("origin", "")).netloc
        if origin and origin != asked.headers.get("x-forwarded-host", asked.headers.get("host", "")):
            return _Answer(403, "this form belongs to another site")
        if self.door.locked(asked.address):
            return _Answer(429, page(self.title, self.root, "Too many wrong passwords; wait five minutes."))
        form = parse_qs((await _body(receive, _FORM)).decode("utf-8", "replace"))
        name, password = (form.get(key, [""])[0] for key in ("name", "password"))
        token = self.door.enter(name, password, asked.address)
        if token is None:
            return _Answer(401, page(self.title, self.root, "That name and password do not fit."))
        kept = _cookie(COOKIE, token, self.root, asked, 12 * 3600)
        return _Answer(303, "", headers={"location": f"{self.root}/", "set-cookie": kept})

    def _refused(self, asked: _Asked, visitor: str) -> _Answer | None:
        """What this visitor may not ask, or not so often."""
        if _CLOSED.match(asked.path):
            return _Answer(404, "no such page")
        if (file := _FILE.match(asked.path)) and visitor not in self._uploads.get(_key(file[1]), ()):
            return _Answer(404, "no such page")
        kinds = [("requests", self.limits.requests)]
        if asked.method == "POST" and asked.path.endswith("/upload"):
            kinds.append(("uploads", self.limits.uploads))
            length = asked.headers.get("content-length", "")
            if not length.isdecimal() or int(length) > self.limits.upload_bytes:
                return _Answer(413, f"a file may have {self.limits.upload_bytes // 2**20} MB")
        if asked.is_turn:
            kinds.append(("turns", self.limits.turns))
        # a cookie that is thrown away each time does not help: without a user the address counts
        who = visitor if visitor.startswith("user:") else asked.address
        if over := [kind for kind, most in kinds if not self._counted(who, kind, most)]:
            return _Answer(429, f"too many {over[0]} in a minute; wait a little", headers={"retry-after": "30"})
        return None

    def _not_theirs(self, body: bytes, visitor: str) -> _Answer | None:
        """A turn may name files that this visitor sent, and no others."""
        if len(body) > _LONGEST_TURN:
            return _Answer(413, "that is too long")
        try:
            named = set(_paths(json.loads(body or b"null")))
        except (ValueError, RecursionError):
            return _Answer(400, "not JSON")
        theirs = [path for path in named if visitor not in self._uploads.get(_key(path), ())]
        return _Answer(403, "that file is not yours") if theirs else None

    def _counted(self, visitor: str, kind: str, most: int) -> bool:
        """Counts one more of a kind; whether it is still allowed."""
        now, times = self.clock(), self._seen[visitor, kind]
        while times and times[0] < now - 60:
            times.popleft()
        times.append(now)
        if len(self._seen) > 10_000:
            self._seen = defaultdict(deque, {k: t for k, t in self._seen.items() if t and t[-1] > now - 60})
        return len(times) <= most

    def _watched(self, asked: _Asked, visitor: str, fresh: str, send: Send) -> Send:
        """Sends on with the headers; notes whose an upload is."""
        body = bytearray()
        uploading = asked.method == "POST" and asked.path.endswith("/upload")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message.get("headers", ())}
                added = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in names]
                if fresh:
                    added.append((b"set-cookie", _cookie(VISITOR, fresh, self.root, asked, 365 * 86400).encode()))
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            elif uploading and len(body) < 65_536:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self._note_uploads(bytes(body), visitor)
            await send(message)

        return sending

    def _note_uploads(self, body: bytes, visitor: str) -> None:
        try:
            paths = json.loads(body)
        except ValueError:
            return
        for path in paths if isinstance(paths, list) else ():
            self._uploads.setdefault(_key(str(path)), set()).add(visitor)
        while len(self._uploads) > 50_000:
            self._uploads.pop(next(iter(self._uploads)))


class _Asked:
    """The parts of a request that are looked at."""

    def __init__(self, scope: Scope, root: str) -> None:
        self.method = str(scope["method"])
        path = str(scope["path"])
        self.path = path.removeprefix(root) if root and path.startswith(root + "/") else path
        self.headers = {n.decode("latin-1").lower(): v.decode("latin-1") for n, v in scope["headers"]}
        client = (scope.get("client") or ("?", 0))[0]
        # behind a proxy on this machine the proxy says who asks
        forwarded = self.headers.get("x-forwarded-for", "").split(",")[-1].strip()
        self.address = forwarded if forwarded and client in {"127.0.0.1", "::1"} and root else client
        self.secure = "https" in (scope.get("scheme"), self.headers.get("x-forwarded-proto"))
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(self.headers.get("cookie", ""))
        except CookieError:
            jar = SimpleCookie()
        self.is_turn = self.method == "POST" and bool(_TURN.search(self.path))
        self.cookies = {name: morsel.value for name, morsel in jar.items()}


@dataclass(frozen=True)
class _Answer:
    """A whole answer."""

    status: int
    body: str
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)

    async def send(self, send: Send) -> None:
        headers = {"content-type": self.kind, "cache-control": "no-store", **HEADERS, **self.headers}
        pairs = [(n.encode(), v.encode()) for n, v in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": self.body.encode()})


def _cookie(name: str, value: str, root: str, asked: _Asked, age: int) -> str:
    site = "Strict" if name == COOKIE else "Lax"
    return f"{name}={value}; Path={quote(root) or '/'}; HttpOnly; SameSite={site}; Max-Age={age}" + (
        "; Secure" if asked.secure else ""
    )


def _paths(value: Any) -> Iterator[str]:
    """The files that a turn names, as Gradio writes them: {"path": ...}."""
    if isinstance(value, dict):
        if isinstance(value.get("path"), str):
            yield value["path"]
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from _paths(inner)


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def receiving() -> Message:
        return left.pop() if left else await receive()

    return receiving


def _key(path: str) -> str:
    return unquote(path).lstrip("/")


async def _body(receive: Receive, most: int) -> bytes:
    body = b""
    while len(body) <= most:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body[:most]
