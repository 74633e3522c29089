"""The lyric sheets that come with an audio file, in the order in which they are believed.

A sidecar (`.lrc`, then `.txt`) comes before the file's tags, and there a synced sheet before a plain one: ID3 SYLT and
USLT, Vorbis SYNCEDLYRICS, LYRICS and UNSYNCEDLYRICS, MP4 ©lyr.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tinytag import TinyTag, TinyTagException

from index.sylt import synced_lyrics

_SIDECARS = (".lrc", ".txt")
_LONGEST = 200_000  # characters
IN_TAGS = ("syncedlyrics", "lyrics", "unsyncedlyrics")


class Sheet(NamedTuple):
    """A sheet as it stands there, and where that is."""

    text: str
    source: str


def sidecars(audio: Path) -> list[Path]:
    """The text files beside an audio file that may be its sheets."""
    return [p for suffix in _SIDECARS if (p := audio.with_suffix(suffix)).is_file()]


def sheets_beside(audio: Path) -> list[Sheet]:
    """All sheets of an audio file; those whose file or tags cannot be read are left out."""
    found = [Sheet(p.read_text("utf-8-sig", errors="replace")[:_LONGEST], f"sidecar {p.name}") for p in sidecars(audio)]
    return [*found, *_in_tags(audio)]


def _in_tags(audio: Path) -> Iterator[Sheet]:
    synced = _quietly(audio)
    if synced:
        yield Sheet(synced[:_LONGEST], "tag SYLT")
    try:
        tag = TinyTag.get(audio, tags=True, duration=False)
    except (TinyTagException, OSError, ValueError, IndexError, KeyError):
        return
    named = [(name, text) for name in IN_TAGS for text in tag.other.get(name, ())]
    texts = [(name, text) for name, text in named if isinstance(text, str) and text.strip()]
    stamped = [t for t in texts if _is_synced(t[1])]
    # tinytag's own reading of SYLT comes under "lyrics" too; ours has taken its place
    for name, text in [*([] if synced else stamped), *(t for t in texts if t not in stamped)]:
        yield Sheet(text[:_LONGEST], f"tag {name.upper()}")


def _is_synced(text: str) -> bool:
    return any(row.lstrip().startswith("[") and row[:12].count(":") for row in text.splitlines()[:20])


def _quietly(audio: Path) -> str | None:
    try:
        return synced_lyrics(audio)
    except OSError:
        return None


def duration_told(audio: Path) -> float | None:
    """Seconds that the file's header claims; None when it cannot be told."""
    try:
        told = TinyTag.get(audio, tags=False, duration=True).duration
    except (TinyTagException, OSError, ValueError, IndexError, KeyError, ZeroDivisionError):
        return None
    return float(told) if told and told > 0 else None
