"""What `linernotes serve` has running, told to the other commands through `serve.json` in the home folder.

The file holds the API key, so only its owner may read it. The process that serves keeps it locked for as long as it
lives: a file that nobody locks was left behind by a process that is gone, and is ignored.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import UserError

_NAME = "serve.json"
_TRIES, _PAUSE_S = 5, 0.05  # a command that is just reading holds the lock for a moment


@dataclass(frozen=True)
class Endpoint:
    """Where a model answers (`http://host:port/v1`), what it is called there, and its longest context in tokens."""

    url: str
    model: str
    context: int | None = None


@dataclass(frozen=True)
class Served:
    """What is running and the key that opens it."""

    key: str
    agent: Endpoint | None = None
    audio: Endpoint | None = None


def read(home: Path) -> Served | None:
    """What is being served from this home now; None when nothing is, or it is not ready yet."""
    try:
        with (home / _NAME).open("rb") as file:
            if _free(file.fileno()):
                return None
            told = json.load(file)
        places = {role: Endpoint(**told[role]) for role in ("agent", "audio") if told[role]}
        return Served(str(told["key"]), **places)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def claim(home: Path) -> Iterator[Callable[[Served], None]]:
    """Makes this process the one that serves from `home`, and gives the function that tells the others what.

    The file goes when the block ends. Raises `UserError` when another process serves from here, or nothing can be
    written.
    """
    path = home / _NAME
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = _locked(path)
    except BlockingIOError as exc:
        raise UserError(
            f"`linernotes serve` is already running for {home}; stop it first, or set LINERNOTES_HOME"
        ) from exc
    except OSError as exc:
        raise UserError(f"{path}: cannot be written: {exc.strerror}") from exc
    try:
        os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)

        def tell(served: Served) -> None:
            os.pwrite(descriptor, json.dumps(asdict(served)).encode(), 0)

        try:
            yield tell
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    """The file, open and locked; raises `BlockingIOError` when another process keeps it locked."""
    for attempt in range(_TRIES):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is(path, descriptor):
                return descriptor
        except BlockingIOError:
            pass
        os.close(descriptor)
        time.sleep(_PAUSE_S if attempt < _TRIES - 1 else 0)
    raise BlockingIOError


def _is(path: Path, descriptor: int) -> bool:
    """Whether the open file is still the one of that name, not one that its last owner was just removing."""
    return path.exists() and os.path.samestat(os.fstat(descriptor), path.stat())
