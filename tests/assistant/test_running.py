"""What is being served, told from process to process: taken only while its owner lives, and its key only where it belongs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.running import Endpoint, Served, claim, read
from assistant.settings import load
from index.errors import UserError

SERVED = Served(
    "the-key", Endpoint("http://127.0.0.1:8000/v1", "big", 65536), Endpoint("http://127.0.0.1:8001/v1", "ears")
)


def test_it_is_there_while_the_block_lasts(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert read(home) is None
    with claim(home) as tell:
        assert read(home) is None, "claimed, not ready"
        tell(SERVED)
        assert read(home) == SERVED
        assert (home / "serve.json").stat().st_mode & 0o777 == 0o600
        with pytest.raises(UserError, match="already running"), claim(home):
            pass
        assert read(home) == SERVED
    assert read(home) is None and not (home / "serve.json").exists()


def test_what_a_dead_process_left_is_ignored_and_taken_over(tmp_path: Path) -> None:
    code = f"import os; from pathlib import Path; from assistant.running import *\nwith claim(Path({str(tmp_path)!r})) as tell:\n    tell(Served('old'))\n    os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 9
    assert json.loads((tmp_path / "serve.json").read_text())["key"] == "old"
    assert read(tmp_path) is None and load({"LINERNOTES_HOME": str(tmp_path)}).api_key == "none"
    with claim(tmp_path) as tell:
        tell(Served("new"))
        assert read(tmp_path) == Served("new")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "x"}', '{"key": "x", "agent": {"a": 1}, "audio": null}'])
def test_a_file_that_makes_no_sense_is_nothing(text: str, tmp_path: Path) -> None:
    with claim(tmp_path):
        (tmp_path / "serve.json").write_text(text)
        assert read(tmp_path) is None


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"), claim(tmp_path / "file" / "home"):
        pass


def test_settings_take_what_is_served_where_nothing_is_said(tmp_path: Path) -> None:
    home = {"LINERNOTES_HOME": str(tmp_path)}
    with claim(tmp_path) as tell:
        tell(SERVED)
        found = load(home)
        assert (found.brain, found.base_url, found.model, found.api_key) == (
            "embedded",
            "http://127.0.0.1:8000/v1",
            "big",
            "the-key",
        )
        assert found.context == 65536 and load(home | {"LINERNOTES_CONTEXT": "8000"}).context == 8000
        assert (found.audio_url, found.audio_model) == ("http://127.0.0.1:8001/v1", "ears")
        assert load(home, "http://127.0.0.1:8000/v1/").api_key == "the-key", "the same endpoint, said again"
        assert load(home | {"LINERNOTES_MODEL": "mine", "LINERNOTES_AUDIO_URL": "http://x/v1"}).model == "mine"
    assert load(home).base_url == "http://127.0.0.1:8000/v1" and load(home).model == "Qwen/Qwen3.5-9B"


def test_the_key_goes_to_no_other_server(tmp_path: Path) -> None:
    home = {"LINERNOTES_HOME": str(tmp_path)}
    with claim(tmp_path) as tell:
        tell(SERVED)
        for elsewhere in (load(home, "http://other/v1"), load(home | {"LINERNOTES_BASE_URL": "http://other/v1"})):
            assert (elsewhere.base_url, elsewhere.api_key, elsewhere.model) == (
                "http://other/v1",
                "none",
                "Qwen/Qwen3.5-9B",
            )
        assert load(home | {"LINERNOTES_API_KEY": "mine"}).api_key == "mine"
    assert os.environ.get("LINERNOTES_API_KEY") is None
