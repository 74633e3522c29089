"""How well known a track is, as far as a catalogue can tell: how often its song was recorded here, and whether general
knowledge names its artist (`artists.txt`). A hint for "something everybody knows" and for "deep cuts", never a count of plays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2

from index.entities import name_key, single_names
from index.known import known_for
from index.versions import song_of

_SONG, _ARTIST = 0.6, 0.4
_MANY = 16  # recordings of one song that make it as well known as can be


@dataclass(frozen=True)
class Renown:
    """`recordings` of a track's song in the catalogue, itself among them; whether its artist is `known`."""

    recordings: int = 1
    known: bool = False

    @cached_property
    def level(self) -> float:
        """From 0, as nobody knows it, to 1."""
        return _SONG * min(1.0, log2(self.recordings) / log2(_MANY)) + (_ARTIST if self.known else 0.0)

    def words(self, artist: str) -> str:
        """What tells it; empty when nothing does."""
        parts = [f"one of {self.recordings} recordings of its song here"] if self.recordings > 1 else []
        parts += [f"{artist} is widely known"] if self.known else []
        return " and ".join(parts)


def renown(rows: Iterable[tuple[str, str | None, Sequence[str]]]) -> Mapping[str, Renown]:
    """By track id, from (id, title, artists) rows; tracks that nothing speaks for are left out.

    A title of one word is shared by chance: of such a song only recordings by the same artist count.
    """
    songs: dict[tuple[str, str], list[str]] = defaultdict(list)
    known: dict[str, bool] = {}
    for identity, title, artists in rows:
        names = [n for a in artists for n in single_names(a)]
        known[identity] = any(known_for(name) for name in names)
        song = song_of(title or "")
        if song:
            songs[song, "" if " " in song else name_key(names[0]) if names else identity].append(identity)
    recordings = {i: len(group) for group in songs.values() for i in group}
    found = {i: Renown(recordings.get(i, 1), known[i]) for i in known}
    return {i: r for i, r in found.items() if r != Renown()}
