"""The terminal's door on a real vLLM."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.fixtures.site import CHROMIUM, QUIET, Site
from tests.fixtures.vllm_server import Server
from ui.main import main

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(1500)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LINERNOTES_MODEL", "tiny")
    monkeypatch.setenv("LINERNOTES_TEMPERATURE", "0")


def test_json_lines(
    served: Server, words_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        {"conversation": "a", "user": "a calm song about the sea"},
        {"conversation": "b", "user": "aggressive metal"},
        {"conversation": "a", "user": "show me the lyrics of T1"},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(row) + "\n" for row in asked)))
    options = ["--index", str(words_index), "--model", "vllm", "--base-url", served.url]
    assert main(["chat", "--jsonl", *options]) == 0
    sea, metal, lyrics = (json.loads(row) for row in capsys.readouterr().out.splitlines())
    assert sea["shown"][0] == "w01" and sea["tools"][0]["name"] == "search_lyrics" and "I read this" in sea["reasoning"]
    assert metal["shown"][0] == "w09"
    assert lyrics["tools"][0]["name"] == "find_lyrics" and "The lamps along the harbour wall" in lyrics["reply"]


def test_the_doctor(served: Server, words_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--index", str(words_index), "--model", "vllm", "--base-url", served.url]
    assert main(["doctor", "--json", *options]) == 0
    found = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert [found[name]["state"] for name in ("agent model", "tool calling", "reasoning")] == ["ok"] * 3
    assert "16384 tokens of context" in found["agent model"]["detail"]


def test_dialogs(served: Server, words_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dialogs that the QA tool replays against it, three of those that were taught."""
    from tests.fixtures.teacher import DIALOGS

    options = ["--index", str(words_index), "--model", "vllm", "--base-url", served.url, "--json"]
    names = ["--name", "slow blues", "--name", "refine", "--name", "playlist"]
    code = main(["replay", str(DIALOGS), *names, *options])
    run = json.loads(capsys.readouterr().out)
    assert [(d["name"], d["outcome"]) for d in run["dialogs"]] == [("slow blues", "passed"), ("refine", "passed"), ("playlist", "passed")]  # fmt: skip
    assert code == 0 and run["model"] == "tiny"


def test_traffic_recorded_and_played(
    served: Server, words_index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run against the real server, then the same without any."""
    from tests.fixtures.teacher import DIALOGS

    tapes, index = tmp_path / "tapes", ["--index", str(words_index), "--json"]
    names = ["--name", "slow blues", "--name", "refine"]
    live = main(
        ["replay", str(DIALOGS), *names, *index, "--model", "vllm", "--base-url", served.url, "--record", str(tapes)]
    )
    recorded = json.loads(capsys.readouterr().out)
    played = main(["replay", str(DIALOGS), *names, *index, "--replay", str(tapes)])
    replayed = json.loads(capsys.readouterr().out)
    assert (live, played) == (0, 0)
    answers = [
        [[t["text"] for t in a["turns"]] for d in run["dialogs"] for a in d["attempts"]] for run in (recorded, replayed)
    ]
    assert answers[0] == answers[1] and sum(len(turns) for turns in answers[0]) == 5


@pytest.mark.enable_socket
def test_the_page(served: Server, words_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser on the page: thoughts, steps and the answer of a turn."""
    site = Site(tmp_path / "home", words_index, "--model", "vllm", "--base-url", served.url)
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            page = chromium.new_page()
            page.goto(site.url)
            page.fill("#ln-box textarea", "I would like some slow blues")
            page.keyboard.press("Enter")
            expect(page.get_by_text("The Quay Street Nine").first).to_be_visible(timeout=60_000)
            expect(page.get_by_text("How I read this").first).to_be_visible(timeout=30_000)
            expect(page.get_by_text("tiny answers")).to_be_visible()
            chromium.close()
    finally:
        site.stop()
