"""Attached files by tools: measured, described, transcribed, and what sounds like them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.budget import TimedDesk as Desk
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.tools.calling import call, show
from tests.tools.listener.hearing import OBJECT, PROSE, Hearing
from tests.tools.making import wav
from tools.conversation import Conversation
from tools.listener.listener import Listener


def test_an_attached_file_is_measured(desk: Desk, tmp_path: Path) -> None:
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 2.0))])
    message = call(desk, "analyze_audio", target="F1")
    body = json.loads(message.text)
    assert body["name"] == "demo.wav" and body["measured"]["duration"] == "0:02"
    assert message.artifact["kind"] == "analysis" and message.artifact["profile"]["duration_s"] == pytest.approx(
        2.0, abs=0.05
    )


def test_what_cannot_be_measured_or_described_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_text("words")
    desk.conversation.attach([str(tmp_path / "no.wav")])
    (handle,) = show(desk, "Feira")
    for tool, target, said in (
        ("analyze_audio", "F1", "not an audio file"),
        ("analyze_audio", handle, "no audio"),
        ("describe_audio", handle, "no audio"),
        ("describe_audio", "F1", "LINERNOTES_AUDIO_URL"),
        ("transcribe_lyrics", "F1", "LINERNOTES_AUDIO_URL"),
        ("transcribe_lyrics", handle, "no audio"),
    ):
        message = call(desk, tool, target=target)
        assert message.status == "error" and said in message.text


def test_an_impression_names_its_model_and_agrees_with_the_measurement(desk: Desk, tmp_path: Path) -> None:
    model = Hearing(lambda kind, n: f"{PROSE} It is at 250 BPM in F# major." if kind == "description" else OBJECT)
    desk = replace(desk, listener=Listener(model))
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 1.0))])
    message = call(desk, "describe_audio", target="F1")
    body = json.loads(message.text)
    assert body["impression"] == PROSE and (body["model"], body["name"]) == ("test/hearing", "demo.wav")
    assert body["heard"]["genres"] == ["waltz"] and body["heard"]["form"] == ["intro"] and "model" in body["note"]
    assert message.artifact["kind"] == "description" and "250" not in json.dumps(message.artifact)
    answer = json.loads(call(desk, "describe_audio", target="F1", question="Is there a trumpet?").text)
    assert "heard" not in answer and model.asked[-1][0] == "question"


def test_ones_own_upload_is_transcribed_and_marked_as_machine_made(desk: Desk, tmp_path: Path) -> None:
    desk = replace(desk, listener=Listener(Hearing(lambda kind, n: "[Verse]\nUna mañana clara\nla luz en la ventana")))
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 1.0))])
    message = call(desk, "transcribe_lyrics", target="F1")
    body = json.loads(message.text)
    assert body["lines"] == ["[Verse]", "Una mañana clara", "la luz en la ventana"]
    assert body["machine_made"] is True and "test/hearing" in body["note"] and message.artifact["kind"] == "transcript"
    unsung = replace(desk, listener=Listener(Hearing(lambda kind, n: "[instrumental]")))
    body = json.loads(call(unsung, "transcribe_lyrics", target="F1").text)
    assert body["lines"] == [] and "nobody sing" in body["reason"]


def test_words_that_rights_forbid_are_never_asked_for(desk: Desk, tmp_path: Path, embedder: Embedder) -> None:
    wav(tmp_path / "a.wav", 1.0)
    kinds = [("none", "CC0"), ("excerpt", "CC0"), ("full", None), ("full", "CC0")]
    source = tmp_path / "m.jsonl"
    source.write_text("".join(json.dumps({"id": str(n), "title": f"Song {n}", "audio": "a.wav", "lyrics_display": d, "licence": lic}) + "\n" for n, (d, lic) in enumerate(kinds)))  # fmt: skip
    build(source, tmp_path / "index", lambda track: track, embedder)
    catalogue = Catalogue(tmp_path / "index", embedder)
    model = Hearing(lambda kind, n: "Una mañana clara")
    desk = Desk(catalogue, Conversation(), tmp_path, Listener(model))
    messages = [call(desk, "transcribe_lyrics", target=desk.conversation.handle(str(n))) for n in range(len(kinds))]
    assert [m.status for m in messages] == ["error", "error", "error", "success"]
    assert all("not transcribed" in m.text for m in messages[:3]) and len(model.asked) == 1
    catalogue.close()


def test_an_upload_is_not_ones_own_where_its_tags_or_the_catalogue_forbid_it(
    desk: Desk, tmp_path: Path, embedder: Embedder
) -> None:
    from tools.demo.tagging import write_audio

    model = Hearing(lambda kind, n: "Una mañana clara")
    tagged, listed = tmp_path / "tagged.flac", wav(tmp_path / "listed.wav", 1.0)
    write_audio(tagged, np.zeros((2, 44_100), np.float32), [("LYRICS_DISPLAY", "none")])
    (tmp_path / "m.jsonl").write_text(
        json.dumps({"id": "x", "title": "X", "audio": "listed.wav", "lyrics_display": "none"})
    )
    build(tmp_path / "m.jsonl", tmp_path / "index", lambda track: track, embedder)
    catalogue = Catalogue(tmp_path / "index", embedder)
    desk = Desk(catalogue, Conversation(), tmp_path, Listener(model))
    desk.conversation.attach([str(tagged), str(listed.resolve())])
    for handle in ("F1", "F2"):
        message = call(desk, "transcribe_lyrics", target=handle)
        assert message.status == "error" and "does not allow" in message.text
    assert model.asked == []
    catalogue.close()


@pytest.fixture
def sounding(tmp_path: Path, embedder: Embedder) -> Iterator[Catalogue]:
    """A catalogue of one sound, measured."""
    from tools.annotate import Annotator
    from tools.audio.analysts import Analysts

    (tmp_path / "music").mkdir()
    wav(tmp_path / "music" / "tone.wav", 2.0)
    build(tmp_path / "music", tmp_path / "index", Annotator(Analysts("cpu")), embedder)
    opened = Catalogue(tmp_path / "index", embedder)
    yield opened
    opened.close()


def test_a_track_with_audio_carries_its_measurement(sounding: Catalogue, tmp_path: Path) -> None:
    desk = Desk(sounding, Conversation(), tmp_path, device="cpu")
    handle = desk.conversation.handle(sounding.store.ids()[0])
    details = json.loads(call(desk, "track_details", handle=handle).text)
    assert details["measured"]["duration"] == "0:02"
    measured = call(desk, "analyze_audio", target=handle)
    assert measured.artifact["path"].endswith("tone.wav")
    assert json.loads(measured.text)["measured"] == details["measured"]


def test_tracks_that_sound_like_an_attached_file(sounding: Catalogue, tmp_path: Path) -> None:
    desk = Desk(sounding, Conversation(), tmp_path, device="cpu")
    desk.conversation.attach([str(wav(tmp_path / "mine.wav", 2.0))])
    message = call(desk, "similar_tracks", handles=["F1"])
    (found,) = json.loads(message.text)["tracks"]
    assert found["title"] == "tone" and {p["kind"] for p in found["evidence"]} == {"shared"}
    assert desk.conversation.query and desk.conversation.query.like == ["T1"]
    slower = call(desk, "similar_tracks", handles=["F1"], avoid=["drums"])
    assert slower.status == "success" and json.loads(slower.text)["tracks"] == []  # the seed itself is no answer


def test_without_measured_tracks_nothing_is_like_a_file(desk: Desk, tmp_path: Path) -> None:
    desk.conversation.attach([str(wav(tmp_path / "mine.wav", 2.0))])
    message = call(desk, "similar_tracks", handles=["F1"])
    assert message.status == "error" and "no track of this catalogue was measured" in message.text
