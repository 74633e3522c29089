"""Traffic of a served model, recorded at the HTTP boundary and played without it. The server is one of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reply import Assistant
from assistant.settings import Settings
from eval_dialogs.cassettes import Exchange, differences, load, parts_of, path_of, request_digest
from eval_dialogs.judge import Judge
from eval_dialogs.relay import Reel, relaying
from eval_dialogs.results import DialogResult
from eval_dialogs.runner import Runner
from eval_dialogs.scripts import Script, read_scripts
from eval_dialogs.stage import Stage
from eval_dialogs.tapes import Player, Recorder, shaping, unhurried
from index.catalogue import Catalogue
from index.errors import UserError
from tests.assistant.served import serving, tool_call
from tests.fixtures.faults import Fault, proxied

DIALOG = """version: 1
dialogs:
  - name: slow blues
    turns:
      - user: some slow blues
        assert: {tool_called: [search_tracks], shown: {contains: [Blue Ferry]}, answer: {contains: [Blue Ferry]}}
"""
KEY = "sk-very-secret"
SEARCH = {"reasoning": "I search.", "tool_calls": [tool_call("search_tracks", {"want": ["blues", "slow"]}, "c1")]}
ANSWER = {"content": "T1 “Blue Ferry” is a slow, sad blues 🎵."}


@pytest.fixture
def script(tmp_path: Path) -> Script:
    (tmp_path / "d.yaml").write_text(DIALOG)
    return read_scripts([tmp_path / "d.yaml"])[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cassettes"


def settings(tmp_path: Path, url: str) -> Settings:
    return unhurried(Settings(home=tmp_path, brain="vllm", base_url=url, model="tiny", api_key=KEY))


def recorded(
    script: Script, folder: Path, catalogue: Catalogue, url: str, repeat: int = 1, judge: Judge | None = None
) -> DialogResult:
    made = settings(folder.parent, url)
    routes = {"model": url, **({"judge": judge.url} if judge else {})}
    with relaying() as relay:
        stage = Stage(made, catalogue)
        tapes = Recorder(relay, folder, shaping(made), routes, judge.model if judge else None)
        (dialog,) = Runner(stage, repeat=repeat, tapes=tapes, judge=judge).run([script])
        stage.close()
    return dialog


def played(script: Script, folder: Path, catalogue: Catalogue, repeat: int = 1) -> DialogResult:
    nowhere = settings(folder.parent, "http://127.0.0.1:9/v1")
    with relaying() as relay:
        stage = Stage(nowhere, catalogue, judged=True)
        (dialog,) = Runner(stage, repeat=repeat, tapes=Player(relay, folder)).run([script])
        stage.close()
    return dialog


def error(dialog: DialogResult) -> str:
    return next(str(t.error) for a in dialog.attempts for t in a.turns if t.error)


def same(one: DialogResult, other: DialogResult) -> bool:
    def told(dialog: DialogResult) -> list[Any]:
        return [(t.text, t.reasoning, [s.args for s in t.tools], t.shown, t.brain) for a in dialog.attempts for t in a.turns]  # fmt: skip

    return told(one) == told(other)


def test_what_was_recorded_is_played_without_a_model(script: Script, folder: Path, catalogue: Catalogue) -> None:
    with serving([SEARCH, ANSWER]) as server:
        first = recorded(script, folder, catalogue, server.url)
        assert len(server.requests) == 2
    again = played(script, folder, catalogue)
    assert first.outcome == again.outcome == "passed" and same(first, again)
    cassette = load(script, folder)
    (attempt,) = cassette.attempts
    assert cassette.model == "tiny" and [e.status for e in attempt] == [200, 200]
    assert len(attempt[0].chunks) >= 1 and "data: " in attempt[0].chunks[0]
    assert KEY not in path_of(script, folder).read_text() and "uthorization" not in path_of(script, folder).read_text()


def test_chunks_are_kept_as_they_came(folder: Path) -> None:
    body = json.dumps({"model": "m", "messages": []}).encode()
    with serving([ANSWER]) as server, proxied(server.url) as proxy, relaying() as relay:  # the proxy sends line by line
        reel = Reel(routes={"model": proxy.url})
        asked = json.dumps({"model": "m", "messages": [], "stream": True}).encode()
        with relay.running(reel) as url:
            whole = httpx.post(f"{url}/model/chat/completions", content=asked).content
        reel.settle()
        assert len(reel.exchanges[0].chunks) > 5
        with relay.running(Reel(reel.exchanges)) as url:
            assert httpx.post(f"{url}/model/chat/completions", content=asked).content == whole
            assert httpx.post(f"{url}/model/chat/completions", content=body).status_code == 400


def test_an_attached_file_does_not_spoil_a_recording(script: Script, folder: Path, catalogue: Catalogue) -> None:
    script.file.write_text("version: 1\ndialogs:\n  - name: a\n    fixtures: {files: {hum.wav: {}}}\n    turns:\n      - {user: measure it, files: [hum.wav], assert: {artifacts: [{kind: analysis, fields: {name: hum.wav}}]}}\n")  # fmt: skip
    (attached,) = read_scripts([script.file])
    measure = {"tool_calls": [tool_call("analyze_audio", {"target": "F1"}, "c1")]}
    with serving([measure, {"content": "I measured hum.wav."}]) as server:
        first = recorded(attached, folder, catalogue, server.url)
    again = played(attached, folder, catalogue)
    assert first.outcome == again.outcome == "passed" and same(first, again)


def test_attempts_have_a_recording_each(script: Script, folder: Path, catalogue: Catalogue) -> None:
    with serving([SEARCH, ANSWER, SEARCH, {"content": "I found nothing."}]) as server:
        first = recorded(script, folder, catalogue, server.url, repeat=2)
    assert [a.outcome for a in first.attempts] == ["passed", "failed"]
    again = played(script, folder, catalogue, repeat=2)
    assert [a.outcome for a in again.attempts] == ["passed", "failed"] and same(first, again)
    third = played(script, folder, catalogue, repeat=3)
    assert third.outcome == "error" and "2 attempts recorded, this is number 3" in error(third)
    assert "--repeat 3" in error(third)


def test_another_prompt_makes_it_stale(
    script: Script, folder: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving([SEARCH, ANSWER]) as server:
        recorded(script, folder, catalogue, server.url)
    with monkeypatch.context() as changed:
        changed.setattr("assistant.prompts.SYSTEM", "You are somebody else.")
        dialog = played(script, folder, catalogue)
    assert dialog.outcome == "error" and "stale: request 1 is another one now: rules changed;" in error(dialog)
    assert f"linernotes replay --model vllm --record {folder}" in error(dialog)


def test_other_words_of_the_listener_make_it_stale(script: Script, folder: Path, catalogue: Catalogue) -> None:
    with serving([SEARCH, ANSWER]) as server:
        recorded(script, folder, catalogue, server.url)
    script.file.write_text(DIALOG.replace("some slow", "a slow"))
    (changed,) = read_scripts([script.file])
    dialog = played(changed, folder, catalogue)
    assert "message 2 (user) changed" in error(dialog)


def test_another_tool_and_more_requests_make_it_stale(script: Script, folder: Path, catalogue: Catalogue) -> None:
    with serving([SEARCH, ANSWER]) as server:
        recorded(script, folder, catalogue, server.url)
    path = path_of(script, folder)
    body = json.loads(path.read_text())
    body["attempts"][0][0]["parts"]["tool search_tracks"] = "0" * 16
    body["attempts"][0][0]["request"] = "0" * 16
    path.write_text(json.dumps(body))
    assert "tool search_tracks changed" in error(played(script, folder, catalogue))
    body["attempts"][0] = load(script, folder).model_dump()["attempts"][0][:0]
    path.write_text(json.dumps(body))
    assert "request 1 was not made then" in error(played(script, folder, catalogue))


def test_a_dialog_with_an_error_is_not_recorded_and_an_old_recording_stays(
    script: Script, folder: Path, catalogue: Catalogue
) -> None:
    with serving([SEARCH, ANSWER]) as server:
        recorded(script, folder, catalogue, server.url)
        before = path_of(script, folder).read_text()
        with proxied(server.url, always=Fault(status=401)) as broken:
            dialog = recorded(script, folder, catalogue, broken.url)
    assert dialog.outcome == "error" and "refused the API key" in error(dialog)
    assert path_of(script, folder).read_text() == before


def test_a_model_that_is_gone_is_an_error(script: Script, folder: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("assistant.served._PAUSE_S", 0.0)
    with serving([]) as server:
        url = server.url
    dialog = recorded(script, folder, catalogue, url)
    assert dialog.outcome == "error" and "cannot be reached" in error(dialog) and not folder.exists()
    stage = Stage(settings(folder.parent, url), catalogue)
    (dialog,) = Runner(stage).run([script])
    stage.close()
    assert dialog.outcome == "error" and "cannot be reached" in error(dialog)


def test_a_busy_server_is_asked_again_and_only_its_answer_is_kept(
    script: Script, folder: Path, catalogue: Catalogue
) -> None:
    busy = Fault(status=503, headers={"Retry-After": "0"})
    with serving([SEARCH, ANSWER]) as server, proxied(server.url, busy, Fault(), busy) as proxy:
        first = recorded(script, folder, catalogue, proxy.url)
    assert [e.status for e in load(script, folder).attempts[0]] == [200, 200]
    assert same(first, played(script, folder, catalogue))


def test_the_judge_is_recorded_too(script: Script, folder: Path, catalogue: Catalogue) -> None:
    script.file.write_text(DIALOG.replace("assert: {", "assert: {judge: {rubric: It is a friendly answer., gating: true}, "))  # fmt: skip
    (judged,) = read_scripts([script.file])
    with serving([SEARCH, ANSWER]) as server, serving([{"content": '{"score": 0.9, "why": "friendly"}'}]) as other:
        first = recorded(judged, folder, catalogue, server.url, judge=Judge(other.url, "critic", "another-secret"))
    assert "another-secret" not in path_of(judged, folder).read_text()
    again = played(judged, folder, catalogue)
    assert again.outcome != "error", error(again)
    verdict = again.attempts[0].turns[0].verdict
    assert first.outcome == again.outcome == "passed" and same(first, again)
    assert verdict and (verdict.score, verdict.model) == (0.9, "critic")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}'])
def test_a_file_that_is_no_recording(text: str, script: Script, folder: Path, catalogue: Catalogue) -> None:
    with pytest.raises(UserError, match=r"nothing was recorded of this dialog; record it again"):
        load(script, folder)
    path = path_of(script, folder)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(UserError, match="is no recording"):
        load(script, folder)
    assert played(script, folder, catalogue).outcome == "error"


def test_exchanges_stand_in_the_order_of_their_requests() -> None:
    def exchange(request: str, status: int = 200) -> Exchange:
        return Exchange(request=request, parts={}, status=status, content_type="x", chunks=[])

    reel = Reel(routes={"model": "http://x"})
    first, second, third, fourth, fifth = (reel.begin() for _ in range(5))
    reel.keep(second, exchange("b", 503))
    reel.keep(first, exchange("a"))  # its end was written down late
    reel.keep(third, exchange("b"))
    reel.keep(fourth, None)  # broken off
    threading.Timer(0.1, reel.keep, (fifth, exchange("c", 400))).start()
    reel.settle()
    assert [(e.request, e.status) for e in reel.exchanges] == [("a", 200), ("b", 200), ("c", 400)]


REQUESTS = st.fixed_dictionaries(
    {"model": st.text(), "temperature": st.floats(0, 2), "messages": st.lists(st.fixed_dictionaries({"role": st.sampled_from(["system", "user", "tool"]), "content": st.text()}), max_size=3)}
)  # fmt: skip


@given(REQUESTS, REQUESTS)
def test_requests_with_the_same_digest_do_not_differ(one: dict[str, Any], other: dict[str, Any]) -> None:
    bodies = [json.dumps(r).encode() for r in (one, other)]
    backwards = json.dumps(dict(reversed(one.items()))).encode()
    assert request_digest(bodies[0]) == request_digest(backwards)
    assert differences(parts_of(bodies[0]), parts_of(backwards)) == []
    if request_digest(bodies[0]) != request_digest(bodies[1]):
        systems = [sum(m["role"] == "system" for m in r["messages"]) for r in (one, other)]
        assert differences(*(parts_of(b) for b in bodies)) or max(systems) > 1


@given(st.lists(st.binary(min_size=1, max_size=12), max_size=6))
def test_any_bytes_come_back(chunks: list[bytes]) -> None:
    kept = Exchange(request="", parts={}, status=200, content_type="x", chunks=[c.decode("utf-8", "surrogateescape") for c in chunks])  # fmt: skip
    back = Exchange.model_validate(json.loads(json.dumps(kept.model_dump())))
    assert [c.encode("utf-8", "surrogateescape") for c in back.chunks] == chunks


@pytest.fixture(autouse=True)
def _no_embedded_brain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody stands in for the served model."""
    made: list[Assistant] = []
    monkeypatch.setattr("assistant.reply.embedded_model", lambda catalogue: made.append(catalogue))
    yield
    assert made == []
