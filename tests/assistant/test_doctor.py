"""What the doctor finds: nothing configured, everything fine, and what is switched on and broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from assistant.doctor import Finding, examine
from assistant.settings import Settings
from tests.assistant.answering import Answered, Asked, answering
from tests.assistant.served import serving

DEAD = "http://127.0.0.1:9/v1"


def found(settings: Settings, index: Path | None = None) -> dict[str, Finding]:
    return {f.name: f for f in examine(settings, index)}


def test_with_nothing_configured_nothing_is_broken(tmp_path: Path) -> None:
    findings = found(Settings(home=tmp_path, base_url=DEAD))
    assert {name for name, f in findings.items() if f.state == "broken"} == set()
    assert findings["embedder"].state == "ok"
    for name in ("index", "agent model", "audio model", "LRCLIB"):
        assert findings[name].state == "absent", findings[name]
        assert findings[name].advice or "`linernotes" in findings[name].detail
    assert all(f.detail and "\n" not in f.detail for f in findings.values())


def test_what_is_switched_on_and_dead_is_broken(tmp_path: Path) -> None:
    findings = found(
        Settings(
            home=tmp_path, brain="vllm", base_url=DEAD, audio_url=DEAD, lrclib=True, lrclib_url="http://127.0.0.1:9"
        )
    )
    for name in ("agent model", "audio model", "LRCLIB"):
        assert findings[name].state == "broken" and "does not answer" in findings[name].detail and findings[name].advice


def test_each_source_of_lyrics_is_reported(tmp_path: Path, words_index: Path) -> None:
    def answer(asked: Asked) -> Answered:
        known = "apikey=good" in asked.path
        return Answered({"message": {"header": {"status_code": 404 if known else 401}, "body": []}})

    with answering(answer) as server:
        settings = Settings(home=tmp_path, base_url=DEAD, musixmatch_key="good", musixmatch_url=server.url)
        good = found(settings, words_index)
        bad = found(replace(settings, musixmatch_key="b4d"))["Musixmatch"]
    assert good["Musixmatch"].state == "ok" and "column" in good["lyrics: own"].detail
    assert good["lyrics: by ear"].state == good["LRCLIB"].state == "absent"
    assert bad.state == "broken" and "not accepted" in bad.detail and "b4d" not in bad.detail + bad.advice


def test_a_served_model_is_found_and_a_wrong_name_is_told(tmp_path: Path) -> None:
    with serving([{"content": ""}]) as script:
        settings = Settings(home=tmp_path, brain="vllm", base_url=script.url, model="tiny", audio_url=script.url)
        findings = found(settings)
        unwanted = found(replace(settings, brain="embedded", model="other"))["agent model"]
    assert (findings["agent model"].state, findings["audio model"].state) == ("ok", "broken")
    assert "serves tiny, not" in findings["audio model"].detail
    assert unwanted.state == "absent"


def test_the_interpreter_of_vllm_is_tried(tmp_path: Path) -> None:
    broken = found(Settings(home=tmp_path, base_url=DEAD, vllm_python="/bin/false"))["vllm"]
    assert broken.state == "broken" and "/bin/false" in broken.detail and "pip install" in broken.advice


def test_an_index_is_counted_and_its_damage_is_told(words_index: Path, tmp_path: Path) -> None:
    import shutil

    assert found(Settings(home=tmp_path, base_url=DEAD), words_index)["index"] == Finding(
        "index", "ok", f"22 tracks in {words_index}"
    )
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copy(words_index / "catalogue.sqlite", copy)
    broken = found(Settings(home=tmp_path, base_url=DEAD), copy)["index"]
    assert broken.state == "broken" and "not there" in broken.detail and "index check" in broken.advice


def test_a_home_that_cannot_be_written_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = found(Settings(home=tmp_path / "file" / "home", base_url=DEAD))["home"]
    assert home.state == "broken" and "LINERNOTES_HOME" in home.advice
    assert found(Settings(home=tmp_path / "new" / "home", base_url=DEAD))["home"].state == "ok"
    assert not (tmp_path / "new").exists()
