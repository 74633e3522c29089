"""The audio language model, played by a transport."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from index.errors import ToolFailed
from tests.tools.making import wav
from tools.flamingo import RATE, AudioModel


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wav(tmp_path_factory.mktemp("tone") / "tone.wav", 1.5)


def answered(content: Any) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"content": content}}]})


def model(answer: httpx.Response, seen: list[httpx.Request] | None = None) -> AudioModel:
    def handler(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return answer

    return AudioModel("http://audio.test/v1/", "flamingo", "secret", transport=httpx.MockTransport(handler))


def test_it_sends_16_khz_mono_and_takes_the_prose(tone: Path) -> None:
    seen: list[httpx.Request] = []
    assert model(answered("<think>hm\nhm</think> A warm tone. "), seen).describe(tone, "What?") == "A warm tone."
    assert str(seen[0].url) == "http://audio.test/v1/chat/completions"
    assert seen[0].headers["Authorization"] == "Bearer secret"
    body = json.loads(seen[0].content)
    text, sound = body["messages"][0]["content"]
    assert body["model"] == "flamingo"
    assert text == {"type": "text", "text": "What?"}
    assert (sound["type"], sound["input_audio"]["format"]) == ("input_audio", "wav")
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(sound["input_audio"]["data"], validate=True)))
    assert (rate, samples.ndim) == (RATE, 1)
    assert abs(len(samples) - 1.5 * RATE) <= 32
    spectrum = np.abs(np.fft.rfft(samples))
    assert abs(np.argmax(spectrum) * RATE / len(samples) - 440) < 2  # still the same tone


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(500, text="CUDA out of memory"),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"choices": []}),
        answered(None),
        answered(["parts"]),
        answered("<think>only a thought</think>"),
    ],
)
def test_what_is_no_answer_is_told_to_the_model(answer: httpx.Response, tone: Path) -> None:
    with pytest.raises(ToolFailed, match="audio language model"):
        model(answer).describe(tone, "What?")


def test_a_flood_of_words_is_cut(tone: Path) -> None:
    assert len(model(answered("la " * 100_000)).describe(tone, "What?")) <= 20_000


def test_none_configured_points_at_the_measurement(tone: Path) -> None:
    with pytest.raises(ToolFailed, match="LINERNOTES_AUDIO_URL"):
        AudioModel(None).describe(tone, "What?")


def test_a_file_that_is_no_audio_is_never_sent(tmp_path: Path) -> None:
    text = tmp_path / "text.wav"
    text.write_text("no sound at all")
    seen: list[httpx.Request] = []
    with pytest.raises(ToolFailed, match="not an audio file"):
        model(answered("x"), seen).describe(text, "What?")
    with pytest.raises(ToolFailed, match="cannot be read"):
        model(answered("x"), seen).describe(tmp_path / "gone.wav", "What?")
    assert seen == []
