"""The judge: what it is asked, verdicts that are read, and everything that is no verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from assistant.events import Reply
from eval_dialogs.checks import Seen
from eval_dialogs.judge import Judge, JudgeFailed
from eval_dialogs.runner import Runner
from eval_dialogs.schema import Judge as Rubric
from eval_dialogs.scripts import read_scripts
from eval_dialogs.stage import Stage
from tests.assistant.served import serving
from tools.conversation import Conversation

RUBRIC = Rubric(rubric="The answer is friendly <and short>.", at_least=0.6)
FIRST = Seen(1, "hello", Reply("Hello."), Conversation())
SEEN = Seen(2, "sad blues", Reply("Here is T1.", shown=[{"handle": "T1", "title": "Blue Ferry", "id": "w06"}]), Conversation(), (FIRST,))  # fmt: skip


@contextmanager
def judging(*contents: str) -> Iterator[tuple[Judge, list[dict[str, Any]]]]:
    with serving([{"content": content} for content in contents]) as script:
        yield Judge(script.url, "judge", "secret"), script.requests


def test_a_verdict() -> None:
    with judging('{"score": 0.75, "why": "it is friendly"}') as (judge, requests):
        verdict = judge.verdict(RUBRIC, SEEN)
    assert (verdict.score, verdict.at_least, verdict.why, verdict.model) == (0.75, 0.6, "it is friendly", "judge")
    (asked,) = requests
    case = asked["messages"][1]["content"]
    assert "‹and short>" in case and "Blue Ferry" in case and case.index("hello") < case.index("sad blues")
    assert asked["temperature"] == 0 and asked["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    "content",
    [
        "It is good.", "", "[]", "1", "null", '{"score": 1}', '{"score": 2, "why": "x"}', '{"score": "1", "why": "x"}', '{"score": true, "why": "x"}',
        '{"score": 1, "why": ""}', '{"score": 1, "why": "x", "more": 1}', '```json\n{"score": 1, "why": "x"}\n```', 'Sure: {"score": 1, "why": "x"}', '{"score": NaN, "why": "x"}',
    ],
)  # fmt: skip
def test_what_is_no_verdict(content: str) -> None:
    with judging(content) as (judge, _), pytest.raises(JudgeFailed, match="gave no verdict"):
        judge.verdict(RUBRIC, SEEN)


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[dict[str, Any]], httpx.Response]) -> None:
    monkeypatch.setattr(httpx, "post", lambda url, json, headers, timeout: answer(json))


def test_an_endpoint_that_cannot_hold_an_answer_to_a_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"choices": [{"message": {"content": '{"score": 1, "why": "x"}'}}]}
    answering(monkeypatch, lambda body: httpx.Response(400 if "response_format" in body else 200, json=said))
    assert Judge("http://x/v1", "judge").verdict(RUBRIC, SEEN).score == 1


@pytest.mark.parametrize("status", [401, 404, 429, 500])
def test_a_judge_that_refuses(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, lambda body: httpx.Response(status))
    with pytest.raises(JudgeFailed, match=f"HTTP {status}"):
        Judge("http://x/v1", "judge").verdict(RUBRIC, SEEN)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"choices": []}', b'{"choices": [{"message": {"content": null}}]}'])
def test_an_answer_that_is_no_completion(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, lambda asked: httpx.Response(200, content=body))
    with pytest.raises(JudgeFailed, match="no verdict"):
        Judge("http://x/v1", "judge").verdict(RUBRIC, SEEN)


def test_a_judge_that_is_not_there() -> None:
    with serving([]) as script:
        url = script.url
    with pytest.raises(JudgeFailed, match="cannot be reached"):
        Judge(url, "judge").verdict(RUBRIC, SEEN)


def held(stage: Stage, tmp_path: Any, judge: Judge | None, *, gating: bool) -> Any:
    path = tmp_path / "d.yaml"
    rubric = json.dumps({"rubric": "The answer is friendly.", "gating": gating})
    path.write_text(f"version: 1\ndialogs:\n  - name: a\n    turns:\n      - user: jazz\n        assert: {{judge: {rubric}}}\n")  # fmt: skip
    (dialog,) = Runner(stage, judge=judge).run(read_scripts([path]))
    return dialog


@pytest.mark.parametrize(
    ("said", "gating", "outcome", "decides"),
    [
        ('{"score": 0.2, "why": "rude"}', False, "passed", [False]),
        ('{"score": 0.2, "why": "rude"}', True, "failed", [True]),
        ('{"score": 0.7, "why": "fine"}', True, "passed", []),
        ("rude!", False, "error", []),
    ],
)
def test_what_a_verdict_decides(said: str, gating: bool, outcome: str, decides: list[bool], stage: Stage, tmp_path: Any) -> None:  # fmt: skip
    with judging(said) as (judge, _):
        dialog = held(stage, tmp_path, judge, gating=gating)
    turn = dialog.attempts[0].turns[0]
    assert dialog.outcome == outcome and [p.gating for p in turn.problems] == decides
    assert (turn.verdict is None) == (outcome == "error") and turn.text


def test_without_a_judge(stage: Stage, tmp_path: Any) -> None:
    dialog = held(stage, tmp_path, None, gating=False)
    assert dialog.outcome == "passed" and dialog.attempts[0].turns[0].problems[0].got == "there is no judge"
    dialog = held(stage, tmp_path, None, gating=True)
    assert dialog.outcome == "error" and "LINERNOTES_JUDGE_URL" in dialog.attempts[0].turns[0].error
