"""What the parsers of text from outside promise for any bytes; used by hypothesis (`test_parsers`) and by atheris (`fuzz`)."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from index.errors import UserError
from index.fields import BadValue, TrackFields
from index.lrc import parse_lyrics
from index.outside import visible
from index.sources import Found, Rejected, read_source
from index.tags import read_tags


def lrc(data: bytes) -> None:
    """A lyric sheet of any text: lines in the order of their times, one line of text each, nothing negative."""
    text = data.decode("utf-8", "replace")
    sheet = parse_lyrics(text, "fuzz")
    if sheet is None:
        return
    times = [line.time_s for line in sheet.lines]
    stamped = [t for t in times if t is not None]
    assert stamped == sorted(stamped) and all(0 <= t < 1e6 for t in stamped)
    assert len(stamped) in {0, len(times)}
    assert all("\n" not in line.text and "\r" not in line.text for line in sheet.lines)
    assert any(line.text for line in sheet.lines)


def tags(data: bytes) -> None:
    """Tags of any bytes, whatever the name says they are: fields, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("mp3", "flac", "ogg", "m4a", "wav"):
            path = Path(folder) / f"x.{kind}"
            path.write_bytes(data)
            fields = TrackFields(lenient=True)
            read_tags(path, fields)
            track = fields.track("x")
            for text in (track.title or "", *track.artists, *track.extra.values()):
                assert visible(text) == text


def manifest(data: bytes, kind: str = "jsonl") -> None:
    """Rows of any bytes: each becomes a track or is set aside with one line; or the file as a whole is refused in one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"c.{kind}"
        path.write_bytes(data)
        try:
            rows = list(read_source(path))
        except UserError as wrong:
            assert "\n" not in str(wrong)
            return
        for row in rows:
            assert isinstance(row, Found | Rejected)
            if isinstance(row, Rejected):
                assert row.reason and len(row.reason) < 1000, row.reason
            else:
                json.dumps(row.track.model_dump(mode="json"))
                assert row.track.audio is None


def column(name: str, value: object) -> None:
    """Any value in any column: a field, or one line that says why not."""
    for lenient in (False, True):
        fields = TrackFields(lenient=lenient)
        try:
            fields.declare(name, value, "fuzz")
            fields.track("x")
        except BadValue as wrong:
            assert not lenient and "\n" not in str(wrong)


SEEDS: dict[str, list[bytes]] = {
    "lrc": [b"[ti:x]\n[offset:+500]\n[00:12.50]first <00:13.00>word\n[00:15.00][01:15.00]again\n", b"plain\n\nlines\n", b"[99:99.999]x\n[0:0]y"],
    "tags": [b"ID3\x03\x00\x00\x00\x00\x00\x20TIT2\x00\x00\x00\x06\x00\x00\x00title", b"fLaC\x84\x00\x00\x28" + b"\0" * 40, b"OggS\0\x02" + b"\0" * 40, b"\0\0\0\x20ftypM4A \0\0\0\0", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"],
    "manifest": [b'{"id": "1", "title": "T", "year": "1994", "tags": ["a", "b"], "duration_s": "3:20"}\n{"id": 2}\n', b'{"id": "1", "caption": "c", "lyrics": "[00:01.00]x", "explicit": "yes"}'],
}  # fmt: skip
TARGETS = {"lrc": lrc, "tags": tags, "manifest": manifest}
