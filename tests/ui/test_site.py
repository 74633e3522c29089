"""The site over HTTP: who may come in, what of whom can be fetched, how often, and what a hostile catalogue shows as."""

from __future__ import annotations

import asyncio
import gc
import html.parser
import io
import json
import logging
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.events import Request
from assistant.redaction import Redaction
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from index.errors import UserError
from tests.tools.making import wav
from tests.trust.hostile import HOSTILE, hostile_catalogue
from ui.main import main
from ui.page.aside import heard
from ui.page.cards import Faces, results
from ui.page.discover import BROWSER, Discover
from ui.shield import HEADERS, Limits, Shield
from ui.signin import Door, line_for
from ui.site import application, keep_secrets_out_of_logs, listen

# Gradio leaves event loops and their sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
HTML = {"accept": "text/html"}


@pytest.fixture(autouse=True)
def _swept() -> Iterator[None]:
    """What Gradio left is collected here, where it is expected."""
    yield
    gc.collect()


class Visitor:
    """A browser: keeps cookies, follows nothing by itself."""

    def __init__(self, site: Shield, address: str = "10.0.0.1") -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(site, client=(address, 1234)), base_url="http://site"
        )

    def ask(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return asyncio.run(self._asked(method, path, **rest))

    async def _asked(self, method: str, path: str, **rest: Any) -> httpx.Response:
        return await self._client.request(method, path, **rest)

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.ask("GET", path, **rest)

    def sign_in(self, name: str, password: str, **rest: Any) -> httpx.Response:
        return self.ask("POST", "/login", data={"name": name, "password": password}, **rest)


@pytest.fixture
def music(tmp_path: Path, embedder: Embedder) -> Iterator[Assistant]:
    """An assistant on a catalogue of two: one with a sound, one whose audio is a text by now."""
    wav(tmp_path / "a.wav", 0.5)
    wav(tmp_path / "b.wav", 0.5)
    rows = [{"id": n, "title": f"Song {n}", "artist": "A", "caption": "calm piano", "audio": f"{n}.wav"} for n in "ab"]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    build(tmp_path / "c.jsonl", tmp_path / "index", lambda track: track, embedder)
    (tmp_path / "b.wav").write_text("root:x:0:0:secrets of this machine")
    catalogue, threads = Catalogue(tmp_path / "index", embedder), Threads(None)
    yield Assistant(Settings(tmp_path / "home"), catalogue, threads)
    threads.close()
    catalogue.close()


@pytest.fixture
def site(music: Assistant) -> Shield:
    return application(music)


@pytest.fixture
def guarded(music: Assistant) -> Shield:
    door = Door(dict(d for said in ("ada:correct horse", "bob:battery staple") for d in Door.of(said).users.items()))
    return application(music, door=door)


def test_every_answer_tells_the_browser_what_it_may_do(site: Shield) -> None:
    visitor = Visitor(site)
    for path in ("/", "/health", "/audio/a", "/nowhere", "/playlist/x/y.m3u8"):
        answer = visitor.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, path
    assert "frame-ancestors 'none'" in HEADERS["content-security-policy"]
    assert not any(host in HEADERS["content-security-policy"] for host in ("http:", "https:", "*"))


def test_health(site: Shield, guarded: Shield) -> None:
    assert Visitor(site).get("/health").json() == Visitor(guarded).get("/health").json() == {"status": "ok"}


def test_only_sound_is_served_as_audio(site: Shield) -> None:
    visitor = Visitor(site)
    assert visitor.get("/audio/a").content.startswith(b"RIFF")
    for path in ("/audio/b", "/audio/../c.jsonl", "/audio/%2e%2e%2fc.jsonl", "/audio//etc/passwd", "/audio/zz"):
        answer = visitor.get(path)
        assert answer.status_code in {404, 405} and "secrets" not in answer.text, path


def playlist_of(music: Assistant, owner: str) -> tuple[str, str]:
    """Shelf and name of a playlist that a listener had made."""
    thread = f"thread of {owner}"
    music.reply(Request(thread, "calm piano", owner=owner))
    reply = music.reply(Request(thread, "make a playlist of these called evening", owner=owner))
    made = next(a for a in reply.artifacts if a["kind"] == "playlist")
    return music.settings.playlists_of(owner).name, made["files"][0]


def test_a_playlist_is_fetched_by_who_had_it_made(music: Assistant, guarded: Shield) -> None:
    shelf, name = playlist_of(music, "user:ada")
    ada, bob = Visitor(guarded), Visitor(guarded)
    assert ada.sign_in("ada", "correct horse").status_code == 303
    assert bob.sign_in("bob", "battery staple").status_code == 303
    got = ada.get(f"/playlist/{shelf}/{name}")
    assert got.status_code == 200 and "/audio/a" in got.text
    assert str(music.settings.home.parent) not in got.text, "a path of this machine"
    for path in (f"/playlist/{shelf}/{name}", f"/playlist/{music.settings.playlists_of('user:bob').name}/{name}", f"/playlist/..%2f{shelf}/{name}"):  # fmt: skip
        assert bob.get(path).status_code == 404


def test_without_sign_in_a_playlist_needs_its_shelf(music: Assistant, site: Shield) -> None:
    shelf, name = playlist_of(music, "a random word of a browser")
    visitor = Visitor(site)
    assert visitor.get(f"/playlist/{shelf}/{name}").status_code == 200
    for path in (f"/playlist/{name}", f"/playlist/x/{name}", f"/playlist/{shelf}/..%2f{shelf}%2f{name}", f"/playlist/{shelf}/../../c.jsonl", f"/playlist/{'0' * 40}/{name}"):  # fmt: skip
        assert visitor.get(path).status_code == 404, path


def test_nobody_comes_in_without_a_password(guarded: Shield) -> None:
    visitor = Visitor(guarded)
    for path in ("/", "/audio/a", "/config", "/gradio_api/info", "/gradio_api/file=/etc/passwd", "/theme.css"):
        assert visitor.get(path).status_code == 401, path
        assert visitor.get(path, headers=HTML).headers["location"] == "/login"
    assert visitor.ask("POST", "/gradio_api/queue/join", json={}).status_code == 401
    assert (
        visitor.sign_in("ada", "wrong horse").status_code == visitor.sign_in("eve", "correct horse").status_code == 401
    )
    assert visitor.get("/").status_code == 401
    entered = visitor.sign_in("ada", "correct horse")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Secure" not in cookie
    assert "Liner Notes" in visitor.get("/", headers=HTML).text
    assert visitor.get("/audio/a").status_code == 200
    assert visitor.ask("POST", "/logout").status_code == 303
    assert visitor.get("/audio/a").status_code == 401


def test_a_form_of_another_site_and_a_forged_cookie_do_not_sign_in(guarded: Shield) -> None:
    visitor = Visitor(guarded)
    assert visitor.sign_in("ada", "correct horse", headers={"origin": "http://evil.example"}).status_code == 403
    assert (
        visitor.get("/", headers={"cookie": "linernotes-session=ada; linernotes-visitor=user:ada"}).status_code == 401
    )
    secure = Visitor(guarded).sign_in("ada", "correct horse", headers={"x-forwarded-proto": "https"})
    assert "Secure" in secure.headers["set-cookie"]


def test_guessing_is_slowed_down(guarded: Shield) -> None:
    guesser = Visitor(guarded)
    answers = [guesser.sign_in("ada", f"guess {n}").status_code for n in range(10)]
    assert answers == [401] * 8 + [429] * 2
    assert guesser.sign_in("ada", "correct horse").status_code == 429
    assert Visitor(guarded, "10.0.0.2").sign_in("ada", "correct horse").status_code == 303


def test_passwords_are_kept_as_hashes(tmp_path: Path) -> None:
    line = line_for("ada", "correct horse")
    assert "correct" not in line and line != line_for("ada", "correct horse")
    file = tmp_path / "users"
    file.write_text(f"# who may come in\n{line}\n")
    door = Door.of(str(file))
    token = door.enter("ada", "correct horse", "a")
    assert token and door.who(token) == "ada" and token not in repr(door)
    now = [0.0]
    brief = Door(door.users, clock=lambda: now[0])
    token = brief.enter("ada", "correct horse", "a")
    now[0] = 13 * 3600
    assert brief.who(token) is None


@pytest.mark.parametrize("said", ["nobody", "ada:short", ":longpassword", "ada:1234567"])
def test_what_is_no_user_is_told(said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError):
        Door.of(said)
    broken = tmp_path / "users"
    for text in ("", "ada:md5:x", "ada:scrypt:x:8:1:AA==:AA==", "ada:scrypt:16384:8:1:AA==:AA=="):
        broken.write_text(text)
        with pytest.raises(UserError):
            Door.of(str(broken))


def test_other_machines_need_a_door(capsys: pytest.CaptureFixture[str], words_index: Path) -> None:
    assert main(["web", "--host", "0.0.0.0", "--index", str(words_index)]) == 2
    assert "--auth" in capsys.readouterr().err


@pytest.mark.enable_socket
def test_who_knows_the_address_is_heard() -> None:
    """The line with the address is printed before the site runs: a visitor who follows it at once waits, and is not refused."""
    with listen("127.0.0.1", 7970) as ear, socket.create_connection(ear.getsockname(), timeout=5) as visitor:
        visitor.sendall(b"at last")
        heard_at, _ = ear.accept()
        with heard_at:
            assert heard_at.recv(16) == b"at last"


@pytest.mark.enable_socket
def test_a_taken_port_makes_room_for_the_next() -> None:
    with listen("127.0.0.1", 7970) as first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]


@pytest.mark.enable_socket
def test_an_address_of_another_machine_is_one_line() -> None:
    with pytest.raises(UserError, match=r"192\.0\.2\.1:7970 cannot be listened on .*--host"):
        listen("192.0.2.1", 7970)


def test_limits(music: Assistant) -> None:
    site = application(music, limits=Limits(turns=3, uploads=2, requests=50, upload_bytes=1000))
    visitor = Visitor(site)
    asked = [visitor.ask("POST", "/gradio_api/queue/join", json={}).status_code for _ in range(5)]
    assert asked[:3].count(429) == 0 and asked[3:] == [429, 429]
    assert Visitor(site).ask("POST", "/gradio_api/queue/join", json={}).status_code == 429  # a new cookie does not help
    assert Visitor(site, "10.0.0.9").ask("POST", "/gradio_api/queue/join", json={}).status_code != 429
    large = visitor.ask("POST", "/gradio_api/upload", files={"files": ("a.wav", b"x" * 2000)})
    assert large.status_code == 413
    small = {"files": ("a.wav", io.BytesIO(b"RIFF"))}
    assert [visitor.ask("POST", "/gradio_api/upload", files=small).status_code for _ in range(3)] == [200, 200, 429]
    other = Visitor(site, "10.0.0.8")
    assert [other.get("/health").status_code for _ in range(60)] == [200] * 60
    assert [other.get("/nowhere").status_code for _ in range(60)].count(429) == 10


def test_an_upload_is_its_senders_alone(site: Shield) -> None:
    sender, other = Visitor(site), Visitor(site, "10.0.0.2")
    sender.get("/"), other.get("/")
    sent = sender.ask("POST", "/gradio_api/upload", files={"files": ("mine.wav", b"RIFF my own song")})
    path = sent.json()[0]
    assert "my own song" in sender.get(f"/gradio_api/file={path}").text
    for way in (
        f"/gradio_api/file={path}",
        f"/gradio_api/file/{path}",
        f"/file={path}",
        f"/gradio_api/file=%2F{path[1:]}",
    ):
        answer = other.get(way)
        assert answer.status_code in {403, 404} and "my own" not in answer.text, way
    again = other.ask("POST", "/gradio_api/upload", files={"files": ("mine.wav", b"RIFF my own song")})
    assert (
        again.json() == [path] and other.get(f"/gradio_api/file={path}").status_code == 200
    )  # the same bytes are theirs too


@pytest.mark.parametrize(
    "path",
    ["/gradio_api/file=http://evil.example/x", "/gradio_api/file=https:%2f%2fevil.example", "/gradio_api/file=//evil.example/x", "/gradio_api/proxy=http://169.254.169.254/", "/proxy=http://127.0.0.1:8000/", "/gradio_api/monitoring/summary", "/monitoring", "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd"],
)  # fmt: skip
def test_the_site_goes_nowhere_for_anybody(site: Shield, path: str) -> None:
    answer = Visitor(site).get(path)
    assert answer.status_code in {403, 404}
    assert "location" not in answer.headers and "root:" not in answer.text


def test_behind_a_proxy(music: Assistant) -> None:
    site = application(music, door=Door.of("ada:correct horse"), root="/music")
    visitor = Visitor(site, "127.0.0.1")
    assert visitor.get("/music/", headers=HTML).headers["location"] == "/music/login"
    entered = visitor.sign_in("ada", "correct horse")
    assert entered.headers["location"] == "/music/" and "Path=/music" in entered.headers["set-cookie"]
    signed = {"cookie": entered.headers["set-cookie"].split(";")[0]}
    assert "/music/" in visitor.get("/", headers=HTML | signed).text
    for n in range(8):
        visitor.sign_in("ada", f"guess {n}", headers={"x-forwarded-for": "1.2.3.4"})
    assert visitor.sign_in("ada", "guess", headers={"x-forwarded-for": "1.2.3.4"}).status_code == 429
    assert visitor.sign_in("ada", "correct horse", headers={"x-forwarded-for": "5.6.7.8"}).status_code == 303


def test_a_stranger_is_no_local_user(music: Assistant) -> None:
    """Who talks in the terminal is "local"; a browser that says so is given another name."""
    music.reply(Request("mine", "calm piano", owner="local"))

    class Asked:
        username = None

    for said in ("local", "", "user:ada", "short"):
        state = Discover(music).opened(said, "", Asked())[BROWSER]  # type: ignore[arg-type]
        assert state["owner"] not in {"local", "user:ada", ""} and len(state["owner"]) >= 16
        assert music.threads.turns("mine", state["owner"]) == []


def test_secrets_stay_out_of_logs(capsys: pytest.CaptureFixture[str]) -> None:
    secret, log = "sk-1234567890abcdef", logging.getLogger("linernotes.test")
    handlers, last = logging.getLogger().handlers, logging.lastResort
    stream = io.StringIO()
    try:
        logging.getLogger().handlers = [logging.StreamHandler(stream)]
        keep_secrets_out_of_logs(Redaction([secret], [Path("/home/ada/music")]))
        log.warning("asked with %s of %s", secret, "http://user:pw@host/x")
        try:
            raise ValueError(f"Authorization: Bearer {secret} for /home/ada/music/x.wav")
        except ValueError:
            log.exception("it failed")
    finally:
        logging.getLogger().handlers, logging.lastResort = handlers, last
    told = stream.getvalue()
    assert "asked with (secret)" in told and "it failed" in told and "ValueError" in told
    assert secret not in told and "user:pw" not in told and "/home/ada" not in told


def test_errors_tell_a_stranger_no_path(music: Assistant, tmp_path: Path) -> None:
    gone = str(tmp_path / "home" / "gone.wav")
    with pytest.raises(UserError) as told:
        music.reply(Request("t", "what is this?", files=(gone,), owner="a stranger from somewhere"))
    assert gone not in str(told.value) and "no such file" in str(told.value)
    with pytest.raises(UserError, match=gone):
        music.reply(Request("t2", "what is this?", files=(gone,)))


class Elements(html.parser.HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


OURS = {"div", "article", "svg", "defs", "lineargradient", "stop", "rect", "polyline", "h3", "span", "p", "audio", "details", "summary", "ul", "li", "q", "button", "section", "h2", "g", "polygon", "circle", "line", "small", "b"}  # fmt: skip


def test_a_hostile_catalogue_is_shown_inert(tmp_path: Path, embedder: Embedder) -> None:
    catalogue, threads = hostile_catalogue(tmp_path, embedder), Threads(None)
    assistant = Assistant(Settings(tmp_path), catalogue, threads)
    seen = ""
    for n, wish in enumerate(
        ("something calm", "calm piano", "lyrics of T1", "tell me about T2", "why T1?", "more like T3", *HOSTILE)
    ):
        reply = assistant.reply(Request("t" if n < 6 else f"t{n}", wish, owner="guest of the house"))
        known = assistant.conversation("t")
        page = results(reply.shown, known, Faces(catalogue)) + heard(
            known, lambda i: getattr(catalogue.track(i), "name", i)
        )
        for tag, attributes in Elements(page).found:
            assert tag in OURS, (tag, wish)
            for name, value in attributes:
                assert not name.startswith("on") and name not in {"href", "srcdoc"}, (name, wish)
                assert name != "style" or re.fullmatch(r"background: linear-gradient\([\w(), %]+\)", str(value)), value
                assert name != "src" or str(value).startswith("audio/"), value
        told = "\n".join([reply.text, reply.reasoning, json.dumps([s.args for s in reply.tools], ensure_ascii=False)])
        seen += told
        for sign in (
            "](",
            "![",
            "<img",
            "<script",
            "<svg",
            "<a ",
            "<iframe",
            "http://",
            "javascript:",
            "www.",
            "\u202e",
            "\u200b",
            "\x1b",
        ):
            assert sign not in told, (sign, wish)
    assert "calm" in seen and assistant.conversation("t").tracks
    threads.close()
    catalogue.close()


def test_a_turn_names_files_of_its_sender_only(site: Shield) -> None:
    sender, other = Visitor(site), Visitor(site, "10.0.0.2")
    sender.get("/"), other.get("/")
    path = sender.ask("POST", "/gradio_api/upload", files={"files": ("mine.wav", b"RIFF my own song")}).json()[0]
    turn = {
        "data": [{"text": "analyze", "files": [{"path": path, "meta": {"_type": "gradio.FileData"}}]}],
        "fn_index": 1,
        "session_hash": "s",
    }
    assert sender.ask("POST", "/gradio_api/queue/join", json=turn).status_code not in {400, 403, 413}
    assert other.ask("POST", "/gradio_api/queue/join", json=turn).status_code == 403
    turn["data"][0]["files"][0]["path"] = "/etc/passwd"  # type: ignore[index]
    assert other.ask("POST", "/gradio_api/queue/join", json=turn).status_code == 403
    assert other.ask("POST", "/gradio_api/queue/join", content=b"{" * 50).status_code == 400
    assert other.ask("POST", "/gradio_api/queue/join", content=b"x" * (9 << 20)).status_code == 413
