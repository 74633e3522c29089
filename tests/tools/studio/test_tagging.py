"""Tags in a copy of a file: read back as an index reads them, and not a sample changed."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from index.errors import UserError
from index.fields import TrackFields
from index.sheets import sheets_beside
from index.tags import read_tags
from index.track import Credit, LyricLine, Lyrics, Rights, Track
from tests.fixtures.profiles import made_profile
from tools.studio.tagging import tags_of, write_tagged

TRACK = Track(
    id="own", title="Quarry", artists=("Cy", "Dee"), album="Stone", year=2026, isrc="QZABC2500001", genres=("folk", "jazz"), moods=("calm",), profile=made_profile(bpm=96.0),
    lyrics=Lyrics(lines=(LyricLine(time_s=1.0, text="over the quarry"), LyricLine(time_s=62.5, text="and home")), source="the artist"),
    rights=Rights(licence="CC BY", ai_status="declared_human", credits=(Credit(role="composer", name="Cy"), Credit(role="lyricist", name="Dee"), Credit(role="lyricist", name="Eve"))),
)  # fmt: skip
EVERYTHING = {"title", "artist", "album", "date", "genre", "comment", "composer", "lyricist", "ISRC", "MOOD", "BPM", "INITIALKEY", "LICENSE", "CONTAINSAI", "LYRICS"}  # fmt: skip
RATE = 48_000


def sound(path: Path) -> Path:
    """Two seconds of noise and tone, in the container that the name asks for."""
    time = np.arange(2 * RATE) / RATE
    tone = 0.2 * np.sin(2 * np.pi * 220 * time) + 0.05 * np.random.default_rng(1).normal(size=time.size)
    if path.suffix in {".wav", ".flac", ".ogg", ".mp3"}:
        soundfile.write(path, tone.astype(np.float32), RATE)
        return path
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libopus" if path.suffix == ".opus" else "aac", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=RATE, frame_size=960 if path.suffix == ".opus" else 1024)  # fmt: skip
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(part))
        out.mux(stream.encode(None))
    return path


def decoded(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)])


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".wav"])
def test_tags_are_read_back_and_samples_are_unchanged(tmp_path: Path, suffix: str) -> None:
    source = sound(tmp_path / f"take{suffix}")
    before = source.read_bytes()
    tags = tags_of(TRACK, "A calm folk song at 96 BPM.", lyrics=True)
    assert tags.keys() == EVERYTHING
    done = write_tagged(source, tmp_path / "tagged" / source.name, tags)
    copy = tmp_path / "tagged" / source.name
    assert np.array_equal(decoded(source), decoded(copy)) and source.read_bytes() == before
    fields = TrackFields(lenient=True)
    read_tags(copy, fields)
    read = fields.track("x")
    assert (read.title, read.album, read.artists, read.genres) == ("Quarry", "Stone", ("Cy", "Dee"), ("folk", "jazz"))
    assert set(done.held) | set(done.left_out) == EVERYTHING and {"title", "artist", "comment"} <= set(done.held)
    if suffix in {".wav", ".m4a"}:
        assert "CONTAINSAI" in done.left_out and read.rights.ai_status == "unknown"
        return
    assert done.left_out == ()
    assert read.isrc == "QZABC2500001" and read.rights.ai_status == "declared_human" and read.rights.licence == "CC BY"
    assert {(c.role, c.name) for c in read.rights.credits} >= {("composer", "Cy")}
    assert "[01:02.50]and home" in sheets_beside(copy)[0].text


def test_lyrics_only_when_they_are_asked_for(tmp_path: Path) -> None:
    source = sound(tmp_path / "take.flac")
    tags = tags_of(TRACK, "A line.", lyrics=False)
    write_tagged(source, tmp_path / "copy.flac", tags)
    assert "LYRICS" not in tags and sheets_beside(tmp_path / "copy.flac") == []


def test_what_cannot_hold_tags_is_said(tmp_path: Path) -> None:
    (tmp_path / "take.aiff").write_bytes(b"FORM")
    (tmp_path / "take.mp3").write_bytes(b"no sound at all")
    for name, words in (("take.aiff", "cannot be written into a .aiff"), ("take.mp3", "cannot be written")):
        with pytest.raises(UserError, match=words):
            write_tagged(tmp_path / name, tmp_path / "copy" / name, {"title": "x"})
        assert not (tmp_path / "copy" / name).exists()
