"""Many files listened to side by side: the first ones in this process, the others in processes of their own.

Much of an analysis is Python between the products of matrices, and threads of one process do that one after the other; on a
machine of many cores, and where a card does the products, that is most of the time. A process takes seconds to start and a few
hundred megabytes, so two threads come first.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import torch

from index.errors import UserError
from index.profile import Profile
from tools.audio.decode import decode
from tools.audio.engine import PARTS, analyze_parts

_THREADS = 2


class Analysts:
    """Up to `jobs` files at once on `device` ("auto", "cpu" or "cuda"); any thread may ask, and waits for its answer."""

    def __init__(self, device: str = "auto", jobs: int = 1) -> None:
        self.device = device
        self._here = threading.BoundedSemaphore(_THREADS)
        self._others = _processes(jobs - _THREADS) if jobs > _THREADS else None

    def profile(self, path: Path) -> Profile:
        """The whole profile of a file."""
        return Profile(**self.fields(path, tuple(PARTS)))

    def fields(self, path: Path, parts: Collection[str]) -> dict[str, Any]:
        """The fields of `parts`, as `tools.audio.engine.analyze_parts` gives them.

        Raises `tools.audio.decode.AudioRejected` for a file that cannot be decoded, and `UserError` when a process was ended
        from outside.
        """
        if self._others is None or self._here.acquire(blocking=False):
            try:
                return _fields(path, parts, self.device)
            finally:
                if self._others is not None:
                    self._here.release()
        try:
            return self._others.submit(_fields, path, parts, self.device).result()
        except BrokenProcessPool as exc:
            raise UserError(
                "a process that was listening ended, as when memory runs out; run the same command again with fewer --jobs"
            ) from exc

    def close(self) -> None:
        """Ends the processes; what they were asked for and have not begun is dropped."""
        if self._others is not None:
            self._others.shutdown(cancel_futures=True)


def _processes(count: int) -> ProcessPoolExecutor:
    """Started one by one as they are needed; CUDA allows no fork."""
    return ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _begin)


def _begin() -> None:
    """An interrupt is for the process that asked, and it waits for no half-heard file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _fields(path: Path, parts: Collection[str], device: str) -> dict[str, Any]:
    torch.set_num_threads(1)  # files run side by side; threads inside one would only wait for each other
    return analyze_parts(decode(path), parts, device)
