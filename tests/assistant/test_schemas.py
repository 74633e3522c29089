"""Tools as a served model reads them: short, strict, and saying the same as the tools themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.schemas import tool_schemas
from tools.toolbox import TOOLS

SLIM = {t["function"]["name"]: t["function"] for t in tool_schemas(TOOLS)}


@pytest.mark.parametrize("tool", TOOLS, ids=lambda t: t.name)
def test_a_schema_has_the_tool_s_arguments(tool: Any) -> None:
    full, slim = convert_to_openai_tool(tool)["function"]["parameters"], SLIM[tool.name]["parameters"]
    assert slim["properties"].keys() == full["properties"].keys()
    assert slim.get("required") == full.get("required") and slim["additionalProperties"] is False
    for name, said in full["properties"].items():
        assert slim["properties"][name].get("description") == said.get("description")


def test_it_is_strict_unless_a_server_refuses_that() -> None:
    assert all(f["strict"] is True for f in SLIM.values())
    assert not any("strict" in t["function"] for t in tool_schemas(TOOLS, strict=False))


def test_nothing_that_only_takes_room_is_left() -> None:
    text = json.dumps(list(SLIM.values()))
    assert '"null"' not in text and "anyOf" not in text and "\\n" not in text and '"default"' not in text
    assert len(text) < 0.9 * len(json.dumps([convert_to_openai_tool(t)["function"] for t in TOOLS]))


def test_inner_objects_are_closed_and_keep_their_choices() -> None:
    compare = SLIM["search_tracks"]["parameters"]["properties"]["compare"]["items"]
    assert compare["additionalProperties"] is False and "calmer" in compare["properties"]["dimension"]["enum"]
    assert SLIM["search_tracks"]["parameters"]["properties"]["tempo_min"]["type"] == "number"
