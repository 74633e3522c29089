"""Lyric sheets: plain text and LRC (line-synced, with the common tags).

LRC: `[mm:ss.xx]line`; several stamps may share a line; `[offset:+ms]` shifts all stamps (positive = earlier);
word stamps `<mm:ss.xx>` are dropped. Source: the LRC format as players implement it (Lyrics Show, 1998 on).
"""

from __future__ import annotations

import re

from index.track import LyricLine, Lyrics

_STAMPS = re.compile(r"\s*(?:\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+")
_STAMP = re.compile(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_HEADER = re.compile(r"^\s*\[([a-zA-Z#]+):(.*)\]\s*$")
_WORD_STAMP = re.compile(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")


def parse_lyrics(text: str, source: str) -> Lyrics | None:
    """A sheet from LRC or plain text; None when it holds no words. `source` says where it was read."""
    lines = _synced(text) or _plain(text)
    return Lyrics(lines=tuple(lines), source=source) if any(line.text for line in lines) else None


def _synced(text: str) -> list[LyricLine]:
    offset, lines = 0.0, []
    for row in text.splitlines():
        header = _HEADER.match(row)
        if header and header[1].lower() == "offset" and re.fullmatch(r"\s*[+-]?\d{1,9}\s*", header[2]):
            offset = int(header[2].strip()) / 1000
        stamps = _STAMPS.match(row)
        if not stamps:
            continue
        words = " ".join(_WORD_STAMP.sub("", row[stamps.end() :]).split())
        lines += [(_seconds(stamp), words) for stamp in _STAMP.finditer(stamps.group())]
    return [
        LyricLine(time_s=round(max(0.0, at - offset), 3), text=words) for at, words in sorted(lines, key=lambda x: x[0])
    ]


def _seconds(stamp: re.Match[str]) -> float:
    fraction = stamp[3] or "0"
    return float(int(stamp[1]) * 60 + int(stamp[2]) + float(f"0.{fraction}"))


def _plain(text: str) -> list[LyricLine]:
    rows = [" ".join(row.split()) for row in text.strip().splitlines() if not _HEADER.match(row)]
    return [LyricLine(time_s=None, text=row) for row in rows]
