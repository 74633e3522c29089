"""What lists of tracks and the conversation's state are checked for. Tracks are named by title, id or handle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from eval_dialogs.matching import mismatch
from eval_dialogs.schema import Filter, State, Tracks
from index.catalogue import Catalogue
from index.concepts import vocabulary
from tools.conversation import Conversation
from tools.desk import Desk

Row = tuple[str, str]


def shown_problems(
    wanted: Tracks, ids: Sequence[str], conversation: Conversation, catalogue: Catalogue
) -> Iterator[Row]:
    """What a list of tracks, best first, is not: expected and got."""
    names = [_names(i, conversation, catalogue) for i in ids]
    told = ", ".join(n[0] for n in names) or "nothing"

    asked = (*wanted.contains, *wanted.excludes, *wanted.rank)
    known = _known_names(conversation, catalogue) if asked else set()
    yield from (
        (f"a track called “{name}”", "no title, id or handle of this catalogue")  # of such a name nothing is proved
        for name in asked
        if name.casefold() not in known
    )

    def place(name: str) -> int | None:
        return next((n for n, known in enumerate(names, 1) if name.casefold() in known), None)

    yield from ((f"“{name}”", told) for name in wanted.contains if place(name) is None)
    yield from ((f"not “{name}”", told) for name in wanted.excludes if place(name) is not None)
    for name, lowest in wanted.rank.items():
        at = place(name)
        if at is None or at > lowest:
            yield f"“{name}” at place {lowest} or before", f"place {at}" if at else told
    if wanted.at_least is not None and len(ids) < wanted.at_least:
        yield f"{wanted.at_least} tracks at least", str(len(ids))
    if wanted.at_most is not None and len(ids) > wanted.at_most:
        yield f"{wanted.at_most} tracks at most", str(len(ids))
    yield from _filters(wanted, ids, conversation, catalogue)


def _known_names(conversation: Conversation, catalogue: Catalogue) -> set[str]:
    """All that a track may be called, without case: titles and ids of the catalogue, handles of the conversation."""
    rows = catalogue.store.rows("SELECT id, json_extract(json, '$.title') FROM tracks")
    handles = {f"t{n}" for n in range(1, len(conversation.tracks) + 1)}
    return handles | {str(value).casefold() for row in rows for value in row if value}


def _filters(wanted: Tracks, ids: Sequence[str], conversation: Conversation, catalogue: Catalogue) -> Iterator[Row]:
    cards = _cards(ids, conversation, catalogue) if wanted.every or wanted.some or wanted.order else []
    if wanted.every:
        for card in cards:
            yield from (
                (f"every track: {what}", f"{card['title']}: {got}") for what, got in _unlike(card, wanted.every)
            )
    if wanted.some and not any(not list(_unlike(card, wanted.some)) for card in cards):
        yield (
            f"a track with {wanted.some.model_dump(exclude_unset=True)}",
            ", ".join(c["title"] for c in cards) or "nothing",
        )
    if wanted.order:
        field, sign = wanted.order.removeprefix("-"), -1 if wanted.order.startswith("-") else 1
        values = [card.get(field) for card in cards]
        known = [sign * v for v in values if isinstance(v, int | float)]
        unknown_last = values[len(known) :] == [None] * (len(values) - len(known))
        if not unknown_last or known != sorted(known):
            yield f"in order of {wanted.order}", str(values)


def _unlike(card: dict[str, Any], wanted: Filter) -> Iterator[Row]:
    """Where a card is not as the filter wants it."""
    for field, value in wanted.fields.items():
        if expected := mismatch(card.get(field), value):
            yield f"{field} {expected}", repr(card.get(field))
    yield from (
        (c, "its evidence does not name it")
        for c in wanted.concepts
        if not card["_concepts"] & vocabulary().narrower(c)
    )
    yield from (
        (f"no {c}", "its evidence names it") for c in wanted.without if card["_concepts"] & vocabulary().narrower(c)
    )


def _cards(ids: Sequence[str], conversation: Conversation, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Cards as the page shows them, with the concepts of all their evidence."""
    own = Conversation.model_validate(conversation.model_dump())  # a card gives its track a handle
    desk = Desk(catalogue, own, catalogue.directory)
    tracks = {t.id: t for t in catalogue.store.tracks(list(ids))}
    evidence = catalogue.store.evidence(list(ids))
    return [desk.card(tracks[i]) | {"_concepts": {e.concept for e in evidence.get(i, ())}} for i in ids if i in tracks]


def _names(track_id: str, conversation: Conversation, catalogue: Catalogue) -> list[str]:
    """A track's title, and all by which it may be named, without case."""
    track = catalogue.track(track_id)
    title = track.name if track else track_id
    handles = [conversation.handle(track_id).casefold()] if track_id in conversation.tracks else []
    return [title, title.casefold(), track_id.casefold(), *handles]


def state_problems(wanted: State, conversation: Conversation, catalogue: Catalogue) -> Iterator[Row]:
    """What the conversation does not know, or knows though it should not."""
    query = conversation.query
    have = {w.casefold() for w in query.want} if query else set()
    out = {w.casefold() for w in query.avoid} if query else set()
    yield from (
        (f"wanted: {w}", ", ".join(sorted(have)) or "nothing") for w in wanted.wants or () if w.casefold() not in have
    )
    yield from (
        (f"no longer wanted: {w}", ", ".join(sorted(have))) for w in wanted.not_wants or () if w.casefold() in have
    )
    yield from (
        (f"ruled out: {w}", ", ".join(sorted(out)) or "nothing") for w in wanted.bans or () if w.casefold() not in out
    )
    for what, named, ids in (
        ("liked", wanted.likes, conversation.liked),
        ("disliked", wanted.dislikes, conversation.disliked),
    ):
        if named is not None:
            known = [_names(i, conversation, catalogue) for i in ids]
            same = len(named) == len(known) and all(any(n.casefold() in k for k in known) for n in named)
            if not same:
                yield f"{what}: {', '.join(named) or 'nothing'}", ", ".join(k[0] for k in known) or "nothing"
    values = query.model_dump() if query else {}
    for field, value in wanted.query.items():
        if expected := mismatch(values.get(field), value):
            yield f"query.{field} {expected}", repr(values.get(field))
