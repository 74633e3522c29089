"""Streams of completions as dictionaries; everything else is the client's."""

from __future__ import annotations

import openai
import pytest

from assistant.wire import Completions
from tests.assistant.served import Script, serving

SAID = {"reasoning": "They greet.", "content": "Hello there."}


def completions(script: Script) -> Completions:
    return Completions(openai.OpenAI(base_url=script.url, api_key="k", max_retries=0))


def test_pieces_come_as_they_were_sent() -> None:
    with serving([SAID]) as script:
        asked = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5}
        with completions(script).create(stream=True, timeout=5, extra_body={"top_k": 20}, **asked) as stream:
            pieces = list(stream)
    assert all(isinstance(piece, dict) for piece in pieces)
    deltas = [piece["choices"][0]["delta"] for piece in pieces]
    assert "".join(d.get("content") or "" for d in deltas) == SAID["content"]
    assert "".join(d.get("reasoning") or "" for d in deltas) == SAID["reasoning"]
    assert script.requests == [{**asked, "top_k": 20, "stream": True}]


def test_what_is_not_streamed_is_the_clients_own() -> None:
    with serving([SAID]) as script:
        whole = completions(script).create(model="tiny", messages=[{"role": "user", "content": "hi"}])
    assert isinstance(whole, openai.types.chat.ChatCompletion)
    assert whole.choices[0].message.content == SAID["content"]


def test_errors_are_the_clients_own() -> None:
    with serving([SAID]) as script:
        url = script.url
    gone = Completions(openai.OpenAI(base_url=url, api_key="k", max_retries=0))
    with pytest.raises(openai.APIConnectionError):
        gone.create(stream=True, model="tiny", messages=[])
