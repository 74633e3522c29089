"""What a turn may cost."""

from __future__ import annotations

import pytest

from assistant.budget import Budget, BudgetSpent


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time() -> None:
    clock = Clock()
    budget = Budget(seconds=10, clock=clock)
    assert budget.left_s == 10 and not budget.call_model()
    clock.now += 8
    assert budget.left_s == 2 and budget.call_model()  # the time is nearly over: this one has to answer
    clock.now += 3
    assert budget.left_s == 0
    with pytest.raises(BudgetSpent, match="10 seconds"):
        budget.check()


def test_tokens_and_stop() -> None:
    budget = Budget(tokens=100)
    budget.used_tokens = 101
    with pytest.raises(BudgetSpent, match="100 tokens"):
        budget.check()
    other = Budget()
    other.stopped = True
    with pytest.raises(BudgetSpent, match="stopped"):
        other.check()


def test_steps() -> None:
    budget = Budget(model_calls=2)
    assert [budget.call_model(), budget.call_model()] == [False, True]
    with pytest.raises(BudgetSpent, match="2 steps"):
        budget.call_model()


def test_tool_calls() -> None:
    budget = Budget(tool_calls=3)
    assert budget.call_tool("search_tracks", {"text": "a"}) is None
    assert "made before" in (budget.call_tool("search_tracks", {"text": "a"}) or "")
    assert budget.call_tool("search_tracks", {"text": "b"}) is None
    assert "used up" in (budget.call_tool("search_tracks", {"text": "c"}) or "")
    assert budget.call_model()  # no tool is left: answer


def test_taking_back_twice_is_no_repetition() -> None:
    budget = Budget()
    assert budget.call_tool("remember", {"undo": True}) is None and budget.call_tool("remember", {"undo": True}) is None
