"""Tensors that do not depend on the track, made once for each device, and how much is worked on at once there."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, cast

import torch
from torch import Tensor

_MANY = 64  # times as much at once as on a processor, where it has to fit the cache
_KEPT = 32  # for each function: sample rates and sizes that are in use at the same time

P = ParamSpec("P")


def at_once(device: torch.device, on_cpu: int) -> int:
    """How many rows to work on at once: `on_cpu` there, many more on a device that wants few and large steps."""
    return on_cpu if device.type == "cpu" else _MANY * on_cpu


def constant(make: Callable[P, Tensor]) -> Callable[Concatenate[torch.device, P], Tensor]:
    """`make` with a device as its first argument: made once for each device and arguments, and kept there."""

    @lru_cache(_KEPT)
    def kept(device: torch.device, *args: Any) -> Tensor:
        with torch.inference_mode(False):  # training reads them, too
            return cast(Callable[..., Tensor], make)(*args).to(device)

    return cast(Callable[Concatenate[torch.device, P], Tensor], wraps(make)(kept))
