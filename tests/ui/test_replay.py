"""`replay`, `dialogs` and `runs` as they are typed."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from assistant.embedded.intent import IntentReader
from assistant.models import embedded_model
from eval_dialogs.runner import Progress
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.assistant.served import serving, tool_call
from tests.fixtures.teacher import DIALOGS as TAUGHT
from tests.fixtures.teacher import Teacher
from ui.main import main
from ui.progress import Display

DIALOGS = """version: 1
dialogs:
  - name: blues
    tags: [find, quick]
    turns:
      - user: sad blues with trumpet
        assert: {tool_called: [search_tracks], shown: {contains: [Blue Ferry]}}
  - name: samba
    tags: [find]
    turns:
      - user: happy samba
        assert:
          shown: {at_least: 1}
          answer: {contains: [Feira]}
  - name: needs a model
    defaults: {requires: [vllm]}
    turns: [{user: jazz}]
"""
FAILING = DIALOGS.replace("[Feira]", "[Feira, accordion polka]")
Run = Callable[..., "Done"]


class Done:
    """What a command did: exit code, output, errors."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def run_id(self) -> str:
        found = re.search(r"\(run (\S+)\)", self.out)
        assert found, self.out
        return found.group(1)


@pytest.fixture(scope="session")
def one_reader(embedder: Embedder) -> IntentReader:
    return IntentReader(embedder)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "d.yaml"
    path.write_text(DIALOGS)
    return path


@pytest.fixture
def run(
    words_index: Path,
    embedder: Embedder,
    one_reader: IntentReader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line in a home of its own, on the words catalogue; models are loaded once."""
    monkeypatch.setattr("index.catalogue.Embedder", lambda: embedder)
    monkeypatch.setattr("assistant.models.IntentReader", lambda embedder: one_reader)
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def command(*argv: object) -> Done:
        index = ["--index", str(words_index)] if argv[0] == "replay" else []
        code = main([*map(str, argv), *index])
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return command


def home_files(tmp_path: Path) -> list[str]:
    return sorted(str(p.relative_to(tmp_path / "home")) for p in (tmp_path / "home").rglob("*") if p.is_file())


def test_all_pass(run: Run, file: Path, tmp_path: Path) -> None:
    done = run("replay", file)
    assert done.code == 0, done.out
    assert sorted(done.out.splitlines()[:2])[0].startswith("passed  d/blues  1 turn, ")
    assert "skipped d/needs a model  requires vllm" in done.out and "2 passed, 1 skipped in" in done.out
    assert home_files(tmp_path) == [f"runs/{done.run_id}.json"]


def test_a_failure_prints_the_line_what_was_expected_what_came_and_the_trace(run: Run, file: Path) -> None:
    file.write_text(FAILING)
    done = run("replay", file, "--name", "samba", "-j", "1")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0].startswith("FAILED  d/samba")
    assert lines[1].strip() == f"{file}:11  turn 1 “happy samba”"
    assert lines[2].strip() == f"{file}:14 | answer: {{contains: [Feira, accordion polka]}}"
    assert [line.strip() for line in lines[3:5]] == ["answer", "expected  “accordion polka”"]
    assert lines[5].strip().startswith("got       ") and "Feira" in lines[5]
    assert lines[6].strip().startswith('called    search_tracks(text="happy samba"')
    assert lines[7].strip().startswith("shown     T1 Feira") and lines[8].strip().startswith("answered  ")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--tag", "quick"], ["blues"]),
        (["--tag", "quick", "--tag", "find"], ["blues", "samba"]),
        (["--name", "s*"], ["samba"]),
        (["--name", "d/blues", "--name", "sam?a"], ["blues", "samba"]),
        (["--tag", "find", "--name", "samba"], ["samba"]),
    ],
)
def test_dialogs_are_chosen(options: list[str], names: list[str], run: Run, file: Path) -> None:
    done = run("replay", file, "--json", *options)
    assert done.code == 0 and [d["name"] for d in json.loads(done.out)["dialogs"]] == names


def test_json_and_its_schema(run: Run, file: Path) -> None:
    body = json.loads(run("replay", file, "--json", "--repeat", "2").out)
    schema = json.loads(run("runs", "schema").out)
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(body)) == []
    assert body["score"] == {"passed": 2, "failed": 0, "errors": 0, "skipped": 1, "pass_hat": {"1": 1.0, "2": 1.0}, "flaky": 0.0}  # fmt: skip
    assert body["tracks"] == 22 and body["brain"] == "embedded" and len(body["prompt"]) == 12
    assert [len(d["attempts"]) for d in body["dialogs"]] == [2, 2, 0]


def test_what_failed_is_held_again(run: Run, file: Path) -> None:
    file.write_text(FAILING)
    first = run("replay", file)
    again = run("replay", file, "--failed-from", first.run_id, "--json")
    assert [d["name"] for d in json.loads(again.out)["dialogs"]] == ["samba"]
    file.write_text(DIALOGS)
    assert run("replay", file, "--failed-from", "last").code == 0
    assert "none of 3 dialogs is like this" in run("replay", file, "--failed-from", "last").err


def test_the_baseline_decides_between_a_failure_and_a_regression(run: Run, file: Path) -> None:
    good = run("replay", file)
    file.write_text(FAILING)
    worse = run("replay", file, "--baseline", "last")
    assert worse.code == 3 and f"against {good.run_id}:" in worse.out and "newly failing   d/samba" in worse.out
    known = run("replay", file, "--baseline", worse.run_id[:-1])
    assert known.code == 1 and "still failing   d/samba" in known.out
    file.write_text(DIALOGS)
    assert "newly passing   d/samba" in run("replay", file, "--baseline", "last").out


def test_runs_are_listed_shown_and_compared(run: Run, file: Path, tmp_path: Path) -> None:
    assert "no run was kept yet" in run("runs").out
    assert "there is no run 'last'" in run("runs", "show", "last").err
    good = run("replay", file)
    file.write_text(FAILING)
    bad = run("replay", file)
    listed = run("runs").out.splitlines()
    assert listed[0].startswith(f"{good.run_id}  2 passed") and listed[1].startswith(
        f"{bad.run_id}  1 passed, 1 failed"
    )
    shown = run("runs", "show", "last").out
    assert (
        "expected  “accordion polka”" in shown and "d/blues: passed" in shown and "model      embedded reader" in shown
    )
    assert json.loads(run("runs", "show", bad.run_id, "--json").out)["id"] == bad.run_id
    diff = run("runs", "diff", good.run_id, "last")
    assert diff.code == 3 and "newly failing   d/samba" in diff.out
    assert run("runs", "diff", "last", good.run_id).code == 0
    assert json.loads(run("runs", "diff", good.run_id, "last", "--json").out)["newly_failing"] == ["d/samba"]
    made = run("runs", "show", "last", "--report", "junit,html,json,md", "--baseline", good.run_id, "--out", tmp_path / "out")  # fmt: skip
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["dialogs.html", "dialogs.json", "dialogs.md", "dialogs.xml"]  # fmt: skip
    assert "written: " in made.out


def test_a_broken_record_is_told(run: Run, file: Path, tmp_path: Path) -> None:
    run("replay", file)
    (tmp_path / "home" / "runs" / "20000101-000000-aaaa.json").write_text("{}")
    assert "no record of a run" in run("runs").out.splitlines()[0]
    done = run("runs", "show", "2000")
    assert done.code == 2 and "no record of a run" in done.err
    assert "several runs begin with '20'" in run("runs", "show", "20").err


def test_reports(run: Run, file: Path, tmp_path: Path) -> None:
    file.write_text(FAILING)
    done = run("replay", file, "--report", "junit,html,json,md", "--out", "reports")
    assert done.code == 1
    root = ElementTree.parse(tmp_path / "reports" / "dialogs.xml").getroot()
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("3", "1", "1")
    assert json.loads((tmp_path / "reports" / "dialogs.json").read_text())["id"] == done.run_id
    assert "❌ | `d/samba`" in (tmp_path / "reports" / "dialogs.md").read_text()
    assert "accordion polka" in (tmp_path / "reports" / "dialogs.html").read_text()


def test_an_analysis_is_drawn_into_the_page(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\ndialogs:\n  - name: a\n    fixtures: {files: {hum.wav: {}}}\n    turns: [{user: analyze my track, files: [hum.wav]}]\n")  # fmt: skip
    assert run("replay", "a.yaml", "--report", "html").code == 0
    assert "data:image/png;base64,iVBOR" in (tmp_path / "dialogs.html").read_text()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["gone.yaml"], "gone.yaml: No such file"),
        (["d.yaml", "--tag", "zzz"], "none of 3 dialogs is like this; tags are find, quick"),
        (["d.yaml", "--baseline", "zzz"], "there is no run 'zzz'"),
        (["d.yaml", "--failed-from", "zzz"], "there is no run 'zzz'"),
        (["d.yaml", "--record", "c"], "add --model vllm"),
        (["d.yaml", "--fallback"], "held with one brain"),
        (["d.yaml", "--replay", "c"], "no recordings here"),
    ],
)
def test_bad_input_is_one_line_and_two(argv: list[str], words: str, run: Run, file: Path) -> None:
    done = run("replay", *argv)
    assert done.code == 2 and words in done.err and len(done.err.splitlines()) == 1


@pytest.mark.parametrize("argv", [["--report", "pdf"], ["--repeat", "0"], ["-j", "x"], ["--record", "a", "--replay", "b"]])  # fmt: skip
def test_bad_options(argv: list[str], run: Run, file: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("replay", file, *argv)
    assert ended.value.code == 2


def test_dialogs_are_checked_with_all_mistakes(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("dialogs", "check", file).out == f"{file}: 3 dialogs, 3 turns\n"
    assert run("dialogs", "check").code == 0
    told = run("dialogs", "check", file).err
    assert f"{file}:15: dialog 'needs a model' asserts nothing" in told and told.count("asserts nothing") == 1
    for name in ("e", "f"):
        (tmp_path / f"{name}.yaml").write_text(
            "version: 1\ndialogs:\n  - name: a\n    turns:\n      - {user: x, lik: [T1]}\n    tgs: []\n"
        )
    done = run("dialogs", "check", tmp_path)
    assert done.code == 2 and f"{file}: 3 dialogs" in done.out
    *told, last = (line for line in done.err.splitlines() if "asserts nothing" not in line)
    assert [line.split(": ")[1].rsplit("/", 1)[1] for line in told] == ["e.yaml:5", "e.yaml:6", "f.yaml:5", "f.yaml:6"]
    assert "perhaps 'like'" in told[0] and "perhaps 'tags'" in told[1] and last == "4 mistakes"
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.yaml").write_text(DIALOGS)
    same = run("dialogs", "check", file, tmp_path / "sub")
    assert same.code == 2 and "the name 'blues' is taken" in same.err


def test_the_schema_is_printed(run: Run) -> None:
    schema = json.loads(run("dialogs", "schema").out)
    Draft202012Validator.check_schema(schema)
    assert {"Dialog", "Turn", "Checks"} <= set(schema["$defs"])


def test_traffic_is_recorded_and_played_without_a_model(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = {"tool_calls": [tool_call("search_tracks", {"want": ["sad", "blues"]}, "c1")]}
    answer = {"content": "T1 “Blue Ferry” is a slow, sad blues."}
    monkeypatch.setenv("LINERNOTES_MODEL", "tiny")
    monkeypatch.setenv("LINERNOTES_API_KEY", "sk-secret")
    chosen = ("replay", file, "--name", "blues")
    with serving([search, answer]) as server:
        first = run(*chosen, "--model", "vllm", "--base-url", server.url, "--record", "tapes")
        assert first.code == 0, first.out + first.err
        assert len(server.requests) == 2
    (tape,) = (tmp_path / "tapes").rglob("*.json")
    assert "sk-secret" not in tape.read_text()
    monkeypatch.setenv("LINERNOTES_MODEL", "another")  # a recording is played under the settings it was made with
    monkeypatch.setenv("LINERNOTES_TEMPERATURE", "1.5")
    monkeypatch.setenv("LINERNOTES_CONTEXT", "8192")
    again = run(*chosen, "--replay", "tapes", "--json")
    body = json.loads(again.out)
    assert again.code == 0 and body["played"] and (body["brain"], body["model"]) == ("vllm", "tiny")
    assert body["dialogs"][0]["attempts"][0]["turns"][0]["text"] == answer["content"]
    assert run("runs", "diff", first.run_id, "last").out.splitlines() == ["nothing is different"]
    file.write_text(DIALOGS.replace("sad blues", "blues"))
    stale = run(*chosen, "--replay", "tapes")
    assert stale.code == 2 and "the recording is stale: request 1" in stale.out and "--record tapes" in stale.out


def test_a_flaky_dialog_is_named(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = {"tool_calls": [tool_call("search_tracks", {"want": ["sad", "blues"]}, "c1")]}
    with serving([search, {"content": "T1 is one."}, {"content": "I know nothing of it."}]) as server:
        options = ("--model", "vllm", "--base-url", server.url, "-j", "1", "--repeat", "2", "--name", "blues")
        done = run("replay", file, *options, "--report", "html")
    assert done.code == 1 and "flaky   d/blues  failed, 1 of 2 attempts passed" in done.out
    assert "pass^1 0.50, pass^2 0.00, flaky 100%" in done.out
    assert ">flaky</span>" in Path("dialogs.html").read_text()


def test_a_model_that_does_not_answer_is_an_error(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.served._PAUSE_S", 0.0)
    with serving([]) as server:
        url = server.url
    done = run("replay", file, "--name", "blues", "--model", "vllm", "--base-url", url)
    assert done.code == 2 and "ERROR   d/blues" in done.out and "cannot be reached" in done.out
    assert "0 passed, 1 with an error" in done.out


def test_the_judge_is_taken_from_the_environment(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "j.yaml").write_text("version: 1\ndialogs:\n  - name: j\n    defaults: {requires: [judge]}\n    turns:\n      - user: jazz\n        assert: {judge: {rubric: It is a friendly answer., gating: true}}\n")  # fmt: skip
    assert "1 skipped" in run("replay", "j.yaml").out
    with serving([{"content": '{"score": 0.1, "why": "dry"}'}]) as server:
        monkeypatch.setenv("LINERNOTES_JUDGE_URL", server.url)
        monkeypatch.setenv("LINERNOTES_JUDGE_MODEL", "critic")
        done = run("replay", "j.yaml")
    assert done.code == 1 and "got       0.1: dry" in done.out and "judged    0.1 by critic: dry" in done.out
    monkeypatch.setenv("LINERNOTES_JUDGE_URL", "nowhere")
    assert "LINERNOTES_JUDGE_URL is 'nowhere'" in run("replay", "j.yaml").err


def test_a_run_that_is_stopped_keeps_what_was_held(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = Display.tell

    def interrupted(self: Display, progress: Progress) -> None:
        tell(self, progress)
        if progress.attempt:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)  # until the main thread has heard of it

    monkeypatch.setattr(Display, "tell", interrupted)
    done = run("replay", file, "-j", "1")
    assert done.code == 130 and "stopping; what is done is being kept" in done.err
    assert "1 passed" in done.out and "skipped d/samba  the run was stopped before its end" in done.out
    monkeypatch.setattr(Display, "tell", tell)
    assert "1 passed" in run("runs").out


def test_files_are_watched(run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "e.yaml").write_text(DIALOGS)
    steps: list[Any] = [FAILING, "version: 1\ndialogs: [", DIALOGS]

    def edit(seconds: float) -> None:
        if not steps:
            raise KeyboardInterrupt
        file.write_text(steps.pop(0))
        os.utime(file, ns=(len(steps), len(steps)))

    monkeypatch.setattr("ui.watch.sleep", edit)
    done = run("replay", file, "e.yaml", "--watch", "-j", "1", "--tag", "find")
    assert done.code == 130
    told = [line.split("  ")[0:2] for line in done.out.splitlines() if line.startswith(("passed", "FAILED"))]
    names = [" ".join(part).split()[1] for part in told]
    assert names == ["d/blues", "d/samba", "e/blues", "e/samba", "d/blues", "d/samba", "d/blues", "d/samba"]
    assert "d.yaml:2: " in done.err and done.err.count("watching; Ctrl-C ends it") == 3
    assert not (tmp_path / "home").exists()


def test_the_dialogs_of_the_vllm_suite_hold_with_their_teacher(
    run: Run, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINERNOTES_MODEL", "tiny")
    teacher = Teacher([], brain=embedded_model(catalogue))
    with serving([]) as script:
        script.next = teacher.next  # type: ignore[method-assign]
        options = ("--model", "vllm", "--base-url", script.url, "-j", "1")
        done = run("replay", TAUGHT, *options, "--record", "tapes")
    assert done.code == 0 and "12 passed" in done.out, done.out
    assert run("replay", TAUGHT, "--replay", "tapes", "-j", "2").code == 0
