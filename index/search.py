"""Search: candidates by words, meaning, concepts, names and likeness; hard constraints; one ranking; evidence.

`Result.ranked` is ordered by fit alone (with `fresh`, of what was not shown before). `Result.shown` is what a listener sees of it: not more than two tracks of
an artist unless asked, and no second version of the same song.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from index.bans import banned
from index.candidates import Candidates, content, describe, gather
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.each import one_of_each
from index.embed import Vectors
from index.extremes import extreme_proof, extremes
from index.filters import (
    FIRM,
    Compared,
    Constraint,
    allowed,
    away_from,
    compare,
    constraints,
    known,
    unknown,
)
from index.kin import artists_before, kinship, same_artist
from index.known import all_known_for
from index.naming import Names, era, named
from index.order import arranged
from index.profile import clock
from index.proof import MOST, Proof, prove
from index.query import LENIENT_S, Query
from index.ranking import WEIGHTS, contrary, cover, score
from index.rerank import READ
from index.telling import Story, Telling, telling, verse_proof
from index.track import Track
from index.versions import is_derived, same_song
from index.withheld import withheld

RANKED = 20
_PER_ARTIST = 2
_MUCH = 1.0  # of fit: about what one wish of two counts
_TIES = 0.1
_DEEP = 12  # times what is shown is looked through
_FEW = 2000
_BENDS = 5  # the highest weight of a limit that bends where only what is ruled out meets it: tempo, years, lengths, a comparison
_KIN = 400


@dataclass(frozen=True)
class Taste:
    """What the conversation knows beside the query: track ids liked, disliked, heard before, shown last, and `taken` for an earlier
    step of the same list; and which fields of the query are its `newest` wish."""

    liked: Sequence[str] = ()
    disliked: Sequence[str] = ()
    heard: Sequence[str] = ()
    last: Sequence[str] = ()
    taken: Sequence[str] = ()
    newest: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hit:
    """A track that fits, with what proves it."""

    track: Track
    score: float
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class Result:
    """The answer to a query.

    `relaxed` names constraints that had to be let go, `let_go` their fields; `absent` names that are not here, `meant`
    what comes nearest to each and `known` what an absent artist is known for; `unknown` are values that a relaxed constraint
    was about and no track here has; `withheld` so many tracks by the artists asked for were left out, since they are declared as
    made with AI; `bounds` are those of the query that its
    comparisons came to; `steps` say how many of the shown tracks belong to each step of a list.
    """

    shown: list[Hit]
    ranked: list[str]
    relaxed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    matching: int = 0
    bounds: dict[str, float] = field(default_factory=dict)
    let_go: list[str] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    withheld: int = 0
    steps: list[int] = field(default_factory=list)


def search(catalogue: Catalogue, query: Query, taste: Taste = Taste()) -> Result:
    """Ranks the catalogue for a query whose `like` and `compare.to` hold track ids."""
    catalogue = catalogue.snapshot()
    comparisons = [
        compare(catalogue.store, c, [c.to] if c.to else (query.like or list(taste.last))) for c in query.compare
    ]
    query = _with_comparisons(query, comparisons)
    names = named(catalogue.entities, query)
    if not query.want:  # who asks for an artist that is not here is given what that artist is known for
        query = query.model_copy(update={"want": names.genres})
    steady = query.model_copy(update={"want": sorted(query.want)})  # the order of the wants is no wish
    query, untold = _tellable(catalogue, query)
    story = Story(catalogue, query.about) if query.about else None
    if story and not steady.text:
        steady = steady.model_copy(update={"text": query.about})  # a caption may tell of it too
    pool, kin = _pooled(catalogue, steady, taste, names)
    pool.ids |= story.candidates() if story else set()
    if query.most:  # of whom it is asked, or of all there is
        pool.ids = set(names.tracks) if query.artists and names.tracks else set(catalogue.store.ids())
    if query.among:
        pool.ids = set(query.among) & catalogue.table.row_of.keys()
    compared = [one for c in comparisons for one in (c.constraint, c.near) if one]
    wanted = [*constraints(query), *compared]
    out = banned(catalogue, query.avoid)
    gone = set(query.like) | set(taste.liked) | set(taste.disliked) | set(taste.taken) | out
    gone = (set() if query.order == "as listed" else gone) | catalogue.ledger.blocked().keys()
    ids, relaxed = _constrained(catalogue, pool.ids, wanted, query, names.titled, gone, taste.newest)
    ids = (ids - gone - (set(taste.heard) if query.fresh else set())) & catalogue.table.row_of.keys()
    if any(c.field.startswith("year") for c in relaxed):
        steady = steady.model_copy(update={"want": sorted({*steady.want, *era(query)})})
        pool.concepts = [catalogue.embedder.embed_one(describe(c)) for c in steady.want]
    told = story.told(ids if len(ids) <= _FEW else ids & pool.ids) if story else {}
    ids = telling(catalogue, query.about, ids, told) if story else ids
    if query.most:
        ordered = extremes(catalogue, query.most, query.want, ids)
    else:
        ordered = _reread(catalogue, steady, _ranked(catalogue, steady, taste, pool, sorted(ids), names, kin, told))
    return Result(
        _evidenced(catalogue, query, _shown(catalogue, ordered, query, names.titled), told),
        [i for i, _ in ordered[:RANKED]],
        [c.words for c in relaxed] + [wish for wish, _ in untold],
        names.absent,
        len(ordered),
        _bounds(comparisons, relaxed),
        [c.field for c in relaxed if c.field] + [field for _, field in untold],
        names.meant,
        names.known,
        unknown(catalogue.store, relaxed),
        withheld(catalogue, query, names, wanted if relaxed else (), out),
    )


def _tellable(catalogue: Catalogue, query: Query) -> tuple[Query, list[tuple[str, str]]]:
    """The query without wishes that nothing here can tell of, and those wishes in words with their fields."""
    untold = {}
    if query.familiarity and not catalogue.renown:
        untold["familiarity"] = f"{query.familiarity} (nothing here tells which tracks are)"
    if query.total_s and not known(catalogue.store, "duration_s"):
        untold["total_s"] = f"{clock(query.total_s)} in all (no track here has a known length)"
    return query.model_copy(update=dict.fromkeys(untold)), [(words, name) for name, words in untold.items()]


def _pooled(catalogue: Catalogue, query: Query, taste: Taste, names: Names) -> tuple[Candidates, dict[str, Vectors]]:
    """Who is worth ranking, and how near each track's artists are to those asked for and those liked."""
    like = catalogue.centroid(query.like or taste.liked)
    pool = gather(catalogue, query, names.tracks, like)
    kin = {
        "kin": kinship(catalogue, [*query.artists, *query.artists_like], query.like),
        "kin_taste": kinship(catalogue, (), taste.liked),
    }
    pool.ids |= {catalogue.table.ids[row] for near in kin.values() for row in np.argsort(-near)[:_KIN] if near[row] > 0}
    pool.ids |= artists_before(catalogue.entities, query.artists_before).keys() | same_artist(catalogue, taste.liked)
    if query.familiarity == "well known":
        pool.ids |= set(sorted(catalogue.renown, key=lambda i: (-catalogue.renown[i].level, i))[:_KIN])
    pool.ids = pool.ids or set(catalogue.store.ids())  # only bans: everything else is a candidate
    return pool, kin


def _bounds(comparisons: Sequence[Compared], relaxed: Sequence[Constraint]) -> dict[str, float]:
    """The bounds of the query that comparisons came to, those let go left out."""
    held = [c.bound for c in comparisons if c.bound and c.constraint and c.constraint not in relaxed]
    return {name: int(value) if name.startswith("year") else value for name, value in held}


def _evidenced(
    catalogue: Catalogue, query: Query, shown: list[tuple[Track, float]], told: dict[str, Telling]
) -> list[Hit]:
    """What is shown, in the order asked for, each with what proves it."""
    if query.order:
        ids = [t.id for t, _ in shown]
        there = query.among if query.order == "as listed" else arranged(catalogue, ids, query.order)
        place = {i: n for n, i in enumerate(there)}
        shown = sorted(shown, key=lambda hit: place[hit[0].id])
    evidence = catalogue.store.evidence([*(t.id for t, _ in shown), *query.like])
    alike = {e.concept for seed in query.like for e in evidence.get(seed, ())} | set(all_known_for(query.artists_like))
    alike -= {
        word for c in query.compare for word in away_from(c.dimension)
    }  # "brighter" is no reason to share what is dark
    said = content(_unnamed(query.text))
    return [
        Hit(
            t,
            s,
            (
                *([extreme_proof(query.most, s)] if query.most else []),
                *verse_proof(told.get(t.id)),
                *_renowned(catalogue, query, t),
                *prove(t, query, evidence.get(t.id, []), said, alike),
            )[:MOST],
        )
        for t, s in shown
    ]


def _unnamed(text: str) -> str:
    """The text without the words that name a concept: "fall asleep" is no reason to show what "falls away"."""
    for m in vocabulary().mentions(text):
        text = text[: m.start] + " " * (m.end - m.start) + text[m.end :]
    return text


def _renowned(catalogue: Catalogue, query: Query, track: Track) -> list[Proof]:
    """What tells that a track is well known, where that was asked for."""
    told = catalogue.renown.get(track.id) if query.familiarity == "well known" else None
    return [Proof("renown", "title", told.words(track.by))] if told else []


def _with_comparisons(query: Query, comparisons: Sequence[Compared]) -> Query:
    want = [*(vocabulary().name(w) or w for w in query.want), *(c.want for c in comparisons if c.want)]
    avoid = [*query.avoid, *(c.avoid for c in comparisons if c.avoid)]
    return query.model_copy(
        update={
            "want": list(dict.fromkeys(w for w in want if w not in avoid)),
            "avoid": list(dict.fromkeys(avoid)),
        }
    )


def _constrained(
    catalogue: Catalogue,
    pool: set[str],
    wanted: Sequence[Constraint],
    query: Query,
    titled: set[str],
    gone: set[str],
    newest: frozenset[str],
) -> tuple[set[str], list[Constraint]]:
    """Tracks that meet the constraints, and the least important constraints that had to be let go for any to remain beside
    those that are `gone` anyway; fields that are the `newest` wish are the last to go."""
    ids, relaxed = _met(catalogue, pool, wanted, query, titled, newest)
    if ids - gone or not ids:
        return ids, relaxed
    # only those that are ruled out meet all of it: limits that can bend do, where that helps
    hard = [c for c in wanted if c.weight > _BENDS and c not in relaxed]
    others, bent = _met(catalogue, pool, hard, query, titled, newest)
    return (others, [*relaxed, *(c for c in wanted if c.weight <= _BENDS and c not in relaxed), *bent]) if others - gone else (ids, relaxed)  # fmt: skip


def _met(
    catalogue: Catalogue,
    pool: set[str],
    wanted: Sequence[Constraint],
    query: Query,
    titled: set[str],
    newest: frozenset[str],
) -> tuple[set[str], list[Constraint]]:
    """Tracks that meet the constraints, and those of the constraints that had to be let go for any to remain."""
    loose = [n for n, c in enumerate(wanted) if c.weight < FIRM]
    weights = [c.weight + FIRM * (c.field in newest) for c in wanted]
    dropped = (
        set(d)
        for size in range(len(loose) + 1)
        for d in sorted(combinations(loose, size), key=lambda d: sum(weights[i] for i in d))
    )
    for off in dropped:
        kept = [c for i, c in enumerate(wanted) if i not in off]
        met = allowed(catalogue.store, kept, query.include_ai or bool(query.among), titled)
        if met is not None and (query.among or query.most):
            met &= pool
        relaxed = [wanted[i] for i in sorted(off)]
        if met is None:
            return pool, relaxed
        if met:
            # a query with constraints may be about them alone: then the pool is all who meet them
            return (met & pool if len(met) > _FEW or not kept else met), relaxed
    return set(), [wanted[n] for n in loose]


def _ranked(
    catalogue: Catalogue,
    query: Query,
    taste: Taste,
    pool: Candidates,
    ids: Sequence[str],
    names: Names,
    kin: dict[str, Vectors],
    told: dict[str, Telling],
) -> list[tuple[str, float]]:
    table, rows = catalogue.table, catalogue.table.rows(ids)
    vectors = table.vectors[rows]
    # also more in the vein of an artist asked for
    asked = sorted(i for i, sure in names.tracks.items() if sure >= 1)
    seeds = query.like or (asked[:200] if not query.titles else [])
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
    signals["told"] = _each(ids, {i: t.fit for i, t in told.items()})
    signals |= {name: near[rows] for name, near in kin.items()}
    renown = catalogue.renown
    fame = _each(ids, {i: renown[i].level for i in ids if i in renown})
    # of tracks that fit alike the better known come first, where nothing is said of it
    signals["renown"] = {"well known": fame, "little known": 1 - fame}.get(query.familiarity or "", _TIES * fame)
    signals["derived"] = _each(ids, dict.fromkeys(derived, 1.0))
    fit = score(signals)
    return sorted(((i, float(f)) for i, f in zip(ids, fit, strict=True)), key=lambda x: (-x[1], x[0]))


def _reread(catalogue: Catalogue, query: Query, ordered: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The order after a cross-encoder, if there is one, has read the best again."""
    request = ", ".join(dict.fromkeys(w for w in (query.context, query.text, *query.want) if w))
    if catalogue.reranker is None or not request:
        return ordered
    best = dict(ordered[:READ])
    tracks = catalogue.store.tracks(list(best))
    scores = catalogue.reranker.scores(request, [t.document() for t in tracks])
    again = [(t.id, best[t.id] + WEIGHTS.reread * float(s)) for t, s in zip(tracks, scores, strict=True)]
    return [*sorted(again, key=lambda x: (-x[1], x[0])), *ordered[READ:]]


def _each(ids: Sequence[str], values: dict[str, float]) -> Vectors:
    """A value for each id, 0 where there is none; shape (ids,)."""
    return np.array([values.get(i, 0.0) for i in ids], np.float32)


def _shown(
    catalogue: Catalogue, ordered: Sequence[tuple[str, float]], query: Query, titled: Collection[str]
) -> list[tuple[Track, float]]:
    most = RANKED if query.total_s else query.count
    if query.each:
        one = one_of_each(catalogue.store, query.each, [i for i, _ in ordered])
        ordered = [(i, fit) for i, fit in ordered if i in one]
    new = ordered[: _DEEP * most]
    fits = dict(new)
    parts = (new[first : first + 2 * most] for first in range(0, len(new), 2 * most))
    tracks = (track for part in parts for track in catalogue.store.tracks([i for i, _ in part]))
    songs = tracks if query.order == "as listed" else _songs(tracks)
    shown: list[tuple[Track, float]] = []
    left = query.total_s
    for track in _spread(songs, fits, titled, free=bool(query.artists or query.each)):
        if left is not None and not _has_room(left, track):
            continue
        shown.append((track, fits[track.id]))
        left = None if left is None else left - (track.duration_s or 0)
        if len(shown) == most or (left is not None and left < LENIENT_S):
            break
    return shown or ([_shortest(catalogue, new)] if left is not None and new else [])


def _songs(tracks: Iterator[Track]) -> Iterator[Track]:
    """The tracks without further versions of the same song."""
    versions: set[tuple[str, str]] = set()
    for track in tracks:
        version = same_song(track)
        if version not in versions:
            versions.add(version)
            yield track


def _spread(tracks: Iterator[Track], fits: dict[str, float], titled: Collection[str], *, free: bool) -> Iterator[Track]:
    """The tracks in their order, not more than two of an artist; a third waits until what follows fits much less than it."""
    per_artist: Counter[str] = Counter()
    waiting: list[Track] = []
    for track in tracks:
        while waiting and fits[waiting[0].id] - fits[track.id] > _MUCH:
            yield waiting.pop(0)
        if not free and track.by and track.id not in titled and per_artist[track.by] >= _PER_ARTIST:
            waiting.append(track)
            continue
        per_artist[track.by] += 1
        yield track
    yield from waiting


def _shortest(catalogue: Catalogue, ordered: Sequence[tuple[str, float]]) -> tuple[Track, float]:
    """What stands for a list that is to be shorter than any track."""
    tracks = catalogue.store.tracks([i for i, _ in ordered])
    shortest = min(tracks, key=lambda t: t.duration_s if t.duration_s is not None else float("inf"))
    return shortest, dict(ordered)[shortest.id]


def _has_room(left_s: float, track: Track) -> bool:
    """Whether a list does not become much longer than it should by a track."""
    return track.duration_s is not None and track.duration_s <= left_s + LENIENT_S
