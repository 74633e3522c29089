"""What well-known artists are known for (`artists.txt`): a hint for catalogues that give names and no genres.

General knowledge about artists, not about tracks: evidence from here says so, and what a track's own words say
counts for more.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources

from rapidfuzz import fuzz, process

from index.concepts import vocabulary
from index.entities import name_key, single_names

_MISSPELT = 90.0


def known_for(artist: str, misspelt: bool = False) -> tuple[str, ...]:
    """Concepts that an artist is known for, of a whole name or of each of several in it; empty for the unknown."""
    artists = _artists()
    whole = artists.get(name_key(artist))
    if not whole and misspelt:
        near = process.extractOne(name_key(artist), artists.keys(), scorer=fuzz.ratio, score_cutoff=_MISSPELT)
        return artists[near[0]] if near else ()
    return whole or tuple(dict.fromkeys(c for name in single_names(artist) for c in artists.get(name_key(name), ())))


def is_well_known(artist: str) -> bool:
    """Whether the list has an artist of this very name."""
    return name_key(artist) in _artists()


def all_known_for(artists: Iterable[str]) -> tuple[str, ...]:
    """What several artists are known for."""
    return tuple(dict.fromkeys(concept for artist in artists for concept in known_for(artist)))


@cache
def _artists() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in resources.files("index").joinpath("artists.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kinds, names = line.split(": ", 1)
            concepts = [c for c in (vocabulary().name(kind) for kind in kinds.split(", ")) if c]
            for name in names.split("; "):
                found.setdefault(name_key(name), []).extend(concepts)
    return {name: tuple(dict.fromkeys(concepts)) for name, concepts in found.items()}
