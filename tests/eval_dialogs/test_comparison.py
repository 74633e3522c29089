"""Two runs side by side."""

from __future__ import annotations

from eval_dialogs.comparison import compare
from eval_dialogs.reports.words import difference
from tests.eval_dialogs.made import broken_turn, dialog, run, skipped, turn


def test_the_same_run_twice_is_no_different() -> None:
    one = run(dialog("a", turn()), dialog("b", broken_turn()), skipped("c"))
    found = compare(one, one)
    assert found.still_failing == ("d/b",) and not (found.newly_failing or found.changed or found.slower)
    assert list(difference(found)) == ["still failing   d/b"]


def test_each_kind_of_difference() -> None:
    other = {"text": "Other words.", "shown": [{"handle": "T1", "id": "w2", "title": "Iron Choir"}]}
    before = run(dialog("worse", turn()), dialog("better", broken_turn()), dialog("slow", turn()), dialog("gone", turn()), dialog("words", turn()), dialog("now skipped", turn()), index="01")  # fmt: skip
    after = run(dialog("worse", broken_turn()), dialog("better", turn()), dialog("slow", turn(ms=301.0)), dialog("new", turn()), dialog("words", turn(**other)), skipped("now skipped"))  # fmt: skip
    found = compare(before, after)
    assert found.newly_failing == ("d/worse",) and found.newly_passing == ("d/better",)
    assert [(s.id, s.before_ms, s.after_ms) for s in found.slower] == [("d/slow", 100, 301)]
    assert found.added == ("d/new",) and found.removed == ("d/gone", "d/now skipped")
    (change,) = found.changed
    assert (change.id, change.before, change.after) == ("d/words", "Here is T1.", "Other words.")
    assert found.conditions == ("another index: 01, now 0f",)
    told = "\n".join(difference(found))
    for words in ("newly failing   d/worse", "newly passing   d/better", "slower          d/slow: 100 ms, now 301 ms", "turn 1 “turn 1”", "showed Blue Ferry", "shows  Iron Choir", "another index"):  # fmt: skip
        assert words in told


def test_a_little_slower_and_another_question_are_no_difference() -> None:
    before = run(dialog("a", turn(ms=10)), dialog("b", turn(ms=1000)), dialog("c", turn()))
    after = run(dialog("a", turn(ms=200)), dialog("b", turn(ms=1490)), dialog("c", turn(user="another", text="x")))
    found = compare(before, after)
    assert not found.slower and not found.changed


def test_an_error_where_it_passed_is_newly_failing() -> None:
    found = compare(run(dialog("a", turn())), run(dialog("a", turn(outcome="error", error="gone"))))
    assert found.newly_failing == ("d/a",)
