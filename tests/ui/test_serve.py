"""`linernotes serve` through the real command line, with processes that pretend to be vLLM; once with vLLM itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from assistant import running
from assistant.processes import await_ready, before, end, start
from assistant.serving import Wish, plan
from assistant.settings import load
from tests.fixtures import vllm_server
from tests.fixtures.vllm_server import free_port as port
from ui import serve

ROOT = Path(__file__).parents[2]
FAKE = ROOT / "tests/fixtures/fake_vllm"
KEY = "a-key-that-nobody-guesses"


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen3", "max_position_embeddings": 4096}))
    return folder


def until(holds: Callable[[], bool]) -> None:
    """Waits for what another process does; fails after ten seconds."""
    for _ in range(100):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


def environment(home: Path, how: str = "", **more: str) -> dict[str, str]:
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("LINERNOTES_", "VLLM_", "COVERAGE"))}
    return bare | {
        "PYTHONPATH": f"{ROOT}{os.pathsep}{FAKE}",
        "LINERNOTES_HOME": str(home),
        "FAKE_VLLM": how,
        **more,
    }


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "ui.main", *map(str, args)]


def run(home: Path, *args: object, how: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*args), capture_output=True, text=True, timeout=60, env=environment(home, how, **more)
    )


@contextmanager
def serving(home: Path, *args: object, how: str = "", **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command("serve", *args), env=environment(home, how, **more), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def group(pid: int) -> list[int]:
    """The processes that are alive in a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, owner = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(owner) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def test_from_start_to_a_clean_end(tmp_path: Path, checkpoint: Path) -> None:
    home, at = tmp_path / "home", port()
    with serving(home, "--cpu", "--agent-model", checkpoint, "--port", at, "--json", how="slow") as process:
        assert process.stdout and process.stderr
        told = json.loads(process.stdout.readline())["agent"]
        assert (told["url"], told["model"]) == (f"http://127.0.0.1:{at}/v1", "tiny model")
        assert len(group(told["pid"])) == 2, "the server and its child"

        served = running.read(home)
        assert served is not None and served.agent and served.audio is None and len(served.key) > 20
        assert (home / "serve.json").stat().st_mode & 0o777 == 0o600
        found = load({"LINERNOTES_HOME": str(home)})
        assert (found.base_url, found.model, found.api_key) == (told["url"], "tiny model", served.key)
        argv = Path(f"/proc/{told['pid']}/cmdline").read_bytes().split(b"\0")
        assert not any(served.key.encode() in word for word in argv)
        assert f"VLLM_API_KEY={served.key}".encode() in Path(f"/proc/{told['pid']}/environ").read_bytes()

        again = run(home, "serve", "--cpu", "--agent-model", checkpoint, "--port", port())
        assert again.returncode == 2 and "already running" in again.stderr and again.stderr.count("\n") == 1

        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert group(told["pid"]) == [] and not (home / "serve.json").exists()
    assert served.key not in out + err + Path(told["log"]).read_text()
    assert f"starting tiny model; log: {told['log']}" in err and err.endswith("linernotes: stopping\n")
    assert "reading" in Path(told["log"]).read_text()
    assert load({"LINERNOTES_HOME": str(home)}).api_key == "none"


@pytest.mark.skipif(not shutil.which("setpriv"), reason="no setpriv here")
def test_kill_9_takes_the_server_along(tmp_path: Path, checkpoint: Path) -> None:
    with serving(tmp_path, "--cpu", "--agent-model", checkpoint, "--port", port(), "--json") as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())["agent"]
        process.kill()
        process.wait(30)
    until(lambda: told["pid"] not in group(told["pid"]))
    for left in group(told["pid"]):
        os.kill(left, signal.SIGKILL)


def test_the_log_of_the_start_before_is_kept(tmp_path: Path, checkpoint: Path) -> None:
    log = tmp_path / "logs/serve-agent.log"
    log.parent.mkdir()
    log.write_text("of the first start\n")
    with serving(tmp_path, "--cpu", "--agent-model", checkpoint, "--port", port(), "--json") as process:
        assert process.stdout and json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert before(log).read_text() == "of the first start\n" and "reading" in log.read_text()


def test_one_that_no_longer_answers_is_told_and_when_it_does_again(
    tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    for name in ("_ASK_S", "_WATCH_S", "_PATIENCE_S"):
        monkeypatch.setattr(serve, name, 0.05)
    [wanted] = plan(Wish(Path(sys.executable), tmp_path, agent=str(checkpoint), cpu=True, port=port()))
    server, stop = start(wanted, KEY, os.environ), threading.Event()
    try:
        assert await_ready(server, KEY, threading.Event(), lambda seconds, line: None)
        watching = threading.Thread(target=serve._watch, args=([server], KEY, stop))
        watching.start()
        said = ""

        def hears(words: str) -> bool:
            nonlocal said
            said += capsys.readouterr().err
            return words in said

        for sign, words in ((signal.SIGSTOP, "has not answered for"), (signal.SIGCONT, "answers again")):
            os.killpg(server.process.pid, sign)
            until(partial(hears, words))
        assert said.count("has not answered") == 1 and str(wanted.log) in said
    finally:
        stop.set()
        os.killpg(server.process.pid, signal.SIGCONT)
        watching.join(10)
        end([server])


def test_a_given_key_is_used_and_never_shown(tmp_path: Path, checkpoint: Path) -> None:
    args = ("--cpu", "--agent-model", checkpoint, "--port", port())
    with serving(tmp_path, *args, LINERNOTES_API_KEY=KEY) as process:
        assert process.stdout
        first, second = process.stdout.readline(), process.stdout.readline()
        served = running.read(tmp_path)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and served is not None and served.key == KEY
    assert "tiny model answers at http://127.0.0.1:" in first and "linernotes web --model vllm" in second
    printed = run(tmp_path, "serve", "--print", *args, LINERNOTES_API_KEY=KEY)
    assert KEY not in first + second + out + err + printed.stdout + printed.stderr
    assert '"$LINERNOTES_API_KEY"' in printed.stdout and f"--model '{checkpoint}'" in printed.stdout


def test_a_server_that_dies_at_start_is_told_with_its_reason(tmp_path: Path, checkpoint: Path) -> None:
    result = run(tmp_path, "serve", "--cpu", "--agent-model", checkpoint, "--port", port(), how="dies")
    assert result.returncode == 1 and result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert "4.50 GiB KV cache is needed" in last and str(tmp_path / "logs/serve-agent.log") in last
    assert not (tmp_path / "serve.json").exists()


def test_one_that_dies_later_takes_the_other_along(tmp_path: Path, checkpoint: Path) -> None:
    both = ("--cpu", "--agent-model", checkpoint, "--audio-model", checkpoint, "--port", port(), "--audio-port", port())
    with serving(tmp_path, *both, "--json", how="dies-later") as process:
        assert process.stdout
        told = json.loads(process.stdout.readline())
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the agent model's server ended (exit code 3): RuntimeError: CUDA error: out of memory (log: " in err
    assert "Traceback" not in err and not group(told["agent"]["pid"]) and not group(told["audio"]["pid"])


def test_one_that_ignores_sigterm_is_killed(tmp_path: Path, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path, "stubborn").items():
        monkeypatch.setenv(name, value)
    [wanted] = plan(Wish(Path(sys.executable), tmp_path, agent=str(checkpoint), cpu=True, port=port()))
    server = start(wanted, KEY, os.environ)
    try:
        assert await_ready(server, KEY, threading.Event(), lambda seconds, line: None)
        assert len(group(server.process.pid)) == 2
        began = time.monotonic()
    finally:
        end([server], patience_s=1)
    assert 0.9 < time.monotonic() - began < 6
    assert server.process.returncode == -signal.SIGKILL and group(server.process.pid) == []
    assert server.sockets and not server.sockets.exists()


def test_it_stops_while_it_starts(tmp_path: Path, checkpoint: Path) -> None:
    with serving(tmp_path, "--cpu", "--agent-model", checkpoint, "--port", port(), how="slow") as process:
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "")


def test_a_port_that_is_taken(tmp_path: Path, checkpoint: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        at = taken.getsockname()[1]
        result = run(tmp_path, "serve", "--cpu", "--agent-model", checkpoint, "--port", at)
    assert result.returncode == 2 and f"127.0.0.1:{at}" in result.stderr and "--port" in result.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(
            (), "no GPU was found", marks=pytest.mark.skipif(bool(shutil.which("nvidia-smi")), reason="there is one")
        ),
        (("--cpu",), "--agent-model"),
        (("--cpu", "--agent-model", "nowhere"), "neither a folder nor the id"),
        (("--cpu", "--agent-model", "."), "config.json"),
        (("--cpu", "--agent-model", "someone/mamba"), "--tool-call-parser"),
        (("--cpu", "--agent-model", "nvidia/music-flamingo-hf"), "--audio-model"),
        (("--cpu", "--agent-model", "none"), "nothing to serve"),
        (("--cpu", "--agent-model", "Qwen/Qwen3.5-9B", "--python", "/bin/false"), "no Python that has vLLM"),
        (("--gpu-memory", "12"), "needs about 22 GB; the card has 12"),
        (("--gpu-memory", "80", "--audio-model", "nvidia/music-flamingo-2601-hf"), "removed after vLLM 0.24"),
        (("--gpu-memory", "80", "--audio-port", "8000"), "--audio-port"),
        (("--gpu-memory", "lots"), "no amount of memory"),
        (("--port", "70000"), "no port"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], words: str, tmp_path: Path) -> None:
    result = run(tmp_path, "serve", *args)
    assert result.returncode == 2 and words in result.stderr.splitlines()[-1] and "Traceback" not in result.stderr


def test_without_vllm_it_says_what_to_install(tmp_path: Path, checkpoint: Path) -> None:
    args = ("serve", "--cpu", "--agent-model", checkpoint)
    nothing = subprocess.run(
        command(*args), capture_output=True, text=True, timeout=60, cwd=tmp_path, env=environment(tmp_path, PYTHONPATH=str(ROOT))
    )  # fmt: skip
    assert nothing.returncode == 2 and "pip install" in nothing.stderr


def test_commands_are_printed_as_json(tmp_path: Path) -> None:
    result = run(tmp_path, "serve", "--print", "--json", "--gpu-memory", "80", "--python", "/opt/vllm/bin/python")
    agent, audio = map(json.loads, result.stdout.splitlines())
    assert result.returncode == 0 and agent["argv"][0] == "/opt/vllm/bin/python"
    assert (agent["model"], audio["model"]) == ("Qwen/Qwen3.6-27B-FP8", "nvidia/music-flamingo-hf")
    assert "noncommercial use only" in result.stderr and "VLLM_API_KEY" not in result.stdout
    assert "when the first is ready" in result.stderr and "set LINERNOTES_API_KEY" in result.stderr


@pytest.mark.vllm
def test_a_real_vllm_from_start_to_end(tmp_path: Path) -> None:
    from tests.fixtures.random_qwen import write_checkpoint

    model = write_checkpoint(tmp_path / "noise")
    real = {"PYTHONPATH": str(ROOT), "LINERNOTES_VLLM_PYTHON": str(vllm_server.interpreter())}
    args = ("--cpu", "--agent-model", model, "--port", port(), "--json")
    with serving(tmp_path, *args, **real, VLLM_CPU_KVCACHE_SPACE="1") as process:
        assert process.stdout
        told = json.loads(process.stdout.readline() or "{}")["agent"]
        doctor = run(tmp_path, "doctor", "--json", "--model", "vllm", **real)
        findings = {f["name"]: f for f in json.loads(doctor.stdout)}
        alive = group(told["pid"])
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0 and len(alive) > 1 and group(told["pid"]) == [], err
    assert findings["agent model"]["state"] == "ok" and "8192 tokens" in findings["agent model"]["detail"]
    # Random weights call no tool; that the doctor sees it is what is shown here.
    assert findings["tool calling"]["state"] == "broken" and doctor.returncode == 1
