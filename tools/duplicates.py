"""Duplicates and other versions in a catalogue, by the acoustic fingerprints of its tracks.

A small catalogue is compared pair by pair. In a large one each track is compared with those nearest to it by the
harmony and timbre of their sound embeddings, where another version or another copy of it must lie.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.sound import Sounds
from index.store import Store
from tools.audio.fingerprint import compare_many

_ALL_PAIRS = 300  # tracks up to which every pair is compared
_NEAREST = 40
_SURE = 0.5
_LENGTH_S = 3.0  # by which two files of one recording may differ


@dataclass(frozen=True)
class Pair:
    """Two tracks, and how sure it is that they are one recording, or one song; 0 to 1."""

    a: str
    b: str
    same_recording: float
    same_song: float


def find_pairs(store: Store, progress: Callable[[int, int], None] = lambda done, total: None) -> list[Pair]:
    """The pairs that are alike, copies first; `progress` is told how many tracks are done, of how many."""
    prints = dict(store.acoustic_prints())
    ids = list(prints)
    near = _near(store, ids)
    found = []
    for done, (one, others) in enumerate(zip(ids, near, strict=True), 1):
        for other, like in zip(others, compare_many(prints[one], [prints[o] for o in others]), strict=True):
            if like.same_song >= _SURE:
                found.append(Pair(one, other, round(like.same_recording, 3), round(like.same_song, 3)))
        progress(done, len(ids))
    return sorted(found, key=lambda p: (-p.same_recording, -p.same_song, p.a, p.b))


def copies_of(store: Store, fingerprint: str, duration_s: float, but: str = "") -> list[str]:
    """Tracks of a catalogue that are the same recording as one of this fingerprint and length, likeliest first; `but` is an id
    that does not count."""
    rows = store.rows("SELECT t.id, p.print FROM profiles p JOIN tracks t USING (n) WHERE p.print != '' AND t.id != ? AND abs(t.duration_s - ?) <= ?", (but, duration_s, _LENGTH_S))  # fmt: skip
    if not rows or not fingerprint:
        return []
    like = compare_many(fingerprint, [str(text) for _, text in rows])
    alike = sorted(((-one.same_recording, str(i)) for (i, _), one in zip(rows, like, strict=True)))
    return [identity for unlike, identity in alike if -unlike >= _SURE]


def _near(store: Store, ids: list[str]) -> list[list[str]]:
    """For each track the later ones to compare it with, so that no pair comes twice."""
    if len(ids) <= _ALL_PAIRS:
        return [ids[k + 1 :] for k in range(len(ids))]
    sounds = Sounds(store)
    pairs: set[tuple[int, int]] = set()
    for k, one in enumerate(ids):
        for side in ("harmony", "timbre"):
            nearest = np.argsort(-sounds.likeness(ids, [one], [side]), kind="stable")[: _NEAREST + 1]
            pairs |= {(min(k, int(j)), max(k, int(j))) for j in nearest if j != k}
    near: list[list[str]] = [[] for _ in ids]
    for k, j in sorted(pairs):
        near[k].append(ids[j])
    return near
