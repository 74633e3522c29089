"""The annotation of a track with audio, for real; and of what is no audio."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import SetAside, Short
from index.track import Origin, Rights, Track
from tests.tools.listener.hearing import PROSE, Hearing, away
from tests.tools.making import track, wav
from tools.annotate import Annotator
from tools.audio.analysts import Analysts
from tools.listener.listener import Listener


def test_a_sound_gets_profile_caption_and_origins(tmp_path: Path) -> None:
    song = track(audio=str(wav(tmp_path / "a.wav", 3.0)), genres=("drone",), lyrics=None)
    made = Annotator(Analysts("cpu"))(song)
    assert made.profile and abs(made.profile.duration_s - 3.0) < 0.05
    assert made.duration_s == made.profile.duration_s
    assert made.caption and "drone" in made.caption
    assert {k: o.kind for k, o in made.origins.items()} == {
        "profile": "measured",
        "duration_s": "measured",
        "caption": "modelled",
    }
    assert song.profile is None


def test_a_declared_caption_stays(tmp_path: Path) -> None:
    own = {"caption": Origin(kind="declared", detail="column caption")}
    made = Annotator(Analysts("cpu"))(track(audio=str(wav(tmp_path / "a.wav", 1.0)), caption="Mine.", origins=own))
    assert (made.caption, made.origins["caption"].kind) == ("Mine.", "declared")


def heard_by(model: Hearing) -> Annotator:
    return Annotator(Analysts("cpu"), Listener(model, date=lambda: "2026-11-25"))


def test_a_models_caption_names_its_origin_and_what_it_heard_and_leaves_tags_alone(tmp_path: Path) -> None:
    song = track(audio=str(wav(tmp_path / "a.wav", 3.0)), genres=("drone",), lyrics=None)
    made = heard_by(Hearing())(song)
    assert not isinstance(made, Short)
    assert (
        made.caption
        == f"{PROSE} Heard in it: genres waltz; instruments piano, strings; vocals instrumental; moods calm."
    )
    assert made.origins["caption"] == Origin(kind="modelled", detail="test/hearing, prompt 1, 2026-11-25")
    assert (made.genres, made.instruments, made.vocals) == (("drone",), (), None)
    assert heard_by(Hearing()).version != Annotator(Analysts("cpu")).version


def test_of_what_is_declared_instrumental_no_voice_is_told(tmp_path: Path) -> None:
    sings = '{"genres": ["waltz"], "vocals": "female lead", "themes": ["the sea"], "language": "French"}'
    model = Hearing(lambda kind, n: sings if kind == "structure" else PROSE)
    song = track(audio=str(wav(tmp_path / "a.wav", 1.0)), lyrics=None)
    assert (
        heard_by(model)(song.model_copy(update={"vocals": "instrumental"})).caption
        == f"{PROSE} Heard in it: genres waltz."
    )  # type: ignore[union-attr]
    assert "vocals female lead; themes the sea; language French" in heard_by(model)(song).caption  # type: ignore[operator, union-attr]


def test_a_declared_caption_and_silence_are_not_asked_about(tmp_path: Path) -> None:
    import numpy as np
    import soundfile

    soundfile.write(tmp_path / "silence.wav", np.zeros(40_000, np.float32), 16_000)
    model = Hearing()
    assert heard_by(model)(track(audio=str(wav(tmp_path / "a.wav", 1.0)), caption="Mine.")).caption == "Mine."  # type: ignore[union-attr]
    assert heard_by(model)(track(audio=str(tmp_path / "silence.wav"))).caption == "Silence, or close to it."  # type: ignore[union-attr]
    assert model.asked == []


def test_a_model_that_fails_leaves_the_writers_caption_and_says_so(tmp_path: Path) -> None:
    song = track(audio=str(wav(tmp_path / "a.wav", 1.0)), lyrics=None)
    for model, again in ((Hearing(away), True), (Hearing(lambda kind, n: "la " * 99), False)):
        made = heard_by(model)(song)
        assert isinstance(made, Short) and made.again is again and "\n" not in made.reason
        assert made.track == Annotator(Analysts("cpu"))(song)


def test_a_flood_of_prose_is_cut_at_a_sentence(tmp_path: Path) -> None:
    many = " ".join(f"A piano plays phrase {word} of the waltz." for word in map(str, range(1000, 1200)))
    made = heard_by(Hearing(lambda kind, n: many))(track(audio=str(wav(tmp_path / "a.wav", 1.0)), lyrics=None))
    assert (
        not isinstance(made, Short)
        and made.caption
        and made.caption.endswith("of the waltz.")
        and len(made.caption) < 1600
    )


def test_words_alone_pass_through() -> None:
    assert Annotator(Analysts("cpu"))(track()) == track()


def test_garbage_is_set_aside_with_a_line(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("hello " * 100)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "cut.wav").write_bytes(b"RIFF\x10\0\0\0WAVEjunkjunkjunk")
    wav(tmp_path / "short.wav", 0.1)
    for name in ("text", "empty", "cut", "short", "gone"):
        with pytest.raises(SetAside) as reason:
            Annotator(Analysts("cpu"))(track(audio=str(tmp_path / f"{name}.wav")))
        assert str(reason.value) and "\n" not in str(reason.value)


def test_a_track_that_forbids_it_is_not_listened_to(tmp_path: Path) -> None:
    forbidden = Track(id="x", title="X", caption=None, audio=str(wav(tmp_path / "x.wav")), rights=Rights(analysis="forbidden", analysis_source="tag TDM"))  # fmt: skip
    assert Annotator()(forbidden) == forbidden
