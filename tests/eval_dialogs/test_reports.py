"""Reports are well formed whatever stands in a run, and say what there is to say."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from eval_dialogs.comparison import compare
from eval_dialogs.reports.files import Told, write
from eval_dialogs.reports.junit import junit
from eval_dialogs.reports.markdown import markdown
from eval_dialogs.reports.page import page
from eval_dialogs.reports.words import failure, summary
from eval_dialogs.results import Run
from index.errors import UserError
from tests.eval_dialogs.made import NASTY, broken_turn, dialog, run, skipped, turn

ERROR = turn(2, outcome="error", error="tiny was silent for 60 s", text="", shown=[])
MIXED = run(
    dialog("good", turn(), turn(2), tags=("discovery",)),
    dialog("bad", broken_turn(), turn(2), tags=("state",), attempts=2),
    dialog("broken", turn(), ERROR),
    skipped("judged"),
)


def test_a_failure_in_words() -> None:
    assert list(failure(turn())) == []
    assert list(failure(broken_turn())) == [
        "d.yaml:4  turn 1 “turn 1”",
        "  d.yaml:7 | shown: {at_least: 99}",
        "    shown",
        "      expected  99 tracks at least",
        "      got       5",
        '  called    search_tracks(want=["sad"])  12 ms',
        "  shown     T1 Blue Ferry",
        "  answered  Here is T1.",
    ]
    assert "  error: tiny was silent for 60 s" in list(failure(ERROR))
    assert summary(MIXED) == "1 passed, 1 failed, 1 with an error, 1 skipped, flaky 0% in 1.5 s"


def test_junit_counts_and_tells_errors_from_failures() -> None:
    root = ElementTree.fromstring(junit(MIXED))
    assert {k: root.get(k) for k in ("tests", "failures", "errors", "skipped")} == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}  # fmt: skip
    cases = {c.get("name"): c for c in root.iter("testcase")}
    assert [c.tag for c in cases["bad"]] == ["failure", "system-out"]
    assert cases["bad"][0].get("message") == "turn 1, shown: expected 99 tracks at least, got 5 (and 1 more) (d.yaml:7)"
    assert "d.yaml:7 | shown: {at_least: 99}" in str(cases["bad"][0].text)
    assert cases["broken"][0].tag == "error" and "silent for 60 s" in str(cases["broken"][0].text)
    assert cases["judged"][0].get("message") == "requires judge"
    assert cases["good"].get("classname") == "d" and cases["good"].get("file") == "d.yaml"
    properties = {p.get("name"): p.get("value") for p in root.iter("property")}
    assert properties["model"] == "embedded reader" and "pass^1" in properties


def test_the_json_report_fits_its_schema_and_is_read_back() -> None:
    text = MIXED.model_dump_json()
    schema = Run.model_json_schema(mode="serialization")
    assert list(Draft202012Validator(schema).iter_errors(json.loads(text))) == []
    assert Run.model_validate_json(text) == MIXED


def test_markdown_names_failures_and_the_baseline() -> None:
    text = markdown(MIXED, compare(run(dialog("bad", turn())), MIXED))
    assert "1 newly failing" in text and "| ❌ | `d/bad` | 2 |" in text and "`failed, 0 of 2 attempts passed`" in text
    assert "<summary>⚠️ d/broken</summary>" in text


def test_markdown_fits_a_comment() -> None:
    long = run(*(dialog(f"bad {n}", broken_turn(words="x" * 400), attempts=20) for n in range(20)))
    text = markdown(long)
    assert len(text) < 65_536 and re.search(r"… and \d+ more at length in the HTML report\.\n$", text)
    assert text.count("<details>") == text.count("</details>") > 1


def test_the_page_shows_both_answers_where_they_changed() -> None:
    before = run(dialog("good", turn(text="Words of yesterday."), turn(2)))
    text = page(MIXED, before, compare(before, MIXED))
    assert "<h4>before</h4>" in text and "Words of yesterday." in text and 'data-changed="true"' in text
    pictured = page(run(dialog("a", turn(pictures=["aGVsbG8="]))))
    assert '<img alt="analysis, drawn" src="data:image/png;base64,aGVsbG8=">' in pictured
    assert set(re.findall(r"\b(?:src|href)=.(.{5})", pictured)) == {"data:"} and "://" not in pictured


def nasty(words: str) -> Run:
    step = {"name": words, "args": {words: words}, "ok": False, "error": words}
    made = turn(user=words, text=words, reasoning=words, tools=[step], cuts=[{"sentence": words, "claim": words}], shown=[{"handle": words, "id": words, "title": words, "artists": [words]}], error=words, outcome="error", verdict={"score": 0, "at_least": 1, "why": words, "model": words})  # fmt: skip
    return run(dialog(words, made, broken_turn(2, words=words), tags=(words,)))


@given(st.text(max_size=30).filter(lambda t: t.isprintable() or "\x00" in t))
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_run_reports_are_whole(words: str) -> None:
    made = nasty(words)
    ElementTree.fromstring(junit(made))
    assert markdown(made, compare(made, made))
    assert page(made, made, compare(made, made)).count("<script>") == 1


def test_words_from_outside_stay_words() -> None:
    made = nasty(NASTY)
    text = page(made, made, compare(made, made))
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text
    fences = [line for line in markdown(made).splitlines() if line.startswith("```")]
    assert fences[0].startswith("````") and len(fences) % 2 == 0
    ElementTree.fromstring(junit(made))


def test_where_reports_cannot_be_written(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        write(["json"], tmp_path / "file", Told(MIXED))
    assert [p.name for p in write(["junit", "md"], tmp_path / "new", Told(MIXED))] == ["dialogs.xml", "dialogs.md"]
