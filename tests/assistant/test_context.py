"""What a served model is sent of a long conversation: it fits, no call is left open, the newest turn is whole."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from assistant.context import SHORTENED, fit, size, tokens
from assistant.events import Request
from assistant.models import embedded_model
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.assistant.served import serving
from tests.fixtures.teacher import Teacher


def turn(n: int, result: int, answer: int) -> list[BaseMessage]:
    """A turn with a search whose result and answer have so many characters."""
    call = {"name": "search_tracks", "args": {"text": f"wish {n}"}, "id": f"c{n}", "type": "tool_call"}
    return [
        HumanMessage(f"wish {n}"),
        AIMessage("", tool_calls=[call]),
        ToolMessage("r" * result, tool_call_id=f"c{n}"),
        AIMessage("a" * answer),
    ]


turns = st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 3000)), min_size=1, max_size=25)


@settings(max_examples=80)
@given(turns, st.integers(200, 12000), st.booleans())
def test_what_is_sent(lengths: list[tuple[int, int]], room: int, midway: bool) -> None:
    messages = [m for n, (r, a) in enumerate(lengths) for m in turn(n, r, a)]
    messages = messages[:-1] if midway else messages
    sent = fit(messages, room)
    calls = [c["id"] for m in sent if isinstance(m, AIMessage) for c in m.tool_calls]
    answered = [m.tool_call_id for m in sent if isinstance(m, ToolMessage)]
    assert calls == answered
    assert isinstance(sent[0], HumanMessage)
    newest = max(n for n, m in enumerate(sent) if isinstance(m, HumanMessage))
    assert sent[newest].text == messages[max(n for n, m in enumerate(messages) if isinstance(m, HumanMessage))].text
    assert [type(m) for m in sent[newest:]] == [type(m) for m in messages[len(messages) - (len(sent) - newest) :]]
    least = size([m for m in sent[newest:] if not isinstance(m, ToolMessage)]) + 600
    assert size(sent) <= max(room, least + 1200)
    assert fit(messages, 10**9)[newest - len(sent) :] == messages[newest - len(sent) :]


def test_old_results_go_before_anything_is_lost() -> None:
    messages = [m for n in range(4) for m in turn(n, 3000, 50)]
    sent = fit(messages, 10**6)
    assert [m.text[:4] for m in sent if isinstance(m, HumanMessage)] == ["wish"] * 4
    assert (
        len([m for m in sent if isinstance(m, ToolMessage)]) == 2 and len([m for m in sent if m.text == "a" * 50]) == 4
    )


def test_turns_that_do_not_fit_are_listed() -> None:
    messages = [m for n in range(30) for m in turn(n, 100, 900)]
    sent = fit(messages, 1500)
    assert "“wish 3”" in sent[0].text or "“wish 12”" in sent[0].text
    assert size(sent) <= 1500 and sent[-1].text == "a" * 900


def test_a_result_that_is_too_long_is_shortened() -> None:
    sent = fit(turn(0, 50_000, 0)[:-1], 1000)
    assert sent[-1].text.endswith(SHORTENED) and size(sent) <= 1000


def test_twenty_turns_fit_16k(catalogue: Catalogue, tmp_path: Path) -> None:
    """Every request of a conversation of twenty turns, tools and state included."""
    asked = [
        "sad music", "but with accordion", "more like the second one", "why the first one?", "happy music to dance to", "I like T3",
        "compare T1 and T2", "something with piano", "slower", "without vocals", "tell me about T4", "show me the lyrics of Harbour Lamps",
        "aggressive metal", "what do you know about my taste?", "ambient music for sleep", "make a playlist called Drift from these",
        "reggae for a warm evening", "more like that, but older", "folk with guitar", "how many tracks do you have?",
    ]  # fmt: skip
    teacher = Teacher([], brain=embedded_model(catalogue))
    requests: list[dict[str, Any]] = []

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        requests.append(request)
        return teacher.next(request)

    threads = Threads(None)
    with serving([]) as script:
        script.next = answer  # type: ignore[method-assign]
        given = Settings(tmp_path, brain="vllm", base_url=script.url, model="tiny")
        agent = Assistant(given, catalogue, threads)
        replies = [agent.reply(Request("long", user)) for user in asked]
    threads.close()
    assert all(r.text and r.trouble is None for r in replies) and sum(bool(r.shown) for r in replies) >= 10
    wordpieces = deepcopy(
        catalogue.embedder._model.tokenizer
    )  # a vocabulary of another kind, to hold the estimate against
    for request in requests:
        text = json.dumps(request["messages"]) + json.dumps(request["tools"])
        assert tokens(text) + request["max_tokens"] <= 16_384
        assert len(wordpieces.tokenize(text)) <= 1.25 * tokens(text)


def test_scripts_without_long_words_are_counted_dearer() -> None:
    assert tokens("a" * 300) == 101 and tokens("é" * 300) == 101 and tokens("音" * 300) == 451
    sent = fit([m for n in range(3) for m in turn(n, 0, 0)] + [HumanMessage("音楽" * 100)], 400)
    assert size(sent) <= 400 and sent[-1].text == "音楽" * 100
