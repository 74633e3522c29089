"""Lists in steps as people ask for them, and what is none: one track that changes, instruments that are counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedded.constraints import parse_constraints
from assistant.embedded.merge import merged
from assistant.embedded.steps import steps_of
from assistant.embedded.understand import Reader
from index.concepts import vocabulary
from tests.assistant.states import NOTHING, after


def places(text: str) -> list[int]:
    limits = [c.start for c in parse_constraints(text) if c.fields.keys() - {"count"}]
    return [*limits, *(m.start for m in vocabulary().mentions(text))]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("two calm tracks, then three energetic ones, then something sad", [("two calm tracks", 2), ("three energetic ones", 3), ("something sad", 1)]),
        ("jazz, then folk", [("jazz", 2), ("folk", 2)]),
        ("start with two songs from the 60s and finish with something from after 2010", [("two songs from the 60s", 2), ("something from after 2010", 1)]),
        ("first a waltz, followed by two tangos", [("a waltz", 1), ("two tangos", 2)]),
        ("make me a playlist: 3 slow songs, 2 fast songs and 1 waltz", [("3 slow songs", 3), ("2 fast songs", 2), ("1 waltz", 1)]),
        ("four songs alternating between fast and slow", [("fast", 1), ("slow", 1), ("fast", 1), ("slow", 1)]),
        ("a waltz, two reggae songs, and a lullaby", [("a waltz", 1), ("two reggae songs", 2), ("a lullaby", 1)]),
        ("a quiet jazz piece and a loud metal piece", [("a quiet jazz piece", 1), ("a loud metal piece", 1)]),
        ("zwei ruhige, dann drei schnelle, dann einen Walzer", [("zwei ruhige", 2), ("drei schnelle", 3), ("einen Walzer", 1)]),
        ("deux chansons calmes, puis trois chansons tristes", [("deux chansons calmes", 2), ("trois chansons tristes", 3)]),
        ("dos canciones tranquilas, luego una alegre", [("dos canciones tranquilas", 2), ("una alegre", 1)]),
        ("half jazz, half folk", [("jazz", 3), ("folk", 3)]),
        ("please play two sad ones, after that something really happy", [("two sad ones", 2), ("something really happy", 1)]),
    ],
)  # fmt: skip
def test_steps(text: str, steps: list[tuple[str, int]]) -> None:
    found = steps_of(text, places)
    assert found and [(s.words, s.count) for s in found.stretches] == steps


@pytest.mark.parametrize(
    "text",
    [
        "then something sad",
        "a song with two guitars and one piano",
        "something that starts quiet and then builds up",
        "sad music, then",
        "what comes then?",
        "calm at first and then it gets loud and sad",
        "two calm tracks",
        "a song that has first a quiet part, then a loud one",
        "a jazz song with a flute and a piano",
        "something with a cello, a harp and a choir",
        "a song with a reggae beat and a folk melody",
        "something between jazz and a waltz",
        "folk with a touch of jazz and a bit of blues",
        "I want jazz and then we will see",
        "twelve jazz tracks, then twelve folk songs",
        "",
    ],
)
def test_no_steps(text: str) -> None:
    assert steps_of(text, places) is None


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "two",
                "a",
                "then",
                ",",
                "jazz",
                "sad",
                "songs",
                "and",
                "3",
                "one",
                "first",
                "half",
                "alternate",
                ":",
                "with",
            ]
        ),
        max_size=12,
    ).map(" ".join)
)
def test_whatever_is_written_a_list_stays_within_its_bounds(text: str) -> None:
    found = steps_of(text, places)
    assert found is None or (len(found.stretches) > 1 and 1 < sum(s.count for s in found.stretches) <= 20)


def test_what_is_said_of_all_of_a_list_is_no_step(reader: Reader) -> None:
    u = reader.understand("an instrumental list: two slow ones, then one by Grave Meridian", NOTHING)
    assert u.fields["steps"] == [{"want": ["slow"], "count": 2}, {"artists": ["Grave Meridian"], "count": 1}]
    assert u.want == ("instrumental",) and u.fields["count"] == 3 and u.intent.intent == "find"
    years = reader.understand("two songs from the 60s, then something without drums", NOTHING).fields["steps"]
    assert years == [{"year_min": 1960, "year_max": 1969, "count": 2}, {"avoid": ["drums"], "count": 1}]


def test_a_list_is_another_topic_unless_it_is_of_what_was_asked_for(reader: Reader) -> None:
    assert reader.understand("two jazz tracks, then a waltz", after()).fresh_topic
    assert not reader.understand("two slow ones, then two fast ones", after()).fresh_topic


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("one from each decade", {"each": "decade", "order": "oldest first"}),
        ("one song per artist", {"each": "artist"}),
        ("a different artist each", {"each": "artist"}),
        ("all in different keys", {"each": "key"}),
        ("no two by the same band", {"each": "artist"}),
        ("a playlist of five, one from every album", {"each": "album", "count": 5}),
        ("each by another singer", {"each": "artist"}),
        ("one in the same key", {}),
        ("one song per decade from the 60s on", {"each": "decade", "order": "oldest first", "year_min": 1960}),
        (
            "one track from each decade up to the nineties",
            {"each": "decade", "order": "oldest first", "year_max": 1999},
        ),
        (
            "one each from the 70s, 80s and 90s",
            {"each": "decade", "order": "oldest first", "year_min": 1970, "year_max": 1999},
        ),
        ("one song each by Ada and Bo", {"each": "artist"}),
        ("songs by an artist from Sweden", {}),
    ],
)
def test_one_of_each(text: str, fields: dict[str, object]) -> None:
    assert {k: v for c in parse_constraints(text) for k, v in c.fields.items()} == fields


def test_what_is_exchanged_is_wanted_no_longer(reader: Reader) -> None:
    u = reader.understand("replace the piano with guitar", after({"text": "calm piano", "want": ["calm", "piano"]}))
    assert u.allow == ("piano",) and u.want == ("guitar",)


def test_one_each_by_several_artists_are_steps(reader: Reader) -> None:
    u = reader.understand("one song each by Grave Meridian and Volt Parade", NOTHING)
    assert u.fields == {"steps": [{"artists": ["Grave Meridian"]}, {"artists": ["Volt Parade"]}], "count": 2}
    assert u.artists == ()


def test_a_step_may_be_a_title(reader: Reader) -> None:
    u = reader.understand("play Winter Post, then Feira, then something by Volt Parade", NOTHING)
    titles = [step.get("titles") for step in u.fields["steps"]]
    assert titles == [["Winter Post"], ["Feira"], None] and u.fields["count"] == 3


STEPS = [{"want": ["jazz"], "count": 2}, {"want": ["blues"]}, {"artists": ["Volt Parade"], "count": 2}]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("no blues", [STEPS[0], STEPS[2]]),
        ("nothing by Volt Parade", STEPS[:2]),
        ("without drums", STEPS),
        ("only two", [{**STEPS[0], "count": 1}] * 2),
        ("make it six", [{**STEPS[0], "count": 1}] * 2 + [{**STEPS[1], "count": 1}] + [{**STEPS[2], "count": 1}] * 2 + [{**STEPS[0], "count": 1}]),
        ("some reggae, please", None),
    ],
)  # fmt: skip
def test_what_becomes_of_the_steps(reader: Reader, text: str, left: list[object] | None) -> None:
    state = after({"text": "two jazz, then one blues, then two by Volt Parade", "steps": STEPS, "count": 5})
    assert merged(reader.understand(text, state), state).get("steps") == left
