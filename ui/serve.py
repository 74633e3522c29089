"""`linernotes serve`: vLLM servers for this machine, until they are interrupted."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from assistant.machine import cards, check_hearing, find_python
from assistant.processes import Running, ServerEnded, await_ready, check_alive, check_ports, end, is_ready, start
from assistant.running import Endpoint, Served, claim
from assistant.serving import NO_GPU, ServerCommand, Wish, plan
from assistant.settings import Settings
from index.errors import UserError
from tools.listener.checkpoints import licence_line

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_WATCH_S = 0.5
_ASK_S = 10.0  # between two questions whether a server still answers
_PATIENCE_S = 60.0  # with one that does not
_PLAIN_S = 30.0  # between two lines of progress where there is no terminal


def serve(args: argparse.Namespace, settings: Settings) -> int:
    """`serve`: exit code 0 when it was stopped, 1 when a server ended by itself, 2 for what cannot be served."""
    commands = plan(_wish(args, settings))
    if args.print:
        _print(commands, as_json=args.json)
        return 0
    if any(command.role == "audio" for command in commands):
        check_hearing(Path(commands[0].argv[0]))
    check_ports(commands, args.host)
    key = settings.api_key if settings.api_key != "none" else secrets.token_urlsafe(24)
    servers: list[Running] = []
    with claim(settings.home) as tell, _stopping() as stop:
        try:
            if _start_all(commands, key, stop, servers):
                tell(_served(commands, key))
                _announce(servers, as_json=args.json)
                _watch(servers, key, stop)
            _say("stopping")
            return 0
        except ServerEnded as ended:
            print(f"linernotes: {ended}", file=sys.stderr)
            return 1
        finally:
            end(servers)


def _watch(servers: Sequence[Running], key: str, stop: threading.Event) -> None:
    """Until `stop`; raises `ServerEnded` when one ends, and says when one no longer answers, and when it does again."""
    heard = {running.command.role: time.monotonic() for running in servers}
    silent: set[str] = set()
    asked = time.monotonic()
    while not stop.wait(_WATCH_S):
        for running in servers:
            check_alive(running)
        if time.monotonic() < asked + _ASK_S:
            continue
        for running in servers:
            role, log = running.command.role, running.command.log
            if is_ready(running.command, key):
                heard[role] = time.monotonic()
                if role in silent:
                    _say(f"the {role} model's server answers again")
                    silent.remove(role)
            elif role not in silent and (quiet := time.monotonic() - heard[role]) >= _PATIENCE_S:
                _say(f"the {role} model's server has not answered for {quiet:.0f} s (log: {log}); Ctrl-C ends it")
                silent.add(role)
        asked = time.monotonic()


def _wish(args: argparse.Namespace, settings: Settings) -> Wish:
    found = None if args.cpu or args.gpu_memory else cards()
    memory = args.gpu_memory or (found.memory_gb if found else None)
    if not args.cpu and memory is None:
        raise UserError(NO_GPU)
    return Wish(
        python=_python(args.python or settings.vllm_python, printed=args.print),
        logs=settings.home / "logs",
        agent=args.agent_model,
        audio=args.audio_model,
        memory_gb=memory,
        cards=found.count if found else None,
        apart="CUDA_VISIBLE_DEVICES" not in os.environ,  # cards that were picked are numbered anew
        cpu=args.cpu,
        offline=args.offline,
        replicas=args.replicas,
        max_model_len=args.max_model_len,
        tool_call_parser=args.tool_call_parser,
        reasoning_parser=args.reasoning_parser,
        host=args.host,
        port=args.port,
        audio_port=args.audio_port,
    )


def _python(named: str | None, *, printed: bool) -> Path:
    """The interpreter to start; what is only printed may be meant for another machine."""
    try:
        return find_python(named)
    except UserError:
        if not printed:
            raise
        return Path(named or "python")


def _print(commands: Sequence[ServerCommand], *, as_json: bool) -> None:
    for command in commands:
        if as_json:
            row = {"role": command.role, "model": command.model, "url": command.url, "argv": list(command.argv)}
            print(json.dumps(row | {"env": dict(command.env), "log": str(command.log)}, ensure_ascii=False))
        else:
            print(command.shell())
    _licences(commands)
    if not os.environ.get("LINERNOTES_API_KEY"):
        _say("set LINERNOTES_API_KEY to a key of your own first: without VLLM_API_KEY a server lets everybody in")
    if len(commands) > 1:
        _say("start the second when the first is ready, since each measures the free memory of the card")


def _licences(commands: Sequence[ServerCommand]) -> None:
    for command in commands:
        if command.role == "audio":
            _say(licence_line(command.name))
        elif command.profile and command.profile.noncommercial:
            _say(f"{command.name} is for noncommercial use only ({command.profile.licence})")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that an interrupt, SIGTERM or a closed terminal sets, for as long as the block lasts."""
    stop = threading.Event()
    heard = [
        sign for sign in _SIGNALS if sign != signal.SIGHUP or signal.getsignal(sign) is not signal.SIG_IGN
    ]  # nohup
    before = {sign: signal.signal(sign, lambda *_: stop.set()) for sign in heard}
    try:
        yield stop
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _start_all(commands: Sequence[ServerCommand], key: str, stop: threading.Event, servers: list[Running]) -> bool:
    """Starts one after the other, since each measures the free memory of the card; False when it was stopped."""
    _licences(commands)
    for command in commands:
        running = start(command, key, os.environ)
        servers.append(running)
        with _progress(command) as show:
            if not await_ready(running, key, stop, show):
                return False
        for other in servers:
            check_alive(other)
    return True


@contextmanager
def _progress(command: ServerCommand) -> Iterator[Callable[[float, str], None]]:
    """What is shown while a server starts: a line that renews itself on a terminal, else one every half minute."""
    console = Console(stderr=True)
    what = f"starting {command.name}"
    if not console.is_terminal:
        _say(f"{what}; log: {command.log}")
        yield _plainly(what)
        return
    with console.status(escape(what)) as status:
        yield lambda seconds, line: status.update(
            f"{escape(what)} [dim]{seconds:.0f} s  {escape(line[: max(20, console.width - len(what) - 14)])}[/]"
        )


def _plainly(what: str) -> Callable[[float, str], None]:
    told = 0.0

    def show(seconds: float, line: str) -> None:
        nonlocal told
        if seconds - told >= _PLAIN_S:
            told = seconds
            _say(f"{what}, {seconds:.0f} s: {line}")

    return show


def _served(commands: Sequence[ServerCommand], key: str) -> Served:
    return Served(key, **{c.role: Endpoint(c.url, c.name, c.context) for c in commands})


def _announce(servers: Sequence[Running], *, as_json: bool) -> None:
    if as_json:
        rows = {
            r.command.role: {"url": r.command.url, "model": r.command.name, "pid": r.process.pid, "log": str(r.command.log)}
            for r in servers
        }  # fmt: skip
        print(json.dumps(rows, ensure_ascii=False), flush=True)
        return
    for r in servers:
        print(f"{r.command.name} answers at {r.command.url} (log: {r.command.log})", flush=True)
    print("Ready. In another terminal: linernotes web --model vllm. Ctrl-C stops.", flush=True)


def _say(text: str) -> None:
    print(f"linernotes: {text}", file=sys.stderr, flush=True)
