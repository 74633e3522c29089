"""The transformers backend with tiny checkpoints of random weights: requests go through, and babble is taken for what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from index.build import Short
from index.errors import ToolFailed
from tests.fixtures.flamingo import make_checkpoint
from tests.tools.making import profile, track, wav
from tools.annotate import Annotator
from tools.audio.analysts import Analysts
from tools.listener.listener import Listener, Nonsense
from tools.listener.local import Local
from tools.listener.said import readable
from tools.listener.sound import hear


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny MusicFlamingo."""
    return make_checkpoint(tmp_path_factory.mktemp("music"), "musicflamingo")


@contextmanager
def brief(model: Local) -> Iterator[list[int]]:
    """Answers of at most 16 tokens, so that babbling takes no time; gives the lengths of what was heard (samples)."""
    heard: list[int] = []
    ask = model.ask
    model.ask = lambda sound, question, most: (heard.append(len(sound)), ask(sound, question, min(most, 16)))[1]  # type: ignore[method-assign]
    yield heard
    del model.ask


@pytest.mark.filterwarnings("ignore")
def test_twelve_minutes_go_through_in_two_windows_and_babble_is_nonsense(music: Path, tmp_path: Path) -> None:
    model = Local(str(music), "cpu", limit_s=600.0)
    assert model.trouble() is None and model.longest_s() == 600.0
    song = wav(tmp_path / "a.wav", 720.0, 22_050, 2)
    with brief(model) as heard:
        with pytest.raises(Nonsense, match="no description"):
            Listener(model).describe(song, profile())
        assert [round(n / 16_000, 2) for n in heard] == [600.0, 150.0]  # 0 to 10 min and 9:30 to 12 min
        made = Annotator(Analysts("cpu"), Listener(model))(track(audio=str(song), lyrics=None))
    assert isinstance(made, Short) and not made.again and made.track.caption
    assert made.track.origins["caption"].detail.startswith("caption writer")


@pytest.mark.filterwarnings("ignore")
def test_the_same_sound_gives_the_same_answer_and_another_sound_another(music: Path, tmp_path: Path) -> None:
    model = Local(str(music), "cpu")
    sound = hear(wav(tmp_path / "a.wav", 3.0, 16_000, 1)).samples
    first = model.ask(sound, "Describe this track.", 12)
    assert first.cut and model.ask(sound, "Describe this track.", 12) == first and not readable(first.text)


@pytest.mark.filterwarnings("ignore")
def test_it_stops_in_the_middle_of_an_answer(music: Path, tmp_path: Path) -> None:
    model = Local(str(music), "cpu", total_s=20.0)
    sound = hear(wav(tmp_path / "a.wav", 1.0)).samples
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(model.ask, sound, "Describe this track.", 100_000)
        with pytest.raises(TimeoutError):
            waiting.result(1.5)
        model.stop()
        with pytest.raises(ToolFailed, match="stopped"):
            waiting.result(5)


@pytest.mark.filterwarnings("ignore")
def test_the_preview_architecture_runs_too_and_reads_its_own_limit(tmp_path: Path) -> None:
    folder = make_checkpoint(tmp_path / "preview", "audioflamingo3")
    model = Local(str(folder), "cpu", limit_s=1200)
    assert model.longest_s() == 600
    assert model.ask(hear(wav(tmp_path / "a.wav", 1.0)).samples, "Describe.", 4).text


@pytest.mark.filterwarnings("ignore")
def test_what_cannot_run_is_one_line(tmp_path: Path, music: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    damaged = tmp_path / "damaged"
    make_checkpoint(damaged, "musicflamingo")
    (damaged / "model.safetensors").write_bytes(b"no weights")
    for model, said in (
        (Local("nobody/nothing"), "fetch it first"),
        (Local(str(tmp_path)), "no checkpoint there"),
        (Local(str(other)), "a qwen2 checkpoint"),
        *([] if torch.cuda.is_available() else [(Local(str(music), "cuda"), "no CUDA device")]),
    ):
        assert said in str(model.trouble()) and "\n" not in str(model.trouble())
    with pytest.raises(ToolFailed, match="cannot be loaded"):
        Local(str(damaged), "cpu").longest_s()


@pytest.mark.gpu
@pytest.mark.filterwarnings("ignore")
def test_it_runs_on_a_gpu(music: Path, tmp_path: Path) -> None:
    model = Local(str(music))
    assert model.ask(hear(wav(tmp_path / "a.wav", 3.0)).samples, "Describe.", 4).text
