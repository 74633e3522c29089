"""How a served model is asked: the makers' sampling, strict tools where they mean something, no field that a server refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant.models import served_model
from assistant.profiles import Server
from assistant.settings import Settings
from tests.assistant.served import serving
from tools.toolbox import TOOLS


def asked(home: Path, model: str, server: Server, temperature: float | None = None) -> dict[str, Any]:
    with serving([{"content": "Hello."}]) as script:
        served = served_model(
            Settings(home, brain="vllm", base_url=script.url, model=model, server=server, temperature=temperature)
        )
        assert "".join(c.text for c in served.bind_tools(TOOLS).stream([HumanMessage("hi")])) == "Hello."
    return script.requests[0]


def test_a_known_model_is_sampled_as_its_makers_say(tmp_path: Path) -> None:
    request = asked(tmp_path, "Qwen/Qwen3.5-9B", "vllm")
    assert (request["temperature"], request["top_p"], request["top_k"]) == (1.0, 0.95, 20)
    assert asked(tmp_path, "openai/gpt-oss-20b", "vllm")["top_p"] == 1.0


def test_the_listener_s_temperature_goes_before_the_makers(tmp_path: Path) -> None:
    assert asked(tmp_path, "Qwen/Qwen3.5-9B", "vllm", temperature=0.0)["temperature"] == 0.0


def test_an_unknown_one_moderately(tmp_path: Path) -> None:
    request = asked(tmp_path, "somebody/model", "vllm")
    assert (request["temperature"], request["top_p"]) == (0.6, 0.95) and "top_k" not in request


@pytest.mark.parametrize("server", ["ollama", "openai"])
def test_servers_that_refuse_more_get_no_more(tmp_path: Path, server: Server) -> None:
    request = asked(tmp_path, "Qwen/Qwen3.5-9B", server)
    assert "top_k" not in request and not any("strict" in t["function"] for t in request["tools"])


def test_strictness(tmp_path: Path) -> None:
    assert all(t["function"]["strict"] for t in asked(tmp_path, "x", "vllm")["tools"])
    assert not any("strict" in t["function"] for t in asked(tmp_path, "x", "llama.cpp")["tools"])
