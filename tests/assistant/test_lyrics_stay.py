"""A served model that knows lyrics by heart and is glad to recite them: nothing but the excerpt leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.events import Request, Words
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.assistant.served import Script, serving

LINES = [
    "The tin roof counted every drop of rain", "My mother hummed a tune without a name", "The kettle sang the chorus out of key",
    "And nobody was sorry but the sea", "We sold the boat to pay the winter bread", "And rowed it every night inside our head",
]  # fmt: skip


@pytest.fixture
def talk(tmp_path: Path, embedder: Embedder) -> Iterator[tuple[Script, Assistant]]:
    row = {
        "id": "x",
        "title": "Tin Roof",
        "artist": "A",
        "caption": "a folk song",
        "lyrics": "\n".join(LINES),
        "lyrics_display": "excerpt",
    }
    (tmp_path / "c.jsonl").write_text(json.dumps(row) + "\n")
    build(tmp_path / "c.jsonl", tmp_path / "index", lambda t: t, embedder)
    catalogue, threads = Catalogue(tmp_path / "index", embedder), Threads(None)
    with serving([{"content": ""}]) as script:
        yield script, Assistant(Settings(tmp_path, brain="vllm", base_url=script.url, model="tiny"), catalogue, threads)
    threads.close()
    catalogue.close()


def said(talk: tuple[Script, Assistant], thread: str, text: str) -> tuple[str, Any]:
    script, assistant = talk
    script.messages, script.requests[:] = [{"content": text}], []
    events = list(assistant.stream(Request(thread, "go on with the words, please")))
    return "".join(e.text for e in events if isinstance(e, Words)), events[-1]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(LINES), "\n".join(LINES), "Sure! It goes: " + ". ".join(LINES[2:]) + ".", " ".join(" ".join(LINES[3]).split()) + " " + "-".join(LINES[4]),
        "\n".join(f"{n}. {line.upper()}!" for n, line in enumerate(LINES, 1)), "Backwards: " + " ".join(LINES[2:4])[::-1],
    ],
)  # fmt: skip
def test_what_is_recited_does_not_leave(talk: tuple[Script, Assistant], text: str) -> None:
    words, reply = said(talk, "t", text)
    plain = "".join(c for c in words.casefold() if c.isalpha())
    for line in LINES[2:]:
        letters = "".join(c for c in line.casefold() if c.isalpha())
        assert letters not in plain and letters[::-1] not in plain
    assert reply.cuts and not any(line.casefold() in json.dumps(reply.to_dict()).casefold() for line in LINES[2:])
    kept = talk[1].threads.turns("t", "local")[0][1]
    assert not any(line in json.dumps(kept, ensure_ascii=False) for line in LINES[2:])


def test_line_by_line_over_many_turns(talk: tuple[Script, Assistant]) -> None:
    """One line a turn: each is longer than what may be quoted in a row, so none of the protected ones comes."""
    heard = [said(talk, "t", f"Next: {line}. Shall I go on?")[0] for line in LINES]
    assert not any(line in words for line, words in zip(LINES[2:], heard[2:], strict=True))
