"""A copy of a sound file with tags, its samples as they were: packets are moved into a new container, nothing is encoded.

Ogg Vorbis, Opus, FLAC and MP3 hold everything; WAV (RIFF INFO) and M4A (iTunes atoms) only a part. What of it can be read
in the copy is looked up there (`index.tags`, `index.sheets`), not assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av

from index.declared_rights import CREDITS
from index.errors import UserError
from index.fields import TrackFields
from index.sheets import sheets_beside
from index.spelling import tonic_name
from index.tags import read_tags
from index.track import Track
from tools.studio.words import as_text

SUFFIXES = (".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".wav")
_IN_STREAM = {".ogg", ".oga", ".opus"}  # Ogg keeps its comments with the stream
_FORMAT = {".oga": "ogg", ".m4a": "ipod"}
_AI = {"declared_human": "None", "declared_ai": "All"}
_SHARP = {"major": "", "minor": "m"}
# The column or field under which `index` reads a tag back.
_READ_AS = {"title": "title", "artist": "artists", "album": "album", "genre": "genres", "comment": "comment", "date": "year", "ISRC": "isrc", "MOOD": "moods", "LANGUAGE": "language", "CONTAINSAI": "ai_status", "LICENSE": "licence", **{role: role for role in CREDITS}}  # fmt: skip


@dataclass(frozen=True)
class Tagged:
    """What a copy holds, by tag, and which tags its container could not hold."""

    held: tuple[str, ...]
    left_out: tuple[str, ...]


def tags_of(track: Track, line: str, *, lyrics: bool) -> dict[str, str]:
    """Tags by name, several values of one with "; " between; `line` is the comment. Only what is known."""
    profile, rights = track.profile, track.rights
    credits: dict[str, list[str]] = {}
    for credit in rights.credits:
        credits.setdefault(credit.role, []).append(credit.name)
    ai = "Partly" if rights.ai_extent == "partly" else _AI.get(rights.ai_status, "")
    key = profile.key if profile else None
    found = {
        "title": track.title or "", "artist": "; ".join(track.artists), "album": track.album or "", "date": str(track.year or ""), "genre": "; ".join(track.genres),
        "comment": line, **{role: "; ".join(names) for role, names in credits.items()}, "ISRC": track.isrc or "", "MOOD": "; ".join(track.moods), "LANGUAGE": track.language or "",
        "BPM": f"{profile.tempo.bpm:.0f}" if profile and profile.tempo.bpm else "", "INITIALKEY": f"{tonic_name(key.tonic, key.mode)}{_SHARP[key.mode]}" if key else "",
        "LICENSE": rights.licence or "", "CONTAINSAI": ai, "LYRICS": as_text(track.lyrics) if lyrics and track.lyrics else "",
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def write_tagged(source: Path, target: Path, tags: dict[str, str]) -> Tagged:
    """Writes a copy of `source` with tags to `target`; raises `UserError` where its container is none that holds any."""
    suffix = source.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(
            f"tags cannot be written into a {suffix or 'nameless'} file; {', '.join(SUFFIXES)} can hold them"
        )
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        _remux(source, target, {_named(name, suffix): value for name, value in tags.items()}, suffix)
    except (av.FFmpegError, OSError, ValueError) as wrong:
        target.unlink(missing_ok=True)
        raise UserError(
            f"{source.name}: tags cannot be written into it ({str(wrong).splitlines()[0][:100]})"
        ) from wrong
    target.chmod(0o600)
    held = tuple(name for name in tags if _holds(target, name))
    return Tagged(held, tuple(name for name in tags if name not in held))


def _named(name: str, suffix: str) -> str:
    """MP3: FFmpeg writes no USLT frame that others read, but a text under the other usual name."""
    return "UNSYNCEDLYRICS" if (name, suffix) == ("LYRICS", ".mp3") else name


def _remux(source: Path, target: Path, tags: dict[str, str], suffix: str) -> None:
    with av.open(str(source)) as given, av.open(str(target), "w", format=_FORMAT.get(suffix)) as copy:
        sound = given.streams.audio[0]
        stream = copy.add_stream_from_template(sound)
        (stream if suffix in _IN_STREAM else copy).metadata.update(tags)
        for packet in given.demux(sound):
            if packet.dts is not None:
                packet.stream = stream
                copy.mux(packet)


def _holds(copy: Path, name: str) -> bool:
    """Whether a tag can be read in a copy, as an index would read it."""
    if name == "LYRICS":
        return bool(sheets_beside(copy))
    fields = TrackFields(lenient=True)
    read_tags(copy, fields)
    columns = {"BPM": ("bpm", "tbpm"), "INITIALKEY": ("initialkey", "initial_key")}.get(name, (_READ_AS.get(name, name.lower()),))  # fmt: skip
    return any(fields.has(column) or fields.has(f"_{column}") for column in columns)
