"""An artist's file read in full, stage by stage: decoded, measured, with what its own tags declare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.credentials import read_credentials
from index.fields import TrackFields
from index.fitting import with_fitting_sheet
from index.profile import Profile
from index.sheets import sheets_beside
from index.tags import read_tags
from index.track import Origin, Track
from tools.audio.decode import Audio, decode
from tools.audio.engine import PARTS, REVISION, analyze_stages

STAGES = ("decoding", *PARTS)
_POINTS = 1400


@dataclass(frozen=True)
class Read:
    """What came of it: the track with its profile, and its outline of at most 1,400 points, 0 to 1."""

    track: Track
    peaks: tuple[float, ...]


def read(path: Path, name: str, device: str = "auto") -> Iterator[str | Read]:
    """The names of the stages as each is done, last what was read; raises `tools.audio.decode.AudioRejected`."""
    audio = decode(path)
    yield STAGES[0]
    fields: dict[str, Any] = {}
    for part, found in analyze_stages(audio, PARTS, device):
        fields |= found
        yield part
    yield Read(_track(path, name, Profile(**fields)), _outline(audio))


def _track(path: Path, name: str, profile: Profile) -> Track:
    declared = TrackFields(lenient=True)
    signed = read_credentials(path)
    if signed:
        for column, value in signed.values.items():
            declared.declare(column, value, signed.where, signed.date)
    read_tags(path, declared)
    declared.add_sheets(sheets_beside(path))
    track = declared.track("own")
    origin = Origin(kind="measured", detail=f"signal analysis {profile.schema}.{REVISION}")
    title = track.title or Path(name).stem.replace("_", " ").strip() or "Untitled"
    origins = {
        "title": Origin(kind="declared", detail="file name"),
        **track.origins,
        "profile": origin,
        "duration_s": origin,
    }
    made = track.model_copy(
        update={"title": title, "profile": profile, "duration_s": profile.duration_s, "origins": origins}
    )
    return with_fitting_sheet(made, [made.lyrics]) if made.lyrics else made


def _outline(audio: Audio) -> tuple[float, ...]:
    samples = np.abs(audio.samples).max(0)
    if not samples.size:
        return ()
    edges = np.linspace(0, samples.size, min(_POINTS, samples.size), endpoint=False).astype(int)
    peaks = np.maximum.reduceat(samples, edges)
    return tuple(np.round(peaks / max(float(peaks.max()), 1e-6), 3).tolist())
