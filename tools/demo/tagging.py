"""Audio files with Vorbis comments, the same bytes for the same samples: Ogg Vorbis or FLAC by libsndfile.

libsndfile writes eleven tags at most and one value each, so the comment block is put in here: in FLAC as a
metadata block (RFC 9639), in Ogg (RFC 3533) by rewriting the pages, with a serial number that is fixed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile

from tools.demo.render import RATE, Samples

Tags = Sequence[tuple[str, str]]
VENDOR = b"Liner Notes demo composer"
_MIRROR = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def comment_block(tags: Tags) -> bytes:
    """Vorbis comments: vendor, count and `NAME=value` entries, all with little-endian lengths."""
    entries = [f"{name}={value}".encode() for name, value in tags]
    out = struct.pack("<I", len(VENDOR)) + VENDOR + struct.pack("<I", len(entries))
    return out + b"".join(struct.pack("<I", len(entry)) + entry for entry in entries)


def ogg_crc(page: bytes) -> int:
    """The CRC of RFC 3533 (polynomial 04C11DB7, highest bit first), by way of zlib's mirrored one."""
    mirrored = zlib.crc32(page.translate(_MIRROR), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def write_audio(path: Path, samples: Samples, tags: Tags) -> None:
    """Writes (2, samples) as `.ogg` or `.flac`, by the path's ending, with the tags."""
    flac = path.suffix == ".flac"
    kind = {"format": "FLAC", "subtype": "PCM_16"} if flac else {"format": "OGG", "subtype": "VORBIS"}
    with soundfile.SoundFile(path, "w", RATE, 2, **kind) as out:
        for start in range(0, samples.shape[1], 1 << 16):
            out.write(np.ascontiguousarray(samples[:, start : start + (1 << 16)].T))
    data = path.read_bytes()
    path.write_bytes(tagged_flac(data, tags) if flac else tagged_ogg(data, tags))


def tagged_flac(data: bytes, tags: Tags) -> bytes:
    """The FLAC file with its metadata cut down to the stream info and these comments."""
    at, kept, last = 4, b"", False
    while not last:
        last = bool(data[at] & 0x80)
        kind, size = data[at] & 0x7F, int.from_bytes(data[at + 1 : at + 4], "big")
        if kind == 0:
            kept += bytes([kind]) + data[at + 1 : at + 4 + size]
        at += 4 + size
    block = comment_block(tags)
    return data[:4] + kept + bytes([0x84]) + len(block).to_bytes(3, "big") + block + data[at:]


def tagged_ogg(data: bytes, tags: Tags) -> bytes:
    """The Ogg Vorbis file with these comments in its second packet and serial number 1."""
    pages = list(_pages(data))
    headers, rest = _header_packets(pages)
    comments = b"\x03vorbis" + comment_block(tags) + b"\x01"
    fresh = [_page(2, 0, 0, _lacing(len(headers[0])), headers[0])]
    fresh += _packed([comments, headers[2]])
    for header, segments, body in rest:
        granule = struct.unpack("<q", header[6:14])[0]
        fresh.append(_page(header[5], granule, len(fresh), segments, body))
    return b"".join(fresh)


def _pages(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(fixed header, segment table, body) of every page."""
    at = 0
    while at < len(data):
        count = data[at + 26]
        segments = data[at + 27 : at + 27 + count]
        start = at + 27 + count
        yield data[at : at + 27], segments, data[start : start + sum(segments)]
        at = start + sum(segments)


def _header_packets(
    pages: list[tuple[bytes, bytes, bytes]],
) -> tuple[list[bytes], list[tuple[bytes, bytes, bytes]]]:
    """The three Vorbis header packets, and the pages after them (audio begins on a page of its own)."""
    packets: list[bytes] = []
    open_packet = b""
    for index, (_, segments, body) in enumerate(pages):
        at = 0
        for size in segments:
            open_packet += body[at : at + size]
            at += size
            if size < 255:
                packets.append(open_packet)
                open_packet = b""
        if len(packets) >= 3:
            return packets, pages[index + 1 :]
    raise ValueError("not an Ogg Vorbis file: it has no three header packets")


def _lacing(size: int) -> bytes:
    return b"\xff" * (size // 255) + bytes([size % 255])


def _packed(packets: Sequence[bytes]) -> list[bytes]:
    """Pages 1 and up that carry these packets, at most 255 segments a page."""
    segments = b"".join(_lacing(len(packet)) for packet in packets)
    body = b"".join(packets)
    pages: list[bytes] = []
    at = 0
    for start in range(0, len(segments), 255):
        part = segments[start : start + 255]
        continued = start > 0 and segments[start - 1] == 255
        ends = any(size < 255 for size in part)
        pages.append(_page(int(continued), 0 if ends else -1, 1 + len(pages), part, body[at : at + sum(part)]))
        at += sum(part)
    return pages


def _page(flags: int, granule: int, number: int, segments: bytes, body: bytes) -> bytes:
    head = b"OggS\x00" + struct.pack("<BqII", flags, granule, 1, number)
    tail = bytes([len(segments)]) + segments + body
    return head + struct.pack("<I", ogg_crc(head + bytes(4) + tail)) + tail
