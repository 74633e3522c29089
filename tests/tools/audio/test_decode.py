"""Decoding: what comes back unchanged, and what is refused with one clear line."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from tests.tools.audio.signals import noise, sine
from tools.audio import decode as decoding
from tools.audio.decode import AudioRejected, Limits, decode
from tools.audio.engine import analyze_file


def write(path: Path, *channels: np.ndarray, rate: int = 44_100, **how: str) -> Path:
    soundfile.write(path, np.array(channels).T, rate, **how)
    return path


def encode(path: Path, codec: str, container: str, rate: int = 48_000) -> Path:
    """A two-second stereo 440 Hz tone by PyAV."""
    wave = np.array([sine(440, 2, rate=rate)] * 2, dtype=np.float32)
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="stereo")
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return path


@pytest.mark.parametrize(("name", "tolerance"), [("a.wav", 1e-4), ("a.flac", 1e-4), ("a.mp3", 0.05), ("a.ogg", 0.05)])
def test_sound_comes_back(tmp_path: Path, name: str, tolerance: float) -> None:
    left, right = sine(440, 1, rate=44_100), sine(880, 1, rate=44_100)
    audio = decode(write(tmp_path / name, left, right))
    assert audio.rate == 44_100 and audio.samples.dtype == np.float32 and audio.samples.shape[0] == 2
    assert audio.duration_s == pytest.approx(1, abs=0.1)
    assert np.abs(audio.samples).max() == pytest.approx(0.1, abs=0.02)
    if audio.samples.shape[1] == len(left):
        assert np.abs(audio.samples - np.array([left, right])).max() < tolerance


@pytest.mark.parametrize(("codec", "container"), [("aac", "ipod"), ("libopus", "ogg"), ("aac", "adts")])
def test_av_formats(tmp_path: Path, codec: str, container: str) -> None:
    audio = decode(encode(tmp_path / "sound.bin", codec, container))
    assert audio.samples.shape[0] == 2 and audio.duration_s == pytest.approx(2, abs=0.1)
    assert float(np.sqrt((audio.samples**2).mean())) == pytest.approx(0.1 / np.sqrt(2), rel=0.1)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(0.5)).rename(tmp_path / "a.mp3")
    assert decode(path).samples.shape[0] == 1


def reason(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(AudioRejected) as caught:
        decode(path, limits or Limits())
    message = str(caught.value)
    assert "\n" not in message and len(message) < 160
    return message


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").touch()
    assert reason(tmp_path / "a.mp3") == "not an audio file: it is empty"
    assert "cannot be read" in reason(tmp_path / "none.mp3")
    assert "is a folder" in reason(tmp_path) and "index build" in reason(tmp_path)


def test_text_named_mp3(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("never gonna give you up\n" * 50)
    assert reason(path) == "not an audio file: the content is text"


def test_playlists_open_no_other_file(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.wav", noise(1))
    path = tmp_path / "a.mp3"
    for playlist in (
        f"#EXTM3U\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{secret}'\n",
    ):
        path.write_text(playlist)
        assert "text" in reason(path)
        path.write_bytes(b"ID3\x04\0\0\0\0\0\0" + playlist.encode())
        assert "cannot be decoded" in reason(path)


def test_a_wave_of_no_length(tmp_path: Path) -> None:
    assert reason(write(tmp_path / "a.wav", np.zeros(0), np.zeros(0))) == "holds no audio (0 samples)"


def test_garbage_behind_a_known_header(tmp_path: Path) -> None:
    rubbish = np.random.default_rng(0).bytes(5000)
    for head in (
        b"fLaC",
        b"OggS",
        b"RIFF\0\0\0\0WAVE",
        b"\0\0\0\x20ftypM4A ",
        b"\xff\xfb\x90\0",
        b"\x1aE\xdf\xa3",
    ):
        path = tmp_path / "a.bin"
        path.write_bytes(head + rubbish)
        assert reason(path)


def test_a_broken_off_flac_is_kept_with_a_note(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.flac", noise(20))
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    audio = decode(whole)
    assert 2 < audio.duration_s < 12
    assert "breaks off" in audio.notes[0]


def test_nan_becomes_silence_with_a_note(tmp_path: Path) -> None:
    wave = noise(2)
    wave[1000:1010] = np.nan
    wave[2000] = np.inf
    path = write(tmp_path / "a.wav", wave, subtype="FLOAT")
    audio = decode(path)
    assert np.isfinite(audio.samples).all() and "11 samples" in audio.notes[0]
    assert audio.notes[0] in analyze_file(path, "cpu").notes
    assert "NaN" in reason(write(tmp_path / "b.wav", np.full(100, np.nan), subtype="FLOAT"))


def test_limits_on_length_and_size(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", np.zeros(44_100 * 60))
    assert "too long" in reason(path, Limits(minutes=0.5))
    assert "too large" in reason(path, Limits(decoded_bytes=1_000_000))


def test_a_huge_declared_size_is_refused_before_decoding(tmp_path: Path) -> None:
    path = write(tmp_path / "a.flac", noise(1))
    data = bytearray(path.read_bytes())
    (packed,) = struct.unpack(">Q", data[18:26])  # STREAMINFO: 36 bits of length after rate, channels and depth
    data[18:26] = struct.pack(">Q", packed | (2**36 - 1))
    path.write_bytes(data)
    assert "too long" in reason(path)


def test_a_slow_child_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(decoding, "_CHILD", child)
    path = write(tmp_path / "a.wav", noise(0.1))
    assert "took longer than 0.5 s" in reason(path, Limits(seconds=0.5))


def test_a_crash_of_the_child_is_a_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os; os.kill(os.getpid(), 11)")
    monkeypatch.setattr(decoding, "_CHILD", child)
    assert "stopped with status" in reason(write(tmp_path / "a.wav", noise(0.1)))


def test_the_child_loads_no_torch() -> None:
    source = decoding._CHILD.read_text()
    assert "torch" not in "".join(line for line in source.splitlines() if line.lstrip().startswith(("import", "from")))
