"""The one way to talk to Liner Notes: a request goes in, events come out, the last of them is the reply.

The command line, the web page and the scripted dialogs all call `Assistant.stream`.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from assistant.agent import build_agent
from assistant.budget import Budget, BudgetSpent, TimedDesk
from assistant.ears import listener_for
from assistant.events import Event, Reply, Request
from assistant.grounding import Checker, Evidence
from assistant.listening import Listening
from assistant.models import embedded_model, served_model
from assistant.outflow import Outflow
from assistant.pace import together
from assistant.redaction import Redaction
from assistant.repair import ModelRepair
from assistant.served import ModelFailed
from assistant.settings import Settings
from assistant.sheets import providers
from assistant.threads import Threads
from assistant.turn import Turn
from index.catalogue import Catalogue
from index.errors import UserError
from index.outside import visible
from index.words import plain
from tools.conversation import Conversation
from tools.lyric_guard import CurrentGuard, LyricGuard
from tools.lyric_watch import Left, Watch
from tools.lyrics.provider import Provider

_LONGEST_REQUEST = 4000
_ADVICE = "Nothing is lost: ask again, or see `linernotes doctor`."


class Assistant:
    """A catalogue, a brain and the conversations about it; where the settings allow it, the embedded brain stands in
    for a served one that fails."""

    def __init__(self, settings: Settings, catalogue: Catalogue, threads: Threads) -> None:
        self.settings, self.catalogue, self.threads = settings, catalogue, threads
        self.listener = listener_for(settings, catalogue.directory, settings.turn_s)
        self._sheets: dict[Settings, tuple[Provider, ...]] = {}
        self._running: dict[str, Budget] = {}
        self._guards = CurrentGuard(catalogue)
        self._served = served_model(settings) if settings.brain == "vllm" else None
        self._stand_in = None
        if self._served is None:
            self.agent = build_agent(embedded_model(catalogue), threads.saver)
            return
        self.agent = build_agent(self._served, threads.saver, settings.context)
        if settings.fallback:
            self._stand_in = build_agent(embedded_model(catalogue), threads.saver)

    @property
    def _guard(self) -> LyricGuard:
        return self._guards.guard()

    def warm(self) -> None:
        """Does once what a first listener would wait for: weights loaded, tables read. A served model is asked nothing.

        What is loaded then stays for as long as the program does, and the collector of garbage need not look at it again:
        that alone was a fifth of the processor's time of a turn.
        """
        with closing(Threads(None)) as nowhere:
            reader = Assistant(replace(self.settings, brain="embedded"), self.catalogue, nowhere)
            reader._guards = self._guards
            reader.reply(Request("warm", "something calm with strings, please"))
        gc.collect()
        gc.freeze()

    @cached_property
    def _redaction(self) -> Redaction:
        return Redaction.of(self.settings)

    def conversation(self, thread: str) -> Conversation:
        """What a thread knows; empty for a new one."""
        return _conversation(self._state(thread))

    def reply(self, request: Request) -> Reply:
        """The answer to a turn, all at once."""
        return next(event for event in self.stream(request) if isinstance(event, Reply))

    def stream(self, request: Request) -> Iterator[Event]:
        """The turn as it happens: thoughts, tool steps, words, and last the whole `Reply`."""
        try:
            yield from self._stream(request)
        except UserError as wrong:
            if request.owner == "local":
                raise
            raise UserError(self._redaction(str(wrong))) from None  # a stranger is told no paths

    def _stream(self, request: Request) -> Iterator[Event]:
        if not request.user.strip():
            raise UserError("the request is empty; say what you would like to hear")
        if self.threads.owner(request.thread) not in (None, request.owner):
            raise UserError("this conversation belongs to somebody else")
        said = visible(request.user)
        request = replace(request, user=said[:_LONGEST_REQUEST] or "?")
        self.catalogue.follow()
        before = self._state(request.thread)
        desk = self._desk(request, _conversation(before))
        desk.policy = self._policy(desk, Left.read(self.threads.left(request.thread)))
        turn = self._turn(request, before, desk)
        self._running[request.thread] = desk.budget
        try:
            if len(said) > _LONGEST_REQUEST:
                yield from turn.remark(
                    f"Your message is longer than {_LONGEST_REQUEST} characters; I read its beginning."
                )
            yield from self._answer(request, before, desk, turn)
            yield from turn.finish()
            self._keep(request, turn)
        finally:
            self._running.pop(request.thread, None)
            if not turn.all_said:  # something was left out, or the turn was stopped halfway
                self._scrub(request.thread, desk.policy)
            self._note(request.thread, desk.policy.watch)
        yield turn.reply

    def branch(self, thread: str, new: str, owner: str, turns: int) -> bool:
        """Begins another conversation as one was before its turn number `turns` (from 0); False where that is not known any
        more. What left of protected lyrics since counts in it too."""
        if self.threads.owner(thread) != owner:
            return False
        states = self.agent.get_state_history(_config(thread))
        asked = ((s, sum(isinstance(m, HumanMessage) for m in s.values.get("messages", []))) for s in states)
        before = next((s for s, count in asked if count == turns and s.values.get("conversation")), None)
        if turns and before is None:
            return False
        kept = _conversation(before) if before else Conversation()
        self.threads.keep_left(new, self.threads.left(thread))
        messages = before.values["messages"] if before else []
        self._update(new, {"messages": messages, "conversation": kept.model_dump(mode="json")})
        if turns:
            self.threads.branch(thread, new, owner, turns)
        return True

    def stop(self, thread: str) -> None:
        """Ends the turn that a thread is in, from another one: also where a silent server is waited for."""
        if budget := self._running.get(thread):
            budget.stop()

    def _answer(self, request: Request, before: StateSnapshot, desk: TimedDesk, turn: Turn) -> Iterator[Event]:
        """The model's answer; when it fails or the budget is spent, the best that there is."""
        try:
            yield from self._run(self.agent, _config(request.thread), request, desk, turn)
            if self._served and turn.speechless:
                raise ModelFailed("speechless", "ended without an answer")
        except BudgetSpent as spent:
            yield from turn.stop(f"{self.settings.model} was stopped: {spent}.", request.user)
        except ModelFailed as failed:
            what = f"{self.settings.model} {failed}"
            if self._stand_in is None:
                yield from turn.stop(f"{what}. {_ADVICE}", request.user)
                return
            yield from turn.stand_in(f"{what}; the embedded reader answers this turn.")
            anew = self._desk(request, _conversation(before))
            anew.policy = desk.policy  # what was said already counts
            yield from self._run(self._stand_in, self._back_to(before, request.thread), request, anew, turn)

    @staticmethod
    def _run(agent: Any, config: RunnableConfig, request: Request, desk: TimedDesk, turn: Turn) -> Iterator[Event]:
        given = {
            "messages": [HumanMessage(request.user)],
            "conversation": desk.conversation.model_dump(mode="json"),
        }

        def steps(hear: Callable[[AIMessageChunk], None]) -> Iterator[Any]:
            heard: RunnableConfig = {**config, "callbacks": [Listening(hear)]}
            return agent.stream(given, heard, context=desk, stream_mode="updates", durability="exit")  # type: ignore[no-any-return]

        # a model that still writes when nobody listens any more ends with its next word
        with closing(together(steps, desk.budget.stop)) as parts:
            for part in parts:
                yield from turn.take(part)
                if not desk.budget.left_s:  # the model may be far ahead of what was looked at
                    desk.budget.check()

    def _back_to(self, before: StateSnapshot, thread: str) -> RunnableConfig:
        """The thread as it was before the turn, as the place to go on from."""
        if before.config["configurable"].get("checkpoint_id"):
            return before.config
        self.threads.saver.delete_thread(thread)
        return _config(thread)

    def _policy(self, desk: TimedDesk, left: Left) -> Outflow:
        blocked = self.catalogue.store.tracks(list(self.catalogue.ledger.blocked()))
        titles = tuple(title for t in blocked if len((title := plain(t.name)).split()) > 1)
        return Outflow(
            Watch(self._guard, self.catalogue, desk.conversation, left), self._redaction, titles, self.catalogue.spells
        )

    def _scrub(self, thread: str, policy: Outflow) -> None:
        """What the model wrote and nobody may be shown does not stay on disk either."""
        if not self._guard.protected:
            return
        messages = self._state(thread).values.get("messages", [])
        asked = max((n for n, m in enumerate(messages) if isinstance(m, HumanMessage)), default=0)
        written = [m for m in messages[asked:] if isinstance(m, AIMessage)]
        bare = [_bare(m, policy) for m in written if self._gives_away(m)]
        if bare:
            self._update(thread, {"messages": bare})
        self.threads.forget_drafts(thread)

    def _gives_away(self, message: AIMessage) -> bool:
        texts = (message.text, str(message.additional_kwargs), str(message.tool_calls))
        return any(self._guard.leak(text) for text in texts)

    def _note(self, thread: str, watch: Watch) -> None:
        """What left of protected lyrics in this turn, for those that follow."""
        watch.finish()
        if self._guard.protected:
            kept = Left.read(self.threads.left(thread))  # another turn of the thread may have ended meanwhile
            self.threads.keep_left(thread, kept.joined(watch.left).written())

    def _keep(self, request: Request, turn: Turn) -> None:
        """The turn as the listener saw it, in the list of turns and in what the model will read of it."""
        reply = turn.reply
        if reply.cuts or reply.trouble:
            last = self._state(request.thread).values["messages"][-1]
            same = last.id if isinstance(last, AIMessage) and not last.tool_calls else None
            self._update(request.thread, {"messages": [AIMessage(reply.text, id=same)]})
        self.threads.add_turn(
            request.thread, request.owner, str(self.catalogue.directory), request.user, reply.to_dict()
        )

    def react(
        self,
        thread: str,
        liked: tuple[str, ...] = (),
        disliked: tuple[str, ...] = (),
        neither: tuple[str, ...] = (),
    ) -> None:
        """Likes and dislikes given with a click, between turns."""
        conversation = self.conversation(thread)
        conversation.react(liked, disliked, neither)
        self._update(thread, {"conversation": conversation.model_dump(mode="json")})

    def let_go(self, thread: str, field: str, value: str = "") -> None:
        """A wish taken back with a click; raises `ToolFailed` where there is no such wish."""
        conversation = self.conversation(thread)
        conversation.let_go(field, value)
        self._update(thread, {"conversation": conversation.model_dump(mode="json")})

    def _update(self, thread: str, values: dict[str, Any]) -> None:
        self.agent.update_state(_config(thread), values, as_node="model")

    def _state(self, thread: str) -> StateSnapshot:
        return self.agent.get_state(_config(thread))

    def _desk(self, request: Request, conversation: Conversation) -> TimedDesk:
        known = set(self.catalogue.store.ids()) if request.liked or request.disliked else set()
        conversation.react([i for i in request.liked if i in known], [i for i in request.disliked if i in known])
        for file in request.files:
            if not Path(file).is_file():
                raise UserError(f"{file}: no such file to attach")
        conversation.attach(str(Path(f).resolve()) for f in request.files)
        s = self.settings
        if s not in self._sheets:
            self._sheets[s] = providers(s, self.listener)  # kept, since each has a pace to hold
        return TimedDesk(
            self.catalogue,
            conversation,
            s.playlists_of(request.owner),
            self.listener,
            self._sheets[s],
            s.device,
            public=request.owner != "local",
            budget=Budget(s.turn_s, s.silence_s, s.turn_tokens) if self._served else Budget(float("inf")),
        )

    def _turn(self, request: Request, before: StateSnapshot, desk: TimedDesk) -> Turn:
        results: list[str] = []
        repair = ModelRepair(self._served, desk.budget, results) if self._served else None
        checker = Checker(self._evidence(request, before, desk), repair, desk.policy)
        return Turn(checker, time.perf_counter(), self.settings.brain, results, desk.policy)

    def _evidence(self, request: Request, before: StateSnapshot, desk: TimedDesk) -> Evidence:
        """What this conversation has seen so far: earlier artifacts, requests, and its handles."""
        evidence = Evidence(self.catalogue.entities)
        for message in before.values.get("messages", []):
            if isinstance(message, ToolMessage):
                evidence.add(message.artifact)
            elif isinstance(message, HumanMessage):
                evidence.add(message.text)
        evidence.add(
            [
                request.user,
                [f"T{n}" for n in range(1, len(desk.conversation.tracks) + 1)],
                [Path(f).name for f in desk.conversation.files],
            ]
        )
        return evidence


def _bare(message: AIMessage, policy: Outflow) -> AIMessage:
    """A step of the model with its calls only, as the trace shows them: what it wrote beside them was shown elsewhere."""
    calls = [{**call, "args": policy.shown(call["args"])} for call in message.tool_calls]
    return AIMessage("", tool_calls=calls, id=message.id)


def _config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}}


def _conversation(state: StateSnapshot) -> Conversation:
    return Conversation.model_validate(state.values.get("conversation") or {})
