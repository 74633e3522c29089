"""Artists' own tracks: what was read of them, what their artists corrected and wrote, kept per artist with the sound itself.

Nothing of it is in any catalogue. `works.sqlite` and a folder of sounds beside it; a work's id cannot be guessed, and
taking it out removes all of it.
"""

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from assistant.translation import Translation
from index.errors import UserError, in_words
from index.profile import Profile
from index.scrub import scrub
from index.track import Track
from tools.studio.corrections import Correction, corrected
from tools.studio.declarations import Declaration, declared
from tools.studio.words import Sheet, with_words

_SCHEMA = """
CREATE TABLE IF NOT EXISTS works (id TEXT PRIMARY KEY, owner TEXT NOT NULL, path TEXT NOT NULL, track TEXT NOT NULL, profile TEXT NOT NULL,
    peaks TEXT NOT NULL, corrections TEXT NOT NULL, texts TEXT NOT NULL, changed REAL NOT NULL);
"""
_LATER = "ALTER TABLE works ADD COLUMN said TEXT NOT NULL DEFAULT '{}'"  # declarations, lyrics, translations
_TAGGED = ".tagged"  # after a work's id: the copy of its sound with tags


@dataclass(frozen=True)
class Work:
    """A track of somebody's own. `measured` is as it was read, with its profile; `peaks` is its outline, 0 to 1; `texts`
    are the registers that the artist wrote over ("paragraph", "paragraph in German"), `words` the lyrics that they gave in
    place of the file's, `translations` those of a served model by the same names as `texts`."""

    id: str
    path: Path
    measured: Track
    peaks: tuple[float, ...] = ()
    corrections: tuple[Correction, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    declarations: tuple[Declaration, ...] = ()
    words: Sheet | None = None
    translations: Mapping[str, Translation] = field(default_factory=dict)

    @property
    def track(self) -> Track:
        """The track as its artist says it is."""
        return corrected(declared(with_words(self.measured, self.words), self.declarations), self.corrections)

    @property
    def tagged(self) -> Path:
        """Where the copy of its sound with tags is, if one was made."""
        return self.path.parent / "tagged" / self.path.name

    def with_correction(self, made: Correction) -> Work:
        """With another correction; the last one of a field counts."""
        return replace(self, corrections=(*self.corrections, made))

    def without_last(self, name: str) -> Work:
        """Without the newest correction of a field: what held before holds again."""
        at = max((n for n, c in enumerate(self.corrections) if c.field == name), default=None)
        return self if at is None else replace(self, corrections=self.corrections[:at] + self.corrections[at + 1 :])


class Works:
    """The works of all artists; safe to share between threads of the program. Raises `UserError` where it cannot be kept."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "works"
        self._lock = threading.Lock()
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = sqlite3.connect(home / "works.sqlite", check_same_thread=False, isolation_level=None)
            self._db.executescript(_SCHEMA)
            if "said" not in {row[1] for row in self._db.execute("PRAGMA table_info(works)")}:
                self._db.execute(_LATER)
            self._db.execute("PRAGMA secure_delete = ON")
        except (sqlite3.Error, OSError) as exc:
            raise UserError(f"{home}: works cannot be kept here: {in_words(exc)}") from exc

    def begin(self, owner: str, sound: Path, track: Track, peaks: tuple[float, ...]) -> Work:
        """A new work with a copy of its sound."""
        identity = secrets.token_urlsafe(24)
        path = self._folder / identity / sound.name
        path.parent.mkdir(mode=0o700)
        shutil.copyfile(sound, path)
        path.chmod(0o600)
        work = Work(identity, path, track, peaks)
        self.keep(owner, work)
        return work

    def keep(self, owner: str, work: Work) -> None:
        """Keeps a work as it is now."""
        profile = work.measured.profile
        row = (
            work.id,
            owner,
            str(work.path.relative_to(self._folder)),
            work.measured.model_dump_json(exclude={"profile"}),
            json.dumps(profile.to_dict() if profile else None),
            json.dumps(work.peaks),
            json.dumps([c.to_dict() for c in work.corrections], ensure_ascii=False),
            json.dumps(dict(work.texts), ensure_ascii=False),
            time.time(),
            json.dumps(_said(work), ensure_ascii=False),
        )
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO works VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def get(self, identity: str, owner: str) -> Work | None:
        """A work of this owner's, or None."""
        rows = self._rows(
            "SELECT id, path, track, profile, peaks, corrections, texts, said FROM works WHERE id = ? AND owner = ?",
            (identity, owner),
        )
        return self._work(rows[0]) if rows else None

    def of(self, owner: str) -> list[tuple[str, str]]:
        """Id and title of an owner's works, newest first."""
        rows = self._rows(
            "SELECT id, json_extract(track, '$.title') FROM works WHERE owner = ? ORDER BY changed DESC LIMIT 100",
            (owner,),
        )
        return [(str(i), str(t or "Untitled")) for i, t in rows]

    def sound(self, identity: str) -> Path | None:
        """The sound of a work, for whoever knows its id; with ".tagged" after the id the copy that has tags."""
        rows = self._rows("SELECT path FROM works WHERE id = ?", (identity.removesuffix(_TAGGED),))
        path = self._folder / str(rows[0][0]) if rows else None
        return path.parent / "tagged" / path.name if path and identity.endswith(_TAGGED) else path

    def forget(self, identity: str, owner: str) -> None:
        """Takes a work of this owner's out for good."""
        work = self.get(identity, owner)
        if work:
            shutil.rmtree(work.path.parent, ignore_errors=True)
            with self._lock:
                self._db.execute("DELETE FROM works WHERE id = ?", (identity,))
                scrub(self._db, "works")

    def _work(self, row: tuple[object, ...]) -> Work:
        identity, path, track, profile, peaks, corrections, texts, said = map(str, row)
        measured = json.loads(profile)
        made, more = Track.model_validate_json(track), json.loads(said)
        if measured:
            made = made.model_copy(update={"profile": Profile.from_dict(measured)})
        return Work(
            identity,
            self._folder / path,
            made,
            tuple(json.loads(peaks)),
            tuple(Correction(**c) for c in json.loads(corrections)),
            json.loads(texts),
            tuple(Declaration(**d) for d in more.get("declarations", ())),
            Sheet(**more["words"]) if more.get("words") else None,
            {name: Translation(**t) for name, t in more.get("translations", {}).items()},
        )

    def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def close(self) -> None:
        """Closes the file."""
        self._db.close()


def _said(work: Work) -> dict[str, object]:
    """What the artist said of the whole track, as plain JSON types."""
    return {
        "declarations": [d.to_dict() for d in work.declarations],
        "words": asdict(work.words) if work.words else None,
        "translations": {name: asdict(t) for name, t in work.translations.items()},
    }
