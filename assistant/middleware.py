"""What happens around each model and tool call: the digest goes in, old turns are condensed, a call that cannot be
read is asked for again, tool failures come back as words, broken histories are mended, and a turn has its limits."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from langchain.agents.middleware import (
    AgentMiddleware,
    ModelRequest,
    ModelResponse,
    before_agent,
    wrap_model_call,
)
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import (
    AIMessage,
    AnyMessage,
    BaseMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.types import Command

from assistant.budget import TimedDesk
from assistant.consent import refused
from assistant.context import fit, tokens
from assistant.markup import whole
from assistant.prompts import ANSWER_NOW, UNREADABLE, digest, with_digest
from assistant.served import ModelFailed, ServedModel
from index.errors import ToolFailed
from index.outside import visible_all
from index.words import plain

Handler = Callable[[ModelRequest[Any]], ModelResponse[Any]]
_LEAST_ROOM = 512  # tokens


@wrap_model_call
def with_state(request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
    """Renders the conversation as it stands into the system prompt of every model call."""
    desk: Any = request.runtime.context
    prompt = with_digest(digest(desk.conversation, desk.catalogue))
    return handler(request.override(system_message=SystemMessage(prompt)))


@wrap_model_call
def within_budget(request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
    """Counts the call; the last one that the turn may make has to answer with what is there."""
    budget = request.runtime.context.budget
    request = request.override(model_settings={**request.model_settings, "budget": budget})
    if budget.call_model():
        request = request.override(
            messages=[*request.messages, HumanMessage(ANSWER_NOW)]
            if _has_results(request.messages)
            else request.messages,
            tool_choice="none",
        )
    return handler(request)


@dataclass(frozen=True)
class FitsContext(AgentMiddleware[Any, Any, Any]):
    """Sends a served model no more than its context of `context` tokens holds; half of it after an overflow."""

    context: int

    def wrap_model_call(self, request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
        """As LangChain calls it."""
        if not isinstance(request.model, ServedModel):
            return handler(request)
        model = request.model
        system = tokens(request.system_message.text if request.system_message else "")
        taken = system + model.size_of_schemas(request.tools) + model.longest_answer
        room = max(_LEAST_ROOM, self.context - taken)
        try:
            return handler(request.override(messages=_fit(request.messages, room)))
        except ModelFailed as failed:
            if failed.trouble != "overflow":
                raise
            return handler(request.override(messages=_fit(request.messages, room // 2)))


@wrap_model_call
def ask_again_for_broken_calls(request: ModelRequest[Any], handler: Handler) -> ModelResponse[Any]:
    """A tool call whose JSON is broken is told to the model, once; a second one ends the turn without it."""
    response = handler(request)
    broken = _broken_call(response.result)
    if broken and request.runtime.context.budget.left_s:
        again = [*request.messages, AIMessage(broken), HumanMessage(UNREADABLE)]
        response = handler(request.override(messages=again))
    return ModelResponse([_readable(m) for m in response.result], response.structured_response)


def _fit(messages: Sequence[AnyMessage], room: int) -> list[AnyMessage]:
    return cast("list[AnyMessage]", fit(messages, room))


def _has_results(messages: Sequence[BaseMessage]) -> bool:
    return isinstance(messages[-1], ToolMessage)


def _broken_call(messages: Sequence[BaseMessage]) -> str | None:
    """What the model wrote for a tool call that no parser could read."""
    for message in messages:
        if isinstance(message, AIMessage) and not message.tool_calls:
            if message.invalid_tool_calls:
                return str(message.invalid_tool_calls[0].get("args"))
            calls = [piece.text for piece in whole(message.text) if piece.kind == "call"]
            if calls:
                return calls[0]
    return None


def _readable(message: BaseMessage) -> BaseMessage:
    """The message as the thread keeps it: without calls that cannot be read, marks of thought, and blank ends."""
    if not isinstance(message, AIMessage):
        return message
    words = "".join(piece.text for piece in whole(message.text) if piece.kind == "words").strip()
    return message.model_copy(update={"content": words, "invalid_tool_calls": []})


@dataclass(frozen=True)
class TellsFailures(AgentMiddleware[Any, Any, Any]):
    """A `ToolFailed` goes back to the model, and so does a call that the turn's budget or policy does not allow; every other
    error is a bug and ends the turn.

    `reads_itself` says that the model reads the listener's words and nothing else: its writes need no second opinion.
    """

    reads_itself: bool = False

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        """As LangChain calls it."""
        call, desk = request.tool_call, cast(TimedDesk, request.runtime.context)
        refusal = desk.budget.call_tool(call["name"], call["args"]) or _refused(request, consented=self.reads_itself)
        try:
            if refusal:
                raise ToolFailed(refusal)
            return _from_outside(handler(request), desk)
        except ToolFailed as failure:
            return ToolMessage(str(failure), tool_call_id=call["id"] or "", name=call["name"], status="error")


def _refused(request: ToolCallRequest, *, consented: bool) -> str | None:
    """Why policy forbids a call: the listener did not ask for it, or it would carry away what may not leave."""
    call, policy = request.tool_call, cast(TimedDesk, request.runtime.context).policy
    said = [m for m in request.state["messages"] if isinstance(m, HumanMessage | AIMessage) and m.text]
    asked = max((n for n, m in enumerate(said) if isinstance(m, HumanMessage)), default=-1)
    listener, before = (said[n].text if n >= 0 else "" for n in (asked, asked - 1))
    if not consented and (no := refused(call["name"], call["args"], listener, before)):
        return no
    if call["name"] == "make_playlist" and policy:
        name = str(call["args"].get("name", ""))
        if policy.leak(name) or policy.clean(name) != name:
            return "that name may not be written into a file; choose a plain one"
    quoted = [text for text in _texts(call["args"]) if plain(text) not in plain(listener)]
    if policy and quoted and policy.watch.guard.leak("\n".join(quoted)):
        return "the call quotes a song that may not be quoted; say it in other words"
    return None


def _texts(value: Any) -> list[str]:
    """The texts in any nesting of JSON types."""
    if isinstance(value, dict | list):
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def _from_outside(answer: ToolMessage | Command[Any], desk: TimedDesk) -> ToolMessage | Command[Any]:
    """What a tool returns is text from outside: made visible, and without lyrics that may not be shown, before the model
    (which may be on another machine), the page or the thread gets it."""
    for message in (answer.update or {}).get("messages", ()) if isinstance(answer, Command) else ():
        if isinstance(message, ToolMessage) and isinstance(message.content, str):
            message.content = json.dumps(_harmless(json.loads(message.content), desk), ensure_ascii=False)
            message.artifact = _harmless(message.artifact, desk)
    return answer


def _harmless(value: Any, desk: TimedDesk) -> Any:
    value = visible_all(value)
    return desk.policy.without_lyrics(value) if desk.policy else value


@before_agent
def mend_history(state: Any, runtime: Any) -> dict[str, Any] | None:
    """Answers tool calls that a stopped turn left open; a served model refuses a history with open calls."""
    messages: list[BaseMessage] = state["messages"]
    answered = {m.tool_call_id for m in messages if isinstance(m, ToolMessage)}
    mended: list[BaseMessage] = []
    for message in messages:
        mended.append(message)
        if isinstance(message, AIMessage):
            mended += [
                ToolMessage("stopped before it finished", tool_call_id=c["id"] or "", name=c["name"], status="error")
                for c in message.tool_calls
                if c["id"] not in answered
            ]
    return {"messages": [RemoveMessage(REMOVE_ALL_MESSAGES), *mended]} if len(mended) > len(messages) else None


def middleware(context: int, *, reads_itself: bool = False) -> list[AgentMiddleware[Any, Any, Any]]:
    """All of it, from the outside in; `context` is the model's, in tokens, `reads_itself` as in `TellsFailures`."""
    return [
        mend_history,
        with_state,
        within_budget,
        ask_again_for_broken_calls,
        FitsContext(context),
        TellsFailures(reads_itself),
    ]
