"""One turn: the graph's stream becomes events, and the reply is gathered from them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage

from assistant.embedded.compose import Outcome, compose
from assistant.events import Event, Reply, Thought, ToolStep, Words
from assistant.grounding import Checker
from assistant.markup import Piece, Splitter
from assistant.outflow import NOT_SHOWN, Outflow, Thoughts

SPEECHLESS = "I could not finish this one. Please say it in other words, or ask for less at once."


class Turn:
    """Feed it the parts of the graph's stream, then `finish`; `reply` grows meanwhile."""

    def __init__(
        self,
        checker: Checker,
        began: float,
        brain: str,
        results: list[str] | None = None,
        policy: Outflow | None = None,
    ) -> None:
        """`began` is a `time.perf_counter`; texts of tool results are added to `results`."""
        self.reply = Reply("", brain=brain)
        self._checker, self._began = checker, began
        self._results = [] if results is None else results
        self._steps: dict[str, tuple[ToolStep, float]] = {}
        self._outcomes: list[Outcome] = []
        self._streamed: set[str | None] = set()
        self._splitter = Splitter()
        self._policy, self._thoughts = policy, Thoughts(policy)
        self._whole_told = False

    @property
    def all_said(self) -> bool:
        """Whether all that the model wrote passed the checks and was told: nothing else of it is on disk."""
        reply = self.reply
        withheld = reply.cuts or reply.trouble or NOT_SHOWN in reply.reasoning or NOT_SHOWN in str([s.args for s in reply.tools])  # fmt: skip
        return self._whole_told and not withheld

    @property
    def said(self) -> str:
        """What the listener has read so far."""
        return self._checker.said.strip()

    @property
    def speechless(self) -> bool:
        """Whether the model has come to its end and wrote no word of an answer."""
        return not self._checker.has_words

    def take(self, part: AIMessageChunk | dict[str, Any]) -> Iterator[Event]:
        """A piece of what the model writes, or what a step of the graph changed."""
        if isinstance(part, AIMessageChunk):
            yield from self._chunk(part)
            return
        for node, update in part.items():
            for message in (update or {}).get("messages", []):
                yield from self._message(message)
                if node == "model" and isinstance(message, AIMessage):
                    yield from self._whole(message)

    def _chunk(self, chunk: AIMessageChunk) -> Iterator[Event]:
        self._streamed.add(chunk.id)
        thought = chunk.additional_kwargs.get("reasoning_content")
        if thought:
            yield from self._piece(Piece("thought", thought))
        for piece in self._splitter.feed(chunk.text) if chunk.text else ():
            yield from self._piece(piece)

    def _piece(self, piece: Piece) -> Iterator[Event]:
        if piece.kind == "thought":
            yield from self._think(self._thoughts.feed(piece.text))
        elif piece.kind == "words":
            yield from self._think(self._thoughts.finish())
            yield from self._say(self._checker.feed(piece.text))

    def _think(self, words: str) -> Iterator[Event]:
        if words:
            self.reply.reasoning += words
            yield Thought(words)

    def _whole(self, message: AIMessage) -> Iterator[Event]:
        """A message that was not streamed; and the end of one that was: what follows is a new paragraph."""
        if message.id not in self._streamed:
            yield from self._chunk(AIMessageChunk(content=message.text, additional_kwargs=message.additional_kwargs))
        for piece in self._splitter.finish():
            yield from self._piece(piece)
        yield from self._think(self._thoughts.finish())
        if message.response_metadata.get("finish_reason") == "length":
            self._checker.drop_unfinished()
        if message.text and message.tool_calls:
            yield from self._say(self._checker.feed("\n\n"))

    def _say(self, words: str) -> Iterator[Event]:
        if words:
            self.reply.first_word_ms = self.reply.first_word_ms or self._elapsed(self._began)
            yield Words(words)

    def _message(self, message: BaseMessage) -> Iterator[Event]:
        for call in getattr(message, "tool_calls", []):
            step = ToolStep(call["name"], self._policy.shown(call["args"]) if self._policy else call["args"])
            self._steps[call["id"]] = (step, time.perf_counter())
        if isinstance(message, ToolMessage) and message.tool_call_id in self._steps:
            step, started = self._steps[message.tool_call_id]
            step.ms, step.ok = self._elapsed(started), message.status != "error"
            step.error = None if step.ok else self._policy.shown(message.text) if self._policy else message.text
            self._artifact(message.artifact)
            self.reply.tools.append(step)
            self._results.append(message.text)
            if step.ok:
                self._outcomes.append(Outcome(step.name, step.args, json.loads(message.text)))
            yield step

    def _artifact(self, artifact: dict[str, Any] | None) -> None:
        if artifact is None:
            return
        self._checker.evidence.add(artifact)
        self.reply.artifacts.append(artifact)
        if artifact["kind"] == "tracks":
            self.reply.shown = artifact["tracks"]
            self.reply.ranked = artifact["ranked"]

    def stop(self, why: str, request: str) -> Iterator[Event]:
        """The turn ends before the model did: what it said stands; if it said nothing, what its tools found is told.

        `why` is a whole sentence of our own and passes unchecked.
        """
        yield from self._break_off()
        found = bool(self._outcomes) and not self.said
        self.reply.trouble = why
        yield from self._say(self._checker.aside(f"*{why}{' This is what its tools found:' if found else ''}*"))
        if found:
            yield from self._say(self._checker.feed(f"\n\n{compose(request, 'find', self._outcomes)}"))

    def remark(self, what: str) -> Iterator[Event]:
        """A whole sentence of our own before the answer."""
        yield from self._say(self._checker.aside(f"*{what}*\n\n"))

    def stand_in(self, why: str) -> Iterator[Event]:
        """The embedded brain goes on from here; `why` is a whole sentence and is said."""
        yield from self._break_off()
        self._checker.repair, self._outcomes = None, []
        self.reply.trouble, self.reply.brain = why, "embedded"
        yield from self._say(self._checker.aside(f"*{why}*\n\n"))

    def _break_off(self) -> Iterator[Event]:
        """What the model had begun to write ends with its last whole sentence."""
        for piece in self._splitter.finish():
            if piece.kind == "thought":
                yield from self._piece(piece)
        yield from self._think(self._thoughts.finish())
        self._checker.drop_unfinished()

    def finish(self) -> Iterator[Event]:
        """The rest of the answer; `reply` is whole after it."""
        yield from self._say(self._checker.finish())
        if not self.said:
            yield from self._say(self._checker.aside(SPEECHLESS))
        reply = self.reply
        reply.text = self.said
        reply.cuts = [asdict(cut) for cut in self._checker.cuts]
        reply.citations = [
            {"handle": card["handle"], "id": card["id"], **proof}
            for card in reply.shown
            for proof in card.get("evidence", [])
        ]
        reply.ms = self._elapsed(self._began)
        self._whole_told = True

    @staticmethod
    def _elapsed(since: float) -> float:
        return round((time.perf_counter() - since) * 1000, 1)
