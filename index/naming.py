"""Names in a query: the tracks they lead to, those that are not here, and what may stand in for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from index.concepts import vocabulary
from index.entities import EntityIndex, name_key
from index.known import known_for
from index.query import Query

_THEMSELVES = 0.25  # who asks for artists like X hears of X, but not first
_OF_AN_AGE = 15  # years that one decade can stand for


@dataclass(frozen=True)
class Names:
    """Tracks that a query names by artist or title, the surest with the most (`titled`: by title), and the names that are not here: what
    comes nearest to them (`meant`) and the genres that they are known for (`known`)."""

    tracks: dict[str, float] = field(default_factory=dict)
    titled: set[str] = field(default_factory=set)
    absent: list[str] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)

    @property
    def genres(self) -> list[str]:
        """Genres that absent artists are known for."""
        return list(dict.fromkeys(genre for genres in self.known.values() for genre in genres))


def named(entities: EntityIndex, query: Query) -> Names:
    """The names of a query, looked up."""
    names = Names()
    for artists, sure in ((query.artists_like, _THEMSELVES), (query.artists, 1.0)):
        for artist in artists:
            found = entities.find("artist", artist)
            if found:
                names.tracks.update(dict.fromkeys(found[1], sure))
                if name_key(found[0]) != name_key(artist):
                    names.meant[artist] = found[0]
            else:
                names.absent.append(artist)
    for title in query.titles:
        hit = entities.find("title", title) or entities.find("album", title)
        if hit:
            names.titled.update(hit[1])
            # a title that also has the artist asked for is the one meant
            names.tracks.update({i: 1.5 if i in names.tracks or not query.artists else 0.8 for i in hit[1]})
            same = entities.albums.get(name_key(title), set()) - hit[1]  # of its album, if that is called so too
            names.titled.update(same)
            names.tracks.update({i: max(0.7, names.tracks.get(i, 0.0)) for i in same})
        else:
            names.absent.append(title)
    for name in names.absent:
        near, genres = entities.nearest(name), _genres(name)
        names.meant.update({name: near} if near else {})
        names.known.update({name: genres} if genres else {})
    return names


def _genres(artist: str) -> list[str]:
    """The first two genres that an artist is known for."""
    return [c for c in known_for(artist, misspelt=True) if vocabulary().kinds.get(c) == "genre"][:2]


def era(query: Query) -> list[str]:
    """The decade in the middle of the years asked for, as a concept: where no years are declared, words and artists tell."""
    years = [year for year in (query.year_min, query.year_max) if year]
    if len(years) < 2 or years[1] - years[0] > _OF_AN_AGE:
        return []
    return [f"{sum(years) // 20 * 10}s"]
