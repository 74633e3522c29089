"""LRCLIB (https://lrclib.net/docs), a public lyrics database that anyone can write to; asked only when switched on.

Its text is untrusted and is no licence: it is shown as an excerpt at most, and named as its source.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from index.errors import ToolFailed
from index.lrc import parse_lyrics
from index.track import Lyrics, Track

_LIMIT = 256 * 1024
_TIMEOUT = httpx.Timeout(8.0, connect=4.0)


@dataclass(frozen=True)
class Lrclib:
    """A client; `transport` is for tests."""

    base_url: str
    user_agent: str
    transport: httpx.BaseTransport | None = None

    def lyrics(self, track: Track) -> Lyrics | None:
        """The sheet for a track by title, artist and duration (within 2 s); None when there is none.

        Raises `ToolFailed` when the service cannot be reached or answers nonsense.
        """
        if not track.title or not track.artists:
            raise ToolFailed("LRCLIB needs a title and an artist, and this track has not both")
        ask = {
            "track_name": track.title,
            "artist_name": track.artists[0],
            "album_name": track.album,
            "duration": round(track.duration_s) if track.duration_s else None,
        }
        found = self._get({k: str(v) for k, v in ask.items() if v})
        text = (found or {}).get("syncedLyrics") or (found or {}).get("plainLyrics")
        return parse_lyrics(text, f"LRCLIB {(found or {}).get('id')}") if isinstance(text, str) else None

    def _get(self, params: dict[str, str]) -> dict[str, object] | None:
        try:
            with (
                httpx.Client(
                    base_url=self.base_url,
                    timeout=_TIMEOUT,
                    headers={"User-Agent": self.user_agent},
                    transport=self.transport,
                ) as client,
                client.stream("GET", "/api/get", params=params) as answer,
            ):
                if answer.status_code == 404:
                    return None
                answer.raise_for_status()
                return _small_json(answer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            raise ToolFailed(f"LRCLIB did not answer: {type(exc).__name__}: {exc}") from exc


def _small_json(answer: httpx.Response) -> dict[str, object]:
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > _LIMIT:
            raise ValueError(f"an answer of more than {_LIMIT} bytes")
    found = httpx.Response(200, content=body).json()
    if not isinstance(found, dict):
        raise ValueError("an answer that is no JSON object")
    return found
