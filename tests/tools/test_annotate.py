"""The annotation of a track with audio, for real; and of what is no audio."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import SetAside
from index.track import Origin
from tests.tools.making import track, wav
from tools.annotate import Annotator


def test_a_sound_gets_profile_caption_and_origins(tmp_path: Path) -> None:
    song = track(audio=str(wav(tmp_path / "a.wav", 3.0)), genres=("drone",), lyrics=None)
    made = Annotator("cpu")(song)
    assert made.profile and abs(made.profile.duration_s - 3.0) < 0.05
    assert made.duration_s == made.profile.duration_s
    assert made.caption and "drone" in made.caption
    assert {k: o.kind for k, o in made.origins.items()} == {
        "profile": "measured",
        "duration_s": "measured",
        "caption": "modelled",
    }
    assert song.profile is None


def test_a_declared_caption_stays(tmp_path: Path) -> None:
    own = {"caption": Origin(kind="declared", detail="column caption")}
    made = Annotator("cpu")(track(audio=str(wav(tmp_path / "a.wav", 1.0)), caption="Mine.", origins=own))
    assert (made.caption, made.origins["caption"].kind) == ("Mine.", "declared")


def test_words_alone_pass_through() -> None:
    assert Annotator("cpu")(track()) == track()


def test_garbage_is_set_aside_with_a_line(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello " * 100)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "cut.wav").write_bytes(b"RIFF\x10\0\0\0WAVEjunkjunkjunk")
    wav(tmp_path / "short.wav", 0.1)
    for name in ("text", "empty", "cut", "short", "gone"):
        with pytest.raises(SetAside) as reason:
            Annotator("cpu")(track(audio=str(tmp_path / f"{name}.wav")))
        assert str(reason.value) and "\n" not in str(reason.value)
