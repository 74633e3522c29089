"""What servers and networks do to a turn: an honest word within a stated time, a thread that goes on, a stand-in where allowed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from assistant.events import Reply, Request, Thought, Words
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.assistant.served import Script, serving, tool_call
from tests.fixtures.faults import Fault, Proxy, proxied

SEARCH = {"reasoning": "Blues.", "content": "", "tool_calls": [tool_call("search_tracks", {"want": ["blues"]}, "a")]}
ANSWER = {"reasoning": "T1.", "content": "T1 “Blue Ferry” is a slow, sad blues. It is the one to play late at night."}

BUSY = Fault(status=503, headers={"Retry-After": "0"})


class Bench:
    """An assistant whose model server stands behind a faulty proxy."""

    def __init__(self, catalogue: Catalogue, home: Path, script: Script, proxy: Proxy) -> None:
        self.catalogue, self.script, self.proxy = catalogue, script, proxy
        self.threads = Threads(None)
        self.settings = Settings(home, brain="vllm", base_url=proxy.url, model="tiny", turn_s=20, silence_s=10)

    def ask(self, user: str, **changes: Any) -> Reply:
        return Assistant(replace(self.settings, **changes), self.catalogue, self.threads).reply(Request("t", user))

    def history(self) -> list[Any]:
        agent = Assistant(self.settings, self.catalogue, self.threads).agent
        return list(agent.get_state({"configurable": {"thread_id": "t"}}).values["messages"])


@pytest.fixture
def bench(catalogue: Catalogue, tmp_path: Path) -> Iterator[Bench]:
    with serving([SEARCH, ANSWER]) as script, proxied(script.url) as proxy:
        made = Bench(catalogue, tmp_path, script, proxy)
        yield made
        made.threads.close()


LONG = b'data: {"id":"r","object":"chat.completion.chunk","created":1,"model":"tiny","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'


@pytest.mark.parametrize(
    ("fault", "words", "seconds"),
    [
        (Fault(status=503, headers={"Retry-After": "0"}), "busy or not ready (HTTP 503)", 5),
        (Fault(status=429, headers={"Retry-After": "60"}), "HTTP 429", 2),  # longer than the turn may last: not waited for
        (Fault(status=404), "is not what the server serves", 2),
        (Fault(status=401), "refused the API key", 2),
        (Fault(status=400, body=b'{"error": {"message": "This model\'s maximum context length is 4096 tokens"}}'), "more than its context holds", 2),
        (Fault(status=400, body=b'{"error": {"message": "odd"}}'), "refused the request (HTTP 400)", 2),
        (Fault(body=b"<html>It works!</html>"), "answered", 2),
        (Fault(body=b""), "answered", 2),
        (Fault(body=b'{"choices": "none"}'), "answered", 2),
        (Fault(body=b"data: {not json}\n\n"), "answered", 2),
        (Fault(body=b'data: {"choices": [{"delta": null}]}\n\n'), "answered", 2),
        (Fault(body=b'data: {"error": {"message": "CUDA out of memory"}}\n\n'), "CUDA out of memory", 2),
        (Fault(body=LONG * 3), "stopped in the middle", 2),
        (Fault(wait_s=30), "was silent for 1 s", 3),
        (Fault(stall_after=0), "was silent for 1 s", 3),
        (Fault(cut_after=700), "stopped in the middle", 2),
    ],
)  # fmt: skip
def test_each_fault_ends_in_words_and_the_thread_goes_on(
    bench: Bench, fault: Fault, words: str, seconds: float
) -> None:
    bench.proxy.always = fault
    began = time.monotonic()
    reply = bench.ask("slow blues", silence_s=1 if fault.wait_s or fault.stall_after == 0 else 10)
    assert time.monotonic() - began < seconds
    assert words in reply.text and "tiny" in reply.text and "Nothing is lost" in reply.text
    assert reply.trouble and reply.brain == "vllm"
    assert [m.type for m in bench.history()] == ["human", "ai"]
    bench.proxy.always = None
    bench.script.requests.clear()
    again = bench.ask("slow blues, please")
    assert again.text == ANSWER["content"] and again.trouble is None
    assert [turn for turn, _ in bench.threads.turns("t", "local")] == ["slow blues", "slow blues, please"]


SPEECHLESS = {"reasoning": "Blue Ferry, surely. Or another.", "content": ""}


def test_a_model_that_thinks_and_says_nothing(bench: Bench) -> None:
    bench.script.messages = [SEARCH, SPEECHLESS]
    reply = bench.ask("slow blues")
    assert "tiny ended without an answer" in reply.text and "what its tools found" in reply.text
    assert "“Blue Ferry”" in reply.text and reply.shown[0]["title"] == "Blue Ferry" and reply.trouble
    bench.script.requests.clear()
    reply = bench.ask("slow blues", fallback=True)
    assert reply.brain == "embedded" and "“Blue Ferry”" in reply.text


def test_garbage_leaves_one_line_in_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.proxy.always = Fault(body=b'data: {"choices": 5}\n\n')
    assert "answered" in bench.ask("slow blues").text
    [told] = [record for record in caplog.records if record.name == "linernotes.served"]
    assert "cannot be read" in told.getMessage() and not told.exc_info and "\n" not in told.getMessage()


def test_a_server_that_is_not_there(bench: Bench) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{probe.getsockname()[1]}/v1"
    began = time.monotonic()
    reply = bench.ask("slow blues", base_url=nowhere)
    assert "cannot be reached" in reply.text and time.monotonic() - began < 5


def test_the_embedded_reader_stands_in_where_that_is_allowed(bench: Bench) -> None:
    bench.proxy.always = BUSY
    reply = bench.ask("slow blues", fallback=True)
    assert reply.text.startswith("*tiny is busy or not ready (HTTP 503); the embedded reader answers this turn.*")
    assert "“Blue Ferry”" in reply.text and reply.shown[0]["title"] == "Blue Ferry"
    assert reply.brain == "embedded" and reply.trouble
    bench.proxy.always = None
    bench.script.messages, bench.script.requests[:] = [{"content": "T1 it is."}], []
    assert bench.ask("which one?").text == "T1 it is."
    roles = [m["role"] for m in bench.script.requests[0]["messages"]]
    assert roles == ["system", "user", "assistant", "tool", "assistant", "user"]


def test_a_stand_in_starts_from_the_thread_as_it_was(bench: Bench) -> None:
    bench.ask("slow blues")
    liked = bench.history()
    bench.script.messages = [{"content": "", "tool_calls": [tool_call("remember", {"like": ["T1"]}, "l")]}]
    bench.script.requests[:] = []
    bench.proxy.faults = [Fault(), *[BUSY] * 3]  # the like goes through, what follows it does not
    reply = bench.ask("happy samba", fallback=True)
    assert reply.brain == "embedded" and reply.shown[0]["title"] == "Feira"
    history = bench.history()
    assert history[: len(liked)] == liked and [m.type for m in history[len(liked) :]] == ["human", "ai", "tool", "ai"]
    state = Assistant(bench.settings, bench.catalogue, bench.threads).conversation("t")
    assert state.liked == []  # what the failed half had changed is undone with it


def test_half_an_answer_keeps_what_was_said(bench: Bench) -> None:
    bench.proxy.faults = [Fault(), Fault(cut_after=2600)]
    reply = bench.ask("slow blues")
    assert reply.text.startswith("T1 “Blue Ferry” is a slow, sad blues.")
    assert "late at" not in reply.text and "stopped in the middle" in reply.text
    assert reply.shown[0]["title"] == "Blue Ferry"


def test_what_the_tools_found_is_told_when_the_model_fails_after_them(bench: Bench) -> None:
    bench.proxy.faults = [Fault(), *[Fault(status=500, headers={"Retry-After": "0"})] * 3]
    reply = bench.ask("slow blues")
    assert "HTTP 500" in reply.text and "what its tools found" in reply.text and "“Blue Ferry”" in reply.text


def test_a_busy_server_is_asked_again(bench: Bench) -> None:
    bench.proxy.faults = [
        Fault(status=503, headers={"Retry-After": "0"}),
        Fault(status=429, headers={"Retry-After": "0.2"}),
    ]
    reply = bench.ask("slow blues")
    assert reply.text == ANSWER["content"] and reply.trouble is None and len(bench.proxy.requests) == 4


def test_an_overflow_is_tried_again_with_less(bench: Bench) -> None:
    for n in range(8):
        bench.script.messages, bench.script.requests[:] = [{"content": "Words. " * 200}], []
        bench.ask(f"turn {n} " + "and more " * 30)
    bench.proxy.faults = [Fault(status=400, body=b'{"error": {"message": "maximum context length is 4096 tokens"}}')]
    bench.proxy.requests.clear()
    assert bench.ask("once more", context=9000).trouble is None
    first, second = (len(json.dumps(r["messages"])) for r in bench.proxy.requests)
    assert second < first


def test_a_silent_server_can_be_stopped(bench: Bench) -> None:
    bench.proxy.always = Fault(wait_s=30)
    agent = Assistant(bench.settings, bench.catalogue, bench.threads)
    replies: list[Reply] = []
    turn = threading.Thread(target=lambda: replies.append(agent.reply(Request("t", "slow blues"))))
    began = time.monotonic()
    turn.start()
    time.sleep(1)
    agent.stop("t")
    turn.join(10)
    assert replies and time.monotonic() - began < 3 and "it was stopped" in replies[0].text
    bench.proxy.always = None
    assert bench.ask("slow blues").text == ANSWER["content"]


def test_the_time_of_a_turn_is_kept(bench: Bench) -> None:
    bench.script.messages = [SEARCH, {"content": "Words without end. " * 9000}]
    began = time.monotonic()
    reply = bench.ask("slow blues", turn_s=1.5)
    assert time.monotonic() - began < 4
    assert "the 1.5 seconds for a turn are over" in reply.text and "Words without end." in reply.text


def test_the_tokens_of_a_turn_are_kept(bench: Bench) -> None:
    bench.script.messages = [SEARCH]
    reply = bench.ask("slow blues", turn_tokens=30)
    assert "the 30 tokens for a turn are used up" in reply.text and "“Blue Ferry”" in reply.text
    assert all(r["max_tokens"] <= 30 for r in bench.script.requests)


def test_a_server_that_knows_no_limit_is_left_when_the_tokens_are_used_up(bench: Bench) -> None:
    bench.script.messages = [{"content": "Words without end. " * 9000}]
    reply = bench.ask("slow blues", turn_tokens=300)
    assert "the 300 tokens for a turn are used up" in reply.text and len(reply.text) < 20_000


def test_a_listener_who_leaves_ends_the_model_s_answer(bench: Bench) -> None:
    bench.script.messages = [{"content": "Words without end. " * 9000}]
    turn = Assistant(bench.settings, bench.catalogue, bench.threads).stream(Request("t", "blues"))
    next(e for e in turn if isinstance(e, Words))
    began = time.monotonic()
    turn.close()
    assert time.monotonic() - began < 1
    bench.script.messages = [{"content": "Here."}]
    assert bench.ask("again").text == "Here."


BROKEN = '<tool_call>\n{"name": "search_tracks", "arguments": {"want": ["blues"\n</tool_call>'


def test_a_broken_call_is_asked_for_again(bench: Bench) -> None:
    bench.script.messages = [{"content": BROKEN}, SEARCH, ANSWER]
    reply = bench.ask("slow blues")
    assert reply.text == ANSWER["content"] and [t.ok for t in reply.tools] == [True]
    told = bench.script.requests[1]["messages"]
    assert "not valid JSON" in told[-1]["content"] and "search_tracks" in told[-2]["content"]
    assert not any("tool_call>" in m.text for m in bench.history())


def test_a_call_that_stays_broken_ends_the_turn(bench: Bench) -> None:
    bench.script.messages = [{"content": BROKEN}]
    reply = bench.ask("slow blues")
    assert "tiny ended without an answer" in reply.text and len(bench.script.requests) == 2 and not reply.tools
    bench.script.messages = [ANSWER | {"content": "Here."}]
    assert bench.ask("again").text == "Here."


def test_a_call_whose_end_is_missing_is_read_as_far_as_it_goes(bench: Bench) -> None:
    call = tool_call("search_tracks", {}, "x")
    call["function"]["arguments"] = '{"want": ["blues"'
    bench.script.messages = [{"content": "", "tool_calls": [call]}, ANSWER]
    reply = bench.ask("slow blues")
    assert reply.text == ANSWER["content"] and reply.tools[0].args == {"want": ["blues"]}


def test_thoughts_that_no_parser_took_are_no_answer(bench: Bench) -> None:
    bench.script.messages = [{"content": "<think>They want blues. It runs at 99 BPM.</think>\n\nHello there."}]
    events = list(Assistant(bench.settings, bench.catalogue, bench.threads).stream(Request("t", "blues")))
    reply = events[-1]
    assert isinstance(reply, Reply) and reply.text == "Hello there." and not reply.cuts
    assert reply.reasoning == "They want blues. It runs at 99 BPM."
    assert "".join(e.text for e in events if isinstance(e, Thought)) == reply.reasoning
    assert bench.history()[-1].text.strip() == "Hello there."


def test_an_invention_is_given_back_once(bench: Bench) -> None:
    invented = {"content": "T1 “Blue Ferry” is a blues. It runs at 99 BPM. Enjoy it."}
    bench.script.messages = [SEARCH, invented, {"content": "It is slow and sad."}]
    reply = bench.ask("slow blues")
    assert reply.text == "T1 “Blue Ferry” is a blues. It is slow and sad. Enjoy it."
    assert reply.cuts == [{"sentence": "It runs at 99 BPM.", "claim": "99", "instead": "It is slow and sad."}]
    repair = bench.script.requests[2]
    assert "muted trumpet" in repair["messages"][1]["content"] and "tools" not in repair
    assert repair["chat_template_kwargs"] == {"enable_thinking": False}
    assert bench.history()[-1].text == reply.text  # the next turn does not read the invention


@pytest.mark.parametrize("answer", ["It runs at 98 BPM.", "NONE", "none.", "It " + "goes on and " * 60, ""])
def test_what_does_not_repair_it_cuts_it(bench: Bench, answer: str) -> None:
    bench.script.messages = [SEARCH, {"content": "T1 is a blues. It runs at 99 BPM."}, {"content": answer}]
    reply = bench.ask("slow blues")
    assert reply.text == "T1 is a blues." and reply.cuts[0]["instead"] == ""


def test_the_first_words_do_not_wait_for_the_last(bench: Bench) -> None:
    """The first sentence reaches the listener while the server still writes the second."""
    bench.proxy.faults = [Fault(), Fault(stall_after=2600)]
    stream = Assistant(replace(bench.settings, silence_s=2), bench.catalogue, bench.threads).stream(
        Request("t", "slow blues")
    )
    first = next(e for e in stream if isinstance(e, Words))
    assert first.text.strip() == "T1 “Blue Ferry” is a slow, sad blues."
    stream.close()


def test_reasoning_goes_back_within_a_turn_only(bench: Bench) -> None:
    bench.ask("slow blues")
    sent = [m.get("reasoning") for m in bench.script.requests[1]["messages"] if m["role"] == "assistant"]
    assert sent == ["Blues."]
    bench.script.messages, bench.script.requests[:] = [{"content": "Yes."}], []
    bench.ask("thanks")
    assert not any(m.get("reasoning") for m in bench.script.requests[0]["messages"])
    kept = [m for m in bench.history() if isinstance(m, AIMessage) and m.tool_calls]
    assert kept[0].additional_kwargs["reasoning_content"] == "Blues."
    assert isinstance(bench.history()[0], HumanMessage)
