"""From what was understood to what to do: the tool calls of a turn, or an answer that needs no tool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.embedded.understand import Understanding
from index.concepts import vocabulary
from index.filters import WORDS_FOR
from index.query import BOUNDS, Comparison, Query
from index.words import fold

_CONTEXT = 600
_AT_ONCE = 5
_ARTISTS = 8
_MOST = 20
_UNSURE = 0.3
_BOTH = re.compile(
    r"\b(?:also|too|as well|add|added|adding|plus|and|with|mix|mixed|more|another|both|touch|bit|include|throw in|along|even|still|besides|og|auch|dazu|aussi|avec|tambi[eé]n|con|anche|tamb[eé]m|com|med|mit)\b",
    re.IGNORECASE,
)
_LONGEST = 2000  # as a `Query` allows


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
    targets = handles or list(u.titles) or state["shown"][:1]
    if u.refs.missing:
        return Plan((), "missing", reading)
    match u.intent.intent:
        case "outside" | "imitate" | "help" | "hello":
            return Plan((), u.intent.intent, reading)
        case "reset":
            return Plan((Call("remember", {"start_over": True}),), None, reading)
        case "undo":
            return Plan((Call("remember", {"undo": True}),), None, reading)
        case "taste":
            return Plan((Call("remember", {}),), None, reading)
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
            handles and not (u.refs.vague and state["query"]) and not u.fields.keys() - {"count", "fresh"}
        ):
            compare = [c.model_dump(exclude_none=True) for c in u.compare]
            args = {
                "handles": handles,
                "compare": compare,
                "want": list(u.want),
                "avoid": list(dict.fromkeys((*(state["query"] or {}).get("avoid", ()), *u.avoid))),
                **{k: v for k, v in u.fields.items() if k == "count"},
            }
            return Plan((Call("similar_tracks", {k: v for k, v in args.items() if v}),), None, reading)
    if not any(c.isalnum() for c in u.text) or (u.intent.score < _UNSURE and not _substance(u)):
        return Plan((), "unclear", reading)
    if not _substance(u) and not state["query"]:
        return Plan((), "hello", reading)
    return Plan((Call("search_tracks", _search(merged(u, state))),), None, reading)


def merged(u: Understanding, state: dict[str, Any]) -> dict[str, Any]:
    """The whole wish: what still holds of the standing query, and what this turn adds or takes back."""
    old: dict[str, Any] = {} if u.fresh_topic else dict(state["query"] or {})
    opposite = {o for w in u.want for o in vocabulary().opposite.get(w, ())} | {
        o for w in u.want for o, ws in vocabulary().opposite.items() if w in ws
    }
    opposite |= {o for c in u.compare for o in _against(c)} | _replaced(u, old)
    want = [w for w in old.get("want", []) if w not in u.avoid and w not in opposite and w not in u.allow] + list(
        u.want
    )
    lifted = {*u.want, *u.allow}
    avoid = [a for a in old.get("avoid", []) if a not in lifted] + list(u.avoid) + list(u.avoid_artists)
    new = {
        k: v
        for k, v in old.items()
        if k
        not in {"compare", "fresh", "like", "order", "count", "artists", "artists_before", "titles", "text", "context"}
    } | u.fields
    new = {k: v for k, v in new.items() if k not in u.lifted or k in u.fields}
    for low, high in BOUNDS:  # a bound that the newest one contradicts is taken back
        if new.get(low) is not None and new.get(high) is not None and new[low] > new[high]:
            new.pop(low if high in u.fields else high)
    new |= {
        "want": want,
        "avoid": avoid,
        "text": u.text[:_LONGEST] if _speaks(u) or not old else old.get("text", u.text[:_LONGEST]),
    }
    if "instrumental" in u.want or ("vocals" in u.avoid):
        new |= {
            "vocals": "instrumental",
            "want": [w for w in want if "vocals" not in vocabulary().narrower(w)],
        }
        new["want"] = [w for w in new["want"] if w != "vocals"] + (
            ["instrumental"] if "instrumental" not in want else []
        )
        new["avoid"] = [a for a in new["avoid"] if a != "instrumental"]
    elif any(w in vocabulary().narrower("vocals") for w in (*u.want, *u.allow)):
        new.pop("vocals", None)
        new["want"] = [w for w in new["want"] if w != "instrumental" or "instrumental" in u.want]
    new["artists_like"] = list(u.artists_like) or ([] if u.artists or u.titles else old.get("artists_like", []))
    new["artists"] = list(u.artists) or (
        []
        if u.titles or u.artists_like or any(vocabulary().kinds.get(w) == "genre" for w in u.want)
        else [a for a in old.get("artists", []) if a not in u.avoid_artists]
    )
    new["artists_before"] = [
        a
        for a in dict.fromkeys((*old.get("artists_before", []), *old.get("artists", [])))
        if a not in new["artists"] and a not in u.avoid_artists
    ][-_ARTISTS:]
    new["titles"] = list(u.titles)
    context = (
        f"{old.get('context', '')} {old.get('text', '')}".strip() if _speaks(u) and old else old.get("context", "")
    )
    new["context"] = context[-_CONTEXT:]
    if u.compare:
        new["compare"] = [
            c.model_dump(exclude_none=True) | ({"to": u.refs.handles[0]} if u.refs.handles and not u.refs.vague else {})
            for c in u.compare
        ]
    if u.refs.handles and not u.refs.vague and (u.compare or u.intent.intent == "similar"):
        new["like"] = list(u.refs.handles)
    elif old.get("like") and not (
        u.artists or u.artists_like or u.titles or any(vocabulary().kinds.get(w) == "genre" for w in u.want)
    ):
        new["like"] = old["like"]  # a refinement of "more like T3" stays near T3
    if "order" in u.fields and not _substance(u) and state["shown"]:
        new |= {"among": list(state["shown"])[:_MOST], "count": min(len(state["shown"]), _MOST)}
    named = {*u.artists, *u.artists_like} - {*old.get("artists", ()), *old.get("artists_like", ())}
    if (u.intent.intent in {"more", "thanks"} and not named) or (not _substance(u) and "order" not in u.fields and old):
        new["fresh"] = True
    elif u.refs.vague and u.intent.intent == "similar":
        new.pop("fresh", None)  # "more like that, but with X" narrows what was shown; it does not turn the page
    return new


def _replaced(u: Understanding, old: dict[str, Any]) -> set[str]:
    """Genres that a request for another genre takes the place of, unless it says that both are meant."""
    asked = [w for w in u.want if vocabulary().kinds.get(w) == "genre"]
    if not asked or _BOTH.search(u.text):
        return set()
    related = {r for w in asked for r in (w, *vocabulary().broader.get(w, ()), *vocabulary().narrower(w))}
    return {w for w in old.get("want", ()) if vocabulary().kinds.get(w) == "genre" and w not in related}


def _speaks(u: Understanding) -> bool:
    """Whether the words themselves are worth searching for: not those that only allow something again or ask for an order."""
    only = (u.allow or u.lifted or "order" in u.fields) and not (
        u.want or u.artists or u.artists_like or u.titles or u.avoid
    )
    return bool(u.content) and not only


def _against(comparison: Comparison) -> set[str]:
    """Wishes that a comparison takes back: who wants it faster no longer wants it slow."""
    towards, away = WORDS_FOR[comparison.dimension]
    return {*vocabulary().opposite.get(towards or "", ()), *([away] if away else [])}


def _search(args: dict[str, Any]) -> dict[str, Any]:
    """Arguments in the form of a `Query`: repeated values once, defaults left out."""
    clean = {
        k: list(dict.fromkeys(v)) if k in {"want", "avoid", "artists", "artists_like", "titles", "like", "among"} else v
        for k, v in args.items()
    }
    return Query.model_validate(clean).model_dump(exclude_defaults=True)


def _substance(u: Understanding) -> bool:
    return bool(
        u.want
        or u.avoid
        or u.artists
        or u.artists_like
        or u.titles
        or u.compare
        or u.allow
        or u.lifted
        or u.avoid_artists
        or u.fields.keys() - {"fresh", "count", "order"}
        or (u.content and u.intent.intent == "find")
    )


def follow_up(intent: str, called: Sequence[str], state: dict[str, Any]) -> tuple[Call, ...]:
    """The second step of a turn: after a change of taste or an undo, the standing wish is searched again."""
    if intent not in {"like", "dislike", "undo"} or "search_tracks" in called or not state["query"]:
        return ()
    standing = {k: v for k, v in state["query"].items() if k != "compare" or intent == "undo"}
    return (Call("search_tracks", _search({**standing, "fresh": intent != "undo"})),)


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
    if u.refs.handles:
        parts.append(f"pointing at {', '.join(u.refs.handles)}")
    topic = "; a new topic" if u.fresh_topic else ""
    return f"I read this as “{u.intent.intent}”{topic}" + (f": {'; '.join(parts)}." if parts else ".")
