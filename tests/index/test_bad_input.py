"""Bad input through the real command line: one clear line on stderr, the right exit code, nothing lost."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

import pytest

import index.catalogue
import ui.commands
from index.errors import UserError
from index.store import FILE, Store
from index.vectors import FOLDER
from tests.index.conftest import HashEmbedder, write_jsonl, write_wav
from ui.main import main

PROGRAM = [sys.executable, "-m", "ui.main"]
ROOT = Path(__file__).parents[2]
# The same program with batches of one track, so that a test can see how far it is, and the embedder of these tests.
IN_STEPS = [sys.executable, "-c", """
import signal
import index.build, ui.commands, ui.main
from tests.index.conftest import HashEmbedder
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
index.build.BATCH, ui.commands.Embedder = 1, HashEmbedder
raise SystemExit(ui.main.main())
"""]  # fmt: skip
NOISE = random.Random(1).randbytes(10_000)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command line with an embedder that costs nothing, away from the user's own home."""
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(ui.commands, "Embedder", HashEmbedder)
    monkeypatch.setattr(index.catalogue, "Embedder", HashEmbedder)


def build(source: Path, index: Path) -> list[str]:
    return ["index", "build", str(source), "--index", str(index), "--json", "-j", "2", "--device", "cpu"]


def refused(capfd: pytest.CaptureFixture[str], argv: list[str]) -> str:
    """The one line with which a command ended; asserts that it is one, on stderr, with exit code 2."""
    capfd.readouterr()
    assert main(argv) == 2
    out, err = capfd.readouterr()
    assert out == "" and err.startswith("linernotes: ") and err.count("\n") == 1, err
    return err


def report(capfd: pytest.CaptureFixture[str], argv: list[str]) -> dict[str, Any]:
    capfd.readouterr()
    assert main(argv) == 0
    out, err = capfd.readouterr()
    assert "Traceback" not in err
    found: dict[str, Any] = json.loads(out)
    return found


# -- sources ------------------------------------------------------------------------------------------------------


def test_an_empty_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "music").mkdir()
    assert "no music in this folder" in refused(capfd, build(tmp_path / "music", tmp_path / "index"))
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("content", [NOISE, b""], ids=["noise", "empty"])
def test_a_manifest_of_noise(tmp_path: Path, capfd: pytest.CaptureFixture[str], suffix: str, content: bytes) -> None:
    path = tmp_path / f"manifest{suffix}"
    path.write_bytes(content)
    assert str(path) in refused(capfd, build(path, tmp_path / "index"))
    assert not (tmp_path / "index").exists()


def test_a_source_that_is_not_there_or_nothing_we_read(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.xlsx").write_bytes(NOISE)
    assert "no such file" in refused(capfd, build(tmp_path / "nowhere", tmp_path / "index"))
    assert "not a manifest" in refused(capfd, build(tmp_path / "list.xlsx", tmp_path / "index"))


def _nan_wav(path: Path) -> None:
    data = struct.pack("<f", float("nan")) * 22_050
    head = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 3, 1, 22_050, 88_200, 4, 32, b"data", len(data))
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data)


def test_files_that_are_no_music_among_good_ones_are_set_aside(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    music = tmp_path / "music"
    write_wav(music / "good.wav", 2.0)
    write_wav(music / "also good.wav", 2.0, 330.0)
    (music / "letter.mp3").write_text("Dear Sir or Madam,\n" * 100)
    (music / "nothing.wav").write_bytes(b"")
    with wave.open(str(music / "zero.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
    _nan_wav(music / "nan.wav")
    (music / "noise.flac").write_bytes(NOISE)
    (music / "x").mkdir()
    (music / "x" / "letter.mp3").write_text("Another letter\n" * 100)
    body = report(capfd, build(music, tmp_path / "index"))
    reasons = {r["where"]: r["reason"] for r in body["rejected"]}
    assert (body["tracks"], body["added"]) == (2, 2)
    assert reasons.keys() == {"letter.mp3", "x/letter.mp3", "nothing.wav", "zero.wav", "nan.wav", "noise.flac"}
    assert "text" in reasons["letter.mp3"] and "empty" in reasons["nothing.wav"]
    assert "0 samples" in reasons["zero.wav"] and "NaN" in reasons["nan.wav"]
    listed = report(capfd, ["index", "info", "--json", "--index", str(tmp_path / "index")])
    assert {r["where"] for r in listed["rejected"]} == reasons.keys() and listed["measured"] == 2


def test_three_bad_rows_of_a_thousand_do_not_stop_the_rest(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [json.dumps({"id": f"t{i}", "caption": f"Piano piece {i}"}) for i in range(1, 1001)]
    lines[9], lines[499], lines[998] = '{"id": "t10"', '{"id": "t500", "title": "T", "year": "??"}', '{"caption": "?"}'
    source = tmp_path / "m.jsonl"
    source.write_text("\n".join(lines), "utf-8")
    body = report(capfd, build(source, tmp_path / "index"))
    assert (body["tracks"], body["added"]) == (997, 997)
    assert [r["where"] for r in body["rejected"]] == ["m.jsonl:10", "m.jsonl:500", "m.jsonl:999"]
    capfd.readouterr()
    assert main([a for a in build(source, tmp_path / "index") if a != "--json"]) == 0
    told = capfd.readouterr().out
    assert "997 unchanged" in told and all(f"m.jsonl:{n}" in told for n in (10, 500, 999))


# -- targets and indexes -----------------------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "good.jsonl", [{"id": f"t{i}", "caption": f"Song {i}"} for i in range(3)])


def test_a_target_that_is_not_ours_is_left_alone(
    tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "documents"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    assert "holds other files" in refused(capfd, build(source, target))
    assert [p.name for p in target.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("target", ["file", "file/below", "/proc/linernotes"])
def test_a_target_that_cannot_be_written(
    tmp_path: Path, source: Path, target: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("a regular file")
    path = tmp_path / target
    assert str(path) in refused(capfd, build(source, path))
    assert (tmp_path / "file").read_text() == "a regular file"


COMMANDS = (["index", "info"], ["index", "check"], ["index", "search", "piano"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c[1])
def test_what_is_no_index_is_not_read(tmp_path: Path, command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    empty, text, other = tmp_path / "empty", tmp_path / "text", tmp_path / "other"
    for folder in (empty, text, other):
        folder.mkdir()
    (text / FILE).write_bytes(NOISE)
    database = sqlite3.connect(other / FILE)
    database.execute("CREATE TABLE photos (n)")
    database.close()
    assert "no index here" in refused(capfd, [*command, "--index", str(empty)])
    assert "no index here" in refused(capfd, [*command, "--index", str(tmp_path / "nowhere")])
    assert "not a database" in refused(capfd, [*command, "--index", str(text)])
    assert "another program" in refused(capfd, [*command, "--index", str(other)])
    assert "no index given" in refused(capfd, command)


@pytest.mark.parametrize("first", [4096, 60_000])
@pytest.mark.parametrize("command", [*COMMANDS, ["index", "build"]], ids=lambda c: c[1])
def test_a_broken_catalogue_is_one_line(
    tmp_path: Path, source: Path, command: list[str], first: int, capfd: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    report(capfd, build(source, index))
    for name in (FILE + "-wal", FILE + "-shm"):
        (index / name).unlink(missing_ok=True)
    content = bytearray((index / FILE).read_bytes())
    content[first:] = (NOISE * 100)[: len(content) - first]
    (index / FILE).write_bytes(content)
    argv = build(source, index) if command[1] == "build" else [*command, "--index", str(index)]
    told = refused(capfd, argv)
    assert "malformed" in told or "damaged" in told


def test_a_damaged_vector_index_is_mended_by_check(
    tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    index = tmp_path / "index"
    report(capfd, build(source, index))
    check = ["index", "check", "--json", "--index", str(index)]
    assert report(capfd, check)["vectors"] == "ok"
    shutil.rmtree(index / FOLDER)
    assert report(capfd, check)["vectors"] == "rebuilt: it is not there"
    assert report(capfd, check)["vectors"] == "ok"


def test_no_search_text_is_a_crash(tmp_path: Path, source: Path, capfd: pytest.CaptureFixture[str]) -> None:
    report(capfd, build(source, tmp_path / "index"))
    for text in ("?!", '"', "x" * 5000, "no drums", "\ud800"):
        assert main(["index", "search", text, "--index", str(tmp_path / "index"), "--json"]) == 0
        assert "Traceback" not in capfd.readouterr().err


# -- the program itself ------------------------------------------------------------------------------------------


def run(*argv: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROGRAM, *map(str, argv)], capture_output=True, text=True, timeout=120)


def test_the_real_program_refuses_with_one_line_and_code_2(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes(NOISE)
    done = run("index", "build", tmp_path / "m.csv", "--index", tmp_path / "index")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"linernotes: {tmp_path / 'm.csv'}: not a text file")


def test_an_interrupt_loses_nothing_and_the_next_build_does_only_the_rest(tmp_path: Path) -> None:
    music, index = tmp_path / "music", tmp_path / "index"
    files = 16  # long enough a build to be stopped in
    for i in range(files):
        write_wav(music / f"{i:02}.wav", 2.0, 200.0 + 10 * i)
    argv = ["index", "build", str(music), "--index", str(index), "--json", "-j", "1", "--device", "cpu"]
    stopped = subprocess.Popen([*IN_STEPS, *argv], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)  # fmt: skip
    deadline = time.monotonic() + 90
    while count(index) < 2 and time.monotonic() < deadline and stopped.poll() is None:
        time.sleep(0.02)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does: the decoder's process gets it too
    out, err = stopped.communicate(timeout=60)
    assert (stopped.returncode, out, err.count("\n")) == (130, "", 2), err
    assert "of 16 tracks that were to be done are kept" in err
    kept = count(index)
    assert 2 <= kept < files
    resumed = subprocess.run([*IN_STEPS, *argv], cwd=ROOT, capture_output=True, text=True, timeout=120)
    body = json.loads(resumed.stdout)
    assert (resumed.returncode, body["tracks"], body["rejected"]) == (0, files, [])
    assert (body["unchanged"], body["added"]) == (kept, files - kept)


def count(index: Path) -> int:
    """Tracks that a build has committed so far."""
    try:
        store = Store(index)
    except UserError:
        return 0
    kept = len(store)
    store.close()
    return kept


@pytest.mark.parametrize(
    "argv", [["index"], ["nonsense"], ["index", "build"], ["analyze", "--device", "abacus", "x.wav"]]
)
def test_a_mistyped_command_is_one_line_and_two(argv: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    out, err = capfd.readouterr()
    assert ended.value.code == 2 and not out
    assert err.startswith("linernotes") and err.count("\n") == 1 and "--help" in err


def test_a_folder_of_which_nothing_can_be_used_is_refused_with_the_reasons(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    (music / "a.mp3").write_text("no sound")
    assert main(build(music, tmp_path / "index")) == 2
    out, err = capfd.readouterr()
    assert "the content is text" in json.loads(out)["rejected"][0]["reason"]
    assert "nothing of it could be used" in err.splitlines()[-1]


def test_a_search_for_nothing_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    source = write_jsonl(tmp_path / "m.jsonl", [{"id": "a", "title": "Kettle"}])
    assert main(build(source, tmp_path / "index")) == 0
    assert "nothing to search for" in refused(capfd, ["index", "search", "  ", "--index", str(tmp_path / "index")])
