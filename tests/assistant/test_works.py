"""Artists' own tracks: kept with their sound, nobody else's, and gone without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.works import Works
from index.errors import UserError
from index.track import Track
from tests.fixtures.profiles import made_profile
from tools.studio.corrections import correction

TRACK = Track(id="own", title="A Most Peculiar Lantern", profile=made_profile())


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "demo take.wav"
    path.write_bytes(b"peculiar lantern sound")
    return path


def test_a_work_is_kept_as_it_was_left(tmp_path: Path, sound: Path) -> None:
    works = Works(tmp_path / "home")
    work = works.begin("ada", sound, TRACK, (0.1, 0.9))
    work = work.with_correction(correction("tempo", "50", "the artist", "2026-11-25"))
    works.keep("ada", work)
    works.close()
    again = Works(tmp_path / "home").get(work.id, "ada")
    assert again == work and again.path.read_bytes() == sound.read_bytes() and again.path.name == "demo take.wav"
    assert again.measured.profile and again.measured.profile.tempo.bpm == 100
    assert again.track.profile and again.track.profile.tempo.bpm == 50
    assert again.without_last("tempo").track == TRACK and again.without_last("key") == again


def test_nobody_else_s(tmp_path: Path, sound: Path) -> None:
    works = Works(tmp_path)
    work = works.begin("ada", sound, TRACK, ())
    assert works.get(work.id, "bo") is None and works.of("bo") == [] and works.of("ada") == [(work.id, TRACK.title)]
    works.forget(work.id, "bo")
    assert works.get(work.id, "ada") and works.sound(work.id) == work.path and works.sound("../works.sqlite") is None


def test_gone_without_a_trace(tmp_path: Path, sound: Path) -> None:
    works = Works(tmp_path / "home")
    work = works.begin("ada", sound, TRACK, ())
    works.forget(work.id, "ada")
    works.close()
    left = [f for f in (tmp_path / "home").rglob("*") if f.is_file()]
    assert not any(b"eculiar" in f.read_bytes() for f in left) and works


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be kept"):
        Works(tmp_path / "file")
