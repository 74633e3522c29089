"""Rights that were set after the fact: laid over what the source declares, at once and with every later build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from index.annotate import evidence_of
from index.answers import Answers
from index.declared_rights import Said, over
from index.embed import Embedder
from index.ledger import Decision, Ledger
from index.store import Entry, Store
from index.track import Rights, Track
from index.vectors import sync

_PENDING = "set"  # in place of a fingerprint: the next build looks at such a track again


def settled(track: Track, decisions: Sequence[Decision]) -> Track:
    """The track with the rights that were last set for it. Who set them is named as their source."""
    rights = track.rights
    for decision in decisions:
        where, when = f"rights ledger, {decision.who}", decision.when[:10]
        rights = over(rights, {column: [Said(value, where, when)] for column, value in decision.values.items()})
    return track.model_copy(update={"rights": rights}) if decisions else track


def settings_of(ledger: Ledger) -> Mapping[str, list[Decision]]:
    """What was set, in order, by track id."""
    found: dict[str, list[Decision]] = {}
    for decision in ledger.decisions():
        if decision.act == "set":
            found.setdefault(decision.track, []).append(decision)
    return found


def settle(directory: Path, identity: str, embedder: Embedder) -> Rights:
    """Brings a stored track up to what was set for it, and returns its rights.

    Where machines may no longer listen, what they heard goes: measurements, captions made of them, kept answers, and
    the bytes of all that.
    """
    decisions = settings_of(Ledger(directory)).get(identity, [])
    with closing(Store(directory)) as store:
        stored = store.get(identity)
        assert stored is not None
        track = settled(stored, decisions)
        if track.rights.analysis == "forbidden":
            track = unheard(track)
            Answers(directory).forget([identity])
        store.rows("PRAGMA secure_delete = ON")
        pending = f"{_PENDING}:{len(decisions)}:{decisions[-1].when if decisions else ''}"
        store.put([Entry(track, pending, embedder.embed([track.for_embedding()])[0], evidence_of(track))])
        sync(store, directory)
        store.compact()
        store.renew()
    return track.rights


def unheard(track: Track) -> Track:
    """Without what machines made of its sound; what people declared stays."""
    made = {name for name, origin in track.origins.items() if origin.kind != "declared"} & {"caption", "description", "duration_s"}  # fmt: skip
    origins = {name: origin for name, origin in track.origins.items() if name not in made | {"profile"}}
    return track.model_copy(update={"profile": None, "origins": origins, **dict.fromkeys(made)})
