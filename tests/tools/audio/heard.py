"""What the engine has at hand when it measures how a track sounds."""

from __future__ import annotations

import numpy as np
import torch

from tests.tools.audio.signals import RATE, Signal, sine
from tools.audio.sound import Sound


def hear(*channels: Signal, rate: int = RATE) -> Sound:
    """Channels put together."""
    return Sound(torch.from_numpy(np.array(channels, dtype=np.float32)), rate)


def rubbish() -> dict[str, Signal]:
    """What is no music: each must be measured without a crash or a NaN."""
    click = np.zeros(RATE * 4)
    click[RATE] = 1
    return {
        "silence": np.zeros(RATE * 4),
        "one sample": np.ones(1) * 0.1,
        "scrap": np.random.default_rng(0).standard_normal(round(0.2 * RATE)) * 0.1,
        "click": click,
        "noise": np.random.default_rng(0).standard_normal(RATE * 8) * 0.1,
        "constant": np.full(RATE * 4, 0.5),
        "sine": sine(440, 5),
        "whisper": np.random.default_rng(0).standard_normal(RATE * 4) * 1e-6,
        "clipped": np.clip(sine(200, 4, 20), -1, 1),
    }
