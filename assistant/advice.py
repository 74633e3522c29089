"""How each kind of server is made to call tools and to hand over thoughts."""

from __future__ import annotations

from assistant.endpoints import Place
from assistant.profiles import parsers_of


def tool_advice(place: Place) -> str:
    """What to do when tools are not called."""
    if place.server == "llama.cpp":
        return "start llama-server with --jinja, and a model that can call tools"
    if place.server != "vllm":
        return "choose a model that can call tools"
    known = parsers_of(place.model)
    parser = known.tool_call if known else "NAME (the parser of this model in vLLM's documentation)"
    return f"start vLLM with --enable-auto-tool-choice --tool-call-parser {parser}"


def reasoning_advice(place: Place) -> str:
    """What to do when thoughts do not arrive by themselves."""
    if place.server == "llama.cpp":
        return "start llama-server with --jinja --reasoning-format auto"
    known = parsers_of(place.model)
    if place.server != "vllm" or not (known and known.reasoning):
        return ""
    return f"start vLLM with --reasoning-parser {known.reasoning}"
