"""LRCLIB (https://lrclib.net/docs), a public lyrics database that anyone can write to; asked only when switched on.

Its text is untrusted and is no licence: it is shown as an excerpt at most, and named as its source. Asked are the exact
endpoint and, when that has nothing, the search; recordings whose length differs by more than 2 s are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from index.errors import ToolFailed
from index.lrc import parse_lyrics
from index.track import Lyrics, Track
from tools.lyrics.kept import Answers
from tools.lyrics.provider import Found
from tools.lyrics.service import NotReached, Pace, Service

_TOLERANCE_S = 2.0
_EVERY_S = 0.5


@dataclass(frozen=True)
class Lrclib:
    """A client; without `answers` nothing is kept. `transport` is for tests."""

    base_url: str
    user_agent: str
    transport: httpx.BaseTransport | None = None
    answers: Answers | None = None
    pace: Pace = field(default_factory=lambda: Pace(_EVERY_S))
    name: str = "LRCLIB"

    def find(self, track: Track) -> Found | None:
        """The sheet for a track by title, artist and length. Raises `ToolFailed` when the service cannot be reached and
        nothing it said before is kept."""
        if not track.title or not track.artists:
            raise ToolFailed("LRCLIB needs a title and an artist, and this track has not both")
        row, old = self._asked("/api/get", exact(track))
        if row is None and track.duration_s:
            rows, old = self._asked("/api/search", search(track))
            row = _of_this_length(rows, track.duration_s)
        if not isinstance(row, dict):
            return None
        note = f"LRCLIB could not be reached; this is what it said on {old}" if old else None
        if row.get("instrumental") is True:
            return Found(instrumental=True, note=note)
        lyrics = _sheet(row)
        return Found(lyrics, note=note) if lyrics else None

    def forget(self, track: Track) -> None:
        """Removes what is kept about a track."""
        if self.answers and track.title and track.artists:
            for path, question in (("/api/get", exact(track)), ("/api/search", search(track))):
                self.answers.forget({"path": path, **question})

    def _asked(self, path: str, question: dict[str, str]) -> tuple[Any, str | None]:
        """The answer, and the day it was given where the service cannot be reached now."""
        key = {"path": path, **question}
        kept = self.answers.get(key) if self.answers else None
        if kept and kept.fresh:
            return kept.answer, None
        try:
            answer = Service(self.base_url, self.user_agent, self.pace, self.transport).get(path, question)
            if not isinstance(answer, list if path == "/api/search" else dict) and answer is not None:
                raise NotReached("an answer of the wrong form")
        except NotReached as failed:
            if kept:
                return kept.answer, kept.day
            raise ToolFailed(f"LRCLIB did not answer: {failed}") from failed
        if self.answers:
            self.answers.keep(key, answer)
        return answer, None


def exact(track: Track) -> dict[str, str]:
    """The question for one recording."""
    album = {"album_name": track.album} if track.album else {}
    length = {"duration": str(round(track.duration_s))} if track.duration_s else {}
    return {**search(track), **album, **length}


def search(track: Track) -> dict[str, str]:
    """The question for all recordings of a song."""
    return {"track_name": track.title or "", "artist_name": track.artists[0]}


def _of_this_length(rows: Any, duration_s: float) -> dict[str, Any] | None:
    """The recording whose length is nearest, within the tolerance; one with times before one without."""
    fitting: list[tuple[bool, float, int, dict[str, Any]]] = []
    for row in rows if isinstance(rows, list) else ():
        length = row.get("duration") if isinstance(row, dict) else None
        if isinstance(length, int | float) and abs(length - duration_s) <= _TOLERANCE_S:
            fitting.append((not row.get("syncedLyrics"), abs(length - duration_s), len(fitting), row))
    return min(fitting)[-1] if fitting else None


def _sheet(row: dict[str, Any]) -> Lyrics | None:
    text = row.get("syncedLyrics") or row.get("plainLyrics")
    lyrics = parse_lyrics(text, f"LRCLIB {row.get('id')}") if isinstance(text, str) else None
    if lyrics is None:
        return None
    # what the database calls it counts, not what its text says of itself
    named = {"title": row.get("trackName"), "artist": row.get("artistName")}
    return lyrics.model_copy(update={k: v for k, v in named.items() if isinstance(v, str) and v})
