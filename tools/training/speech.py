"""Converts silero-vad's weights into those of `tools.audio.voice.VoiceNet`.

The package `silero-vad` (MIT) carries them; it is needed for this conversion only.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import torch
from torch import Tensor

from tools.audio.voice import VoiceNet

NOTICE = {
    "source": "silero-vad 6.2.3, 16 kHz, https://github.com/snakers4/silero-vad",
    "licence": "MIT, Copyright (c) 2020-present Silero Team; see voice.LICENSE",
}


def convert(path: Path) -> None:
    """Write the weights, as half floats, to `path`."""
    from safetensors.torch import save_file

    with as_file(files("silero_vad").joinpath("data", "silero_vad.jit")) as model:
        theirs = torch.jit.load(str(model))._model.state_dict()  # type: ignore[no-untyped-call]
    net = VoiceNet()
    net.load_state_dict(renamed(theirs))
    save_file({name: value.half().contiguous() for name, value in net.state_dict().items()}, path, NOTICE)


def renamed(theirs: dict[str, Tensor]) -> dict[str, Tensor]:
    """Their state under our names."""
    ours = {"waves.weight": theirs["stft.forward_basis_buffer"]}
    for layer in range(4):
        for kind in ("weight", "bias"):
            ours[f"layers.{layer}.{kind}"] = theirs[f"encoder.{layer}.reparam_conv.{kind}"]
    for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        ours[f"along.{kind}_l0"] = theirs[f"decoder.rnn.{kind}"]
    return ours | {
        "out.weight": theirs["decoder.decoder.2.weight"][..., 0],
        "out.bias": theirs["decoder.decoder.2.bias"],
    }
