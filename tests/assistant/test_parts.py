"""Questions about the parts of a track, and questions that leave out what the one before them said."""

from __future__ import annotations

import pytest

from assistant.embedded.ellipsis import all_completed
from assistant.embedded.parts import Part, longest, parts, told_of_parts
from tests.assistant.states import after

BODY = {
    "sections": ["A (intro) 0:00–0:08, 4 bars", "B (verse) 0:08–0:24", "C (chorus) 0:24–0:32, 1 bar", "C (chorus) 1:50–2:06, 8 bars", "D 2:06–2:20"],
    "chords_by_part": ["B (verse) 0:08: Am F", "C (chorus) 0:24: C G"], "arc": "opens sparse, lifts at 0:24 and falls away", "opens_on": "Am", "closes_on": "C", "key": "A minor",
}  # fmt: skip


def test_parts_are_read_as_they_are_told() -> None:
    intro, verse, *_, last = parts(BODY)
    assert intro == Part("A", "intro", "0:00", "0:08", 4) and intro.length == "4 bars, 8 seconds"
    assert verse.bars is None and verse.length == "16 seconds" and verse.place == "0:08–0:24"
    assert last.called == "D" and parts({}) == []
    assert longest(BODY, "chorus") == 16 and longest(BODY, "solo") is None


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("how long is the intro?", "The intro has 4 bars, 8 seconds at 0:00; names of parts are inferred."),
        ("how many bars has the refrain?", "It comes 2 times; the chorus has 1 bar, 8 seconds at 0:24 and 8 bars, 16 seconds at 1:50; names of parts are inferred."),
        ("the chords of the chorus", "By part: C (chorus) 0:24: C G."),
        ("how does it end?", "Its last part is D from 2:06, the last chord is C and it falls away at the end."),
        ("how does it start?", "It opens sparse, its first part is A (intro) to 0:08 and the first chord is Am."),
        ("what's the ending like?", "Its last part is D from 2:06, the last chord is C and it falls away at the end."),
        ("does it end on the tonic?", "The last chord is C, in A minor."),
        ("is the chorus catchy?", ""),
        ("how fast is it?", ""),
    ],
)  # fmt: skip
def test_what_is_told_of_them(asked: str, told: str) -> None:
    assert told_of_parts(BODY, asked) == told


def test_a_fade_is_how_it_ends_and_nothing_measured_is_said_to_be_so() -> None:
    assert "it fades out at 2:10." in told_of_parts(BODY | {"events": ["fade-out at 2:10"]}, "how does it end?")
    assert told_of_parts({}, "how does it end?") == "How it goes from part to part was not measured."


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        (("what are the chords of the chorus of T1?", "and the verse?"), "what are the chords of the verse of T1?"),
        (("the chords of its chorus?", "and the verse?", "and of the bridge?"), "the chords of its bridge?"),
        (("does it change key?", "where?"), "where does it change key?"),
        (("why the first?", "and the second?"), "why the second?"),
        (("how does Blue Ferry end?", "and the last one?"), "how does the last one end?"),
        (("who wrote it?", "what about T3?"), "who wrote T3?"),
        (("is there a story?", "and Glass Cathedral?"), "is there a story of Glass Cathedral?"),
        (("why the first?", "and jazz?"), "and jazz?"),
        (("how long is it?", "where?"), "where?"),
        (("how does T1 end?", "and begin?"), "how does T1 begin?"),
        (("does it have a bridge?", "and a solo?"), "does it have a solo?"),
        (("is it faster than T2?", "and than T3?"), "is it faster than T3?"),
        (("the lyrics please", "and the chorus?"), "and the chorus?"),
        (("and the second?",), "and the second?"),
        (("why the first?", "and without drums"), "and without drums"),
        (("it's in a minor key, isn't it?", "and T3?"), "is T3 in a minor key?"),
        (("is the first a waltz?", "and T3?"), "is T3 a waltz?"),
        (("are the first two from the 80s?", "what about Glass Cathedral?"), "what about Glass Cathedral?"),
        (("what key is the first in?", "and the others?"), "what key are these in?"),
        (("how long is T2?", "what about the rest?"), "how long are these?"),
        (("who sings T2?", "and the others?"), "and the others?"),
    ],
)
def test_what_was_left_out_is_filled_in(asked: tuple[str, ...], full: str) -> None:
    assert all_completed(asked, after(), lambda said: said == "Glass Cathedral") == full
