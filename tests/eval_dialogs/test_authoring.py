"""Dialogs from conversations: what is proposed can be read, passes on the same catalogue, and holds something."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant.events import Request
from assistant.reply import Assistant
from eval_dialogs.authoring import from_thread, template
from eval_dialogs.scripts import read_scripts
from index.errors import UserError


def test_a_conversation_becomes_a_dialog(assistant: Assistant, tmp_path: Path) -> None:
    for words in ("sad music", "but with accordion", "show me the lyrics of the first one", "who won the match?"):
        assistant.reply(Request("t", words))
    text = from_thread(assistant.threads, "t", "a sad one")
    path = tmp_path / "made.yaml"
    path.write_text(text)
    [script] = read_scripts([path])
    assert script.name == "a sad one" and [t.turn.user for t in script.turns][1] == "but with accordion"
    first, second, lyrics, outside = (t.get("assert", {}) for t in yaml.safe_load(text)["dialogs"][0]["turns"])
    assert first["tool_called"] == [{"name": "search_tracks", "args": {"want": ["sad"]}}]
    assert second["shown"]["rank"] == {second["shown"]["contains"][0]: 1}
    assert lyrics["tool_called"] == ["find_lyrics"] and 0 < lyrics["lyrics_overlap"] < 30
    assert outside == {}


def test_none_at_all(assistant: Assistant) -> None:
    with pytest.raises(UserError, match="no conversation"):
        from_thread(assistant.threads, "gone", "x")


def test_a_template_is_a_dialog(tmp_path: Path) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(template("sea: and #night", "schema.json"))
    [script] = read_scripts([path])
    assert script.name == "sea: and #night" and len(script.turns) == 2
