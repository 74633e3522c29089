"""Tools called as the agent's graph calls them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver

from assistant.agent import build_agent
from assistant.budget import Budget
from assistant.budget import TimedDesk as Desk
from tests.assistant.scripted import Scripted, calling
from tests.fixtures.words import ROWS
from tools.conversation import Conversation


def call(desk: Desk, tool: str, /, **args: Any) -> ToolMessage:
    """The tool's message, through a real graph with a model that makes this one call."""
    agent = build_agent(Scripted(script=[calling(tool, args), AIMessage("done")], asked=[]), InMemorySaver())
    given = {
        "messages": [HumanMessage("go on: a playlist, what I like, and back to the start")],
        "conversation": desk.conversation.model_dump(mode="json"),
    }
    state = agent.invoke(given, {"configurable": {"thread_id": "t"}}, context=replace(desk, budget=Budget()))
    kept = Conversation.model_validate(state["conversation"])
    message = next(m for m in state["messages"] if isinstance(m, ToolMessage))
    if message.status != "error":
        assert kept.model_dump() == desk.conversation.model_dump()
    return message


def show(desk: Desk, *titles: str) -> list[str]:
    """Handles of these tracks."""
    ids = {str(row["title"]): str(row["id"]) for row in ROWS}
    return [desk.conversation.handle(ids[t]) for t in titles]
