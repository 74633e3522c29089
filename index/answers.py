"""What an audio language model answered about tracks of a catalogue, kept beside them, so that nothing is asked twice.

One table of `catalogue.sqlite`, made when the first answer is kept: an index of before has none and needs none. An answer
is found again only for the same sound, model, wording and stretch of the track. Files that listeners attach are not kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path

from index.store import FILE

_WAIT_S = 30.0  # for a build that is just storing a batch
_TABLE = """CREATE TABLE IF NOT EXISTS answers (
    track TEXT NOT NULL, signature TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL, question TEXT NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL,
    text TEXT NOT NULL, reasoning TEXT NOT NULL, cut INTEGER NOT NULL, date TEXT NOT NULL,
    PRIMARY KEY (track, signature, model, prompt, question, start_s, end_s))"""


@dataclass(frozen=True)
class Asked:
    """A question about a stretch of a track: `signature` stands for its sound, `prompt` for kind and version of the question."""

    track: str
    signature: str
    model: str
    prompt: str
    question: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Answer:
    """What was answered, what the model thought about it, whether it was cut short, and when (ISO date)."""

    text: str
    reasoning: str
    cut: bool
    date: str


@dataclass(frozen=True)
class Answers:
    """The answers in an index's directory. Safe to use from several threads, and beside an open `Store`."""

    directory: Path

    def find(self, asked: Asked) -> Answer | None:
        """The answer kept for a question, or None."""
        path = self.directory / FILE
        if not path.is_file():
            return None
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
                return None
            row = db.execute(
                "SELECT text, reasoning, cut, date FROM answers WHERE (track, signature, model, prompt, question, start_s, end_s) = (?, ?, ?, ?, ?, ?, ?)",
                astuple(asked),
            ).fetchone()
        return Answer(str(row[0]), str(row[1]), bool(row[2]), str(row[3])) if row else None

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Keeps an answer in place of an earlier one; an index that cannot be written to goes without."""
        path = self.directory / FILE
        if not path.is_file():
            return
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as db:
            try:
                with db:
                    db.execute(_TABLE)
                    db.execute(
                        "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (*astuple(asked), *astuple(answer)),
                    )
            except sqlite3.OperationalError:
                return

    def forget(self, tracks: Sequence[str]) -> None:
        """Removes what was answered about tracks that have left the catalogue."""
        path = self.directory / FILE
        if not tracks or not path.is_file():
            return
        with closing(sqlite3.connect(path, timeout=_WAIT_S)) as db, db:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
                db.executemany("DELETE FROM answers WHERE track = ?", [(t,) for t in tracks])
