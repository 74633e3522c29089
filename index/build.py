"""Building an index: read the source, annotate what is new, embed, store, look at the verses, then bring Chroma up to date.

A build can be stopped at any moment and run again: every batch is committed whole, also the one that the stop
cut short; tracks whose fingerprint is unchanged are passed over, tracks that left the source are removed, but for those that
their artists contributed themselves. Nothing is annotated twice.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from index.annotate import evidence_of, wording
from index.answers import Answers
from index.embed import Embedder, Vectors
from index.errors import UserError
from index.fitting import with_fitting_sheet
from index.ledger import Decision, Ledger
from index.settle import settings_of, settled
from index.sources import Found, Rejected, read_source
from index.store import Entry, Store
from index.sung import add_verses
from index.track import DOCUMENT, Track
from index.vectors import discard, sync

BATCH = 512
_UNFINISHED = "unfinished"  # in place of the annotator's version: no build takes such a track for done
_FEW = 20  # tracks that may leave with a source of its own
_ASKED_S = 0.1  # how often it is looked whether a build should stop
_PATIENCE_S = 10.0  # what a stop may cost, where each track takes long to annotate


@dataclass(frozen=True)
class Short:
    """A track that is fit to be stored and lacks something, and why; the next build tries `again`, if that may help."""

    track: Track
    reason: str
    again: bool


Annotate = Callable[[Track], Track | Short]
"""Adds profile and caption to a track; raises `SetAside` when its audio cannot be used."""


Batch = list[tuple[Found, Track | Short | str]]
"""Tracks annotated, or the reason why they are set aside."""


class Stopped(KeyboardInterrupt):
    """A build that was asked to stop; `kept` of its `total` tracks are in the index."""

    def __init__(self, kept: int = 0, total: int = 0) -> None:
        super().__init__(f"{kept} of {total} tracks kept")
        self.kept, self.total = kept, total


class SetAside(Exception):
    """A track that cannot be indexed; the message is the reason, in one line."""


@dataclass
class Report:
    """What a build did. `rejected` are rows set aside, `short` tracks that lack something; `seconds` is wall-clock time."""

    index: str
    tracks: int = 0
    added: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    short: list[dict[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """How far a build is: tracks done of those to do, and the one that was just finished."""

    done: int
    total: int
    name: str


def build(
    source: Path,
    directory: Path,
    annotate: Annotate,
    embedder: Embedder,
    *,
    jobs: int = 2,
    progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    replace_all: bool = True,
) -> Report:
    """Builds or updates the index in `directory`. `stop` may be set from elsewhere: what is annotated by then is kept, and
    `Stopped` raised. Without `replace_all` no source takes the place of most of what another one brought.

    Raises:
        UserError: when the source or the target is unusable, or another build is at work on it.
    """
    began = time.perf_counter()
    found, rejected = _read(source)
    report = Report(str(directory))
    with closing(_open(directory, embedder)) as store, _alone(directory):
        ledger = Ledger(directory)
        withdrawn, decided = ledger.withdrawn(), settings_of(ledger)
        rejected += [
            Rejected(f.where, f"withdrawn: {withdrawn[f.track.id].reason}") for f in found if f.track.id in withdrawn
        ]
        found = [_settled(f, decided.get(f.track.id, [])) for f in found if f.track.id not in withdrawn]
        have = store.fingerprints()
        stamp = str(getattr(annotate, "version", "1"))
        fresh = [f for f in found if have.get(f.track.id) != _print(f, stamp)]
        report.unchanged = len(found) - len(fresh)
        gone = sorted(have.keys() - {f.track.id for f in found} - ledger.contributed().keys())
        if not replace_all:
            _check_loss(store, source, gone, len(have))
        store.delete(gone)
        Answers(directory).forget(gone)
        report.removed = len(gone)
        annotated = _counted(_annotated(fresh, annotate, jobs, stop or threading.Event()), len(fresh), progress)
        try:
            for batch, tracks, vectors in _embedded(_batches(annotated, BATCH), embedder):
                aside = _keep(store, batch, tracks, vectors, stamp)
                rejected += aside
                report.added += len(batch) - len(aside)
                report.short += [{"where": f.where, "reason": t.reason} for f, t in batch if isinstance(t, Short)]
        except Stopped:
            raise Stopped(report.added, len(fresh)) from None
        _reread(store)
        _reembed(store, directory, embedder)
        add_verses(store, embedder)
        store.set_rejected(rejected)
        store.set_note("source", str(source.resolve()))
        sync(store, directory)
        store.renew()
        report.tracks = len(store)
    report.seconds = round(time.perf_counter() - began, 2)
    report.rejected = [asdict(r) for r in rejected]
    return report


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Holds the index against other builds; raises `UserError` when one is at work on it."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as exc:
        raise UserError(f"{directory}: another build is at work on it; wait until it is done") from exc
    finally:
        os.close(folder)


def _check_loss(store: Store, source: Path, gone: Sequence[str], have: int) -> None:
    """Raises `UserError` when a build would take most of an index away: for another source, or one of which most is missing."""
    before = store.note("source")
    other = before is not None and before != str(source.resolve())
    if 2 * len(gone) > have and (other or len(gone) > _FEW):
        came = f"it was built from {before}, and " if other else ""
        raise UserError(
            f"{store.path.parent}: {came}{len(gone)} of its {have} tracks are not in {source}; build into another directory, or pass --replace to let them go"
        )


def _counted(
    items: Iterator[tuple[Found, Track | Short | str]], total: int, progress: Callable[[Progress], None] | None
) -> Iterator[tuple[Found, Track | Short | str]]:
    """The items, each told of as it comes."""
    if progress:
        progress(Progress(0, total, ""))
    for done, item in enumerate(items, 1):
        if progress:
            progress(Progress(done, total, item[0].track.name))
        yield item


def _settled(found: Found, decisions: Sequence[Decision]) -> Found:
    """A track as its source declares it and as its rights were set since."""
    if not decisions:
        return found
    stamp = f"{found.fingerprint}:{len(decisions)}:{decisions[-1].when}"
    return replace(found, track=settled(found.track, decisions), fingerprint=stamp)


def _keep(store: Store, batch: Batch, tracks: list[Track], vectors: Vectors, stamp: str) -> list[Rejected]:
    """Stores the `tracks` of a batch; those that were set aside leave the store and are returned with the reason."""
    aside = [(f, t) for f, t in batch if isinstance(t, str)]
    store.delete([f.track.id for f, _ in aside])
    stamps = [
        _print(f, _UNFINISHED if isinstance(t, Short) and t.again else stamp)
        for f, t in batch
        if not isinstance(t, str)
    ]
    store.put(Entry(t, s, v, evidence_of(t)) for t, s, v in zip(tracks, stamps, vectors, strict=True))
    return [Rejected(f.where, reason) for f, reason in aside]


def _tracks(batch: Batch) -> list[Track]:
    """Those of a batch that are stored; of their sheets the ones that fit the measured length."""
    tracks = [t.track if isinstance(t, Short) else t for _, t in batch if not isinstance(t, str)]
    return [with_fitting_sheet(t, [t.lyrics]) if t.lyrics else t for t in tracks]


def _reread(store: Store) -> None:
    """Looks for concepts anew in what is stored, if the vocabulary has changed since; sound is not listened to again."""
    if store.note("wording") == wording():
        return
    ids = store.ids()
    for first in range(0, len(ids), BATCH):
        tracks = filter(None, map(store.get, ids[first : first + BATCH]))  # with their profiles
        store.set_concepts({track.id: evidence_of(track) for track in tracks})
    store.set_note("wording", wording())


def _reembed(store: Store, directory: Path, embedder: Embedder) -> None:
    """Embeds what is stored anew, if the text that stands for a track is put together otherwise since."""
    if store.note("document") == DOCUMENT:
        return
    ids = store.ids()
    for first in range(0, len(ids), BATCH):
        tracks = store.tracks(ids[first : first + BATCH])
        vectors = embedder.embed([track.for_embedding() for track in tracks])
        store.set_vectors({t.id: v for t, v in zip(tracks, vectors, strict=True)})
    discard(directory)  # its vectors are those of before, under the same fingerprints
    store.set_note("document", DOCUMENT)


def _read(source: Path) -> tuple[list[Found], list[Rejected]]:
    found: list[Found] = []
    rejected: list[Rejected] = []
    for item in read_source(source):
        if isinstance(item, Found):
            found.append(item)
        else:
            rejected.append(item)
    return found, rejected


def _open(directory: Path, embedder: Embedder) -> Store:
    if directory.is_dir() and any(directory.iterdir()) and not (directory / "catalogue.sqlite").exists():
        raise UserError(f"{directory}: holds other files and no index; choose an empty or new directory")
    store = Store(directory, create=True)
    made_by = store.note("embedder")
    if made_by not in (None, embedder.name):
        store.close()
        raise UserError(f"{directory}: embedded with {made_by}, not {embedder.name}; build into a new directory")
    store.set_note("embedder", embedder.name)
    if not len(store):
        store.set_note("wording", wording())
        store.set_note("document", DOCUMENT)
    return store


def _print(found: Found, stamp: str) -> str:
    return f"{stamp}:{found.fingerprint}"


def _annotated(
    found: Sequence[Found], annotate: Annotate, jobs: int, stop: threading.Event
) -> Iterator[tuple[Found, Track | Short | str]]:
    """Each track annotated, or the reason why it is set aside; in order, a few ahead of the reader. When it should stop, those that
    are done, and then `Stopped`."""
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting: list[tuple[Found, Future[Track | Short]]] = []
        remaining = iter(found)
        try:
            while True:
                ahead = 0 if stop.is_set() else 2 * jobs - len(waiting)
                waiting += [(f, pool.submit(annotate, f.track)) for f in islice(remaining, ahead)]
                if not waiting and stop.is_set():
                    raise Stopped
                if not waiting:
                    return
                item, future = waiting.pop(0)
                while not (future.done() or stop.is_set()):
                    wait([future], _ASKED_S)
                if not future.done():
                    future.cancel()
                    continue
                try:
                    yield item, future.result()
                except SetAside as reason:
                    yield item, str(reason)
        except BaseException:
            getattr(annotate, "stop", _nothing)()
            raise
        finally:
            for _, future in waiting:
                future.cancel()


def _nothing() -> None:
    """Stops an annotator that has nothing to stop."""


def _batches(items: Iterator[tuple[Found, Track | Short | str]], size: int) -> Iterator[Batch]:
    """Lists of `size` items, or of what came within the patience; when the items stop with an error, first those before it."""
    batch: Batch = []
    began = time.perf_counter()
    try:
        for item in items:
            batch.append(item)
            if len(batch) == size or time.perf_counter() - began > _PATIENCE_S:
                yield batch
                batch, began = [], time.perf_counter()
    except (Exception, KeyboardInterrupt):
        if batch:
            yield batch
        raise
    if batch:
        yield batch


def _embedded(batches: Iterator[Batch], embedder: Embedder) -> Iterator[tuple[Batch, list[Track], Vectors]]:
    """Batches with their tracks and the vectors of these; while one is stored, the next is embedded, if it is there already."""
    ahead: deque[tuple[Batch, list[Track], Future[Vectors]]] = deque()

    def ready(left: int) -> Iterator[tuple[Batch, list[Track], Vectors]]:
        while len(ahead) > left:
            batch, tracks, vectors = ahead[0]
            embedded = vectors.result()  # which an interrupt may cut short
            ahead.popleft()
            yield batch, tracks, embedded

    with ThreadPoolExecutor(1) as pool:
        try:
            for batch in batches:
                tracks = _tracks(batch)
                ahead.append((batch, tracks, pool.submit(embedder.embed, [track.for_embedding() for track in tracks])))
                yield from ready(1 if len(batch) == BATCH else 0)
        except (Exception, KeyboardInterrupt):
            yield from ready(0)
            raise
        yield from ready(0)
