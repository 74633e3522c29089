"""The grammar of turns: each pattern is shown by a turn that it was made for, and each such turn is read as its form says."""

from __future__ import annotations

import re

import pytest

from assistant.embedded.forms import Form, forms, has_words_for, says
from index.words import fold

OWN = [form for form in forms() if form.like]


def held(form: Form) -> frozenset[str]:
    """What holds of a turn that has just what a form needs."""
    signs = {sign for sign in form.when if not sign.startswith("-")}
    signs |= {"target", "shown"} if signs & {"pointed", "target"} else set()
    signs |= {"heard"} if signs & {"pointed", "file"} else set()
    return frozenset(signs | ({"pointed", "target", "shown"} if "heard" in form.when else set()))


@pytest.mark.parametrize("form", OWN, ids=[f"{n} {f.intent}: {f.like[0]}" for n, f in enumerate(OWN)])
def test_every_pattern_is_shown_by_a_turn(form: Form) -> None:
    unshown = [p.pattern for p in form.says if not any(p.search(fold(turn)) for turn in form.like)]
    assert unshown == []


@pytest.mark.parametrize(("form", "turn"), [(form, turn) for form in OWN for turn in form.like])
def test_a_turn_is_read_as_its_form_says(form: Form, turn: str) -> None:
    first = next(f for f in forms() if f.fits(fold(turn), held(form)))
    assert first.intent == form.intent


def test_what_must_not_hold_keeps_a_form_away() -> None:
    form = Form("like", frozenset({"pointed", "-wishes"}), (re.compile("great"),))
    assert form.fits("great", frozenset({"pointed"}))
    assert not form.fits("great", frozenset())
    assert not form.fits("great", frozenset({"pointed", "wishes"}))
    assert not form.fits("good", frozenset({"pointed"}))


def test_a_form_that_is_used_again_has_the_same_words() -> None:
    again = [form for form in forms() if not form.like]
    assert len(again) >= 3 and all(any(form.says == other.says for other in OWN) for form in again)


@pytest.mark.parametrize(
    ("intent", "yes", "no"),
    [
        ("dislike", "no, not that", "what a song"),
        ("like", "yes, that one", "is that a good one?"),
        ("imitate", "sing like her", "how old is she"),
        ("playlist", "keep these", "these again"),
    ],
)
def test_words_without_which_nobody_means_it(intent: str, yes: str, no: str) -> None:
    assert has_words_for(intent, yes) and not has_words_for(intent, no)  # type: ignore[arg-type]
    assert has_words_for("find", no)


def test_named_forms_are_asked_for_by_name() -> None:
    assert says("picks", "Which one would YOU pick?") and not says("picks", "pick something")
    with pytest.raises(KeyError):
        says("nothing of the kind", "x")
