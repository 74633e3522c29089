"""A file as audio language models take it: 16 kHz, one channel."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from index.errors import ToolFailed
from tools.audio.decode import AudioRejected, decode
from tools.audio.resample import ratio_towards, resample
from tools.audio.sound import mono_mix
from tools.listener.windows import Window

RATE = 16_000
_HEADER = 44  # bytes of a WAV file before its samples
_SHORTEST_S = 0.2

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Clip:
    """A whole file: `samples` float32 (frames,) at 16 kHz, and a digest of the file that they come from."""

    samples: Samples
    signature: str

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / RATE

    def cut(self, window: Window) -> Samples:
        """The samples of a window."""
        return self.samples[round(window.start_s * RATE) : round(window.end_s * RATE)]


def hear(path: Path) -> Clip:
    """The file, decoded and resampled; raises `ToolFailed` for what is no sound, or too short to say anything about."""
    try:
        audio = decode(path)
        with path.open("rb") as file:
            signature = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except (AudioRejected, OSError) as reason:
        raise ToolFailed(str(reason)) from reason
    mono = mono_mix(torch.from_numpy(audio.samples)).mono
    clip = Clip(resample(mono, ratio_towards(audio.rate, RATE)).numpy(), signature)
    if clip.length_s < _SHORTEST_S:
        raise ToolFailed(f"{clip.length_s:.2f} s of audio; too short to describe")
    return clip


def wav(samples: Samples) -> bytes:
    """16-bit WAV of samples (frames,) at 16 kHz."""
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format="WAV", subtype="PCM_16")
    return out.getvalue()


def seconds_in(size: int) -> float:
    """How long a WAV file of this many bytes can be."""
    return (size - _HEADER) / (2 * RATE)
