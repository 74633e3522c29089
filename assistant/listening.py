"""Hears what a model of the graph writes, piece by piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, GenerationChunk


class Listening(BaseCallbackHandler):
    """Hands each piece of a message on, in the thread of the model that writes it.

    LangGraph's own `messages` mode does the same through a queue of its own and a waiter's thread and future for each piece, which
    at many conversations at once took the processor longer than the model's client.
    """

    ignore_chain = ignore_agent = ignore_retriever = ignore_retry = True
    raise_error = True

    def __init__(self, hear: Callable[[AIMessageChunk], None]) -> None:
        self._hear = hear

    def on_llm_new_token(
        self, token: Any, *, chunk: GenerationChunk | ChatGenerationChunk | None = None, **kwargs: Any
    ) -> None:
        """A piece has been written."""
        if isinstance(chunk, ChatGenerationChunk) and isinstance(chunk.message, AIMessageChunk):
            self._hear(chunk.message)
