"""Dialogs held on the words catalogue: what passes, what fails, what is an error, and what is left behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.events import Reply
from assistant.reply import Assistant
from eval_dialogs.results import DialogResult, TurnResult
from eval_dialogs.runner import Progress, Runner
from eval_dialogs.scripts import read_scripts
from eval_dialogs.stage import Stage
from index.errors import UserError
from tests.eval_dialogs.conftest import Hold


def turns(dialog: DialogResult) -> list[TurnResult]:
    return dialog.attempts[0].turns


def told(dialog: DialogResult) -> list[tuple[int, str]]:
    return [(t.number, p.check) for t in turns(dialog) for p in t.problems]


def test_a_dialog_that_holds(hold: Hold) -> None:
    (good,) = hold("""
  - name: holds
    turns:
      - user: sad blues with trumpet
        assert: {tool_called: [{name: search_tracks, args: {want: [sad, blues, trumpet]}}], shown: {at_least: 1}, answer: {contains: [Blue Ferry]}}
        capture: {first: shown.0.handle, title: shown.0.title}
      - user: more
        like: ["${first}"]
        assert: {tool_called: [{name: search_tracks, args: {fresh: true}}], shown: {excludes: ["${title}"]}, state: {likes: ["${title}"]}}
      - user: what do you know about my taste?
        assert: {answer: {contains: ["you like T1 ${title}"]}}
""")
    assert good.outcome == "passed" and told(good) == [] and good.ms > 0
    first = turns(good)[0]
    assert first.shown[0].title == "Blue Ferry" and first.tools[0].name == "search_tracks" and first.citations
    assert first.brain == "embedded" and first.first_word_ms and first.reasoning


def test_failures_have_their_line_and_the_dialog_goes_on(hold: Hold) -> None:
    bad, other = hold("""
  - name: fails
    turns:
      - user: happy samba
        assert:
          answer: {contains: [accordion polka]}
          shown: {at_least: 99}
        capture: {last: shown.98.title}
      - user: more
        dislike: [T77]
  - name: threads are apart
    turns:
      - user: again
        like: [T1]
""")
    assert bad.outcome == "failed" and told(bad) == [(1, "shown"), (1, "answer"), (1, "capture"), (2, "dislike")]
    shown = turns(bad)[0].problems[0]
    assert (shown.line, shown.source, shown.expected) == (9, "shown: {at_least: 99}", "99 tracks at least")
    assert "T77" in turns(bad)[1].problems[0].got and turns(bad)[1].text
    assert told(other) == [(1, "like")]


def test_branches_are_taken_by_what_happened(hold: Hold) -> None:
    (dialog,) = hold("""
  - name: branches
    turns:
      - user: sad blues with trumpet
      - {user: never mind then, when: {shown: {at_most: 0}}}
      - {user: 'why the first one?', when: {shown: {contains: [Blue Ferry]}}, assert: {tool_called: [track_details]}}
      - {user: more, when: {tool_called: [track_details]}, assert: {same_as_turn: 2}}
""")
    assert [t.outcome for t in turns(dialog)] == ["passed", "not held", "passed", "failed"]
    assert turns(dialog)[3].problems[0].expected == "turn 2 was held"


def test_files_likes_and_playlists_leave_nothing_behind(hold: Hold, tmp_path: Path) -> None:
    (dialog,) = hold("""
  - name: fixtures
    fixtures: {files: {hum: {tone_hz: 220, seconds: 2}}, liked: [Blue Ferry, w13]}
    turns:
      - user: what key is my track in?
        files: [hum]
        assert: {tool_called: [analyze_audio], answer: {contains: [hum.wav]}, state: {likes: [Blue Ferry, Glass Cathedral]}}
      - user: ambient music for sleep
      - user: make a playlist called Drift from these
        assert: {tool_called: [make_playlist], answer: {contains: [Drift]}}
""")
    assert dialog.outcome == "passed", told(dialog)
    assert not (tmp_path / "home").exists()


def test_a_track_that_is_not_there_is_an_error(hold: Hold) -> None:
    (dialog,) = hold("\n  - {name: a, fixtures: {liked: [Zzzzzz Qqqq]}, turns: [{user: x}, {user: y}]}")
    assert dialog.outcome == "error" and "no track 'Zzzzzz Qqqq'" in str(turns(dialog)[0].error)
    assert turns(dialog)[1].outcome == "not held"


def test_what_was_captured_may_not_fit(hold: Hold) -> None:
    (dialog,) = hold("\n  - {name: a, turns: [{user: jazz, capture: {t: text}}, {user: y, like: ['${t}']}]}")
    assert dialog.outcome == "error" and "what was captured does not fit" in str(turns(dialog)[1].error)


def test_an_exception_is_an_error_and_no_failure(hold: Hold, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Assistant, request: Any) -> Reply:
        raise KeyError("a bug")

    monkeypatch.setattr(Assistant, "reply", broken)
    (dialog,) = hold("\n  - {name: a, turns: [{user: x}, {user: y}]}")
    assert dialog.outcome == "error" and "KeyError: 'a bug'" in str(turns(dialog)[0].error)
    assert [t.outcome for t in turns(dialog)] == ["error", "not held"] and told(dialog) == []


def test_what_is_required_and_missing_is_skipped(hold: Hold) -> None:
    dialogs = hold("""
  - {name: a, defaults: {requires: [vllm, judge]}, turns: [{user: x}]}
  - {name: b, defaults: {requires: [audio, audio model]}, turns: [{user: x}]}
  - {name: c, defaults: {requires: [embedded]}, turns: [{user: jazz}]}
""")
    assert [(d.outcome, d.why) for d in dialogs] == [("skipped", "requires vllm and judge"), ("skipped", "requires audio and audio model"), ("passed", "")]  # fmt: skip


def test_a_catalogue_of_its_own(stage: Stage, words_index: Path, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(f"version: 1\ndialogs:\n  - name: a\n    fixtures: {{catalogue: '{words_index}'}}\n    turns: [{{user: jazz, assert: {{shown: {{at_least: 1}}}}}}]\n")  # fmt: skip
    (dialog,) = Runner(stage).run(read_scripts([path]))
    assert dialog.outcome == "passed"
    for name, why in (("gone", "gone: "), (".", "no index here"), ("bad.jsonl", r"bad\.jsonl: ")):
        (tmp_path / "bad.jsonl").write_text('{"id": "a"}\n')
        path.write_text(f"version: 1\ndialogs: [{{name: a, fixtures: {{catalogue: {name}}}, turns: [{{user: jazz}}]}}]")
        with pytest.raises(UserError, match=why):
            Runner(stage).run(read_scripts([path]))


def test_a_catalogue_made_of_a_manifest_once_a_run(stage: Stage, tmp_path: Path) -> None:
    rows = '{"id": "one", "title": "Only One", "caption": "sad jazz"}\n'
    (tmp_path / "rows.jsonl").write_text(rows)
    path = tmp_path / "d.yaml"
    dialog = "{name: %s, fixtures: {catalogue: rows.jsonl}, turns: [{user: jazz, assert: {shown: {contains: [Only One], at_most: 1}}}]}"
    path.write_text("version: 1\ndialogs: [" + ", ".join(dialog % name for name in "ab") + "]")
    made = Runner(stage, jobs=2).run(read_scripts([path]))
    assert [d.outcome for d in made] == ["passed", "passed"]


def test_attempts_are_numbered_and_told_as_they_go(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("version: 1\ndialogs:\n  - {name: a, defaults: {repeat: 2}, turns: [{user: jazz}, {user: more}]}\n")
    seen: list[Progress] = []
    (dialog,) = Runner(stage, tell=seen.append).run(read_scripts([path]))
    assert [a.number for a in dialog.attempts] == [1, 2]
    assert [(p.number, p.turn, p.attempt is not None) for p in seen] == [(n, t, over) for n in (1, 2) for t, over in ((0, False), (1, False), (2, False), (2, True))]  # fmt: skip
    (dialog,) = Runner(stage, repeat=3, jobs=2).run(read_scripts([path]))
    assert [a.number for a in dialog.attempts] == [1, 2, 3]
    texts = {tuple(t.text for t in a.turns) for a in dialog.attempts}
    assert len(texts) == 1  # side by side they do not hear each other


def test_pictures_of_analyses_are_drawn_while_the_file_is_there(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("version: 1\ndialogs:\n  - name: a\n    fixtures: {files: {hum.wav: {}}}\n    turns: [{user: analyze my track, files: [hum.wav]}]\n")  # fmt: skip

    def draw(analysis: dict[str, Any]) -> str:
        assert Path(analysis["path"]).is_file() and analysis["profile"]["duration_s"] == 3.0
        return "UE5H"

    (dialog,) = replace(Runner(stage), draw=draw).run(read_scripts([path]))
    assert turns(dialog)[0].pictures == ["UE5H"] and "UE5H" not in dialog.model_dump_json()
