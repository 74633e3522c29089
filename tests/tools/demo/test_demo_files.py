"""Rendered files: sound, tags, truth beside them, and a run that can be interrupted."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from scipy.signal import correlate
from tinytag import TinyTag

from index.errors import UserError
from tools.demo import catalogue, render
from tools.demo.catalogue import make_demo, make_track, score_of
from tools.demo.render import RATE, Samples
from tools.demo.roster import TrackSpec, roster
from tools.demo.tagging import comment_block, ogg_crc, write_audio
from tools.demo.truth import truth


def by_style(style: str) -> TrackSpec:
    return next(spec for spec in roster() if spec.style == style)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TrackSpec]:
    """One sung track in Ogg, rendered."""
    out = tmp_path_factory.mktemp("demo")
    spec = next(spec for spec in roster() if spec.title == "Key Under the Stone")
    make_track(out, 7, spec)
    return out, spec


def values(tag: TinyTag, name: str) -> list[str]:
    return [str(value) for value in tag.other.get(name, [])]


def test_all_tags_can_be_read_back(song: tuple[Path, TrackSpec]) -> None:
    out, spec = song
    tag = TinyTag.get(out / spec.file)
    assert (tag.title, tag.artist, tag.album) == (spec.title, spec.artists[0], spec.album)
    assert (tag.year, tag.track) == (str(spec.year), spec.place)
    assert [tag.genre, *values(tag, "genre")] == ["Folk", "Singer-Songwriter"]
    assert [tag.composer, *values(tag, "composer")] == list(spec.composers)
    assert values(tag, "mood") == ["intimate", "wistful"]
    assert tag.comment == spec.description or values(tag, "description") == [spec.description]
    found = {name: values(tag, name) for name in ("isrc", "language", "containsai", "vocals", "lyrics_display")}
    assert found == {
        "isrc": [spec.isrc],
        "language": ["en"],
        "containsai": ["None"],
        "vocals": ["vocal"],
        "lyrics_display": ["full"],
    }
    for name in ("lyricist", "license", "instruments"):
        assert values(tag, name), name
    assert "voice" in values(tag, "instruments")[0]
    everything = str(tag.as_dict())
    assert spec.producer in everything and spec.label in everything and "(P)" in everything


def test_the_file_sounds_and_does_not_clip(song: tuple[Path, TrackSpec]) -> None:
    out, spec = song
    samples, rate = soundfile.read(out / spec.file, dtype="float32")
    told = json.loads((out / "truth" / f"{spec.id}.json").read_text())
    assert rate == RATE and samples.shape[1] == 2
    assert len(samples) / rate == pytest.approx(told["duration_s"], abs=0.01)
    assert 0.2 < np.abs(samples).max() < 1.0
    seconds = np.abs(samples[: len(samples) // rate * rate]).reshape(-1, rate * 2).max(axis=1)
    assert np.all(seconds[:-3] > 0.01)
    left, right = np.square(samples).mean(axis=0)
    assert abs(10 * np.log10(left / right)) < 4


def test_lyrics_lie_beside_the_song(song: tuple[Path, TrackSpec]) -> None:
    out, spec = song
    text = (out / spec.file).with_suffix(".lrc").read_text(encoding="utf-8")
    assert text.startswith(f"[ti:{spec.title}]\n[ar:The Halyard Lamps]\n")
    assert "[la:en]" in text and "I left the key beneath the stone" in text


@pytest.fixture(scope="module")
def techno() -> tuple[dict[str, Any], Samples]:
    spec = by_style("techno")
    piece = score_of(spec)
    return truth(spec, piece), render.render(piece, 7)


def test_what_sounds_falls_on_the_beats_of_the_truth(techno: tuple[dict[str, Any], Samples]) -> None:
    told, samples = techno
    mono = samples.mean(axis=0)
    first = np.flatnonzero(np.abs(mono) > 0.02)[0] / RATE
    assert first == pytest.approx(told["beats_s"][0], abs=0.02)
    hop = RATE // 200
    power = np.square(mono[: len(mono) // hop * hop]).reshape(-1, hop).mean(axis=1)
    rise = np.maximum(0, np.diff(np.log10(power + 1e-6), prepend=-6))
    clicks = np.zeros_like(rise)
    clicks[np.round(np.array(told["beats_s"]) * RATE / hop).astype(int)] = 1
    lags = correlate(rise, clicks, mode="full")
    middle = len(rise) - 1
    lag = int(np.argmax(lags[middle - 40 : middle + 41])) - 40
    assert abs(lag * hop / RATE) <= 0.02


def test_the_same_seed_renders_the_same_samples() -> None:
    piece = score_of(by_style("nocturne"))
    short = replace(piece, parts=[replace(part, notes=part.notes[:40]) for part in piece.parts])
    assert np.array_equal(render.render(short, 7), render.render(short, 7))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Renders silence in no time; holds the ids of what was rendered."""
    rendered: list[str] = []

    def silence(piece: Any, seed: int) -> Samples:
        rendered.append(piece.id)
        return np.zeros((2, 4410), np.float32)

    monkeypatch.setattr(catalogue, "render", silence)
    return rendered


def test_a_second_run_renders_only_what_is_missing(tmp_path: Path, quick: list[str]) -> None:
    heard: list[tuple[int, int]] = []
    files = make_demo(tmp_path, jobs=1, limit=5, progress=lambda done, total, _: heard.append((done, total)))
    assert len(files) == 5 and all(file.exists() for file in files)
    assert heard[0] == (0, 5) and heard[-1] == (5, 5)
    assert make_demo(tmp_path, jobs=1, limit=5) == files
    assert len(quick) == 5
    files[2].unlink()
    (tmp_path / "truth" / f"{roster()[4].id}.json").unlink()
    make_demo(tmp_path, jobs=1, limit=5)
    assert quick[5:] == [roster()[2].id, roster()[4].id]
    assert files[2].exists()


def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int, title: str) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_demo(tmp_path, jobs=1, limit=4, progress=stop)
    make_demo(tmp_path, jobs=1, limit=4)
    assert quick == [spec.id for spec in roster()[:4]]
    assert not list(tmp_path.rglob(".*"))


def test_processes_write_what_one_process_writes(tmp_path: Path) -> None:
    files = make_demo(tmp_path / "many", jobs=2, limit=2)
    make_track(tmp_path / "one", 7, roster()[1])
    assert files[1].read_bytes() == (tmp_path / "one" / roster()[1].file).read_bytes()
    assert files[0].read_bytes() != files[1].read_bytes()


def test_another_seed_or_a_broken_manifest_renders_anew(tmp_path: Path, quick: list[str]) -> None:
    make_demo(tmp_path, seed=7, jobs=1, limit=1)
    make_demo(tmp_path, seed=8, jobs=1, limit=1)
    (tmp_path / "manifest.json").write_text("{", encoding="utf-8")
    make_demo(tmp_path, seed=8, jobs=1, limit=1)
    assert len(quick) == 3
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seed"] == 8 and [row["id"] for row in manifest["tracks"]] == ["lnt001"]


def test_a_missing_synthesizer_is_told_with_the_command_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(UserError, match="pip install --no-deps tinysoundfont"):
        make_demo(tmp_path, limit=1)


@pytest.mark.parametrize("ending", ["ogg", "flac"])
def test_files_are_the_same_to_the_byte_whatever_their_tags_hold(tmp_path: Path, ending: str) -> None:
    noise = np.random.default_rng(1).standard_normal((2, RATE)).astype(np.float32) * 0.05
    tags = [
        ("TITLE", "Ærø = 雨"),
        ("MOOD", "a"),
        ("MOOD", "b"),
        ("DESCRIPTION", "long " * 30_000),
        ("EMPTY", ""),
    ]
    first, second = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    write_audio(first, noise, tags)
    write_audio(second, noise, tags)
    assert first.read_bytes() == second.read_bytes()
    tag = TinyTag.get(first)
    assert tag.title == "Ærø = 雨" and values(tag, "mood") == ["a", "b"]
    back, _ = soundfile.read(first)
    assert back.shape == (RATE, 2)


def test_the_ogg_checksum_agrees_with_its_definition() -> None:
    def slow(data: bytes) -> int:
        crc = 0
        for byte in data:
            crc ^= byte << 24
            for _ in range(8):
                crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
                crc &= 0xFFFFFFFF
        return crc

    for data in (b"", b"\x00" * 30, b"OggS and more", bytes(range(256))):
        assert ogg_crc(data) == slow(data)
    assert comment_block([]).endswith(b"\x00\x00\x00\x00")
