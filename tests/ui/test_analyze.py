"""`linernotes analyze` as scripts and people use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

from tests.tools.audio.signals import RATE, progression
from ui.main import main

Output = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("songs") / "loop.wav"
    soundfile.write(path, progression(["C:maj", "G:maj", "A:min", "F:maj"] * 3), RATE)
    return path


def test_json_lines_come_in_order_with_the_schema(song: Path, tmp_path: Path, capsys: Output) -> None:
    missing = tmp_path / "missing.wav"
    assert main(["analyze", "--json", "-j", "2", str(song), str(missing), str(song)]) == 2
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert [r["file"] for r in rows] == [str(song)] * 2 and rows[0] == rows[1]
    assert rows[0]["schema"] == 2 and rows[0]["key"]["tonic"] == "C" and rows[0]["harmony"]["progressions"]
    assert err.splitlines() == [f"linernotes: {missing}: cannot be read: No such file or directory"]


def test_only_some_parts_are_the_same_as_in_the_whole(song: Path, capsys: Output) -> None:
    assert main(["analyze", "--json", str(song)]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert main(["analyze", "--json", "--only", "form,harmony", str(song)]) == 0
    some = json.loads(capsys.readouterr().out)
    assert set(some) == {
        "file",
        "duration_s",
        "key",
        "keys",
        "chords",
        "harmony",
        "sections",
        "events",
        "notes",
        "schema",
    }
    assert all(some[name] == whole[name] for name in some)


def test_the_table_is_for_people(song: Path, capsys: Output) -> None:
    assert main(["analyze", str(song)]) == 0
    out = capsys.readouterr().out
    assert "C major" in out and "I-V-vi-IV" in out and "loop.wav" in out


def test_a_picture_of_one_and_a_folder_for_several(song: Path, tmp_path: Path, capsys: Output) -> None:
    picture = tmp_path / "one.png"
    assert main(["analyze", "--plot", str(picture), str(song)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG") and capsys.readouterr().out.strip() == str(picture)
    other = tmp_path / "other.wav"
    other.write_bytes(song.read_bytes())
    assert main(["analyze", "--plot", str(tmp_path / "folder"), str(song), str(other)]) == 0
    assert sorted(p.name for p in (tmp_path / "folder").iterdir()) == ["loop.png", "other.png"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "rhythm,smell"], "no part is called 'smell'"),
        (["--only", ""], "no part is called ''"),
        (["--plot", "picture.jpg"], "a picture is a .png file"),
        (["--plot", "x.png", "--only", "form"], "leave --only out"),
        (["--plot", "/proc/no/x.png"], "cannot be written"),
    ],
)
def test_bad_options_get_one_line(song: Path, capsys: Output, options: list[str], said: str) -> None:
    assert main(["analyze", *options, str(song)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("linernotes: --") and said in line
