"""Tools as a served model reads them: their contracts in as few tokens as say the same, arguments held to the schema.

`strict` makes vLLM decode a call's arguments under the schema (with `tool_choice="auto"` it otherwise only hopes).
An optional argument is left out rather than null, so `anyOf [X, null]` is written as X. The tools themselves check
their arguments again, with all bounds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.utils.function_calling import convert_to_openai_tool

_LEFT_OUT = {"default", "title", "maxLength", "minLength", "maxItems"}


def tool_schemas(tools: Sequence[Any], *, strict: bool = True) -> list[dict[str, Any]]:
    """OpenAI tool definitions; `strict` False leaves the mark out, for servers that refuse it."""
    return [_tool(convert_to_openai_tool(tool), strict=strict) for tool in tools]


def _tool(definition: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    function = definition["function"]
    slim = {
        **function,
        "description": re.sub(r"\s+", " ", function["description"]),
        "parameters": _schema(function["parameters"]),
        **({"strict": True} if strict else {}),
    }
    return {**definition, "function": slim}


def _schema(node: Any) -> Any:
    """A JSON schema without nulls, titles, defaults and lengths, closed against other arguments."""
    if isinstance(node, list):
        return [_schema(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    options = [o for o in node.get("anyOf", ()) if o.get("type") != "null"]
    if len(options) == 1:
        return _schema({**options[0], **{k: v for k, v in node.items() if k != "anyOf"}})
    kept = {k: _schema(v) for k, v in node.items() if k not in _LEFT_OUT and k != "properties"}
    if "properties" in node:
        kept["properties"] = {name: _schema(inner) for name, inner in node["properties"].items()}
        kept["additionalProperties"] = False
    return kept
