"""The measured profile of a track: from samples to `index.profile.Profile`.

What is heard is in `listening`; here it is put together, whole or in parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from index.errors import UserError
from index.profile import Profile
from tools.audio.decode import DEFAULT_LIMITS, Audio, Limits, decode
from tools.audio.listening import Listening

REVISION = 6  # raised when the same samples give other results; builds then listen again

# the parts of an analysis, and the fields of the profile that each fills; `duration_s` and `notes` are always there
PARTS: dict[str, tuple[str, ...]] = {
    "rhythm": ("tempo", "meter", "beats_s", "downbeats_s", "rhythm"),
    "harmony": ("key", "keys", "chords", "harmony"),
    "form": ("sections", "events"),
    "sound": ("loudness", "timbre", "texture", "instruments"),
    "arc": ("energy", "arc"),
    "voice": ("voices",),
    "melody": ("melody",),
    "likeness": ("fingerprint", "embedding"),
}


def analyze_file(path: Path, device: str = "auto", limits: Limits = DEFAULT_LIMITS) -> Profile:
    """The profile of an audio file; raises `tools.audio.decode.AudioRejected` when it cannot be decoded."""
    return analyze(decode(path, limits), device)


def analyze(audio: Audio, device: str = "auto") -> Profile:
    """The profile of decoded samples; `device` is "cpu", "cuda" or "auto" (cuda where there is one).

    What the signal does not tell (no pulse, no key, silence) is None or empty, and `notes` says why.
    """
    return Profile(**analyze_parts(audio, PARTS, device))


def analyze_parts(audio: Audio, parts: Collection[str], device: str = "auto") -> dict[str, Any]:
    """The fields of the profile that belong to `parts` (keys of PARTS), each as it is in the whole profile."""
    fields: dict[str, Any] = {}
    for _, found in analyze_stages(audio, parts, device):
        fields |= found
    return fields


def analyze_stages(audio: Audio, parts: Collection[str], device: str = "auto") -> Iterator[tuple[str, dict[str, Any]]]:
    """The same part by part, each when it was heard: its name, and its fields with `duration_s` and `notes`."""
    device = device_named(device)
    with torch.inference_mode():
        heard = Listening(on_device(audio, device), audio.rate, audio.notes)
    for part in (part for part in PARTS if part in parts):
        with torch.inference_mode():
            fields = {name: getattr(heard, name) for name in PARTS[part]}
        yield part, {"duration_s": heard.duration_s, **fields, "notes": heard.notes}


def device_named(device: str) -> str:
    """ "auto" as what it means here; raises `UserError` for a card where there is none."""
    cuda = torch.cuda.is_available()
    if device not in ("auto", "cpu") and not cuda:
        raise UserError(
            f"audio is to be analyzed on {device}, and there is no CUDA device here; use --device auto or cpu"
        )
    return ("cuda" if cuda else "cpu") if device == "auto" else device


def on_device(audio: Audio, device: str) -> Tensor:
    """The samples (channels, frames) on `device`; by way of locked memory, which torch keeps for the next track."""
    samples = torch.from_numpy(np.require(audio.samples, np.float32, ["C", "W"]))
    return samples if device == "cpu" else samples.pin_memory().to(device, non_blocking=True)
