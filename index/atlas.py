"""A map of the catalogue: each track a place in the plane, near those that are described alike.

t-SNE (van der Maaten and Hinton, 2008) from the principal components of the caption vectors, which are also what is
left of it for very small and very large catalogues. The same vectors give the same map.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.catalogue import Catalogue
from index.embed import Vectors
from index.store import Store

_PUSHES, _LEEWAY = 200, 0.02
_SMALLEST, _LARGEST = 12, 6000  # tracks for which t-SNE says more than principal components, and in bearable time


@dataclass(frozen=True)
class Place:
    """Where a track lies, 0 to 1 both ways, what it is called, and of its genres the one that most tracks share ("" without)."""

    id: str
    x: float
    y: float
    label: str
    genre: str


def atlas(store: Store) -> list[Place]:
    """The places of all tracks, in the order of the store."""
    rows = store.rows("SELECT id, json_extract(json, '$.title'), json_extract(json, '$.artists[0]'), json_extract(json, '$.genres') FROM tracks ORDER BY n")  # fmt: skip
    genres = [[g.casefold() for g in json.loads(str(row[3] or "[]"))] for row in rows]
    common = Counter(genre for own in genres for genre in own)
    ids = [str(row[0]) for row in rows]
    vectors = store.vectors(ids)
    points = positions([vectors[i] for i in ids]) if ids else np.zeros((0, 2))
    return [
        Place(
            i,
            float(x),
            float(y),
            f"{title or i}{f' – {artist}' if artist else ''}",
            max(own, key=common.__getitem__, default=""),
        )
        for i, (_, title, artist, _), own, (x, y) in zip(ids, rows, genres, points, strict=True)
    ]


def positions(vectors: Sequence[Vectors]) -> NDArray[np.float64]:
    """Points in the unit square, shape (n, 2), for vectors of shape (n, d)."""
    table = np.stack(vectors).astype(np.float64)
    table -= table.mean(0)
    left, sizes, _ = np.linalg.svd(table, full_matrices=False)
    components = left[:, : min(32, len(sizes))] * sizes[: min(32, len(sizes))]
    flat = np.zeros((len(table), 2))
    flat[:, : min(2, components.shape[1])] = components[:, :2]
    if _SMALLEST <= len(table) <= _LARGEST:
        from sklearn.manifold import TSNE

        start = flat / max(float(flat.std()), 1e-9) * 1e-4
        flat = TSNE(2, perplexity=min(30, len(table) / 4), init=start, random_state=1).fit_transform(components)
    low, high = flat.min(0), flat.max(0)
    return np.asarray((flat - low) / np.maximum(high - low, 1e-9))


def apart(places: Sequence[Place], least: float) -> list[Place]:
    """The places with those that lie nearer to each other than `least` (of the side of the square) pushed apart, as far as there is
    room: a dot that another one covers can be neither seen nor clicked."""
    from scipy.spatial import cKDTree

    points = np.array([(p.x, p.y) for p in places], np.float64).reshape(-1, 2)
    for _ in range(_PUSHES):
        first, second = cKDTree(points).query_pairs(least, output_type="ndarray").reshape(-1, 2).T
        away = points[first] - points[second]
        distance = np.linalg.norm(away, axis=1)
        close = distance < least * (1 - _LEEWAY)
        if not close.any():
            break
        angle = first + 0.5 * second  # of those that lie on one spot
        around = np.stack((np.cos(angle), np.sin(angle)), axis=1)
        way = np.where(distance[:, None] > 0, away / np.maximum(distance, 1e-12)[:, None], around)
        push = way * (least - distance)[:, None] / 2
        np.add.at(points, first, push)
        np.add.at(points, second, -push)
        points = points.clip(0.0, 1.0)
    return [replace(p, x=float(x), y=float(y)) for p, (x, y) in zip(places, points, strict=True)]


def spread(catalogue: Catalogue, count: int) -> list[str]:
    """Ids of `count` tracks that are as unlike each other as possible: each next one is the farthest from those before.

    What is blocked or declared as made with AI is left out; without those that can be played, others are taken.
    """
    hidden = catalogue.ledger.blocked()
    rows = catalogue.store.rows("SELECT id, json_extract(json, '$.audio') IS NULL FROM tracks WHERE ai_status != 'declared_ai' ORDER BY n")  # fmt: skip
    silent = {str(i): bool(mute) for i, mute in rows if str(i) not in hidden}
    ids = [i for i, mute in silent.items() if not mute] or list(silent)
    if not ids:
        return []
    vectors = catalogue.store.vectors(ids)
    table = np.stack([vectors[i] for i in ids])
    chosen = [int(np.argmax(table @ table.mean(0)))]
    nearest = table @ table[chosen[0]]
    while len(chosen) < min(count, len(ids)):
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, table @ table[chosen[-1]])
    return [ids[n] for n in chosen]
