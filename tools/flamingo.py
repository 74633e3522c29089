"""Music Flamingo, or any audio language model behind an OpenAI-compatible chat endpoint (vLLM).

Sends 16 kHz mono WAV as `input_audio`. Its prose is modelled, never measured: numbers in it are not to be quoted.
NVIDIA's checkpoints are licensed for noncommercial use only.
"""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from pathlib import Path

import httpx

from index.errors import ToolFailed
from tools.audio.decode import AudioRejected, decode
from tools.audio.resample import ratio_towards, resample

RATE = 16_000
_LONGEST_S = 600
_MOST_WORDS = 20_000  # characters; more than 1,024 tokens can say
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True)
class AudioModel:
    """A served audio language model; `base_url` None means that none is configured."""

    base_url: str | None
    model: str = "nvidia/music-flamingo-hf"
    api_key: str = "none"
    timeout_s: float = 300.0
    transport: httpx.BaseTransport | None = None

    def describe(self, path: Path, question: str) -> str:
        """The model's prose on a file; raises `ToolFailed` when none is configured, reachable or willing."""
        if not self.base_url:
            raise ToolFailed(
                "no audio language model is configured (LINERNOTES_AUDIO_URL); measured analysis is available through analyze_audio"
            )
        content = [
            {"type": "text", "text": question},
            {"type": "input_audio", "input_audio": {"data": _wav(path), "format": "wav"}},
        ]
        body = {"model": self.model, "messages": [{"role": "user", "content": content}], "max_tokens": 1024}
        try:
            with httpx.Client(
                timeout=self.timeout_s,
                headers={"Authorization": f"Bearer {self.api_key}"},
                transport=self.transport,
            ) as client:
                answer = client.post(f"{self.base_url.rstrip('/')}/chat/completions", json=body)
                answer.raise_for_status()
                text = _THOUGHT.sub("", answer.json()["choices"][0]["message"]["content"]).strip()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, IndexError, TypeError) as exc:
            raise ToolFailed(f"the audio language model did not answer: {type(exc).__name__}: {exc}") from exc
        if not text:
            raise ToolFailed("the audio language model had nothing to say about this file")
        return text[:_MOST_WORDS]


def _wav(path: Path) -> str:
    """The file as base64 16 kHz mono 16-bit WAV, at most ten minutes of it."""
    import soundfile
    import torch

    try:
        audio = decode(path)
    except AudioRejected as reason:
        raise ToolFailed(str(reason)) from reason
    mono = resample(torch.from_numpy(audio.samples.mean(0)), ratio_towards(audio.rate, RATE))[: RATE * _LONGEST_S]
    out = io.BytesIO()
    soundfile.write(out, mono.numpy(), RATE, format="WAV", subtype="PCM_16")
    return base64.b64encode(out.getvalue()).decode()
