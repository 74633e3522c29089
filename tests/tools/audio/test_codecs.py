"""What a lossy codec takes away must not change what is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from index.profile import Profile
from tests.tools.audio.signals import RATE, audio
from tests.tools.audio.test_rhythm_invariance import song
from tools.audio.engine import analyze, analyze_file


@pytest.fixture(scope="module")
def plain() -> Profile:
    return analyze(audio(song(104)), "cpu")


@pytest.mark.parametrize(
    ("name", "how"), [("a.mp3", {}), ("a.ogg", {"compression_level": 0.9}), ("a.opus", {"subtype": "OPUS"})]
)
def test_a_codec_changes_nothing_to_speak_of(plain: Profile, tmp_path: Path, name: str, how: dict[str, object]) -> None:
    path = tmp_path / name
    rate = 24_000 if name.endswith("opus") else RATE
    sound = song(104)
    if rate != RATE:
        sound = np.interp(np.arange(len(sound) * rate // RATE) * RATE / rate, np.arange(len(sound)), sound)
    soundfile.write(path, sound, rate, format="OGG" if name.endswith("opus") else None, **how)
    heard = analyze_file(path, "cpu")
    assert heard.tempo.bpm == pytest.approx(plain.tempo.bpm, rel=0.005)
    assert heard.meter == plain.meter
    assert heard.key and plain.key and (heard.key.tonic, heard.key.mode) == (plain.key.tonic, plain.key.mode)
    roots = [[c.label.split("/")[0] for c in p.chords if c.end_s - c.start_s > 1] for p in (heard, plain)]
    assert roots[0] == roots[1]
    assert heard.loudness.integrated_lufs == pytest.approx(plain.loudness.integrated_lufs, abs=0.3)
