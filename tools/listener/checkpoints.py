"""Audio language models that are known to work here, with their licences; any other one that speaks the API may be named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Backend = Literal["served", "transformers"]
_ONEWAY = "NVIDIA OneWay Noncommercial License"


@dataclass(frozen=True)
class Checkpoint:
    """A published model: its name, its licence, what runs it (`served`: vLLM and the like), and the seconds of sound it takes."""

    name: str
    licence: str
    backends: tuple[Backend, ...]
    longest_s: float


KNOWN = (
    Checkpoint("nvidia/music-flamingo-hf", _ONEWAY, ("served", "transformers"), 600),
    Checkpoint("nvidia/music-flamingo-2601-hf", _ONEWAY, ("transformers",), 1200),
    Checkpoint("nvidia/music-flamingo-think-2601-hf", _ONEWAY, ("transformers",), 1200),
    Checkpoint("nvidia/audio-flamingo-3-hf", _ONEWAY, ("served", "transformers"), 600),
    Checkpoint("Qwen/Qwen2-Audio-7B-Instruct", "Apache-2.0", ("served",), 30),
)


def known(model: str) -> Checkpoint | None:
    """The checkpoint of this name; a local folder counts by its last part."""
    last = model.rstrip("/").rpartition("/")[2]
    return next((c for c in KNOWN if c.name == model or c.name.endswith(f"/{last}")), None)


def licence_line(model: str) -> str:
    """One line on the licence of a model, for wherever it is chosen."""
    found = known(model)
    if found is None:
        return f"{model}: its licence is not known to this program; see the checkpoint's own card"
    limits = "; for noncommercial use only" if "Noncommercial" in found.licence else ""
    return f"{model}: {found.licence}{limits}"


def longest_s(model: str, limit_s: float) -> float:
    """Seconds of sound that a model takes at once: `limit_s`, or less where it is known to take less."""
    found = known(model)
    return min(limit_s, found.longest_s) if found else limit_s


def misplaced(model: str, backend: Backend) -> str | None:
    """Why a known checkpoint cannot run on a backend, or None."""
    found = known(model)
    if found is None or backend in found.backends:
        return None
    return f"{model} is not served by vLLM; run it with LINERNOTES_AUDIO_BACKEND=transformers" if backend == "served" else f"{model} is known to run behind a server only; leave LINERNOTES_AUDIO_BACKEND at served"  # fmt: skip
