"""What still holds of the wish that stands, and what a turn adds to it or takes back.

Queries are dictionaries in the form of `index.query.Query`. A new topic starts from nothing.
"""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.each import keeps_apart
from assistant.embedded.forms import says
from assistant.embedded.topic import BOTH
from assistant.embedded.understanding import Understanding
from index.concepts import vocabulary
from index.filters import away_from
from index.query import BOUNDS

_FIRST_FEW = 3  # of "the fastest": it, and what it is measured against
_CONTEXT, _LONGEST = 600, 2000  # characters of earlier turns, and of one, as a `Query` allows
_ARTISTS, _MOST = 8, 20
_OF_A_TURN = {
    "compare",
    "fresh",
    "like",
    "most",
    "artists",
    "artists_before",
    "titles",
    "text",
    "context",
}
_COMPOSED = {"steps", "each"}
_OTHERS_LIKE = re.compile(
    r"\b(?:similar|related|comparable|like-minded|ähnliche|other such) (?:artists?|bands?|singers?|groups?|acts?|musicians?|composers?|künstler\w*)\b|\b(?:some|any)(?:thing|one|body) (?:else )?similar\b(?! to)|^\W*(?:(?:something|anything|more|music|stuff|songs|ok|and|but)\W+)*like (?:them|him|her)\b|\b(?:artists?|bands?|singers?) (?:like (?:that|them|this|these)|in the same vein)\b",
    re.IGNORECASE,
)
# the limit that stands in the way of going there
_AGAINST = {
    "slower": ("tempo_min",), "faster": ("tempo_max",), "older": ("year_min",), "newer": ("year_max",), "shorter": ("duration_min_s",), "longer": ("duration_max_s",),
}  # fmt: skip
_OF_THESE = re.compile(
    r"\b(?:which|what|any|one|some|all|are|is|do|does|how many)\b[^.;!?]{0,20}\b(?:these|those|them)\b(?! (?:but|only|with|without)\b)",
    re.IGNORECASE,
)

# "tracks between 60 and 80 bpm": whoever they are by
_ANY_TRACKS = re.compile(r"^\W*(?:(?:any|some|all|show me|find|find me|give me)\W+)*(?:tracks|songs|music|pieces|tunes)\b(?! (?:by|from) (?:him|her|them))", re.IGNORECASE)  # fmt: skip

# "but by a woman": by others than those who were asked for
_BY_OTHERS = re.compile(r"\bby (?:an? |some )?(?:wom[ae]n|m[ae]n|females?|males?|girls?|boys?|lady|ladies|(?:some(?:one|body)|anyone|others?|another|different|other)(?: else| artists?| bands?| singers?)?)\b", re.IGNORECASE)  # fmt: skip

_BY_ANOTHER = re.compile(r"^\W*(?:(?:and|but|or|no|ok|what about|how about|i mean|i meant|the one|the version|the cover|is there one|one|by)\W+)*(?:by|from)\b|\b(?:one|version|cover|recording|take)(?: please| instead)?\W*$", re.IGNORECASE)  # fmt: skip

_ONLY = re.compile(r"\b(?:only|just|instead|rather)\b", re.IGNORECASE)

Fields = dict[str, Any]


def merged(u: Understanding, state: Fields) -> Fields:
    """The whole wish after a turn; `state` is the digest of the conversation."""
    these = _of_these(u, state)
    old: Fields = {} if these else _disliked_only(state["query"] or {}) if u.fresh_topic else dict(state["query"] or {})
    new = _limits(u, old) | _wishes(u, old) | _words(u, old) | _names(u, old)
    _settle_voices(u, new)
    if u.compare:
        new["compare"] = _comparisons(u)
    new["about"] = u.about or ("" if u.artists or u.titles else old.get("about", ""))
    if new.get("vocals") == "instrumental":
        new["about"] = ""
    new |= _likeness(u, old) | _rearranged(u, state) | these
    if _turns_the_page(u, old):
        new["fresh"] = True
    elif u.refs.vague and u.intent.intent == "similar":
        new.pop("fresh", None)  # "more like that, but with X" narrows what was shown; it does not turn the page
    return new


def _disliked_only(query: Fields) -> Fields:
    """What a new topic keeps: bans that came alone ("I don't like bagpipes") are of the listener and not of what was wanted."""
    wished = any(query.get(name) for name in ("want", "artists", "artists_like", "titles", "about", "like", "most"))
    return {"avoid": list(query["avoid"])} if query.get("avoid") and not wished else {}


def has_substance(u: Understanding) -> bool:
    """Whether a turn says anything about music."""
    wishes = (
        u.want,
        u.avoid,
        u.artists,
        u.artists_like,
        u.titles,
        u.titles_like,
        u.compare,
        u.allow,
        u.lifted,
        u.avoid_artists,
        u.about,
    )
    bounds = u.fields.keys() - {"fresh", "count", "order"}
    return bool(any(wishes) or bounds or (u.content and u.intent.intent == "find"))


def _limits(u: Understanding, old: Fields) -> Fields:
    """Hard constraints; a bound that the newest one contradicts is taken back."""
    kept = {k: v for k, v in old.items() if k not in _OF_A_TURN} | u.fields
    if u.fields.keys() == {"count"} and not (u.want or u.artists or u.titles):
        kept |= {"steps": _so_many(kept["steps"], u.fields["count"])} if kept.get("steps") else {}
    elif not u.fields.keys() & {"steps", "each"} and (
        u.artists or u.titles or any(_is_genre(w) for w in u.want) or u.fields.keys() & {"count", "most", "total_s"}
    ):
        kept = {k: v for k, v in kept.items() if k not in _COMPOSED}
    if "each" in u.fields and "count" not in u.fields and not keeps_apart(u.text):
        kept["count"] = _MOST
    if "steps" in kept and "steps" not in u.fields:
        kept["steps"] = _steps_left(u, kept["steps"])
    if "count" in u.fields:
        kept.pop("total_s", None)
    elif old.get("most") or old.get("among") or old.get("count") == 1:
        kept.pop("count", None)  # so many as were compared, and not as were asked for; and more than the one
    if old.get("among") and "order" not in u.fields:
        kept.pop("order", None)  # that of what was on the screen
    if "most" in u.fields and "count" not in u.fields:
        kept["count"] = _FIRST_FEW
    turned = {bound for c in u.compare for bound in _AGAINST.get(c.dimension, ())}
    kept = {k: v for k, v in kept.items() if k not in {*u.lifted, *turned} or k in u.fields}
    for low, high in BOUNDS:
        if kept.get(low) is not None and kept.get(high) is not None and kept[low] > kept[high]:
            kept.pop(low if high in u.fields else high)
    return kept


def _ruled_out(u: Understanding) -> set[str]:
    """What a turn bans, with all that is one of it."""
    return {name for ban in u.avoid for name in vocabulary().narrower(ban)}


def _steps_left(u: Understanding, steps: list[Fields]) -> list[Fields]:
    """The steps of a list that are not ruled out by now."""
    banned = _ruled_out(u)
    return [s for s in steps if not (banned & {*s.get("want", ())} or {*u.avoid_artists} & {*s.get("artists", ())})]


def _so_many(steps: list[Fields], count: int) -> list[Fields]:
    """As many of the steps as make up a number of tracks, begun anew where they are at an end."""
    ones = [{**step, "count": 1} for step in steps for _ in range(step.get("count", 1))]
    return [ones[n % len(ones)] for n in range(count)]


def _wishes(u: Understanding, old: Fields) -> Fields:
    """Wants and bans: the newest word counts."""
    contrary = {o for w in u.want for o in vocabulary().opposite.get(w, ())}
    contrary |= {o for w in u.want for o, words in vocabulary().opposite.items() if w in words}
    if _ONLY.search(u.text):  # "only men", where a choir of women stands
        voices = {w for w in u.want if vocabulary().kinds.get(w) == "voice"}
        meant = {n for v in voices for n in (v, *vocabulary().narrower(v), *vocabulary().broader.get(v, ()))}
        contrary |= {
            w for w in old.get("want", ()) if voices and vocabulary().kinds.get(w) == "voice" and w not in meant
        }
    contrary |= {o for c in u.compare for o in away_from(c.dimension)} | _replaced(u, old) | set(u.gone)
    wider = {w for w in old.get("want", ()) if {*u.want} & ({*vocabulary().narrower(w)} - {w})}  # "just tenor sax"
    over = {*_ruled_out(u), *u.allow, *contrary, *wider}
    if u.about:  # another story takes the place of the one before
        over |= {w for w in old.get("want", ()) if vocabulary().kinds.get(w) in {"narrative", "situation"}}
    want = [w for w in old.get("want", []) if w not in over] + list(u.want)
    asked = {*u.want, *u.allow, *u.artists}  # an acoustic guitar is a guitar
    avoid = [a for a in old.get("avoid", []) if not asked & {a, *vocabulary().narrower(a)}]
    themselves = old.get("artists", ()) if _others(u) else ()
    return {"want": want, "avoid": [*avoid, *u.avoid, *u.avoid_artists, *themselves]}


def _others(u: Understanding) -> bool:
    """ "Similar artists please": others than those who were asked for."""
    return bool(not u.artists and not u.artists_like and _OTHERS_LIKE.search(u.text))


def _replaced(u: Understanding, old: Fields) -> set[str]:
    """Genres and situations that a request for another one takes the place of, unless it says that both are meant."""
    if BOTH.search(u.text):
        return set()
    kinds = vocabulary().kinds
    asked = {kind: [w for w in u.want if kinds.get(w) == kind] for kind in ("genre", "situation")}
    related = {r for w in u.want for r in (w, *vocabulary().broader.get(w, ()), *vocabulary().narrower(w))}
    return {w for w in old.get("want", ()) if asked.get(kinds.get(w, "")) and w not in related}


def _is_genre(concept: str) -> bool:
    return vocabulary().kinds.get(concept) == "genre"


def _words(u: Understanding, old: Fields) -> Fields:
    """The words to search for, and those of earlier turns."""
    if u.gone and not {*old.get("want", ())} - {*u.gone}:
        old = {}  # nothing is left of what was asked for
    speaks = _speaks(u)
    text = u.text[:_LONGEST] if speaks or not old else old.get("text", u.text[:_LONGEST])
    context = old.get("context", "")
    if speaks and old:
        context = f"{context} {old.get('text', '')}".strip()
    return {"text": text, "context": context[-_CONTEXT:]}


def _speaks(u: Understanding) -> bool:
    """Whether the words themselves are worth searching for: not those that only allow something again or ask for an order."""
    only = (u.allow or u.lifted or "order" in u.fields) and not (
        u.want or u.artists or u.artists_like or u.titles or u.avoid
    )
    return bool(u.content) and not only


def _names(u: Understanding, old: Fields) -> Fields:
    """Artists and titles: those of this turn, or the artists that stand, which another subject sends back."""
    like = list(u.artists_like) or ([] if u.artists or u.titles else old.get("artists_like", []))
    if _others(u):
        like = like or list(old.get("artists", ()))
        old = {**old, "artists": []}
    others = _ANY_TRACKS.search(u.text) or _BY_OTHERS.search(u.text)
    moved_on = others or u.titles or u.artists_like or any(_is_genre(w) for w in u.want)
    standing = [] if moved_on else [a for a in old.get("artists", []) if a not in u.avoid_artists]
    artists = list(u.artists) or standing
    before = dict.fromkeys((*old.get("artists_before", []), *old.get("artists", [])))
    same_title = u.artists and not u.titles and _BY_ANOTHER.search(u.text)  # "the Johnny Cash one"
    titles = list(old.get("titles", ())) if same_title else list(u.titles)
    earlier = [a for a in before if a not in artists and a not in u.avoid_artists]
    return {
        "artists_like": like, "artists": artists, "artists_before": earlier[-_ARTISTS:], "titles": titles,
    }  # fmt: skip


def _settle_voices(u: Understanding, new: Fields) -> None:
    """Instrumental music and voices exclude each other; in place."""
    voices = vocabulary().narrower("vocals")
    if "instrumental" in u.want or "vocals" in u.avoid:
        wordless = [w for w in new["want"] if w not in voices]
        new["want"] = wordless + ([] if "instrumental" in wordless else ["instrumental"])
        new["avoid"] = [a for a in new["avoid"] if a != "instrumental"]
        new["vocals"] = "instrumental"
    elif any(w in voices for w in (*u.want, *u.allow)):
        new.pop("vocals", None)
        new["want"] = [w for w in new["want"] if w != "instrumental" or "instrumental" in u.want]


def _comparisons(u: Understanding) -> list[Fields]:
    """Comparatives, against what the listener points at if at anything."""
    to = {"to": u.refs.handles[0]} if u.refs.handles and not u.refs.vague else {}
    return [c.model_dump(exclude_defaults=True) | to for c in u.compare]


def _likeness(u: Understanding, old: Fields) -> Fields:
    """Tracks to stay near: those pointed at, or those that stand until another subject comes."""
    if (
        u.refs.handles
        and not u.refs.vague
        and not says("fault", u.text)
        and (u.compare or u.intent.intent == "similar")
    ):
        return {"like": list(u.refs.handles)}
    if u.titles_like:
        return {"like": list(u.titles_like)}
    moved_on = u.artists or u.artists_like or u.titles or any(_is_genre(w) for w in u.want)
    return {"like": old["like"]} if old.get("like") and not moved_on else {}


def _rearranged(u: Understanding, state: Fields) -> Fields:
    """An order and nothing else is one of what is on the screen."""
    if "order" not in u.fields or has_substance(u) or not state["shown"]:
        return {}
    return {"among": list(state["shown"])[:_MOST], "count": min(len(state["shown"]), _MOST)}


def _of_these(u: Understanding, state: Fields) -> Fields:
    """ "Which of these has a cello?" asks it of what is on the screen, and nothing else."""
    if u.artists or not (u.refs.all_shown and has_substance(u) and not u.compare and _OF_THESE.search(u.text)):
        return {}
    return {"among": list(state["shown"])[:_MOST], "count": min(len(state["shown"]), _MOST)}


def _turns_the_page(u: Understanding, old: Fields) -> bool:
    """Whether other tracks than those shown are asked for."""
    if says("as it stands", u.text) or u.fields.keys() == {"count"}:  # "only two": of those
        return False
    named = {*u.artists, *u.artists_like} - {*old.get("artists", ()), *old.get("artists_like", ())}
    said_again = u.want and {*u.want} <= {*old.get("want", ())} and u.text != old.get("text")  # "even happier"
    narrows = u.avoid or u.avoid_artists or u.compare or u.fields.keys() - {"count", "fresh", "order"}
    more = u.intent.intent in {"more", "thanks"} and not named and not narrows
    once_more = said_again and not (named or narrows or u.refs.handles)
    return bool(
        more or once_more or (not has_substance(u) and "order" not in u.fields and u.fields.keys() != {"count"} and old)
    )
