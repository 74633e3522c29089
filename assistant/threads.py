"""Conversations that outlive the program: LangGraph's checkpoints and the turns as they were shown, in SQLite."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver

from index.errors import UserError, in_words
from index.scrub import scrub

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # checkpoints hold plain types only

WITHDRAWN = "(This answer named a track that was withdrawn.)"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS threads (id TEXT PRIMARY KEY, owner TEXT NOT NULL, catalogue TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL);
CREATE TABLE IF NOT EXISTS outflow (thread TEXT PRIMARY KEY, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS trays (owner TEXT NOT NULL, catalogue TEXT NOT NULL, name TEXT NOT NULL, tracks TEXT NOT NULL, PRIMARY KEY (owner, catalogue));
CREATE TABLE IF NOT EXISTS turns (thread TEXT NOT NULL, n INTEGER NOT NULL, user TEXT NOT NULL, reply TEXT NOT NULL, PRIMARY KEY (thread, n));
"""


@dataclass(frozen=True)
class Thread:
    """A conversation in the list: its id, its first words, and when it last changed (seconds since 1970)."""

    id: str
    title: str
    changed: float


@dataclass(frozen=True)
class Tray:
    """A playlist in the making: its name, and track ids in order."""

    name: str = "My playlist"
    tracks: tuple[str, ...] = ()


class Threads:
    """One SQLite file, or memory when `path` is None. Safe to share between threads of the program."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        try:
            if path:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
            self._db.executescript(_SCHEMA)
            self._db.execute("PRAGMA secure_delete = ON")
            self.saver = SqliteSaver(sqlite3.connect(path or ":memory:", check_same_thread=False))
            self.saver.setup()
        except (sqlite3.Error, OSError) as exc:
            raise UserError(f"{path}: conversations cannot be kept here: {in_words(exc)}") from exc

    def add_turn(self, thread: str, owner: str, catalogue: str, user: str, reply: dict[str, Any]) -> None:
        """Keeps a finished turn; the first gives the thread its title."""
        with self._lock:
            self._db.execute(
                "INSERT INTO threads VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET changed = excluded.changed",
                (thread, owner, catalogue, user[:80] or "Untitled", time.time()),
            )
            self._db.execute(
                "INSERT INTO turns SELECT ?, coalesce(max(n), 0) + 1, ?, ? FROM turns WHERE thread = ?",
                (thread, user, json.dumps(reply, ensure_ascii=False), thread),
            )

    def owner(self, thread: str) -> str | None:
        """Whose conversation it is; None for one that has no turn yet."""
        rows = self._rows("SELECT owner FROM threads WHERE id = ?", (thread,))
        return str(rows[0][0]) if rows else None

    def of(self, owner: str, catalogue: str) -> list[Thread]:
        """An owner's conversations about a catalogue, newest first."""
        rows = self._rows(
            "SELECT id, title, changed FROM threads WHERE owner = ? AND catalogue = ? ORDER BY changed DESC LIMIT 200",
            (owner, catalogue),
        )
        return [Thread(str(i), str(t), float(str(c))) for i, t, c in rows]

    def all(self) -> list[Thread]:
        """Everybody's conversations, newest first: for whoever may read the file anyway."""
        rows = self._rows("SELECT id, title, changed FROM threads ORDER BY changed DESC LIMIT 200", ())
        return [Thread(str(i), str(t), float(str(c))) for i, t, c in rows]

    def turns(self, thread: str, owner: str) -> list[tuple[str, dict[str, Any]]]:
        """What the listener said and what was answered, in order; empty for a thread of somebody else."""
        rows = self._rows(
            "SELECT user, reply FROM turns JOIN threads ON threads.id = thread WHERE thread = ? AND owner = ? ORDER BY n",
            (thread, owner),
        )
        return [(str(u), json.loads(str(r))) for u, r in rows]

    def left(self, thread: str) -> str:
        """What of protected lyrics left in a conversation, as it was kept; empty at first."""
        rows = self._rows("SELECT what FROM outflow WHERE thread = ?", (thread,))
        return str(rows[0][0]) if rows else ""

    def keep_left(self, thread: str, left: str) -> None:
        """Keeps it as it is now."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO outflow VALUES (?, ?)", (thread, left))

    def branch(self, thread: str, new: str, owner: str, turns: int) -> None:
        """Another conversation of an owner's that begins with the first so many turns of one."""
        with self._lock:
            self._db.execute(
                "INSERT OR IGNORE INTO threads SELECT ?, owner, catalogue, title, ? FROM threads WHERE id = ? AND owner = ?",
                (new, time.time(), thread, owner),
            )
            self._db.execute(
                "INSERT INTO turns SELECT ?, n, user, reply FROM turns WHERE thread = ? AND EXISTS (SELECT 1 FROM threads WHERE id = ? AND owner = ?) ORDER BY n LIMIT ?",
                (new, thread, thread, owner, turns),
            )

    def rename(self, thread: str, owner: str, title: str) -> None:
        """Gives an owner's conversation another title; an empty one changes nothing."""
        title = " ".join(title.split())[:80]
        if title:
            with self._lock:
                self._db.execute("UPDATE threads SET title = ? WHERE id = ? AND owner = ?", (title, thread, owner))

    def tray(self, owner: str, catalogue: str) -> Tray:
        """The playlist that an owner is putting together; empty at first."""
        rows = self._rows("SELECT name, tracks FROM trays WHERE owner = ? AND catalogue = ?", (owner, catalogue))
        return Tray(str(rows[0][0]), tuple(json.loads(str(rows[0][1])))) if rows else Tray()

    def keep_tray(self, owner: str, catalogue: str, tray: Tray) -> None:
        """Keeps it as it is now."""
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO trays VALUES (?, ?, ?, ?)",
                (owner, catalogue, tray.name, json.dumps(tray.tracks)),
            )

    def delete(self, thread: str, owner: str) -> None:
        """Forgets a conversation of this owner."""
        if self._rows("SELECT 1 FROM threads WHERE id = ? AND owner = ?", (thread, owner)):
            with self._lock:
                self._db.execute("DELETE FROM turns WHERE thread = ?", (thread,))
                self._db.execute("DELETE FROM threads WHERE id = ?", (thread,))
            self._forget(thread)

    def forget_drafts(self, thread: str) -> None:
        """Only the newest state of a conversation stays on disk: what a model wrote and nobody was shown is gone."""
        with self.saver.lock:
            db = self.saver.conn
            newest = "SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?"
            for table in ("checkpoints", "writes"):
                db.execute(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < ({newest})", (thread, thread))
            db.commit()

    def forget_track(self, track_id: str, words: Sequence[str], but: str = "") -> int:
        """Takes a withdrawn track out of all conversations, but for one; how many named it. `words` are its title, caption
        and lines.

        Answers that hold its id or its words are emptied, and their conversations forget what they knew; what the
        listeners said themselves stays.
        """
        marks = [json.dumps(text, ensure_ascii=False)[1:-1] for text in (track_id, *words) if text]
        rows = self._rows("SELECT thread, n, reply FROM turns WHERE thread != ?", (but,))
        named = [(str(t), n, str(reply)) for t, n, reply in rows if any(mark in str(reply) for mark in marks)]
        for thread, n, reply in named:
            with self._lock:
                self._db.execute("UPDATE turns SET reply = ? WHERE (thread, n) = (?, ?)", (_emptied(reply), thread, n))
        for owner, catalogue, name, tracks in self._rows("SELECT owner, catalogue, name, tracks FROM trays", ()):
            rest = tuple(i for i in json.loads(str(tracks)) if i != track_id)
            self.keep_tray(str(owner), str(catalogue), Tray(str(name), rest))
        # of turns that were stopped, no reply was kept
        left = self._rows("SELECT thread, what FROM outflow WHERE thread != ?", (but,))
        told = {str(thread) for thread, what in left if any(mark in str(what) for mark in marks)}
        threads = {thread for thread, _, _ in named} | told
        for thread in threads:
            self._forget(thread)
        self._compact()
        return len(threads)

    def _forget(self, thread: str) -> None:
        """What a conversation knew, and what was said in it."""
        with self._lock:
            self._db.execute("DELETE FROM outflow WHERE thread = ?", (thread,))
        self.saver.delete_thread(thread)

    def _compact(self) -> None:
        with self._lock:
            self.saver.conn.commit()
            scrub(self._db, "conversations")

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Closes both connections."""
        self._db.close()
        self.saver.conn.close()


def _emptied(reply: str) -> str:
    """A reply of which only numbers and names of its fields are left."""
    kept = {
        name: type(value)() if isinstance(value, list | str) else value for name, value in json.loads(reply).items()
    }
    return json.dumps(kept | {"text": WITHDRAWN}, ensure_ascii=False)
