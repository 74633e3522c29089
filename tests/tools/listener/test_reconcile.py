"""Numbers in prose against the measurement: kept, put right, or left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.profile import Chord, Key, KeySpan, MeterSpan, Profile, Rhythm, Tempo
from tests.tools.making import profile
from tools.listener.reconcile import claims, reconcile

MEASURED = profile(duration_s=200.0, chords=[Chord(0, 1, "A:min"), Chord(1, 2, "C:maj/3")])  # 96.4 BPM, A minor, 4/4
SILENT = profile(tempo=Tempo(None, 0.0), key=None, keys=[], meter=None)


@pytest.mark.parametrize(
    "text",
    [
        "A slow piece for piano.",
        "At around 97 BPM, it walks along in A minor.",
        "The tempo of 94 beats per minute suits it.",
        "Between 90 and 100 BPM it swings in 4/4.",
        "In common time, in the key of A, it opens on an A minor chord and a C major chord.",
        "At 3:20 it ends.",
        "The chords circle Am–C–Am7/G, and an A-B-A-B form.",
        "Loud, at about -14 LUFS.",
        "A minor detail, and a major label of the 1980s.",
        "It has 12 strings and 1/16 notes, take 5.",
    ],
)
def test_what_agrees_or_claims_nothing_stays_as_it_is(text: str) -> None:
    assert reconcile(text, MEASURED).text == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A track at 128 BPM in C minor, with pads.", "A track at 96 BPM in A minor, with pads."),
        ("A steady 193 BPM.", "A steady 96 BPM."),  # an octave off
        ("Tempo: 48\nKey: F# minor\nMeter: 3/4", "Tempo: 96\nKey: A minor\nMeter: 4/4"),
        ("It sits between 120 and 124 BPM.", "It sits at 96 BPM."),
        ("A range of 60-180 BPM.", "A range of 96 BPM."),
        ("In the key of Bb it begins.", "In the key of A minor it begins."),
        ("It is in B-flat major.", "It is in A minor."),
        ("It is in C major.", "It is in A minor."),  # the relative
        ("In waltz time, it sways.", "In 4/4, it sways."),
        ("A BPM of 140, with pads.", "A BPM of 96, with pads."),
    ],
)
def test_what_disagrees_is_put_right(text: str, right: str) -> None:
    made = reconcile(text, MEASURED)
    assert made.text == right
    assert made.corrected >= 1 and made.dropped == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("A track at 128 BPM in C minor, with pads.", "A track, with pads."),
        ("A piano sings, at 70 BPM, over strings.", "A piano sings, over strings."),
        ("The tempo is around 97 BPM and it is in the key of A minor.", ""),
        ("Warm pads open. The tempo is 120 beats per minute. Drums follow.", "Warm pads open. Drums follow."),
        ("**Tempo:** 120\nWarm pads.", "Warm pads."),
        ("Set at a steady 92 BPM in 4/4 time, the groove never lets go.", "The groove never lets go."),
    ],
)
def test_without_a_measurement_the_number_goes(text: str, left: str) -> None:
    for unmeasured in (None, SILENT):
        made = reconcile(text, unmeasured)
        assert made.text == left
        assert made.dropped >= 1 and made.corrected == 0


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It moves from C major to E minor in the bridge, with strings.", "With strings."),
        ("An A minor chord opens it, then a D minor chord follows.", "An A minor chord opens it."),
        ("At 25:10 the drums return. They stay.", "They stay."),
        ("Bright pads open, over an Am-F-C-G loop. Strings follow.", "Bright pads open. Strings follow."),
        ("Recorded in 1984, it recalls the 1970s.", "It recalls the 1970s."),
        ("The bass rumbles at 60 Hz, loud at -6 LUFS.", "The bass rumbles, loud."),
    ],
)
def test_what_no_single_number_can_put_right_goes(text: str, left: str) -> None:
    assert reconcile(text, MEASURED).text == left


def test_every_key_and_meter_that_the_track_passes_through_counts() -> None:
    moving = profile(
        keys=[KeySpan(0, 10, "A", "minor"), KeySpan(10, 20, "D#", "major")],
        rhythm=Rhythm(meters=[MeterSpan(0, 10, "4/4", 1), MeterSpan(10, 20, "7/8", 1)]),
    )
    text = "From A minor it climbs to Eb major, and from 4/4 into 7/8."
    assert reconcile(text, moving).text == text


WORDS = st.sampled_from(
    ["It moves", "at 128 BPM", "120 bpm,", "in C# minor", "in the key of F", "and 3/4 time", "from 90 to 180 BPM", "with strings,", "(tempo: 88)", "an E minor chord", "in waltz time.", "and", "at -9 LUFS",
     "A minor", "B♭ major;", "over Am–F–C–G", "around", "in 1999", "2:10", "98:59", "BPM of 77", "in 4/4", "96 BPM", "\n", "Key: G major", "tempo"]
)  # fmt: skip
PROFILES = st.builds(
    lambda bpm, key, meter: profile(tempo=Tempo(bpm, 0.5), key=key, keys=[], meter=meter),
    st.none() | st.floats(30, 300),
    st.none()
    | st.builds(Key, st.sampled_from(["C", "C#", "A", "A#"]), st.sampled_from(["major", "minor"]), st.just(0.5)),
    st.none() | st.sampled_from(["4/4", "3/4", "7/8"]),
)


@given(st.lists(WORDS, max_size=12).map(" ".join), st.none() | PROFILES)
def test_no_claim_that_disagrees_is_ever_left(text: str, measured: Profile | None) -> None:
    made = reconcile(text, measured)
    wrong = [c for line in made.text.splitlines() for c in claims(line, measured) if not c.agrees]
    assert not wrong
    assert reconcile(made.text, measured).text == made.text
    assert made.corrected + made.dropped == 0 or made.text != text


@given(st.text())
def test_any_text_can_be_held_against_a_measurement(text: str) -> None:
    made = reconcile(text, MEASURED)
    assert reconcile(made.text, MEASURED).text == made.text
