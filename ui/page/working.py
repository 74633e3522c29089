"""What happened on the way to an answer, folded into one quiet line of the chat."""

from __future__ import annotations

import json
from typing import Any

from assistant.events import Thought, ToolStep

Message = dict[str, Any]
_LONGEST = 300


class Working:
    """Reasoning and tool steps of a turn; grows while the turn goes on."""

    def __init__(
        self, thought: str = "", steps: list[ToolStep] | None = None, cuts: list[dict[str, str]] | None = None
    ) -> None:
        self._thought, self._steps, self._cuts = thought, steps or [], cuts or []

    def take(self, event: Thought | ToolStep) -> None:
        """Another piece of it."""
        if isinstance(event, Thought):
            self._thought += event.text
        else:
            self._steps.append(event)

    def messages(self, *, done: bool) -> list[Message]:
        """As a message that opens; none when nothing happened."""
        if not (self._thought or self._steps):
            return []
        rows = [
            f"- `{s.name}` {'' if s.ok else '**failed** '}({s.ms:.0f} ms): `{json.dumps(s.args, ensure_ascii=False)[:_LONGEST]}`"
            for s in self._steps
        ]
        rows += [f"- left out, not supported by evidence ({c['claim']}): {c['sentence'][:200]}" for c in self._cuts]
        names = ", ".join(s.name.replace("_", " ") for s in self._steps)
        return [
            {
                "role": "assistant",
                "content": "\n\n".join(x for x in (self._thought, "\n".join(rows)) if x),
                "metadata": {
                    "title": f"How I read this{' · ' + names if names else ''}",
                    "status": "done" if done else "pending",
                },
            }
        ]
