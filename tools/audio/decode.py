"""Decoding of untrusted audio files, in a child process under limits.

`decode` looks at the first bytes, picks a decoder by what the file *is* (never by its name), and lets
`decode_child.py` write raw float32 samples into an unnamed temporary file. The child runs under limits on
address space, CPU time and output size, so a hostile file costs one rejected child, not the server.

Not covered: an exploit of the decoding libraries themselves; the child has limits, but no sandbox.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 20  # frames
_CHILD = Path(__file__).with_name("decode_child.py")
_MAGIC: list[tuple[bytes, str]] = [
    (rb"(RIFF|RF64|BW64)....WAVE", "wav"),
    (rb"FORM....AIF[FC]", "aiff"),
    (rb"fLaC", "flac"),
    (rb"OggS", "ogg"),
    (rb"....ftyp", "mov"),
    (rb"\x1aE\xdf\xa3", "matroska"),
    (rb"ID3[\x02-\x04]", "mp3"),
    (rb"\xff[\xf0\xf1\xf8\xf9]", "aac"),
    (rb"\x00*\xff[\xe2-\xe7\xea-\xef\xf2-\xf7\xfa-\xff]", "mp3"),
]


class AudioRejected(Exception):
    """The file cannot be measured; the message is one human line that says why."""


@dataclass(frozen=True)
class Limits:
    """What one file may cost: minutes of sound, decoded bytes, the child's memory (bytes), seconds."""

    minutes: float = 21.0
    decoded_bytes: int = 1_500_000_000
    memory_bytes: int = 2_000_000_000
    seconds: float = 120.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Audio:
    """Decoded sound: `samples` is float32 of shape (channels, frames), full scale 1.0; `rate` in Hz."""

    samples: NDArray[np.float32]
    rate: int
    notes: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.rate)


def is_audio(path: Path) -> bool:
    """Whether a file's first bytes are those of an audio format; its name does not count."""
    try:
        return bool(_sniff(path))
    except AudioRejected:
        return False


def decode(path: Path, limits: Limits = DEFAULT_LIMITS) -> Audio:
    """The samples of an audio file, all channels at its own rate.

    Raises AudioRejected for what is no sound file, holds no sound, is over a limit or breaks the decoder.
    """
    container = _sniff(path)
    with tempfile.TemporaryFile() as raw:
        report = _run_child(path, container, limits, raw.fileno())
        samples = _by_channel(raw, int(report["channels"]))
    if not samples.shape[1]:
        raise AudioRejected("holds no audio (0 samples)")
    return _finite(Audio(samples, int(report["rate"]), tuple(str(n) for n in report["notes"])))


def _by_channel(raw: IO[bytes], channels: int) -> NDArray[np.float32]:
    """Samples (channels, frames) out of a file of interleaved ones, block by block: only the result is in memory."""
    frames = raw.seek(0, os.SEEK_END) // (4 * channels)
    samples = np.empty((channels, frames), np.float32)
    raw.seek(0)
    for start in range(0, frames, _BLOCK):
        count = min(_BLOCK, frames - start)
        block = np.frombuffer(raw.read(4 * channels * count), np.float32)
        samples[:, start : start + count] = block.reshape(count, channels).T
    return samples


def _sniff(path: Path) -> str:
    """The container's name by its first bytes; raises AudioRejected when they belong to no audio format."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as exc:
        folder = "is a folder, not a file; `linernotes index build` takes folders"
        raise AudioRejected(folder if path.is_dir() else f"cannot be read: {exc.strerror or exc}") from exc
    if not head:
        raise AudioRejected("not an audio file: it is empty")
    for pattern, container in _MAGIC:
        if re.match(pattern, head, re.DOTALL):
            return container
    printable = sum(b in b"\t\n\r" or 32 <= b < 127 or b >= 160 for b in head)
    if b"\0" not in head and printable > 0.95 * len(head):
        raise AudioRejected("not an audio file: the content is text")
    raise AudioRejected("not an audio file: the content is of no known audio format")


def _run_child(path: Path, container: str, limits: Limits, raw: int) -> dict[str, Any]:
    """Decode into the descriptor `raw`; what the child reports: rate, channels and notes."""
    order = {
        "path": str(path.absolute()),
        "container": container,
        "minutes": limits.minutes,
        "decoded_bytes": limits.decoded_bytes,
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": int(limits.seconds) + 1,
    }
    command = [sys.executable, "-P", str(_CHILD), json.dumps(order)]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=raw, stderr=subprocess.PIPE, timeout=limits.seconds
        )
    except subprocess.TimeoutExpired as exc:
        raise AudioRejected(f"took longer than {limits.seconds:g} s to decode") from exc
    return _report(done.returncode, done.stderr)


def _report(status: int, stderr: bytes) -> dict[str, Any]:
    """The child's last line; raises AudioRejected when it refused the file, or died over it."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    try:
        report: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError) as exc:
        raise AudioRejected(f"cannot be decoded: the decoder stopped with status {status}") from exc
    if "rejected" in report:
        raise AudioRejected(str(report["rejected"]))
    return report


def _finite(audio: Audio) -> Audio:
    """Broken samples (NaN, Inf) become silence, with a note; raises AudioRejected when that is all."""
    with np.errstate(invalid="ignore", over="ignore"):  # infinities of both signs, or sums beyond any number
        if np.isfinite(audio.samples.sum(dtype=np.float64)):
            return audio
    good = np.isfinite(audio.samples)
    if not good.any():
        raise AudioRejected("holds no audio (every sample is NaN or infinite)")
    samples = np.where(good, audio.samples, np.float32(0))
    note = f"{int((~good).sum())} samples were NaN or infinite and were taken as silence"
    return Audio(samples, audio.rate, (*audio.notes, note))
