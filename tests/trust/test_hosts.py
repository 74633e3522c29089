"""No text from outside makes the program go to another host or read a file that is not the catalogue's."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from assistant.agent import build_agent
from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.errors import ToolFailed
from index.sources import Found, Rejected, read_source
from tests.assistant.answering import Answered, Asked, answering
from tests.tools.making import track, wav
from tests.trust.arena import SECRET, forbidden
from tests.trust.attacks import OWN
from tests.trust.obedient import Knowledge, Obedient, Obeyed
from tests.trust.sheets import FREE, LINES
from tools.lyrics.lrclib import Lrclib
from tools.playlist import write_playlist


@pytest.mark.parametrize("place", ["http://evil.example/x", "http://169.254.169.254/latest", "http://127.0.0.1:8000/v1", "file:///etc/passwd", "//evil.example/api/get", "https://lyrics.test.evil.example/"])  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_lyrics_service_leads_nowhere_else(place: str, status: int) -> None:
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(status, headers={"location": place})

    with pytest.raises(ToolFailed):
        Lrclib("https://lyrics.test", "LinerNotes/0.1", httpx.MockTransport(handler)).find(track(lyrics=None))
    assert set(asked) == {"lyrics.test"}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A folder with a manifest and a sound; beside it things that are nobody's business."""
    (tmp_path / "music").mkdir()
    wav(tmp_path / "music" / "a.wav", 0.2)
    wav(tmp_path / "private.wav", 0.2)
    (tmp_path / "music" / "linked").symlink_to(tmp_path, target_is_directory=True)
    return tmp_path / "music" / "c.jsonl"


def read(manifest: Path, audio: str) -> Found | Rejected:
    rows = [{"id": "1", "title": "T", "audio": audio}, {"id": "2", "title": "U"}]
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return next(iter(read_source(manifest)))


@pytest.mark.parametrize(
    "audio",
    ["../private.wav", "/etc/passwd", "./../private.wav", "x/../../private.wav", "{abs}/private.wav", "file:///etc/passwd", "http://evil.example/a.wav", "http://169.254.169.254/", "\\\\evil\\share\\a.wav", "a.wav/../../private.wav", "~/.ssh/id_rsa", "/proc/self/environ", "/dev/zero", "..", "."],
)  # fmt: skip
def test_a_manifest_names_nothing_outside_its_folder(manifest: Path, audio: str) -> None:
    row = read(manifest, audio.replace("{abs}", str(manifest.parents[1])))
    assert isinstance(row, Rejected) and row.reason.startswith("audio: ") and "\n" not in row.reason


@pytest.mark.parametrize("audio", ["a.wav", "./a.wav", "{abs}/music/a.wav", "linked/private.wav"])
def test_its_own_files_and_the_links_of_its_owner_are_read(manifest: Path, audio: str) -> None:
    row = read(manifest, audio.replace("{abs}", str(manifest.parents[1])))
    assert isinstance(row, Found) and row.track.audio and Path(row.track.audio).is_file()


@pytest.mark.parametrize("name", ["../../x", "/etc/cron.d/x", "..", "...", "a/b", "a\\b", "C:\\x", "\u202ex", "x\0y", "con", "x" * 500, ".bashrc", "-rf", "$(id)", "`id`", "a\nb"])  # fmt: skip
def test_a_playlist_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    made = write_playlist(
        name, [track(audio="/home/ada/a.wav", caption="x\u202e\x1b[2J")], tmp_path / "lists", public=True
    )
    assert made.m3u8.parent == made.jspf.parent == tmp_path / "lists"
    assert {p.parent for p in tmp_path.rglob("*") if p.is_file()} == {tmp_path / "lists"}
    text = made.m3u8.read_text() + made.jspf.read_text()
    assert "/home/ada" not in text and "\u202e" not in made.m3u8.read_text()
    assert len(made.m3u8.read_text().splitlines()) == 4


@pytest.mark.parametrize("language", sorted(OWN))
def test_lyrics_of_the_service_give_no_orders(tmp_path: Path, catalogue: Catalogue, language: str) -> None:
    sheet = "\n".join(OWN[language].values())

    def answer(asked: Asked) -> Answered:
        return Answered(
            {
                "id": 1,
                "plainLyrics": sheet,
                "syncedLyrics": None,
                "trackName": "Night Shift",
                "artistName": "Volt Parade",
            }
        )

    threads = Threads(None)
    with answering(answer) as server:
        settings = Settings(tmp_path, lrclib=True, lrclib_url=server.url.removesuffix("/v1"), api_key=SECRET)
        assistant = Assistant(settings, catalogue, threads)
        obeyed = Obeyed()
        knows = Knowledge(" ".join(LINES[FREE:]), [SECRET], ["/etc/passwd"], [], [])
        assistant.agent = build_agent(Obedient(knows=knows, obeyed=obeyed), threads.saver)
        # the whole sheet stands in what the service says; the listener is shown two lines of it
        reply = assistant.reply(Request("t", "What are the words of “Night Shift”?", owner="guest of the house"))
        assert any("/api/" in asked.path for asked in server.requests)
    assert obeyed.orders
    # the model's "lyrics" are a song that this catalogue does not hold: the guard cannot know it, and it is not counted
    assert set(forbidden(reply, knows)) <= {"lyrics"}
    assert not list(tmp_path.rglob("*.m3u8"))
    threads.close()
