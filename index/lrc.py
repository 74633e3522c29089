"""Lyric sheets: plain text and LRC (lines and words with their times).

LRC: `[mm:ss.xx]line`; several stamps may share a line; `[offset:+ms]` shifts all stamps (positive = earlier); words may
have times of their own, `<mm:ss.xx>word` (A2, "enhanced"); `F:`, `M:` and `D:` before a line (Walaoke) say who sings it
and are no words; `[ti:]`, `[ar:]` and `[length:mm:ss]` say which recording it belongs to; `[au:instrumental]`, or a sheet
that says "instrumental" and nothing else, is none. Times are in seconds. Source: the format as players implement it
(Lyrics Show, 1998 on; A2 Media Player's words; https://en.wikipedia.org/wiki/LRC_(file_format)).
"""

from __future__ import annotations

import re

from index.outside import visible
from index.track import LyricLine, Lyrics, SungWord
from index.words import plain

_CLOCK = r"(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_STAMPS = re.compile(rf"\s*(?:\[{_CLOCK}\]\s*)+")
_STAMP = re.compile(rf"\[{_CLOCK}\]")
_WORD_STAMP = re.compile(rf"<{_CLOCK}>")
_HEADER = re.compile(r"^\s*\[([a-zA-Z#]+):(.*)\]\s*$")
_SINGER = re.compile(r"^\s*[FMD]:\s*")
_NOTHING = {"", "instrumental", "instrumental track", "instrumental song", "music", "no lyrics", "no vocals"}


def parse_lyrics(text: str, source: str) -> Lyrics | None:
    """A sheet from LRC or plain text; None when it holds no words. `source` says where it was read."""
    text = visible(text)
    if says_instrumental(text):
        return None
    headers = _headers(text)
    lines = _synced(text, _offset(headers)) or _plain(text)
    if not any(line.text for line in lines):
        return None
    return Lyrics(
        lines=tuple(lines),
        source=source,
        title=headers.get("ti") or None,
        artist=headers.get("ar") or None,
        length_s=_length(headers.get("length", "")),
    )


def says_instrumental(text: str) -> bool:
    """Whether a sheet is there only to say that nobody sings."""
    headers = _headers(text)
    if plain(headers.get("au", "")) == "instrumental" or plain(headers.get("instrumental", "")) in {"1", "true", "yes"}:
        return True
    rows = {plain(_STAMPS.sub("", row, count=1)) for row in text.splitlines() if not _HEADER.match(row)}
    return bool(rows - {""}) and rows <= _NOTHING


def _headers(text: str) -> dict[str, str]:
    """The sheet's tags by their name in small letters; the last of a name counts."""
    found = (_HEADER.match(row) for row in text.splitlines())
    return {m[1].lower(): m[2].strip() for m in found if m}


def _offset(headers: dict[str, str]) -> float:
    told = headers.get("offset", "")
    return int(told) / 1000 if re.fullmatch(r"[+-]?[0-9]{1,9}", told) else 0.0


def _length(told: str) -> float | None:
    match = re.fullmatch(_CLOCK, told)
    return _seconds(match) if match else None


def _synced(text: str, offset: float) -> list[LyricLine]:
    lines = []
    for row in text.splitlines():
        stamps = _STAMPS.match(row)
        if not stamps:
            continue
        times = [_seconds(stamp) for stamp in _STAMP.finditer(stamps.group())]
        body = _SINGER.sub("", row[stamps.end() :])
        lines += [_line(at, at - times[0], body, offset) for at in times]
    return sorted(lines, key=lambda line: line.time_s or 0.0)


def _line(at: float, later: float, body: str, offset: float) -> LyricLine:
    """One line; the times of its words belong to its first stamp and are moved by `later` for the others."""
    pieces = _WORD_STAMP.split(body)  # text, then for each stamp minutes, seconds, fraction, text
    time = max(0.0, at - offset)
    words, before = [], time
    for first in range(1, len(pieces), 4):
        minutes, seconds, fraction, said = pieces[first : first + 4]
        before = max(before, _clock(minutes, seconds, fraction) + later - offset)
        if said.split():
            words.append(SungWord(time_s=round(before, 3), text=" ".join(said.split())))
    if words and pieces[0].split():
        words.insert(0, SungWord(time_s=round(time, 3), text=" ".join(pieces[0].split())))
    return LyricLine(time_s=round(time, 3), text=" ".join("".join(pieces[::4]).split()), words=tuple(words))


def _seconds(stamp: re.Match[str]) -> float:
    return _clock(*stamp.groups())


def _clock(minutes: str, seconds: str, fraction: str | None) -> float:
    return float(int(minutes) * 60 + int(seconds) + float(f"0.{fraction or '0'}"))


def _plain(text: str) -> list[LyricLine]:
    rows = [" ".join(row.split()) for row in text.strip().splitlines() if not _HEADER.match(row)]
    return [LyricLine(time_s=None, text=row) for row in rows]
