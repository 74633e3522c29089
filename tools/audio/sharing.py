"""One card for many processes at once, by NVIDIA's Multi-Process Service (MPS).

Without it a card takes turns: the kernels of one process run, then those of the next, and an analysis alone keeps it busy for
less than a tenth of its time. Behind one MPS server they run side by side. It comes with the driver; its control daemon is started
here with pipes in a folder of its own, for the processes that are told of it, and ended with them. Where it is missing, refuses or
would not let anyone in, the processes take turns as before; where the user's own MPS runs already, they join that.
Source: NVIDIA, Multi-Process Service (`CUDA_MPS_PIPE_DIRECTORY`, `CUDA_MPS_LOG_DIRECTORY`, `nvidia-cuda-mps-control`).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

PIPES, LOGS = "CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY"
_CONTROL = "nvidia-cuda-mps-control"
_BESIDE_DRIVER = "/usr/local/nvidia/bin"
_USUAL = Path("/tmp/nvidia-mps")  # where a daemon listens that was told nothing else
_PATIENCE_S = 20.0
_GRACE_S = 5  # for a process that still holds the card when the server is to end
# A context on the card, as a process that analyses will want one, without waiting for torch.
_KNOCK = """
import ctypes
cuda, card, context = ctypes.CDLL("libcuda.so.1"), ctypes.c_int(), ctypes.c_void_p()
codes = cuda.cuInit(0), cuda.cuDeviceGet(ctypes.byref(card), 0), cuda.cuDevicePrimaryCtxRetain(ctypes.byref(context), card)
raise SystemExit(any(codes))
"""


def control_program() -> str | None:
    """Where the driver's control program is, if it brings one."""
    return which(_CONTROL) or which(_CONTROL, path=_BESIDE_DRIVER)


@contextmanager
def shared_card() -> Iterator[dict[str, str]]:
    """What the environment of processes must hold to share the card for as long as the block lasts; empty when they cannot."""
    control = control_program()
    if control is None or PIPES in os.environ or (_USUAL / "control").exists():
        yield {}
        return
    with TemporaryDirectory(prefix="linernotes-", ignore_cleanup_errors=True) as folder:
        told = {PIPES: folder, LOGS: folder}
        if not _run([control, "-d"], told):
            yield {}
            return
        try:
            yield told if _run([sys.executable, "-c", _KNOCK], told) else {}
        finally:
            _run([control], told, f"quit -t {_GRACE_S}\n")


def _run(command: list[str], told: dict[str, str], words: str = "") -> bool:
    """Whether it ended well. What it prints goes nowhere: a daemon would hold a pipe open."""
    try:
        done = subprocess.run(
            command, input=words.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | told, timeout=_PATIENCE_S
        )  # fmt: skip
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
