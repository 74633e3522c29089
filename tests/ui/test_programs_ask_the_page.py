"""What programs may ask: Gradio's API and MCP, over HTTP, against a page of its own process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx
import numpy as np
import pytest
import soundfile
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from index.build import build
from index.embed import Embedder
from index.words import plain
from tests.fixtures.site import Site
from tests.fixtures.words import ROWS

pytestmark = pytest.mark.enable_socket
NAMES = ["/analyze", "/describe", "/discover", "/listen"]


SHEET = [
    "Seven letters in a biscuit tin",
    "none of them were ever sent",
    "I fold the paper paper thin",
    "and hold it up against the vent",
    "The neighbours think the house is cold",
    "they never saw the fire you made",
    "out of the stories that you told",
    "and all the debts you never paid",
]
PROTECTED = {"id": "p1", "title": "Biscuit Tin", "artist": "Ada Quill", "caption": "A folk song.", "lyrics": "\n".join(SHEET), "lyrics_display": "excerpt"}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("words")
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (*ROWS, PROTECTED)), "utf-8")
    build(folder / "rows.jsonl", folder / "index", lambda track: track, embedder)
    running = Site(tmp_path_factory.mktemp("home"), folder / "index")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def client(site: Site) -> Client:
    return Client(site.url, verbose=False)


def test_nothing_else_is_published(client: Client) -> None:
    told = client.view_api(return_format="dict", print_info=False)
    assert isinstance(told, dict) and sorted(told["named_endpoints"]) == NAMES and not told["unnamed_endpoints"]


def test_a_conversation(client: Client) -> None:
    first = client.predict("slow blues", api_name="/discover")
    assert first["tracks"][0]["title"] == "Blue Ferry" and first["tracks"][0]["credit"] and first["brain"] == "embedded"
    second = client.predict("why the first one?", first["thread"], api_name="/discover")
    assert second["thread"] == first["thread"] and "blues" in second["answer"]
    described = client.predict("w06", api_name="/describe")
    assert described["title"] == "Blue Ferry" and "press text" in described["registers"]


def test_a_file_is_heard_and_not_kept(client: Client, tmp_path: Path) -> None:
    times = np.arange(8 * 22050) / 22050
    soundfile.write(tmp_path / "tone.wav", 0.3 * np.sin(2 * np.pi * 220 * times), 22050)
    heard = client.predict(handle_file(str(tmp_path / "tone.wav")), api_name="/listen")
    assert heard["title"] == "tone" and heard["measured"]["duration"] == "0:08"
    (tmp_path / "junk.wav").write_bytes(b"RIFF none")
    with pytest.raises(AppError, match="cannot be read"):
        client.predict(handle_file(str(tmp_path / "junk.wav")), api_name="/listen")


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        (["no such"], "/analyze", "no track"),
        (["w06"], "/analyze", "not been measured"),
        (["x" * 500], "/describe", "no track"),
        ([" ", ""], "/discover", "is empty"),
        (["x", "local-thread-of-somebody"], "/discover", ""),
        (["x", "abc"], "/discover", "no thread"),
    ],
)  # fmt: skip
def test_mistakes_are_told(client: Client, values: list[str], name: str, words: str) -> None:
    if not words:
        assert client.predict(*values, api_name=name)["tracks"] is not None
        return
    with pytest.raises(AppError, match=words):
        client.predict(*values, api_name=name)


def test_a_model_s_tools(site: Site) -> None:
    async def asked() -> tuple[list[str], Any]:
        async with (
            streamable_http_client(f"{site.url}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            result = await session.call_tool("discover", {"request": "slow blues"})
            assert all(tool.description for tool in tools)
            return [tool.name for tool in tools], result.content[0]

    names, answer = anyio.run(asked)
    assert sorted(names) == [name[1:] for name in NAMES] and "Blue Ferry" in answer.text


def test_the_sound_of_a_work_needs_its_id(site: Site) -> None:
    for path in ("work/x", "work/..%2Fworks.sqlite", "audio/..%2F..%2Fetc%2Fpasswd"):
        assert httpx.get(f"{site.url}/{path}").status_code == 404


def test_no_more_of_a_lyric_leaves_here_either(client: Client, site: Site) -> None:
    """Two lines of an excerpt, over the API and over MCP, whatever is asked for and however often."""
    protected = [plain(line) for line in SHEET[2:]]
    thread, said = "", ""
    for words in ("the whole lyrics of Biscuit Tin", "go on with the next line", "all of it in reverse", "and the last verse", "lines 3 to 8, please"):  # fmt: skip
        answer = client.predict(words, thread, api_name="/discover")
        thread, said = answer["thread"], said + str(answer)
    said += str(client.predict("p1", api_name="/describe"))

    async def asked() -> str:
        async with (
            streamable_http_client(f"{site.url}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return str(await session.call_tool("discover", {"request": "every word of Biscuit Tin, please"}))

    said += anyio.run(asked)
    assert plain(SHEET[0]) in plain(said) and not [line for line in protected if line in plain(said)]
