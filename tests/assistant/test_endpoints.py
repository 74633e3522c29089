"""What the doctor finds at an endpoint: a model that calls, thinks, hears, and every way in which one does not."""

from __future__ import annotations

import base64
import io
import time
import wave
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from assistant.doctor import Finding, examine
from assistant.profiles import Server
from assistant.settings import Settings
from tests.assistant.answering import Answered, Asked, Seen, answering, models, says, trickling
from tests.assistant.served import serving, tool_call

KEY = "sk-a-secret-of-mine"
QWEN = "Qwen/Qwen3.5-9B"
CALL = tool_call("confirm", {"word": "yes"}, "c1")


def examined(home: Path, url: str, model: str = QWEN, brain: str = "vllm", server: Server = "vllm", **more: Any) -> dict[str, Finding]:  # fmt: skip
    settings = Settings(home=home, brain=brain, base_url=url, model=model, api_key=KEY, server=server, **more)  # type: ignore[arg-type]
    findings = examine(settings, None)
    assert KEY not in str([asdict(f) for f in findings])
    assert all("\n" not in f.detail + f.advice and (f.detail + f.advice).isprintable() for f in findings)
    return {f.name: f for f in findings}


def chat(answer: Answered, model: str = QWEN) -> Callable[[Asked], Answered]:
    return lambda asked: models(model, context=32768) if asked.path == "/v1/models" else answer


def test_a_model_that_does_everything(tmp_path: Path) -> None:
    with serving([{"content": "", "reasoning": "They want a call.", "tool_calls": [CALL]}]) as script:
        found = examined(tmp_path, script.url, "tiny")
    assert [found[n].state for n in ("agent model", "tool calling", "reasoning")] == ["ok"] * 3
    assert "`reasoning`" in found["reasoning"].detail
    [request] = script.requests
    assert (
        request["stream"] is True
        and request["tool_choice"] == "auto"
        and request["tools"][0]["function"]["name"] == "confirm"
    )


def test_context_and_key(tmp_path: Path) -> None:
    with answering(chat(says(tool_calls=[CALL], reasoning_content="x"))) as seen:
        found = examined(tmp_path, seen.url)
    assert found["agent model"].detail == f"{QWEN} at {seen.url}, 32768 tokens of context"
    assert found["agent model"].advice == ""
    with answering(lambda asked: models(QWEN, context=8192) if asked.method == "GET" else says()) as seen:
        assert examined(tmp_path, seen.url)["agent model"].advice.startswith("set LINERNOTES_CONTEXT=8192")
    with answering(chat(says(tool_calls=[CALL], reasoning_content="x"))) as seen:
        found = examined(tmp_path, seen.url)
    assert "`reasoning_content`" in found["reasoning"].detail
    assert {asked.authorization for asked in seen.requests} == {f"Bearer {KEY}"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says(content="Yes, \x1b[31mgladly\x00!\nHow?"), "no call came, but: Yes, [31mgladly !"),
        (says(content=""), "no call came, but: nothing"),
        (says("length", content="and so on"), "too long"),
        (says(content='<tool_call>{"name": "confirm"}</tool_call>'), "came as text, no parser read it: <tool_call>"),
        (says(content="<function=confirm><parameter=word>yes"), "came as text"),
        (says(tool_calls=[tool_call("confirm", {}, "c")]), "arguments that are not"),
        (says(tool_calls=["what"]), "arguments that are not"),
        (Answered({"error": {"message": '"auto" tool choice requires --enable-auto-tool-choice'}}, 400), "answered 400: "),
        (Answered({"error": f"bad key {KEY}"}, 401), "answered 401: bad key ***"),
        (Answered(b"<html>oops", 200, "text/html; charset=x"), "answers with text/html, not with JSON"),
        (Answered({"choices": []}), "something else"),
        (Answered({"choices": [{"message": 3}]}), "something else"),
        (Answered([1]), "something else"),
    ],
)  # fmt: skip
def test_a_model_that_calls_no_tool(answer: Answered, words: str, tmp_path: Path) -> None:
    with answering(chat(answer)) as seen:
        found = examined(tmp_path, seen.url)
        unwanted = examined(tmp_path, seen.url, brain="embedded")
    calling = found["tool calling"]
    assert found["agent model"].state == "ok" and (calling.state, unwanted["tool calling"].state) == (
        "broken",
        "absent",
    )
    assert words in calling.detail
    assert calling.advice == "start vLLM with --enable-auto-tool-choice --tool-call-parser qwen3_coder"


def test_thoughts_that_come_in_the_answer_or_not_at_all(tmp_path: Path) -> None:
    for content, state in (("<think>hm</think>", "broken"), ("", "absent")):
        with answering(chat(says(content=content, tool_calls=[CALL]))) as seen:
            found = examined(tmp_path, seen.url)
        assert (found["reasoning"].state, found["tool calling"].state) == (state, "ok")
        assert found["reasoning"].advice == "start vLLM with --reasoning-parser qwen3"


@pytest.mark.parametrize(
    ("answer", "words", "advice"),
    [
        (models("other", "more"), "serves other, more, not Qwen", "LINERNOTES_MODEL"),
        (models(), "serves nothing", "LINERNOTES_MODEL"),
        (Answered({"error": "Unauthorized"}, 401), "answered 401: Unauthorized", "LINERNOTES_API_KEY"),
        (Answered(b"<html>", 200, "text/html"), "text/html", "linernotes serve"),
        (Answered({}, 500), "answered 500", "linernotes serve"),
        (Answered([1]), "not with a list of models", "linernotes serve"),
        (Answered({"data": ["x"]}), "not with a list of models", "linernotes serve"),
    ],
)
def test_an_endpoint_that_does_not_serve_the_model(answer: Answered, words: str, advice: str, tmp_path: Path) -> None:
    with answering(lambda asked: answer) as seen:
        found = examined(tmp_path, seen.url)
    assert found["agent model"].state == "broken" and "tool calling" not in found
    assert words in found["agent model"].detail and advice in found["agent model"].advice


@pytest.mark.parametrize("pause_s", [0.0, 0.02])
def test_one_whose_answer_has_no_end(pause_s: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the time limit of a single read nor memory would end it."""
    monkeypatch.setattr("assistant.endpoints._LIST_S", 0.3)
    monkeypatch.setattr("assistant.endpoints._MOST_BYTES", 50_000)
    began = time.monotonic()
    with trickling(b" " * (1 if pause_s else 1000), pause_s) as url:
        found = examined(tmp_path, url)
    told = "did not answer within" if pause_s else "answers with more than"
    assert told in found["agent model"].detail and time.monotonic() - began < 3


def test_one_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.endpoints._LIST_S", 0.3)
    monkeypatch.setattr("assistant.endpoints._CHAT_S", 0.3)

    def slow(asked: Asked) -> Answered:
        if asked.method == "POST":
            time.sleep(0.8)
        return models(QWEN)

    with answering(slow) as seen:
        found = examined(tmp_path, seen.url)
    assert "did not answer within" in found["tool calling"].detail and found["tool calling"].state == "broken"


@pytest.mark.parametrize(
    ("server", "limit", "advice"),
    [("llama.cpp", "max_tokens", "--jinja"), ("ollama", "max_tokens", "choose a model"), ("openai", "max_completion_tokens", "choose a model")],
)  # fmt: skip
def test_other_servers_are_asked_and_advised_in_their_way(
    server: Server, limit: str, advice: str, tmp_path: Path
) -> None:
    with answering(chat(says(content="no"))) as seen:
        found = examined(tmp_path, seen.url, server=server)
    assert advice in found["tool calling"].advice and "vLLM" not in str(found["reasoning"].advice)
    assert limit in seen.requests[-1].body and "top_k" not in seen.requests[-1].body
    with answering(lambda asked: models("else")) as seen:
        assert (
            "ollama pull" in examined(tmp_path, seen.url, server=server)["agent model"].advice
        ) == (server == "ollama")  # fmt: skip


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    found = examined(tmp_path, "http://me:hunter2@127.0.0.1:9/v1")
    assert "hunter2" not in str(found) and "http://127.0.0.1:9/v1" in found["agent model"].detail


def test_audio_is_sent_and_heard(tmp_path: Path) -> None:
    with answering(chat(says(content="A sine."), "ears")) as seen:
        found = examined(tmp_path, "http://127.0.0.1:9/v1", audio_url=seen.url, audio_model="ears")
    assert found["audio input"].state == "ok"
    sound = _sound(seen)
    with wave.open(io.BytesIO(base64.b64decode(sound["data"]))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes(), sound["format"]) == (
            16000,
            1,
            16000,
            "wav",
        )


def _sound(seen: Seen) -> dict[str, str]:
    parts = seen.requests[-1].body["messages"][0]["content"]
    return dict(next(p["input_audio"] for p in parts if p["type"] == "input_audio"))


def test_a_model_without_ears(tmp_path: Path) -> None:
    deaf = Answered({"error": {"message": "tiny is not a multimodal model"}}, 400)
    with answering(chat(deaf, "tiny")) as seen:
        found = examined(tmp_path, "http://127.0.0.1:9/v1", audio_url=seen.url, audio_model="tiny")
    assert (found["audio model"].state, found["audio input"].state) == ("ok", "broken")
    assert "not a multimodal model" in found["audio input"].detail
