"""Settings from the environment: defaults, values, and values that make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import load
from index.errors import UserError


def test_defaults_need_nothing() -> None:
    settings = load({})
    assert (settings.brain, settings.lrclib, settings.audio_url, settings.device) == ("embedded", False, None, "auto")
    assert settings.demo_index.parent == settings.threads.parent == settings.playlists.parent == settings.home


def test_values_are_taken_and_empty_ones_are_none() -> None:
    given = {
        "LINERNOTES_HOME": "/x", "LINERNOTES_BRAIN": "vllm", "LINERNOTES_BASE_URL": "http://gpu:8000/v1", "LINERNOTES_MODEL": "m", "LINERNOTES_API_KEY": "k",
        "LINERNOTES_AUDIO_URL": " ", "LINERNOTES_LRCLIB": "On", "LINERNOTES_DEVICE": "cuda:1", "LINERNOTES_CONTACT": "",
    }  # fmt: skip
    settings = load(given)
    assert (settings.home, settings.brain, settings.base_url, settings.model) == (
        Path("/x"),
        "vllm",
        "http://gpu:8000/v1",
        "m",
    )
    assert (settings.api_key, settings.audio_url, settings.lrclib, settings.device) == ("k", None, True, "cuda:1")
    assert settings.contact.startswith("https://")
    assert load({"LINERNOTES_BRAIN": ""}).brain == "embedded"


@pytest.mark.parametrize(
    ("name", "value"),
    [("BRAIN", "gpt"), ("SERVER", "tgi"), ("BRAIN", "VLLM"), ("DEVICE", "tpu"), ("LRCLIB", "maybe"), ("BASE_URL", "localhost:8000"), ("AUDIO_URL", "ftp://x"), ("LRCLIB_URL", "https://")],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UserError, match=f"LINERNOTES_{name} is") as wrong:
        load({f"LINERNOTES_{name}": value})
    assert "\n" not in str(wrong.value) and value in str(wrong.value)


def test_options_outrank_the_environment_and_none_does_not() -> None:
    settings = load({"LINERNOTES_MODEL": "a"})
    assert settings.with_options(model="b").model == "b"
    assert settings.with_options(model=None).model == "a"


def test_a_key_that_is_none_is_refused_and_not_shown() -> None:
    with pytest.raises(UserError, match="LINERNOTES_API_KEY") as wrong:
        load({"LINERNOTES_API_KEY": "geheim\tß"})
    assert "geheim" not in str(wrong.value)


def test_the_kind_of_server_and_the_address_of_the_command_line() -> None:
    settings = load({"LINERNOTES_SERVER": "llama.cpp", "LINERNOTES_BASE_URL": "http://a/v1"}, "http://b/v1")
    assert (settings.server, settings.base_url) == ("llama.cpp", "http://b/v1")
    with pytest.raises(UserError, match="--base-url is 'localhost'"):
        load({}, "localhost")
