"""Many files listened to side by side: the first ones in this process, the others in processes of their own.

Much of an analysis is Python between the products of matrices, and threads of one process do that one after the other; on a
machine of many cores, and where a card does the products, that is most of the time. A process takes seconds to start and a few
hundred megabytes, so two threads come first. The processes share a card where the driver lets them (`tools.audio.sharing`).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Collection, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch

from index.errors import UserError
from index.profile import Profile
from tools.audio.decode import decode
from tools.audio.engine import PARTS, analyze_parts, device_named
from tools.audio.sharing import shared_card

_THREADS = 2


class Analysts:
    """Up to `jobs` files at once on `device` ("auto", "cpu" or "cuda"); any thread may ask, and waits for its answer."""

    def __init__(self, device: str = "auto", jobs: int = 1) -> None:
        self.device = device
        self._jobs = jobs
        self._here = threading.BoundedSemaphore(_THREADS)
        self._others: ProcessPoolExecutor | None = None
        self._starting = threading.Lock()
        self._card = ExitStack()

    def profile(self, path: Path) -> Profile:
        """The whole profile of a file."""
        return Profile(**self.fields(path, tuple(PARTS)))

    def fields(self, path: Path, parts: Collection[str]) -> dict[str, Any]:
        """The fields of `parts`, as `tools.audio.engine.analyze_parts` gives them.

        Raises `tools.audio.decode.AudioRejected` for a file that cannot be decoded, and `UserError` when a process was ended
        from outside.
        """
        if self._jobs <= _THREADS or self._here.acquire(blocking=False):
            try:
                return _fields(path, parts, self.device)
            finally:
                if self._jobs > _THREADS:
                    self._here.release()
        try:
            return self._processes().submit(_fields, path, parts, self.device).result()
        except BrokenProcessPool as exc:
            raise UserError(
                "a process that was listening ended, as when memory runs out; run the same command again with fewer --jobs"
            ) from exc

    def close(self) -> None:
        """Ends the processes; what they were asked for and have not begun is dropped."""
        with self._card:
            if self._others is not None:
                self._others.shutdown(cancel_futures=True)

    def _processes(self) -> ProcessPoolExecutor:
        """Started one by one, the first when it is needed; CUDA allows no fork."""
        with self._starting:
            if self._others is None:
                told = self._card.enter_context(shared_card()) if device_named(self.device) != "cpu" else {}
                spawn = multiprocessing.get_context("spawn")
                self._others = ProcessPoolExecutor(self._jobs - _THREADS, spawn, _begin, (told,))
            return self._others


def _begin(told: Mapping[str, str]) -> None:
    """An interrupt is for the process that asked, and it waits for no half-heard file. `told` counts from CUDA's first use on."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(told)


def _fields(path: Path, parts: Collection[str], device: str) -> dict[str, Any]:
    torch.set_num_threads(1)  # files run side by side; threads inside one would only wait for each other
    return analyze_parts(decode(path), parts, device)
