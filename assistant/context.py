"""The conversation as a served model sees it: small enough for its context, and never with a call left open.

What a conversation knows stands in the digest, so old turns need little: the request and the answer. Everything
here only changes what is sent; the thread keeps its messages whole. Lengths are estimated, on the safe side: three
characters a token for the languages of Europe and for JSON, a token and a half a character for the scripts of Asia.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

_CHARACTERS = 3
_DENSE = re.compile("[\u0900-\U0010ffff]")  # scripts that have no words of many letters to a token
_WHOLE_TURNS = 2  # this one and the one before
_ANSWER = 300  # characters of an old answer that are kept when room is short
_REQUEST = 80  # characters of a request in the summary
_SHORTEST_RESULT = 400  # characters
SHORTENED = "… (shortened; call the tool again for the rest)"


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    if text.isascii():
        return len(text) // _CHARACTERS + 1
    dense = len(_DENSE.findall(text))
    return (len(text) - dense) // _CHARACTERS + dense * 3 // 2 + 1


def size(messages: Sequence[BaseMessage]) -> int:
    """About how many tokens messages have, tool calls and the marks around each message included."""
    return sum(tokens(m.text) + tokens(json.dumps(getattr(m, "tool_calls", []))) + 4 for m in messages)


def fit(messages: Sequence[BaseMessage], room: int) -> list[BaseMessage]:
    """The messages of a thread in at most `room` tokens, as far as the newest turn allows.

    First the tool results of all turns but the last two go, then long answers of old turns are shortened, then old
    turns become one line that lists their requests, then the tool results of the newest turn are shortened.
    """
    turns = _turns(messages)
    recent = turns[-_WHOLE_TURNS:]
    older = [_request_and_answer(turn) for turn in turns[: -len(recent)]]
    if size(_flat(older + recent)) > room:
        older = [_shortened_answer(turn) for turn in older]
        recent = [*map(_request_and_answer, recent[:-1]), *recent[-1:]]
    gone: list[list[BaseMessage]] = []
    while older and size(_flat([_summary(gone), *older, *recent])) > room:
        gone.append(older.pop(0))
    if len(recent) > 1 and size(_flat([_summary(gone), *older, *recent])) > room:
        gone.append(recent.pop(0))
    before = _flat([_summary(gone), *older, *recent[:-1]])
    return [*before, *_shortened_results(_flat(recent[-1:]), room - size(before))]


def _turns(messages: Sequence[BaseMessage]) -> list[list[BaseMessage]]:
    """Messages from one request to the next."""
    turns: list[list[BaseMessage]] = []
    for message in messages:
        if isinstance(message, HumanMessage) or not turns:
            turns.append([])
        turns[-1].append(message)
    return turns


def _flat(turns: Sequence[Sequence[BaseMessage]]) -> list[BaseMessage]:
    return [message for turn in turns for message in turn]


def _request_and_answer(turn: Sequence[BaseMessage]) -> list[BaseMessage]:
    """A turn without its tool calls and their results."""
    said = [m for m in turn if isinstance(m, AIMessage) and m.text.strip()]
    kept: list[BaseMessage] = [m for m in turn if isinstance(m, HumanMessage)]
    return [*kept, AIMessage(said[-1].text)] if said else kept


def _shortened_answer(turn: Sequence[BaseMessage]) -> list[BaseMessage]:
    return [AIMessage(_cut(m.text, _ANSWER)) if isinstance(m, AIMessage) else m for m in turn]


def _summary(gone: Sequence[Sequence[BaseMessage]]) -> list[BaseMessage]:
    """What earlier turns asked for, in one message."""
    asked = [_cut(" ".join(m.text.split()), _REQUEST) for turn in gone for m in turn if isinstance(m, HumanMessage)]
    if not asked:
        return []
    listed = "; ".join(f"“{words}”" for words in asked[-20:])
    return [HumanMessage(f"(Earlier in this conversation I asked: {listed}.)"), AIMessage("(answered)")]


def _shortened_results(turn: list[BaseMessage], room: int) -> list[BaseMessage]:
    """The newest turn with its tool results cut, the oldest first, until it fits."""
    turn = list(turn)
    for at, message in enumerate(turn):
        over = size(turn) - room
        if over <= 0:
            break
        if isinstance(message, ToolMessage):
            keep = max(_SHORTEST_RESULT, len(message.text) - (over + tokens(SHORTENED)) * _CHARACTERS)
            if keep < len(message.text):
                turn[at] = message.model_copy(update={"content": message.text[:keep] + SHORTENED})
    return turn


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
