"""Answers of a lyrics service, kept on disk for a while so that it is asked once, and when it cannot be reached.

One JSON file a question, named by a digest of it. A file that cannot be read or written counts as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

EXPIRES_S = 30 * 24 * 3600.0
NOTHING_EXPIRES_S = 3 * 24 * 3600.0  # an answer of nothing is asked for again sooner: sheets are added every day


@dataclass(frozen=True)
class Kept:
    """An answer and when it was given, in seconds since 1970."""

    answer: Any
    at: float
    fresh: bool

    @property
    def day(self) -> str:
        """The date on which it was given, ISO 8601, UTC."""
        return time.strftime("%Y-%m-%d", time.gmtime(self.at))


@dataclass(frozen=True)
class Answers:
    """The answers kept in one folder."""

    folder: Path
    clock: Callable[[], float] = time.time

    def get(self, question: Mapping[str, str]) -> Kept | None:
        """The answer kept for a question, be it fresh or old."""
        try:
            row = json.loads(self._path(question).read_text("utf-8"))
            at, answer = float(row["at"]), row["answer"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        age = self.clock() - at
        return Kept(answer, at, 0 <= age < (EXPIRES_S if answer else NOTHING_EXPIRES_S))

    def keep(self, question: Mapping[str, str], answer: Any) -> None:
        """Writes an answer down, whole or not at all."""
        path = self._path(question)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps({"at": self.clock(), "answer": answer}), "utf-8")
            part.replace(path)
        except OSError:
            part.unlink(missing_ok=True)

    def forget(self, question: Mapping[str, str]) -> None:
        """Removes what is kept for a question."""
        self._path(question).unlink(missing_ok=True)

    def _path(self, question: Mapping[str, str]) -> Path:
        digest = hashlib.sha256(json.dumps(dict(question), sort_keys=True).encode()).hexdigest()
        return self.folder / f"{digest[:32]}.json"
