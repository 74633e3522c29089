"""The embedded reasoning model: a LangChain chat model that understands requests about one catalogue.

It is no language model. It reads the last request and the digest in the system prompt, decides tool calls like any
served model would, and composes its answer out of the tools' results. It is deterministic.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolCall,
    ToolMessage,
)
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict

from assistant.embedded.calls import Call
from assistant.embedded.compose import Outcome, compose, ready
from assistant.embedded.ellipsis import all_completed
from assistant.embedded.plan import follow_up, plan
from assistant.embedded.standing import AS_WRITTEN, STAYS
from assistant.embedded.understand import Reader
from assistant.prompts import read_digest
from index.words import plain

_ASK = {"track_details", "find_lyrics", "analyze_audio"}
_ASKED_BEFORE = 4  # turns that a question may lean on


class EmbeddedModel(BaseChatModel):
    """Reads, plans, and speaks; bound tools are accepted but the plan knows which to call."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    reader: Reader

    @property
    def _llm_type(self) -> str:
        return "linernotes-embedded"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """As LangChain's agents expect. The plan knows the tools; writing out their schemas would cost more than it."""
        return self.bind(tool_choice=tool_choice, stream=True, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        answer = self._answer(messages)
        for chunk in _chunks(answer):
            part = ChatGenerationChunk(message=chunk)
            if run_manager:
                run_manager.on_llm_new_token(str(chunk.content), chunk=part)
            yield part

    def _answer(self, messages: list[BaseMessage]) -> AIMessage:
        last = max(n for n, m in enumerate(messages) if isinstance(m, HumanMessage))
        request = str(messages[last].text)
        done = messages[last + 1 :]
        prompt = next(m for m in messages if isinstance(m, SystemMessage))
        state = read_digest(prompt.text)
        calls = _calls_before(messages[:last])
        before = {c["name"] for c in calls}
        state["quoting"] = "find_lyrics" in before
        state["counted"] = next((c["args"] for c in calls if c["name"] == "catalogue_overview"), None)
        state["compared"] = _compared(calls)
        state["put_away"] = next((c["args"].get("dislike") for c in calls if c["name"] == "remember"), None) or []
        told = _said_before(messages[:last])
        state["listing"] = "make_playlist" in before or AS_WRITTEN in told or told.endswith(STAYS)
        questions = [*_questions_before(messages[:last]), request]
        request = all_completed(questions, state, self.reader.catalogue.entities.is_title)
        if any(isinstance(m, ToolMessage) for m in done):
            outcomes = _outcomes(done)
            back = _brought_back(outcomes)
            after = follow_up(request, _intent(done), [o.tool for o in outcomes], _found(outcomes), state, back)
            return (
                self._calling(after, f"call_{last}_after")
                if after
                else AIMessage(compose(request, _intent(done), outcomes))
            )
        state["focus"] = state.get("focus") or _picked_out(messages[:last]) or _spoken_of(calls, state)
        understood = self.reader.understand(request, state)
        todo = plan(understood, state)
        said = ready(todo.answer) if todo.answer else todo.text
        if said:
            return AIMessage(said, additional_kwargs={"reasoning_content": todo.reading})
        return self._calling(
            todo.calls,
            f"call_{last}",
            {"reasoning_content": todo.reading, "intent": understood.intent.intent},
        )

    @staticmethod
    def _calling(calls: Sequence[Call], prefix: str, notes: dict[str, Any] | None = None) -> AIMessage:
        tool_calls = [
            {"name": c.tool, "args": c.args, "id": f"{prefix}_{n}", "type": "tool_call"} for n, c in enumerate(calls)
        ]
        return AIMessage("", tool_calls=tool_calls, additional_kwargs=notes or {})


def _calls_before(before: Sequence[BaseMessage]) -> list[ToolCall]:
    """The tool calls of the turn before: whether it was about the words of a song, a playlist, a number."""
    start = max((n for n, m in enumerate(before) if isinstance(m, HumanMessage)), default=0)
    return [c for m in before[start:] if isinstance(m, AIMessage) for c in m.tool_calls]


def _questions_before(before: Sequence[BaseMessage]) -> list[str]:
    """The turns right before this one that asked about tracks, the oldest first."""
    starts = [n for n, m in enumerate(before) if isinstance(m, HumanMessage)]
    asked: list[str] = []
    for start, end in reversed([*pairwise([*starts, len(before)])][-_ASKED_BEFORE:]):
        calls = [c["name"] for m in before[start:end] if isinstance(m, AIMessage) for c in m.tool_calls]
        if not calls or not {*calls} <= _ASK:
            break
        asked.insert(0, before[start].text)
    return asked


def _compared(calls: Sequence[ToolCall]) -> list[str]:
    """The tracks that a turn looked at one by one, where it was about several: they were compared."""
    handles = list(dict.fromkeys(str(c["args"]["handle"]) for c in calls if c["name"] == "track_details"))
    return handles if len(handles) > 1 else []


def _said_before(before: Sequence[BaseMessage]) -> str:
    """The answer of the turn before."""
    return next((m.text for m in reversed(before) if isinstance(m, AIMessage) and m.text), "")


def _brought_back(outcomes: Sequence[Outcome]) -> list[str]:
    """The list that an undo of this turn brought back, as it had been changed."""
    return next((o.body.get("shown", []) for o in outcomes if not o.failed and o.tool == "remember"), [])


def _found(outcomes: Sequence[Outcome]) -> list[str]:
    """The tracks that a search of this turn found, best first."""
    tracks: list[dict[str, Any]] = next(
        (o.body["tracks"] for o in outcomes if not o.failed and o.tool.startswith("search")), []
    )
    return [track["handle"] for track in tracks]


def _picked_out(before: Sequence[BaseMessage]) -> str | None:
    """The one track that the answer before picked out of several: "T3 … is the slowest: …"."""
    found = re.match(r"(T\d+) “[^”]*” is (?:the )?\w+(?: \w+)?: ", _said_before(before))
    return found[1] if found else None


def _spoken_of(calls: Sequence[ToolCall], state: dict[str, Any]) -> str | None:
    """The one track that the turn before gave an opinion on, or asked for by its title."""
    said = next((c["args"] for c in calls if c["name"] == "remember"), None)
    if said is not None:
        given: list[str] = next((said[name] for name in ("like", "dislike", "neutral") if said.get(name)), [])
        of = given if said else state["liked"][-1:]  # where the turn before asked what is liked
        return str(of[0]) if len(of) == 1 else None
    titles = next((c["args"].get("titles") or [] for c in reversed(calls) if c["name"] == "search_tracks"), [])
    first = next((t for t in state["tracks"] if t["handle"] in state["shown"][:1]), None)
    return str(first["handle"]) if first and len(titles) == 1 and plain(titles[0]) == plain(first["title"]) else None


def _intent(done: Sequence[BaseMessage]) -> str:
    """The intent of this turn, as noted when its tools were called; a served model that called them noted none."""
    return next((str(m.additional_kwargs["intent"]) for m in done if "intent" in m.additional_kwargs), "find")


def _outcomes(done: Sequence[BaseMessage]) -> list[Outcome]:
    calls = {c["id"]: c for m in done if isinstance(m, AIMessage) for c in m.tool_calls}
    outcomes = []
    for message in done:
        if isinstance(message, ToolMessage) and message.tool_call_id in calls:
            call = calls[message.tool_call_id]
            failed = message.text.rstrip(".") if message.status == "error" else None
            outcomes.append(Outcome(call["name"], call["args"], {} if failed else json.loads(message.text), failed))
    return outcomes


def _chunks(answer: AIMessage) -> Iterator[AIMessageChunk]:
    """Reasoning first, then the text word by word or the tool calls, then the end mark."""
    if answer.additional_kwargs:
        yield AIMessageChunk(content="", additional_kwargs=dict(answer.additional_kwargs))
    for word in answer.text.splitlines(keepends=True):
        yield AIMessageChunk(content=word)
    calls = [
        tool_call_chunk(name=c["name"], args=json.dumps(c["args"]), id=c["id"], index=n)
        for n, c in enumerate(answer.tool_calls)
    ]
    yield AIMessageChunk(content="", tool_call_chunks=calls, chunk_position="last")
