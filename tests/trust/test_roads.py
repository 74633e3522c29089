"""Every road out: stream, reply, thoughts, steps, JSON lines, files on disk, and what a model on another machine is sent."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.events import Request, Thought, ToolStep, Words
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.assistant.served import Script, serving, tool_call
from tests.trust.dressing import longest_run
from tests.trust.sheets import FREE, HELD, LINES, catalogue_of_one
from tools.lyric_watch import RUN, Left
from ui import chat

ALOUD = " ".join(LINES[FREE:])


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    opened = catalogue_of_one(tmp_path_factory.mktemp("roads"), embedder)
    yield opened
    opened.close()


@pytest.fixture
def talk(tmp_path: Path, catalogue: Catalogue) -> Iterator[tuple[Script, Assistant, Path]]:
    """A served model that thinks, says and passes on the whole sheet; conversations in a file."""
    home = tmp_path / "home"
    threads = Threads(home / "threads.sqlite")
    calls = [tool_call("find_lyrics", {"handle": "Tin Roof"}, "c1"), tool_call("make_playlist", {"handles": ["T1"], "name": ALOUD[:100]}, "c2"), tool_call("search_tracks", {"text": ALOUD[:200]}, "c3")]  # fmt: skip
    said = [
        {"content": f"First: {ALOUD}", "reasoning": f"I know it: {ALOUD}", "tool_calls": calls},
        {"content": f"It goes: {ALOUD}. And so on.", "reasoning": ALOUD},
    ]
    with serving(said) as script:
        settings = Settings(home, brain="vllm", base_url=script.url, model="tiny")
        yield script, Assistant(settings, catalogue, threads), home
    threads.close()


def nothing_in(text: str) -> None:
    assert longest_run(text, HELD) <= RUN
    assert longest_run(text[::-1], HELD) <= RUN


def test_stream_reply_thoughts_and_steps(talk: tuple[Script, Assistant, Path]) -> None:
    _, assistant, home = talk
    events = list(assistant.stream(Request("t", "make a playlist and go on with the words", owner="a guest of ours")))
    nothing_in("".join(e.text for e in events if isinstance(e, Words)))
    nothing_in("".join(e.text for e in events if isinstance(e, Thought)))
    assert {e.name for e in events if isinstance(e, ToolStep)} == {"find_lyrics", "make_playlist", "search_tracks"}
    for event in events:
        nothing_in(json.dumps(event.to_dict() if hasattr(event, "to_dict") else str(event), ensure_ascii=False))
    assert not list(home.rglob("*.m3u8")), "a playlist was named with the words"


def test_what_stays_on_disk(talk: tuple[Script, Assistant, Path]) -> None:
    _, assistant, home = talk
    assistant.reply(Request("t", "make a playlist and go on with the words", owner="a guest of ours"))
    assistant.threads.saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = [p for p in home.rglob("*") if p.is_file()]
    assert any(p.name == "threads.sqlite" for p in files)
    for path in files:
        nothing_in(path.read_bytes().decode("utf-8", "ignore"))


def test_a_model_elsewhere_is_sent_no_more_than_a_listener_sees(talk: tuple[Script, Assistant, Path]) -> None:
    script, assistant, _ = talk
    assistant.reply(Request("t", "the lyrics of Tin Roof, please", owner="a guest of ours"))
    assistant.reply(Request("t", "and now?", owner="a guest of ours"))
    for request in script.requests:
        for message in request["messages"]:
            if message["role"] in {"tool", "system"}:
                nothing_in(json.dumps(message, ensure_ascii=False))
    tools = [m for r in script.requests for m in r["messages"] if m["role"] == "tool"]
    assert any(LINES[0] in m["content"] for m in tools), "the excerpt is sent"
    later = [m for m in script.requests[-1]["messages"] if m["role"] == "assistant"]
    for message in later:
        nothing_in(json.dumps(message, ensure_ascii=False))


def test_json_lines(
    talk: tuple[Script, Assistant, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, assistant, _ = talk
    monkeypatch.setattr(
        "sys.stdin", io.StringIO(json.dumps({"conversation": "c", "user": "go on with the words"}) + "\n")
    )
    assert chat._jsonl(assistant) == 0
    out = capsys.readouterr().out
    assert json.loads(out)["tools"]
    nothing_in(out)


def test_a_turn_that_is_stopped_counts(talk: tuple[Script, Assistant, Path]) -> None:
    """Stopping each answer halfway does not refill the budget."""
    script, assistant, _ = talk
    script.messages = [
        {"content": "", "tool_calls": [tool_call("find_lyrics", {"handle": "Tin Roof"}, "c1")]},
        {"content": f"It goes {' '.join(HELD[0:4])} there. And more. And more of it."},
    ]
    stream = assistant.stream(Request("t", "the words", owner="a guest of ours"))
    heard = ""
    for event in stream:
        if isinstance(event, Words):
            heard += event.text
            break
    stream.close()
    assert "kettle" in heard
    assert Left.read(assistant.threads.left("t")).places["x"]
