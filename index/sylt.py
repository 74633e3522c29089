"""Synchronized lyrics of an ID3v2 tag (frame SYLT), as LRC.

Read by this program, since tinytag loses the times of frames whose lines begin with a line break, as the standard has it,
and sets every syllable on a line of its own. Understood are ID3v2.2 to 2.4, all four text encodings, times in
milliseconds; frames timed in MPEG frames, compressed or encrypted ones are passed over. Source: id3.org, "ID3 tag version
2.4.0 – Native Frames", 4.9. Whatever the bytes are, nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_LARGEST = 16 * 1024 * 1024  # bytes of a tag that are looked at
_ENCODINGS = {0: ("latin-1", b"\0"), 1: ("utf-16", b"\0\0"), 2: ("utf-16-be", b"\0\0"), 3: ("utf-8", b"\0")}
_MILLISECONDS, _LYRICS = 2, {1, 2}  # time stamp format; content: lyrics, text transcription
_UNREADABLE = 0x0F  # compression, encryption, unsynchronization and a length field (2.4)


def synced_lyrics(path: Path) -> str | None:
    """The first SYLT frame of a file as LRC with word times, or None when it has none."""
    with path.open("rb") as file:
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3" or head[3] not in {2, 3, 4}:
            return None
        tag = file.read(min(_synchsafe(head[6:10]), _LARGEST))
    if head[5] & 0x80 and head[3] < 4:
        tag = tag.replace(b"\xff\x00", b"\xff")  # the whole tag is unsynchronized
    sheets = (as_lrc(frame) for frame in _frames(tag, head[3], extended=bool(head[5] & 0x40)))
    return next((sheet for sheet in sheets if sheet), None)


def as_lrc(frame: bytes) -> str | None:
    """The body of a SYLT frame as LRC; None when it is none, or is timed in something else than milliseconds."""
    if len(frame) < 7 or frame[0] not in _ENCODINGS or frame[4] != _MILLISECONDS or frame[5] not in _LYRICS:
        return None
    encoding, end = _ENCODINGS[frame[0]]
    pieces = list(_pieces(frame[6:], encoding, end))[1:]  # the first text is a description, without a time
    broken = any(text[:1] in "\r\n" for text, _ in pieces if text)
    lines: list[list[tuple[str, int]]] = []
    for text, at in pieces:
        if not lines or not broken or text[:1] in {"\r", "\n"}:
            lines.append([])
        lines[-1].append((" ".join(text.splitlines()) if text.strip() else "", at))
    return "\n".join(map(_lrc, lines)) or None


def _lrc(line: list[tuple[str, int]]) -> str:
    if len(line) == 1:
        return f"[{_clock(line[0][1])}]{line[0][0].strip()}"
    return f"[{_clock(line[0][1])}]" + "".join(f"<{_clock(at)}>{text}" for text, at in line)


def _clock(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def _pieces(body: bytes, encoding: str, end: bytes) -> Iterator[tuple[str, int]]:
    """Texts with their times in milliseconds; before the first stands the description, which has none."""
    at, first = 0, True
    while at < len(body):
        stop = next((n for n in range(at, len(body), len(end)) if body[n : n + len(end)] == end), None)
        if stop is None:
            return
        text = body[at:stop].decode(encoding, "replace")
        at = stop + len(end)
        if first:
            yield text, 0
        elif at + 4 > len(body):
            return
        else:
            yield text, int.from_bytes(body[at : at + 4], "big")
            at += 4
        first = False


def _frames(tag: bytes, version: int, *, extended: bool) -> Iterator[bytes]:
    """The bodies of the tag's SYLT frames."""
    name, sizes, header = (3, 3, 6) if version == 2 else (4, 4, 10)
    at = 0
    if extended and version > 2:
        at = _synchsafe(tag[:4]) if version == 4 else int.from_bytes(tag[:4], "big") + 4
    while at + header <= len(tag) and tag[at] != 0:
        told = tag[at + name : at + name + sizes]
        size = _synchsafe(told) if version == 4 else int.from_bytes(told, "big")
        readable = version == 2 or not tag[at + 9] & (_UNREADABLE if version == 4 else 0xC0)
        if tag[at : at + name] in {b"SYLT", b"SLT"} and readable:
            yield tag[at + header : at + header + size]
        at += header + size


def _synchsafe(four: bytes) -> int:
    """A number of four bytes that hold seven bits each."""
    value = 0
    for byte in four:
        value = value << 7 | byte & 0x7F
    return value
