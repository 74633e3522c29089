"""What this machine has to serve with: its GPUs' memory, and a Python that has vLLM."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.errors import UserError

_MIB = 1024.0
_QUERY = ("nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits")
_HAS = "import importlib.util, sys; sys.exit(importlib.util.find_spec({!r}) is None)"
INSTALL = "python3 -m venv .venv-vllm && .venv-vllm/bin/pip install 'vllm[audio]==0.32.0'"


@dataclass(frozen=True)
class Cards:
    """The GPUs: how many, and the memory of the smallest, in GiB."""

    count: int
    memory_gb: float


def _output(command: tuple[str, ...]) -> str:
    """What a command prints; empty when it is not there or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def cards(output: Callable[[tuple[str, ...]], str] = _output) -> Cards | None:
    """The NVIDIA GPUs that the driver names, else those that PyTorch sees; None without any."""
    sizes = [int(line) / _MIB for line in output(_QUERY).splitlines() if line.strip().isdigit()]
    if not sizes:
        import torch

        if torch.cuda.is_available():
            count = torch.cuda.device_count()
            sizes = [torch.cuda.get_device_properties(n).total_memory / _MIB**3 for n in range(count)]
    return Cards(len(sizes), round(min(sizes), 1)) if sizes else None


def find_python(named: str | None) -> Path:
    """An interpreter that has vLLM: the one that was named, this one, or `.venv-vllm`'s; raises `UserError` without."""
    if named:
        python = Path(named).expanduser()
        if not _has(python, "vllm"):
            raise UserError(f"{python} is no Python that has vLLM; in its environment: pip install vllm")
        return python
    if importlib.util.find_spec("vllm"):
        return Path(sys.executable)
    beside = Path(".venv-vllm/bin/python")
    if _has(beside, "vllm"):
        return beside.absolute()
    raise UserError(f"vLLM is not installed here; {INSTALL}, or pass --python with an interpreter that has vLLM")


def check_hearing(python: Path) -> None:
    """Raises `UserError` when an interpreter's vLLM cannot read sound: it does so with PyAV, an extra of its own."""
    if not _has(python, "av"):
        raise UserError(
            f"vLLM of {python} cannot read audio; pip install 'vllm[audio]' there, or pass --audio-model none"
        )


def _has(python: Path, module: str) -> bool:
    try:
        return subprocess.run([python, "-c", _HAS.format(module)], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
