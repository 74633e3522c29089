"""Rights that were set after the fact: laid over what the source declares, at once and with every later build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from index.annotate import evidence_of
from index.answers import Answers
from index.declared_rights import Said, rights_of
from index.embed import Embedder
from index.ledger import Decision, Ledger
from index.store import Entry, Store
from index.track import Rights, Track
from index.vectors import sync

_PENDING = "set"  # in place of a fingerprint: the next build looks at such a track again
_FIELDS = {
    "ai_status": ("ai_status", "ai_extent", "ai_source", "ai_date"),
    "machine_analysis": ("analysis", "analysis_source"),
    "ai_training": ("training", "training_source"),
    "lyrics_display": ("lyrics_display",),
    "licence": ("licence",),
}


def settled(track: Track, decisions: Sequence[Decision]) -> Track:
    """The track with the rights that were last set for it. Who set them is named as their source."""
    update: dict[str, Any] = {}
    for decision in decisions:
        update |= dict(_read(decision))
    return track.model_copy(update={"rights": track.rights.model_copy(update=update)}) if update else track


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
            track = _unheard(track)
            Answers(directory).forget([identity])
        store.rows("PRAGMA secure_delete = ON")
        store.put([Entry(track, _PENDING, embedder.embed([track.document()])[0], evidence_of(track))])
        sync(store, directory)
        store.compact()
    return track.rights


def _read(decision: Decision) -> Iterator[tuple[str, Any]]:
    """The fields of `Rights` that a decision sets."""
    said = {column: [Said(value, f"rights ledger, {decision.who}", decision.when[:10])] for column, value in decision.values.items()}  # fmt: skip
    rights = rights_of(lambda column: said.get(column, []), lenient=False)
    for column in decision.values:
        yield from ((name, getattr(rights, name)) for name in _FIELDS[column])


def _unheard(track: Track) -> Track:
    """Without what machines made of its sound; what people declared stays."""
    made = {name for name, origin in track.origins.items() if origin.kind != "declared"} & {"caption", "description", "duration_s"}  # fmt: skip
    origins = {name: origin for name, origin in track.origins.items() if name not in made | {"profile"}}
    return track.model_copy(update={"profile": None, "origins": origins, **dict.fromkeys(made)})
