"""A catalogue as a whole, in numbers: how much there is of what. Only what tracks themselves say is counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from index.bans import banned, by_kind
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.filters import allowed, constraints
from index.query import Query

_MOST = 8
_KINDS = {"genre": "genres", "mood": "moods", "instrument": "instruments", "voice": "voices"}
_OF_SOUND = ("key", "mode", "meter", "tempo_min", "tempo_max")  # limits that only a measured track can meet


def overview(
    catalogue: Catalogue, want: Sequence[str] = (), artists: Sequence[str] = (), limits: Query | None = None
) -> dict[str, Any]:
    """Counts of tracks, artists, albums, kinds of music and languages; for each of `want` and `artists` its own count, and where
    there are `limits`, of the tracks that meet these and all of the others."""
    store = catalogue.store
    rows = store.rows(
        "SELECT json_extract(json, '$.artists'), json_extract(json, '$.album'), year, language FROM tracks"
    )
    credited = Counter(str(name) for a, *_ in rows for name in json.loads(str(a)))
    years = [int(str(year)) for _, _, year, _ in rows if year is not None]
    measured = store.rows("SELECT count(*) FROM profiles")[0][0]
    named = {c: len(catalogue.table.naming(vocabulary().narrower(c))) for c in want if c in vocabulary().kinds}
    hits = {a: catalogue.entities.find("artist", a) for a in artists}
    by = {hit[0] if hit else a: len(hit[1]) if hit else 0 for a, hit in hits.items()}
    return {
        "tracks": len(rows), "artists": len(credited), "albums": len({str(a) for _, a, *_ in rows if a}), "measured": measured,
        "meeting": _meeting(catalogue, want, artists, limits, int(str(measured))),
        "years": [min(years), max(years)] if years else None, "naming": named or None, "by": by or None,
        "most tracks": [name for name, _ in credited.most_common(_MOST)],
        "languages": dict(Counter(str(lang) for *_, lang in rows if lang).most_common()),
        "licences": _declared(catalogue, "rights.licence"), "explicit": _declared(catalogue, "explicit"),
        "decades": dict(sorted(Counter(f"{year // 10 * 10}s" for year in years).items())),
        **_common(catalogue),
    }  # fmt: skip


def _declared(catalogue: Catalogue, field: str) -> dict[str, int]:
    """How many tracks have each value of a declared field."""
    path = f"$.{field}"
    rows = catalogue.store.rows(
        "SELECT json_extract(json, ?), count(*) FROM tracks GROUP BY 1 ORDER BY 2 DESC", (path,)
    )
    return {str(value): int(str(count)) for value, count in rows if value is not None}


def _meeting(
    catalogue: Catalogue, want: Sequence[str], artists: Sequence[str], limits: Query | None, measured: int
) -> dict[str, Any] | None:
    """How many tracks are within the limits, name each concept and are by each artist; None without limits, and for less than two
    others."""
    wanted = constraints(limits) if limits else []
    avoid = limits.avoid if limits else []
    if not wanted and not avoid and len(want) + len(artists) < 2:
        return None
    found = set(catalogue.store.ids()) if not wanted else allowed(catalogue.store, wanted, True) or set()
    for concept in want:
        found &= catalogue.table.naming(vocabulary().narrower(concept))
    for hit in (catalogue.entities.find("artist", a) for a in artists):
        found &= set(hit[1]) if hit else set()
    found -= banned(catalogue, avoid)
    makers = {name for track in catalogue.store.tracks(sorted(found)) for name in track.artists}
    years, meters, others = by_kind(avoid)
    out = (("not from", years), ("not in", meters), ("without", others))
    words = [*(c.words for c in wanted), *(f"{how} {' or '.join(bans)}" for how, bans in out if bans)]
    of_sound = limits is not None and any(getattr(limits, name) is not None for name in _OF_SOUND)
    return {"tracks": len(found), "artists": len(makers), "limits": words, "measured": measured if of_sound else None}


def _common(catalogue: Catalogue) -> dict[str, list[str]]:
    """The concepts that most tracks name, by kind."""
    rows = catalogue.store.rows(
        "SELECT concept FROM concepts WHERE field != 'artist' GROUP BY concept ORDER BY count(DISTINCT n) DESC, concept"
    )
    kinds = vocabulary().kinds
    found = {plural: [str(c) for (c,) in rows if kinds.get(str(c)) == kind][:_MOST] for kind, plural in _KINDS.items()}
    return {plural: names for plural, names in found.items() if names}
