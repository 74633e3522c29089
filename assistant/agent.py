"""The agent's wiring: model, tools, middleware, state. Read it as a table of contents."""

from __future__ import annotations

from typing import Annotated, Any

from langchain.agents import AgentState, create_agent
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph

from assistant.budget import TimedDesk
from assistant.embedded.model import EmbeddedModel
from assistant.middleware import middleware
from assistant.settings import CONTEXT
from tools.conversation import newest
from tools.toolbox import TOOLS


class State(AgentState[Any]):
    """Messages, and the conversation (a `tools.conversation.Conversation` as plain JSON types)."""

    conversation: Annotated[dict[str, Any] | None, newest]


def build_agent(
    model: BaseChatModel, saver: BaseCheckpointSaver[Any], context: int = CONTEXT
) -> CompiledStateGraph[Any, Any, Any, Any]:
    """A graph that answers one turn of a thread. Its runs get a `TimedDesk`; `context` is the model's, in tokens."""
    return create_agent(
        model,
        TOOLS,
        middleware=middleware(context, reads_itself=isinstance(model, EmbeddedModel)),
        state_schema=State,
        context_schema=TimedDesk,
        checkpointer=saver,
    )
