"""Lists that go in steps: "two calm ones, then one with a choir"."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from index.catalogue import Catalogue
from index.query import BOUNDS, Query, Step
from index.search import Result, Taste, search

_ADDED = (
    "want",
    "avoid",
    "artists",
    "titles",
)  # to what the query asks for besides; the rest of a step takes its place


def in_steps(catalogue: Catalogue, query: Query, taste: Taste) -> Result:
    """One answer out of a search for each step; no track comes twice. `Result.steps` says how many tracks each step found."""
    catalogue = catalogue.snapshot()
    results: list[Result] = []
    given = [i for step in query.steps for i in step.among]
    for step in query.steps:
        taken = [hit.track.id for result in results for hit in result.shown] + ([] if step.among else given)
        results.append(search(catalogue, _of_step(query, step), replace(taste, taken=taken)))
    first, *others = results
    for other in others:
        first = replace(
            first,
            shown=[*first.shown, *other.shown],
            ranked=_once(first.ranked, other.ranked),
            relaxed=_once(first.relaxed, other.relaxed),
            absent=_once(first.absent, other.absent),
            unknown=_once(first.unknown, other.unknown),
            matching=first.matching + other.matching,
            meant=first.meant | other.meant,
            known=first.known | other.known,
            withheld=max(first.withheld, other.withheld),
        )
    return replace(first, steps=[len(result.shown) for result in results], bounds={}, let_go=[])


def _of_step(query: Query, step: Step) -> Query:
    """What is wanted of one step."""
    if step.among:
        return Query(among=step.among, order="as listed", count=len(step.among), want=step.want)
    own = step.model_dump(exclude_defaults=True, exclude={*_ADDED, "compare", "count"})
    added = {name: list(dict.fromkeys((*getattr(query, name), *getattr(step, name)))) for name in _ADDED}
    wider = {name: None for bounds in BOUNDS if own.keys() & {*bounds} for name in bounds}
    return query.model_copy(
        update={
            "steps": [], "text": ", ".join(step.want) or query.text, **added, **wider, **own, "count": step.count,
            "compare": step.compare or query.compare,
        }
    )  # fmt: skip


def _once(first: list[str], second: list[str]) -> list[str]:
    return list(dict.fromkeys(chain(first, second)))
