"""The map: in the unit square, the same each time, near where vectors are near; also with one track or none."""

from __future__ import annotations

import numpy as np
import pytest

from index.atlas import atlas, positions
from index.catalogue import Catalogue


def test_near_vectors_lie_near() -> None:
    rng = np.random.default_rng(3)
    groups = [rng.normal(size=24) * 4 for _ in range(3)]
    vectors = [(g + rng.normal(size=24) * 0.2).astype(np.float32) for g in groups for _ in range(12)]
    points = positions(vectors)
    assert points.shape == (36, 2) and points.min() >= 0 and points.max() <= 1
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    own = np.repeat(np.arange(3), 12)
    nearest = distances + np.eye(36) * 9
    assert (own[nearest.argmin(1)] == own).all()
    assert np.array_equal(points, positions(vectors))


@pytest.mark.parametrize("count", [1, 2, 5, 13])
def test_small_catalogues(count: int) -> None:
    vectors = [np.eye(32, dtype=np.float32)[n] for n in range(count)]
    points = positions(vectors)
    assert points.shape == (count, 2) and np.isfinite(points).all()


def test_of_a_catalogue(catalogue: Catalogue) -> None:
    places = atlas(catalogue.store)
    assert [p.id for p in places] == catalogue.store.ids()
    assert any("Blue Ferry" in p.label for p in places)
