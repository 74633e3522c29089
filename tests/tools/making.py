"""Small things the tests of this room are made with: profiles, tracks, sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from index.profile import Energy, Key, KeySpan, Loudness, Profile, Tempo, Timbre
from index.track import LyricLine, Lyrics, Rights, Track


def profile(**changes: Any) -> Profile:
    """A plain profile of 20 s at 96.4 BPM in A minor; `changes` replace its fields."""
    values: dict[str, Any] = {
        "duration_s": 20.0, "tempo": Tempo(96.4, 0.9), "meter": "4/4", "beats_s": [], "downbeats_s": [], "key": Key("A", "minor", 0.8),
        "keys": [KeySpan(0, 20, "A", "minor")], "chords": [], "sections": [], "loudness": Loudness(-14.0, 4.0, -1.0),
        "energy": Energy(0.5, 10.0, 3.0, 12.0, [0.5] * 20), "timbre": Timbre(1800.0, 0.4, 0.2, 0.3, 0.5, 0.2),
    }  # fmt: skip
    return Profile(**{**values, **changes})


def sheet(*lines: str) -> Lyrics:
    """A lyric sheet of these lines."""
    return Lyrics(lines=tuple(LyricLine(time_s=None, text=line) for line in lines), source="sidecar test.lrc")


def track(**changes: Any) -> Track:
    """A track by Ada Finch with a sheet of four lines; `changes` replace its fields, `display` and `licence` its rights."""
    rights = Rights(lyrics_display=changes.pop("display", "excerpt"), licence=changes.pop("licence", None))
    values: dict[str, Any] = {
        "id": "x1", "title": "Kettle", "artists": ("Ada Finch",), "rights": rights,
        "lyrics": sheet("one morning line", "two evening lines", "", "three winter lines", "four summer lines"),
    }  # fmt: skip
    return Track(**{**values, **changes})


def wav(path: Path, seconds: float = 2.0, rate: int = 44_100, channels: int = 2) -> Path:
    """A file of a 440 Hz tone."""
    time = np.arange(int(seconds * rate)) / rate
    tone = (0.3 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    soundfile.write(path, np.stack([tone] * channels, axis=1), rate)
    return path
