"""Captions: every word and number has a source in the track."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from index.profile import Energy, Event, Key, KeySpan, Loudness, Rhythm, Tempo, Texture, Timbre
from tests.tools.making import profile, track
from tools.captions import sound_words, tempo_word, write_caption

OWN_WORDS = {
    "a", "an", "at", "bpm", "in", "with", "and", "sung", "tempo", "slow", "mid", "upbeat", "fast", "piece", "instrumental", "track", "the", "sound", "is", "it", "moves", "through",
    "bright", "dark", "toned", "percussive", "sustained", "bass", "heavy", "wide", "busy", "sparse", "quiet", "loud", "calm", "energetic", "dramatic", "opens", "quietly", "gently",
    "full", "strength", "lifts", "peaks", "falls", "away", "ends", "strong", "major", "minor", "silence", "or", "close", "to",
}  # fmt: skip
TAGS = st.lists(
    st.sampled_from(["folk", "jazz", "sad", "calm", "harp", "flute", "New Orleans"]), max_size=6, unique=True
)
SHARE = st.floats(0, 1)


@given(
    st.builds(
        profile,
        tempo=st.builds(Tempo, st.none() | st.floats(30, 260), st.just(0.5)),
        meter=st.sampled_from([None, "4/4", "3/4", "7/8"]),
        key=st.none() | st.builds(Key, st.sampled_from(["C#", "F"]), st.sampled_from(["major", "minor"]), SHARE),
        loudness=st.builds(Loudness, st.none() | st.floats(-60, 0), st.none(), st.none()),
        energy=st.builds(Energy, SHARE, SHARE, st.floats(0, 12), st.none(), st.lists(SHARE, max_size=60)),
        timbre=st.builds(Timbre, st.none() | st.floats(50, 9000), SHARE, SHARE, SHARE, SHARE, SHARE),
    ),
    TAGS,
    TAGS,
    TAGS,
    st.sampled_from([None, "vocal", "instrumental"]),
    st.sampled_from([None, "Welsh"]),
)
@settings(max_examples=150, deadline=None)
def test_every_word_and_number_has_a_source(
    measured: Any, genres: list[str], moods: list[str], instruments: list[str], vocals: str | None, language: str | None
) -> None:
    song = track(
        genres=tuple(genres), moods=tuple(moods), instruments=tuple(instruments), vocals=vocals, language=language
    )
    caption = write_caption(song, measured)
    declared = " ".join((*genres, *moods, *instruments, language or ""))
    tonic = measured.key.name if measured.key else ""
    known = OWN_WORDS | set(re.findall(r"[a-z#]+", f"{declared} {tonic} a minor".lower()))
    text = re.sub(r"\d+:\d\d", " ", caption)
    assert set(re.findall(r"[a-z#]+", text.lower())) <= known
    numbers = {f"{measured.tempo.bpm:.0f}"} if measured.tempo.bpm else set()
    numbers |= set(measured.meter.split("/")) if measured.meter else set()
    assert set(re.findall(r"\d+", text)) <= numbers
    times = {int(m) * 60 + int(s) for m, s in re.findall(r"(\d+):(\d\d)", caption)}
    assert all(at < max(len(measured.energy.curve), 1) for at in times)


def test_a_caption_reads_well() -> None:
    song = track(
        genres=("Folk",), moods=("sad",), instruments=("harp", "flute"), vocals="vocal", language="Welsh", lyrics=None
    )
    assert (
        write_caption(song, profile(meter="3/4"))
        == "A sad, mid-tempo folk track in A minor at 96 BPM in 3/4, with harp and flute, sung in Welsh."
    )


@pytest.mark.parametrize(
    ("bpm", "word"),
    [(None, None), (75.9, "slow"), (76, "mid"), (115.9, "mid"), (116, "upbeat"), (139.9, "upbeat"), (140, "fast")],
)
def test_tempo_words(bpm: float | None, word: str | None) -> None:
    assert tempo_word(bpm) == word


@pytest.mark.parametrize(
    ("timbre", "density", "lufs", "words"),
    [
        (Timbre(2800, 0.61, 0.46, 0.51, 0, 0), 3.6, -13.4, ["energetic", "percussive"]),
        (Timbre(2400, 0.6, 0.46, 0.51, 0, 0), 2.5, -14.4, []),
        (Timbre(1500, 0.28, 0.46, 0.51, 0, 0), 2.5, -16.0, []),
        (Timbre(1100, 0.24, 0.45, 0.5, 0, 0), 1.5, -23.1, ["calm", "sustained"]),
        (Timbre(None, 0.4, 0, 0, 0, 0), 3.6, None, []),
    ],
)  # fmt: skip
def test_sound_words_at_their_thresholds(timbre: Timbre, density: float, lufs: float | None, words: list[str]) -> None:
    measured = profile(timbre=timbre, energy=Energy(0.5, 1, density, None), loudness=Loudness(lufs, None, None))
    assert sound_words(measured) == words
    assert sound_words(replace(measured, texture=Texture(words=["bright"]))) == [*words, "bright"]


def test_silence_is_called_silence() -> None:
    assert write_caption(track(), profile(loudness=Loudness(None, None, None))) == "Silence, or close to it."


def test_wide_dynamics_are_dramatic() -> None:
    loud_and_quiet = profile(energy=Energy(0.5, 12.1, 2, None), timbre=Timbre(2000, 0.4, 0, 0, 0, 0))
    assert "dramatic" in sound_words(loud_and_quiet)


def test_rhythm_and_events_are_told() -> None:
    events = [Event(40.0, 48.0, "break", 0.9), Event(48.0, 49.0, "drop", 0.9), Event(170.0, 180.0, "fade-out", 1.0)]
    told = write_caption(track(lyrics=None), profile(rhythm=Rhythm(swing=0.64, course="free"), events=events))
    assert told.endswith(
        "It has a swung rhythm, moves in free time, has a break at 0:40, has a drop at 0:48 and fades out."
    )


def test_a_change_of_key_is_told_once_each() -> None:
    keys = [KeySpan(0, 5, "A", "minor"), KeySpan(5, 9, "C", "major"), KeySpan(9, 20, "A", "minor")]
    assert write_caption(track(lyrics=None), profile(keys=keys)).endswith("It moves through A minor and C major.")
