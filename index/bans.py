"""What must not occur: bans of concepts, artists and plain words, as the tracks that they are about."""

from __future__ import annotations

from collections.abc import Iterable

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.languages import LANGUAGES
from index.words import plain


def banned(catalogue: Catalogue, avoid: Iterable[str]) -> set[str]:
    """Tracks that a ban is about: that name its concept (or one that is of its kind), are by its artist, are sung in its language, or
    say its words."""
    concepts: set[str] = set()
    tracks: set[str] = set()
    for ban in avoid:
        if ban in LANGUAGES:
            rows = catalogue.store.rows("SELECT id FROM tracks WHERE language = ? COLLATE NOCASE", (ban,))
            tracks |= {str(row[0]) for row in rows}
            continue
        named = vocabulary().name(ban)
        artist = None if named else catalogue.entities.find("artist", ban)
        if artist:
            tracks |= artist[1]
            continue
        names = {named} if named else {m.concept for m in vocabulary().mentions(ban)}
        concepts |= {n for name in names for n in vocabulary().narrower(name)}
        if not names:
            tracks |= saying(catalogue, ban)
    return tracks | catalogue.table.naming(concepts)


def saying(catalogue: Catalogue, word: str) -> set[str]:
    """Tracks whose words hold a phrase that is neither a concept nor a name."""
    phrase = plain(word)
    rows = (
        catalogue.store.rows(
            "SELECT t.id FROM words JOIN tracks t ON t.n = words.rowid WHERE words MATCH ?", (f'"{phrase}"',)
        )
        if phrase
        else []
    )
    return {str(row[0]) for row in rows}
