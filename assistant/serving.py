"""The vLLM commands for this machine: which models, which flags, where they answer. Nothing is started here.

The API key is in no command: vLLM reads it from the variable `VLLM_API_KEY`, so that a list of processes does not show
it. Memory in GB, context in tokens.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.profiles import (
    LEAST_CONTEXT,
    Machine,
    ModelProfile,
    Parsers,
    Role,
    machine_of,
    machines,
    models,
    parsers_of,
    profile_of,
)
from index.errors import UserError

NONE = "none"
NO_GPU = "no GPU was found: set LINERNOTES_BASE_URL to an endpoint elsewhere, say how much memory a GPU has with --gpu-memory, or serve a small model with --cpu --agent-model"
_MODULE = "vllm.entrypoints.openai.api_server"  # the `vllm` command does not start from the CPU package
_CPU_CONTEXT = 16_384
_CPU_CACHE_GB = "4"
_HOST = re.compile(r"[\w.:-]+")
# Ten minutes, the most that vLLM's Music Flamingo hears, are 19.2 MB as 16 kHz mono WAV.
_AUDIO_LIMITS = {"VLLM_MAX_AUDIO_CLIP_FILESIZE_MB": "64", "VLLM_MAX_AUDIO_DECODE_DURATION_S": "600"}


@dataclass(frozen=True)
class Wish:
    """What is to be served. A model is an id, a checkpoint folder, `none`, or None: what suits the machine."""

    python: Path
    logs: Path
    agent: str | None = None
    audio: str | None = None
    memory_gb: float | None = None
    cards: int | None = None
    apart: bool = True  # whether the audio model may have a card of its own, where there is one
    cpu: bool = False
    offline: bool = False
    replicas: int = 1
    max_model_len: int | None = None
    tool_call_parser: str | None = None
    reasoning_parser: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    audio_port: int = 8001


@dataclass(frozen=True)
class ServerCommand:
    """One vLLM server: how it is started (without the key), where it answers, what it writes to."""

    role: Role
    model: str
    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    port: int
    url: str
    log: Path
    context: int | None = None
    profile: ModelProfile | None = None

    def shell(self) -> str:
        """The command as one line for a shell; the key is taken from `LINERNOTES_API_KEY` there."""
        given = [f"{name}={shlex.quote(value)}" for name, value in self.env.items()]
        return " ".join(["env", 'VLLM_API_KEY="$LINERNOTES_API_KEY"', *given, shlex.join(self.argv)])


@dataclass(frozen=True)
class _Choice:
    """A model that will be served, and the share of a card's memory that it gets (None on a processor)."""

    role: Role
    model: str
    limit: int | None
    share: float | None
    card: int | None = None  # the only one that its server sees

    @property
    def profile(self) -> ModelProfile | None:
        return profile_of(self.model)


def plan(wish: Wish) -> list[ServerCommand]:
    """The commands, the agent's first; raises `UserError` for what cannot be served here."""
    for role, model in (("agent", wish.agent), ("audio", wish.audio)):
        if model not in (None, NONE):
            _check_model(role, str(model))
    if not _HOST.fullmatch(wish.host):
        raise UserError(f"{wish.host!r} is no host to listen on; pass --host 127.0.0.1, say")
    choices = _on_processor(wish) if wish.cpu else _on_card(wish)
    _check_length(wish.max_model_len, next((c.model for c in choices if c.role == "agent"), None))
    if not choices:
        raise UserError("nothing to serve: both models are `none`")
    if len(choices) > 1 and wish.port == wish.audio_port:
        raise UserError(f"both models cannot have port {wish.port}; pass --audio-port")
    return [_command(choice, wish) for choice in choices]


def _check_length(length: int | None, agent: str | None) -> None:
    if length is None or agent is None:
        return
    if length < LEAST_CONTEXT:
        raise UserError(f"--max-model-len is {length}; the tools and the rules alone need {LEAST_CONTEXT} tokens")
    longest = _context(agent)
    if longest and length > longest:
        raise UserError(f"--max-model-len is {length}; {agent} was made for {longest} tokens at most")


def _check_model(role: str, model: str) -> None:
    profile = profile_of(model)
    if Path(model).is_dir():
        if not (Path(model) / "config.json").is_file():
            raise UserError(f"{model} holds no checkpoint: there is no config.json in it")
    elif model.count("/") != 1 or model.startswith((".", "/", "~")):
        raise UserError(f"{model} is neither a folder nor the id of a model (organisation/name)")
    if profile and profile.role != role:
        raise UserError(f"{model} is no {role} model; pass it as --{profile.role}-model")
    if profile and profile.unserved:
        raise UserError(f"vLLM does not serve {model}: {profile.unserved}")


def _on_processor(wish: Wish) -> list[_Choice]:
    named: tuple[tuple[Role, str | None], ...] = (("agent", wish.agent), ("audio", wish.audio))
    if wish.agent is None:
        raise UserError("--cpu serves what you name: pass --agent-model with an id or a checkpoint folder")
    return [
        _Choice(role, model, _least(_CPU_CONTEXT if role == "agent" else None, _context(model)), None)
        for role, model in named
        if model and model != NONE
    ]


def _on_card(wish: Wish) -> list[_Choice]:
    if wish.memory_gb is None:
        raise UserError(NO_GPU)
    if wish.cards is not None and wish.replicas > wish.cards:
        raise UserError(f"{wish.replicas} replicas need as many GPUs; there {_are(wish.cards)}")
    machine = machine_of(wish.memory_gb) or machines()[0]
    agent = None if wish.agent == NONE else wish.agent or machine.agent
    audio = None if wish.audio == NONE else wish.audio or machine.audio
    apart = wish.apart and wish.cards is not None and wish.cards > wish.replicas
    if apart and agent and audio:
        _check_fit([agent], wish.memory_gb)
        _check_fit([audio], wish.memory_gb)
        shares, card = (machine.agent_alone, machine.audio_alone), wish.replicas  # the agent's are those before it
    else:
        if wish.audio is None and agent and audio and _needs(agent) + _needs(audio) > wish.memory_gb:
            audio = None  # the agent model that was named fills the card alone
        _check_fit([m for m in (agent, audio) if m], wish.memory_gb)
        shares, card = _shares(machine, agent, audio), None
    choices: list[_Choice] = []
    if agent:
        longest = _context(agent)
        choices.append(_Choice("agent", agent, longest and min(machine.agent_max_model_len, longest), shares[0]))
    if audio:
        choices.append(_Choice("audio", audio, _context(audio), shares[1], card))
    return choices


def _are(cards: int) -> str:
    return f"is {cards}" if cards == 1 else f"are {cards}"


def _check_fit(chosen: list[str], memory_gb: float) -> None:
    needed = sum(_needs(model) for model in chosen)
    if needed > memory_gb:
        fits = [p.id for p in models() if p.role == "agent" and not p.unserved and p.needs_gb <= memory_gb]
        hint = "; add --audio-model none" if len(chosen) > 1 else f"; pass --agent-model {fits[0]}" if fits else ""
        what = " and ".join(chosen)
        raise UserError(
            f"{what} need{'s' if len(chosen) == 1 else ''} about {needed:g} GB; the card has {memory_gb:g}{hint}"
        )


def _needs(model: str) -> float:
    """Memory that a known model needs; nothing is claimed of others."""
    profile = profile_of(model)
    return profile.needs_gb if profile else 0


def _shares(machine: Machine, agent: str | None, audio: str | None) -> tuple[float, float]:
    """The card's shares of the agent and the audio model; by need where the table does not put them on one card."""
    if not (agent and audio):
        return machine.agent_alone, machine.audio_alone
    if machine.agent_share and machine.audio_share:
        return machine.agent_share, machine.audio_share
    part = _needs(agent) / (_needs(agent) + _needs(audio)) if _needs(agent) and _needs(audio) else 0.5
    return round(machine.agent_alone * part, 2), round(machine.agent_alone * (1 - part), 2)


def _least(limit: int | None, context: int | None) -> int | None:
    """The shorter of two lengths; None stands for one that is not known, and for both: the server decides."""
    return min((n for n in (limit, context) if n is not None), default=None)


def _context(model: str) -> int | None:
    """The longest context of a model in the table or in a folder, where either says."""
    profile = profile_of(model)
    if profile and not Path(model).is_dir():
        return profile.context
    try:
        config: dict[str, Any] = json.loads((Path(model) / "config.json").read_text("utf-8"))
        return int((config.get("text_config") or config)["max_position_embeddings"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _command(choice: _Choice, wish: Wish) -> ServerCommand:
    folder = Path(choice.model)
    name = folder.resolve().name if folder.is_dir() else choice.model
    model = str(folder.resolve()) if folder.is_dir() else choice.model
    port = wish.port if choice.role == "agent" else wish.audio_port
    limit = (wish.max_model_len if choice.role == "agent" else None) or choice.limit
    argv = [str(wish.python), "-m", _MODULE, "--model", model, "--served-model-name", name, "--host", wish.host, "--port", str(port)]  # fmt: skip
    if choice.share is None:
        argv += [*(("--max-model-len", str(limit)) if limit else ()), "--enforce-eager"]
    else:  # of a model that is not known here vLLM finds out how long a context its memory holds
        argv += ["--max-model-len", str(limit or "auto"), "--gpu-memory-utilization", f"{choice.share:.2f}"]
    if choice.role == "agent":
        argv += _agent_flags(model, wish)
    argv += choice.profile.flags if choice.profile else ()
    return ServerCommand(
        choice.role, model, name, tuple(argv), _env(choice, wish, hub=not folder.is_dir()), port, _url(wish.host, port), wish.logs / f"serve-{choice.role}.log", limit, choice.profile
    )  # fmt: skip


def _agent_flags(model: str, wish: Wish) -> list[str]:
    known = parsers_of(model)
    parsers = Parsers(
        wish.tool_call_parser or (known.tool_call if known else ""),
        wish.reasoning_parser or (known.reasoning if known else None),
    )
    if not parsers.tool_call:
        raise UserError(
            f"how {model} writes tool calls is not known here; pass --tool-call-parser (and --reasoning-parser) as vLLM's documentation names it"
        )
    flags = ["--enable-auto-tool-choice", "--tool-call-parser", parsers.tool_call]
    if parsers.reasoning and parsers.reasoning != NONE:
        flags += ["--reasoning-parser", parsers.reasoning]
    if wish.replicas > 1:
        flags += ["--data-parallel-size", str(wish.replicas)]
    return flags


def _env(choice: _Choice, wish: Wish, *, hub: bool) -> dict[str, str]:
    env = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "0" if hub and not wish.offline else "1"}
    if choice.share is None:
        env["VLLM_CPU_KVCACHE_SPACE"] = _CPU_CACHE_GB
    if choice.card is not None:
        env["CUDA_VISIBLE_DEVICES"] = str(choice.card)
    if choice.role == "audio":
        env |= _AUDIO_LIMITS
    return env


def _url(host: str, port: int) -> str:
    """The address for a client on this machine."""
    near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{near}:{port}/v1"
