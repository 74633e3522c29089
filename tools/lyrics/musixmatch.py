"""Musixmatch, a licensed provider (https://docs.musixmatch.com): asked where a key is set.

`matcher.subtitle.get` has lines with times (a plan of its own), `matcher.lyrics.get` plain ones, both matched by title,
artist and length. Every answer carries its own status in `message.header.status_code`: 401 the key, 402 the limit, 403
the plan, 404 nothing. A text that is `restricted` is empty and is not shown; the copyright notice goes with each text.
Its terms also ask for view tracking and country checks, which this program does not do, and forbid keeping texts: so at
most an excerpt is shown, and nothing is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from index.errors import ToolFailed
from index.lrc import parse_lyrics
from index.track import Track
from tools.lyrics.provider import Found
from tools.lyrics.service import NotReached, Pace, Service

_REASONS = {401: "the key is not accepted", 402: "the key's limit is reached", 403: "the key's plan does not allow it"}
_TOLERANCE_S = 2
_EVERY_S = 0.2
_NOT_SUNG = re.compile(r"^\s*(?:\*{3,}.*|\(\d{6,}\))\s*$", re.MULTILINE)  # the free plan's notice and its number


@dataclass(frozen=True)
class Musixmatch:
    """A client; `transport` is for tests. The key is never in a message."""

    base_url: str
    key: str = field(repr=False)
    user_agent: str = "LinerNotes"
    transport: httpx.BaseTransport | None = None
    pace: Pace = field(default_factory=lambda: Pace(_EVERY_S))
    name: str = "Musixmatch"

    def find(self, track: Track) -> Found | None:
        """The sheet that matches a track, synced where the plan has it. Raises `ToolFailed`."""
        if not track.isrc and not (track.title and track.artists):
            raise ToolFailed("Musixmatch needs a title and an artist or an ISRC, and this track has not these")
        asked = _question(track)
        length = str(round(track.duration_s)) if track.duration_s else None
        timed = {"f_subtitle_length": length, "f_subtitle_length_max_deviation": str(_TOLERANCE_S)} if length else {}
        synced = self._call("matcher.subtitle.get", {**asked, **timed}, optional=True)
        found = _read(synced.get("subtitle"), "subtitle") if synced else None
        if found:
            return found
        plain = self._call("matcher.lyrics.get", asked)
        return _read(plain.get("lyrics"), "lyrics") if plain else None

    def trouble(self) -> str | None:
        """What is wrong with the key or the connection, or None; costs one question."""
        try:
            self._call("matcher.lyrics.get", {"q_track": "a", "q_artist": "a"})
        except ToolFailed as failed:
            return str(failed)
        return None

    def _call(self, method: str, asked: dict[str, str], *, optional: bool = False) -> dict[str, Any] | None:
        """The body of an answer, None for nothing; what the plan does not include counts as nothing when `optional`."""
        service = Service(self.base_url, self.user_agent, self.pace, self.transport)
        try:
            answer = service.get(f"/{method}", {**asked, "format": "json", "apikey": self.key})
        except NotReached as failed:
            raise ToolFailed(f"Musixmatch did not answer: {failed}") from failed
        message = answer.get("message") if isinstance(answer, dict) else None
        header = message.get("header") if isinstance(message, dict) else None
        status = header.get("status_code") if isinstance(header, dict) else None
        if answer is None or status == 404 or (optional and status in {401, 403}):
            return None
        body = message.get("body") if isinstance(message, dict) else None
        if status == 200 and isinstance(body, dict):
            return body
        raise ToolFailed(f"Musixmatch did not answer: {_REASONS.get(status or 0, f'status {status}')}")


def _question(track: Track) -> dict[str, str]:
    names = {"q_track": track.title, "q_artist": track.artists[0] if track.artists else None, "track_isrc": track.isrc}
    return {name: value for name, value in names.items() if value}


def _read(row: Any, kind: str) -> Found | None:
    """A sheet with its notice out of an answer; None for one that is empty or may not be shown."""
    if not isinstance(row, dict) or row.get("restricted") == 1:
        return None
    if row.get("instrumental") == 1:
        return Found(instrumental=True)
    text = row.get(f"{kind}_body")
    lyrics = (
        parse_lyrics(_NOT_SUNG.sub("", text), f"Musixmatch {row.get(f'{kind}_id')}") if isinstance(text, str) else None
    )
    if lyrics is None:
        return None
    notice = row.get("lyrics_copyright")
    terms = " ".join(notice.split())[:500] if isinstance(notice, str) else "Lyrics powered by Musixmatch"
    return Found(lyrics.model_copy(update={"terms": terms}))
