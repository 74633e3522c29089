"""Five registers of one track: each sentence rests on something, and what goes beyond the evidence is found."""

from __future__ import annotations

from dataclasses import replace

from index.profile import VoiceSpan
from index.track import Credit, Origin, Rights, Track
from tests.fixtures.profiles import made_profile
from tools.studio.registers import REGISTERS, is_sung, registers, unsupported

ORIGINS = {name: Origin(kind="declared", detail=f"tag {name.upper()}") for name in ("title", "artists", "genres", "moods", "instruments")}  # fmt: skip
TRACK = Track(
    id="own", title="Lantern Song", artists=("Ada Quill",), genres=("Folk",), moods=("wistful",), instruments=("fiddle",),
    rights=Rights(credits=(Credit(role="composer", name="Ada Quill"),)), origins=ORIGINS, profile=made_profile(bpm=92.0, tonic="D", mode="major"),
)  # fmt: skip


def text(register: str, track: Track = TRACK) -> str:
    return " ".join(s.text for s in registers(track)[register])


def test_every_sentence_rests_on_something() -> None:
    made = registers(TRACK)
    assert tuple(made) == REGISTERS and all(made.values())
    assert all(s.text.strip() and s.rests_on for sentences in made.values() for s in sentences)


def test_what_each_says() -> None:
    assert "wistful" in text("one line") and "92 BPM" in text("one line") and "D major" in text("one line")
    assert "“Lantern Song” by Ada Quill" in text("press text") and "composer: Ada Quill" in text("press text")
    assert "Length" in text("sync brief") and "LUFS" in text("sync brief")
    assert "Folk" in text("tags") and "fiddle" in text("tags") and "92 BPM" in text("tags")


def test_what_was_not_measured_is_not_said() -> None:
    profile = TRACK.profile
    assert profile
    bare = replace(profile, tempo=replace(profile.tempo, bpm=None), key=None, keys=[], meter=None)
    made = " ".join(text(name, TRACK.model_copy(update={"profile": bare})) for name in REGISTERS)
    assert "BPM" not in made and "major" not in made
    assert registers(TRACK.model_copy(update={"profile": None}))["paragraph"] == []


def test_what_is_in_doubt_is_in_no_text() -> None:
    profile = TRACK.profile
    assert profile
    voice = VoiceSpan(start_s=1.0, end_s=3.0, confidence=0.6)
    doubtful = replace(profile, tempo=replace(profile.tempo, confidence=0.4), voices=[voice])
    played = TRACK.model_copy(update={"profile": doubtful, "vocals": "instrumental"})
    made = " ".join(text(name, played) for name in REGISTERS)
    assert "BPM" not in made and "-tempo" not in made
    assert "No vocals." in made and "A voice is heard" not in made
    assert not is_sung("instrumental", doubtful) and is_sung("female", doubtful) and not is_sung(None, doubtful)


def test_words_that_nothing_bears_out() -> None:
    words = "A wistful folk song with fiddle and thundering bagpipes, epic, but without drums."
    found = unsupported(words, TRACK)
    assert [words[u.start : u.end] for u in found] == ["bagpipes", "epic"]
    claims = "A folk song at 200 BPM in C sharp minor and 7/8, recorded with Beyoncé in Paris in 1999."
    assert [claims[u.start : u.end] for u in unsupported(claims, TRACK)] == [
        "200 BPM",
        "C sharp minor",
        "7/8",
        "Beyoncé",
        "Paris",
        "1999",
    ]
    assert unsupported("Ada Quill plays Lantern Song at 92 BPM, in D major, on a fiddle.", TRACK) == []
    assert unsupported("", TRACK) == [] and unsupported(text("paragraph"), TRACK) == []
