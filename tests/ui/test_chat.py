"""The terminal's doors: JSON lines, one turn, and what happens to bad input."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ui.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for each test."""
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(row) for row in text.splitlines()]


def test_json_lines_hold_several_conversations(
    words_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        {"conversation": "a", "user": "something with accordion"},
        {"conversation": "b", "user": "aggressive metal"},
        {"conversation": "a", "user": "but playful, not sad", "liked": ["w08"]},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(row) + "\n" for row in asked)))
    assert main(["chat", "--jsonl", "--index", str(words_index)]) == 0
    first, second, third = lines(capsys.readouterr().out)
    assert first["conversation"] == "a" and set(first) == {
        "conversation",
        "reply",
        "shown",
        "ranked",
        "tools",
        "credits",
        "citations",
        "reasoning",
        "ms",
    }
    assert set(first["shown"][:2]) == {"w07", "w08"}  # type: ignore[index]
    assert second["ranked"][0] == "w09"  # type: ignore[index]
    assert "w07" not in third["ranked"] and "w08" not in third["ranked"]  # type: ignore[operator]
    assert len(first["ranked"]) <= 20  # type: ignore[arg-type]
    tool = first["tools"][0]  # type: ignore[index]
    assert tool["name"] == "search_tracks" and tool["ok"] and tool["ms"] > 0
    cited = first["citations"][0]  # type: ignore[index]
    assert cited["id"] in first["shown"] and cited["words"]  # type: ignore[operator]


def test_likes_of_tracks_that_are_not_here_are_named(
    words_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"conversation": "a", "user": "accordion", "liked": ["w08", "nosuch"], "disliked": ["nor this"]}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(asked) + "\n"))
    assert main(["chat", "--jsonl", "--index", str(words_index)]) == 0
    (answer,) = lines(capsys.readouterr().out)
    assert answer["ignored"] == ["nosuch", "nor this"]


def test_a_bad_line_is_answered_and_the_rest_goes_on(
    words_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        "not json",
        '{"conversation": "a"}',
        '{"conversation": "a", "user": "  "}',
        '{"conversation": "a", "user": "jazz", "colour": 1}',
        '{"conversation": "a", "user": "jazz"}',
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(rows)))
    assert main(["chat", "--jsonl", "--index", str(words_index)]) == 2
    answers = lines(capsys.readouterr().out)
    assert ["error" in a for a in answers] == [True, True, True, True, False]
    assert "line 2: user" in str(answers[1]["error"])


def test_one_turn_and_the_thread_goes_on_later(words_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "sad piano", "--thread", "t", "--index", str(words_index)]) == 0
    assert "Glass Cathedral" in capsys.readouterr().out
    assert main(["chat", "why the first one?", "--thread", "t", "--index", str(words_index)]) == 0
    assert "is here because" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["chat", "hello"], ["web"], ["index", "info"], ["replay"]])
def test_without_an_index_it_says_what_to_do(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    error = capsys.readouterr().err
    assert "linernotes demo --prepare" in error and len(error.splitlines()) == 1


def test_analyze_names_what_it_cannot_use_and_does_the_rest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import numpy as np
    import soundfile

    good, bad = tmp_path / "good.wav", tmp_path / "bad.mp3"
    soundfile.write(good, 0.1 * np.sin(np.arange(44100) / 20), 22050)
    bad.write_text("this is no music")
    assert main(["analyze", "--json", str(bad), str(good)]) == 2
    out = capsys.readouterr()
    assert len(out.err.splitlines()) == 1 and "bad.mp3" in out.err
    profile = lines(out.out)[0]
    wanted = {
        "duration_s",
        "tempo",
        "meter",
        "beats_s",
        "downbeats_s",
        "key",
        "keys",
        "chords",
        "sections",
        "loudness",
        "energy",
        "timbre",
    }
    assert wanted <= set(profile) and abs(float(str(profile["duration_s"])) - 2.0) < 0.01


def test_a_served_model_that_is_not_there_is_told_at_once(
    words_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--index", str(words_index), "--model", "vllm", "--base-url", "http://127.0.0.1:9/v1"]
    assert main(["chat", "sad blues", *options]) == 1
    told = capsys.readouterr()
    assert "turns will fail until it does" in told.err and "cannot be reached" in told.out
    assert main(["chat", "sad blues", "--fallback", *options]) == 0
    told = capsys.readouterr()
    assert "stands in" in told.err and "Blue Ferry" in told.out and "the embedded reader answers this turn" in told.out


def test_json_lines_say_what_went_wrong_and_who_answered(
    words_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--index", str(words_index), "--model", "vllm", "--base-url", "http://127.0.0.1:9/v1", "--fallback"]
    monkeypatch.setattr("sys.stdin", io.StringIO('{"conversation": "a", "user": "sad blues"}\n'))
    assert main(["chat", "--jsonl", *options]) == 0
    [row] = lines(capsys.readouterr().out)
    assert row["brain"] == "embedded" and "cannot be reached" in str(row["trouble"]) and row["shown"]
