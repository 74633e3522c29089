"""What measurement bears out of the vocabulary: each concept from what has it, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.concepts import vocabulary
from index.heard import TEMPO, heard
from index.profile import Chord, Event, Harmony, KeySpan, Progression, Tempo
from tests.fixtures.profiles import made_profile

CHORDS = ["I", "ii", "iii", "IV", "V", "vi", "i", "iv", "v", "III", "VI", "VII", "vii°", "bVII"]


def found(**changes: Any) -> dict[str, str]:
    """The words by concept, tempo apart, of a profile with these `changes`."""
    return {e.concept: e.words for e in heard(replace(made_profile(), **changes)) if e.field != TEMPO}


def goes(*degrees: str) -> dict[str, str]:
    """The same of a track in which these progressions come back, each from 0:31 on."""
    return found(harmony=Harmony(progressions=[Progression(each, [31.4, 60.0], 8.0) for each in degrees]))


@pytest.mark.parametrize(
    ("degrees", "names"),
    [
        ("I-V-vi-IV", {"I-V-vi-IV"}),
        ("vi-IV-I-V", {"I-V-vi-IV"}),  # a loop begins anywhere
        ("i-VI-III-VII", {"I-V-vi-IV"}),  # the same in the relative minor
        ("I-vi-IV-V", {"I-vi-IV-V"}),
        ("ii-V-I", {"ii-V-I"}),
        ("ii°-V-i", {"ii-V-I"}),
        ("I-vi-ii-V-I", {"ii-V-I", "circle of fifths"}),
        ("IV-V-I", {"I-IV-V"}),
        ("I-IV-I-V-I", {"I-IV-V"}),
        ("iv-i-v", {"I-IV-V"}),
        ("V-i-VII-VI", {"andalusian cadence"}),
        ("I-V-vi-iii-IV-I-IV-V", {"canon progression"}),
        ("I-IV-iv-I", {"minor plagal cadence"}),
        ("I-V", set()),
        ("I-V-vi", set()),
        ("vii-V-I", set()),  # "ii-V-I" is not in it
        ("V-I-bVII-IV", set()),
    ],
)
def test_a_progression_has_the_names_that_musicians_give_it(degrees: str, names: set[str]) -> None:
    assert goes(degrees).keys() == names
    assert all(words == f"{degrees} from 0:31" for words in goes(degrees).values())


@given(st.lists(st.sampled_from(CHORDS), min_size=2, max_size=8), st.integers(0, 7))
def test_where_a_loop_begins_is_no_matter(chords: list[str], at: int) -> None:
    loops = {"I-V-vi-IV", "I-vi-IV-V", "andalusian cadence", "canon progression", "I-IV-V"}
    at %= len(chords)
    assert goes("-".join(chords)).keys() & loops == goes("-".join(chords[at:] + chords[:at])).keys() & loops


def test_the_first_of_two_that_are_called_alike_is_named() -> None:
    assert goes("vi-IV-I-V", "I-V-vi-IV") == {"I-V-vi-IV": "vi-IV-I-V from 0:31"}


def test_a_key_changes_where_both_are_sure() -> None:
    a, b = KeySpan(0, 30, "A", "minor", 0.8), KeySpan(30, 60, "F#", "major", 0.8)
    assert found(keys=[a, b]) == {"key change": "a change to F# major at 0:30"}
    assert (
        found(keys=[a]) == found(keys=[a, replace(b, confidence=0.2)]) == found(keys=[a, replace(a, start_s=30)]) == {}
    )


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ("C major, C# major", {"key change up a semitone"}),
        ("A minor, B minor", {"key change up a whole tone"}),
        ("A minor, D major", {"key change up a whole tone"}),  # the relative of B minor
        ("C major, A# major", {"key change down a whole tone"}),
        ("C major, B major", {"key change down a semitone"}),
        ("C major, D major, C# major", {"key change up a whole tone", "key change down a semitone"}),
        ("A minor, A major", {"minor to major"}),
        ("A major, A minor", {"major to minor"}),
        ("A minor, C major", set()),
        ("A minor, F major, A minor", set()),
    ],
)
def test_how_a_key_changes(keys: str, names: set[str]) -> None:
    spans = [KeySpan(20.0 * n, 20.0 * n + 20, *key.split(), 0.9) for n, key in enumerate(keys.split(", "))]  # type: ignore[arg-type]
    assert found(keys=spans).keys() - {"key change"} == names and "key change" in found(keys=spans)


@pytest.mark.parametrize(
    ("chords", "names"),
    [
        ("A:min D:min7 G:7 C:maj7", {"seventh chords"}),
        ("A:min D:min7 G:maj C:maj E:maj", set()),
        ("A:min E:maj A:maj", {"picardy third"}),
        ("A:min E:maj A:maj/3 N", {"picardy third"}),
        ("A:min E:maj E:maj", set()),
        ("A:min E:maj A:min", set()),
        ("N", set()),
    ],
)
def test_single_chords(chords: str, names: set[str]) -> None:
    spans = [Chord(2.0 * n, 2.0 * n + 2, label, 0.9) for n, label in enumerate(chords.split())]
    assert found(chords=spans, keys=[KeySpan(0, 60, "A", "minor", 0.9)]).keys() == names


def test_what_the_form_does() -> None:
    events = [Event(20, 25, "drop", 0.4), Event(40, 45, "drop", 0.9), Event(10, 20, "build-up", 0.6), Event(50, 60, "fade-out", 0.8), Event(0, 5, "fade-in", 0.9)]  # fmt: skip
    assert found(events=events) == {
        "beat drop": "a drop from 0:40",
        "crescendo": "a build-up from 0:10",
        "fade-out": "a fade-out from 0:50",
    }


@pytest.mark.parametrize(
    ("meter", "odd"), [("7/8", True), ("5/4", True), ("4/4", False), ("12/8", False), (None, False)]
)
def test_odd_meters(meter: str | None, odd: bool) -> None:
    assert found(meter=meter) == ({"odd meter": meter} if odd else {})


@pytest.mark.parametrize(
    ("bpm", "sure", "word"),
    [(60, 0.9, "slow"), (100, 0.9, "medium tempo"), (170, 0.9, "fast"), (80, 0.9, None), (60, 0.3, None)],
)
def test_tempo_words_need_a_sure_tempo(bpm: float, sure: float, word: str | None) -> None:
    of = [e.concept for e in heard(replace(made_profile(), tempo=Tempo(bpm, sure))) if e.field == TEMPO]
    assert of == ([word] if word else [])


def test_every_concept_that_is_heard_is_in_the_vocabulary_and_can_be_said() -> None:
    every = {
        *goes("I-V-vi-IV", "I-vi-IV-V", "ii-V-I", "IV-V-I"),
        *goes("i-VII-VI-V", "I-V-vi-iii-IV-I-IV-V", "vi-ii-V", "IV-iv-I"),
    }
    every |= {"key change", "odd meter", "crescendo", "beat drop", "breakdown", "fade-out"}
    every |= {
        "key change up a semitone",
        "key change up a whole tone",
        "key change down a semitone",
        "key change down a whole tone",
    }
    every |= {"minor to major", "major to minor", "picardy third", "seventh chords"}
    assert len(every) == 22 and all(vocabulary().had(concept) for concept in every)
