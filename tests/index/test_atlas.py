"""The map: in the unit square, the same each time, near where vectors are near; also with one track or none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.atlas import Place, apart, atlas, positions, spread
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


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 1.0]), st.floats(0, 1)), max_size=60))
def test_no_dot_covers_another(points: list[tuple[float, float]]) -> None:
    places = [Place(str(n), x, y, "", "") for n, (x, y) in enumerate(points)]
    moved = apart(places, 0.03)
    assert [p.id for p in moved] == [p.id for p in places]
    assert all(0 <= p.x <= 1 and 0 <= p.y <= 1 for p in moved)
    distances = [np.hypot(a.x - b.x, a.y - b.y) for a in moved for b in moved if a.id < b.id]
    assert min(distances, default=1.0) > 0.025


def test_dots_that_have_room_stay_where_they_are() -> None:
    places = [Place(str(n), n / 9, 0.5, "", "") for n in range(10)]
    assert apart(places, 0.05) == places and apart([], 0.05) == []


def test_what_is_spread_out_is_unlike(catalogue: Catalogue) -> None:
    chosen = spread(catalogue, 6)
    assert len(set(chosen)) == 6 and chosen == spread(catalogue, 6)
    vectors = catalogue.store.vectors(catalogue.store.ids())
    alike = [float(vectors[a] @ vectors[b]) for a in chosen for b in chosen if a < b]
    every = [float(vectors[a] @ vectors[b]) for a in vectors for b in vectors if a < b]
    assert max(alike) < sorted(every)[int(0.9 * len(every))]
    ai = {str(row[0]) for row in catalogue.store.rows("SELECT id FROM tracks WHERE ai_status = 'declared_ai'")}
    assert not ai & set(spread(catalogue, 1000)) and spread(catalogue, 0) == spread(catalogue, 1)
