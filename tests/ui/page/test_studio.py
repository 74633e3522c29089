"""The tab for artists, as its handlers take what happens there; a real file is read."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from assistant.works import Works
from index.catalogue import Catalogue
from tests.assistant.served import serving
from tests.fixtures.take import RATE, chord_and_clicks
from ui.page.studio import Studio

TOLD, LANES, NEAR, REGISTER, TEXT, RESTS, CORRECTED, ANSWERS, WORKS, GIFT, OPEN, RIGHTS = range(12)
ME = {"owner": "an-artist-with-a-long-word", "thread": "t"}


class Artist:
    """Somebody at the desk; `last` are the parts as they were last changed."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.last = studio, dict[int, Any]()
        self.take(studio.begun(ME))

    def take(self, parts: tuple[Any, ...]) -> None:
        self.last |= {n: p for n, p in enumerate(parts) if not (isinstance(p, dict) and p.get("__type__") == "update")}

    def drop(self, path: Path) -> list[str]:
        told = []
        for parts in self.studio.dropped(str(path), ME):
            self.take(parts)
            told.append(self.last[TOLD])
        return told

    def see(self, register: str, language: str = "English") -> None:
        for parts in self.studio.shown(register, language, self.last.get(OPEN, ""), ME):
            self.take(parts)

    def write(self, text: str, register: str, language: str = "English") -> None:
        self.take(self.studio.written(text, register, language, self.last.get(OPEN, ""), ME))

    def correct(self, field: str, value: str, opened: str = "") -> str:
        """What is left in the box."""
        box, *parts = self.studio.corrects(field, value, opened or self.last[OPEN], ME)
        self.take(tuple(parts))
        return str(box)

    def act(self, name: str, value: str) -> None:
        self.take(self.studio.acted(json.dumps({"act": name, "value": value}), self.last.get(OPEN, ""), ME))


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds in A minor at 120 BPM."""
    chord, click = chord_and_clicks(12)
    path = tmp_path_factory.mktemp("song") / "My <Demo>.wav"
    soundfile.write(path, (0.08 * chord + 0.3 * click).astype(np.float32), RATE)
    return path


@pytest.fixture
def artist(catalogue: Catalogue, tmp_path: Path) -> Iterator[Artist]:
    threads, works = Threads(None), Works(tmp_path)
    yield Artist(Studio(Assistant(Settings(tmp_path), catalogue, threads), works))
    works.close()
    threads.close()


def test_a_track_is_read_drawn_and_described(artist: Artist, song: Path) -> None:
    told = artist.drop(song)
    assert "reading the file" in told[0] and any("ln-done" in t for t in told) and "120 BPM" in told[-1]
    assert "<Demo>" not in artist.last[TOLD] and "&lt;Demo&gt;" in artist.last[TOLD]
    for lane in (
        "form and waveform",
        "chords",
        "key",
        "tempo and beats",
        "loudness",
        "true peak",
        "energy",
        "ln-cursor",
        "work/",
    ):
        assert lane in artist.last[LANES]
    assert "120 BPM" in artist.last[TEXT] and "measured: tempo" in artist.last[RESTS]
    again = Artist(artist.studio)
    assert again.last[OPEN] == artist.last[OPEN] and "120 BPM" in again.last[TOLD]


def test_a_correction_wins_and_can_be_taken_back(artist: Artist, song: Path) -> None:
    artist.drop(song)
    rights = artist.last[RIGHTS]
    artist.last[RIGHTS] = "a form that is half filled in"
    assert artist.correct("tempo", "60") == "" and rights != artist.last[RIGHTS] == "a form that is half filled in"
    assert "60 BPM" in artist.last[TOLD] and "60 BPM" in artist.last[TEXT] and "the artist" in artist.last[CORRECTED]
    assert artist.correct("key", "H") == "H"  # to be put right
    assert "no key" in artist.last[CORRECTED] and "60 BPM" in artist.last[TOLD]
    artist.act("uncorrect", "tempo")
    assert "120 BPM" in artist.last[TOLD] and "tempo" not in artist.last[CORRECTED]


def test_own_words_are_kept_and_what_goes_beyond_is_marked(artist: Artist, song: Path) -> None:
    artist.drop(song)
    artist.write("Epic bagpipes <b>!", "press text")
    assert artist.last[RESTS].count("<mark") == 2 and "<b>" not in artist.last[RESTS]
    artist.see("tags")
    artist.see("press text")
    assert artist.last[TEXT] == "Epic bagpipes <b>!"
    artist.write(" ", "press text")
    assert "My" in artist.last[TEXT] and "<mark" not in artist.last[RESTS]


def test_questions_about_it(artist: Artist, song: Path) -> None:
    artist.drop(song)
    for _ in range(2):
        for parts in artist.studio.asked("what key is it in?", artist.last[OPEN], ME):
            artist.take(parts)
    assert artist.last[ANSWERS].count("<dt>") == 2 and "A minor" in artist.last[ANSWERS]


def test_sheets(artist: Artist, song: Path) -> None:
    artist.drop(song)
    artist.correct("moods", "hopeful")
    artist.act("sheet", "md")
    text = json.loads(artist.last[GIFT])["text"]
    assert text.startswith("# My <Demo>") and "## Press text" in text and "moods: hopeful" in text
    artist.act("sheet", "json")
    body = json.loads(json.loads(artist.last[GIFT])["text"])
    assert (
        body["profile"]["tempo"]["bpm"] == pytest.approx(120, abs=1) and body["corrections"][0]["who"] == "the artist"
    )
    assert all(s["rests_on"] for made in body["sentences"].values() for s in made)
    artist.act("sheet", "png")
    assert b64decode(json.loads(artist.last[GIFT])["base64"]).startswith(b"\x89PNG")


def test_it_is_gone_when_its_artist_says_so(artist: Artist, song: Path) -> None:
    artist.drop(song)
    artist.act("forget", artist.last[OPEN])
    assert artist.last[LANES] == "" and artist.last[OPEN] == "" and "is gone" in artist.last[TOLD]
    assert not artist.studio._works.of(ME["owner"])


def test_what_is_no_music_is_said(artist: Artist, tmp_path: Path) -> None:
    (tmp_path / "x.mp3").write_bytes(b"no sound at all")
    artist.drop(tmp_path / "x.mp3")
    assert "cannot be read" in artist.last[TOLD] and LANES not in artist.last
    artist.act("sheet", "md")
    artist.take(artist.studio.acted("{", "", ME))
    artist.correct("tempo", "60", "somebody else's")
    assert GIFT not in artist.last and not list(artist.studio.asked("hm?", "", ME))


def test_registers_in_another_language_by_a_served_model(catalogue: Catalogue, tmp_path: Path, song: Path) -> None:
    works = Works(tmp_path)
    with serving([{"content": "Ein Stück."}]) as script:
        settings = replace(Settings(tmp_path), brain="vllm", base_url=script.url, model="tiny")
        artist = Artist(Studio(Assistant(settings, catalogue, Threads(None)), works))
        artist.drop(song)
        english = artist.last[TEXT]
        script.messages[:] = [{"content": f"Auf Deutsch: {english}"}]
        artist.see("paragraph", "German")
        assert artist.last[TEXT] == f"Auf Deutsch: {english}" and "Put into German by tiny" in artist.last[RESTS]
        asked = len(script.requests)
        artist.see("tags")
        artist.see("paragraph", "German")
        assert artist.last[TEXT].startswith("Auf Deutsch") and len(script.requests) == asked  # kept
        artist.correct("tempo", "60")
        artist.see("paragraph", "German")  # of what the track is now: asked again, and the answer is of before
        assert "adds 120" in artist.last[RESTS] and not artist.last[TEXT]
        artist.write("61 Schläge, sagt Ada.", "paragraph", "German")
        assert artist.last[TEXT] == "61 Schläge, sagt Ada." and "Beside the English, it" in artist.last[RESTS]
        artist.act("sheet", "md")
        assert "## Paragraph in German\n\n61 Schläge" in json.loads(artist.last[GIFT])["text"]
    works.close()


def test_without_a_language_model_no_language_is_offered(artist: Artist) -> None:
    assert not artist.studio.translates
