"""Makes the weights that the audio engine carries.

usage: python -m tools.training rhythm --work DIR [--count N] [--epochs N] [--lots N N] [--seed N] [--out FILE]
       python -m tools.training speech [--out FILE]

`rhythm` composes and renders lots of excerpts, one process a lot, keeps their features in DIR (a later run takes them up
again), trains the network of `tools.audio.pulse` on one core and writes its weights. Needs tinysoundfont, as the demo
does. The weights in the repository came from the defaults: about forty minutes on two cores.

`speech` takes those of `tools.audio.voice` out of the package silero-vad, which has to be installed for it.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import torch

import tools.audio
from tools.training.rhythm import examples, save, train, written
from tools.training.speech import convert

_CARRIED = Path(tools.audio.__file__).parent


def main() -> None:
    """Entry point of `python -m tools.training`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    rhythm = commands.add_parser("rhythm", help="train the beat network on composed music")
    rhythm.add_argument("--work", type=Path, required=True, help="folder for rendered features (2.5 GB)")
    rhythm.add_argument("--count", type=int, default=3000, help="excerpts of each lot (default %(default)s)")
    rhythm.add_argument("--epochs", type=int, default=8, help="passes over them (default %(default)s)")
    rhythm.add_argument("--lots", type=int, nargs="+", default=[11, 12], help="seeds of the excerpts (default: 11 12)")
    rhythm.add_argument("--seed", type=int, default=1, help="of the training (default %(default)s)")
    rhythm.add_argument("--out", type=Path, default=_CARRIED / "pulse.safetensors")
    rhythm.set_defaults(make=_rhythm)
    speech = commands.add_parser("speech", help="convert silero-vad's weights")
    speech.add_argument("--out", type=Path, default=_CARRIED / "voice.safetensors")
    speech.set_defaults(make=lambda wanted: convert(wanted.out))
    wanted = parser.parse_args()
    began = time.monotonic()
    wanted.make(wanted)
    print(f"wrote {wanted.out} after {time.monotonic() - began:.0f} s")


def _rhythm(wanted: argparse.Namespace) -> None:
    torch.set_num_threads(1)
    with ProcessPoolExecutor(len(wanted.lots), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        list(pool.map(partial(written, wanted.work, count=wanted.count), wanted.lots))
    data = [example for lot in wanted.lots for example in examples(wanted.work, lot, wanted.count)]
    save(train(data, wanted.epochs, wanted.seed), wanted.out)


if __name__ == "__main__":
    main()
