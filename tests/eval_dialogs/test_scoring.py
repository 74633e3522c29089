"""pass^k and the share of flaky dialogs."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval_dialogs.results import Attempt, DialogResult
from eval_dialogs.scoring import pass_hat, score, tries


def dialog(*outcomes: str, name: str = "d") -> DialogResult:
    attempts = [Attempt.model_validate({"number": n, "outcome": o, "turns": []}) for n, o in enumerate(outcomes, 1)]
    whole = next((o for o in ("error", "failed") if o in outcomes), "passed") if outcomes else "skipped"
    return DialogResult.model_validate(
        {"id": name, "name": name, "file": "d.yaml", "line": 1, "outcome": whole, "attempts": attempts}
    )


def test_the_estimator_by_hand() -> None:
    assert [pass_hat(4, 3, k) for k in (1, 2, 3, 4)] == [0.75, 0.5, 0.25, 0.0]
    assert pass_hat(1, 1, 1) == 1.0 and pass_hat(5, 0, 1) == 0.0 and pass_hat(5, 5, 5) == 1.0


@pytest.mark.parametrize(("n", "c", "k"), [(3, 4, 1), (3, -1, 1), (3, 1, 0), (3, 1, 4), (0, 0, 1)])
def test_what_makes_no_sense_is_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="attempts"):
        pass_hat(n, c, k)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.data())
def test_it_is_the_share_of_all_choices_of_k_attempts_that_passed(outcomes: list[bool], data: st.DataObject) -> None:
    k = data.draw(st.integers(1, len(outcomes)))
    choices = [all(chosen) for chosen in combinations(outcomes, k)]
    assert pass_hat(len(outcomes), sum(outcomes), k) == pytest.approx(float(Fraction(sum(choices), len(choices))))


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))))
def test_it_never_rises_with_k(tried: tuple[int, int]) -> None:
    values = [pass_hat(*tried, k) for k in range(1, tried[0] + 1)]
    assert values == sorted(values, reverse=True) and all(0 <= v <= 1 for v in values)


def test_a_run() -> None:
    found = score(
        [
            dialog("passed", "passed", "passed"),
            dialog("passed", "failed", "failed"),
            dialog("error", "passed", "passed", "passed"),
            dialog("error"),
            dialog(),
        ]
    )
    assert (found.passed, found.failed, found.errors, found.skipped) == (1, 1, 2, 1)
    assert found.pass_hat == pytest.approx({1: (1 + 1 / 3 + 1) / 3, 2: 2 / 3, 3: 2 / 3})
    assert found.flaky == pytest.approx(1 / 3)
    assert tries(dialog("error", "passed", "failed")) == (2, 1)


def test_nothing_tried_and_nothing_repeated() -> None:
    assert score([]).pass_hat == {} and score([]).flaky is None
    once = score([dialog("passed"), dialog("failed")])
    assert once.pass_hat == {1: 0.5} and once.flaky is None
