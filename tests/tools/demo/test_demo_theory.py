"""Chords, voicings, patterns: what must hold for any input."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.demo.patterns import Register, bass_line, comp, hits, voicings
from tools.demo.score import METERS
from tools.demo.theory import (
    QUALITIES,
    SCALES,
    Chord,
    Key,
    chord_scale,
    key_named,
    nearest,
    power_chord,
    progression,
    roman,
    voicing,
)

chords = st.builds(Chord, st.integers(0, 11), st.sampled_from(sorted(QUALITIES)))
keys = st.builds(Key, st.integers(0, 11), st.sampled_from(sorted(SCALES)))
bars = st.lists(st.sampled_from(["I", "ii7", "iii", "IVmaj7", "V7", "vi", "bVII", "iih7 V7"]), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("token", "tonic", "label"),
    [("I", 0, "C:maj"), ("ii7", 0, "D:min7"), ("V7", 9, "E:7"), ("bVI", 9, "F:maj"), ("iih7", 7, "A:hdim7")],
)
def test_roman_numerals_count_from_the_major_scale(token: str, tonic: int, label: str) -> None:
    assert roman(token, tonic).label == label


@pytest.mark.parametrize("token", ["", "H", "VIII", "I13", "iimaj7", "?"])
def test_what_is_no_roman_numeral_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match=r"numeral|ending"):
        roman(token, 0)


def test_keys_are_named_by_tonic_and_mode() -> None:
    assert key_named("A minor").label == "A minor"
    assert key_named("D dorian").label == "D minor"
    assert key_named("F# mixolydian").moved(2).label == "G# major"
    with pytest.raises(ValueError, match="unknown mode"):
        key_named("A lydian-ish")


@given(bars, st.integers(0, 11), st.sampled_from(sorted(METERS)))
def test_a_progression_fills_its_bars_without_gaps(names: list[str], tonic: int, meter: str) -> None:
    beats = METERS[meter].beats
    spans = progression(" | ".join(names), tonic, float(beats))
    assert spans[0].start == 0
    assert spans[-1].end == pytest.approx(beats * len(names))
    assert all(a.end == pytest.approx(b.start) for a, b in pairwise(spans))


@given(chords, st.integers(40, 60), st.integers(18, 30), st.integers(1, 5), st.booleans())
def test_a_voicing_rises_stays_in_range_and_holds_only_chord_tones(
    chord: Chord, low: int, width: int, size: int, spread: bool
) -> None:
    voices = voicing(chord, None, low, low + width, size, spread)
    assert 1 <= len(voices) <= size
    assert list(voices) == sorted(set(voices))
    assert low <= voices[0] and voices[-1] <= low + width
    assert {pitch % 12 for pitch in voices} <= set(chord.pitch_classes)


@given(chords, st.integers(28, 50))
def test_a_power_chord_has_no_third(chord: Chord, low: int) -> None:
    root, fifth, octave = power_chord(chord, low)
    assert low <= root < low + 12
    assert root % 12 == chord.root and octave == root + 12
    assert fifth % 12 == chord.pitch_classes[2]


@given(st.lists(chords, min_size=2, max_size=6))
def test_voices_are_led_by_small_steps(row: list[Chord]) -> None:
    before = None
    for chord in row:
        voices = voicing(chord, before, 52, 76, 3)
        if before:
            assert max(min(abs(p - q) for q in before) for p in voices) <= 7
        before = voices


@given(chords, keys)
def test_a_chord_scale_holds_the_chord_and_no_clash_with_it(chord: Chord, key: Key) -> None:
    scale = chord_scale(chord, key)
    tones = set(chord.pitch_classes)
    assert tones <= scale
    assert scale - tones <= key.scale


@given(st.floats(40, 80), st.sets(st.integers(0, 11), min_size=1))
def test_nearest_is_never_further_than_half_an_octave(target: float, classes: set[int]) -> None:
    pitch = nearest(target, frozenset(classes), 20, 100)
    assert pitch % 12 in classes
    assert abs(pitch - target) <= 6.5


@given(st.text("xXo.-0123", min_size=1, max_size=32), st.sampled_from([2.0, 3.0, 4.0, 5.0, 7.0]))
def test_hits_stay_in_their_bar_and_do_not_overlap(pattern: str, bar: float) -> None:
    found = hits(pattern, bar)
    assert all(hit.start >= 0 and hit.start + hit.length <= bar + 1e-6 for hit in found)
    assert all(a.start + a.length <= b.start + 1e-6 for a, b in pairwise(found))
    assert len(found) == sum(symbol not in ".-" for symbol in pattern)


@given(bars, st.sampled_from(["x---x---", "x.x-x-x-", "0-1-2-3-", "x-------"]), st.booleans())
def test_an_accompaniment_plays_what_the_chords_say(names: list[str], pattern: str, sustain: bool) -> None:
    spans = progression(" | ".join(names), 0, 4.0)
    for note in comp(spans, pattern, 4.0, Register(52, 74, 4), 80, sustain):
        span = next(s for s in spans if s.start - 1e-6 <= note.start < s.end - 1e-6)
        assert note.pitch % 12 in span.chord.pitch_classes
        assert 1 <= note.velocity <= 127
    assert len(voicings(spans, Register(52, 74, 4))) == len(spans)


@given(bars)
def test_the_bass_plays_the_root_where_it_is_told_to(names: list[str]) -> None:
    spans = progression(" | ".join(names), 0, 4.0)
    notes = bass_line(spans, "R---5-w-", 4.0, 28, 45, 80)
    starts = {note.start: note for note in notes}
    for span in spans:
        if span.start % 4 == 0:
            assert starts[span.start].pitch % 12 == span.chord.root
    assert all(26 <= note.pitch <= 52 for note in notes)
