"""The agent on a real vLLM: its chat template, its streaming, its reasoning and tool-call parsers, its faults."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.fixtures.faults import Fault, proxied
from tests.fixtures.many_talks import many_at_once
from tests.fixtures.taught import FLAGS
from tests.fixtures.teacher import BREAKS, INVENTED, Lesson
from tests.fixtures.vllm_server import Server, vllm

_LEFT_S = 0.5  # after which a server has noticed that nobody listens any more

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1500)]


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(None)
    yield made
    made.close()


def settings(home: Path, url: str) -> Settings:
    return Settings(home, brain="vllm", base_url=url, model="tiny", temperature=0.0, turn_s=60, silence_s=30)


@pytest.fixture
def agent(served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads) -> Assistant:
    return Assistant(settings(tmp_path, served.url), catalogue, threads)


def test_it_renders_what_was_taught(served: Server, tiny: Path, taught: list[Lesson]) -> None:
    """vLLM's prompt for a request is the one that was trained on, token for token."""
    from transformers import AutoTokenizer

    from tests.fixtures.tiny_model import encoded

    tokenizer = AutoTokenizer.from_pretrained(tiny)
    for lesson in taught:
        body = {k: lesson.request[k] for k in ("messages", "tools", "chat_template_kwargs") if k in lesson.request}
        url = served.url.replace("/v1", "/tokenize")
        answer = httpx.post(url, json={"model": "tiny", "add_generation_prompt": True, **body}, timeout=30).json()
        assert answer["tokens"] == encoded(tokenizer, lesson)[0]


def test_a_turn_streams_thoughts_steps_and_words(agent: Assistant) -> None:
    events = list(agent.stream(Request("a", "I would like some slow blues")))
    kinds = [type(e) for e in events]
    assert kinds.index(Thought) < kinds.index(ToolStep) < kinds.index(Words) and kinds[-1] is Reply
    assert sum(k is Thought for k in kinds) > 2 and sum(k is Words for k in kinds) > 1  # as it is written, by sentences
    reply = events[-1]
    assert isinstance(reply, Reply)
    assert "I read this as “find”" in reply.reasoning and "<think>" not in reply.text
    assert [(t.name, t.ok, t.args["want"]) for t in reply.tools] == [("search_tracks", True, ["slow", "blues"])]
    assert reply.shown[0]["title"] == "Blue Ferry" and "“Blue Ferry” by The Quay Street Nine" in reply.text
    assert not reply.cuts and reply.trouble is None
    why = agent.reply(Request("a", "why the first one?"))
    assert [t.name for t in why.tools] == ["track_details"] and "caption says" in why.text


def test_parallel_calls(agent: Assistant) -> None:
    agent.reply(Request("p", "something with piano"))
    reply = agent.reply(Request("p", "compare T1 and T2"))
    called = sorted((t.name, t.args["handle"], t.ok) for t in reply.tools)  # side by side: either may be the first
    assert called == [("track_details", "T1", True), ("track_details", "T2", True)]
    assert "T1 “Little Machines” and T2 “Glass Cathedral”" in reply.text


def test_an_invention_is_repaired_or_cut(agent: Assistant) -> None:
    reply = agent.reply(Request("i", "a cheerful New Orleans march"))
    assert INVENTED not in reply.text and "Sunday Brass" in reply.text
    cut = next(c for c in reply.cuts if INVENTED in c["sentence"])
    assert cut["claim"] == "211" and cut["instead"] == "It is a march."
    assert "It is a march. That is all." in reply.text


def test_a_broken_call_is_made_again(served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads) -> None:
    with proxied(served.url, Fault(replace=(b'"arguments":"{', b'"arguments":"['))) as proxy:
        reply = Assistant(settings(tmp_path, proxy.url), catalogue, threads).reply(Request("b", BREAKS))
        assert "not valid JSON" in proxy.requests[1]["messages"][-1]["content"] and len(proxy.requests) == 3
    assert [(t.name, t.ok) for t in reply.tools] == [("search_tracks", True)]
    assert "Roots and Rails" in reply.text and reply.trouble is None


def test_a_request_it_was_never_taught_ends_in_words_all_the_same(agent: Assistant) -> None:
    reply = agent.reply(Request("n", "zither music for the tax office, please, in the key of rain"))
    assert reply.text
    assert agent.reply(Request("n2", "sad music")).shown


FAULTS = [
    (Fault(status=503, headers={"Retry-After": "0"}), "HTTP 503"),
    (Fault(status=429, headers={"Retry-After": "0"}), "HTTP 429"),
    (Fault(body=b"<html>"), "answered nothing that can be read"),
    (Fault(cut_after=1500), "stopped in the middle"),
    (Fault(stall_after=1500), "was silent"),
    (Fault(wait_s=30), "was silent"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS)
def test_faults_in_front_of_it(
    served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads, fault: Fault, words: str
) -> None:
    with proxied(served.url, always=fault) as proxy:
        patient = settings(tmp_path, proxy.url)
        began = time.monotonic()
        reply = Assistant(replace(patient, silence_s=2), catalogue, threads).reply(Request("t", "sad music"))
        assert time.monotonic() - began < 30
        assert words in reply.text and reply.trouble
        proxy.always = None
        again = Assistant(patient, catalogue, Threads(None)).reply(Request("u", "sad music"))
        assert again.shown and again.trouble is None
        assert Assistant(patient, catalogue, threads).reply(Request("t", "sad music")).text  # the thread is usable


def test_a_tool_that_is_not_there(served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads) -> None:
    renamed = Fault(replace=(b'"search_tracks"', b'"no_such_tool"'))
    with proxied(served.url, always=renamed) as proxy:
        reply = Assistant(settings(tmp_path, proxy.url), catalogue, threads).reply(Request("t", "sad music"))
    called = [step for step in reply.tools if step.name == "no_such_tool"]
    assert called and not any(step.ok for step in called)
    assert reply.text and not reply.shown


def test_another_model_name_and_too_small_a_context(
    served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads
) -> None:
    given = settings(tmp_path, served.url)
    wrong = Assistant(replace(given, model="huge"), catalogue, threads).reply(Request("w", "sad music"))
    assert "is not what the server serves" in wrong.text
    overfull = Assistant(replace(given, context=10**6), catalogue, threads)
    for _ in range(2):
        reply = overfull.reply(Request("o", "静かな海の歌を聴きたい" * 350))
    assert "more than its context holds" in reply.text


def test_a_frozen_server(served: Server, catalogue: Catalogue, tmp_path: Path, threads: Threads) -> None:
    """SIGSTOP: connections are taken, nothing comes."""
    quick = Assistant(replace(settings(tmp_path, served.url), silence_s=2, fallback=True), catalogue, threads)
    os.killpg(served.process.pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        reply = quick.reply(Request("f", "sad music"))
        assert time.monotonic() - began < 10
    finally:
        os.killpg(served.process.pid, signal.SIGCONT)
    assert "was silent for 2 s" in reply.text and reply.brain == "embedded" and reply.shown
    _until_awake(served)
    assert quick.reply(Request("g", "sad music")).brain == "vllm"


def _until_awake(server: Server) -> None:
    for _ in range(60):
        try:
            if httpx.get(server.url + "/models", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise AssertionError("vLLM did not wake up")


def test_a_server_that_is_killed_in_mid_stream(
    tiny: Path, catalogue: Catalogue, tmp_path: Path, threads: Threads
) -> None:
    with vllm(tiny, tmp_path / "log", *FLAGS) as server:
        agent = Assistant(settings(tmp_path, server.url), catalogue, threads)
        assert agent.reply(Request("k", "sad music")).shown
        turn = agent.stream(Request("k", "but with accordion"))
        next(e for e in turn if isinstance(e, Thought))
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(20)
        began = time.monotonic()
        reply = next(e for e in turn if isinstance(e, Reply))
        assert time.monotonic() - began < 30
        assert reply.trouble and reply.text
        after = Assistant(replace(settings(tmp_path, server.url), fallback=True), catalogue, threads)
        reply = after.reply(Request("k", "but with accordion"))
        assert "cannot be reached" in reply.text and reply.brain == "embedded" and "Lettre à la mer" in reply.text


def test_many_conversations_at_once(
    served: Server, catalogue: Catalogue, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """64 at once: nobody reads another's answer, no turn is lost; what our code adds is printed."""
    added = many_at_once(settings(tmp_path, served.url), catalogue, capsys)
    assert added < 40  # 7 to 23 ms on two cores that the server shares; 25 is the aim


def test_the_first_token_is_not_late(
    served: Server, agent: Assistant, taught: list[Lesson], capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands between vLLM's first token and the listener's, in the median of twenty turns."""
    from openai import OpenAI

    client = OpenAI(base_url=served.url, api_key="none")
    body = {k: v for k, v in taught[0].request.items() if k != "stream"}
    ours, bare = [], []
    for n in range(20):
        began = time.perf_counter()
        stream = agent.stream(Request(f"first {n}", "I would like some slow blues"))
        next(e for e in stream if isinstance(e, Thought))
        ours.append(time.perf_counter() - began)
        stream.close()
        time.sleep(_LEFT_S)
        began = time.perf_counter()
        chunks = client.chat.completions.create(stream=True, **body)
        next(c for c in chunks if c.choices and getattr(c.choices[0].delta, "reasoning", None))
        bare.append(time.perf_counter() - began)
        chunks.close()
        time.sleep(_LEFT_S)
    added = 1000 * (sorted(ours)[10] - sorted(bare)[10])
    with capsys.disabled():
        print(
            f"\nfirst token: {1000 * sorted(ours)[10]:.0f} ms, of the bare call {1000 * sorted(bare)[10]:.0f} ms; added {added:.1f} ms"
        )
    assert added < 40  # 0 to 6 ms; 30 is the aim
