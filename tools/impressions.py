"""What an audio language model says of a track or an attached file, as a conversation may use it: modelled, and marked as such."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import ToolFailed
from index.fields import TrackFields
from index.profile import Profile
from index.tags import read_tags
from index.track import Track
from tools.audio.decode import AudioRejected
from tools.audio.engine import analyze_file
from tools.desk import Desk
from tools.listener.listener import UNCONFIGURED
from tools.listener.structured import Heard
from tools.rights import forbidden_words, transcribable

Body = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A sound of the conversation: a file, what to call it, and the track it belongs to, unless a listener attached it."""

    path: Path
    name: str
    track: Track | None


def is_file(target: str) -> bool:
    """Whether a handle names an attached file (F1, F2, ...)."""
    return bool(re.fullmatch(r"\s*[Ff]\d+\s*", target))


def target_of(desk: Desk, target: str) -> Target:
    """The sound behind a handle; raises `ToolFailed` when there is none."""
    if is_file(target):
        path = desk.conversation.file_of(target)
        desk.conversation.listen_to(target)
        return Target(path, path.name, None)
    track = desk.track(target)
    desk.conversation.look_at(track.id)
    if track.rights.analysis == "forbidden":
        raise ToolFailed(forbidden_words(track))
    if not track.audio:
        raise ToolFailed(f"the catalogue has no audio for {target}")
    return Target(Path(track.audio), track.name, track)


def measured(sound: Target, device: str) -> Profile:
    """The profile that the catalogue has of a sound, or a new one; raises `ToolFailed` when it cannot be measured."""
    if sound.track and sound.track.profile:
        return sound.track.profile
    try:
        changed = sound.path.stat().st_mtime_ns if sound.path.exists() else 0
        return _profile_of(sound.path, changed, device)
    except AudioRejected as reason:
        raise ToolFailed(f"{sound.name}: {reason}") from reason


@lru_cache(maxsize=16)
def _profile_of(path: Path, _changed: int, device: str) -> Profile:
    """The profile of a file as it is now: the next question about it costs nothing."""
    return analyze_file(path, device=device)


def impression(desk: Desk, target: str, question: str | None) -> Body:
    """The model's prose on a target, and what it heard where no question narrows it; raises `ToolFailed`."""
    sound = target_of(desk, target)
    if desk.listener.model is None:
        raise ToolFailed(UNCONFIGURED)
    said = desk.listener.describe(
        sound.path, measured(sound, desk.device), question=question, track=sound.track.id if sound.track else None
    )
    return {
        "target": target,
        "name": sound.name,
        "model": said.model,
        "impression": said.text,
        "heard": _heard(said.heard) if said.heard else None,
        "note": "a model's impression; tempo, key and meter in it agree with the measurement or were left out",
    }


def transcription(desk: Desk, target: str) -> Body:
    """Lyric lines as the model hears them; raises `ToolFailed` where the rights forbid it, and for what cannot be heard."""
    sound = target_of(desk, target)
    forbidden = transcribable(sound.track) if sound.track else _forbidden(desk, sound.path)
    if forbidden:
        raise ToolFailed(f"the words of {sound.name} are not transcribed: {forbidden}")
    made = desk.listener.transcribe(sound.path, track=sound.track.id if sound.track else None)
    return {
        "target": target,
        "name": sound.name,
        "model": made.model,
        "lines": list(made.lines),
        "machine_made": True,
        "reason": None if made.lines else "the model hears nobody sing",
        "note": f"written down by {made.model} from the sound; no lyric sheet, and nobody has checked it",
    }


def _forbidden(desk: Desk, path: Path) -> str | None:
    """An attached file is the listener's own, unless its tags or the catalogue say that its words may not be shown."""
    fields = TrackFields(lenient=True)
    read_tags(path, fields)
    store = desk.catalogue.store
    same = [
        str(row[0]) for row in store.rows("SELECT id FROM tracks WHERE json_extract(json, '$.audio') = ?", (str(path),))
    ]
    tracks = [fields.track("attached"), *store.tracks(same)]
    return next((transcribable(t) for t in tracks if t.rights.lyrics_display == "none"), None)


def _heard(heard: Heard) -> Body:
    """The structured account as plain JSON; of the form the names in order, since their times are guesses."""
    body = heard.model_dump(exclude={"structure"}) | {"form": [part.name for part in heard.structure]}
    return {name: value for name, value in body.items() if value}
