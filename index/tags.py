"""Tags of an audio file as fields of a track.

Read with tinytag (MIT): ID3, Vorbis comments, MP4 atoms. Besides the common tags these Vorbis/TXXX names are
understood: MOOD, LANGUAGE, ISRC, COMPOSER, LYRICIST, PRODUCER, LABEL/ORGANIZATION/PUBLISHER, LICENSE,
COPYRIGHT, INSTRUMENTS, VOCALS, DESCRIPTION, LYRICS_DISPLAY, CONTAINSAI (DDEX: All, Partly, None). Lyrics are
`index.sheets`' business. Anything else is kept in `extra`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tinytag import TinyTag, TinyTagException

from index.fields import TrackFields
from index.sheets import IN_TAGS

_COMMON = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "year": "year",
    "genre": "genres",
    "composer": "composer",
    "comment": "comment",
}
_TECHNICAL = {
    "track",
    "track_total",
    "disc",
    "disc_total",
    "albumartist",
    "encoder",
    "encoded_by",
    "encoder_settings",
    "tool",
    "tracktotal",
    "disctotal",
}


def read_tags(path: Path, fields: TrackFields) -> None:
    """Adds what the file's tags declare to `fields`; a file whose tags cannot be read adds nothing."""
    try:
        tag = TinyTag.get(path, tags=True, duration=False)
    except (TinyTagException, OSError, ValueError, IndexError, KeyError):
        return  # whether it is audio at all is the decoder's to say
    for name, column in _COMMON.items():
        fields.declare(column, _values(tag, name), f"tag {name.upper()}")
    for name, values in sorted(tag.other.items()):
        if name not in _TECHNICAL and name not in _COMMON and name not in IN_TAGS:
            fields.declare(name, values, f"tag {name.upper()}")


def _values(tag: Any, name: str) -> list[str]:
    first = getattr(tag, name)
    return [] if first is None else [str(first), *(str(v) for v in tag.other.get(name, []))]
