"""The brains: the embedded model, or a reasoning model behind any OpenAI-compatible endpoint (vLLM)."""

from __future__ import annotations

from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from assistant.embedded.intent import IntentReader
from assistant.embedded.model import EmbeddedModel
from assistant.embedded.understand import Reader
from assistant.settings import Settings
from index.catalogue import Catalogue


def build_model(settings: Settings, catalogue: Catalogue) -> BaseChatModel:
    """The model that the settings name."""
    if settings.brain == "embedded":
        return EmbeddedModel(reader=Reader(catalogue, IntentReader(catalogue.embedder)))
    return ServedModel(
        model=settings.model,
        base_url=settings.base_url,
        api_key=SecretStr(settings.api_key),
        timeout=120,
        max_retries=1,
        temperature=0.6,
    )


class ServedModel(ChatOpenAI):
    """`ChatOpenAI` that keeps what a reasoning parser of vLLM sends apart (`reasoning`, formerly `reasoning_content`)."""

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type[Any],
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or (chunk.get("chunk") or {}).get("choices") or []
        if made and choices and isinstance(made.message, AIMessageChunk):
            _keep_reasoning(made.message, choices[0].get("delta") or {})
        return made

    def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        data = response if isinstance(response, dict) else response.model_dump()
        for generation, choice in zip(result.generations, data.get("choices") or [], strict=False):
            if isinstance(generation.message, AIMessage):
                _keep_reasoning(generation.message, choice.get("message") or {})
        return result


def _keep_reasoning(message: AIMessage, source: dict[str, Any]) -> None:
    thought = source.get("reasoning") or source.get("reasoning_content")
    if thought:
        message.additional_kwargs["reasoning_content"] = thought
        message.response_metadata["model_provider"] = "vllm"
