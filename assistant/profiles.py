"""What is known of models and machines, from `profiles.toml`: parsers, memory, context, sampling, licences.

Nothing here starts anything. Memory is in GB, context in tokens, shares are vLLM's `--gpu-memory-utilization` (0 to 1).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

Role = Literal["agent", "audio"]
Server = Literal["vllm", "llama.cpp", "ollama", "openai"]


@dataclass(frozen=True)
class ModelProfile:
    """One model: how vLLM serves it, and how its makers want it to be sampled."""

    id: str
    role: Role
    needs_gb: float
    context: int
    licence: str
    tool_call_parser: str | None = None
    reasoning_parser: str | None = None
    flags: tuple[str, ...] = ()
    sampling: Mapping[str, float] = field(default_factory=dict)
    noncommercial: bool = False
    unserved: str = ""  # why vLLM cannot serve it


@dataclass(frozen=True)
class Parsers:
    """What makes tool calls and thoughts out of a model's text, by vLLM's names."""

    tool_call: str
    reasoning: str | None


@dataclass(frozen=True)
class Machine:
    """What one card of at least this memory serves, and how it is divided."""

    name: str
    at_least_gb: float
    agent: str
    agent_alone: float
    agent_max_model_len: int
    audio_alone: float
    agent_share: float | None = None
    audio: str | None = None
    audio_share: float | None = None


LEAST_CONTEXT = 8000  # tokens: the tools and the rules alone take some 6,000, and an answer 1,000


@dataclass(frozen=True)
class Dialect:
    """What a kind of server takes beyond the OpenAI protocol.

    `extra_fields`: sampling that OpenAI's API does not have (`top_k`, `min_p`, `chat_template_kwargs`) has an effect;
    Ollama ignores it, OpenAI answers 400. `strict_tools`: `strict: true` on a tool makes its arguments follow any
    schema; llama.cpp does so unasked, Ollama ignores it, and OpenAI takes it only for schemas without optional fields.
    `length_field`: what limits an answer; only OpenAI insists on the newer name, and not every other server knows it.
    """

    extra_fields: bool
    strict_tools: bool
    length_field: str = "max_tokens"


DIALECTS: Mapping[Server, Dialect] = {
    "vllm": Dialect(extra_fields=True, strict_tools=True),
    "llama.cpp": Dialect(extra_fields=True, strict_tools=False),
    "ollama": Dialect(extra_fields=False, strict_tools=False),
    "openai": Dialect(extra_fields=False, strict_tools=False, length_field="max_completion_tokens"),
}


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads((files("assistant") / "profiles.toml").read_text("utf-8"))


@cache
def models() -> tuple[ModelProfile, ...]:
    """Every model in the table."""
    return tuple(ModelProfile(**row | {"flags": tuple(row.get("flags", ()))}) for row in _table()["model"])


@cache
def machines() -> tuple[Machine, ...]:
    """Every kind of machine in the table, the smallest first."""
    return tuple(sorted((Machine(**row) for row in _table()["machine"]), key=lambda m: m.at_least_gb))


def profile_of(model: str) -> ModelProfile | None:
    """The profile of a model by its id, or by a served name without the organisation; None for one not in the table."""
    short = model.rstrip("/").rpartition("/")[2].casefold()
    known = [p for p in models() if p.id.casefold() == model.casefold()]
    return next(iter(known or [p for p in models() if p.id.rpartition("/")[2].casefold() == short]), None)


def machine_of(memory_gb: float) -> Machine | None:
    """The largest kind of machine that a card of this memory is; None below the smallest."""
    return next((m for m in reversed(machines()) if memory_gb >= m.at_least_gb), None)


def parsers_of(model: str) -> Parsers | None:
    """The parsers for a known model, or for a checkpoint folder by its `config.json`; None when neither says."""
    profile = profile_of(model)
    if profile and profile.tool_call_parser:
        return Parsers(profile.tool_call_parser, profile.reasoning_parser)
    kind = _model_type(Path(model))
    for row in _table()["family"]:
        if kind in row["model_types"]:
            return Parsers(row["tool_call_parser"], row["reasoning_parser"])
    return None


def _model_type(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "config.json").read_text("utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
