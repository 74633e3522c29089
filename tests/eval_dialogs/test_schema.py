"""Dialog files: what is right is read, what is wrong is told in one line with its place."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from eval_dialogs.schema import read_dialogs
from index.errors import UserError

GOOD = """
- name: a
  turns:
    - user: hello
    - user: jazz
      like: [T1]
      assert: {tool_called: [search_tracks], shown_each: {tempo_bpm: {max: 100}}, shown_without: [piano]}
- {name: b, tags: [x], turns: [{user: more}]}
"""


def test_a_good_file(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(GOOD)
    first, second = read_dialogs(path)
    assert (first.name, len(first.turns), second.tags) == ("a", 2, ["x"])
    checks = first.turns[1].checks
    assert checks.shown_each["tempo_bpm"].max == 100 and checks.grounded
    assert first.turns[1].like == ["T1"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- name: a\n  turns: [", "d.yaml:2"),
        ("name: a", "is a list"),
        ("", "is a list"),
        ("[]", "is a list"),
        ("- just words", "dialog 1"),
        ("- {name: a, turns: []}", "dialog 1, turns".replace(", turns", "")),
        ("- {turns: [{user: x}]}", "dialog 1, name"),
        ("- {name: a, turns: [{user: ''}]}", "dialog 1, turn 1, user"),
        ("- {name: ok, turns: [{user: x}]}\n- {name: a, turns: [{user: x}, {usr: y}]}", "dialog 2, turn 2, us"),
        ("- {name: a, turns: [{user: x, assert: {tool_caled: []}}]}", "turn 1, assert, tool_caled"),
        ("- {name: a, turns: [{user: x, assert: {tool_called: [serch_tracks]}}]}", "no tool 'serch_tracks', perhaps 'search_tracks'"),
        ("- {name: a, turns: [{user: x, assert: {tool_not_called: [find]}}]}", "no tool 'find'"),
        ("- {name: a, turns: [{user: x, assert: {shown_without: [saxofone]}}]}", "no concept 'saxofone', perhaps 'saxophone'"),
        ("- {name: a, turns: [{user: x, assert: {shown_concept: [zzz]}}]}", "no concept 'zzz'"),
        ("- {name: a, turns: [{user: x, assert: {shown_each: {tempo_bpm: {most: 3}}}}]}", "shown_each, tempo_bpm, most"),
        ("- {name: a, turns: [{user: x, assert: {shown_at_least: many}}]}", "shown_at_least"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line_with_its_place(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as wrong:
        read_dialogs(path)
    assert str(wrong.value).startswith(str(path)) and place in str(wrong.value) and "\n" not in str(wrong.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"- name: caf\xe9")
    for path in (tmp_path / "gone.yaml", tmp_path, tmp_path / "latin.yaml"):
        with pytest.raises(UserError) as wrong:
            read_dialogs(path)
        assert "\n" not in str(wrong.value) and str(wrong.value).count(str(path)) == 1


def test_the_packaged_dialogs_are_sound() -> None:
    folder = Path(str(resources.files("eval_dialogs").joinpath("dialogs")))
    files = sorted(folder.glob("*.yaml"))
    dialogs = [d for f in files for d in read_dialogs(f)]
    assert len(dialogs) >= 5
    assert len({d.name for d in dialogs}) == len(dialogs)
    assert all(any(t.checks.model_fields_set for t in d.turns) for d in dialogs)
