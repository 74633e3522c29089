"""Talking in the terminal: interactive, one turn, or JSON lines for programs."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rich.console import Console
from rich.markdown import Markdown

from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.errors import UserError
from ui.commands import open_index, tell_silence

console = Console()


class Line(BaseModel):
    """A request of `chat --jsonl`."""

    model_config = ConfigDict(extra="forbid")
    conversation: str = Field(min_length=1, max_length=200)
    user: str
    liked: list[str] = Field(default_factory=list)
    disliked: list[str] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)


def chat(args: argparse.Namespace, settings: Settings) -> int:
    """`chat`."""
    if args.jsonl and args.message is not None:
        raise UserError("--jsonl reads its requests from standard input, one JSON object a line; leave the message out")
    catalogue = open_index(args, settings)
    tell_silence(settings)
    if args.jsonl:
        return _jsonl(Assistant(settings, catalogue, Threads(None)))
    assistant = Assistant(settings, catalogue, Threads(settings.threads))
    thread = args.thread or f"chat-{uuid.uuid4().hex[:8]}"
    if args.message is not None:
        reply = _turn(assistant, Request(thread, args.message))
        return 1 if reply.trouble and reply.brain == "vllm" else 0  # the model did not answer
    console.print(
        f"[bold]Liner Notes[/] on {len(catalogue.store)} tracks. Empty line or Ctrl-D ends; --thread {thread} goes on later."
    )
    while True:
        try:
            text = console.input("\n[bold cyan]you ›[/] ").strip()
        except EOFError:
            return 0
        if not text:
            return 0
        _turn(assistant, Request(thread, text))


def _turn(assistant: Assistant, request: Request) -> Reply:
    """Prints a turn as it happens: thoughts as they come and steps, dim, then the answer, which is returned."""
    text, thinking, reply = "", False, Reply("")
    for event in assistant.stream(request):
        if isinstance(event, Thought):
            console.print(event.text, style="dim italic", end="", markup=False, highlight=False, soft_wrap=True)
            thinking = True
            continue
        if thinking:
            console.print()
            thinking = False
        if isinstance(event, ToolStep):
            console.print(f"[dim]{'✓' if event.ok else '✗'} {event.name} ({event.ms:.0f} ms)[/]")
        elif isinstance(event, Words):
            text += event.text
            if "\n" in event.text and not console.is_terminal:
                console.print(text, end="", markup=False, highlight=False, soft_wrap=True)
                text = ""
        elif isinstance(event, Reply):
            if text:
                console.print(Markdown(text) if console.is_terminal else _escaped(text))
            _credit(event)
            reply = event
    return reply


def _credit(reply: Reply) -> None:
    """Who made what was shown, dim; on a terminal only, where nobody has a card to look at."""
    if console.is_terminal:
        for card in reply.shown:
            console.print(
                f"{card['handle']} {card['credit']}. AI: {card['ai']}", style="dim", markup=False, highlight=False
            )


def _escaped(text: str) -> str:
    return text.replace("[", "\\[")


def _jsonl(assistant: Assistant) -> int:
    """One request a line in, one answer a line out; a bad line is answered with `error` and the rest goes on."""
    bad = 0
    for number, row in enumerate(sys.stdin, 1):
        if not row.strip():
            continue
        try:
            asked = Line.model_validate_json(row)
            answer = _answer(assistant, asked)
        except (ValidationError, UserError) as wrong:
            bad += 1
            problem = wrong.errors()[0] if isinstance(wrong, ValidationError) else None
            text = (
                f"line {number}: {'.'.join(map(str, problem['loc'])) or 'request'}: {problem['msg']}"
                if problem
                else f"line {number}: {wrong}"
            )
            answer = {**_conversation(row), "error": text}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 2 if bad else 0


def _conversation(row: str) -> dict[str, Any]:
    """Which conversation a bad line belongs to, as far as it says."""
    try:
        said = json.loads(row)
    except ValueError:
        return {}
    return {"conversation": said["conversation"]} if isinstance(said, dict) and "conversation" in said else {}


def _answer(assistant: Assistant, asked: Line) -> dict[str, Any]:
    reply = assistant.reply(
        Request(asked.conversation, asked.user, tuple(asked.liked), tuple(asked.disliked), tuple(asked.files))
    )
    tools = [{"name": t.name, "args": t.args, "ok": t.ok, "ms": t.ms} for t in reply.tools]
    known = assistant.catalogue.table.row_of.keys()
    ignored = [i for i in (*asked.liked, *asked.disliked) if i not in known]
    return {
        **({"ignored": ignored} if ignored else {}),
        **({"cuts": reply.cuts} if reply.cuts else {}),
        **({"trouble": reply.trouble, "brain": reply.brain} if reply.trouble else {}),
        "conversation": asked.conversation, "reply": reply.text, "shown": [c["id"] for c in reply.shown], "ranked": reply.ranked, "tools": tools,
        "credits": {c["id"]: c["credit"] for c in reply.shown}, "citations": reply.citations, "reasoning": reply.reasoning, "ms": reply.ms,
    }  # fmt: skip
