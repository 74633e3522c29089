"""Deleted rows leave SQLite's files."""

from __future__ import annotations

import sqlite3

from index.errors import UserError


def scrub(database: sqlite3.Connection, name: str) -> None:
    """Writes a database anew without what was deleted, and empties its log. Raises `UserError`, with the file's `name`, while
    other programs keep reading what was there before."""
    try:
        database.execute("VACUUM")
        (busy, *_) = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as exc:
        if exc.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise
        busy = True
    if busy:
        raise UserError(f"{name}: what was deleted stays in its log until the programs that are reading it have ended")
