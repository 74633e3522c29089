"""Trains what the audio engine carries.

usage: python -m tools.training rhythm --work DIR [--count N] [--epochs N] [--seed N] [--out FILE]

`rhythm` composes and renders excerpts, keeps their features in DIR (a later run takes them up again), trains the
network of `tools.audio.pulse` on one core and writes its weights. Needs tinysoundfont, as the demo does. The weights
in the repository came from the defaults.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch

import tools.audio
from tools.training.rhythm import examples, save, train

WEIGHTS = Path(tools.audio.__file__).with_name("pulse.safetensors")


def main() -> None:
    """Entry point of `python -m tools.training`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rhythm"])
    parser.add_argument("--work", type=Path, required=True, help="folder for rendered features")
    parser.add_argument("--count", type=int, default=1600, help="excerpts of half a minute (default %(default)s)")
    parser.add_argument("--epochs", type=int, default=9, help="passes over them (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    wanted = parser.parse_args()
    torch.set_num_threads(1)
    began = time.monotonic()
    data = examples(wanted.work, wanted.seed, wanted.count)
    print(f"{len(data)} excerpts after {time.monotonic() - began:.0f} s", flush=True)
    save(train(data, wanted.epochs, wanted.seed), wanted.out)
    print(f"wrote {wanted.out} after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
