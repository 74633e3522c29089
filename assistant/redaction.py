"""Secrets and paths of this machine, taken out of a text at one place: before an answer, a trace, a log line or an error leaves."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from assistant.settings import Settings
from tools.disguises import unpacked

SECRET, PATH = "(secret)", "(path)"
_NAMES = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH|COOKIE", re.IGNORECASE)
_SHORTEST = 8  # characters of a value that counts as a secret
_AUTHORITY = re.compile(r"(?<=://)[^\s/@]+@")  # user:password@ of an address
_BEARER = re.compile(r"(?i)\b(bearer|basic|x-api-key:?|authorization:?)\s+[\w.~+/=-]{8,}")
_PATHS = re.compile(
    r"(?<![\w/.:])(?:~|/(?:home|root|Users|etc|var|usr|tmp|work|mnt|media|opt|srv|proc|sys|dev|run|boot|data))(?:/[^\s\"'“”<>|)*?`]*)+|\b[A-Z]:\\[^\s\"<>|]+"
)


class Redaction:
    """Knows the secrets of this program; called with a text it returns the text without them."""

    def __init__(self, secrets: Iterable[str] = (), folders: Iterable[Path] = ()) -> None:
        self._secrets = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)
        self._folders = sorted({str(f) for f in folders if len(f.parts) > 2}, key=len, reverse=True)

    @classmethod
    def of(cls, settings: Settings, environment: Mapping[str, str] = os.environ) -> Redaction:
        """The keys of the settings and whatever the environment calls a key, token, secret or password."""
        keys = (settings.api_key, settings.audio_api_key, settings.judge_key)
        named = [value for name, value in environment.items() if _NAMES.search(name)]
        return cls([k for k in (*keys, *named) if k and k != "none"], [settings.home, Path.home()])

    def __call__(self, text: str) -> str:
        """Each secret as "(secret)", each path of this machine as "(path)"; a text that hides a secret in a code is "(secret)"."""
        for secret in self._secrets:
            text = text.replace(secret, SECRET)
        for folder in self._folders:
            text = re.sub(rf"{re.escape(folder)}[^\s\"'“”<>|)*?`]*", PATH, text)
        text = _PATHS.sub(PATH, _BEARER.sub(rf"\1 {SECRET}", _AUTHORITY.sub("", text)))
        return SECRET if self.hides(text) else text

    def hides(self, text: str) -> bool:
        """Whether a secret is in a text, also encoded, spelled out or backwards."""
        if not self._secrets:
            return False
        plain = [_solid(way) for way in unpacked(text)]
        return any(s in way or s[::-1] in way for s in map(_solid, self._secrets) for way in plain)


class RedactingFilter(logging.Filter):
    """Put on the handlers of the root logger: no log line, and no traceback in one, holds a secret."""

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redaction = redaction

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record's words; lets it through."""
        record.msg, record.args = self._redaction(record.getMessage()), None
        if record.exc_info:
            record.exc_text = self._redaction(logging.Formatter().formatException(record.exc_info))
        return True


def _solid(text: str) -> str:
    return "".join(text.split())
