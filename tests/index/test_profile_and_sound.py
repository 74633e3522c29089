"""Measured profiles as JSON, and how alike tracks sound."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.annotate import evidence_of
from index.profile import (
    Chord,
    Energy,
    Key,
    KeySpan,
    Loudness,
    Profile,
    Section,
    SoundEmbedding,
    Tempo,
    TempoPoint,
    Timbre,
    clock,
)
from index.sound import TRAITS, Sounds, traits
from index.store import Entry, Store
from index.track import Track
from tests.index.conftest import HashEmbedder


def profile(bpm: float | None = 120.0, brightness: float | None = 1500.0, energy: float = 0.5) -> Profile:
    """A whole profile, for tests that need one."""
    return Profile(
        duration_s=10.0, tempo=Tempo(bpm, 0.9, [TempoPoint(0.0, 120.0)]), meter="4/4", beats_s=[0.5, 1.0], downbeats_s=[0.5], key=Key("A", "minor", 0.8),
        keys=[KeySpan(0.0, 10.0, "A", "minor")], chords=[Chord(0.0, 5.0, "A:min")], sections=[Section(0.0, 10.0, "A")], loudness=Loudness(-14.0, 3.0, -1.0),
        energy=Energy(energy, 9.0, 2.0, 4.0, [0.1, 0.9]), timbre=Timbre(brightness, 0.3, 0.2, 0.3, 0.5, 0.2), notes=["a note"],
    )  # fmt: skip


NUMBERS = st.floats(0.1, 1e6)


@given(st.builds(profile, st.none() | NUMBERS, st.none() | NUMBERS, NUMBERS))
def test_a_profile_survives_json(made: Profile) -> None:
    assert Profile.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def test_a_profile_without_key_survives_json() -> None:
    made = Profile(**{**vars(profile()), "key": None, "keys": []})
    assert Profile.from_dict(json.loads(json.dumps(made.to_dict()))) == made


@pytest.mark.parametrize(
    "change", [{"mood": "sad"}, {"tempo": {"bpm": 1.0, "confidence": 1.0, "curve": [], "swing": 1}}]
)
def test_unknown_fields_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Profile.from_dict({**profile().to_dict(), **change})


def test_a_profile_of_an_earlier_schema_is_read() -> None:
    data = profile().to_dict()
    for name in ("rhythm", "harmony", "events", "arc", "texture", "voices", "melody", "fingerprint", "embedding"):
        del data[name]
    data["chords"] = [{"start_s": 0.0, "end_s": 5.0, "label": "A:min"}]
    assert Profile.from_dict({**data, "schema": 1}) == replace(profile(), schema=1)


def test_clock() -> None:
    assert [clock(s) for s in (0, 59.9, 60, 3599, 3600)] == ["0:00", "0:59", "1:00", "59:59", "60:00"]


def test_a_missing_field_is_refused() -> None:
    data = profile().to_dict()
    del data["tempo"]
    with pytest.raises(TypeError):
        Profile.from_dict(data)


def test_traits_have_names_and_leave_out_what_is_unknown() -> None:
    known = traits(profile())
    assert len(known) == len(TRAITS) and known[0] == pytest.approx(math.log2(120)) and known[-1] == 0.0
    unknown = traits(profile(None, None))
    assert [name for name, value in zip(TRAITS, unknown, strict=True) if value is None] == ["tempo", "brightness"]


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    """Three slow dark tracks, three fast bright ones, one without a profile."""
    store = Store(tmp_path_factory.mktemp("sounds"), create=True)
    made = {f"dark{i}": profile(60.0 + i, 500.0 + i, 0.1) for i in range(3)}
    made |= {f"bright{i}": profile(160.0 + i, 4000.0 + i, 0.9) for i in range(3)}
    tracks = [*(Track(id=i, caption=i, profile=p) for i, p in made.items()), Track(id="words", caption="words")]
    store.put(Entry(t, "f", HashEmbedder().embed_one(t.id), evidence_of(t)) for t in tracks)
    result = Sounds(store)
    store.close()
    return result


def test_likeness_is_one_for_itself_and_falls_with_difference(sounds: Sounds) -> None:
    ids = ["dark0", "dark1", "bright0", "words", "unknown"]
    alike = sounds.likeness(ids, ["dark0"])
    assert alike[0] == pytest.approx(1.0)
    assert 1.0 > alike[1] > 0.9 > 0.5 > alike[2] > 0.0
    assert list(alike[3:]) == [0.0, 0.0]


def test_likeness_is_symmetric_and_zero_without_seeds(sounds: Sounds) -> None:
    forth, back = sounds.likeness(["bright2"], ["dark1"]), sounds.likeness(["dark1"], ["bright2"])
    assert forth == pytest.approx(back)
    assert not np.any(sounds.likeness(["dark0"], [])) and not np.any(sounds.likeness(["dark0"], ["words"]))


def test_sides_of_the_sound_can_be_asked_for_alone(tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    made = {
        "a": ([1.0, 0.0], [1.0, 0.0]),
        "groove": ([1.0, 0.0], [0.0, 1.0]),
        "colour": ([0.0, 1.0], [1.0, 0.0]),
        "none": ([], []),
    }
    tracks = [
        Track(id=i, caption=i, profile=replace(profile(), embedding=SoundEmbedding(rhythm=r, harmony=[], timbre=t)))
        for i, (r, t) in made.items()
    ]
    store.put(Entry(t, "f", HashEmbedder().embed_one(t.id), evidence_of(t)) for t in tracks)
    sounds = Sounds(store)
    assert list(sounds.likeness(list(made), ["a"], ["rhythm"])) == pytest.approx([1, 1, 0, 0])
    assert list(sounds.likeness(list(made), ["a"], ["timbre"])) == pytest.approx([1, 0, 1, 0])
    whole = sounds.likeness(list(made), ["a"])
    assert whole[0] == pytest.approx(1) and whole[0] > whole[2] > whole[1] > 0
    store.close()


def test_no_measured_track_at_all_is_no_error(tmp_path: Path) -> None:
    store = Store(tmp_path, create=True)
    assert list(Sounds(store).likeness(["a"], ["b"])) == [0.0]
    store.close()
