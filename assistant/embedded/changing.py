"""What to do so that a list becomes what a turn asks for: written anew, put in another order, or first searched for what comes into it."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.calls import Call, searching
from assistant.embedded.listing import Edit
from assistant.embedded.understanding import Understanding
from index.concepts import vocabulary
from index.query import Step

_OF_ALL_STEPS = ("text", "titles", "fresh", "about", "vocals", "include_ai", "clean")
_KEPT_AT_A_PLACE = Step.model_fields.keys() - {"titles", "among", "compare", "count"}
_ANOTHER_KIND = re.compile(r"(?:an?|some(?:thing)?|one)\b(?! (?:bit|little))")


def changing(edit: Edit, state: dict[str, Any], u: Understanding) -> Call:
    """The playlist as it should be, or first the search for what comes into it; of what is on the screen both at once."""
    left = [t for t in edit.tracks if t]
    want = (state["query"] or {}).get("want", [])
    if edit.pending and not edit.searches:
        return searching({"among": left, "order": "as listed", "want": want, "count": len(left)})
    if edit.order:
        return searching({"among": left, "order": edit.order, "count": len(left), "text": ""})
    if not edit.searches:
        return writing(left, state, edit.name)
    if edit.changed:
        return _reshaping(edit, state, u)
    coming = _coming(edit.wish, state, u)
    if edit.pending:
        named = {k: v for k, v in coming.items() if k in _OF_ALL_STEPS}
        own = {k: v for k, v in coming.items() if k in Step.model_fields and k != "count"}
        steps = [{"among": [t], "want": want} if t else own for t in edit.tracks]
        return searching({**named, "steps": steps, "count": len(steps)})
    return searching(coming)


def _reshaping(edit: Edit, state: dict[str, Any], u: Understanding) -> Call:
    """The search for what takes the place of tracks that were to be otherwise, each by what was asked for at its place."""
    standing = state["query"] or {}
    want = standing.get("want", [])
    coming = iter([_otherwise(t, state, u, again=bool(_ANOTHER_KIND.match(edit.wish))) for t in edit.changed])
    steps = [{"among": [t], "want": want} if t else next(coming) for t in edit.tracks]
    named = {k: v for k, v in standing.items() if k in _OF_ALL_STEPS and k not in {"text", "titles"}}
    return searching({**named, "text": u.text, "steps": steps, "count": len(steps)})


def _otherwise(handle: str, state: dict[str, Any], u: Understanding, *, again: bool) -> dict[str, Any]:
    """A step for one track like the one that stands at its place, changed as the turn says; with `again` it is another kind of music."""
    standing = state["query"] or {}
    places = [step for step in standing.get("steps", ()) for _ in range(step.get("count", 1))]
    at = state["shown"].index(handle) if handle in state["shown"] else len(places)
    own = {k: v for k, v in (standing | (places[at] if at < len(places) else {})).items() if k in _KEPT_AT_A_PLACE}
    want = [] if again else [w for w in own.get("want", ()) if w not in u.avoid]
    compare = [{**c.model_dump(exclude_defaults=True), "to": handle} for c in u.compare]
    bounds = {k: v for k, v in u.fields.items() if k in Step.model_fields and k != "count"}
    avoid = [*own.get("avoid", ()), *u.avoid, *u.avoid_artists]
    return {
        **own,
        **bounds,
        "want": [*want, *u.want],
        "avoid": avoid,
        "artists": list(u.artists or own.get("artists", ())),
        "compare": compare,
        "count": 1,
    }


def _coming(wish: str, state: dict[str, Any], u: Understanding) -> dict[str, Any]:
    """The search for a track that comes into a list: what its words say, or one more of what was asked for."""
    if not wish:
        standing = {k: v for k, v in (state["query"] or {}).items() if k not in {"compare", "steps", "each", "total_s"}}
        return {**standing, "fresh": True, "count": 1}
    if u.titles:
        return {"text": wish, "titles": list(u.titles[:1]), "count": 1}
    if u.artists:
        return {"text": wish, "artists": list(u.artists), "want": list(u.want), "fresh": True, "count": 1}
    want = [m.concept for m in vocabulary().mentions(wish) if not m.negated]
    return {"text": wish, "want": want, "fresh": True, "count": 1}


def again(state: dict[str, Any]) -> Call:
    """What is on the screen, as it stands there."""
    want = (state["query"] or {}).get("want", [])
    return searching({"among": state["shown"], "order": "as listed", "want": want, "count": len(state["shown"])})


def writing(handles: list[str], state: dict[str, Any], name: str = "") -> Call:
    """The playlist that stands, written anew, under another name if one is given."""
    return Call("make_playlist", {"handles": handles, "name": name or state["playlist"]["name"], "change": True})
