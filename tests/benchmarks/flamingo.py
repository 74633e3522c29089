"""What the transformers backend needs on a card for a Music Flamingo of full size: memory, and seconds for a question.

The weights are random, so that nothing is fetched: a checkpoint of this size answers nonsense at the speed of a real one. Sizes
are those of `nvidia/music-flamingo-2601-hf` as its configuration names them: a Whisper-large encoder under Qwen2.5-7B.

usage: python -m tests.benchmarks.flamingo [--seconds 60,600] [--tokens 256] [--layers N]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.fixtures.flamingo import make_checkpoint
from tools.listener.local import Local
from tools.listener.sound import RATE

_TEXT = {"hidden_size": 3584, "intermediate_size": 18_944, "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 151_936, "max_position_embeddings": 40_000}  # fmt: skip
_TEXT_LAYERS = 28


def full_size(folder: Path, layers: int, device: str) -> Local:
    """The product's backend around a model of full size, with the tiny checkpoint's tokenizer and processor."""
    import transformers

    tiny = Local(str(make_checkpoint(folder, "musicflamingo")), "cpu")
    processor, small = tiny._load()
    config = transformers.MusicFlamingoConfig(
        audio_config=transformers.AudioFlamingo3EncoderConfig(),
        text_config=transformers.Qwen2Config(**_TEXT, num_hidden_layers=layers, bos_token_id=None, eos_token_id=None),
        **{name: getattr(small.config, name) for name in vars(small.config) if name.startswith("audio_") and name.endswith("_token_id")},
    )  # fmt: skip
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            model: Any = transformers.MusicFlamingoForConditionalGeneration(config)
    finally:
        torch.set_default_dtype(before)
    model.generation_config.eos_token_id = None
    tiny._loaded = (processor, model.eval())
    return tiny


def main() -> None:
    """Prints a line for each length of sound and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", default="60,600", help="lengths of sound in one question (default: %(default)s)")
    parser.add_argument("--tokens", type=int, default=256, help="tokens of the answer (default: %(default)s)")
    parser.add_argument("--layers", type=int, default=_TEXT_LAYERS, help="of the language model (default: %(default)s)")
    args = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    where = torch.cuda.get_device_name() if device == "cuda" else "the processor"
    with tempfile.TemporaryDirectory() as folder:
        local = full_size(Path(folder), args.layers, device)
    weights = sum(p.numel() for p in local._load()[1].parameters())
    print(f"{where}, torch {torch.__version__}: {weights / 1e9:.2f} billion random weights in BF16")
    rows = []
    for seconds in (float(s) for s in args.seconds.split(",")):
        sound = 0.1 * np.random.default_rng(0).standard_normal(round(seconds * RATE)).astype(np.float32)
        local.ask(sound[: 30 * RATE], "Describe.", 2)  # kernels are chosen at first use
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        first = _timed(local, sound, 1)
        whole = _timed(local, sound, args.tokens)
        peak = torch.cuda.max_memory_allocated() / 2**30 if device == "cuda" else 0.0
        rate = (args.tokens - 1) / max(whole - first, 1e-9)
        rows.append({"sound_s": seconds, "first_token_s": round(first, 2), "tokens_a_s": round(rate, 1), "peak_gib": round(peak, 1)})  # fmt: skip
        print(f"  {seconds:>5.0f} s of sound: first token after {first:.2f} s, then {rate:.0f} tokens a second; peak {peak:.1f} GiB", flush=True)  # fmt: skip
    print(json.dumps({"device": where, "weights": weights, "rows": rows}))


def _timed(local: Local, sound: np.ndarray, tokens: int) -> float:
    began = time.perf_counter()
    local.ask(sound, "Describe this track in full detail.", tokens)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
