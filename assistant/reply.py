"""The one way to talk to Liner Notes: a request goes in, events come out, the last of them is the reply.

The command line, the web page and the scripted dialogs all call `Assistant.stream`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig

from assistant.agent import build_agent
from assistant.ears import listener_for
from assistant.grounding import Checker, Evidence
from assistant.models import build_model
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.errors import UserError
from tools.conversation import Conversation
from tools.desk import Desk
from tools.lrclib import Lrclib

_LONGEST_REQUEST = 4000
_SPEECHLESS = "I could not finish this one. Please say it in other words, or ask for less at once."


@dataclass(frozen=True)
class Request:
    """A listener's turn. `liked` and `disliked` are track ids, `files` paths of attached audio."""

    thread: str
    user: str
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    owner: str = "local"


@dataclass
class ToolStep:
    """A tool call of a turn: what was asked, whether it worked, how long it took (ms)."""

    name: str
    args: dict[str, Any]
    ok: bool = True
    ms: float = 0.0
    error: str | None = None


@dataclass
class Reply:
    """The answer to a turn. `shown` are cards with ids and evidence, `ranked` track ids by fit."""

    text: str
    shown: list[dict[str, Any]] = field(default_factory=list)
    ranked: list[str] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    reasoning: str = ""
    tools: list[ToolStep] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    cuts: list[dict[str, str]] = field(default_factory=list)
    ms: float = 0.0
    first_word_ms: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


@dataclass(frozen=True)
class Thought:
    """A piece of the model's reasoning."""

    text: str


@dataclass(frozen=True)
class Words:
    """A piece of the answer that has passed the grounding check."""

    text: str


Event = Thought | Words | ToolStep | Reply


class Assistant:
    """A catalogue, a brain and the conversations about it."""

    def __init__(self, settings: Settings, catalogue: Catalogue, threads: Threads) -> None:
        self.settings, self.catalogue, self.threads = settings, catalogue, threads
        self.listener = listener_for(settings, catalogue.directory)
        self.agent = build_agent(build_model(settings, catalogue), threads.saver)

    def conversation(self, thread: str) -> Conversation:
        """What a thread knows; empty for a new one."""
        return Conversation.model_validate(self._values(thread).get("conversation") or {})

    def reply(self, request: Request) -> Reply:
        """The answer to a turn, all at once."""
        return next(event for event in self.stream(request) if isinstance(event, Reply))

    def stream(self, request: Request) -> Iterator[Event]:
        """The turn as it happens: thoughts, tool steps, words, and last the whole `Reply`."""
        if not request.user.strip():
            raise UserError("the request is empty; say what you would like to hear")
        if self.threads.owner(request.thread) not in (None, request.owner):
            raise UserError("this conversation belongs to somebody else")
        began = time.perf_counter()
        request = Request(**{**request.__dict__, "user": request.user[:_LONGEST_REQUEST]})
        before = self._values(request.thread)
        desk = self._desk(request, Conversation.model_validate(before.get("conversation") or {}))
        turn = _Turn(Checker(self._evidence(request, before, desk)), began)
        given = {
            "messages": [HumanMessage(request.user)],
            "conversation": desk.conversation.model_dump(mode="json"),
        }
        for part in self.agent.stream(
            given, self._config(request.thread), context=desk, stream_mode=["messages", "updates"]
        ):
            yield from turn.take(*part)
        yield from turn.finish()
        self.threads.add_turn(
            request.thread, request.owner, str(self.catalogue.directory), request.user, turn.reply.to_dict()
        )
        yield turn.reply

    def react(
        self,
        thread: str,
        liked: tuple[str, ...] = (),
        disliked: tuple[str, ...] = (),
        neither: tuple[str, ...] = (),
    ) -> None:
        """Likes and dislikes given with a click, between turns."""
        conversation = self.conversation(thread)
        conversation.react(liked, disliked, neither)
        self.agent.update_state(
            self._config(thread), {"conversation": conversation.model_dump(mode="json")}, as_node="model"
        )

    def _config(self, thread: str) -> RunnableConfig:
        return {"configurable": {"thread_id": thread}}

    def _values(self, thread: str) -> dict[str, Any]:
        return dict(self.agent.get_state(self._config(thread)).values)

    def _desk(self, request: Request, conversation: Conversation) -> Desk:
        known = set(self.catalogue.store.ids()) if request.liked or request.disliked else set()
        conversation.react([i for i in request.liked if i in known], [i for i in request.disliked if i in known])
        for file in request.files:
            if not Path(file).is_file():
                raise UserError(f"{file}: no such file to attach")
        conversation.attach(str(Path(f).resolve()) for f in request.files)
        s = self.settings
        lrclib = Lrclib(s.lrclib_url, f"LinerNotes/0.1 ({s.contact})") if s.lrclib else None
        return Desk(
            self.catalogue,
            conversation,
            s.playlists,
            self.listener,
            lrclib,
            s.device,
        )

    def _evidence(self, request: Request, before: dict[str, Any], desk: Desk) -> Evidence:
        """What this conversation has seen so far: earlier artifacts, requests, and its handles."""
        evidence = Evidence(self.catalogue.entities)
        for message in before.get("messages", []):
            evidence.add(
                message.artifact
                if isinstance(message, ToolMessage)
                else message.text
                if isinstance(message, HumanMessage)
                else None
            )
        evidence.add(
            [
                request.user,
                [f"T{n}" for n in range(1, len(desk.conversation.tracks) + 1)],
                [Path(f).name for f in desk.conversation.files],
            ]
        )
        return evidence


class _Turn:
    """Turns the graph's stream into events and gathers the reply."""

    def __init__(self, checker: Checker, began: float) -> None:
        self.reply = Reply("")
        self._checker, self._began = checker, began
        self._steps: dict[str, tuple[ToolStep, float]] = {}
        self._streamed: set[str | None] = set()

    def take(self, mode: str, data: Any) -> Iterator[Event]:
        if mode == "messages":
            yield from self._chunk(data[0])
        else:
            for node, update in data.items():
                for message in (update or {}).get("messages", []):
                    yield from self._message(message)
                    if node == "model" and isinstance(message, AIMessage):
                        yield from self._whole(message)

    def _chunk(self, chunk: Any) -> Iterator[Event]:
        if not isinstance(chunk, AIMessageChunk):
            return
        self._streamed.add(chunk.id)
        thought = chunk.additional_kwargs.get("reasoning_content")
        if thought:
            self.reply.reasoning += thought
            yield Thought(thought)
        if chunk.text:
            yield from self._say(self._checker.feed(chunk.text))

    def _whole(self, message: AIMessage) -> Iterator[Event]:
        """A message that was not streamed; and the end of one that was: what follows is a new paragraph."""
        if message.id not in self._streamed:
            yield from self._chunk(AIMessageChunk(content=message.text, additional_kwargs=message.additional_kwargs))
        if message.text and message.tool_calls:
            yield from self._say(self._checker.feed("\n\n"))

    def _say(self, words: str) -> Iterator[Event]:
        if words:
            self.reply.first_word_ms = self.reply.first_word_ms or self._elapsed(self._began)
            yield Words(words)

    def _message(self, message: BaseMessage) -> Iterator[Event]:
        for call in getattr(message, "tool_calls", []):
            step = ToolStep(call["name"], call["args"])
            self._steps[call["id"]] = (step, time.perf_counter())
        if isinstance(message, ToolMessage) and message.tool_call_id in self._steps:
            step, started = self._steps[message.tool_call_id]
            step.ms, step.ok = self._elapsed(started), message.status != "error"
            step.error = None if step.ok else message.text
            self._artifact(message.artifact)
            self.reply.tools.append(step)
            yield step

    def _artifact(self, artifact: dict[str, Any] | None) -> None:
        if artifact is None:
            return
        self._checker.evidence.add(artifact)
        self.reply.artifacts.append(artifact)
        if artifact["kind"] == "tracks":
            self.reply.shown = artifact["tracks"]
            self.reply.ranked = artifact["ranked"]

    def finish(self) -> Iterator[Event]:
        yield from self._say(self._checker.finish())
        reply = self.reply
        if not self._checker.said.strip():
            self._checker.said = _SPEECHLESS
            yield from self._say(_SPEECHLESS)
        reply.text = self._checker.said.strip()
        reply.cuts = [{"sentence": c.sentence, "claim": c.claim} for c in self._checker.cuts]
        reply.citations = [
            {"handle": card["handle"], "id": card["id"], **proof}
            for card in reply.shown
            for proof in card.get("evidence", [])
        ]
        reply.ms = self._elapsed(self._began)

    @staticmethod
    def _elapsed(since: float) -> float:
        return round((time.perf_counter() - since) * 1000, 1)
