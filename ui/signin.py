"""Who may come in: users of a file or of the command line, their passwords as scrypt hashes, and sessions in a cookie.

A page of our own and not Gradio's `auth`: that one guards Gradio's routes only (not /audio and /playlist), keeps passwords as
they are, and says nothing to whoever guesses them. A line of a user file is `name:scrypt:N:r:p:salt:hash` (base64), made by
`python -m ui.signin NAME`.
"""

from __future__ import annotations

import base64
import binascii
import getpass
import hashlib
import hmac
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from index.errors import UserError

COOKIE = "linernotes-session"
_N, _R, _P = 2**14, 8, 1  # scrypt's cost: 16 MB and some 50 ms
_LASTS = 12 * 3600.0  # seconds
_TRIES, _WITHIN = 8, 300.0  # wrong passwords from one address, seconds
_LONGEST = 1024


@dataclass(frozen=True)
class _Kept:
    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def holds(self, password: str) -> bool:
        """Whether it is the hash of this password; takes as long either way."""
        made = hashlib.scrypt(password.encode(), salt=self.salt, n=self.n, r=self.r, p=self.p, maxmem=128 * 1024 * 1024)
        return hmac.compare_digest(made[: len(self.digest)], self.digest)


def line_for(name: str, password: str) -> str:
    """A user's line for the file."""
    salt = secrets.token_bytes(16)
    made = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P)
    return f"{name}:scrypt:{_N}:{_R}:{_P}:{_b64(salt)}:{_b64(made)}"


@dataclass
class Door:
    """Checks passwords and keeps sessions, in memory: a restart signs everybody out."""

    users: dict[str, _Kept]
    clock: Callable[[], float] = time.monotonic
    _sessions: dict[bytes, tuple[str, float]] = field(default_factory=dict)
    _wrong: dict[str, list[float]] = field(default_factory=dict)

    @classmethod
    def of(cls, said: str) -> Door:
        """From `--auth`: a file of users, or `name:password`; raises `UserError`."""
        path = Path(said)
        if path.is_file():
            rows = [r for r in path.read_text("utf-8").splitlines() if r.strip() and not r.startswith("#")]
            users = dict(_user(row, f"{path}:{number}") for number, row in enumerate(rows, 1))
            if not users:
                raise UserError(f"{path}: no user in it; make a line with `python -m ui.signin NAME`")
            return cls(users)
        name, colon, password = said.partition(":")
        if not colon or not name or len(password) < 8:
            raise UserError("--auth takes a file of users, or name:password with eight characters or more")
        return cls(dict([_user(line_for(name, password), "--auth")]))

    def locked(self, address: str) -> bool:
        """Whether too many wrong passwords came from an address."""
        since = self.clock() - _WITHIN
        recent = [at for at in self._wrong.pop(address, []) if at > since]
        if recent:
            self._wrong[address] = recent
        return len(recent) >= _TRIES

    def enter(self, name: str, password: str, address: str) -> str | None:
        """A new session's token, or None; an unknown name takes as long as a wrong password."""
        known = self.users.get(name)
        right = (known or next(iter(self.users.values()))).holds(password[:_LONGEST])
        if not right or known is None or self.locked(address):
            self._wrong.setdefault(address, []).append(self.clock())
            return None
        now = self.clock()
        self._sessions = {t: kept for t, kept in self._sessions.items() if kept[1] > now}
        token = secrets.token_urlsafe(32)
        self._sessions[_mark(token)] = (name, now + _LASTS)
        return token

    def who(self, token: str | None) -> str | None:
        """The user of a session that lasts, or None."""
        name, until = self._sessions.get(_mark(token or ""), ("", 0.0))
        return name if until > self.clock() else None

    def leave(self, token: str | None) -> None:
        """Ends a session."""
        self._sessions.pop(_mark(token or ""), None)


def page(title: str, root: str, wrong: str = "") -> str:
    """The sign-in page: one form, no script."""
    note = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>
<style>body{{font:1rem/1.5 Georgia,serif;background:#1c1917;color:#f5f5f4;display:grid;place-items:center;min-height:90vh}}form{{display:grid;gap:.8rem;width:18rem}}input,button{{font:inherit;padding:.5rem;border-radius:.4rem;border:1px solid #78716c}}button{{background:#d97706;color:#1c1917;border:0}}</style>
<form method="post" action="{escape(root)}/login"><h1>{escape(title)}</h1>{note}<label>Name <input name="name" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label><button>Sign in</button></form></html>"""


def _user(row: str, where: str) -> tuple[str, _Kept]:
    try:
        name, kind, n, r, p, salt, digest = row.strip().split(":")
        kept = _Kept(
            int(n), int(r), int(p), base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
        )
    except (ValueError, binascii.Error):
        kind, name, kept = "", "", _Kept(0, 0, 0, b"", b"")
    if kind != "scrypt" or not name or len(kept.digest) < 32 or not 2 <= kept.n <= 2**20:
        raise UserError(f"{where}: not a user; make a line with `python -m ui.signin NAME`")
    return name, kept


def _mark(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


if __name__ == "__main__":
    print(line_for(sys.argv[1], getpass.getpass()))
