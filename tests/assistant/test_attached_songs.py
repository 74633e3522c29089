"""An attached song in a conversation: its words written down by the audio model, and said to be a machine's."""

from __future__ import annotations

from pathlib import Path

from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from tests.tools.listener.hearing import Hearing
from tests.tools.making import wav
from tools.listener.listener import Listener

SHEET = "[Verse]\nUna mañana clara en 1987\nla luz en la ventana"


def test_words_are_written_down_on_request_and_marked(catalogue: Catalogue, tmp_path: Path) -> None:
    assistant = Assistant(Settings(home=tmp_path), catalogue, Threads(None))
    song = str(wav(tmp_path / "mine.wav", 1.0))
    before = assistant.reply(Request("t", "please transcribe the lyrics of this song", files=(song,)))
    assert "LINERNOTES_AUDIO_URL" in before.text  # no model yet: said, and nothing made up
    assistant.listener = Listener(Hearing(lambda kind, n: SHEET))
    reply = assistant.reply(Request("t", "please transcribe the lyrics of this song", files=(song,)))
    assert [t.name for t in reply.tools] == ["transcribe_lyrics"]
    for line in SHEET.splitlines():
        assert f"> {line}" in reply.text
    assert "A machine wrote this down" in reply.text and "test/hearing" in reply.text and reply.cuts == []
    assistant.listener = Listener(Hearing(lambda kind, n: "[instrumental]"))
    assert "nobody sing" in assistant.reply(Request("t", "write down the words of f1")).text
