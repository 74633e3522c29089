"""A file through the listener: windows, kept answers, numbers, repair, nonsense, lyrics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.answers import Answers
from index.errors import ToolFailed
from index.profile import Tempo
from index.store import Store
from tests.tools.listener.hearing import OBJECT, PROSE, Hearing, away
from tests.tools.making import profile, wav
from tools.listener.listener import Listener, Nonsense

MEASURED = profile(duration_s=25.0)


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25 s of sound."""
    return wav(tmp_path_factory.mktemp("tone") / "tone.wav", 25.0, 16_000, 1)


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    Store(tmp_path / "index", create=True).close()
    return Answers(tmp_path / "index")


def test_prose_and_structure_of_a_short_file(tone: Path) -> None:
    model = Hearing(
        lambda kind, n: f"<think>hm</think>**{PROSE}** It runs at 120 BPM." if kind == "description" else OBJECT
    )
    made = Listener(model, date=lambda: "2026-11-25").describe(tone, MEASURED)
    assert made.text == f"{PROSE} It runs at 96 BPM."
    assert (made.reasoning, made.model, made.windows, made.corrected, made.dropped) == ("hm", "test/hearing", 1, 1, 0)
    assert made.heard and made.heard.instruments == ["piano", "strings"] and made.date == "2026-11-25"
    assert sorted(model.asked) == [("description", 25.0), ("structure", 25.0)]


def test_a_question_asks_for_no_structure(tone: Path) -> None:
    model = Hearing()
    assert Listener(model).describe(tone, MEASURED, question="Is there a trumpet?").heard is None
    assert model.asked == [("question", 25.0)]


def test_a_long_file_is_asked_in_windows_and_merged(tone: Path) -> None:
    model = Hearing(lambda kind, n: f"{PROSE} Solo number {['one', 'two', 'three'][n]} begins with bright trumpets." if kind == "description" else OBJECT, limit_s=10.0)  # fmt: skip
    made = Listener(model).describe(tone, MEASURED)
    assert made.windows == 3 and {s for _, s in model.asked} == {10.0}
    assert made.text.startswith(PROSE) and made.text.count(PROSE) == 1


def test_kept_answers_are_not_asked_for_again(tone: Path, answers: Answers) -> None:
    model = Hearing(limit_s=20.0)
    listener = Listener(model, answers, lambda: "2026-01-01")
    first = listener.describe(tone, MEASURED, track="x")
    asked = len(model.asked)
    again = replace(listener, date=lambda: "2027-01-01").describe(tone, MEASURED, track="x")
    assert asked == 4 and len(model.asked) == 4 and again == first and again.date == "2026-01-01"
    listener.describe(tone, MEASURED, track="y")  # another track
    listener.describe(tone, MEASURED, track="x", question="Is there a trumpet?")  # another question
    replace(listener, model=Hearing(limit_s=20.0, model="other", asked=model.asked)).describe(tone, MEASURED, track="x")
    assert len(model.asked) == 4 + 4 + 2 + 4


def test_a_changed_file_is_asked_about_anew_and_an_attached_one_always(tmp_path: Path, answers: Answers) -> None:
    model = Hearing()
    listener = Listener(model, answers)
    listener.describe(wav(tmp_path / "a.wav", 1.0), MEASURED, track="x")
    listener.describe(wav(tmp_path / "a.wav", 2.0), MEASURED, track="x")
    assert len(model.asked) == 4
    for _ in range(2):
        listener.describe(tmp_path / "a.wav", MEASURED)
    assert len(model.asked) == 8


def test_windows_that_were_answered_before_a_failure_are_kept(tone: Path, answers: Answers) -> None:
    broken = Hearing(lambda kind, n: ToolFailed("gone") if n == 1 else PROSE, limit_s=20.0)
    with pytest.raises(ToolFailed, match="gone"):
        Listener(broken, answers).describe(tone, MEASURED, track="x")
    rest = Hearing(limit_s=20.0)
    Listener(rest, answers).describe(tone, MEASURED, track="x")
    assert [k for k, _ in rest.asked].count("description") == 1


def test_an_invalid_object_is_repaired_once(tone: Path) -> None:
    model = Hearing(lambda kind, n: OBJECT if kind == "repair" else "It is a waltz, mostly." if kind == "structure" else PROSE)  # fmt: skip
    made = Listener(model).describe(tone, MEASURED)
    assert made.heard and made.heard.genres == ["waltz"]
    assert [k for k, _ in model.asked] == ["description", "structure", "repair"]


def test_one_that_stays_invalid_is_left_out_and_the_prose_stands(tone: Path) -> None:
    model = Hearing(lambda kind, n: PROSE)
    made = Listener(model).describe(tone, MEASURED)
    assert made.heard is None and made.text == PROSE
    assert len(model.asked) == 3


def test_numbers_in_the_object_are_left_out_too(tone: Path) -> None:
    model = Hearing(lambda kind, n: PROSE if kind == "description" else '{"genres": ["house at 128 BPM", "waltz"], "vocals": "in C major"}')  # fmt: skip
    heard = Listener(model).describe(tone, MEASURED).heard
    assert heard and heard.genres == ["waltz"] and heard.vocals is None


@pytest.mark.parametrize(("answer", "said"), [("", "had nothing to say"), ("<think>hm</think>", "had nothing to say"), ("<think>" + "hm " * 9000, "still thinking")])  # fmt: skip
def test_a_model_without_words_is_not_kept(tone: Path, answers: Answers, answer: str, said: str) -> None:
    model = Hearing(lambda kind, n: answer)
    for asked in (1, 2):
        with pytest.raises(Nonsense, match=said):
            Listener(model, answers).describe(tone, MEASURED, track="x")
        assert len(model.asked) == asked


@pytest.mark.parametrize("noise", ["��� ~{ basas>bf", "la " * 200, "It is 120 BPM."])
def test_nonsense_is_a_failure_of_its_own(tone: Path, noise: str) -> None:
    measured = profile(tempo=Tempo(None, 0.0))
    with pytest.raises(Nonsense, match="test/hearing"):
        Listener(Hearing(lambda kind, n: noise)).describe(tone, measured)


def test_without_a_model_the_measurement_is_pointed_at(tone: Path) -> None:
    for ask in (lambda: Listener().describe(tone, MEASURED), lambda: Listener().transcribe(tone)):
        with pytest.raises(ToolFailed, match="LINERNOTES_AUDIO_URL"):
            ask()


def test_a_file_that_is_no_audio_is_never_sent(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound at all")
    wav(tmp_path / "short.wav", 0.1)
    model = Hearing()
    for name, said in (("text.wav", "not an audio file"), ("gone.wav", "cannot be read"), ("short.wav", "too short")):
        with pytest.raises(ToolFailed, match=said):
            Listener(model).describe(tmp_path / name, None)
    assert model.asked == []


def test_lyrics_of_windows_become_one_sheet(tone: Path) -> None:
    sheets = ["[Verse]\nOne morning line\nTwo evening lines", "Two evening lines\nThree winter lines"]
    model = Hearing(lambda kind, n: sheets[n], limit_s=20.0)
    listener = Listener(model)
    # windows are asked side by side, so only the set of lines is certain here; their order is merge_lines' to keep
    assert set(listener.transcribe(tone).lines) == {
        "[Verse]",
        "One morning line",
        "Two evening lines",
        "Three winter lines",
    }
    assert Listener(Hearing(lambda kind, n: "[instrumental]")).transcribe(tone).lines == ()
    assert Listener(Hearing(lambda kind, n: "la la\n" * 90)).transcribe(tone).lines == ("la la",) * 90
    with pytest.raises(Nonsense):
        Listener(Hearing(lambda kind, n: "��~{ ba\nsas>bf�")).transcribe(tone)
    with pytest.raises(ToolFailed, match="did not answer"):
        Listener(Hearing(away)).transcribe(tone)
