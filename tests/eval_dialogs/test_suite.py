"""The dialogs that come with the program, as a suite: their themes, that each is described, and that each asks something.

What they say of the product is `linernotes replay`'s to tell, on the demo catalogue; whether they bite,
`python -m tests.eval_dialogs.mutate`'s.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing

import pytest

from assistant.settings import load
from eval_dialogs.runner import Runner
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from index.catalogue import Catalogue

THEMES = {
    "mood": 3, "story": 3, "texture": 3, "instrument": 4, "refinement": 6, "bans": 8, "comparison": 5, "references": 8, "undo": 4, "likes": 5, "unknown-artist": 2,
    "lyrics": 8, "rights": 6, "ai": 5, "upload": 4, "playlist": 5, "languages": 8, "typos": 3, "off-topic": 4, "injection": 8, "contradictions": 4, "empty": 5, "grounding": 5,
}  # fmt: skip


@pytest.fixture(scope="module")
def suite() -> list[Script]:
    return read_scripts([])


def test_there_are_enough_of_every_theme(suite: list[Script]) -> None:
    have = Counter(tag for script in suite for tag in script.dialog.tags)
    assert len(suite) >= 60
    assert {theme: have[theme] for theme, count in THEMES.items() if have[theme] < count} == {}
    long = [s for s in suite if "refinement" in s.dialog.tags and len(s.turns) >= 6]
    assert len(long) >= 5


def test_each_says_in_a_sentence_what_it_proves(suite: list[Script]) -> None:
    unsaid = [s.id for s in suite if not (s.dialog.description.endswith(".") and len(s.dialog.description.split()) > 5)]
    assert unsaid == []


def test_each_asks_something_in_at_least_every_other_turn(suite: list[Script]) -> None:
    asked = {s.id: sum(bool(t.turn.checks.model_fields_set) for t in s.turns) / len(s.turns) for s in suite}
    assert {i: share for i, share in asked.items() if share < 0.5} == {}


def test_no_check_is_empty(suite: list[Script]) -> None:
    """`shown: {}` and the like would hold whatever came."""
    empty = [
        (script.id, name)
        for script in suite
        for turn in script.turns
        for name in turn.turn.checks.model_fields_set
        if hasattr(value := getattr(turn.turn.checks, name), "model_fields_set") and not value.model_fields_set
    ]
    assert empty == []


def test_what_is_said_is_said_once(suite: list[Script]) -> None:
    """Two dialogs of the same words would prove the same."""
    talks = Counter(tuple(t.turn.user for t in s.turns) for s in suite)
    assert [talk for talk, count in talks.items() if count > 1] == []


@pytest.mark.bench
def test_it_passes_within_a_minute(suite: list[Script]) -> None:
    settings = load()
    with closing(Catalogue(settings.demo_index)) as catalogue, closing(Stage(settings, catalogue)) as stage:
        began = time.perf_counter()
        outcomes = {d.id: d.outcome for d in Runner(stage, jobs=2).run(suite)}
        assert time.perf_counter() - began < 60
    assert {i: o for i, o in outcomes.items() if o != "passed"} == {}
