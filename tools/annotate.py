"""What the index asks of this room: a track with audio gets its measured profile and its caption.

The caption is the caption writer's, or an audio language model's where one is asked; a track that the model fails on keeps the
writer's, and the build names it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from index.build import SetAside, Short
from index.errors import ToolFailed
from index.profile import SCHEMA, Profile
from index.track import Origin, Track
from tools.audio.analysts import Analysts
from tools.audio.decode import AudioRejected
from tools.audio.engine import REVISION
from tools.captions import WRITER, write_caption
from tools.listener.caption import caption_of
from tools.listener.listener import Listener, Nonsense
from tools.listener.prompts import VERSION

_SHORTEST_S = 0.2


@dataclass(frozen=True)
class Annotator:
    """An `index.build.Annotate`; `version` changes when its results would, so that a build does them again.

    `listener` writes the captions, if there is one.
    """

    analysts: Analysts = field(default_factory=Analysts)
    listener: Listener | None = None

    @property
    def version(self) -> str:
        """What the results depend on."""
        heard = f", {_modelled_by(self.listener)}" if self.listener else ""
        return f"profile {SCHEMA}.{REVISION}, {WRITER}{heard}"

    def __call__(self, track: Track) -> Track | Short:
        """The track with profile and caption; raises `SetAside` when its audio cannot be used."""
        if not track.audio or track.rights.analysis == "forbidden":
            return track
        try:
            profile = self.analysts.profile(Path(track.audio))
        except AudioRejected as reason:
            raise SetAside(str(reason)) from reason
        if profile.duration_s < _SHORTEST_S:
            raise SetAside(f"{profile.duration_s:.2f} s of audio; too short to index")
        measured = Origin(kind="measured", detail=f"signal analysis {SCHEMA}.{REVISION}")
        changed: dict[str, object] = {"profile": profile, "duration_s": profile.duration_s}
        origins = {**track.origins, "profile": measured, "duration_s": measured}
        made = track.model_copy(update={**changed, "origins": origins})
        return made if track.caption else self._captioned(made, profile)

    def stop(self) -> None:
        """For a build that is interrupted: nobody waits for the model any more."""
        if self.listener and self.listener.model:
            self.listener.model.stop()

    def _captioned(self, track: Track, profile: Profile) -> Track | Short:
        written = _with_caption(track, write_caption(track, profile), WRITER)
        if self.listener is None or profile.loudness.integrated_lufs is None:  # of silence a model only makes things up
            return written
        try:
            heard = self.listener.describe(Path(str(track.audio)), profile, track=track.id)
        except Nonsense as failed:
            return Short(written, str(failed), again=False)
        except ToolFailed as failed:
            return Short(written, str(failed), again=True)
        return _with_caption(
            track,
            caption_of(heard, sung=track.vocals != "instrumental"),
            f"{_modelled_by(self.listener)}, {heard.date}",
        )


def _modelled_by(listener: Listener) -> str:
    return f"{listener.name}, prompt {VERSION}"


def _with_caption(track: Track, caption: str, by: str) -> Track:
    origins = {**track.origins, "caption": Origin(kind="modelled", detail=by)}
    return track.model_copy(update={"caption": caption, "origins": origins})
