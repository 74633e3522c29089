"""Deleted rows leave the files, or it is said that they have not."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import UserError
from index.scrub import scrub

SECRET = b"withdrawn lantern"


def test_what_was_deleted_is_gone_once_nobody_reads_it(tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(tmp_path / "a.sqlite", timeout=0, isolation_level=None)) as writer,
        closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as reader,
    ):
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE said (words)")
        writer.executemany("INSERT INTO said VALUES (?)", [(SECRET,), (b"kept",)])
        reader.execute("BEGIN")
        assert len(reader.execute("SELECT * FROM said").fetchall()) == 2
        writer.execute("DELETE FROM said WHERE words = ?", (SECRET,))
        with pytest.raises(UserError, match="conversations: what was deleted stays in its log until"):
            scrub(writer, "conversations")
        assert holds(tmp_path)
        reader.execute("COMMIT")
        scrub(writer, "conversations")
        assert not holds(tmp_path) and writer.execute("SELECT * FROM said").fetchall() == [(b"kept",)]


def test_another_fault_keeps_its_traceback(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError, match="cannot VACUUM"):
            scrub(database, "a.sqlite")


def holds(folder: Path) -> bool:
    return any(SECRET in p.read_bytes() for p in folder.iterdir() if not p.name.endswith("-shm"))
