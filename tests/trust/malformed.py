"""Files that claim to be sound and are not, or not quite: made on the spot from six formats, by a seeded generator."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soundfile

RATE = 22_050
_PLAYLISTS = {
    "hls": b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "hls-concat": b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nconcat:http://127.0.0.1:9/x|file:///etc/passwd\n#EXT-X-ENDLIST\n",
    "ffconcat": b"ffconcat version 1.0\nfile '/etc/passwd'\nfile 'http://127.0.0.1:9/x'\n",
    "m3u": b"/etc/passwd\nhttp://127.0.0.1:9/x\n", "pls": b"[playlist]\nFile1=/etc/passwd\n", "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n", "xspf": b"<?xml version='1.0'?><playlist><trackList><track><location>file:///etc/passwd</location></track></trackList></playlist>",
}  # fmt: skip


@dataclass(frozen=True)
class Bad:
    """A file's name and bytes, and what was done to it."""

    name: str
    data: bytes
    done: str


def sounds(seconds: float = 1.5) -> dict[str, bytes]:
    """The same tone in wav, flac, mp3, ogg, opus and m4a."""
    time = np.arange(int(RATE * seconds)) / RATE
    tone = (0.4 * np.sin(2 * np.pi * 330 * time)).astype(np.float32)
    made = {kind: _written(tone, kind) for kind in ("wav", "flac", "mp3", "ogg")}
    return made | {"opus": _encoded(tone, "ogg", "libopus"), "m4a": _encoded(tone, "mp4", "aac")}


def bad_files(count: int, seed: int = 7) -> list[Bad]:
    """`count` files: the fixed ones first, then mutations."""
    chance, bases = random.Random(seed), sounds()
    found = list(_fixed(bases))[:count]
    kinds, ways = sorted(bases), sorted(_WAYS)
    while len(found) < count:
        n = len(found)
        kind, way = kinds[n % len(kinds)], ways[(n // len(kinds)) % len(ways)]
        data = _WAYS[way](bytearray(bases[kind]), chance, bases)
        found.append(Bad(f"{n:03}.{kind}", bytes(data), f"{way} {kind}"))
    return found


def _fixed(bases: dict[str, bytes]) -> Iterator[Bad]:
    for n, (name, text) in enumerate(_PLAYLISTS.items()):
        yield Bad(f"list{n}.mp3", text, f"playlist {name}")
        yield Bad(f"tagged{n}.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x00" + text, f"playlist {name} behind a tag")
    nan = np.full(RATE, np.nan, np.float32)
    yield Bad("nan.wav", _float_wav(nan), "all NaN")
    nan[: RATE // 2] = 0.1
    yield Bad("half-nan.wav", _float_wav(nan), "half NaN")
    yield Bad("inf.wav", _float_wav(np.where(np.arange(RATE) % 2, np.inf, -np.inf).astype(np.float32)), "infinite")
    yield Bad("huge.wav", _float_wav(np.full(RATE, 3e38, np.float32)), "largest floats")
    yield Bad("empty.flac", b"", "empty")
    yield Bad("bomb.flac", _bomb(40 * 60), "40 minutes of silence in a small file")
    for channels, rate, bits in (
        (65_535, RATE, 16),
        (0, RATE, 16),
        (1, 0, 16),
        (1, 4_294_967_295, 16),
        (2, RATE, 0),
        (2, RATE, 65_535),
    ):
        yield Bad(
            f"h{channels}-{rate}-{bits}.wav",
            _header(channels, rate, bits) + bytes(4000),
            f"{channels} channels, {rate} Hz, {bits} bits",
        )
    yield Bad("long.wav", bases["wav"][:40] + b"\xff\xff\xff\xff" + bases["wav"][44:], "4 GB declared")


def _written(tone: np.ndarray, kind: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, tone, RATE, format=kind.upper(), subtype={"mp3": "MPEG_LAYER_III", "ogg": "VORBIS"}.get(kind))
    return out.getvalue()


def _float_wav(samples: np.ndarray) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format="WAV", subtype="FLOAT")
    return out.getvalue()


def _encoded(tone: np.ndarray, container: str, codec: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=48_000 if codec == "libopus" else RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="fltp", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=stream.rate)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()


def _bomb(seconds: int) -> bytes:
    out = io.BytesIO()
    with soundfile.SoundFile(out, "w", 44_100, 2, "PCM_16", format="FLAC") as file:
        block = np.zeros((44_100 * 10, 2), np.int16)
        for _ in range(seconds // 10):
            file.write(block)
    return out.getvalue()


def _header(channels: int, rate: int, bits: int) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, 0xFFFFFFFF, 4, bits)
    return (
        b"RIFF"
        + struct.pack("<I", 4036)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", 4000)
    )


def _flipped(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    for _ in range(chance.randint(1, 60)):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _head(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    """Numbers in the header made extreme."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(4, min(400, len(data) - 8))
        data[at : at + 4] = struct.pack(
            "<I", chance.choice((0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, chance.getrandbits(32)))
        )
    return data


def _cut(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    return data[: chance.randrange(1, len(data))]


def _blank(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    at, length = chance.randrange(len(data)), chance.randrange(1, len(data))
    data[at : at + length] = bytes([chance.choice((0, 255))]) * len(data[at : at + length])
    return data


def _again(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    at = chance.randrange(len(data))
    piece = data[at : at + chance.randrange(1, 2000)]
    return data[:at] + piece * chance.randint(2, 40) + data[at:]


def _spliced(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    other = bases[chance.choice(sorted(bases))]
    return data[: chance.randrange(16, len(data))] + other[chance.randrange(len(other)) :]


def _noise(data: bytearray, chance: random.Random, bases: dict[str, bytes]) -> bytearray:
    return data[: chance.choice((4, 12, 64, 300))] + chance.randbytes(chance.randrange(10, 20_000))


_WAYS = {
    "bits flipped": _flipped,
    "header": _head,
    "cut": _cut,
    "blank": _blank,
    "repeated": _again,
    "spliced": _spliced,
    "noise": _noise,
}


def write(bad: Bad, folder: Path) -> Path:
    """The file on disk."""
    path = folder / bad.name
    path.write_bytes(bad.data)
    return path
