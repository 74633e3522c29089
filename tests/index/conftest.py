"""What the index's tests share: an embedder that costs nothing, and small files."""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.embed import WIDTH, Embedder, Vectors


class HashEmbedder(Embedder):
    """Unit vectors drawn from a text's hash: the same text, the same direction; other texts, unrelated ones."""

    name = "hash"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384)."""
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:8], "big") for t in texts]
        raw = np.array([np.random.default_rng(s).normal(size=WIDTH) for s in seeds]).reshape(-1, WIDTH)
        unit: Vectors = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float32)
        return unit


@pytest.fixture
def hashes() -> HashEmbedder:
    """An embedder for tests in which meaning plays no part."""
    return HashEmbedder()


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """A manifest of rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def write_wav(path: Path, seconds: float = 1.0, hz: float = 220.0) -> Path:
    """A mono 16-bit tone at 22,050 Hz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = 0.3 * np.sin(2 * np.pi * hz * np.arange(int(22_050 * seconds)) / 22_050)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return path
