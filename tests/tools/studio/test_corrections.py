"""What an artist says against the measurement: applied, kept in order, refused when it makes no sense."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import UserError
from index.track import Track
from tests.fixtures.profiles import made_profile
from tools.studio.corrections import Correction, corrected, correction

TRACK = Track(id="own", title="Demo", moods=("sad",), profile=made_profile(bpm=60.0, tonic="A", mode="minor"))


def said(*pairs: tuple[str, str]) -> Track:
    return corrected(TRACK, [correction(field, value, "the artist", "2026-11-25") for field, value in pairs])


def test_a_tempo_that_was_heard_at_half() -> None:
    before, profile = TRACK.profile, said(("tempo", "120 bpm")).profile
    assert before and profile and profile.tempo.bpm == 120
    assert len(profile.beats_s) == 2 * len(before.beats_s) - 1 and profile.beats_s == sorted(profile.beats_s)
    assert [round(p.bpm / q.bpm, 3) for p, q in zip(profile.tempo.curve, before.tempo.curve, strict=True)] == [2.0] * len(before.tempo.curve)  # fmt: skip
    back = corrected(said(("tempo", "120")), [correction("tempo", "60", "x", "y")]).profile
    assert back and back.tempo.bpm == 60 and len(back.beats_s) in {len(before.beats_s), len(before.beats_s) - 1}


@pytest.mark.parametrize(
    ("value", "tonic", "mode"),
    [("C major", "C", "major"), ("Bb minor", "A#", "minor"), ("f# min", "F#", "minor"), ("E", "E", "major"), ("Am", "A", "minor"), ("e♭ maj", "D#", "major")],
)  # fmt: skip
def test_a_key(value: str, tonic: str, mode: str) -> None:
    profile = said(("key", value)).profile
    assert profile and profile.key and (profile.key.tonic, profile.key.mode) == (tonic, mode)
    assert (profile.keys[0].tonic, profile.keys[0].mode) == (tonic, mode)


def test_names_of_sections_moods_and_meter() -> None:
    track = said(("section 2", "bridge"), ("moods", "hopeful, calm"), ("meter", "6/8"), ("title", "Final  Mix"))
    assert track.profile and track.profile.sections[1].name == "bridge" and track.profile.meter == "6/8"
    assert track.moods == ("hopeful", "calm") and track.title == "Final Mix"
    assert track.origins["moods"].detail == "corrected by the artist, 2026-11-25"
    assert said(("section 99", "bridge")).profile == TRACK.profile


def test_the_last_word_counts() -> None:
    assert said(("moods", "angry"), ("moods", "calm")).moods == ("calm",)
    assert corrected(TRACK, []) == TRACK


@pytest.mark.parametrize(
    ("field", "value"),
    [("tempo", "fast"), ("tempo", "0"), ("tempo", "5000"), ("tempo", ""), ("key", "H minor"), ("key", ""), ("key", "E## major"), ("meter", "3"), ("meter", "3/5"), ("section x", "a"), ("section 1", " "), ("moods", ""), ("loudness", "-14"), ("__class__", "x")],
)  # fmt: skip
def test_what_makes_no_sense_is_said(field: str, value: str) -> None:
    with pytest.raises(UserError) as wrong:
        correction(field, value, "the artist", "2026-11-25")
    assert "\n" not in str(wrong.value)


@given(
    st.sampled_from(["tempo", "key", "meter", "moods", "title", "section 1", "section 3", "genres"]),
    st.text(max_size=12),
)
def test_whatever_is_said_it_is_refused_or_applied(field: str, value: str) -> None:
    try:
        made: Any = correction(field, value, "x", "y")
    except UserError:
        return
    track = corrected(TRACK, [made])
    assert isinstance(made, Correction) and track.origins[field].detail.startswith("corrected by")
