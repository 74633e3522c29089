"""From settings to a listener: which backend, which limits, and what stands in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.doctor import examine
from assistant.ears import licence, listener_for, willing_listener
from assistant.profiles import profile_of
from assistant.settings import load
from index.errors import UserError
from tools.listener.checkpoints import KNOWN
from tools.listener.local import Local
from tools.listener.served import Served


def test_nothing_is_configured_by_default(tmp_path: Path) -> None:
    assert listener_for(load({})).model is None
    with pytest.raises(UserError, match="LINERNOTES_AUDIO_URL"):
        willing_listener(load({}), tmp_path)


def test_a_server_with_its_own_key_and_limit() -> None:
    given = {"LINERNOTES_AUDIO_URL": "http://gpu/v1", "LINERNOTES_AUDIO_MODEL": "m", "LINERNOTES_AUDIO_API_KEY": "k", "LINERNOTES_API_KEY": "other", "LINERNOTES_AUDIO_LIMIT_S": "300"}  # fmt: skip
    model = listener_for(load(given)).model
    assert isinstance(model, Served)
    assert (model.base_url, model.model, model.api_key, model.longest_s()) == ("http://gpu/v1", "m", "k", 300)
    keyless = listener_for(load({k: v for k, v in given.items() if k != "LINERNOTES_AUDIO_API_KEY"})).model
    assert isinstance(keyless, Served) and keyless.api_key == "other"


def test_a_checkpoint_on_this_machine(tmp_path: Path) -> None:
    settings = load({"LINERNOTES_AUDIO_BACKEND": "transformers", "LINERNOTES_AUDIO_MODEL": str(tmp_path), "LINERNOTES_DEVICE": "cpu"})  # fmt: skip
    model = listener_for(settings).model
    assert isinstance(model, Local) and (model.model, model.device) == (str(tmp_path), "cpu")
    with pytest.raises(UserError, match="no checkpoint there"):
        willing_listener(settings, tmp_path)


def test_a_checkpoint_that_no_server_serves_is_pointed_elsewhere(tmp_path: Path) -> None:
    settings = load({"LINERNOTES_AUDIO_URL": "http://127.0.0.1:9/v1", "LINERNOTES_AUDIO_MODEL": "nvidia/music-flamingo-2601-hf"})  # fmt: skip
    with pytest.raises(UserError, match="LINERNOTES_AUDIO_BACKEND=transformers"):
        willing_listener(settings, tmp_path)
    assert "Noncommercial" in licence(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("BACKEND", "vllm"), ("LIMIT_S", "long"), ("LIMIT_S", "5"), ("LIMIT_S", "-60"), ("LIMIT_S", "inf")],
)
def test_a_value_that_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(UserError, match=f"LINERNOTES_AUDIO_{name} is") as wrong:
        load({f"LINERNOTES_AUDIO_{name}": value})
    assert "\n" not in str(wrong.value)


def test_a_key_that_is_none_is_refused_without_showing_it() -> None:
    with pytest.raises(UserError, match="LINERNOTES_AUDIO_API_KEY") as wrong:
        load({"LINERNOTES_AUDIO_API_KEY": "schlüssel"})
    assert "schl" not in str(wrong.value)


def test_a_listener_in_a_conversation_has_no_more_time_than_a_turn(tmp_path: Path) -> None:
    served = listener_for(load({"LINERNOTES_AUDIO_URL": "http://gpu/v1"}), tmp_path, 90.0).model
    local = listener_for(load({"LINERNOTES_AUDIO_BACKEND": "transformers"}), tmp_path, 90.0).model
    assert isinstance(served, Served) and isinstance(local, Local)
    assert served.total_s == local.total_s == 90.0


def test_both_tables_say_the_same_of_a_checkpoint() -> None:
    both = [(c, p) for c in KNOWN if (p := profile_of(c.name))]
    assert len(both) >= 3
    for checkpoint, served in both:
        assert checkpoint.licence == served.licence
        assert ("served" in checkpoint.backends) == (not served.unserved)


def test_the_doctor_looks_at_a_checkpoint_on_this_machine(tmp_path: Path) -> None:
    given = {"LINERNOTES_HOME": str(tmp_path), "LINERNOTES_AUDIO_BACKEND": "transformers"}
    audio = {f.name: f for f in examine(load(given | {"LINERNOTES_AUDIO_MODEL": str(tmp_path)}), None)}["audio model"]
    assert audio.state == "broken" and "no checkpoint there" in audio.detail
    (tmp_path / "config.json").write_text('{"model_type": "musicflamingo"}')
    audio = {f.name: f for f in examine(load(given | {"LINERNOTES_AUDIO_MODEL": str(tmp_path)}), None)}["audio model"]
    assert audio.state == "ok" and "licence is not known" in audio.detail
