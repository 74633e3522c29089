"""Dialogs from conversations: what a listener said becomes turns, what came of it becomes proposed checks.

Proposals are what would show a change for the worse: the tools, what they were asked, the first tracks, the state. They
are a beginning; whoever keeps the dialog takes out what does not matter to it.
"""

from __future__ import annotations

from typing import Any

import yaml

from assistant.threads import Threads
from eval_dialogs.schema import DialogFile
from index.errors import UserError

_FIRST = 3  # tracks that a proposal names
_SEARCHES = {"search_tracks", "search_lyrics", "similar_tracks"}
_TOLD = ("want", "avoid", "artists", "titles", "like", "handles")  # arguments worth holding on to
_TEMPLATE = """# yaml-language-server: $schema={schema}
version: 1
dialogs:
  - name: {name}
    description: What this dialog proves, in a sentence.
    tags: [discovery]
    turns:
      - user: something calm with piano
        assert:
          tool_called: [{{name: search_tracks, args: {{want: [relaxing, piano]}}}}]
          shown: {{at_least: 3, every: {{concepts: [piano]}}}}
      - user: without vocals
        assert:
          shown: {{every: {{fields: {{vocals: instrumental}}}}}}
"""


def template(name: str, schema: str) -> str:
    """A dialog to begin with; `schema` is where editors find its JSON Schema."""
    return _TEMPLATE.format(name=yaml.safe_dump(name).splitlines()[0], schema=schema)


def from_thread(threads: Threads, thread: str, name: str) -> str:
    """A conversation as a dialog file, in YAML; raises `UserError` when there is no such conversation."""
    turns = threads.turns(thread, threads.owner(thread) or "")
    if not turns:
        raise UserError(f"there is no conversation {thread!r}; `linernotes dialogs from-thread` lists them")
    body = {"version": 1, "dialogs": [{"name": name, "tags": ["from a conversation"], "turns": [_turn(u, r) for u, r in turns]}]}  # fmt: skip
    DialogFile.model_validate(body)  # what is proposed can be read again
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=120)


def _turn(user: str, reply: dict[str, Any]) -> dict[str, Any]:
    checks = {name: value for name, value in _proposed(reply).items() if value not in (None, [], {})}
    return {"user": user, **({"assert": checks} if checks else {})}


def _proposed(reply: dict[str, Any]) -> dict[str, Any]:
    tools = [t for t in reply["tools"] if t["ok"]]
    titles = [card["title"] for card in reply["shown"]]
    return {
        "tool_called": [_call(t) for t in tools],
        "no_tool_error": False if len(tools) < len(reply["tools"]) else None,
        "grounded": False if reply["cuts"] else None,
        "shown": {"contains": titles[:_FIRST], "rank": {titles[0]: 1}} if titles else None,
        "lyrics_overlap": _longest_line(reply),
        "answer": {"contains": [reply["shown"][0]["handle"]]} if titles else None,
    }


def _call(tool: dict[str, Any]) -> str | dict[str, Any]:
    told = {k: v for k, v in tool["args"].items() if k in _TOLD and v}
    return {"name": tool["name"], "args": told} if told and tool["name"] in _SEARCHES else str(tool["name"])


def _longest_line(reply: dict[str, Any]) -> int | None:
    """Words that were quoted of lyrics: more must not come later. None when none was."""
    lines = [line["text"] for a in reply["artifacts"] if a["kind"] == "lyrics" for line in a.get("lines", ())]
    return sum(len(line.split()) for line in lines) if lines else None
