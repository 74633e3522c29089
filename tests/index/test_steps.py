"""Lists in steps, and one track of each: what holds of every such list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.each import each_words
from index.embed import Embedder
from index.query import Each, Query, Step
from index.search import Taste, search
from index.steps import in_steps
from tests.fixtures.words import ROWS

IDS = [row["id"] for row in ROWS]
WANTED = ["piano", "accordion", "folk", "jazz", "metal", "calm", "sad", "energetic"]
often = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
wishes = st.builds(
    Step, want=st.lists(st.sampled_from(WANTED), min_size=1, max_size=2, unique=True), count=st.integers(1, 3)
)
as_they_are = st.builds(Step, among=st.lists(st.sampled_from(IDS[:10]), min_size=1, max_size=3, unique=True))


@pytest.fixture(scope="module")
def opened(words_index: Any, embedder: Embedder) -> Iterator[Catalogue]:
    catalogue = Catalogue(words_index, embedder)
    yield catalogue
    catalogue.close()


@often
@given(st.lists(wishes, min_size=1, max_size=4), st.lists(st.sampled_from(WANTED), max_size=1))
def test_each_step_is_looked_for_by_itself_and_no_track_comes_twice(
    opened: Catalogue, steps: list[Step], avoid: list[str]
) -> None:
    result = in_steps(opened, Query(steps=steps, avoid=avoid), Taste())
    shown = [hit.track.id for hit in result.shown]
    assert len(shown) == len(set(shown)) == sum(result.steps) and len(result.steps) == len(steps)
    assert all(found <= step.count for found, step in zip(result.steps, steps, strict=True))
    alone = search(opened, Query(want=steps[0].want, text=", ".join(steps[0].want), avoid=avoid, count=steps[0].count))
    assert shown[: result.steps[0]] == [hit.track.id for hit in alone.shown]


@often
@given(as_they_are, wishes, as_they_are)
def test_given_tracks_stay_where_they_are(opened: Catalogue, before: Step, one: Step, after: Step) -> None:
    rest = [i for i in after.among if i not in before.among]
    steps = [before, one, *([after.model_copy(update={"among": rest})] if rest else [])]
    result = in_steps(opened, Query(steps=steps), Taste())
    shown = [hit.track.id for hit in result.shown]
    assert shown == [*before.among, *shown[len(before.among) :][: result.steps[1]], *rest]


def test_bounds_of_a_step_take_the_place_of_those_of_the_list(opened: Catalogue) -> None:
    query = Query(year_min=1960, year_max=1975, steps=[Step(count=2), Step(year_min=2000, count=2)])
    years = [hit.track.year or 0 for hit in in_steps(opened, query, Taste()).shown]
    assert all(1960 <= y <= 1975 for y in years[:2]) and all(y >= 2000 for y in years[2:])


def test_what_a_step_lacks_is_named(opened: Catalogue) -> None:
    result = in_steps(
        opened, Query(steps=[Step(want=["jazz"]), Step(year_min=2100), Step(artists=["Nobody Known"])]), Taste()
    )
    assert result.relaxed == ["from 2100 or later"] and result.absent == ["Nobody Known"]


@pytest.mark.parametrize("each", ["decade", "year", "artist", "album", "genre", "language"])
def test_one_of_each(opened: Catalogue, each: Each) -> None:
    value = {
        "decade": lambda t: t.year // 10, "year": lambda t: t.year, "artist": lambda t: t.by, "album": lambda t: t.album, "genre": lambda t: t.genres[0], "language": lambda t: t.language,
    }[each]  # fmt: skip
    shown = [hit.track for hit in search(opened, Query(want=["sad"], each=each, count=20)).shown]
    values = [value(track) for track in shown]
    assert len(values) > 2 and len(set(values)) == len(values)
    assert each_words(each).endswith(f"each {each}")


def test_of_each_the_best_is_taken(opened: Catalogue) -> None:
    plain = search(opened, Query(want=["sad"], count=20), Taste()).ranked
    one = search(opened, Query(want=["sad"], each="artist", count=20)).shown
    by = {t.id: t.by for t in opened.store.tracks(plain)}
    for hit in one:
        if hit.track.id in by:
            assert next(i for i in plain if by[i] == hit.track.by) == hit.track.id


def test_a_list_that_is_changed_in_place_keeps_what_is_liked_and_asks_for_no_taste(opened: Catalogue) -> None:
    listed = [
        *IDS[3:0:-1],
        IDS[14],
    ]  # the last is declared as made with AI, and on the screen by the listener's own word
    taste = Taste(liked=listed[:1], disliked=listed[1:2], heard=listed, last=listed)
    query = Query(among=listed, order="as listed", count=len(listed))
    assert [hit.track.id for hit in search(opened, query, taste).shown] == listed


def test_a_step_whose_bounds_cross_is_refused() -> None:
    with pytest.raises(ValueError, match="year: the lower bound 1990 is above the upper bound 1980"):
        Step(year_min=1990, year_max=1980)


def test_where_a_value_is_known_of_none_none_is_like_another(opened: Catalogue) -> None:
    unknown = [i for i, key in opened.store.rows("SELECT id, tonic FROM tracks") if key is None]
    assert len(unknown) > 3
    shown = [hit.track.id for hit in search(opened, Query(among=unknown[:4], each="key", count=4)).shown]
    assert len(shown) == 4
