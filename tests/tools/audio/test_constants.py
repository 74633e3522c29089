"""Constants of the analysis: one for each device and arguments, fit for training, too."""

from __future__ import annotations

import torch

from tools.audio.constants import at_once, constant


def test_a_constant_is_made_once_for_its_arguments() -> None:
    made: list[int] = []

    @constant
    def ramp(count: int) -> torch.Tensor:
        made.append(count)
        return torch.arange(float(count))

    cpu = torch.device("cpu")
    with torch.inference_mode():
        first = ramp(cpu, 4)
    assert ramp(cpu, 4) is first and ramp(cpu, 5).shape == (5,) and made == [4, 5]
    assert not first.is_inference()
    weight = torch.ones(4, requires_grad=True)
    (weight * first).sum().backward()  # type: ignore[no-untyped-call]
    assert weight.grad is not None and torch.equal(weight.grad, first)


def test_more_at_once_away_from_the_processor() -> None:
    assert at_once(torch.device("cpu"), 10) == 10 and at_once(torch.device("meta"), 10) == 640
