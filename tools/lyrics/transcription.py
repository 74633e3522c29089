"""The last resort: a machine writes down what it hears, where the rights allow it, and is named as having done so."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.track import LyricLine, Lyrics, Track
from tools.listener.listener import Listener
from tools.lyrics.provider import Found
from tools.rights import transcribable


@dataclass(frozen=True)
class Transcription:
    """What the audio language model hears somebody sing."""

    listener: Listener
    name: str = "machine transcription"

    def find(self, track: Track) -> Found | None:
        """A sheet of what was heard; None where it may not or cannot be made. Raises `ToolFailed` when the model fails."""
        if not self.listener.model or not track.audio or track.rights.analysis == "forbidden" or transcribable(track):
            return None
        made = self.listener.transcribe(Path(track.audio), track=track.id)
        if not made.lines:
            return None
        lines = tuple(LyricLine(time_s=None, text=line) for line in made.lines)
        note = f"written down by {made.model} from the sound; nobody has checked it"
        return Found(Lyrics(lines=lines, source=f"machine transcription by {made.model}"), machine=True, note=note)
