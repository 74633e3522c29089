"""The child process of `tools.audio.decode`: one file in, raw float32 samples out.

Takes one JSON argument (see `decode._run_child`), writes interleaved float32 to standard output and one JSON
line to standard error: {"rate", "channels", "notes"} or {"rejected": reason}. Imports no torch, so it
starts fast.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy: its thread stacks count as address space

import numpy as np
from numpy.typing import NDArray

BLOCK = 1 << 16
_SOUNDFILE = {"wav", "aiff", "flac", "mp3"}
Block = NDArray[np.float32]


class Rejected(Exception):
    """The file cannot be decoded; the message is the reason for the listener."""


class Sink:
    """Writes blocks to standard output and stops at the limits."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order, self.frames, self.out = order, 0, sys.stdout.buffer
        self.rate = self.channels = 0

    def open(self, rate: int, channels: int, declared: int = 0) -> None:
        """Note the format; `declared` frames over a limit are refused before anything is decoded."""
        if not 1_000 <= rate <= 768_000 or not 1 <= channels <= 64:
            raise Rejected(f"has a format that is no sound recording ({rate} Hz, {channels} channels)")
        self.rate, self.channels = rate, channels
        self.check(declared)

    def check(self, frames: int) -> None:
        """Raise Rejected when so many frames are over a limit."""
        minutes = frames / self.rate / 60
        if minutes > self.order["minutes"]:
            raise Rejected(f"is too long: over {self.order['minutes']:g} minutes")
        if frames * self.channels * 4 > self.order["decoded_bytes"]:
            raise Rejected(f"is too large: over {self.order['decoded_bytes'] / 1e6:.0f} MB when decoded")

    def write(self, block: Block) -> None:
        """Append (frames, channels)."""
        self.check(self.frames + len(block))
        self.frames += len(block)
        self.out.write(np.ascontiguousarray(block, np.float32).tobytes())


def main() -> int:
    """Decode as ordered; exit status 0, or 1 with the reason reported."""
    order = json.loads(sys.argv[1])
    for kind, value in ((resource.RLIMIT_AS, "memory_bytes"), (resource.RLIMIT_CPU, "cpu_seconds")):
        resource.setrlimit(kind, (order[value], order[value]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["decoded_bytes"] + 4096,) * 2)
    sink = Sink(order)
    try:
        with Path(order["path"]).open("rb") as file:
            notes = _decode(file, order["container"], sink)
        sink.out.flush()
        report: dict[str, Any] = {"rate": sink.rate, "channels": sink.channels, "notes": notes}
    except Rejected as exc:
        report = {"rejected": str(exc)}
    except MemoryError:
        report = {"rejected": "needs more memory to decode than allowed"}
    print(json.dumps(report), file=sys.stderr)
    return int("rejected" in report)


def _decode(file: BinaryIO, container: str, sink: Sink) -> list[str]:
    """Decode with soundfile where it knows the format, else with PyAV; notes on what was missing."""
    if container in _SOUNDFILE:
        import soundfile

        try:
            return _with_soundfile(file, sink)
        except soundfile.LibsndfileError as exc:
            if sink.frames:
                return [_cut_short(sink, str(exc))]
            file.seek(0)
    return _with_av(file, container, sink)


def _with_soundfile(file: BinaryIO, sink: Sink) -> list[str]:
    import soundfile

    with soundfile.SoundFile(file.fileno(), closefd=False) as sound:
        # libsndfile declares 2**63 - 1 frames where the length is unknown
        declared = sound.frames if sound.frames < 1 << 62 else 0
        sink.open(sound.samplerate, sound.channels, declared)
        while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
            sink.write(block)
    missing = declared - sink.frames
    return [_cut_short(sink, f"{declared / sink.rate:.1f} s declared")] if missing > sink.rate else []


def _cut_short(sink: Sink, why: str) -> str:
    return f"the file breaks off after {sink.frames / sink.rate:.1f} s ({why})"


def _with_av(file: BinaryIO, container: str, sink: Sink) -> list[str]:
    """Decode the first audio stream; FFmpeg reads only these bytes (no protocol) by this one demuxer."""
    import av

    try:
        with av.open(file, format=container) as source:
            if not source.streams.audio:
                raise Rejected("holds no audio stream")
            stream = source.streams.audio[0]
            sink.open(stream.rate, stream.channels, _declared(source, stream.rate))
            for block in _av_blocks(source, stream):
                sink.write(block)
    except (av.FFmpegError, ValueError) as exc:
        if not sink.frames:
            raise Rejected(f"cannot be decoded as {container}: {getattr(exc, 'strerror', None) or exc}") from exc
        return [_cut_short(sink, str(getattr(exc, "strerror", None) or exc))]
    return []


def _declared(source: Any, rate: int) -> int:
    """Frames by the container's duration (in microseconds), 0 when it states none."""
    return int((source.duration or 0) / 1e6 * rate)


def _av_blocks(source: Any, stream: Any) -> Iterator[Block]:
    """Interleaved float blocks (frames, channels), at the stream's rate and layout."""
    import av

    resampler = av.AudioResampler(format="flt", layout=stream.layout.name, rate=stream.rate)
    for frame in source.decode(stream):
        for out in resampler.resample(frame):
            yield out.to_ndarray().reshape(-1, stream.channels).astype(np.float32, copy=False)


if __name__ == "__main__":
    sys.exit(main())
