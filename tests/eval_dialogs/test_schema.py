"""The format: what is right passes the models and the JSON Schema alike, what is wrong passes neither."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from eval_dialogs.names import CARD
from eval_dialogs.schema import Checks, DialogFile, Match, json_schema
from eval_dialogs.scripts import files_of
from index.catalogue import Catalogue
from tools.conversation import Conversation
from tools.desk import Desk

SCHEMA = Draft202012Validator(json_schema())

WHOLE = """
version: 1
description: all that a file may hold
defaults: {repeat: 2, latency: {ms: 5000, first_word_ms: 3000}, tool_calls: 6, requires: [embedded]}
dialogs:
  - name: everything
    description: d
    tags: [a, b]
    include: [opening]
    fixtures: {catalogue: ../index, files: {hum.wav: {tone_hz: 220, seconds: 2}, mine.wav: mine.wav}, liked: [Blue Ferry]}
    vars: {mood: sad, most: 100, share: 0.5}
    defaults: {repeat: 3}
    turns:
      - user: something ${mood}
        files: [hum.wav]
        like: [T1, "${first}"]
        dislike: [T2]
        when: {shown: {at_least: 1}}
        capture: {first: shown.0.handle}
        assert:
          tool_called: [search_tracks, {name: similar_tracks, args: {handles: [T1], count: {min: 1, max: 9}, want: {subset: [sad], excludes: [happy]}, avoid: {given: false}}, times: 1}]
          tool_not_called: [find_lyrics]
          tool_sequence: {tools: [search_tracks, remember], mode: strict}
          no_tool_error: false
          retrieved: {contains: [Blue Ferry], rank: {Blue Ferry: 3}}
          shown: {contains: [T1], excludes: [w01], at_least: 1, at_most: 9, every: {fields: {year: {max: 2000}}, concepts: [sad], without: [happy]}, some: {fields: {key: {regex: minor}}}, order: -year}
          artifacts: [{kind: playlist, fields: {name: Evening, tracks: {min_length: 1, max_length: 9}, tracks.0.title: Blue Ferry}}]
          state: {wants: [sad], not_wants: [happy], bans: [piano], likes: [Blue Ferry], dislikes: [], query: {tempo_max: 100}}
          answer: {contains: [blue], any_of: [ferry, boat], not: [car], regex: T\\d, not_regex: BPM, language: en, min_words: 2, max_words: 200}
          grounded: false
          cites: {at_least: 2, fields: [caption], concepts: [sad]}
          refusal: false
          asks_clarification: false
          lyrics_overlap: 8
          latency: {ms: 100}
          tool_calls: 3
          same_as_turn: 1
          judge: {rubric: It is a friendly answer., at_least: 0.5, gating: true}
""".replace("\\\\", "\\")

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"tool_caled": []}, "tool_caled"),
    ({"tool_called": ["serch_tracks"]}, "no tool 'serch_tracks', perhaps 'search_tracks'"),
    ({"tool_called": [{"name": "search_tracks", "times": 0}]}, "greater than or equal to 1"),
    ({"tool_called": [{"name": "serch"}]}, "no tool 'serch'"),
    (
        {"tool_called": [{"name": "search_tracks", "args": {"tempo": 1}}]},
        "no argument of search_tracks 'tempo', perhaps 'tempo_m",
    ),
    ({"shown": {"every": {"fields": {"tempo": 90}}}}, "no field of a card 'tempo', perhaps 'tempo_bpm'"),
    ({"shown": {"order": "-tempo"}}, "no field of a card 'tempo'"),
    ({"artifacts": [{"kind": "playlists"}]}, "'playlist'"),
    ({"tool_not_called": ["find"]}, "no tool 'find'"),
    ({"shown": {"at_least": 5, "at_most": 2}}, "at_least 5 is above at_most 2"),
    (
        {"shown": {"contains": ["Blue Ferry"], "excludes": ["Blue Ferry"]}},
        "'Blue Ferry' is both in contains and in excludes",
    ),
    ({"tool_sequence": {"tools": []}}, "at least 1 item"),
    ({"tool_sequence": {"tools": ["search_tracks"], "mode": "loose"}}, "'strict'"),
    ({"shown": {"every": {"without": ["saxofone"]}}}, "no concept 'saxofone', perhaps 'saxophone'"),
    ({"shown": {"some": {"concepts": ["zzz"]}}}, "no concept 'zzz'"),
    ({"shown": {"every": {"fields": {"tempo_bpm": {"most": 3}}}}}, "most"),
    ({"shown": {"at_least": -1}}, "greater than or equal to 0"),
    ({"state": {"query": {"tempo": 3}}}, "no field of a query 'tempo'"),
    ({"answer": {"regex": "("}}, "no regular expression"),
    ({"answer": {"excludes": ["x"]}}, "excludes"),
    ({"answer": {"language": "english"}}, "pattern"),
    ({"cites": {"concepts": ["zzz"]}}, "no concept"),
    ({"latency": {"ms": 0}}, "greater than 0"),
    ({"same_as_turn": 0}, "greater than or equal to 1"),
    ({"judge": {"rubric": "short"}}, "at least 10 characters"),
    ({"judge": {"rubric": "long enough to be one", "at_least": 2}}, "less than or equal to 1"),
]


def file_with(checks: dict[str, Any]) -> dict[str, Any]:
    return {"version": 1, "dialogs": [{"name": "a", "turns": [{"user": "x", "assert": checks}]}]}


def test_all_that_there_is_is_read_and_described() -> None:
    rows = yaml.safe_load(WHOLE)
    body = DialogFile.model_validate(rows)
    assert list(SCHEMA.iter_errors(rows)) == []
    checks = body.dialogs[0].turns[0].checks
    assert checks.model_fields_set == set(Checks.model_fields)
    assert checks.answer and checks.answer.excludes == ["car"]


@pytest.mark.parametrize(("checks", "why"), WRONG)
def test_what_is_wrong_is_refused(checks: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why.replace("(", r"\(")):
        DialogFile.model_validate(file_with(checks))
    beyond_schema = ("no regular", "no field of", "no argument of", "at_least 5 is", "'Blue Ferry' is both")
    assert why.startswith(beyond_schema) or list(SCHEMA.iter_errors(file_with(checks)))


@pytest.mark.parametrize(
    "turn",
    [
        {"user": ""},
        {"user": "x", "like": ["Blue Ferry"]},
        {"user": "x", "capture": {"a b": "text"}},
        {"user": "x", "capture": {"a": "words.0"}},
        {"user": "x", "checks": {}},
        {"user": "x", "when": {"judge": {"rubric": "is it a good answer?"}}},
    ],
)
def test_turns_that_make_no_sense(turn: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DialogFile.model_validate({"version": 1, "dialogs": [{"name": "a", "turns": [turn]}]})


def test_the_schema_completes_tools_and_concepts_and_allows_variables() -> None:
    text = json.dumps(json_schema())
    assert '"search_tracks"' in text and '"saxophone"' in text
    assert list(SCHEMA.iter_errors(file_with({"tool_called": ["${tool}"]}))) == []
    DialogFile.model_validate(file_with({"tool_called": ["${tool}"]}))


def test_the_published_schema_is_that_of_the_program() -> None:
    """Write it anew with `linernotes dialogs schema > eval_dialogs/dialogs.schema.json`."""
    published = resources.files("eval_dialogs").joinpath("dialogs.schema.json").read_text("utf-8")
    assert json.loads(published) == json_schema()


def test_cards_hold_what_dialogs_may_ask_of_them(catalogue: Catalogue, tmp_path: Path) -> None:
    desk = Desk(catalogue, Conversation(), tmp_path)
    made = {name for track in catalogue.store.tracks(catalogue.store.ids()) for name in desk.card(track)}
    assert made <= set(CARD)


def test_the_dialogs_that_come_with_the_program_fit_the_published_schema() -> None:
    for file in files_of([]):
        assert list(SCHEMA.iter_errors(yaml.safe_load(file.read_text("utf-8")))) == []


TYPES: dict[str, st.SearchStrategy[Any]] = {
    "exact": st.integers() | st.text(max_size=3),
    "subset": st.lists(st.text(max_size=3), max_size=2),
    "excludes": st.lists(st.integers(), max_size=2),
    "regex": st.sampled_from(["a", "^b.*"]),
    "min": st.integers(-9, 9),
    "max": st.floats(0, 9),
    "min_length": st.integers(0, 9),
    "max_length": st.integers(0, 9),
    "given": st.booleans(),
}


@given(st.fixed_dictionaries({}, optional=TYPES), st.sampled_from([*TYPES, "other"]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_models_and_schema_agree_on_matches(match: dict[str, Any], name: str, spoilt: bool) -> None:
    assert set(TYPES) == set(Match.model_fields)
    if spoilt and name != "exact":
        match = {**match, name: {"a": "mapping"}}
    rows = file_with({"shown": {"every": {"fields": {"year": match}}}})
    fits = not list(SCHEMA.iter_errors(rows))
    try:
        DialogFile.model_validate(rows)
        assert fits
    except ValidationError:
        assert not fits
