"""Building: idempotent, updated, stopped and resumed."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import BATCH, Progress, SetAside, Short, Stopped, build
from index.errors import UserError
from index.store import FILE, Store
from index.track import Track
from index.vectors import ask_canary, check_vectors
from tests.fixtures.profiles import made_profile
from tests.index.conftest import HashEmbedder, write_jsonl


class Annotations:
    """Counts annotations by track, and stops at one of them if told to."""

    def __init__(self, stop_at: str | None = None, stop: BaseException | None = None) -> None:
        self.seen: Counter[str] = Counter()
        self._stop_at, self._stop = stop_at, stop
        self._lock = threading.Lock()

    def __call__(self, track: Track) -> Track:
        if track.id == self._stop_at and self._stop:
            raise self._stop
        with self._lock:
            self.seen[track.id] += 1
        return track


def rows(count: int) -> list[dict[str, Any]]:
    return [{"id": f"t{i:03}", "caption": f"Track {i} with piano"} for i in range(count)]


def held(directory: Path) -> dict[str, str]:
    """Captions by id, after a look that the index is sound."""
    store = Store(directory)
    captions = {t.id: t.caption or "" for t in store.tracks(store.ids())}
    assert check_vectors(store, directory) is None
    assert store.rows("SELECT count(*) FROM words") == [(len(captions),)]
    store.close()
    return captions


def test_a_new_vocabulary_is_looked_for_in_what_is_there(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(BATCH + 3))
    build(source, target, Annotations(), hashes)
    store = Store(target)
    ids = store.ids()
    before = store.evidence(ids)
    store.set_concepts(dict.fromkeys(ids, ()))
    store.close()
    build(source, target, Annotations(), hashes)
    store = Store(target)
    assert not any(store.evidence(ids).values())  # the vocabulary is the same: nothing is looked for again
    store.set_note("wording", "of an earlier version")
    store.close()
    again = Annotations()
    build(source, target, again, hashes)
    store = Store(target)
    assert store.evidence(ids) == before and all(before.values())
    store.close()
    assert not again.seen


def test_a_new_vocabulary_does_not_forget_what_was_heard(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(2))

    def measured(track: Track) -> Track:
        return track.model_copy(update={"profile": made_profile(bpm=60)})

    build(source, target, measured, hashes)
    store = Store(target)
    store.set_note("wording", "of an earlier version")
    store.close()
    build(source, target, measured, hashes)
    store = Store(target)
    assert all("slow" in {e.concept for e in found} for found in store.evidence(store.ids()).values())
    store.close()


def test_vectors_of_an_earlier_wording_are_made_anew(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(BATCH + 3))
    build(source, target, Annotations(), hashes)
    store = Store(target)
    ids = store.ids()
    before = store.vectors(ids)
    store.set_vectors({i: np.eye(384, dtype=np.float32)[n] for n, i in enumerate(ids[:384])})
    store.set_note("document", "of an earlier version")
    store.close()
    again = Annotations()
    build(source, target, again, hashes)
    store = Store(target)
    assert all((store.vectors(ids)[i] == before[i]).all() for i in ids)
    assert ask_canary(store, target) is None
    store.close()
    assert not again.seen


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_second_build_does_nothing_again(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(40))
    first = build(source, target, Annotations(), hashes)
    again = Annotations()
    second = build(source, target, again, hashes)
    assert (first.tracks, first.added, first.unchanged, first.removed) == (40, 40, 0, 0)
    assert (second.tracks, second.added, second.unchanged, second.removed) == (40, 0, 40, 0)
    assert not again.seen
    assert held(target) == {r["id"]: r["caption"] for r in rows(40)}


def test_changed_rows_are_done_again_and_gone_rows_leave(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(10))
    build(source, target, Annotations(), hashes)
    changed = [{**rows(10)[0], "caption": "Now with a banjo"}, *rows(10)[3:], {"id": "new", "caption": "New"}]
    write_jsonl(source, changed)
    annotate = Annotations()
    report = build(source, target, annotate, hashes)
    assert (report.tracks, report.added, report.unchanged, report.removed) == (9, 2, 7, 2)
    assert annotate.seen == {"t000": 1, "new": 1}
    assert held(target) == {r["id"]: r["caption"] for r in changed}


def test_another_annotator_does_everything_again(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(3))
    build(source, target, Annotations(), hashes)
    newer = Annotations()
    newer.version = "2"  # type: ignore[attr-defined]
    assert build(source, target, newer, hashes).added == 3


@pytest.mark.parametrize("stop", [RuntimeError("broken"), KeyboardInterrupt()], ids=["error", "interrupt"])
@pytest.mark.parametrize("at", [0, 5, BATCH, BATCH + 9])
def test_a_stopped_build_keeps_what_came_before_and_the_next_does_the_rest(
    tmp_path: Path, target: Path, hashes: HashEmbedder, stop: BaseException, at: int
) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(BATCH + 20))
    with pytest.raises(type(stop)):
        build(source, target, Annotations(f"t{at:03}", stop), hashes, jobs=2)
    kept = Store(target)
    assert kept.ids() == [f"t{i:03}" for i in range(at)]
    kept.close()
    rest = Annotations()
    report = build(source, target, rest, hashes)
    assert (report.unchanged, report.added, report.tracks) == (at, BATCH + 20 - at, BATCH + 20)
    assert rest.seen == {f"t{i:03}": 1 for i in range(at, BATCH + 20)}
    assert held(target) == {r["id"]: r["caption"] for r in rows(BATCH + 20)}


def test_a_track_set_aside_is_reported_with_its_place_and_leaves_the_index(
    tmp_path: Path, target: Path, hashes: HashEmbedder
) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(4))
    build(source, target, Annotations(), hashes)
    changed = rows(4)
    changed[2]["caption"] = "Now unusable"
    write_jsonl(source, changed)
    report = build(source, target, Annotations("t002", SetAside("no sound in it")), hashes)
    assert report.rejected == [{"where": "m.jsonl:3", "reason": "no sound in it"}]
    assert (report.tracks, report.added, report.unchanged) == (3, 0, 3)
    assert sorted(held(target)) == ["t000", "t001", "t003"]
    again = Annotations()
    assert build(source, target, again, hashes).rejected == [] and again.seen == {"t002": 1}


def test_an_annotator_that_others_wait_for_is_told_to_stop(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    class Slow(Annotations):
        stopped = threading.Event()

        def __call__(self, track: Track) -> Track:
            if track.id == "t001":
                assert self.stopped.wait(10)  # until then the build could not end
            return super().__call__(track)

        def stop(self) -> None:
            self.stopped.set()

    source = write_jsonl(tmp_path / "m.jsonl", rows(3))
    with pytest.raises(KeyboardInterrupt):
        build(source, target, Slow("t000", KeyboardInterrupt()), hashes, jobs=2)
    assert Slow.stopped.is_set()


@pytest.mark.parametrize("again", [True, False])
def test_a_track_that_lacks_something_is_kept_named_and_tried_again_if_that_may_help(
    tmp_path: Path, target: Path, hashes: HashEmbedder, again: bool
) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(3))
    whole = Annotations()

    def annotate(track: Track) -> Track | Short:
        return Short(whole(track), "no answer", again) if track.id == "t001" else whole(track)

    report = build(source, target, annotate, hashes)
    assert report.short == [{"where": "m.jsonl:2", "reason": "no answer"}] and report.tracks == report.added == 3
    rest = Annotations()
    second = build(source, target, rest, hashes)
    assert second.short == [] and rest.seen == ({"t001": 1} if again else {})
    assert len(held(target)) == 3


def test_progress_counts_to_the_end(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    seen: list[Progress] = []
    build(write_jsonl(tmp_path / "m.jsonl", rows(2 * BATCH + 6)), target, Annotations(), hashes, progress=seen.append)
    assert [(p.done, p.total) for p in seen] == [(n, 2 * BATCH + 6) for n in range(2 * BATCH + 7)]


def test_a_build_that_is_asked_to_stop_keeps_what_is_done(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    stop = threading.Event()

    class Slow(Annotations):
        released = threading.Event()

        def __call__(self, track: Track) -> Track:
            if track.id == "t007":
                stop.set()
                assert self.released.wait(10)  # until nobody waits for it any more
            return super().__call__(track)

        def stop(self) -> None:
            self.released.set()

    source = write_jsonl(tmp_path / "m.jsonl", rows(20))
    with pytest.raises(Stopped) as stopped:
        build(source, target, Slow(), hashes, jobs=1, stop=stop)
    assert (stopped.value.kept, stopped.value.total) == (7, 20)
    assert build(source, target, Annotations(), hashes).unchanged == 7


def test_a_quick_build_stops_as_well(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    stop = threading.Event()

    def annotate(track: Track) -> Track:
        if track.id == "t050":
            stop.set()
        return track

    with pytest.raises(Stopped) as stopped:
        build(write_jsonl(tmp_path / "m.jsonl", rows(900)), target, annotate, hashes, jobs=2, stop=stop)
    assert 45 <= stopped.value.kept <= 60


def test_an_interrupt_while_vectors_are_waited_for_loses_no_batch(
    tmp_path: Path, target: Path, hashes: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, cut = Future.result, []

    def interrupted(self: Future[Any], timeout: float | None = None) -> Any:
        value = result(self, timeout)
        if isinstance(value, np.ndarray) and not cut:
            cut.append(len(value))
            raise KeyboardInterrupt
        return value

    monkeypatch.setattr(Future, "result", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(write_jsonl(tmp_path / "m.jsonl", rows(2 * BATCH)), target, Annotations(), hashes)
    assert cut == [BATCH]
    kept = Store(target)
    assert len(kept) >= BATCH
    kept.close()


def test_only_one_build_at_a_time(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    def annotate(track: Track) -> Track:
        with pytest.raises(UserError, match="another build is at work on it"):
            build(source, target, Annotations(), hashes)
        return track

    source = write_jsonl(tmp_path / "m.jsonl", rows(1))
    assert build(source, target, annotate, hashes).added == 1


def test_another_source_does_not_take_an_index_away_unasked(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    build(write_jsonl(tmp_path / "m.jsonl", rows(30)), target, Annotations(), hashes)
    other = write_jsonl(tmp_path / "o.jsonl", [{"id": "new", "caption": "New"}])
    with pytest.raises(UserError, match=r"30 of its 30 tracks are not in .*o.jsonl; .* --replace"):
        build(other, target, Annotations(), hashes, replace_all=False)
    assert len(held(target)) == 30
    write_jsonl(tmp_path / "m.jsonl", rows(3))  # a disk that is half there
    with pytest.raises(UserError, match="27 of its 30 tracks"):
        build(tmp_path / "m.jsonl", target, Annotations(), hashes, replace_all=False)
    write_jsonl(tmp_path / "m.jsonl", rows(20))
    assert build(tmp_path / "m.jsonl", target, Annotations(), hashes, replace_all=False).removed == 10
    assert build(other, target, Annotations(), hashes).removed == 20


def test_another_embedder_and_strange_folders_are_refused(tmp_path: Path, target: Path, hashes: HashEmbedder) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", rows(2))
    build(source, target, Annotations(), hashes)
    other = HashEmbedder()
    other.name = "other"
    with pytest.raises(UserError, match="embedded with hash, not other"):
        build(source, target, Annotations(), other)
    with pytest.raises(UserError, match="holds other files"):
        build(source, tmp_path, Annotations(), hashes)
    assert not (tmp_path / FILE).exists()
