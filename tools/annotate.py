"""What the index asks of this room: a track with audio gets its measured profile and its caption."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from index.build import SetAside
from index.profile import SCHEMA
from index.track import Origin, Track
from tools.audio.decode import AudioRejected
from tools.audio.engine import REVISION, analyze_file
from tools.captions import WRITER, write_caption

_SHORTEST_S = 0.2


@dataclass(frozen=True)
class Annotator:
    """An `index.build.Annotate`; `version` changes when its results would, so that a build does them again."""

    device: str = "auto"
    version: str = f"profile {SCHEMA}.{REVISION}, {WRITER}"

    def __call__(self, track: Track) -> Track:
        """The track with profile and caption; raises `SetAside` when its audio cannot be used."""
        if not track.audio:
            return track
        torch.set_num_threads(1)  # tracks run side by side; threads inside one would only wait for each other
        try:
            profile = analyze_file(Path(track.audio), device=self.device)
        except AudioRejected as reason:
            raise SetAside(str(reason)) from reason
        if profile.duration_s < _SHORTEST_S:
            raise SetAside(f"{profile.duration_s:.2f} s of audio; too short to index")
        measured = Origin(kind="measured", detail=f"signal analysis {SCHEMA}.{REVISION}")
        changed: dict[str, object] = {"profile": profile, "duration_s": profile.duration_s}
        origins = {**track.origins, "profile": measured, "duration_s": measured}
        if not track.caption:
            changed["caption"] = write_caption(track, profile)
            origins["caption"] = Origin(kind="modelled", detail=WRITER)
        return track.model_copy(update={**changed, "origins": origins})
