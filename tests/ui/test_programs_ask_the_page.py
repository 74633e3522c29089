"""What programs may ask: Gradio's API and MCP, over HTTP, against a page of its own process."""

from __future__ import annotations

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

from tests.fixtures.site import Site

pytestmark = pytest.mark.enable_socket
NAMES = ["/analyze", "/describe", "/discover", "/listen"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, words_index: Path) -> Iterator[Site]:
    running = Site(tmp_path_factory.mktemp("home"), words_index)
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
