"""The served model, played by a transport: what is sent, what is made of answers, and how often it is asked."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile

from index.errors import ToolFailed
from tests.tools.making import wav
from tools.listener.checkpoints import licence_line, misplaced
from tools.listener.served import Served
from tools.listener.sound import RATE, hear

SECOND = np.zeros(RATE, np.float32)


def answered(content: Any, **choice: Any) -> httpx.Response:
    return httpx.Response(200, json={"choices": [{"message": {"content": content}, **choice}]})


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def served(handler: Callable[[httpx.Request], httpx.Response], clock: Clock | None = None, **values: Any) -> Served:
    clock = clock or Clock()
    return Served("http://audio.test/v1/", "flamingo", "secret", transport=httpx.MockTransport(handler), sleep=clock.sleep, clock=lambda: clock.now, **values)  # fmt: skip


def turns(*answers: httpx.Response | Exception) -> Callable[[httpx.Request], httpx.Response]:
    """Answers one after the other; the last one stays."""
    left = list(answers)

    def handler(request: httpx.Request) -> httpx.Response:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


def test_it_sends_16_khz_mono_and_takes_prose_and_thoughts(tmp_path: Path) -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answered("<think>hm</think> A warm tone. ", finish_reason="stop")

    clip = hear(wav(tmp_path / "tone.wav", 1.5))
    said = served(handler).ask(clip.samples, "What?", 77)
    assert (said.text, said.reasoning, said.cut) == ("A warm tone.", "hm", False)
    assert str(seen[0].url) == "http://audio.test/v1/chat/completions"
    assert seen[0].headers["Authorization"] == "Bearer secret"
    body = json.loads(seen[0].content)
    text, sound = body["messages"][0]["content"]
    assert (body["model"], body["max_tokens"]) == ("flamingo", 77)
    assert text == {"type": "text", "text": "What?"}
    assert (sound["type"], sound["input_audio"]["format"]) == ("input_audio", "wav")
    samples, rate = soundfile.read(io.BytesIO(base64.b64decode(sound["input_audio"]["data"], validate=True)))
    assert (rate, samples.ndim) == (RATE, 1)
    assert abs(len(samples) - 1.5 * RATE) <= 32
    spectrum = np.abs(np.fft.rfft(samples))
    assert abs(np.argmax(spectrum) * RATE / len(samples) - 440) < 2  # still the same tone


def test_channels_that_cancel_each_other_are_still_heard(tmp_path: Path) -> None:
    tone = np.sin(np.arange(RATE) * 0.1).astype(np.float32) / 2
    soundfile.write(tmp_path / "a.wav", np.stack([tone, -tone], 1), RATE)
    assert np.abs(hear(tmp_path / "a.wav").samples).max() > 0.4


def test_what_the_servers_parser_set_apart_is_reasoning_and_a_full_answer_is_cut() -> None:
    message = {"content": "A waltz", "reasoning": "three beats"}
    reply = httpx.Response(200, json={"choices": [{"message": message, "finish_reason": "length"}]})
    said = served(turns(reply)).ask(SECOND, "?", 10)
    assert (said.text, said.reasoning, said.cut) == ("A waltz", "three beats", True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(404), "404"),
        (httpx.Response(500, text="CUDA out of memory"), "500 CUDA out of memory"),
        (httpx.Response(400, json={"error": {"message": "maximum context\nlength"}}), "400 maximum context length"),
        (httpx.Response(400, json={"error": "no"}), "400 no"),
        (httpx.Response(401, json={"detail": "x"}), "401"),
        (httpx.Response(200, text="<html>"), "no chat completion"),
        (httpx.Response(200, json=[]), "no chat completion"),
        (httpx.Response(200, json={"choices": []}), "no chat completion"),
    ],
)
def test_what_is_no_answer_is_one_line_and_not_asked_again(answer: httpx.Response, said: str) -> None:
    asked = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer

    with pytest.raises(ToolFailed, match="audio language model") as failed:
        served(handler).ask(SECOND, "?", 10)
    assert said in str(failed.value) and "\n" not in str(failed.value) and len(asked) == 1


@pytest.mark.parametrize("content", [None, ["parts"], "<think>only a thought</think>"])
def test_an_answer_without_words_is_empty(content: Any) -> None:
    assert served(turns(answered(content))).ask(SECOND, "?", 10).text == ""


@pytest.mark.parametrize("first", [httpx.Response(429), httpx.Response(503), httpx.ConnectError("refused"), httpx.RemoteProtocolError("gone")])  # fmt: skip
def test_trouble_that_passes_is_waited_for(first: httpx.Response | Exception) -> None:
    clock = Clock()
    assert served(turns(first, first, answered("A waltz.")), clock).ask(SECOND, "?", 10).text == "A waltz."
    assert clock.slept == [1, 2]


def test_it_waits_as_long_as_the_server_asks() -> None:
    clock = Clock()
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    busy = [httpx.Response(429, headers={"Retry-After": v}) for v in ("7", soon, "whenever")]
    assert served(turns(*busy, answered("A waltz.")), clock).ask(SECOND, "?", 10).text == "A waltz."
    assert clock.slept[0] == 7 and 25 < clock.slept[1] <= 30 and clock.slept[2] == 4


def test_it_gives_up_after_four_tries_and_within_its_time() -> None:
    with pytest.raises(ToolFailed, match=r"ConnectError: refused \(asked 4 times\)"):
        served(turns(httpx.ConnectError("refused"))).ask(SECOND, "?", 10)
    clock = Clock()
    with pytest.raises(ToolFailed, match=r"429 .*\(asked 1 time\)"):
        served(turns(httpx.Response(429, headers={"Retry-After": "601"})), clock).ask(SECOND, "?", 10)
    assert clock.slept == []


def test_an_answer_that_takes_too_long_is_not_asked_for_again() -> None:
    with pytest.raises(ToolFailed, match="ReadTimeout"):
        served(turns(httpx.ReadTimeout("slow"), answered("late"))).ask(SECOND, "?", 10)


def test_no_more_requests_than_agreed_are_on_their_way() -> None:
    lock, going, most = threading.Lock(), 0, 0
    gate = threading.Barrier(2)

    def handler(request: httpx.Request) -> httpx.Response:
        nonlocal going, most
        with lock:
            going += 1
            most = max(most, going)
        gate.wait(5)  # passes only where two are on their way
        with lock:
            going -= 1
        return answered("A waltz.")

    model = served(handler, at_once=2)
    with ThreadPoolExecutor(6) as pool:
        assert len(list(pool.map(lambda _: model.ask(SECOND, "?", 10), range(6)))) == 6
    assert most == 2


def test_nobody_waits_for_a_client_that_is_stopped() -> None:
    asked, release = threading.Event(), threading.Event()

    def handler(request: httpx.Request) -> httpx.Response:
        asked.set()
        release.wait(10)
        return answered("late")

    model = served(handler)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(model.ask, SECOND, "?", 10)
        assert asked.wait(5)
        model.stop()
        with pytest.raises(ToolFailed, match="stopped"):
            waiting.result(2)
    release.set()
    with pytest.raises(ToolFailed, match="stopped"):
        model.ask(SECOND, "?", 10)


def test_the_window_fits_the_servers_limits() -> None:
    assert served(turns(answered(""))).longest_s() == 600
    assert 800 < served(turns(answered("")), limit_s=1200).longest_s() < 820  # 25 MB
    assert Served("http://x", "Qwen/Qwen2-Audio-7B-Instruct").longest_s() == 30


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (httpx.Response(200, json={"data": [{"id": "flamingo"}]}), None),
        (httpx.Response(200, json={"data": [{"id": "other"}]}), "serves other, not flamingo"),
        (httpx.Response(200, json={"data": []}), "serves nothing"),
        (httpx.Response(401, json={"error": "no key"}), "does not answer (401 no key)"),
        (httpx.Response(500), "does not answer (500)"),
        (httpx.Response(404), None),
        (httpx.Response(200, text="hello"), "does not answer"),
        (httpx.ConnectError("refused"), "does not answer (ConnectError)"),
    ],
)
def test_it_says_beforehand_why_it_cannot_be_asked(answer: httpx.Response | Exception, said: str | None) -> None:
    trouble = served(turns(answer)).trouble()
    assert trouble is None if said is None else said in str(trouble)


def test_licences_are_said_for_what_is_known_and_what_is_not() -> None:
    assert "NVIDIA OneWay Noncommercial License; for noncommercial use only" in licence_line("nvidia/music-flamingo-hf")
    assert "Noncommercial" in licence_line("/models/music-flamingo-2601-hf/")
    assert licence_line("Qwen/Qwen2-Audio-7B-Instruct").endswith(": Apache-2.0")
    assert "not known" in licence_line("somebody/ears-1b")


def test_a_checkpoint_on_the_wrong_backend_is_pointed_to_the_right_one() -> None:
    assert "LINERNOTES_AUDIO_BACKEND=transformers" in str(misplaced("nvidia/music-flamingo-2601-hf", "served"))
    assert "served" in str(misplaced("Qwen/Qwen2-Audio-7B-Instruct", "transformers"))
    assert misplaced("nvidia/music-flamingo-hf", "served") is None and misplaced("somebody/ears-1b", "served") is None
