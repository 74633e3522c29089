"""`index build --captions flamingo` from the command line, against a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from index.store import Store
from tests.tools.listener.hearing import OBJECT, PROSE, kind
from tests.tools.making import wav
from ui.main import main

MODEL = "nvidia/music-flamingo-hf"


class Server(ThreadingHTTPServer):
    """Answers as a model that hears a waltz; `broken` makes it fail on a song, `asked` are the kinds of prompts it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.broken = False
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._send(200, {"data": [{"id": MODEL}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = body["messages"][0]["content"]
        asked = kind(content[0]["text"])
        self.server.asked.append(asked)
        if self.server.broken and len(content[1]["input_audio"]["data"]) > 100_000:
            self._send(400, {"error": {"message": "this sound is too long for me"}})
            return
        answer = OBJECT if asked == "structure" else f"{PROSE} It runs at 250 BPM."
        self._send(200, {"choices": [{"message": {"content": answer}, "finish_reason": "stop"}]})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("LINERNOTES_AUDIO_URL", server.url)
    monkeypatch.setenv("LINERNOTES_DEVICE", "cpu")
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    (tmp_path / "music").mkdir()
    wav(tmp_path / "music" / "short.wav", 1.0)
    wav(tmp_path / "music" / "long.wav", 4.0)
    return tmp_path / "music"


def build(music: Path, *more: str) -> int:
    return main(["index", "build", str(music), "--index", str(music.parent / "index"), "-j", "2", *more])


def captions(music: Path) -> dict[str, tuple[str, str]]:
    """Caption and its origin by title."""
    store = Store(music.parent / "index")
    found = {t.name: (t.caption or "", t.origins["caption"].detail) for t in store.tracks(store.ids())}
    assert all(t.genres == () for t in store.tracks(store.ids()))
    assert {e.concept for es in store.evidence(store.ids()).values() for e in es if e.field == "caption"} >= {"piano"}
    store.close()
    return found


def test_captions_are_modelled_named_and_asked_for_once(
    server: Server, music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(music, "--captions", "flamingo") == 0
    assert capsys.readouterr().err.count("NVIDIA OneWay Noncommercial") == 1
    assert sorted(server.asked) == ["description"] * 2 + ["structure"] * 2
    for caption, origin in captions(music).values():
        assert caption.startswith(PROSE) and "250" not in caption and "Heard in it: genres waltz" in caption
        assert origin.startswith(f"{MODEL}, prompt 1, 20")
    assert build(music, "--captions", "flamingo", "--json") == 0
    assert json.loads(capsys.readouterr().out)["unchanged"] == 2 and len(server.asked) == 4
    assert (
        build(music) == 0 and build(music, "--captions", "flamingo") == 0
    )  # to the writer and back: answers were kept
    assert len(server.asked) == 4 and all(c.startswith(PROSE) for c, _ in captions(music).values())


def test_a_track_that_fails_keeps_the_writers_caption_and_is_tried_again(
    server: Server, music: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.broken = True
    assert build(music, "--captions", "flamingo") == 0
    out = capsys.readouterr().out
    assert (
        "1 of them keep the caption writer's caption" in out and "short long.wav: " in out and "too long for me" in out
    )
    found = captions(music)
    assert found["long"][1].startswith("caption writer") and found["short"][1].startswith(MODEL)
    asked = len(server.asked)
    server.broken = False
    assert build(music, "--captions", "flamingo", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["unchanged"], report["added"], report["short"]) == (1, 1, [])
    assert len(server.asked) == asked + 2 and captions(music)["long"][0].startswith(PROSE)


def test_a_server_that_is_down_is_one_line_and_nothing_is_lost(
    server: Server, music: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(music, "--captions", "flamingo") == 0
    before = captions(music)
    monkeypatch.setenv("LINERNOTES_AUDIO_URL", "http://127.0.0.1:9/v1")
    capsys.readouterr()
    wav(music / "third.wav", 1.0)
    assert build(music, "--captions", "flamingo") == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said and "does not answer" in said and captions(music) == before
    monkeypatch.delenv("LINERNOTES_AUDIO_URL")
    assert build(music, "--captions", "flamingo") == 2 and "LINERNOTES_AUDIO_URL" in capsys.readouterr().err
