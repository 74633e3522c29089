"""The tools as the agent's graph calls them: text for the model, artifacts for the page, failures in words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from assistant.budget import TimedDesk as Desk
from tests.tools.calling import call, show
from tools.lyrics.lrclib import Lrclib
from tools.toolbox import TOOLS


def test_details_hold_declared_values_and_their_origin(desk: Desk) -> None:
    (handle,) = show(desk, "Harbour Lamps")
    message = call(desk, "track_details", handle=handle.lower())
    body = json.loads(message.text)
    assert (body["title"], body["year"], body["language"]) == ("Harbour Lamps", 1994, "English")
    assert body["origins"]["year"].startswith("declared")
    assert "composer: Mira Solvang" in body["credit"] and "made by people" in body["ai"]
    assert message.artifact["tracks"][0]["id"] == "w01"


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("track_details", {"handle": "T7"}), ("find_lyrics", {"handle": "T7"}), ("analyze_audio", {"target": "T7"}), ("describe_audio", {"target": "T7"}),
        ("analyze_audio", {"target": "F1"}), ("describe_audio", {"target": "F1"}), ("transcribe_lyrics", {"target": "T7"}), ("similar_tracks", {"handles": ["T7"]}), ("make_playlist", {"handles": ["T7"], "name": "x"}),
        ("search_tracks", {"like": ["T7"]}), ("search_tracks", {"compare": [{"dimension": "slower", "to": "T7"}]}), ("remember", {"like": ["T7"]}), ("remember", {"dislike": ["T7"], "start_over": True}),
    ],
)  # fmt: skip
def test_unknown_handles_come_back_as_errors_and_change_nothing(tool: str, args: dict[str, Any], desk: Desk) -> None:
    show(desk, "Feira")
    desk.conversation.react(["w12"])
    before = desk.conversation.model_dump()
    message = call(desk, tool, **args)
    assert message.status == "error" and ("no track T7" in message.text or "no file F1" in message.text)
    assert desk.conversation.model_dump() == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"tempo_min": 150, "tempo_max": 90}, "lower bound 150"),
        ({"tempo_min": 5}, "tempo_min"),
        ({"key": "H"}, "key"),
        ({"meter": "waltz"}, "meter"),
        ({"count": 99}, "count"),
    ],
)
def test_impossible_arguments_come_back_with_the_reason(args: dict[str, Any], said: str, desk: Desk) -> None:
    message = call(desk, "search_tracks", **args)
    assert message.status == "error" and said in message.text


def test_a_broken_database_is_told(desk: Desk) -> None:
    down = httpx.MockTransport(lambda _: httpx.Response(503))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", down),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    assert message.status == "error" and "LRCLIB" in message.text


def test_memory(desk: Desk) -> None:
    feira, dust = show(desk, "Feira", "Dust Road")
    call(desk, "search_tracks", text="jazz", want=["jazz"], year_max=1990)
    body = json.loads(call(desk, "remember", like=[feira], dislike=[dust]).text)
    assert body["query"]["want"] == ["jazz"] and body["limits"] == ["from 1990 or earlier"]
    assert body["liked"] == [f"{feira} Feira by Tiago Venâncio"] and body["disliked"] == [
        f"{dust} Dust Road by Jonah Pike"
    ]
    after = json.loads(call(desk, "remember", undo=True).text)
    assert "query" not in after and after["liked"]
    assert json.loads(call(desk, "remember", start_over=True).text) == {"limits": [], "liked": [], "disliked": []}
    assert show(desk, "Feira") == [feira]


def test_every_tool_has_a_contract_for_the_model() -> None:
    for tool in TOOLS:
        assert tool.description and len(tool.description) > 40
        assert "runtime" not in tool.tool_call_schema.model_json_schema()["properties"]  # type: ignore[union-attr]
