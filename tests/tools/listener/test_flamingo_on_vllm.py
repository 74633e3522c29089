"""A tiny AudioFlamingo3 with random weights on a real vLLM, fed twelve minutes of sound the product's way.

Run with `pytest -m vllm`; the server's virtual environment needs vLLM's audio packages (av, soundfile).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from index.errors import ToolFailed
from index.store import Store
from tests.fixtures.flamingo import make_checkpoint
from tests.fixtures.vllm_server import Server, interpreter, vllm
from tools.listener.listener import Listener, Nonsense
from tools.listener.said import Said
from tools.listener.served import Served
from tools.listener.sound import RATE, Samples
from ui.main import main

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]
_NAME = "tiny-flamingo"


class Watched(Served):
    """The product's client, with what went through it."""

    def ask(self, sound: Samples, question: str, most_tokens: int) -> Said:
        said = super().ask(sound, question, most_tokens)
        went.append((len(sound) / RATE, said))
        return said


went: list[tuple[float, Said]] = []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if subprocess.run([str(interpreter()), "-c", "import av, soundfile"], capture_output=True).returncode:
        pytest.fail("vLLM decodes audio with av and soundfile, and its environment lacks them: `make vllm-env`")
    folder = tmp_path_factory.mktemp("vllm")
    checkpoint = make_checkpoint(folder / "checkpoint", "audioflamingo3")
    with vllm(checkpoint, folder / "log", "--max-model-len", "20000", "--max-num-seqs", "2", name=_NAME) as running:
        yield running


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve minutes at 22.05 kHz: a chord that beats twice a second."""
    time = np.arange(720 * 22_050) / 22_050
    sound = sum(np.sin(2 * np.pi * f * time) for f in (220.0, 277.2, 329.6)) * 0.1 * np.maximum(0, 1 - (2 * time) % 1)
    path = tmp_path_factory.mktemp("music") / "long.wav"
    soundfile.write(path, sound.astype(np.float32), 22_050)
    return path


def test_twelve_minutes_are_accepted_in_two_windows_and_babble_is_taken_for_what_it_is(
    server: Server, song: Path
) -> None:
    went.clear()
    model = Watched(server.url, _NAME)
    assert model.trouble() is None
    with pytest.raises(Nonsense, match="no description"):
        Listener(model).describe(song, None)
    assert sorted(seconds for seconds, _ in went) == [150.0, 600.0]  # 9:30 to 12:00, and the first ten minutes
    assert all(said.text and said.cut for _, said in went)


def test_what_the_server_refuses_comes_back_in_its_own_words(server: Server, song: Path) -> None:
    sound = np.zeros(601 * RATE, np.float32)
    with pytest.raises(ToolFailed, match=r"400 Audio exceeds maximum allowed duration of 600s"):
        Served(server.url, _NAME).ask(sound, "Describe this track.", 8)
    with pytest.raises(ToolFailed, match="404"):
        Served(server.url, "another").ask(sound[:RATE], "Describe this track.", 8)
    assert f"serves {_NAME}, not another" in str(Served(server.url, "another").trouble())


def test_a_build_keeps_the_writers_caption_and_says_so(
    server: Server, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINERNOTES_AUDIO_URL", server.url)
    monkeypatch.setenv("LINERNOTES_AUDIO_MODEL", _NAME)
    command = ["index", "build", str(song.parent), "--index", str(tmp_path / "index"), "--captions", "flamingo", "--device", "cpu", "--json"]  # fmt: skip
    assert main(command) == 0
    out = capsys.readouterr()
    report = json.loads(out.out)
    assert "licence is not known" in out.err
    assert [row["where"] for row in report["short"]] == ["long.wav"] and "no description" in report["short"][0][
        "reason"
    ]
    store = Store(tmp_path / "index")
    (track,) = store.tracks(store.ids())
    assert track.caption and track.origins["caption"].detail.startswith("caption writer")
    kept = store.rows("SELECT start_s, end_s FROM answers WHERE prompt LIKE 'description%' ORDER BY start_s")
    assert kept == [(0.0, 600.0), (570.0, 720.0)]
    store.close()
    assert main(command) == 0 and json.loads(capsys.readouterr().out)["unchanged"] == 1
