"""`rights` on the command line: a block counts at once, a withdrawal leaves no byte, nothing comes back with a build."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import load
from assistant.threads import WITHDRAWN, Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.fixtures.words import ROWS
from tools.annotate import Annotator
from ui.main import main


@pytest.fixture
def index(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of one's own, and a home of one's own."""
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    build(tmp_path / "rows.jsonl", tmp_path / "index", lambda track: track, embedder)
    return tmp_path / "index"


def rights(*args: str, index: Path) -> int:
    return main(["rights", *args, "--index", str(index)])


def test_a_block_counts_at_once_and_can_be_lifted(
    index: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue, threads = Catalogue(index, embedder), Threads(None)
    open_page = Assistant(load(), catalogue, threads)
    assert open_page.reply(Request("t", "slow blues")).shown[0]["title"] == "Blue Ferry"
    assert rights("block", "Blue Ferry", "--reason", "a notice", "--who", "label", index=index) == 0
    assert "Blue Ferry" not in str(open_page.reply(Request("u", "slow blues")).shown)
    assert "no longer" in open_page.reply(Request("t", "tell me about T1")).text
    assert "Blue Ferry" not in open_page.reply(Request("t", "why the first one?")).text
    assert rights("block", "w06", "--reason", "again", index=index) == 2
    assert rights("show", "w06", "--json", index=index) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["blocked"] and told["decisions"][0]["who"] == "label"
    assert rights("unblock", "w06", "--reason", "settled", index=index) == 0
    assert open_page.reply(Request("v", "slow blues")).shown[0]["title"] == "Blue Ferry"
    threads.close()
    catalogue.close()


def test_a_withdrawal_leaves_no_byte(
    index: Path, embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    catalogue, threads = Catalogue(index, embedder), Threads(home / "threads.sqlite")
    assistant = Assistant(load(), catalogue, threads)
    assistant.reply(Request("named", "a calm song about the sea"))
    assistant.reply(Request("named", "show me the lyrics of the first one"))
    kept = assistant.reply(Request("other", "how many tracks do you have?")).text
    traces = [b"Harbour Lamps", b"lamps along the harbour wall", b"soft female vocal about the sea"]
    assert all(_found(t, index, home) for t in traces)
    threads.close()
    catalogue.close()
    assert rights("withdraw", "w01", "--reason", "the artist left", index=index) == 2  # not without --yes
    assert rights("withdraw", "w01", "--reason", "the artist left", "--yes", index=index) == 0
    assert "gone from" in capsys.readouterr().out
    for trace in traces:
        assert not _found(trace, index, home), trace
    threads = Threads(home / "threads.sqlite")
    assert [r["text"] for _, r in threads.turns("named", "local")] == [WITHDRAWN, WITHDRAWN]
    assert [r["text"] for _, r in threads.turns("other", "local")] == [kept]
    threads.close()
    report = build(tmp_path / "rows.jsonl", index, lambda track: track, embedder)
    assert report.tracks == len(ROWS) - 1
    assert [r["reason"] for r in report.rejected] == ["withdrawn: the artist left"]
    assert main(["index", "check", "--index", str(index)]) == 0


def _found(words: bytes, *folders: Path) -> list[Path]:
    """Files that hold the words, in any case."""
    files = [f for folder in folders for f in folder.rglob("*") if f.is_file()]
    return [f for f in files if words.lower() in f.read_bytes().lower()]


def test_bad_input_is_one_line(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rights("block", "No Such Song", "--reason", "x", index=index) == 2
    assert rights("unblock", "w01", "--reason", "x", index=index) == 2
    told = capsys.readouterr().err.splitlines()
    assert "no such track" in told[0] and "not blocked" in told[1] and len(told) == 2
    assert rights("show", index=index) == 0


def test_what_was_withdrawn_can_still_be_looked_up(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rights("show", index=index) == 0
    assert "no decisions" in capsys.readouterr().out
    assert rights("withdraw", "w05", "--reason", "gone", "--yes", index=index) == 0
    assert rights("show", "w05", "--json", index=index) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["withdrawn"] and told["decisions"][0]["reason"] == "gone"


def test_rights_that_are_set_count_at_once_and_with_the_next_build(
    index: Path, embedder: Embedder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue, threads = Catalogue(index, embedder), Threads(None)
    page = Assistant(load(), catalogue, threads)
    assert "lamps along the harbour" in page.reply(Request("a", "the lyrics of Harbour Lamps, please")).text
    line = "The lamps along the harbour wall are counting ships that never call"
    assert page._guard.leak(line) is None  # within the two lines that may be shown
    words = ("--who", "label", "--reason", "new contract")
    assert rights("set", "w01", "--lyrics-display", "none", "--ai", "partly", *words, index=index) == 0
    reply = page.reply(Request("b", "the lyrics of Harbour Lamps, please"))
    assert "lamps along" not in reply.text and "does not allow" in reply.text
    assert page._guard.leak(line)
    assert "Harbour Lamps" not in str(page.reply(Request("c", "a calm song about the sea")).shown)  # declared AI
    threads.close()
    catalogue.close()
    build(tmp_path / "rows.jsonl", index, lambda track: track, embedder)
    assert rights("show", "w01", "--json", index=index) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["lyrics_display"].startswith("none") and "in part with AI (rights ledger, label, 20" in told["ai"]
    assert told["decisions"][0]["values"] == {"lyrics_display": "none", "ai_status": "partly"}


def test_a_track_that_machines_may_no_longer_hear(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What was measured and written from its sound is gone from the disk; what its makers declared stays."""
    monkeypatch.setenv("LINERNOTES_HOME", str(tmp_path / "home"))
    (tmp_path / "music").mkdir()
    times = np.arange(8 * 22050) / 22050
    soundfile.write(tmp_path / "music" / "Night Ferry.wav", 0.3 * np.sin(2 * np.pi * 220 * times), 22050)
    index = tmp_path / "index"
    build(tmp_path / "music", index, Annotator(), embedder)
    with closing(Catalogue(index, embedder)) as catalogue:
        (before,) = catalogue.store.tracks(catalogue.store.ids())
        assert before.caption and catalogue.store.measured(before.id)
    assert _found(before.caption[:40].encode(), index)
    assert rights("set", "Night Ferry", "--analysis", "forbidden", "--reason", "tdm", index=index) == 0
    for _ in range(2):  # at once, and after the next build
        with closing(Catalogue(index, embedder)) as catalogue:
            after = catalogue.track(before.id)
            assert after and after.caption is None and after.profile is None and after.title == "Night Ferry"
            assert catalogue.store.measured(before.id) == {"tempo_bpm": None, "key": None, "meter": None} or not catalogue.store.measured(before.id)  # fmt: skip
            assert "rights ledger" in str(after.rights.analysis_source)
        assert not _found(before.caption[:40].encode(), index)
        build(tmp_path / "music", index, Annotator(), embedder)


def test_nothing_to_set_and_no_reason(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert rights("set", "w01", "--reason", "x", index=index) == 2
    assert "nothing to set" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        rights("block", "w01", "--reason", "  ", index=index)
    assert ended.value.code == 2 and "must not be empty" in capsys.readouterr().err
