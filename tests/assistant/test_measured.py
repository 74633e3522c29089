"""What was measured, told as it was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.measured import about_sound, measured
from index.track import Track
from tests.fixtures.profiles import made_profile
from tools.summary import summary

BODY: dict[str, Any] = {"name": "demo.wav", "measured": {**summary(made_profile()), "voices": ["0:10–0:20"], "progressions": ["i-VI"], "events": ["drop at 0:40"], "notes": ["a note"]}}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "says", "silent"),
    [
        ("where does it lift?", ["lifts at 0:20", "drop at 0:40"], ["BPM", "LUFS"]),
        ("what key is it in?", ["A minor"], ["BPM", "Form"]),
        ("how fast is it?", ["100 BPM", "4/4"], ["A minor", "Form"]),
        ("which chords does it use?", ["longest are Am", "i-VI"], ["BPM"]),
        ("what are the chords of the verse?", ["By part: A (verse) 0:00: Am."], ["BPM", "longest", "Form"]),
        ("chords of the bridge", ["no part that I would call a bridge", "A (verse) 0:00: Am"], ["BPM"]),
        ("how is it built: where is the chorus?", ["chorus"], ["LUFS"]),
        ("is it loud enough?", ["-14.0 LUFS", "6.0 LU"], ["BPM"]),
        ("when does somebody sing? any vocals?", ["0:10–0:20"], ["BPM"]),
        ("what could a remix keep?", ["100 BPM", "A minor", "i-VI", "Form", "0:10–0:20"], ["LUFS"]),
        ("how long is it?", ["1:00"], ["BPM"]),
        ("which instruments do you hear?", ["no instrument"], ["BPM"]),
        ("where is the loudest moment?", ["lifts at 0:20"], ["LUFS"]),
        ("does it have drums?", ["no instrument"], ["BPM", "LUFS"]),
        ("what should I improve?", ["do not judge"], ["BPM"]),
        ("which songs in the catalogue are like it?", ["nearest stand beside it"], ["BPM"]),
        ("where is the chorus?", ["I take", "for the chorus", "inferred"], ["BPM", "Form"]),
        ("is there a bridge?", ["no part that I would call a bridge", "Form"], ["BPM"]),
        ("In welcher Tonart steht es?", ["A minor"], ["BPM"]),
        ("how bassy is it?", ["% is bass", "treble"], ["BPM", "LUFS"]),
        ("how wide is the stereo image?", ["stereo width"], ["BPM", "is bass"]),
        ("how much reverb does it have?", ["to tell its room"], ["BPM", "LUFS"]),
        ("is it rough?", ["cannot tell how rough"], ["BPM"]),
        ("how busy is it?", ["notes and beats a second", "is struck"], ["BPM"]),
        ("how bright is it?", ["Hz"], ["BPM"]),
        ("analyze my track", ["I measured demo.wav", "100 BPM", "A minor", "Form", "LUFS", "(a note)"], []),
    ],
)
def test_only_what_was_asked(question: str, says: list[str], silent: list[str]) -> None:
    text = measured(BODY, question)
    assert "demo.wav" in text and all(words in text for words in says) and not any(words in text for words in silent)


def test_the_room_and_the_surface() -> None:
    body = {"name": "x", "measured": {**BODY["measured"], "reverberance_s": 1.24, "roughness": 0.5}}
    assert measured(body, "how dry is it?") == "x: Notes ring on for 1.2 s."
    assert measured(body, "how smooth is it?") == "x: Its roughness is 0.50, from 0 smooth to 1 grating."


def test_what_was_not_found_is_said() -> None:
    bare = {"name": "x", "measured": {"duration": "0:09", "tempo_bpm": None, "key": None, "sections": [], "chords": []}}
    assert measured(bare, "what's the tempo?") == "x: I found no steady pulse."
    assert "no key" in measured(bare, "which key?") and "no voice" in measured(bare, "any vocals?")
    assert measured(bare, "and the chords?").startswith("I measured x: 0:09 long")


def test_about_one_track_and_no_other() -> None:
    track = Track(id="own", title="Kitchen Take", profile=made_profile())
    reply = about_sound(track, "what key is it in?")
    assert reply.text == "Kitchen Take: The key is A minor." and reply.artifacts[0]["kind"] == "analysis"
