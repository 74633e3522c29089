"""A stream of chat completions as plain dictionaries.

The OpenAI client makes an object of each piece that a server sends, and LangChain a dictionary of each object again, which took the
processor as long as all that this program does with an answer. Requests, time-outs, retries and errors stay the client's own.
"""

from __future__ import annotations

from typing import Any

import openai


class Completions:
    """In place of a client's `chat.completions`: what is streamed comes as it was sent, everything else is the client's."""

    def __init__(self, client: openai.OpenAI) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client.chat.completions, name)

    def create(self, *, stream: bool = False, timeout: Any = None, **body: Any) -> Any:
        """As `chat.completions.create`; with `stream` an `openai.Stream` of dictionaries."""
        if not stream:
            return self._client.chat.completions.create(timeout=timeout, **body)
        options: openai.RequestOptions = {"timeout": timeout} if timeout is not None else {}
        more = body.pop("extra_body", None) or {}
        for name, option in (("extra_headers", "headers"), ("extra_query", "params")):
            if given := body.pop(name, None):
                options[option] = given  # type: ignore[literal-required]
        return self._client.post(
            "/chat/completions",
            body={**body, **more, "stream": True},
            options=options,
            cast_to=object,
            stream=True,
            stream_cls=openai.Stream[object],
        )
