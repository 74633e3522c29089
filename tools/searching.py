"""Searches of a conversation: handles in, cards in handles out, and what of the query holds in later turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.errors import ToolFailed
from index.filters import constraints
from index.profile import clock
from index.proof import Proof
from index.query import BOUNDS, Comparison, Query, Step
from index.search import Hit, Result, Taste, search
from index.steps import in_steps
from tools.desk import Desk, cards
from tools.impressions import measured, target_of
from tools.lyrics.quoting import quoted
from tools.playlist import together
from tools.studio.neighbours import nearest

Found = tuple[dict[str, Any], dict[str, Any]]  # what a model is told, and the artifact
_TRAITS = 5  # that a track and an attached file are said to share
SEEDS = 3  # tracks that stand for an attached file in what follows
_FOR_MODEL = (
    "handle",
    "title",
    "artists",
    "year",
    "tempo_bpm",
    "key",
    "meter",
    "vocals",
    "genres",
    "caption",
    "description",
    "ai",
    "evidence",
)


def searched(desk: Desk, query: Query) -> Found:
    """Runs a search over ids and answers in handles."""
    conversation = desk.conversation

    def compared(wishes: list[Comparison]) -> list[Comparison]:
        return [c.model_copy(update={"to": conversation.track_of(c.to)}) if c.to else c for c in wishes]

    ids = query.model_copy(
        update={
            "like": [desk.track(h).id for h in query.like],
            "among": [conversation.track_of(h) for h in query.among],
            "steps": [
                s.model_copy(
                    update={"among": list(map(conversation.track_of, s.among)), "compare": compared(s.compare)}
                )
                for s in query.steps
            ],
            "compare": compared(query.compare),
        }
    )
    newest = _newest(query, conversation.query)
    taste = Taste(conversation.liked, conversation.disliked, conversation.heard, conversation.last, newest=newest)
    return told(desk, query, (in_steps if query.steps else search)(desk.catalogue, ids, taste))


def _newest(query: Query, before: Query | None) -> frozenset[str]:
    """The limits that were not there before, or otherwise."""
    return frozenset(c.field for c in constraints(query) if before and getattr(query, c.field) != getattr(before, c.field))  # fmt: skip


def near_file(desk: Desk, file: str, count: int) -> Result:
    """The tracks that sound nearest to an attached file, each with what both have."""
    near = nearest(desk.catalogue, measured(target_of(desk, file), desk.device), count)
    if not near:
        raise ToolFailed("no track of this catalogue was measured, so none can be compared with the file")
    hits = [
        Hit(n.track, n.likeness, tuple(Proof("shared", "sound", w, concept=w) for w in n.shared[:_TRAITS]))
        for n in near
    ]
    return Result(hits, [n.track.id for n in near])


def told(desk: Desk, query: Query, result: Result) -> Found:
    """The answer of a search, in handles."""
    conversation = desk.conversation
    found = [
        quoted(card, hit.track, query.about, desk.catalogue.embedder)
        for card, hit in zip(cards(desk, result.shown), result.shown, strict=True)
    ]
    ids_shown = [hit.track.id for hit in result.shown]
    again = query.keeps_places() or _only_sorted(query, ids_shown, conversation.last)
    aside = conversation.query if query.among or again else None  # a question about what is shown changes no wish
    same = again and ids_shown == list(conversation.last)
    conversation.searched(aside or _standing(query, result), ids_shown, changed=again)
    noted = _remarks(result)
    lasts = together(hit.track.duration_s for hit in result.shown)
    if lasts:
        noted["lasts"] = clock(lasts)
    if not result.shown and (limits := constraints(query)):
        noted["limits"] = [c.words for c in limits]
    if again:
        noted["changed"] = True
        noted["same"] = same
    elif query.steps:
        noted["steps"] = [_step_told(step, count) for step, count in zip(query.steps, result.steps, strict=True)]
    if lasts and query.total_s:
        noted["together"] = clock(lasts) + (f", short of {clock(query.total_s)}" if lasts < 0.8 * query.total_s else "")
    body = {"tracks": [{k: c[k] for k in _FOR_MODEL if k in c} for c in found], **noted}
    artifact = {
        "kind": "tracks",
        "tracks": [c | {"id": i} for c, i in zip(found, ids_shown, strict=True)],
        "ranked": result.ranked,
        **noted,
    }
    return body, artifact


def _only_sorted(query: Query, shown: Sequence[str], last: Sequence[str]) -> bool:
    """Whether a search only put what is on the screen in another order."""
    return bool(query.among and query.order) and len(shown) == len(last) and {*shown} == {*last}


def _step_told(step: Step, found: int) -> dict[str, Any]:
    """What was wanted of a step, and how many tracks it has."""
    wishes = step.model_dump(exclude_defaults=True, include={"want", "avoid", "artists", "titles"})
    limits = constraints(Query.model_validate(step.model_dump(exclude={"count", "compare"})))
    return {**wishes, "limits": [c.words for c in limits], "tracks": found}


def _standing(query: Query, result: Result) -> Query:
    """What holds in later turns: names that are here, limits that could be met, and comparisons as the bounds they came to."""
    kept: dict[str, Any] = {
        "artists": [result.meant.get(a, a) for a in query.artists if a not in result.absent],
        "titles": [t for t in query.titles if t not in result.absent],
        **({"compare": [], **result.bounds} if result.bounds else {}),
        **dict.fromkeys(set(result.let_go) - {"only_ai", "clean"}),
        "among": [],
    }
    for low, high in BOUNDS:
        least, most = (kept.get(n, getattr(query, n)) for n in (low, high))
        if least is not None and most is not None and least > most:
            kept[high if low in result.bounds else low] = None
    return query.model_copy(update=kept)


def _remarks(result: Result) -> dict[str, Any]:
    return {
        "matching": result.matching,
        "relaxed": result.relaxed,
        "absent": result.absent,
        **({"withheld_as_ai": result.withheld} if result.withheld else {}),
        **({"unknown": result.unknown} if result.unknown else {}),
        **({"did_you_mean": result.meant} if result.meant else {}),
        **({"absent_known_for": result.known} if result.known else {}),
    }
