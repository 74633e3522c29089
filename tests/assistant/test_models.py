"""A served reasoning model over real HTTP: reasoning is kept, tools run, what is invented is cut, brains can change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from assistant.budget import Budget
from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.reply import Assistant
from assistant.served import ServedModel
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.assistant.served import Script, serving, tool_call

SEARCH = {
    "reasoning": "The listener wants slow blues. I search.",
    "content": "",
    "tool_calls": [tool_call("search_tracks", {"text": "slow blues", "want": ["blues", "slow"], "count": 2}, "call-a")],
}
ANSWER = {
    "reasoning": "T1 fits best.",
    "content": "T1 “Blue Ferry” by The Quay Street Nine is a slow blues from 1968. It runs at 57 BPM. Would you like more like T1?",
}


@pytest.fixture
def threads() -> Iterator[Threads]:
    made = Threads(None)
    yield made
    made.close()


def settings(home: Path, url: str) -> Settings:
    return Settings(home=home, brain="vllm", base_url=url, model="tiny")


def test_a_served_turn(catalogue: Catalogue, tmp_path: Path, threads: Threads) -> None:
    with serving([SEARCH, ANSWER]) as script:
        events = list(Assistant(settings(tmp_path, script.url), catalogue, threads).stream(Request("t", "slow blues")))
    reply = events[-1]
    assert isinstance(reply, Reply)
    thoughts = "".join(e.text for e in events if isinstance(e, Thought))
    assert thoughts == reply.reasoning == "The listener wants slow blues. I search.T1 fits best."
    steps = [e for e in events if isinstance(e, ToolStep)]
    assert [(s.name, s.ok, s.args["want"]) for s in steps] == [("search_tracks", True, ["blues", "slow"])]
    assert reply.shown[0]["title"] == "Blue Ferry" and len(reply.shown) == 2
    words = "".join(e.text for e in events if isinstance(e, Words))
    assert words.strip() == reply.text
    assert reply.text == (
        "T1 “Blue Ferry” by The Quay Street Nine is a slow blues from 1968. Would you like more like T1?"
    )
    assert reply.cuts == [{"sentence": "It runs at 57 BPM.", "claim": "57", "instead": ""}]
    order = [type(e) for e in events]
    assert order.index(Thought) < order.index(ToolStep) < order.index(Words)
    assert_request(script)


def assert_request(script: Script) -> None:
    first, second = script.requests[:2]
    assert first["model"] == "tiny" and first["stream"] is True
    assert {t["function"]["name"] for t in first["tools"]} >= {"search_tracks", "find_lyrics", "remember"}
    search = next(t["function"] for t in first["tools"] if t["function"]["name"] == "search_tracks")
    assert "runtime" not in search["parameters"]["properties"] and "want" in search["parameters"]["properties"]
    assert first["messages"][0]["role"] == "system" and "<state>" in first["messages"][0]["content"]
    assert [m["role"] for m in second["messages"][-2:]] == ["assistant", "tool"]
    assert second["messages"][-1]["tool_call_id"] == "call-a"
    assert "Blue Ferry" in second["messages"][-1]["content"]


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_is_kept_without_streaming_too(field: str) -> None:
    with serving([{"content": "Hello.", field: "They greet."}]) as script:
        model = ServedModel(model="tiny", base_url=script.url, api_key="x", temperature=0.6)  # type: ignore[arg-type]
        whole = model.invoke([HumanMessage("hi")])
        pieces = list(model.stream([HumanMessage("hi")]))
    assert whole.additional_kwargs["reasoning_content"] == "They greet."
    assert {"type": "reasoning", "reasoning": "They greet."} in [dict(b) for b in whole.content_blocks]
    assert "".join(p.additional_kwargs.get("reasoning_content", "") for p in pieces) == "They greet."
    assert "".join(p.text for p in pieces) == whole.text == "Hello."


def test_a_thread_changes_its_brain_between_turns(catalogue: Catalogue, tmp_path: Path, threads: Threads) -> None:
    embedded = Assistant(Settings(home=tmp_path), catalogue, threads)
    first = embedded.reply(Request("t", "calm music with piano"))
    assert first.shown
    more = {
        "tool_calls": [tool_call("search_tracks", {"want": ["piano", "slow"], "text": "slow piano"}, "call-b")],
        "content": "Let me look.",
    }
    liked = {"tool_calls": [tool_call("remember", {"like": ["T1"]}, "call-c")], "content": ""}
    with serving([more, liked, {"content": "T1 it is."}]) as script:
        served = Assistant(settings(tmp_path, script.url), catalogue, threads)
        second = served.reply(Request("t", "slower please, and I like the first"))
    assert second.text == "Let me look.\n\nT1 it is."
    assert [s.name for s in second.tools] == ["search_tracks", "remember"]
    assert '"want": ["relaxing", "piano"]' in script.requests[0]["messages"][0]["content"]
    third = embedded.reply(Request("t", "what do you know about my taste?"))
    assert "piano and slow" in third.text and "T1" in third.text and "relaxing" not in third.text
    assert embedded.conversation("t").liked == [embedded.conversation("t").tracks[0]]


def test_a_served_model_that_never_stops_calling_is_stopped(
    catalogue: Catalogue, tmp_path: Path, threads: Threads
) -> None:
    with serving([SEARCH]) as script:
        reply = Assistant(settings(tmp_path, script.url), catalogue, threads).reply(Request("t", "blues"))
        assert len(script.requests) == Budget().model_calls and script.requests[-1]["tool_choice"] == "none"
        script.messages = [{"content": "Here you go."}]
        again = Assistant(settings(tmp_path, script.url), catalogue, threads).reply(Request("t", "and now?"))
    assert reply.trouble and "steps for a turn are used up" in reply.text
    assert "what its tools found" in reply.text and "**T1** “Blue Ferry”" in reply.text
    assert again.text == "Here you go."


def test_wrong_arguments_and_unknown_handles_go_back_to_the_model(
    catalogue: Catalogue, tmp_path: Path, threads: Threads
) -> None:
    calls: list[dict[str, Any]] = [
        tool_call("search_tracks", {"tempo_min": 200, "tempo_max": 100}, "a"),
        tool_call("track_details", {"handle": "T9"}, "b"),
        tool_call("no_such_tool", {}, "c"),
    ]
    with serving([{"tool_calls": calls, "content": ""}, {"content": "I could not do that."}]) as script:
        reply = Assistant(settings(tmp_path, script.url), catalogue, threads).reply(Request("t", "odd"))
    told = {m["tool_call_id"]: m["content"] for m in script.requests[1]["messages"] if m["role"] == "tool"}
    assert "lower bound" in told["a"] and "no track has been shown" in told["b"] and "no_such_tool" in told["c"]
    assert [s.ok for s in reply.tools] == [False, False, False]
    assert reply.text == "I could not do that."
