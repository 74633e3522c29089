"""The table of models and machines: complete, consistent, found by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.profiles import DIALECTS, Machine, ModelProfile, machine_of, machines, models, parsers_of, profile_of


def known(model: str) -> ModelProfile:
    profile = profile_of(model)
    assert profile is not None
    return profile


@pytest.mark.parametrize("name", ["Qwen/Qwen3.5-9B", "Qwen3.5-9B", "qwen/qwen3.5-9b", "/models/Qwen3.5-9B/"])
def test_a_model_is_found_by_its_id_and_by_its_name(name: str) -> None:
    profile = known(name)
    assert (profile.id, profile.tool_call_parser, profile.reasoning_parser) == (
        "Qwen/Qwen3.5-9B",
        "qwen3_coder",
        "qwen3",
    )
    assert dict(profile.sampling) == {"temperature": 1.0, "top_p": 0.95, "top_k": 20}


@pytest.mark.parametrize("name", ["", "tiny", "Qwen/Qwen3.5", "Qwen3.5-9B-Instruct"])
def test_an_unknown_name_has_no_profile(name: str) -> None:
    assert profile_of(name) is None


@pytest.mark.parametrize("profile", models(), ids=lambda p: p.id)
def test_every_agent_has_parsers_and_no_model_has_strange_figures(profile: ModelProfile) -> None:
    assert (profile.tool_call_parser is not None) == (profile.role == "agent")
    assert 0 < profile.needs_gb <= 141 and profile.context >= 16_384
    assert set(profile.sampling) <= {"temperature", "top_p", "top_k", "min_p", "presence_penalty"}
    assert profile.noncommercial == ("noncommercial" in profile.licence.casefold())


@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_what_a_machine_serves_fits_its_card(machine: Machine) -> None:
    agent = known(machine.agent)
    assert agent.role == "agent" and agent.needs_gb <= machine.at_least_gb
    assert machine.agent_max_model_len <= agent.context
    if machine.audio:
        audio = known(machine.audio)
        assert machine.agent_share and machine.audio_share and machine.agent_share + machine.audio_share <= 0.95
        assert audio.role == "audio" and agent.needs_gb + audio.needs_gb <= machine.at_least_gb


@pytest.mark.parametrize(
    ("memory", "name"),
    [
        (11.9, None),
        (22.5, "24 GB"),
        (47.9, "24 GB"),
        (79.6, "80 GB"),
        (94, "80 GB"),
        (140.4, "141 GB"),
        (180, "141 GB"),
    ],
)
def test_a_card_is_the_largest_machine_it_can_be(memory: float, name: str | None) -> None:
    machine = machine_of(memory)
    assert (machine.name if machine else None) == name


def test_a_folder_tells_its_family(tmp_path: Path) -> None:
    for kind, expected in (("qwen3", "hermes"), ("gpt_oss", "openai"), ("gemma4", "gemma4")):
        (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}))
        parsers = parsers_of(str(tmp_path))
        assert parsers is not None and parsers.tool_call == expected
    for broken in ("{", "[]", "{}", '{"model_type": "mamba"}'):
        (tmp_path / "config.json").write_text(broken)
        assert parsers_of(str(tmp_path)) is None
    assert parsers_of("nobody/nothing") is None


def test_the_dialects_differ() -> None:
    assert DIALECTS["vllm"].strict_tools and not DIALECTS["openai"].extra_fields
