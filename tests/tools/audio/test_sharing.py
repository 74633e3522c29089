"""A card shared by processes: the daemon that is started is ended, and without one nothing changes."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import soundfile

from tests.tools.audio.signals import RATE, progression
from tools.audio import analysts, sharing
from tools.audio.analysts import Analysts
from tools.audio.sharing import PIPES, shared_card

_DAEMON = """#!/bin/sh
echo "$1 $(cat) $(test -d "$CUDA_MPS_PIPE_DIRECTORY" && echo told)" >> {log}
exit {code}
"""


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a stand-in for the control daemon was told; nothing of this machine's own is found."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv(PIPES, raising=False)
    monkeypatch.setattr(sharing, "_USUAL", tmp_path / "usual")
    monkeypatch.setattr(sharing, "_BESIDE_DRIVER", str(tmp_path / "driver"))
    return tmp_path / "log"


def daemon(log: Path, code: int = 0) -> None:
    control = log.parent / "nvidia-cuda-mps-control"
    control.write_text(_DAEMON.format(log=log, code=code))
    control.chmod(0o755)


def said(log: Path) -> list[list[str]]:
    return [line.split() for line in log.read_text().splitlines()]


def test_the_daemon_ends_with_the_block(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon(log)
    monkeypatch.setattr(sharing, "_KNOCK", "raise SystemExit(0)")
    with shared_card() as told:
        assert Path(told[PIPES]).is_dir() and PIPES not in os.environ
        assert said(log) == [["-d", "told"]]
    assert said(log)[1:] == [["quit", "-t", "5", "told"]] and not Path(told[PIPES]).exists()


def test_a_server_that_lets_nobody_in_is_ended(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon(log)
    monkeypatch.setattr(sharing, "_KNOCK", "raise SystemExit(1)")
    with shared_card() as told:
        assert told == {}
    assert [words[0] for words in said(log)] == ["-d", "quit"]


def test_a_daemon_that_will_not_start_and_one_that_is_missing(log: Path) -> None:
    daemon(log, code=1)
    with shared_card() as told:
        assert told == {}
    assert len(said(log)) == 1
    (log.parent / "nvidia-cuda-mps-control").unlink()
    with shared_card() as told:
        assert told == {}


def test_the_users_own_is_left_alone(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    daemon(log)
    (log.parent / "usual").mkdir()
    (log.parent / "usual/control").touch()
    with shared_card() as told:
        assert told == {}
    monkeypatch.setattr(sharing, "_USUAL", log.parent / "nowhere")
    monkeypatch.setenv(PIPES, "/theirs")
    with shared_card() as told:
        assert told == {}
    assert not log.exists()


def test_processes_are_told_and_it_ends_after_them(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for the card, too: the processes hear on this machine's processor."""
    daemon(log)
    monkeypatch.setattr(sharing, "_KNOCK", "raise SystemExit(0)")
    monkeypatch.setattr(analysts, "device_named", lambda device: "cuda")
    soundfile.write(log.parent / "a.wav", progression(["C:maj"] * 12), RATE)
    with closing(Analysts("cpu", 4)) as listening, ThreadPoolExecutor(4) as asking:
        list(asking.map(listening.profile, [log.parent / "a.wav"] * 8))
        assert listening._others is not None
        told = listening._others.submit(os.getenv, PIPES).result()
        assert told and Path(told).is_dir() and len(said(log)) == 1
    assert [words[0] for words in said(log)] == ["-d", "quit"] and PIPES not in os.environ


def test_two_files_need_no_processes(log: Path) -> None:
    daemon(log)
    soundfile.write(log.parent / "a.wav", progression(["C:maj"] * 12), RATE)
    with closing(Analysts("cpu", 16)) as listening, ThreadPoolExecutor(2) as asking:
        list(asking.map(listening.profile, [log.parent / "a.wav"] * 2))
        assert listening._others is None and not log.exists()


@pytest.mark.gpu
def test_this_machines_card_is_shared() -> None:
    """Where the driver brings MPS and nobody else's runs; the kernels of processes are compared in `test_analysts`."""
    if not sharing.control_program():
        pytest.skip("the driver here has no MPS")
    with shared_card() as told:
        assert told
