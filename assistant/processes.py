"""Servers as processes: started in a group of their own, waited for, watched, ended with all their children.

A server's children (vLLM's engine and workers) share its process group, so signals go to the group. What it prints goes
to its log file alone; the log of the start before is kept beside it. Where util-linux has `setpriv`, a server is asked to end when
the process that started it is killed.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree, which
from tempfile import mkdtemp

import httpx

from assistant.serving import ServerCommand
from index.errors import UserError

_TAIL_BYTES = 64_000
_LINE_CHARS = 300
_ASK_S = 0.5
_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_PREFIX = re.compile(r"^(\([\w -]+pid=\d+\) *)?((DEBUG|INFO|WARNING|ERROR|CRITICAL) [\d-]+ [\d:]+ \[[^\]]+\] *)?")
_ERROR = re.compile(r"^\w*(\.\w+)*(Error|Exception)\b.*:|^\S+: error:")
_NOT_THE_CAUSE = "See root cause above"


class ServerEnded(Exception):
    """A server ended by itself; the message is one line with its last words and its log."""


@dataclass(frozen=True)
class Running:
    """A server that was started."""

    command: ServerCommand
    process: subprocess.Popen[bytes]
    sockets: Path | None = None  # where its processes talk to each other; vLLM leaves them when it is killed


def check_ports(commands: Sequence[ServerCommand], host: str) -> None:
    """Raises `UserError` when a port is taken or the host is not an address of this machine."""
    for command in commands:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, command.port))
            except (OSError, OverflowError) as exc:
                option = "--port" if command.role == "agent" else "--audio-port"
                reason = getattr(exc, "strerror", None) or str(exc)
                raise UserError(f"{host}:{command.port} cannot be listened on ({reason}); pass {option}") from exc


def start(command: ServerCommand, key: str, environment: Mapping[str, str]) -> Running:
    """Starts a server in a process group of its own; the key reaches it through its environment.

    What the environment says of a variable of the command's outranks the command, except for the hub and the key.
    """
    told = dict(command.env) | {k: v for k, v in environment.items() if k in command.env and k != "HF_HUB_OFFLINE"}
    sockets = None if "VLLM_RPC_BASE_PATH" in environment else Path(mkdtemp(prefix="linernotes-"))
    told |= {"VLLM_RPC_BASE_PATH": str(sockets)} if sockets else {}
    try:
        command.log.parent.mkdir(parents=True, exist_ok=True)
        if command.log.exists():
            command.log.replace(before(command.log))
        with command.log.open("wb") as log:
            process = subprocess.Popen(
                [*_tied(), *command.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**environment, **told, "VLLM_API_KEY": key},
                start_new_session=True,
            )
    except OSError as exc:
        if sockets:
            rmtree(sockets, ignore_errors=True)
        raise UserError(f"{exc.filename or command.argv[0]}: {exc.strerror}") from exc
    return Running(command, process, sockets)


def before(log: Path) -> Path:
    """Where the log of the start before this one is kept."""
    return log.with_name(f"{log.name}.1")


def _tied() -> list[str]:
    """What a command begins with so that its process gets SIGTERM when its parent is gone (prctl(2), PR_SET_PDEATHSIG)."""
    setpriv = which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def await_ready(
    running: Running,
    key: str,
    stop: threading.Event,
    tell: Callable[[float, str], None],
    *,
    clock: Callable[[], float] = time.monotonic,
    ready: Callable[[ServerCommand, str], bool] | None = None,
) -> bool:
    """Waits until the server answers and lists its model: True then, False when `stop` is set first.

    `tell` is called twice a second with the seconds so far and the last line of the log. There is no limit: a first
    start may fetch tens of GB. Raises `ServerEnded` when the server ends instead.
    """
    began = clock()
    ask = ready or is_ready
    while not stop.is_set():
        check_alive(running)
        if ask(running.command, key):
            return True
        tell(clock() - began, last_line(running.command.log))
        stop.wait(_ASK_S)
    return False


def is_ready(command: ServerCommand, key: str) -> bool:
    """Whether `/health` is fine and `/v1/models` lists the model for this key."""
    try:
        # The server is on this machine: a proxy that the environment names has no part in it.
        with httpx.Client(timeout=2, trust_env=False, headers={"Authorization": f"Bearer {key}"}) as client:
            if client.get(f"{command.url.removesuffix('/v1')}/health").status_code != 200:
                return False
            answer = client.get(f"{command.url}/models")
        return answer.status_code == 200 and command.name in {row["id"] for row in answer.json()["data"]}
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


def check_alive(running: Running) -> None:
    """Raises `ServerEnded` when the server has ended."""
    code = running.process.poll()
    if code is not None:
        log = running.command.log
        raise ServerEnded(
            f"the {running.command.role} model's server ended (exit code {code}): {last_words(log)} (log: {log})"
        )


def end(servers: Sequence[Running], patience_s: float = 20.0) -> None:
    """Ends servers with their children: asked first, killed after `patience_s`."""
    for running in servers:
        _signal(running, signal.SIGTERM)
    until = time.monotonic() + patience_s
    while time.monotonic() < until and any(_lives(r) for r in servers):
        time.sleep(0.1)
    for running in servers:
        if _lives(running):
            _signal(running, signal.SIGKILL)
        running.process.wait()
        if running.sockets:
            rmtree(running.sockets, ignore_errors=True)


def _signal(running: Running, sign: signal.Signals | int) -> bool:
    try:
        os.killpg(running.process.pid, sign)
    except ProcessLookupError:
        return False
    return True


def _lives(running: Running) -> bool:
    """Whether anything of the group is left, the server or a child that outlived it."""
    running.process.poll()
    return _signal(running, 0)


def last_line(log: Path) -> str:
    """The last line of a log that says something, without colours and vLLM's prefix."""
    return next(reversed(_lines(log)), "")


def last_words(log: Path) -> str:
    """The line of a log that most likely tells why a server ended: its last error, else its last line."""
    lines = _lines(log)
    errors = [line for line in lines if _ERROR.match(line) and _NOT_THE_CAUSE not in line]
    return next(reversed(errors or lines), "it wrote nothing")


def _lines(log: Path) -> list[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    # A progress bar returns to the start of its line, which splits it here, too.
    plain = (_PREFIX.sub("", _ANSI.sub("", line)).strip() for line in text.splitlines())
    return ["".join(c if c.isprintable() else " " for c in line)[:_LINE_CHARS] for line in plain if line]
