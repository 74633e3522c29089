"""A model that says what it is told to say, and counts what it was asked."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult


class Scripted(BaseChatModel):
    """Says the messages of `script` in order, the last again and again; `asked` keeps what it saw."""

    script: list[AIMessage]
    asked: list[list[BaseMessage]]

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **kwargs: Any) -> Any:
        return self

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> ChatResult:
        said = self.script[min(len(self.asked), len(self.script) - 1)].model_copy(update={"id": None})
        self.asked.append(list(messages))
        return ChatResult(generations=[ChatGeneration(message=said)])


def calling(name: str, args: dict[str, Any], call: str = "c1") -> AIMessage:
    """A message with one tool call."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": call, "type": "tool_call"}])
