"""From what was understood to what to do: the tool calls of a turn, or an answer that needs no tool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.embedded.merge import has_substance, merged
from assistant.embedded.sung import GOES_ON, OF_WORDS
from assistant.embedded.understand import Understanding
from index.query import Query
from index.words import fold

_AT_ONCE = 5
_UNSURE = 0.3
_WRITES_DOWN = re.compile(r"\b(?:transcri\w+|writ\w+ (?:down|out))\b")


@dataclass(frozen=True)
class Call:
    """A tool call."""

    tool: str
    args: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """Tool calls, or, when there are none, the name of a ready answer."""

    calls: tuple[Call, ...] = ()
    answer: str | None = None
    reading: str = ""


def plan(u: Understanding, state: dict[str, Any]) -> Plan:
    """What to do about a turn."""
    reading = _reading(u)
    handles = list(u.refs.handles)
    focus = [state["focus"]] if state.get("focus") else state["shown"][:1]
    targets = handles or list(u.titles) or focus
    if u.refs.missing:
        return Plan((), "missing", reading)
    if u.refs.files and _WRITES_DOWN.search(fold(u.text)):
        return Plan(tuple(Call("transcribe_lyrics", {"target": f}) for f in u.refs.files[:2]), None, reading)
    match u.intent.intent:
        case "outside" | "imitate" | "help" | "hello" | "bye" | "tray":
            return Plan((), u.intent.intent, reading)
        case "reset":
            return Plan((Call("remember", {"start_over": True}),), None, reading)
        case "undo":
            return Plan((Call("remember", {"undo": True}),), None, reading)
        case "taste":
            return Plan((Call("remember", {}),), None, reading)
        case "details" | "lyrics" if OF_WORDS.search(fold(u.text)) and not GOES_ON.search(fold(u.text)):
            tools = (
                ("track_details", "find_lyrics")
                if re.search(r"\babout\b|\bstory\b", fold(u.text))
                else ("find_lyrics",)
            )
            return Plan(tuple(Call(t, {"handle": h}) for h in targets[:2] for t in tools), None, reading)
        case "why" | "details":
            return Plan(
                tuple(Call("track_details", {"handle": h}) for h in targets[:_AT_ONCE]),
                None,
                reading,
            )
        case "compare":
            several = handles if len(handles) > 1 else state["shown"]
            return Plan(tuple(Call("track_details", {"handle": h}) for h in several[:_AT_ONCE]), None, reading)
        case "catalogue":
            counted = {"want": list(u.want), "artists": list(u.artists)}
            return Plan((Call("catalogue_overview", {k: v for k, v in counted.items() if v}),), None, reading)
        case "lyrics":
            return Plan(
                tuple(Call("find_lyrics", {"handle": h}) for h in targets[:2]),
                None,
                reading,
            )
        case "analyze":
            return _analyze(u, reading)
        case "playlist":
            return _playlist(u, state, reading)
        case "like" | "dislike":
            return Plan((Call("remember", {u.intent.intent: handles}),), None, reading)
        case "similar" if (
            handles
            and not (u.refs.vague and state["query"])
            and not u.fields.keys() - {"count", "fresh"}
            and not (u.titles or u.artists)
        ):
            compare = [c.model_dump(exclude_defaults=True) for c in u.compare]
            args = {
                "handles": handles,
                "compare": compare,
                "want": list(u.want),
                "avoid": list(dict.fromkeys((*(state["query"] or {}).get("avoid", ()), *u.avoid))),
                **{k: v for k, v in u.fields.items() if k == "count"},
            }
            return Plan((Call("similar_tracks", {k: v for k, v in args.items() if v}),), None, reading)
    if not any(c.isalnum() for c in u.text) or (
        u.intent.score < _UNSURE and not has_substance(u) and "order" not in u.fields
    ):
        return Plan((), "unclear", reading)
    if not has_substance(u) and not state["query"]:
        return Plan((), "hello", reading)
    return Plan((_searching(merged(u, state)),), None, reading)


def _searching(args: dict[str, Any]) -> Call:
    """A search by what the words say, where something should be told of."""
    query = _search(args)
    return Call("search_lyrics" if query.get("about") else "search_tracks", query)


def _search(args: dict[str, Any]) -> dict[str, Any]:
    """Arguments in the form of a `Query`: repeated values once, defaults left out."""
    clean = {
        k: list(dict.fromkeys(v)) if k in {"want", "avoid", "artists", "artists_like", "titles", "like", "among"} else v
        for k, v in args.items()
    }
    return Query.model_validate(clean).model_dump(exclude_defaults=True)


def follow_up(intent: str, called: Sequence[str], state: dict[str, Any]) -> tuple[Call, ...]:
    """The second step of a turn: after a change of taste or an undo, the standing wish is searched again."""
    if (
        intent not in {"like", "dislike", "undo"}
        or {"search_tracks", "search_lyrics"} & {*called}
        or not state["query"]
    ):
        return ()
    standing = {k: v for k, v in state["query"].items() if k != "compare" or intent == "undo"}
    return (_searching({**standing, "fresh": intent != "undo"}),)


def _analyze(u: Understanding, reading: str) -> Plan:
    targets = list(u.refs.files) or list(u.refs.handles[:1]) or list(u.titles[:1])
    calls = [Call("analyze_audio", {"target": t}) for t in targets[:2]]
    return Plan(tuple(calls), None, reading) if calls else Plan((), "help", reading)


def _playlist(u: Understanding, state: dict[str, Any], reading: str) -> Plan:
    named = re.search(
        r"\b(?:called|named|titled|as(?! a (?:play)?list))\s+[\"“'‘]?(\w[^\"”'’.,!?]{1,60}?)(?=[\"”'’.,!?]|\s+(?:from|with|out of|of the|using|please)\b|$)",
        u.text,
    )
    liked = re.search(r"\b(?:liked?|likes|loved?|favou?rites?)\b", fold(u.text))
    if liked and not state["liked"] and not u.refs.handles:
        return Plan((), "no likes", reading)
    handles = (
        state["liked"]
        if liked and state["liked"]
        else list(u.refs.handles) or list(dict.fromkeys((*state["liked"], *state["shown"])))
    )
    name = (
        named[1].strip()
        if named and named[1].strip().lower() not in {"a playlist", "m3u", "m3u8", "a file", "a list"}
        else "Liner Notes playlist"
    )
    return (
        Plan((Call("make_playlist", {"handles": handles, "name": name}),), None, reading)
        if handles
        else Plan((), "hello", reading)
    )


def _reading(u: Understanding) -> str:
    """How the request was read, in one line for the reasoning pane."""
    parts = [f"“{words}” → {meaning}" for words, meaning in u.heard]
    if u.about:
        parts.append(f"words that tell of “{u.about}”")
    if u.refs.handles:
        parts.append(f"pointing at {', '.join(u.refs.handles)}")
    topic = "; a new topic" if u.fresh_topic else ""
    return f"I read this as “{u.intent.intent}”{topic}" + (f": {'; '.join(parts)}." if parts else ".")
