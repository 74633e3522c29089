"""Playlists as files: M3U8 (players) and JSPF (the JSON form of XSPF, https://xspf.org/jspf)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from index.outside import visible
from index.track import Track
from index.words import fold


@dataclass(frozen=True)
class Playlist:
    """The two files of a playlist, and its length in seconds."""

    name: str
    m3u8: Path
    jspf: Path
    duration_s: float


def together(lengths: Iterable[float | None]) -> float | None:
    """How long tracks last together, in seconds; None when the length of one is not known."""
    each = list(lengths)
    return sum(s for s in each if s) if all(each) else None


def write_playlist(
    name: str, tracks: Sequence[Track], folder: Path, *, public: bool = False, over: str | None = None
) -> Playlist:
    """Writes both files into `folder`; a name taken already gets a number, unless they are to be written `over` those of a stem.
    Raises OSError.

    A `public` one goes to other machines: tracks are where the site serves them, and no path of this machine is told.
    """
    site = "/" if public else None
    folder.mkdir(parents=True, exist_ok=True)
    stem = over or _free(folder, re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60] or "playlist")
    paths = folder / f"{stem}.m3u8", folder / f"{stem}.jspf"
    paths[0].write_text(m3u8(name, tracks, site), "utf-8")
    paths[1].write_text(json.dumps(jspf(name, tracks, site), ensure_ascii=False, indent=2) + "\n", "utf-8")
    return Playlist(name, *paths, sum(t.duration_s or 0 for t in tracks))


def _free(folder: Path, stem: str) -> str:
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 10_000))
    return next(n for n in names if not any((folder / f"{n}.{end}").exists() for end in ("m3u8", "jspf")))


def m3u8(name: str, tracks: Sequence[Track], site: str | None = None) -> str:
    """A playlist for players; tracks are where the page at `site` serves them, or files of this machine without one."""
    rows = ["#EXTM3U", f"#PLAYLIST:{_line(name)}"]
    for track in tracks:
        label = f"{track.by} - {track.name}" if track.by else track.name
        rows += [
            f"#EXTINF:{round(track.duration_s or -1)},{_line(label)}",
            _place(track, site) or f"#EXT-X-ID:{_line(track.id)}",
        ]
    return "\n".join(rows) + "\n"


def _place(track: Track, site: str | None) -> str | None:
    if site is not None:
        return f"{site}audio/{quote(track.id, safe='')}" if track.audio else None
    return track.audio if track.audio and len(track.audio.splitlines()) == 1 else None


def _line(text: str) -> str:
    return " ".join(visible(text).split())


def jspf(name: str, tracks: Sequence[Track], site: str | None = None) -> dict[str, object]:
    """A playlist for other programs, with ISRC and caption; `site` as in `m3u8`."""
    return {"playlist": {"title": name, "creator": "Liner Notes", "track": [_entry(t, site) for t in tracks]}}


def _entry(track: Track, site: str | None) -> dict[str, object]:
    place = _place(track, site) if site is not None else Path(track.audio).as_uri() if track.audio else None
    entry = {
        "title": track.name, "creator": track.by or None, "album": track.album, "duration": round(track.duration_s * 1000) if track.duration_s else None,
        "location": [place] if place else None, "identifier": [f"isrc:{track.isrc}" if track.isrc else f"linernotes:{track.id}"],
        "annotation": track.caption,
    }  # fmt: skip
    return {k: v for k, v in entry.items() if v is not None}
