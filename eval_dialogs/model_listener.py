"""A listener played by a language model on any OpenAI-compatible endpoint: freer words than the one of rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.events import Reply
from assistant.markup import whole
from assistant.served import ServedModel
from eval_dialogs.listener import Goal, Persona

_PROMPT = """You play a listener who talks to a music catalogue's assistant. You look for one track. You know only what it \
is like: {facts}. You do not know its title or who made it, and you never list all that you know at once: begin with a little, \
then react to what you are shown, as a {persona} person would. Say one short message. Say DONE when nothing is left to say."""
_LONGEST = 300  # characters of a message; of an answer the listener reads this times ten


@dataclass
class ModelListener:
    """A `listener.Speaker`; raises `ModelFailed` when its model does not answer."""

    model: ServedModel
    goal: Goal
    persona: Persona = "brisk"
    _history: list[BaseMessage] = field(default_factory=list)

    def say(self, reply: Reply | None) -> str | None:
        """As `Speaker`; what the model thinks is not said."""
        self._history.append(HumanMessage(reply.text[: _LONGEST * 10] if reply else "(The assistant is listening.)"))
        written = "".join(chunk.text for chunk in self.model.stream([SystemMessage(self._prompt()), *self._history]))
        words = " ".join("".join(p.text for p in whole(written) if p.kind == "words").split())[:_LONGEST]
        self._history.append(AIMessage(words))
        return None if not words or words.strip(" .!").upper() == "DONE" else words

    def _prompt(self) -> str:
        facts = [*self.goal.concepts]
        facts += [f"about {self.goal.tempo_bpm:.0f} BPM"] if self.goal.tempo_bpm else []
        facts += [f"from around {self.goal.year}"] if self.goal.year else []
        return _PROMPT.format(facts=", ".join(facts), persona=self.persona)
