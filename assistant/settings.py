"""Settings: read once from the environment (`LINERNOTES_*`) and the command line, then passed in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.errors import UserError

Brain = Literal["embedded", "vllm"]
CONTEXT = 16_384  # tokens
# Smallest values: tokens of the model's context, seconds of a turn and of silence, tokens of a turn.
_LEAST = {"context": 4096, "turn_s": 1, "silence_s": 1, "turn_tokens": 100}
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Settings:
    """Where things are and which engines are used. Defaults need no GPU, network, account or key."""

    home: Path
    brain: Brain = "embedded"
    base_url: str = "http://127.0.0.1:8000/v1"
    model: str = "Qwen/Qwen3.5-9B"
    api_key: str = "none"
    audio_url: str | None = None
    audio_model: str = "nvidia/music-flamingo-hf"
    lrclib: bool = False
    lrclib_url: str = "https://lrclib.net"
    contact: str = "https://example.org/linernotes"
    device: str = "auto"
    context: int = CONTEXT
    turn_s: float = 120.0
    silence_s: float = 60.0
    turn_tokens: int = 8000
    fallback: bool = False
    judge_url: str | None = None
    judge_model: str = "judge"
    judge_key: str = "none"

    @property
    def demo(self) -> Path:
        """The demo catalogue's folder."""
        return self.home / "demo"

    @property
    def demo_index(self) -> Path:
        """The demo catalogue's index."""
        return self.home / "demo-index"

    @property
    def threads(self) -> Path:
        """The file that keeps conversations."""
        return self.home / "threads.sqlite"

    @property
    def playlists(self) -> Path:
        """Where playlists are written."""
        return self.home / "playlists"

    def with_options(self, **options: object) -> Settings:
        """A copy in which given options (those that are not None) take the place of the environment's."""
        return replace(self, **{k: v for k, v in options.items() if v is not None})  # type: ignore[arg-type]


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings of the environment; raises `UserError` for a value that makes no sense."""
    settings = Settings(
        home=Path(environment.get("LINERNOTES_HOME") or Path.home() / ".local" / "share" / "linernotes")
    )
    given = {
        name: environment.get(f"LINERNOTES_{name.upper()}")
        for name in (
            "brain",
            "base_url",
            "model",
            "api_key",
            "audio_url",
            "audio_model",
            "lrclib_url",
            "contact",
            "device",
            "judge_url",
            "judge_model",
            "judge_key",
        )
    }
    texts = {name: text.strip() for name, text in given.items() if text and text.strip()}
    if texts.get("brain", "embedded") not in ("embedded", "vllm"):
        raise UserError(f"LINERNOTES_BRAIN is {texts['brain']!r}; it must be embedded or vllm")
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", texts.get("device", "auto")):
        raise UserError(f"LINERNOTES_DEVICE is {texts['device']!r}; it must be auto, cpu or cuda")
    for name in ("base_url", "audio_url", "lrclib_url", "judge_url"):
        if not re.match(r"https?://[^\s/]+", texts.get(name, "http://x")):
            raise UserError(f"LINERNOTES_{name.upper()} is {texts[name]!r}; it must begin with http:// or https://")
    limits = {name: _number(environment, f"LINERNOTES_{name.upper()}", least) for name, least in _LEAST.items()}
    switches = {name: _switch(environment, f"LINERNOTES_{name.upper()}") for name in ("lrclib", "fallback")}
    return settings.with_options(**switches, **limits, **texts)


def _number(environment: Mapping[str, str], name: str, least: int) -> float | int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text) if name.endswith("_S") else int(text)
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise UserError(f"{name} is {text!r}; it must be a number, {least} or more")
    return value


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in {"", *_ON, *_OFF}:
        raise UserError(f"{name} is {environment[name]!r}; it must be 1 or 0")
    return value in _ON
