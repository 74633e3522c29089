"""`catalogue.sqlite`: the truth about a catalogue. Everything else (Chroma) can be made again from it.

Tables: `tracks` (the track as JSON without its profile, and the columns that filters need), `profiles` (with what
likeness and duplicates are told from),
`vectors` (float32 little-endian, 384 wide), `concepts` (which concept is named where), `words` (FTS5, porter
stemming), `verses` and `sung` (`index.sung`), `rejected` (rows set aside), `journal` (what the index is made of). Each batch is one transaction.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from index.drive import drive
from index.embed import Vectors
from index.errors import UserError, in_words
from index.profile import Profile
from index.scrub import scrub
from index.sound import sound_of
from index.sources import Rejected
from index.spelling import key_name
from index.track import Track

FORMAT = "2"
FILE = "catalogue.sqlite"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tracks (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, fingerprint TEXT NOT NULL, json TEXT NOT NULL,
    year INTEGER, duration_s REAL, tempo_bpm REAL, tonic TEXT, mode TEXT, meter TEXT, vocals TEXT, language TEXT, ai_status TEXT NOT NULL,
    lufs REAL, brightness_hz REAL, energy REAL);
CREATE TABLE IF NOT EXISTS profiles (n INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE, json TEXT NOT NULL, sound TEXT NOT NULL, print TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (n INTEGER PRIMARY KEY REFERENCES tracks ON DELETE CASCADE, vector BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS concepts (
    n INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE, concept TEXT NOT NULL, field TEXT NOT NULL, start INTEGER, stop INTEGER, words TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS concepts_by_concept ON concepts (concept, n);
CREATE INDEX IF NOT EXISTS concepts_by_track ON concepts (n);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, artists, album, said, tags, lyrics, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS rejected (place TEXT PRIMARY KEY, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS verses (
    v INTEGER PRIMARY KEY, n INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE, key TEXT UNIQUE NOT NULL, print TEXT NOT NULL,
    name TEXT NOT NULL, time_s REAL, vector BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS verses_by_track ON verses (n);
CREATE VIRTUAL TABLE IF NOT EXISTS sung USING fts5 (words, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TRIGGER IF NOT EXISTS verse_gone AFTER DELETE ON verses BEGIN DELETE FROM sung WHERE rowid = old.v; END;
"""


@dataclass(frozen=True)
class Evidence:
    """Where a track names a concept: the field, the place in the field's text, and the words themselves."""

    concept: str
    field: str
    start: int | None
    stop: int | None
    words: str


@dataclass(frozen=True)
class Entry:
    """A track ready to be stored. `vector` has shape (384,)."""

    track: Track
    fingerprint: str
    vector: Vectors
    concepts: tuple[Evidence, ...]


class Store:
    """Reads and writes one `catalogue.sqlite`. Safe to share between threads."""

    def __init__(self, directory: Path, *, create: bool = False) -> None:
        self.path = directory / FILE
        if not create and not self.path.is_file():
            raise UserError(
                f"{directory}: no index here; make one with `linernotes index build SOURCE --index {directory}`"
            )
        self._lock = threading.RLock()
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        except (sqlite3.Error, OSError) as exc:
            raise UserError(f"{directory}: this index cannot be opened: {in_words(exc)}") from exc
        try:
            self._prepare(create)
        except sqlite3.Error as exc:
            self._db.close()
            raise UserError(f"{directory}: this index cannot be opened: {in_words(exc)}") from exc
        except UserError:
            self._db.close()
            raise

    def _prepare(self, create: bool) -> None:
        self._db.execute("PRAGMA foreign_keys = ON")
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master")}
        if tables and "journal" not in tables:
            raise UserError(f"{self.path}: a database of another program")
        if "journal" in tables:
            if self.note("format") != FORMAT:
                raise UserError(
                    f"{self.path}: made by another version of this program (format {self.note('format')}); build it again"
                )
            if create:
                self._db.executescript(_SCHEMA)  # adds what an earlier version of the same format had not
            return
        if not create:
            raise UserError(f"{self.path}: an empty file; build the index again")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.executescript(_SCHEMA)
        self.set_note("format", FORMAT)

    @contextmanager
    def _read_whole(self) -> Iterator[None]:
        """Says in one line that the file is damaged; errors of ours (sqlite3's subclasses) stay what they are."""
        try:
            yield
        except sqlite3.DatabaseError as exc:
            if type(exc) is not sqlite3.DatabaseError:
                raise
            raise UserError(f"{self.path}: damaged ({exc}); build the index again in a new directory") from exc

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other threads wait."""
        with self._lock, self._read_whole():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, values: Sequence[object] | Mapping[str, object] = ()) -> list[tuple[object, ...]]:
        """All rows of a query, under the lock."""
        with self._lock, self._read_whole():
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Closes the file; the store is of no use afterwards."""
        self._db.close()

    # -- the journal ------------------------------------------------------------------------------------------

    def note(self, name: str) -> str | None:
        """A journal entry, such as the embedder's name."""
        found = self.rows("SELECT value FROM journal WHERE name = ?", (name,))
        return str(found[0][0]) if found else None

    def set_note(self, name: str, value: str) -> None:
        """Writes a journal entry."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO journal VALUES (?, ?)", (name, value))

    def renew(self) -> None:
        """Tells programs that have the index open to read anew what they keep of it; said when Chroma is up to date, too."""
        with self._lock:
            self._db.execute(
                "INSERT INTO journal VALUES ('revision', '1') ON CONFLICT (name) DO UPDATE SET value = value + 1"
            )

    # -- writing ----------------------------------------------------------------------------------------------

    def put(self, entries: Iterable[Entry]) -> None:
        """Stores entries, replacing tracks of the same id; one transaction."""
        with self.transaction():
            for entry in entries:
                self._delete([entry.track.id])
                self._insert(entry)

    def _insert(self, entry: Entry) -> None:
        track, profile = entry.track, entry.track.profile
        cursor = self._db.execute(
            "INSERT INTO tracks (id, fingerprint, json, year, duration_s, tempo_bpm, tonic, mode, meter, vocals, language, ai_status, lufs, brightness_hz, energy)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (track.id, entry.fingerprint, track.model_dump_json(exclude={"profile"}), track.year, track.duration_s, *_measured(profile),
             track.vocals, track.language, track.rights.ai_status, *_sound(profile)),
        )  # fmt: skip
        n = cursor.lastrowid
        if profile:
            self._db.execute(
                "INSERT INTO profiles VALUES (?, ?, ?, ?)",
                (n, json.dumps(profile.to_dict()), json.dumps(sound_of(profile)), profile.fingerprint),
            )
        self._db.execute("INSERT INTO vectors VALUES (?, ?)", (n, entry.vector.astype("<f4").tobytes()))
        self._insert_concepts(n, entry.concepts)
        tags = ", ".join((*track.genres, *track.moods, *track.instruments))
        lyrics = "\n".join(line.text for line in track.lyrics.lines) if track.lyrics else ""
        said = " ".join(t for t in (track.caption, track.description) if t)
        self._db.execute(
            "INSERT INTO words (rowid, title, artists, album, said, tags, lyrics) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (n, track.title, track.by, track.album, said, tags, lyrics),
        )

    def _insert_concepts(self, n: object, concepts: Iterable[Evidence]) -> None:
        rows = [(n, e.concept, e.field, e.start, e.stop, e.words) for e in concepts]
        self._db.executemany("INSERT INTO concepts VALUES (?, ?, ?, ?, ?, ?)", rows)

    def set_concepts(self, concepts: Mapping[str, Iterable[Evidence]]) -> None:
        """Replaces the evidence of tracks that are stored, by id; one transaction."""
        with self.transaction():
            for identity, found in concepts.items():
                (n,) = self._db.execute("SELECT n FROM tracks WHERE id = ?", (identity,)).fetchone()
                self._db.execute("DELETE FROM concepts WHERE n = ?", (n,))
                self._insert_concepts(n, found)

    def set_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Replaces the vectors, of shape (384,), of tracks that are stored, by id; one transaction."""
        with self.transaction():
            self._db.executemany(
                "UPDATE vectors SET vector = ? WHERE n = (SELECT n FROM tracks WHERE id = ?)",
                [(vector.astype("<f4").tobytes(), identity) for identity, vector in vectors.items()],
            )

    def delete(self, ids: Sequence[str]) -> None:
        """Removes tracks and all that hangs on them; unknown ids are passed over."""
        with self.transaction():
            self._delete(ids)

    def _delete(self, ids: Sequence[str]) -> None:
        for identity in ids:
            found = self._db.execute("SELECT n FROM tracks WHERE id = ?", (identity,)).fetchone()
            if found:
                self._db.execute("DELETE FROM words WHERE rowid = ?", found)
                self._db.execute("DELETE FROM tracks WHERE n = ?", found)

    def compact(self) -> None:
        """Writes the file anew without what was deleted, also in the index of words and in the log."""
        with self._lock:
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE name IN ('words', 'sung')"):
                self._db.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
            scrub(self._db, str(self.path))

    def set_rejected(self, rejected: Iterable[Rejected]) -> None:
        """Replaces the report of rows that were set aside."""
        with self.transaction():
            self._db.execute("DELETE FROM rejected")
            self._db.executemany(
                "INSERT OR REPLACE INTO rejected VALUES (?, ?)", [(r.where, r.reason) for r in rejected]
            )

    # -- reading ----------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return int(str(self.rows("SELECT count(*) FROM tracks")[0][0]))

    def fingerprints(self) -> dict[str, str]:
        """Fingerprint by track id: what is already built."""
        return {str(i): str(f) for i, f in self.rows("SELECT id, fingerprint FROM tracks")}

    def ids(self) -> list[str]:
        """All track ids, in the order they were stored."""
        return [str(row[0]) for row in self.rows("SELECT id FROM tracks ORDER BY n")]

    def with_lyrics(self) -> list[str]:
        """Ids of the tracks that have a lyric sheet."""
        rows = self.rows("SELECT id FROM tracks WHERE json_extract(json, '$.lyrics') IS NOT NULL ORDER BY n")
        return [str(row[0]) for row in rows]

    def sheet_sources(self) -> list[str]:
        """Where each lyric sheet was read."""
        return [
            str(r[0])
            for r in self.rows("SELECT json_extract(json, '$.lyrics.source') AS s FROM tracks WHERE s IS NOT NULL")
        ]

    def sheets_aside(self) -> list[Rejected]:
        """Lyric sheets that were found and are not used: of which track, and why."""
        rows = self.rows("SELECT t.id, s.value FROM tracks t, json_each(t.json, '$.sheets_aside') s ORDER BY n")
        return [Rejected(str(i), str(why)) for i, why in rows]

    def get(self, identity: str) -> Track | None:
        """A track with its profile, or None."""
        found = self.rows(
            "SELECT t.json, p.json FROM tracks t LEFT JOIN profiles p USING (n) WHERE t.id = ?", (identity,)
        )
        if not found:
            return None
        track = _track(str(found[0][0]))
        return (
            track.model_copy(update={"profile": Profile.from_dict(json.loads(str(found[0][1])))})
            if found[0][1]
            else track
        )

    def tracks(self, ids: Sequence[str]) -> list[Track]:
        """Tracks without their profiles, in the order of `ids`; unknown ids are left out."""
        found = {str(i): str(j) for i, j in self._in("SELECT id, json FROM tracks WHERE id IN ", ids)}
        return [_track(found[i]) for i in ids if i in found]

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vector of shape (384,) by id."""
        rows = self._in("SELECT id, vector FROM tracks JOIN vectors USING (n) WHERE id IN ", ids)
        return {str(i): np.frombuffer(v, "<f4") for i, v in rows if isinstance(v, bytes)}

    def sounds(self) -> list[tuple[str, str]]:
        """Id and sound (JSON, see `index.sound`) of each measured track."""
        rows = self.rows("SELECT t.id, p.sound FROM profiles p JOIN tracks t USING (n) ORDER BY n")
        return [(str(i), str(sound)) for i, sound in rows]

    def acoustic_prints(self) -> list[tuple[str, str]]:
        """Id and acoustic fingerprint of each track that has one."""
        rows = self.rows("SELECT t.id, p.print FROM profiles p JOIN tracks t USING (n) WHERE p.print != '' ORDER BY n")
        return [(str(i), str(text)) for i, text in rows]

    def measured(self, identity: str) -> dict[str, Any]:
        """Tempo, key and meter of a track, without reading its profile; empty where it was not measured."""
        return self.measures([identity]).get(identity, {})

    def measures(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Tempo, key and meter by id, without reading profiles; tracks that were not measured are left out."""
        rows = self._in(
            "SELECT id, tempo_bpm, tonic, mode, meter FROM tracks JOIN profiles USING (n) WHERE id IN ", ids
        )
        return {
            str(identity): {
                "tempo_bpm": bpm,
                "key": key_name(str(tonic), "minor" if mode == "minor" else "major") if tonic else None,
                "meter": meter,
            }
            for identity, bpm, tonic, mode, meter in rows
        }

    def evidence(self, ids: Sequence[str]) -> dict[str, list[Evidence]]:
        """Concept mentions by track id."""
        rows = self._in(
            "SELECT id, concept, field, start, stop, words FROM tracks JOIN concepts USING (n) WHERE id IN ",
            ids,
        )
        found: dict[str, list[Evidence]] = {}
        for identity, *values in rows:
            found.setdefault(str(identity), []).append(Evidence(*values))  # type: ignore[arg-type]
        return found

    def declared_ai(self, ids: Sequence[str]) -> set[str]:
        """Those of the tracks that are declared as made with AI, which are left out unless they are asked for."""
        sql = "SELECT id FROM tracks WHERE ai_status = 'declared_ai' AND id IN"
        return {str(row[0]) for row in self._in(sql, ids)}

    def _in(self, sql: str, ids: Sequence[str]) -> Iterator[tuple[object, ...]]:
        for first in range(0, len(ids), 900):  # SQLite's limit on variables
            part = ids[first : first + 900]
            yield from self.rows(f"{sql} ({','.join('?' * len(part))})", part)

    def rejected(self) -> list[Rejected]:
        """What the last build set aside."""
        return [Rejected(str(w), str(r)) for w, r in self.rows("SELECT place, reason FROM rejected ORDER BY place")]


@lru_cache(maxsize=1024)
def _track(row: str) -> Track:
    """A row as it is stored, read; the same few tracks are asked for again and again in a conversation."""
    return Track.model_validate_json(row)


def _measured(profile: Profile | None) -> tuple[object, ...]:
    if not profile:
        return (None, None, None, None)
    key = profile.key
    return (profile.tempo.sure_bpm, key.tonic if key else None, key.mode if key else None, profile.meter)


def _sound(profile: Profile | None) -> tuple[object, ...]:
    return (
        (profile.loudness.integrated_lufs, profile.timbre.brightness_hz, drive(profile))
        if profile
        else (None, None, None)
    )
