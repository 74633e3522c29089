"""A conversation as a file to keep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

Turns = Sequence[tuple[str, dict[str, Any]]]


def exported(kind: str, turns: Turns, title: str = "") -> tuple[str, str]:
    """Name and text of the file: `json`, or Markdown; without a title it is called by its first words."""
    title = title or (turns[0][0] if turns else "conversation")
    title = title[:60]
    stem = "".join(c if c.isalnum() or c in " -" else " " for c in title).strip() or "conversation"
    if kind == "json":
        body = [{"user": user, "reply": reply} for user, reply in turns]
        return f"{stem}.json", json.dumps(body, ensure_ascii=False, indent=1) + "\n"
    return f"{stem}.md", "\n\n".join(_turn(user, reply) for user, reply in turns) + "\n"


def _turn(user: str, reply: dict[str, Any]) -> str:
    """A question, its answer, and who is to be credited for what was shown."""
    credits = [f"- {card['handle']}: {card['credit']}" for card in reply["shown"] if card.get("credit")]
    asked = "\n".join(f"> {line}" for line in user.splitlines())
    return "\n\n".join(part for part in (asked, str(reply["text"]), "\n".join(credits)) if part)
