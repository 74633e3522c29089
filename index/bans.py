"""What must not occur: bans of concepts, artists and plain words, as the tracks that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.languages import LANGUAGES
from index.words import plain

_METER = re.compile(r"\d{1,2}/\d{1,2}")
_YEAR = re.compile(r"((?:1[6-9]|20)\d\d)(s)?")  # or a decade: "1980s"


def banned(catalogue: Catalogue, avoid: Iterable[str]) -> set[str]:
    """Tracks that a ban is about: that name its concept (or one that is of its kind), are by its artist, are sung in its language, are of
    its year, decade or meter, or say its words."""
    concepts: set[str] = set()
    tracks: set[str] = set()
    for ban in avoid:
        if ban in LANGUAGES:
            tracks |= _ids(catalogue, "SELECT id FROM tracks WHERE language = ? COLLATE NOCASE", ban)
            continue
        if first := _YEAR.fullmatch(ban):
            last = int(first[1]) + (9 if first[2] else 0)
            tracks |= _ids(catalogue, "SELECT id FROM tracks WHERE year BETWEEN ? AND ?", int(first[1]), last)
            if not first[2]:
                continue
        if _METER.fullmatch(ban):
            tracks |= _ids(catalogue, "SELECT id FROM tracks WHERE meter = ?", ban)
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


def by_kind(bans: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Bans as they are said: years and decades ("1976", "the 1980s"), meters, and all others."""
    years, meters, others = [], [], []
    for ban in bans:
        if found := _YEAR.fullmatch(ban):
            years.append(f"the {ban}" if found[2] else ban)
        elif _METER.fullmatch(ban):
            meters.append(ban)
        else:
            others.append(ban)
    return years, meters, others


def _ids(catalogue: Catalogue, sql: str, *values: object) -> set[str]:
    return {str(row[0]) for row in catalogue.store.rows(sql, values)}


def saying(catalogue: Catalogue, word: str) -> set[str]:
    """Tracks whose words hold a phrase that is neither a concept nor a name."""
    phrase = plain(word)
    sql = "SELECT t.id FROM words JOIN tracks t ON t.n = words.rowid WHERE words MATCH ?"
    return _ids(catalogue, sql, f'"{phrase}"') if phrase else set()
