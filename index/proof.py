"""Why a track is in the answer: the words, tags and measurements that meet the query, each with its source."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from index.concepts import vocabulary
from index.query import Query
from index.store import Evidence
from index.track import Lyrics, Track
from index.verses import place_of
from index.words import fold, plain, words

MOST = 6
_NO_TRAIT = {"low quality", "fade-out"}  # of a recording or its end: nobody wants it again


@dataclass(frozen=True)
class Proof:
    """`words` support a wish; [start, end) is their place in `field`, when the field is a text. What is `known` is general
    knowledge about the artist that `words` name, and no fact about the track. A `verse` tells of what was asked for: `words`
    say how plainly ("tells", "comes near"), and none of its own are there. `renown`: `words` tell how well known a track is. `suits`: `words`
    do not name the situation asked for, and suit it."""

    kind: Literal["said", "tag", "measured", "name", "known", "shared", "verse", "renown", "suits"]
    field: str
    words: str
    start: int | None = None
    end: int | None = None
    concept: str | None = None
    place: str | None = None  # of words in a lyric sheet: "verse 2, 1:14"
    situation: str | None = None  # that the words suit


def prove(
    track: Track, query: Query, evidence: Sequence[Evidence], content: str, alike: Collection[str] = ()
) -> tuple[Proof, ...]:
    """The proofs of a hit, the wanted concepts first, at most six; `alike` are concepts of tracks it should resemble."""
    proofs = [
        *_names(track, query),
        *_concepts(query.want, evidence, track.lyrics),
        *_shared(query.want, evidence, alike),
        *_facts(track, query),
        *_words(track, content),
    ]
    places = [(p.field, p.start, p.end) for p in proofs if p.concept and p.start is not None and p.end is not None]
    proofs = [p for p in proofs if p.concept or p.start is None or not _within(p, places)]
    unique = {_told(p): p for p in reversed(proofs)}
    return tuple(p for p in proofs if unique[_told(p)] is p)[:MOST]


def _within(proof: Proof, places: Sequence[tuple[str, int, int]]) -> bool:
    """Whether a word stands in a place that already proves a concept."""
    return any(f == proof.field and start <= (proof.start or 0) < end for f, start, end in places)


def _told(proof: Proof) -> tuple[str, str, str | None]:
    """What a proof tells; two that tell the same are one."""
    return proof.field, fold(proof.words), proof.concept if proof.kind == "known" else None


def _names(track: Track, query: Query) -> list[Proof]:
    asked = [plain(a) for a in query.artists]
    by = [Proof("name", "artists", a) for a in track.artists if any(x in plain(a) or plain(a) in x for x in asked)]
    made = [Proof("name", "credits", f"{c.name} ({c.role})") for c in track.rights.credits if plain(c.name) in asked]
    return by or made


def _concepts(want: Sequence[str], evidence: Sequence[Evidence], lyrics: Lyrics | None) -> list[Proof]:
    """For each wanted concept its best mention: in the caption before a tag before a title."""
    order = {"caption": 0, "description": 1, "lyrics": 3, "artist": 4, "title": 5, "album": 6}
    proofs = []
    for concept in want:
        names = vocabulary().narrower(concept)
        found = sorted((e for e in evidence if e.concept in names), key=lambda e: order.get(e.field, 2))
        if found:
            e = found[0]
            proofs.append(
                Proof(
                    _kind(e),
                    e.field,
                    e.words,
                    e.start,
                    e.stop,
                    concept,
                    place_of(lyrics, e.words) if lyrics and e.field == "lyrics" else None,
                )
            )
        else:
            proofs += _suiting(concept, evidence, order)
    return proofs


def _suiting(situation: str, evidence: Sequence[Evidence], order: dict[str, int]) -> list[Proof]:
    """What a track is said to be that suits a situation that nothing of it names."""
    proofs = []
    for trait in vocabulary().suits.get(situation, ()):
        names = vocabulary().narrower(trait)
        found = min((e for e in evidence if e.concept in names), key=lambda e: order.get(e.field, 2), default=None)
        if found and found.field not in {"title", "album", "lyrics"}:
            proofs.append(Proof("suits", found.field, found.words, found.start, found.stop, situation=situation))
    return proofs


def _shared(want: Sequence[str], evidence: Sequence[Evidence], alike: Collection[str]) -> list[Proof]:
    """Up to three traits that a track has in common with those it should resemble; the rarer kinds first."""
    kinds = ("instrument", "genre", "mood", "texture", "narrative")
    found = {
        e.concept: e for e in evidence if e.concept in alike and e.concept not in want and e.concept not in _NO_TRAIT
    }
    ranked = sorted(
        (c for c in found if vocabulary().kinds[c] in kinds), key=lambda c: (kinds.index(vocabulary().kinds[c]), c)
    )
    return [
        Proof("known" if found[c].field == "artist" else "shared", found[c].field, found[c].words, concept=c)
        for c in ranked[:3]
    ]


def _kind(e: Evidence) -> Literal["said", "tag", "measured", "known"]:
    if e.field == "artist":
        return "known"
    return "measured" if e.field.startswith("measured") else "said" if e.start is not None else "tag"


def _facts(track: Track, query: Query) -> list[Proof]:
    """Values that a constraint of the query was about."""
    facts: list[tuple[bool, str, object]] = [
        (query.year_min is not None or query.year_max is not None, "year", track.year),
        (query.vocals is not None, "vocals", track.vocals),
        (query.language is not None, "language", track.language),
    ]
    return [Proof("tag", name, str(value)) for asked, name, value in facts if asked and value is not None]


def _words(track: Track, content: str) -> list[Proof]:
    """Words of the request that the caption uses itself."""
    asked = {w.stem for w in words(content) if len(w.stem) > 3} - {"music", "song", "track"}
    texts = (("description", track.description), ("caption", track.caption))
    return [
        Proof("said", field, text[w.start : w.end], w.start, w.end)
        for field, text in texts
        if text
        for w in words(text)
        if w.stem in asked
    ]
