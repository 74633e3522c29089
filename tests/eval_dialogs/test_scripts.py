"""Dialog files: what is right becomes scripts, what is wrong is told in one line with its place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from eval_dialogs.mistakes import Mistakes
from eval_dialogs.schema import Answer, Tone, Turn
from eval_dialogs.scripts import fill, read_file, read_scripts
from index.errors import UserError

OPENING = """version: 1
dialogs:
  - name: opening
    vars: {mood: sad}
    fixtures: {files: {hum.wav: {tone_hz: 300}}, liked: [w01]}
    turns:
      - user: something ${mood}
        capture: {first: shown.0.handle}
"""
MAIN = """version: 1
defaults: {repeat: 2, tool_calls: 5, latency: {ms: 900}}
dialogs:
  - name: a
    include: ["shared/opening.yaml#opening"]
    vars: {mood: happy, most: 90}
    fixtures: {files: {mine.wav: mine.wav}, liked: [w02]}
    defaults: {repeat: 4}
    turns:
      - user: what is this?
        files: [hum.wav]
        like: ["${first}"]
        assert:
          tool_calls: 1
          shown:
            every: {fields: {tempo_bpm: {max: 3}, year: "${most}"}}
  - {name: b, tags: [x], turns: [{user: more}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "opening.yaml").write_text(OPENING)
    (tmp_path / "mine.wav").write_bytes(b"")
    (tmp_path / "d.yaml").write_text(MAIN)
    return tmp_path


def test_includes_variables_fixtures_and_budgets(folder: Path) -> None:
    first, second = read_file(folder / "d.yaml")
    opening, own = first.turns
    assert (first.id, first.line, second.dialog.tags) == ("d/a", 4, ["x"])
    assert opening.turn.user == "something happy"  # the including dialog's value
    assert (opening.file.name, opening.line) == ("opening.yaml", 7)
    assert first.sources == {folder / "d.yaml", folder / "shared" / "opening.yaml"}
    assert first.liked == ("w01", "w02")
    assert first.files == {"hum.wav": Tone(tone_hz=300), "mine.wav": folder / "mine.wav"}
    assert (first.defaults.repeat, second.defaults.repeat) == (4, 2)
    assert (own.turn.checks.tool_calls, opening.turn.checks.tool_calls) == (1, 5)
    assert own.turn.checks.latency and own.turn.checks.latency.ms == 900
    assert own.turn.checks.shown and own.turn.checks.shown.every
    assert own.turn.checks.shown.every.fields["year"] == 90  # a value that is nothing but a variable keeps its type
    assert (own.line, own.line_of("shown"), own.line_of("latency")) == (10, 15, 10)
    assert own.turn.like == ["${first}"]


def test_folders_are_searched_and_names_are_told_apart(folder: Path) -> None:
    assert [s.id for s in read_scripts([folder])] == ["d/a", "d/b", "opening/opening"]
    (folder / "shared" / "d.yaml").write_text(MAIN.replace("shared/", "").replace("mine.wav: mine", "mine.wav: ../mine"))  # fmt: skip
    with pytest.raises(UserError, match=r"d\.yaml:4: the name 'a' is taken"):
        read_scripts([folder])
    assert len(read_scripts([folder / "d.yaml", folder / "d.yaml"])) == 2


def test_the_dialogs_that_come_with_the_program_are_sound() -> None:
    scripts = read_scripts([])
    assert len(scripts) >= 5 and all(s.dialog.tags for s in scripts)
    assert all(any(t.turn.checks.model_fields_set for t in s.turns) for s in scripts)


HEAD = "version: 1\ndialogs:\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("dialogs: [", ":1"),
        ("- name: a", ":1: a file of dialogs is a mapping"),
        ("", ":1: a file of dialogs is a mapping"),
        ("version: 1", ":1: dialogs: is missing"),
        ("version: 2\ndialogs: [{name: a, turns: [{user: x}]}]", ":1: version: Input should be 1"),
        ("dialogs: [{name: a, turns: [{user: x}]}]", ":1: version: is missing"),
        ("version: 1\ndialogs: []", ":2: dialogs: needs at least one"),
        ("version: 1\ndialogs: {a: 1}", ":2: dialogs: Input should be a valid list"),
        ("version: 1\nversion: 1", ":2: 'version' stands here twice"),
        ("version: 1\nother: 3\ndialogs: [{name: a, turns: [{user: x}]}]", ":2: other: is not known here"),
        (HEAD + "  - just words", ":3: it: Input should be"),
        (HEAD + "  - {name: a, turns: []}", ":3: dialog 'a', turns: needs at least one"),
        (HEAD + "  - {turns: [{user: x}]}", ":3: name: is missing"),
        (HEAD + "  - name: a\n    turns:\n      - user: ''", ":5: dialog 'a', turn 1, user: String should have"),
        (HEAD + "  - name: a\n    turns:\n      - user: x\n      - usr: y", "dialog 'a', turn 2, us"),
        (HEAD + "  - name: a\n    turns:\n      - user: x\n        assert:\n          tool_called: [find]", ":7: dialog 'a', turn 1, assert.tool_called.0: there is no tool 'find'"),
        (HEAD + "  - name: a\n    turns:\n      - user: x\n        assert:\n          shown:\n            every:\n              without: [saxofone]", ":9: dialog 'a', turn 1, assert.shown.every.without.0: there is no concept 'saxofone', perhaps 'saxophone'"),
        (HEAD + "  - {name: a, include: [b], turns: [{user: x}]}", ":3: there is no dialog 'b' in d.yaml"),
        (HEAD + "  - {name: a, include: [a], turns: [{user: x}]}", ":3: this dialog includes itself"),
        (HEAD + "  - {name: a, include: ['gone.yaml#b'], turns: [{user: x}]}", "gone.yaml: No such file"),
        (HEAD + "  - {name: a, turns: [{user: 'a ${thing}'}]}", ":3: turn 1: nothing before it gives ${thing} a value"),
        (HEAD + "  - name: a\n    turns:\n      - user: x ${t}\n        capture: {t: text}", ":5: turn 1: nothing before it gives ${t}"),
        (HEAD + "  - {name: a, turns: [{user: x, files: [f.wav]}]}", ":3: turn 1: 'f.wav' is not among the dialog's fixtures"),
        (HEAD + "  - {name: a, fixtures: {files: {f.wav: f.wav}}, turns: [{user: x}]}", "f.wav: no such file"),
        (HEAD + "  - {name: a, fixtures: {files: {a/f.wav: {tone_hz: 300}}}, turns: [{user: x}]}", "fixtures.files"),
        (HEAD + "  - {name: a, turns: [{user: x, when: {shown: {at_least: 1}}}]}", ":3: turn 1: there is no turn before it"),
        (HEAD + "  - {name: a, turns: [{user: x, assert: {same_as_turn: 1}}]}", ":3: turn 1: turn 1 does not come before it"),
        ("a: &a [*a]", "nested too deep"),
        ("a: 2020-99-99", "month must be in"),
        ("[" * 3000, ": "),
        ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]", "repeated too often"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_in_one_line_with_its_place(text: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text(text)
    with pytest.raises(UserError) as wrong:
        read_scripts([path])
    assert str(wrong.value).startswith(str(tmp_path)) and place in str(wrong.value) and "\n" not in str(wrong.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"- name: caf\xe9")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "gone.yaml", tmp_path / "empty", tmp_path / "latin.yaml"):
        with pytest.raises(UserError) as wrong:
            read_scripts([path])
        assert "\n" not in str(wrong.value) and str(wrong.value).count(str(path)) == 1


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@, \n\t1\x00é", max_size=60))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_file_it_is_read_or_refused_in_a_line(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.yaml"
        path.write_text(text, "utf-8")
        with pytest.raises(UserError) as wrong:
            read_file(path)
        assert "\n" not in str(wrong.value)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "turns", "user", "assert", "shown", "dialogs", "every", "x"]), inner, max_size=4), max_leaves=12)  # fmt: skip


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_whatever_a_dialog_holds_the_mistake_has_a_line(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.yaml"
        path.write_text(yaml.safe_dump({"version": 1, "dialogs": value}), "utf-8")
        try:
            read_file(path)
        except UserError as wrong:
            assert str(wrong).startswith(f"{path}:") and "\n" not in str(wrong)


def test_filling_in() -> None:
    filled = fill(Answer(contains=["${a} and ${b}", "${c}"], min_words=2), {"a": 1, "b": "x"})
    assert filled == Answer(contains=["1 and x", "${c}"], min_words=2)
    turn = fill(Turn(user="x", like=["${h}"]), {"h": "T3"})
    assert turn.like == ["T3"]
    with pytest.raises(ValidationError, match="like"):
        fill(turn.model_copy(update={"like": ["${h}"]}), {"h": "a title"})


def mistakes(folder: Path, text: str) -> list[str]:
    path = folder / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(Mistakes) as told:
        read_file(path)
    return [line.removeprefix(str(path)) for line in told.value.lines]


def test_mistakes_below_a_misspelt_name_are_told_too(folder: Path) -> None:
    found = mistakes(folder, "version: 1\ndialog:\n  - name: x\n    turns:\n      - usr: hi\n        asert: {}\n")
    assert ":2: dialog: is not known here, perhaps 'dialogs'" in found
    assert ":5: dialog 'x', turn 1, usr: is not known here, perhaps 'user'" in found
    assert ":6: dialog 'x', turn 1, asert: is not known here, perhaps 'assert'" in found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("dialogs:\n  - name: x\n     turns: []\n", ":3: a colon is not expected here"),
        (
            "dialogs:\n  - name: x\n    turns:\n      - user: hi\n       assert: {}\n",
            ":5: this line is not indented like",
        ),
        ("dialogs:\n\t- name: x\n", ":2: a tab"),
    ],
)
def test_what_is_no_yaml_is_told_in_words(folder: Path, text: str, why: str) -> None:
    (found,) = mistakes(folder, text)
    assert found.startswith(why)


def test_a_file_that_changed_is_read_anew(tmp_path: Path) -> None:
    """Files are kept once read; what is written to one is seen, also when its length stays."""
    path = tmp_path / "d.yaml"
    for said in ("something sad", "something new"):
        path.write_text(f"version: 1\ndialogs:\n  - {{name: a, turns: [{{user: {said}}}]}}\n")
        assert [t.turn.user for s in read_file(path) for t in s.turns] == [said]
    path.unlink()
    with pytest.raises(Mistakes, match="No such file"):
        read_file(path)
