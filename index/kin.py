"""Tracks that artists lead to: by the same, by those asked for before, and by others who are known for the same."""

from __future__ import annotations

from collections.abc import Sequence

from index.catalogue import Catalogue
from index.embed import Vectors
from index.entities import EntityIndex, name_key
from index.known import all_known_for, known_for


def artists_before(entities: EntityIndex, artists: Sequence[str]) -> dict[str, float]:
    """Tracks by artists asked for in earlier turns; the longer ago, the less."""
    found = (entities.find("artist", artist) for artist in artists)
    return {i: (n + 1) / len(artists) for n, hit in enumerate(found) if hit for i in hit[1]}


def kinship(catalogue: Catalogue, artists: Sequence[str], ids: Sequence[str] = ()) -> Vectors:
    """How far each track's artists are known for the same as some artists and those of `ids`; shape (tracks,)."""
    credited = [t.artists for t in catalogue.store.tracks(list(ids))]
    known = [known_for(artist) for artist in artists] + [all_known_for(names) for names in credited]
    return catalogue.table.kinship([concepts for concepts in known if concepts])


def same_artist(catalogue: Catalogue, ids: Sequence[str]) -> set[str]:
    """Tracks by the artists of some tracks."""
    artists = {name_key(a) for t in catalogue.store.tracks(list(ids)) for a in t.artists}
    return {i for a in artists for i in catalogue.entities.artists.get(a, ())}
