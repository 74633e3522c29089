"""What happens around each model and tool call: the digest goes in, tool failures come back as words, broken
histories are mended, and a turn has its limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import (
    AgentMiddleware,
    ModelCallLimitMiddleware,
    ModelRequest,
    ModelResponse,
    ToolCallLimitMiddleware,
    before_agent,
    wrap_model_call,
    wrap_tool_call,
)
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, BaseMessage, RemoveMessage, SystemMessage, ToolMessage
from langgraph.graph.message import REMOVE_ALL_MESSAGES
from langgraph.types import Command

from assistant.prompts import digest, with_digest
from index.errors import ToolFailed

MODEL_CALLS = 6
TOOL_CALLS = 8


@wrap_model_call
def with_state(
    request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
) -> ModelResponse[Any]:
    """Renders the conversation as it stands into the system prompt of every model call."""
    desk: Any = request.runtime.context
    prompt = with_digest(digest(desk.conversation, desk.catalogue))
    return handler(request.override(system_message=SystemMessage(prompt)))


@wrap_tool_call
def tell_failures(
    request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
) -> ToolMessage | Command[Any]:
    """A `ToolFailed` goes back to the model; every other error is a bug and ends the turn."""
    try:
        return handler(request)
    except ToolFailed as failure:
        return ToolMessage(
            str(failure),
            tool_call_id=request.tool_call["id"] or "",
            name=request.tool_call["name"],
            status="error",
        )


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


def middleware() -> list[AgentMiddleware[Any, Any, Any]]:
    """All of it, in order."""
    return [
        mend_history,
        with_state,
        tell_failures,
        ModelCallLimitMiddleware(run_limit=MODEL_CALLS, exit_behavior="end"),
        ToolCallLimitMiddleware(run_limit=TOOL_CALLS, exit_behavior="continue"),
    ]
