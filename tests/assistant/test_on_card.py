"""The agent on a model that vLLM serves from a CUDA device, started by the commands of `linernotes serve`.

vLLM's interpreter is the one that `serve` finds, or LINERNOTES_VLLM_PYTHON; it must be vLLM for CUDA.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.machine import cards, find_python
from assistant.processes import await_ready, end, start
from assistant.reply import Assistant
from assistant.serving import NONE, Wish, plan
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.fixtures.many_talks import many_at_once
from tests.fixtures.vllm_server import free_port

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def endpoint(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Where the tiny model answers; the server is ended after the last test."""
    found = cards()
    assert found, "no CUDA device"
    folder = tmp_path_factory.mktemp("card")
    python = find_python(os.environ.get("LINERNOTES_VLLM_PYTHON"))
    [command] = plan(Wish(python, folder, agent=str(tiny), audio=NONE, memory_gb=found.memory_gb, cards=found.count, port=free_port()))  # fmt: skip
    key = secrets.token_urlsafe(8)
    server = start(command, key, os.environ)
    try:
        assert await_ready(server, key, threading.Event(), lambda seconds, line: None)
        assert "cuda" in command.log.read_text("utf-8", "replace").lower()
        yield Settings(folder, brain="vllm", base_url=command.url, model=command.name, api_key=key, temperature=0.0, context=command.context or 16_384)  # fmt: skip
    finally:
        end([server])


def test_a_turn_from_thought_to_answer(endpoint: Settings, catalogue: Catalogue) -> None:
    threads = Threads(None)
    events = list(Assistant(endpoint, catalogue, threads).stream(Request("a", "I would like some slow blues")))
    kinds = [type(e) for e in events]
    assert kinds.index(Thought) < kinds.index(ToolStep) < kinds.index(Words)
    reply = events[-1]
    assert isinstance(reply, Reply) and reply.trouble is None
    assert [(t.name, t.ok) for t in reply.tools] == [("search_tracks", True)]
    assert reply.shown[0]["title"] == "Blue Ferry" and "“Blue Ferry”" in reply.text
    threads.close()


def test_many_conversations_at_once(
    endpoint: Settings, catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    assert many_at_once(endpoint, catalogue, capsys) < 60
