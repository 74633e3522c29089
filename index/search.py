"""Search: candidates by words, meaning, concepts, names and likeness; hard constraints; one ranking; evidence.

`Result.ranked` is ordered by fit alone (with `fresh`, of what was not shown before). `Result.shown` is what a listener sees of it: not more than two tracks of
an artist unless asked, and no second version of the same song.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from index.candidates import Candidates, content, describe, gather
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.embed import Vectors
from index.entities import EntityIndex
from index.filters import Compared, Constraint, allowed, compare, constraints
from index.kin import artists_before, kinship, same_artist
from index.known import known_for
from index.order import arranged
from index.proof import Proof, prove
from index.query import Query
from index.ranking import contrary, cover, score
from index.track import Track
from index.versions import is_derived, same_song
from index.words import plain

RANKED = 20
_PER_ARTIST = 2
_FEW = 2000
_KIN = 400
_THEMSELVES = 0.25  # who asks for artists like X hears of X, but not first


@dataclass(frozen=True)
class Taste:
    """What the conversation knows beside the query: track ids liked, disliked, heard before, and shown last."""

    liked: Sequence[str] = ()
    disliked: Sequence[str] = ()
    heard: Sequence[str] = ()
    last: Sequence[str] = ()


@dataclass(frozen=True)
class Hit:
    """A track that fits, with what proves it."""

    track: Track
    score: float
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Result:
    """The answer to a query. `relaxed` names constraints that had to be let go; `absent` names that are not here;
    `meant` what comes
    nearest to an absent name, `known` what an absent artist is known for; `bounds` are the query's bounds that its comparisons came to, `let_go` the fields that were relaxed."""

    shown: list[Hit]
    ranked: list[str]
    relaxed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    matching: int = 0
    bounds: dict[str, float] = field(default_factory=dict)
    let_go: list[str] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Names:
    tracks: dict[str, float]
    absent: list[str]


def search(catalogue: Catalogue, query: Query, taste: Taste = Taste()) -> Result:
    """Ranks the catalogue for a query whose `like` and `compare.to` hold track ids."""
    comparisons = [
        compare(catalogue.store, c, [c.to] if c.to else (query.like or list(taste.last))) for c in query.compare
    ]
    query = _with_comparisons(query, comparisons)
    names = _named(catalogue.entities, query)
    like = catalogue.centroid(query.like)
    liked = catalogue.centroid(taste.liked)
    stand_ins = {name: kinds for name in names.absent if (kinds := _genres(name))}
    if not query.want:  # who asks for an artist that is not here is given what that artist is known for
        query = query.model_copy(update={"want": list(dict.fromkeys(k for kinds in stand_ins.values() for k in kinds))})
    steady = query.model_copy(update={"want": sorted(query.want)})  # the order of the wants is no wish
    pool = gather(catalogue, steady, names.tracks, like if like is not None else liked)
    kin = {
        "kin": kinship(catalogue, [*query.artists, *query.artists_like]),
        "kin_taste": kinship(catalogue, (), taste.liked),
    }
    pool.ids |= {catalogue.table.ids[row] for near in kin.values() for row in np.argsort(-near)[:_KIN] if near[row] > 0}
    pool.ids |= artists_before(catalogue.entities, query.artists_before).keys() | same_artist(catalogue, taste.liked)
    pool.ids = pool.ids or set(catalogue.store.ids())  # only bans: everything else is a candidate
    wanted = [*constraints(query), *(c.constraint for c in comparisons if c.constraint)]
    ids, relaxed = _constrained(catalogue, pool.ids, wanted, query)
    held = [c.bound for c in comparisons if c.bound and c.constraint and c.constraint not in relaxed]
    bounds = {name: int(value) if name.startswith("year") else value for name, value in held}
    ids -= set(query.like) | set(taste.liked) | (set(taste.heard) if query.fresh else set())
    ids = (ids - _banned(catalogue, query.avoid) - set(taste.disliked)) & catalogue.table.row_of.keys()
    if any(c.field.startswith("year") for c in relaxed):
        steady = steady.model_copy(update={"want": sorted({*steady.want, *_era(query)})})
        pool.concepts = [catalogue.embedder.embed_one(describe(c)) for c in steady.want]
    ordered = _ranked(catalogue, steady, taste, pool, sorted(ids), names, kin)
    shown = _shown(catalogue, ordered, query)
    if query.order:
        place = {i: n for n, i in enumerate(arranged(catalogue, [t.id for t, _ in shown], query.order))}
        shown.sort(key=lambda hit: place[hit[0].id])
    evidence = catalogue.store.evidence([*(t.id for t, _ in shown), *query.like])
    alike = {e.concept for seed in query.like for e in evidence.get(seed, ())}
    hits = [Hit(t, s, prove(t, query, evidence.get(t.id, []), content(query.text), alike)) for t, s in shown]
    return Result(
        hits,
        [i for i, _ in ordered[:RANKED]],
        [c.words for c in relaxed],
        names.absent,
        len(ordered),
        bounds,
        [c.field for c in relaxed if c.field],
        {name: near for name in names.absent if (near := catalogue.entities.nearest(name))},
        stand_ins,
    )


def _with_comparisons(query: Query, comparisons: Sequence[Compared]) -> Query:
    want = [*(vocabulary().name(w) or w for w in query.want), *(c.want for c in comparisons if c.want)]
    avoid = [*query.avoid, *(c.avoid for c in comparisons if c.avoid)]
    return query.model_copy(
        update={
            "want": list(dict.fromkeys(w for w in want if w not in avoid)),
            "avoid": list(dict.fromkeys(avoid)),
        }
    )


def _named(entities: EntityIndex, query: Query) -> _Names:
    """Tracks that the query names by artist or title, the surest with 1, and the names that are not here."""
    tracks: dict[str, float] = {}
    absent: list[str] = []
    for artist in query.artists:
        found = entities.find("artist", artist)
        if found:
            tracks |= dict.fromkeys(found[1], 1.0)
        else:
            absent.append(artist)
    for artist in query.artists_like:
        found = entities.find("artist", artist)
        if found:
            tracks = dict.fromkeys(found[1], _THEMSELVES) | tracks
        else:
            absent.append(artist)
    for title in query.titles:
        hit = entities.find("title", title) or entities.find("album", title)
        if hit:
            # a title that also has the artist asked for is the one meant
            tracks |= {i: 1.5 if i in tracks or not query.artists else 0.8 for i in hit[1]}
        else:
            absent.append(title)
    return _Names(tracks, absent)


def _constrained(
    catalogue: Catalogue, pool: set[str], wanted: Sequence[Constraint], query: Query
) -> tuple[set[str], list[Constraint]]:
    """Tracks that meet the constraints, and the least important constraints that had to be let go for any to remain."""
    dropped = (
        set(d)
        for size in range(len(wanted) + 1)
        for d in sorted(combinations(range(len(wanted)), size), key=lambda d: sum(wanted[i].weight for i in d))
    )
    for gone in dropped:
        kept = [c for i, c in enumerate(wanted) if i not in gone]
        met = allowed(catalogue.store, kept, query.include_ai)
        relaxed = [wanted[i] for i in sorted(gone)]
        if met is None:
            return pool, relaxed
        if met:
            # a query with constraints may be about them alone: then the pool is all who meet them
            return (met & pool if len(met) > _FEW or not kept else met), relaxed
    return set(), list(wanted)


def _banned(catalogue: Catalogue, avoid: Iterable[str]) -> set[str]:
    """Tracks that a ban is about: that name its concept (or one that is of its kind), are by its artist, or say its words."""
    concepts: set[str] = set()
    tracks: set[str] = set()
    for ban in avoid:
        named = vocabulary().name(ban)
        artist = None if named else catalogue.entities.find("artist", ban)
        if artist:
            tracks |= artist[1]
            continue
        names = {named} if named else {m.concept for m in vocabulary().mentions(ban)}
        concepts |= {n for name in names for n in vocabulary().narrower(name)}
        if not names:
            tracks |= _saying(catalogue, ban)
    return tracks | catalogue.table.naming(concepts)


def _saying(catalogue: Catalogue, word: str) -> set[str]:
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


def _ranked(
    catalogue: Catalogue,
    query: Query,
    taste: Taste,
    pool: Candidates,
    ids: Sequence[str],
    names: _Names,
    kin: dict[str, Vectors],
) -> list[tuple[str, float]]:
    table, rows = catalogue.table, catalogue.table.rows(ids)
    vectors = table.vectors[rows]
    # also more in the vein of an artist asked for
    seeds = query.like or (sorted(names.tracks)[:200] if not query.titles else [])
    directions = {
        "dense": pool.whole, "context": pool.context, "like": catalogue.centroid(seeds), "taste": catalogue.centroid(taste.liked), "distaste": catalogue.centroid(taste.disliked),
    }  # fmt: skip
    signals = {name: vectors @ direction for name, direction in directions.items() if direction is not None}
    soft = vectors @ np.stack(pool.concepts).T if pool.concepts else np.zeros((len(ids), 0), np.float32)
    signals["coverage"], signals["least"] = cover(table, query.want, rows, soft)
    signals["contrary"] = contrary(table, query.want, rows)
    signals["sound"] = catalogue.sounds.likeness(ids, query.like, query.alike).astype(np.float32)
    best_word = max(pool.lexical.values(), default=1.0)
    derived = frozenset() if is_derived(query.text) or "karaoke" in query.want else catalogue.derived
    signals["lexical"] = _each(ids, {i: v / best_word for i, v in pool.lexical.items()})
    signals["named"] = _each(ids, names.tracks)
    signals["artist_taste"] = _each(ids, dict.fromkeys(same_artist(catalogue, taste.liked), 1.0))
    signals["before"] = _each(ids, artists_before(catalogue.entities, query.artists_before))
    signals |= {name: near[rows] for name, near in kin.items()}
    signals["derived"] = _each(ids, dict.fromkeys(derived, 1.0))
    fit = score(signals)
    return sorted(((i, float(f)) for i, f in zip(ids, fit, strict=True)), key=lambda x: (-x[1], x[0]))


def _genres(artist: str) -> list[str]:
    """The first two genres that an artist is known for."""
    return [c for c in known_for(artist, misspelt=True) if vocabulary().kinds.get(c) == "genre"][:2]


def _era(query: Query) -> list[str]:
    """The decade in the middle of the years asked for, as a concept: where no years are declared, words and artists tell."""
    years = [year for year in (query.year_min, query.year_max) if year]
    if len(years) < 2 or years[1] - years[0] > 15:
        return []
    return [f"{sum(years) // 20 * 10}s"]


def _each(ids: Sequence[str], values: dict[str, float]) -> Vectors:
    """A value for each id, 0 where there is none; shape (ids,)."""
    return np.array([values.get(i, 0.0) for i in ids], np.float32)


def _shown(catalogue: Catalogue, ordered: Sequence[tuple[str, float]], query: Query) -> list[tuple[Track, float]]:
    new = ordered[: 12 * query.count]
    fits = dict(new)
    parts = (new[first : first + 2 * query.count] for first in range(0, len(new), 2 * query.count))
    tracks = (track for part in parts for track in catalogue.store.tracks([i for i, _ in part]))
    per_artist: Counter[str] = Counter()
    versions: set[tuple[str, str]] = set()
    shown: list[tuple[Track, float]] = []
    for track in tracks:
        version = same_song(track)
        crowded = track.by and not query.artists and per_artist[track.by] >= _PER_ARTIST
        if crowded or version in versions:
            continue
        per_artist[track.by] += 1
        versions.add(version)
        shown.append((track, fits[track.id]))
        if len(shown) == query.count:
            break
    return shown
