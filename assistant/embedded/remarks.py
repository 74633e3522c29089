"""What must be said before the tracks: names that are absent, wishes that were let go, the order they stand in."""

from __future__ import annotations

from typing import Any

from assistant.embedded.wishes import limit_words, listed
from index.order import column_of
from index.query import Order
from index.words import plain

_ORDERS = {
    "rising energy": "from calm to energetic",
    "falling energy": "from energetic to calm",
    "rising tempo": "from slow to fast",
    "falling tempo": "from fast to slow",
    "oldest first": "from the oldest to the newest",
    "newest first": "from the newest to the oldest",
    "shortest first": "from the shortest to the longest",
    "longest first": "from the longest to the shortest",
}
_SAID = {"tempo_bpm": "tempo", "year": "year"}  # what orders go by and cards tell of


def remarks(body: dict[str, Any], args: dict[str, Any]) -> str:
    """One sentence each; empty when there is nothing to say."""
    parts = []
    if body.get("absent"):
        parts.append(
            f"{listed(body['absent'])} {'is' if len(body['absent']) == 1 else 'are'} not in this catalogue{'; the nearest I have follow' if body['tracks'] else ''}."
        )
    for name, kinds in body.get("absent_known_for", {}).items():
        parts.append(f"{name} is known for {listed(kinds)}, as far as general knowledge goes.")
    for name, near in body.get("did_you_mean", {}).items():
        parts.append(f"Did you mean {near} when you said {name}?")
    if args.get("order") in _ORDERS and len(body["tracks"]) > 1:
        parts.append(_ordered(args["order"], body["tracks"]))
    here = [a for a in args.get("artists", []) if a not in body.get("absent", [])]
    artists = [body.get("did_you_mean", {}).get(a, a) for a in here]
    by_them = sum(_is_by(track, artists) for track in body["tracks"])
    hidden = body.get("withheld_as_ai", 0)
    if artists and not by_them and args.get("fresh"):
        parts.append(f"That was all by {listed(artists)} that I have; the rest is near.")
    elif artists and by_them < len(body["tracks"]):
        parts.append(
            f"{by_them or 'None'} of these {'is' if by_them < 2 else 'are'} by {listed(artists)}; the rest is near."
        )
    titles = [t for t in args.get("titles", []) if t not in body.get("absent", [])]
    called = sum(plain(track["title"]) in {plain(t) for t in titles} for track in body["tracks"])
    if titles and not called and args.get("fresh"):
        parts.append(f"That was all called “{listed(titles, 'or')}” that I have; the rest is near.")
    if 0 < called < len(body["tracks"]):
        parts.append(f"{called} of these {'is' if called == 1 else 'are'} called so; the rest is near.")
    if hidden:
        more = "One more is" if hidden == 1 else f"{hidden} more are"
        parts.append(f"{more} left out, declared as made with AI; say “include AI” to hear of it.")
    if body.get("relaxed"):
        parts.append(f"No track here meets all of that, so I let this go: {limit_words(body['relaxed'])}.")
    if body.get("unknown"):
        parts.append(f"No track here has a known {' or '.join(body['unknown'])}.")
    if body.get("together") and body["tracks"]:
        parts.append(f"Together they last {body['together']}.")
    return " ".join(parts)


def _ordered(order: Order, tracks: list[dict[str, Any]]) -> str:
    """How the tracks go, as far as that is known of them."""
    column = column_of(order)
    name = _SAID.get(column)
    unknown = sum(not track.get(column) for track in tracks) if name else 0
    if unknown == len(tracks):
        return f"The {name} of none of them is known, so they stand as they come."
    rest = (
        f"; the {name} of {'one' if unknown == 1 else unknown} is not known, and {'it comes' if unknown == 1 else 'they come'} last"
        if unknown
        else ""
    )
    return f"They go {_ORDERS[order]}{rest}."


def _is_by(track: dict[str, Any], artists: list[str]) -> bool:
    """Whether a track is credited to one of the artists: as the catalogue found, or by their very name."""
    names = {plain(name) for name in track.get("artists", [])}
    return any(p["kind"] == "name" for p in track.get("evidence", [])) or any(plain(a) in names for a in artists)
