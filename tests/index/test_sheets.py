"""Sheets that come with a file: sidecars, plain and synced tags of three containers, and what is believed first."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from index.lrc import parse_lyrics
from index.sheets import sheets_beside
from index.sources import Found, read_source
from index.sylt import as_lrc, synced_lyrics
from tests.index.conftest import write_wav
from tools.demo.tagging import write_audio


def synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def sylt(pieces: list[tuple[str, int]], encoding: int = 3, form: int = 2) -> bytes:
    """The body of a SYLT frame; times in milliseconds."""
    name, end = {0: ("latin-1", b"\0"), 1: ("utf-16", b"\0\0"), 2: ("utf-16-be", b"\0\0"), 3: ("utf-8", b"\0")}[
        encoding
    ]
    body = "".encode(name) + end
    for text, at in pieces:
        body += text.encode(name) + end + struct.pack(">I", at)
    return bytes([encoding]) + b"eng" + bytes([form, 1]) + body


def id3(*frames: tuple[bytes, bytes], version: int = 4) -> bytes:
    size = synchsafe if version == 4 else (lambda n: n.to_bytes(4, "big"))
    body = b"".join(name + size(len(data)) + b"\0\0" + data for name, data in frames)
    return b"ID3" + bytes([version, 0, 0]) + synchsafe(len(body)) + body


def mp3(path: Path, tag: bytes) -> Path:
    soundfile.write(path, np.zeros(44_100), 44_100, format="MP3")
    path.write_bytes(tag + path.read_bytes())
    return path


SUNG = [("\nKet", 1000), ("tle ", 1400), ("on", 1800), ("\nSteam", 4000)]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("encoding", [0, 1, 2, 3])
def test_syllables_of_sylt_are_joined_to_lines(tmp_path: Path, version: int, encoding: int) -> None:
    text = synced_lyrics(mp3(tmp_path / "a.mp3", id3((b"SYLT", sylt(SUNG, encoding)), version=version)))
    sheet = parse_lyrics(text or "", "x")
    assert sheet and [(line.time_s, line.text) for line in sheet.lines] == [(1.0, "Kettle on"), (4.0, "Steam")]
    assert [w.time_s for w in sheet.lines[0].words] == [1.0, 1.4, 1.8]


def test_sylt_without_line_breaks_is_a_line_a_piece() -> None:
    assert as_lrc(sylt([("One two", 500), ("three", 61_250)])) == "[00:00.500]One two\n[01:01.250]three"
    assert as_lrc(sylt([("x", 1)], form=1)) is None  # timed in MPEG frames
    assert as_lrc(b"") is None and as_lrc(sylt([])) is None


@given(st.binary(max_size=200), st.integers(0, 300))
def test_no_bytes_make_it_raise(tmp_path_factory: pytest.TempPathFactory, noise: bytes, cut: int) -> None:
    path = tmp_path_factory.mktemp("soup", numbered=True) / "a.mp3"
    whole = id3((b"SYLT", sylt(SUNG) + noise))
    for data in (whole[:cut], b"ID3\x04\0\x40" + noise, whole[:10] + noise):
        path.write_bytes(data)
        text = synced_lyrics(path)
        assert text is None or parse_lyrics(text, "x") is None or "[" in text
    as_lrc(noise)


def test_uslt_and_vorbis_comments(tmp_path: Path) -> None:
    uslt = b"\x03eng\0" + b"Plain words\nof a kettle"
    both = id3((b"USLT", uslt), (b"SYLT", sylt(SUNG)))
    found = sheets_beside(mp3(tmp_path / "both.mp3", both))
    assert found[0].source == "tag SYLT" and found[-1].source == "tag LYRICS" and "Plain words" in found[-1].text
    silence = np.zeros((2, 22_050))
    write_audio(tmp_path / "a.ogg", silence, [("UNSYNCEDLYRICS", "plain"), ("SYNCEDLYRICS", "[00:01.00]synced")])
    assert [s.text for s in sheets_beside(tmp_path / "a.ogg")] == ["[00:01.00]synced", "plain"]
    write_audio(tmp_path / "b.flac", silence, [("LYRICS", "of flac")])
    assert [s.text for s in sheets_beside(tmp_path / "b.flac")] == ["of flac"]


def test_mp4_lyrics(tmp_path: Path) -> None:
    def atom(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + name + body

    text = atom(b"\xa9lyr", atom(b"data", struct.pack(">II", 1, 0) + b"words in an atom"))
    moov = atom(b"moov", atom(b"udta", atom(b"meta", b"\0\0\0\0" + atom(b"ilst", text))))
    (tmp_path / "a.m4a").write_bytes(atom(b"ftyp", b"M4A \0\0\0\0") + moov)
    assert [tuple(s) for s in sheets_beside(tmp_path / "a.m4a")] == [("words in an atom", "tag LYRICS")]


def test_a_sidecar_comes_first_and_one_that_does_not_fit_makes_room_for_the_next(tmp_path: Path) -> None:
    write_wav(tmp_path / "Kettle.wav", 4.0)
    (tmp_path / "Kettle.lrc").write_text("[00:01.00]sidecar words", "utf-8")
    (tmp_path / "Kettle.txt").write_text("text words", "utf-8")
    assert _track(tmp_path).lyrics.lines[0].text == "sidecar words"
    (tmp_path / "Kettle.lrc").write_text("[00:01.00]sidecar words\n[04:00.00]long after the end", "utf-8")
    track = _track(tmp_path)
    assert track.lyrics.lines[0].text == "text words" and track.lyrics.source == "sidecar Kettle.txt"
    assert track.sheets_aside == ("sidecar Kettle.lrc: its last line is sung at 4:00, but the track lasts 0:04",)


def test_a_sheet_that_says_instrumental_makes_the_track_one(tmp_path: Path) -> None:
    write_wav(tmp_path / "Kettle.wav", 4.0)
    (tmp_path / "Kettle.lrc").write_text("[au:instrumental]\n", "utf-8")
    track = _track(tmp_path)
    assert track.vocals == "instrumental" and track.lyrics is None
    assert track.origins["vocals"].detail == "sidecar Kettle.lrc"


def _track(folder: Path):  # type: ignore[no-untyped-def]
    found = [x for x in read_source(folder) if isinstance(x, Found)]
    return found[0].track
