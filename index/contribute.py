"""A track that its artist adds to a catalogue themselves: by an explicit act that the rights ledger keeps.

No source has such a track; builds leave it where it is (`index.build`). Its id says nothing about where it is from. What
rights holders set for it later (`rights set`) holds also when its artist changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path

from index.annotate import evidence_of
from index.embed import Embedder
from index.errors import UserError
from index.ledger import Decision, Ledger
from index.settle import settings_of, settled, unheard
from index.store import Entry, Store
from index.sung import add_verses
from index.track import Track
from index.vectors import sync

WHAT = "track, profile, caption, lyrics, rights, corrections"


def now() -> str:
    """The moment as the ledger keeps it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def contribute(
    directory: Path, track: Track, embedder: Embedder, who: str, consent: str, clock: Callable[[], str] = now
) -> None:
    """Adds a track with `who` consented, and in which words, as a line of the ledger; what is there already is brought up
    to date. Raises `UserError` for a track that somebody else withdrew, or that a source has."""
    ledger = Ledger(directory)
    withdrawn = ledger.withdrawn().get(track.id)
    if withdrawn and withdrawn.who != who:
        raise UserError(f"it was withdrawn by {withdrawn.who} on {withdrawn.when[:10]}: {withdrawn.reason}")
    if track.id not in ledger.contributed():
        with closing(Store(directory)) as store:
            if store.get(track.id):
                raise UserError(f"the catalogue has a track {track.id} from its source")
        ledger.add([Decision(clock(), who, "contribute", track.id, consent, values={"what": WHAT})])
    place(directory, track, embedder)


def place(directory: Path, track: Track, embedder: Embedder) -> None:
    """Writes a contributed track as it is now: itself, vector, evidence, verses, Chroma. Raises `UserError` for one that
    nobody contributed."""
    ledger = Ledger(directory)
    if track.id not in ledger.contributed():
        raise UserError(f"{track.id}: nobody consented to this track being in {directory}")
    track = settled(track, settings_of(ledger).get(track.id, []))
    if track.rights.analysis == "forbidden":
        track = unheard(track)
    profile = str(track.profile.to_dict()) if track.profile else ""
    stamp = sha1((track.model_dump_json(exclude={"profile"}) + profile).encode(), usedforsecurity=False).hexdigest()
    with closing(Store(directory, create=True)) as store:
        store.rows("PRAGMA secure_delete = ON")
        store.put(
            [Entry(track, f"contributed:{stamp}", embedder.embed([track.for_embedding()])[0], evidence_of(track))]
        )
        add_verses(store, embedder)
        sync(store, directory)
        store.renew()
