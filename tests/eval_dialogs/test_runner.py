"""Each check, holding and not holding, on replies made here; and dialogs held on the words catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.events import Reply, ToolStep
from assistant.settings import Settings
from eval_dialogs.runner import _broken, run_dialogs
from eval_dialogs.schema import Checks
from index.catalogue import Catalogue
from index.errors import UserError

REPLY = Reply(
    "Here is T1 “Blue Ferry”.",
    shown=[{"id": "w06", "handle": "T1", "title": "Blue Ferry", "year": 1968}, {"id": "w13", "handle": "T2", "title": "Glass Cathedral", "year": 2016}],
    tools=[ToolStep("search_tracks", {"want": ["sad", "slow"], "tempo_max": 100.0}), ToolStep("remember", {})],
)  # fmt: skip
CUT = Reply("", cuts=[{"sentence": "It has 96 BPM.", "claim": "96"}])

CHECKS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"tool_called": ["search_tracks", "remember"]}, {"tool_called": ["find_lyrics"]}),
    ({"tool_not_called": ["find_lyrics"]}, {"tool_not_called": ["remember"]}),
    ({"tool_args": {"want": ["sad"], "tempo_max": 100}}, {"tool_args": {"want": ["happy"]}}),
    ({"tool_args": {"want": []}}, {"tool_args": {"tempo_max": 99}}),
    ({"tool_args": {"tempo_min": None}}, {"tool_args": {"vocals": "instrumental"}}),
    ({"shown_at_least": 2}, {"shown_at_least": 3}),
    ({"shown_each": {"year": {"min": 1968, "max": 2016}}}, {"shown_each": {"year": {"max": 2015}}}),
    ({"shown_each": {"year": {"min": 1900}}}, {"shown_each": {"tempo_bpm": {"max": 100}}}),
    ({"shown_each": {}}, {"shown_each": {"title": {"min": 1}}}),
    ({"shown_concept": ["sad"]}, {"shown_concept": ["piano"]}),
    ({"shown_without": ["accordion"]}, {"shown_without": ["brass"]}),
    ({"answer_contains": ["blue ferry"]}, {"answer_contains": ["harbour"]}),
    ({"answer_lacks": ["harbour"]}, {"answer_lacks": ["BLUE"]}),
]  # fmt: skip


@pytest.mark.parametrize(("holds", "fails"), CHECKS)
def test_each_check_holds_and_fails(holds: dict[str, Any], fails: dict[str, Any], catalogue: Catalogue) -> None:
    assert list(_broken(Checks(**holds), REPLY, catalogue)) == []
    (broken, *_) = list(_broken(Checks(**fails), REPLY, catalogue))
    assert broken[0].split()[0] == next(iter(fails)) and broken[1]


def test_what_had_to_be_cut_fails_unless_it_may(catalogue: Catalogue) -> None:
    assert [b[0] for b in _broken(Checks(), CUT, catalogue)] == ["grounded"]
    assert list(_broken(Checks(grounded=False), CUT, catalogue)) == []
    assert list(_broken(Checks(), REPLY, catalogue)) == []


DIALOG = """
- name: holds
  turns:
    - user: sad blues with trumpet
      assert: {tool_called: [search_tracks], tool_args: {want: [sad, blues, trumpet]}, shown_at_least: 1, answer_contains: [Blue Ferry]}
    - user: more
      like: [T1]
      assert: {tool_args: {fresh: true}, answer_lacks: [Blue Ferry]}
    - user: what do you know about my taste?
      assert: {answer_contains: [you like T1 Blue Ferry]}
- name: fails
  turns:
    - user: happy samba
      assert: {answer_contains: [accordion polka], shown_at_least: 99}
    - user: more
      dislike: [T77]
    - user: again, threads are apart
      like: [T1]
"""


def test_dialogs_are_held_and_their_failures_told(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(DIALOG)
    good, bad = run_dialogs([tmp_path], Settings(home=tmp_path), catalogue)
    assert (good.name, good.turns, good.failures) == ("holds", 3, ()) and good.ms > 0
    assert [(f.turn, f.check) for f in bad.failures] == [(1, "shown_at_least"), (1, "answer_contains"), (2, "like")]
    assert bad.failures[0].expected == "99" and "T77" in bad.failures[2].got


def test_a_folder_without_dialogs_is_told(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no dialogs here"):
        run_dialogs([tmp_path], Settings(home=tmp_path), catalogue)
