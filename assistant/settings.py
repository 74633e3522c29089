"""Settings: read once from the environment (`LINERNOTES_*`) and the command line, then passed in."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, get_args

from assistant import running
from assistant.profiles import DIALECTS, LEAST_CONTEXT, Server
from index.errors import UserError
from tools.listener.checkpoints import Backend

Brain = Literal["embedded", "vllm"]
Contributions = Literal["off", "ask"]
CONTEXT = 16_384  # tokens
# Smallest values: temperature of sampling (the makers' own where none is given), tokens of the model's context, seconds of a turn and of silence, tokens of a turn, seconds of audio.
_LEAST = {
    "temperature": 0,
    "context": LEAST_CONTEXT,
    "turn_s": 1,
    "silence_s": 1,
    "turn_tokens": 100,
    "audio_limit_s": 10,
}
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True)
class Settings:
    """Where things are and which engines are used. Defaults need no GPU, network, account or key."""

    home: Path
    brain: Brain = "embedded"
    base_url: str = "http://127.0.0.1:8000/v1"
    model: str = "Qwen/Qwen3.5-9B"
    api_key: str = "none"
    server: Server = "vllm"
    vllm_python: str | None = None
    audio_url: str | None = None
    audio_model: str = "nvidia/music-flamingo-hf"
    audio_backend: Backend = "served"
    audio_api_key: str | None = None
    audio_limit_s: float = 600.0
    lrclib: bool = False
    lrclib_url: str = "https://lrclib.net"
    musixmatch_key: str | None = field(default=None, repr=False)
    musixmatch_url: str = "https://api.musixmatch.com/ws/1.1"
    contact: str = "https://example.org/linernotes"
    device: str = "auto"
    reranker: str | None = None
    temperature: float | None = None
    context: int = CONTEXT
    turn_s: float = 120.0
    silence_s: float = 60.0
    turn_tokens: int = 16_000
    fallback: bool = False
    contributions: Contributions = (
        "ask"  # whether artists may add tracks of their own to the catalogue, when they say so
    )
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

    @property
    def lyrics_cache(self) -> Path:
        """Where answers of lyrics services are kept."""
        return self.home / "cache" / "lyrics"

    def playlists_of(self, owner: str) -> Path:
        """Where playlists of a listener are written: a folder whose name cannot be guessed; of the machine's own, `playlists`."""
        return self.playlists if owner == "local" else self.playlists / hashlib.sha256(owner.encode()).hexdigest()[:40]

    def with_options(self, **options: object) -> Settings:
        """A copy in which given options (those that are not None) take the place of the environment's."""
        return replace(self, **{k: v for k, v in options.items() if v is not None})  # type: ignore[arg-type]


def load(environment: Mapping[str, str] = os.environ, base_url: str | None = None) -> Settings:
    """Settings of the environment; raises `UserError` for a value that makes no sense.

    `base_url` is the one of the command line. Where nothing is said, what `linernotes serve` has running is taken.
    """
    settings = Settings(
        home=Path(environment.get("LINERNOTES_HOME") or Path.home() / ".local" / "share" / "linernotes")
    )
    given = {
        name: environment.get(f"LINERNOTES_{name.upper()}")
        for name in (
            "brain",
            "contributions",
            "base_url",
            "model",
            "api_key",
            "server",
            "vllm_python",
            "audio_url",
            "audio_model",
            "audio_backend",
            "audio_api_key",
            "lrclib_url",
            "musixmatch_key",
            "musixmatch_url",
            "contact",
            "device",
            "reranker",
            "judge_url",
            "judge_model",
            "judge_key",
        )
    }
    texts = {name: text.strip() for name, text in (given | {"base_url": base_url or given["base_url"]}).items() if text and text.strip()}  # fmt: skip
    if texts.get("brain", "embedded") not in ("embedded", "vllm"):
        raise UserError(f"LINERNOTES_BRAIN is {texts['brain']!r}; it must be embedded or vllm")
    if texts.get("contributions", "ask") not in get_args(Contributions):
        raise UserError(f"LINERNOTES_CONTRIBUTIONS is {texts['contributions']!r}; it must be off or ask")
    if texts.get("server", "vllm") not in DIALECTS:
        raise UserError(f"LINERNOTES_SERVER is {texts['server']!r}; it must be {', '.join(DIALECTS)}")
    if not re.fullmatch(r"[!-~]*", texts.get("api_key", "")):
        raise UserError("LINERNOTES_API_KEY has characters that no key has")  # not shown: it is a secret
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", texts.get("device", "auto")):
        raise UserError(f"LINERNOTES_DEVICE is {texts['device']!r}; it must be auto, cpu or cuda")
    for name in ("base_url", "audio_url", "lrclib_url", "musixmatch_url", "judge_url"):
        if not re.match(r"https?://[^\s/]+", texts.get(name, "http://x")):
            said = "--base-url" if name == "base_url" and base_url else f"LINERNOTES_{name.upper()}"
            raise UserError(f"{said} is {texts[name]!r}; it must begin with http:// or https://")
    for name in ("audio_api_key", "musixmatch_key"):
        if not re.fullmatch(r"[!-~]*", texts.get(name, "")):
            raise UserError(f"LINERNOTES_{name.upper()} has characters that no key has")  # not shown: it is a secret
    if texts.get("audio_backend", "served") not in get_args(Backend):
        raise UserError(f"LINERNOTES_AUDIO_BACKEND is {texts['audio_backend']!r}; it must be served or transformers")
    limits = {name: _number(environment, f"LINERNOTES_{name.upper()}", least) for name, least in _LEAST.items()}
    switches = {name: _switch(environment, f"LINERNOTES_{name.upper()}") for name in ("lrclib", "fallback")}
    return settings.with_options(**_running(settings.home, texts)).with_options(**switches, **limits, **texts)


def _number(environment: Mapping[str, str], name: str, least: int) -> float | int | None:
    text = environment.get(name, "").strip()
    if not text:
        return None
    try:
        value = float(text) if name.endswith(("_S", "_TEMPERATURE")) else int(text)
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise UserError(f"{name} is {text!r}; it must be a number, {least} or more")
    return value


def _running(home: Path, said: Mapping[str, str]) -> dict[str, object]:
    """What `linernotes serve` has running from this home; its key goes nowhere but to its own servers."""
    served = running.read(home)
    if served is None:
        return {}
    found: dict[str, object] = {}
    agent, audio = served.agent, served.audio
    elsewhere = "base_url" in said and said["base_url"].rstrip("/") != (agent.url if agent else "")
    if agent and not elsewhere:
        found = {"base_url": agent.url, "model": agent.model, "api_key": served.key, "context": agent.context}
    if audio and "audio_url" not in said and not elsewhere:
        found |= {"audio_url": audio.url, "audio_model": audio.model, "api_key": served.key}
    return found


def _switch(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").strip().lower()
    if value not in {"", *_ON, *_OFF}:
        raise UserError(f"{name} is {environment[name]!r}; it must be 1 or 0")
    return value in _ON
