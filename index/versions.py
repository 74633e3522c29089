"""Versions of a song: the same song by the same artist again, and imitations of somebody else's recording."""

from __future__ import annotations

import re

from index.track import Track
from index.words import plain

_SUFFIX = re.compile(r"\s*[\(\[].*?[\)\]]|\s+-\s+.*$")
_DERIVED = re.compile(
    r"\b(?:karaoke|tribute|originally performed|made (?:popular|famous)|in the style of|backing track|cover version|\(cover\)|workout (?:re)?mix|lullaby (?:version|rendition)|as made|sing-?along|8-?bit version|instrumental version|ringtone)\b",
    re.IGNORECASE,
)


def is_derived(track_words: str) -> bool:
    """Whether a title, artist or album says that this is an imitation of somebody else's recording."""
    return bool(_DERIVED.search(track_words))


def song_of(title: str) -> str:
    """A title without what tells versions apart (live, remastered, edited)."""
    return plain(_SUFFIX.sub("", title))


def same_song(track: Track) -> tuple[str, str]:
    """A key that versions of a song by the same artists share."""
    return song_of(track.name), plain(track.by)
