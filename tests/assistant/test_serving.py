"""The commands for each machine, by their values; memory, parsers, ports; what a log says; GPUs and interpreters."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.machine import Cards, cards, check_hearing, find_python
from assistant.processes import Running, await_ready, check_ports, last_line, last_words
from assistant.profiles import Machine, machines, models, profile_of
from assistant.serving import ServerCommand, Wish, plan
from index.errors import UserError

WISH = Wish(Path("/opt/v/bin/python"), Path("/logs"))


def value(command: ServerCommand, flag: str) -> str | None:
    return command.argv[command.argv.index(flag) + 1] if flag in command.argv else None


@pytest.mark.parametrize(
    ("memory", "agent", "share", "length", "audio_share"),
    [
        (23.9, "Qwen/Qwen3.5-9B", "0.92", "32768", None),
        (79.6, "Qwen/Qwen3.6-27B-FP8", "0.62", "65536", "0.30"),
        (140.4, "Qwen/Qwen3.8-27B", "0.72", "131072", "0.20"),
    ],
)
def test_what_each_machine_serves(memory: float, agent: str, share: str, length: str, audio_share: str | None) -> None:
    first, *rest = plan(replace(WISH, memory_gb=memory))
    assert first.argv[:3] == ("/opt/v/bin/python", "-m", "vllm.entrypoints.openai.api_server")
    assert (value(first, "--model"), value(first, "--served-model-name")) == (agent, agent)
    assert (value(first, "--gpu-memory-utilization"), value(first, "--max-model-len")) == (share, length)
    assert (value(first, "--tool-call-parser"), value(first, "--reasoning-parser")) == ("qwen3_coder", "qwen3")
    assert {"--enable-auto-tool-choice", "--language-model-only"} <= set(first.argv)
    assert (first.url, first.log) == ("http://127.0.0.1:8000/v1", Path("/logs/serve-agent.log"))
    assert dict(first.env) == {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "0"}
    assert [value(c, "--gpu-memory-utilization") for c in rest] == ([audio_share] if audio_share else [])
    for audio in rest:
        assert (audio.model, audio.url) == ("nvidia/music-flamingo-hf", "http://127.0.0.1:8001/v1")
        assert value(audio, "--max-model-len") == "20480" and "--enable-auto-tool-choice" not in audio.argv
        assert audio.env["VLLM_MAX_AUDIO_DECODE_DURATION_S"] == "600"
        assert audio.env["VLLM_MAX_AUDIO_CLIP_FILESIZE_MB"] == "64"


@pytest.mark.parametrize("model", [m.id for m in models() if m.role == "agent"])
@pytest.mark.parametrize("machine", machines(), ids=lambda m: m.name)
def test_every_agent_model_on_every_machine_it_fits(machine: Machine, model: str) -> None:
    profile = profile_of(model)
    assert profile is not None
    wish = replace(WISH, memory_gb=machine.at_least_gb, agent=model)
    if profile.needs_gb > machine.at_least_gb:
        with pytest.raises(UserError, match=f"needs about {profile.needs_gb:g} GB"):
            plan(wish)
        return
    commands = plan(wish)
    assert value(commands[0], "--tool-call-parser") == profile.tool_call_parser
    assert value(commands[0], "--reasoning-parser") == profile.reasoning_parser
    shares = [float(value(c, "--gpu-memory-utilization") or 0) for c in commands]
    assert sum(shares) <= 0.95 and shares[0] * machine.at_least_gb >= profile.needs_gb * 0.9


def test_what_is_asked_for_outranks_the_table() -> None:
    wish = replace(
        WISH, memory_gb=80, audio="none", replicas=2, max_model_len=9000, host="0.0.0.0", port=9000, offline=True
    )
    [only] = plan(wish)
    assert (value(only, "--data-parallel-size"), value(only, "--max-model-len")) == ("2", "9000")
    assert value(only, "--gpu-memory-utilization") == "0.92" and only.env["HF_HUB_OFFLINE"] == "1"
    assert (value(only, "--host"), only.url) == ("0.0.0.0", "http://127.0.0.1:9000/v1")
    [audio] = plan(replace(WISH, memory_gb=24, agent="none", audio="nvidia/music-flamingo-hf"))
    assert (audio.role, value(audio, "--gpu-memory-utilization"), audio.port) == ("audio", "0.92", 8001)
    named = replace(WISH, memory_gb=80, agent="someone/mamba", tool_call_parser="pythonic", reasoning_parser="none")
    assert value(plan(named)[0], "--tool-call-parser") == "pythonic" and "--reasoning-parser" not in plan(named)[0].argv


def test_a_card_between_the_sizes_is_divided_by_need() -> None:
    agent, audio = plan(replace(WISH, memory_gb=48, audio="nvidia/music-flamingo-hf"))
    assert (value(agent, "--gpu-memory-utilization"), value(audio, "--gpu-memory-utilization")) == ("0.46", "0.46")


def test_with_a_second_card_the_audio_model_has_its_own() -> None:
    both = replace(WISH, memory_gb=80, cards=2)
    agent, audio = plan(both)
    assert [value(c, "--gpu-memory-utilization") for c in (agent, audio)] == ["0.92", "0.92"]
    assert "CUDA_VISIBLE_DEVICES" not in agent.env and audio.env["CUDA_VISIBLE_DEVICES"] == "1"
    shared = [plan(replace(both, **how)) for how in ({"cards": 1}, {"replicas": 2}, {"apart": False})]
    for commands in shared:
        assert [value(c, "--gpu-memory-utilization") for c in commands] == ["0.62", "0.30"]
        assert not any("CUDA_VISIBLE_DEVICES" in c.env for c in commands)
    [*_, third] = plan(replace(both, cards=3, replicas=2))
    assert third.env["CUDA_VISIBLE_DEVICES"] == "2"


def test_a_model_that_is_not_known_gets_the_context_that_fits() -> None:
    commands = plan(replace(WISH, memory_gb=80, agent="a/b", audio="c/d", tool_call_parser="hermes"))
    assert [value(c, "--max-model-len") for c in commands] == ["auto", "auto"]
    assert [c.context for c in commands] == [None, None]


@pytest.mark.parametrize("host", ["a b", "", "x;y", "$HOME"])
def test_what_is_no_host_is_not_printed_either(host: str) -> None:
    with pytest.raises(UserError, match="no host to listen on"):
        plan(replace(WISH, memory_gb=80, host=host))


def test_more_replicas_than_cards() -> None:
    with pytest.raises(UserError, match="there is 1"):
        plan(replace(WISH, memory_gb=80, cards=1, replicas=2))


def test_a_folder_on_a_processor(tmp_path: Path) -> None:
    folder = tmp_path / "it's mine"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen3", "max_position_embeddings": 2048}))
    [only] = plan(replace(WISH, cpu=True, agent=str(folder)))
    assert (only.name, value(only, "--max-model-len"), value(only, "--tool-call-parser")) == (
        "it's mine",
        "2048",
        "hermes",
    )
    [two] = plan(replace(WISH, cpu=True, agent=str(folder), replicas=2))
    assert value(two, "--data-parallel-size") == "2"
    assert "--enforce-eager" in only.argv and "--gpu-memory-utilization" not in only.argv
    assert (only.env["HF_HUB_OFFLINE"], only.env["VLLM_CPU_KVCACHE_SPACE"]) == ("1", "4")
    words = shlex.split(only.shell())
    assert words[0] == "env" and tuple(words[-len(only.argv) :]) == only.argv
    said = subprocess.run(["sh", "-c", only.shell().replace(str(WISH.python), "echo", 1)], capture_output=True, text=True)  # fmt: skip
    assert f"--model {folder} --served" in said.stdout


def test_a_folder_of_a_known_model_is_that_model(tmp_path: Path) -> None:
    for name in ("Qwen3.5-9B", "music-flamingo-hf", "music-flamingo-2601-hf"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text('{"max_position_embeddings": 9000}')
    agent, audio = plan(
        replace(WISH, memory_gb=80, agent=str(tmp_path / "Qwen3.5-9B"), audio=str(tmp_path / "music-flamingo-hf"))
    )
    assert "--language-model-only" in agent.argv and value(agent, "--tool-call-parser") == "qwen3_coder"
    assert (agent.context, agent.name) == (9000, "Qwen3.5-9B")
    assert audio.profile is not None and audio.profile.noncommercial and audio.env["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(UserError, match="removed after"):
        plan(replace(WISH, memory_gb=80, audio=str(tmp_path / "music-flamingo-2601-hf")))


def test_a_taken_or_foreign_address_is_told() -> None:
    [command] = plan(replace(WISH, memory_gb=24))
    with pytest.raises(UserError, match=r"192\.0\.2\.1:8000 cannot be listened on"):
        check_ports([command], "192.0.2.1")
    with pytest.raises(UserError, match="cannot be listened on"):
        check_ports([command], "no.such.host.invalid")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", "", "it wrote nothing"),
        ("\x1b[1;36m(EngineCore pid=3)\x1b[0;0m INFO 11-25 16:20:01 [core.py:1] loading\n\n", "loading", "loading"),
        ("10%|#\r55%|##\r", "55%|##", "55%|##"),
        ("torch.OutOfMemoryError: CUDA out of memory\nbye\n", "bye", "torch.OutOfMemoryError: CUDA out of memory"),
        ("ValueError: why\nRuntimeError: failed. See root cause above.\n", "RuntimeError: failed. See root cause above.", "ValueError: why"),
        ("api_server.py: error: unrecognized arguments: --x\n", "api_server.py: error: unrecognized arguments: --x", "api_server.py: error: unrecognized arguments: --x"),
    ],
)  # fmt: skip
def test_what_a_log_says(text: str, line: str, words: str, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(text)
    assert (last_line(log), last_words(log)) == (line, words)
    assert last_line(tmp_path / "none") == ""


def test_progress_is_told_until_it_is_ready(tmp_path: Path) -> None:
    [command] = plan(replace(WISH, memory_gb=24, logs=tmp_path))
    command.log.write_text("loading weights\n")
    answers, ticks = iter([False, True]), iter([10.0, 12.5])
    told: list[tuple[float, str]] = []
    with subprocess.Popen(["sleep", "30"]) as process:
        server = Running(command, process)
        ready = await_ready(
            server, "k", threading.Event(), lambda s, line: told.append((s, line)), clock=lambda: next(ticks), ready=lambda c, k: next(answers)
        )  # fmt: skip
        process.kill()
    assert ready and told == [(2.5, "loading weights")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [("24564\n", Cards(1, 24.0)), ("81559\n143771\n", Cards(2, 79.6)), ("[N/A]\n", None), ("", None)],
)
def test_the_driver_names_the_cards(said: str, expected: Cards | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert cards(lambda command: said) == expected


def test_an_interpreter_is_tried_before_it_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for wrong in ("/bin/false", "/no/such/python", str(tmp_path), "/etc/passwd"):
        with pytest.raises(UserError, match="no Python that has vLLM"):
            find_python(wrong)
    fake = Path(__file__).parents[1] / "fixtures/fake_vllm"
    monkeypatch.setenv("PYTHONPATH", str(fake))
    assert find_python(sys.executable) == Path(sys.executable)
    check_hearing(Path(sys.executable))
    with pytest.raises(UserError, match=r"vllm\[audio\]"):
        check_hearing(Path("/bin/false"))


@pytest.mark.gpu
def test_the_card_of_this_machine_is_found_and_served() -> None:
    import torch

    found = cards()
    assert found and found.count == torch.cuda.device_count()
    assert found.memory_gb == pytest.approx(torch.cuda.get_device_properties(0).total_memory / 2**30, rel=0.02)
    if found.memory_gb >= min(m.at_least_gb for m in machines()):
        wish = replace(WISH, memory_gb=found.memory_gb, cards=found.count)
        assert value(plan(wish)[0], "--gpu-memory-utilization")


@pytest.mark.parametrize(
    ("length", "words"),
    [(512, "the tools and the rules alone need 8000 tokens"), (9_999_999, "was made for 262144 tokens at most")],
)
def test_a_context_that_cannot_work_is_refused(length: int, words: str) -> None:
    with pytest.raises(UserError, match=words):
        plan(replace(WISH, memory_gb=80, audio="none", max_model_len=length))


def test_a_small_card_is_told_what_fits_it() -> None:
    with pytest.raises(UserError, match="pass --agent-model openai/gpt-oss-20b"):
        plan(replace(WISH, memory_gb=16))
