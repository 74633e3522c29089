"""A reasoning model behind an OpenAI-compatible endpoint (vLLM), and everything that can go wrong with it.

vLLM sends reasoning as `reasoning` (formerly `reasoning_content`), which `ChatOpenAI` drops; it is kept here, and
within a turn it is sent back, since reasoning models go on from it between tool calls.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import httpx
import openai
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr, model_validator

from assistant.budget import Budget
from assistant.context import tokens
from assistant.pace import beside, paced, pause_s
from assistant.schemas import tool_schemas
from assistant.wire import Completions

_log = logging.getLogger("linernotes.served")
_TRIES = 3
_PAUSE_S = 1.0
_CONNECT_S = 5.0
_NO_TOKENS = 8  # pieces of an answer that hold none, at most: who speaks, why it ends, what it took
_OVERFLOW = ("maximum context length", "context_length", "context length", "context window", "prompt is too long")

Trouble = Literal[
    "unreachable", "silent", "busy", "overflow", "no such model", "refused", "garbage", "cut off", "speechless"
]
_AGAIN: tuple[Trouble, ...] = ("unreachable", "busy")


class ModelFailed(Exception):
    """The served model did not do its part. `trouble` is its kind, the text says it in words for the listener.

    `after_s` is the server's own wish how long to wait, if it named one.
    """

    def __init__(self, trouble: Trouble, words: str, after_s: float | None = None) -> None:
        super().__init__(words)
        self.trouble, self.after_s = trouble, after_s


class ServedModel(ChatOpenAI):
    """`ChatOpenAI` that keeps reasoning, obeys a turn's budget, and fails with `ModelFailed` alone."""

    strict_tools: bool = True
    extra_fields: bool = True
    length_field: str = "max_completion_tokens"
    longest_answer: int = 4096
    _written: tuple[list[int], tuple[list[dict[str, Any]], int]] | None = PrivateAttr(None)
    _streams: set[object] = PrivateAttr(default_factory=set)  # answers that are being written

    @model_validator(mode="after")
    def _plain_chunks(self) -> ServedModel:
        self.client = Completions(self.root_client)
        return self

    def without_thinking(self) -> dict[str, Any] | None:
        """The extra body of a short call, for servers that hand the switch to the model's chat template."""
        if not self.extra_fields:
            return None
        return {**(self.extra_body or {}), "chat_template_kwargs": {"enable_thinking": False}}

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools with slim, strict schemas."""
        return self.bind(tools=self.schemas(tools), stream=True, **kwargs)

    def schemas(self, tools: Sequence[Any]) -> list[dict[str, Any]]:
        """The tools as they are sent."""
        return self._schemas_and_size(tools)[0]

    def size_of_schemas(self, tools: Sequence[Any]) -> int:
        """About how many tokens of the context they take."""
        return self._schemas_and_size(tools)[1]

    def _schemas_and_size(self, tools: Sequence[Any]) -> tuple[list[dict[str, Any]], int]:
        """Worked out once (it takes 4 ms)."""
        these = [id(tool) for tool in tools]
        if self._written is None or self._written[0] != these:
            written = tool_schemas(tools, strict=self.strict_tools)
            self._written = (these, (written, tokens(json.dumps(written))))
        return self._written[1]

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        budget: Budget | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        budget = budget or Budget()
        for attempt in range(1, _TRIES + 1):
            began = False
            try:
                for chunk in beside(self._once(messages, stop, budget, **kwargs), budget):
                    began = True
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                    yield chunk
                return
            except ModelFailed as failed:
                wait = failed.after_s if failed.after_s is not None else _PAUSE_S * attempt
                if began or attempt == _TRIES or failed.trouble not in _AGAIN or wait >= budget.left_s:
                    raise
                budget.sleep(wait)

    def _once(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        budget: Budget,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """One request, to its end or to the end of the budget."""
        silence = max(0.1, min(budget.silence_s, budget.left_s))
        limits = {
            "timeout": httpx.Timeout(silence, connect=min(_CONNECT_S, silence)),
            "max_tokens": max(1, min(self.longest_answer, budget.left_tokens)),
        }
        streamed = {"stream": True, "stream_options": {"include_usage": True}}
        payload = self._get_request_payload(messages, stop=stop, **{**kwargs, **limits, **streamed})
        began, ended, written, counted = False, False, 0, 0

        def pieces() -> Iterator[Any]:
            nonlocal written
            with self.client.create(**payload) as response:
                for piece in response:
                    written += 1
                    budget.check(written - _NO_TOKENS)
                    yield piece

        mine = object()
        self._streams.add(mine)
        try:
            for piece in paced(pieces(), lambda: pause_s(len(self._streams))):
                chunk = self._convert_chunk_to_generation_chunk(piece, AIMessageChunk, None)
                if chunk is None:
                    continue
                began = True
                counted = (getattr(chunk.message, "usage_metadata", None) or {}).get("output_tokens") or counted
                ended = ended or bool((chunk.generation_info or {}).get("finish_reason"))
                yield chunk
        except _FAILURES as exc:
            raise _translated(exc, self.model_name, silence, began=began) from exc
        finally:
            self._streams.discard(mine)
            budget.used_tokens += counted or written
        if not ended:
            raise ModelFailed(
                *(("cut off", "stopped in the middle") if began else ("garbage", "answered nothing that can be read"))
            )

    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        """With the reasoning of the newest turn beside its tool calls."""
        payload: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
        if "max_completion_tokens" in payload:
            payload[self.length_field] = payload.pop("max_completion_tokens")
        messages = self._convert_input(input_).to_messages()
        newest = max((n for n, m in enumerate(messages) if isinstance(m, HumanMessage)), default=0)
        if self.extra_fields and len(messages) == len(payload.get("messages", ())):
            for message, sent in list(zip(messages, payload["messages"], strict=True))[newest:]:
                thought = message.additional_kwargs.get("reasoning_content")
                if thought and sent.get("role") == "assistant":
                    sent["reasoning"] = thought
        return payload

    def _convert_chunk_to_generation_chunk(
        self,
        chunk: dict[str, Any],
        default_chunk_class: type[Any],
        base_generation_info: dict[str, Any] | None,
    ) -> ChatGenerationChunk | None:
        made = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)
        choices = chunk.get("choices") or (chunk.get("chunk") or {}).get("choices") or []
        if made and isinstance(made.message, AIMessageChunk):
            made.message.response_metadata["model_provider"] = (
                "vllm"  # the same in each chunk: differing ones are joined
            )
        if made and choices and isinstance(made.message, AIMessageChunk):
            _keep_reasoning(made.message, choices[0].get("delta") or {})
        return made

    def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)
        data = response if isinstance(response, dict) else response.model_dump()
        for generation, choice in zip(result.generations, data.get("choices") or [], strict=False):
            if isinstance(generation.message, AIMessage):
                generation.message.response_metadata["model_provider"] = "vllm"
                _keep_reasoning(generation.message, choice.get("message") or {})
        return result


def _keep_reasoning(message: AIMessage, source: dict[str, Any]) -> None:
    thought = source.get("reasoning") or source.get("reasoning_content")
    if thought:
        message.additional_kwargs["reasoning_content"] = thought


# What a request can raise: the client's own errors, those of the connection in mid-stream, and text that is no answer.
_FAILURES = (openai.OpenAIError, httpx.HTTPError, json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, ValueError)  # fmt: skip


def _translated(exc: Exception, model: str, silence_s: float, *, began: bool) -> ModelFailed:
    """The one place where other people's errors become ours."""
    text = str(exc)
    if any(mark in text.lower() for mark in _OVERFLOW):
        return ModelFailed("overflow", "was given more than its context holds")
    match exc:
        case openai.APITimeoutError() | httpx.TimeoutException() if not isinstance(exc, httpx.ConnectTimeout):
            return ModelFailed("silent", f"was silent for {silence_s:.0f} s")
        case openai.APIStatusError():
            return _refused(exc, model)
        case openai.APIConnectionError() | httpx.ConnectError() | httpx.ConnectTimeout() if not began:
            return ModelFailed("unreachable", "cannot be reached")
        case openai.APIConnectionError() | httpx.HTTPError():
            return ModelFailed("cut off", "stopped in the middle")
        case openai.APIError():
            return ModelFailed("refused", f"reported an error: {text[:200]}")
    _log.warning("the model's answer cannot be read (%s: %.200s)", type(exc).__name__, exc)
    _log.debug("where it could not be read", exc_info=exc)
    return ModelFailed("garbage", "answered something that is no chat completion")


def _refused(exc: openai.APIStatusError, model: str) -> ModelFailed:
    status = exc.status_code
    if status == 404:
        return ModelFailed("no such model", f"is not what the server serves ({model})")
    if status in {408, 409, 425, 429, 500, 502, 503, 504}:
        wait = exc.response.headers.get("retry-after", "")
        after = float(wait) if wait.replace(".", "", 1).isdecimal() else None
        return ModelFailed("busy", f"is busy or not ready (HTTP {status})", after)
    if status in {401, 403}:
        return ModelFailed("refused", f"refused the API key (HTTP {status})")
    return ModelFailed("refused", f"refused the request (HTTP {status})")
