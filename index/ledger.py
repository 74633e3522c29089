"""What rights holders decided about tracks of an index: contributed, blocked, let free again, rights set, withdrawn.
Nothing is ever changed in it.

`rights.jsonl` beside the catalogue: one decision a line, each with the SHA-256 of the line before it, so that a line
that was changed or taken out is noticed. It names tracks by id only. A block counts from the moment it is written, for
every program that has the index open.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from index.errors import UserError

FILE = "rights.jsonl"
Act = Literal["block", "unblock", "set", "contribute", "withdraw"]


@dataclass(frozen=True)
class Decision:
    """`when` is ISO 8601 in UTC; `values` are columns that are set (see `index.declared_rights`); `previous` is the digest
    of the line before, "" for the first."""

    when: str
    who: str
    act: Act
    track: str
    reason: str
    previous: str = ""
    values: dict[str, str] = field(default_factory=dict)


class Ledger:
    """The decisions about one index; cheap to ask again and again."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / FILE
        self._seen: tuple[int, int] | None = None
        self._decisions: list[Decision] = []
        self._blocked: dict[str, Decision] = {}
        self._contributed: dict[str, Decision] = {}
        self._withdrawn: dict[str, Decision] = {}

    def decisions(self) -> list[Decision]:
        """All of them, in order; raises `UserError` when the file was tampered with."""
        seen = self._stamp()
        if seen != self._seen:
            self._decisions = self._read() if seen else []
            # apart from each other: to contribute a track anew takes a withdrawal back, but nobody's block
            shown = {d.track: d for d in self._decisions if d.act in ("block", "unblock")}
            there = {d.track: d for d in self._decisions if d.act in ("contribute", "withdraw")}
            self._blocked = {t: d for t, d in {**shown, **there}.items() if d.act == "withdraw"}
            self._blocked |= {t: d for t, d in shown.items() if d.act == "block"}
            self._contributed = {t: d for t, d in there.items() if d.act == "contribute"}
            self._withdrawn = {t: d for t, d in there.items() if d.act == "withdraw"}
            self._seen = seen
        return self._decisions

    def blocked(self) -> dict[str, Decision]:
        """The decision that keeps a track from being shown, by track id."""
        self.decisions()
        return self._blocked

    def withdrawn(self) -> dict[str, Decision]:
        """Tracks that must not come back with the next build, by id."""
        self.decisions()
        return self._withdrawn

    def contributed(self) -> dict[str, Decision]:
        """The consent to tracks that their artists added themselves and did not withdraw, by id: no source has them."""
        self.decisions()
        return self._contributed

    def add(self, decisions: Sequence[Decision]) -> None:
        """Appends decisions, linking each to the line before it; `previous` of what is given does not count."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            lines = file.read().splitlines()
            for decision in decisions:
                row = asdict(decision) | {"previous": _digest(lines[-1]) if lines else ""}
                lines.append(json.dumps(row, ensure_ascii=False))
                file.write(lines[-1] + "\n")

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return (found.st_mtime_ns, found.st_size)

    def _read(self) -> list[Decision]:
        previous, decisions = "", []
        for number, line in enumerate(self._path.read_text("utf-8").splitlines(), 1):
            try:
                decision = Decision(**json.loads(line))
            except (ValueError, TypeError) as exc:
                raise UserError(f"{self._path}:{number}: not a decision; the file was damaged") from exc
            if decision.previous != previous:
                raise UserError(f"{self._path}:{number}: does not follow from the line before; the file was changed")
            decisions.append(decision)
            previous = _digest(line)
        return decisions


def _digest(line: str) -> str:
    return sha256(line.encode()).hexdigest()
