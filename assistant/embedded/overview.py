"""Answers about the catalogue as a whole."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.wishes import limit_words, listed
from index.concepts import vocabulary
from index.words import fold

_ASKED = (
    (r"artists?|bands?", "most tracks"),
    (r"genres?|styles?|(?:kinds?|sorts?|types?) of", "genres"),
    (r"instruments?", "instruments"),
    (r"moods?", "moods"),
)


_LICENCE = re.compile(
    r"\blicen[cs]es?\b|\bcommercial|\bcc ?0\b|\bcc[- ]by|\bpublic domain|\broyalty|\bfree to use|\bcopyright|\bbe used\b"
)
_COUNTED = (
    (r"languages?", "languages", "sung in {} languages"),
    (r"decades?|eras?", "decades", "from {} decades"),
)


def _naming(concept: str, count: int) -> str:
    """How many tracks name a concept, or have what is heard and not said."""
    had = vocabulary().had(concept)
    one, many = (f"has {had}", f"have {had}") if had else (f"names {concept}", f"name {concept}")
    return f"none {one}" if not count else f"1 track {one}" if count == 1 else f"{count} tracks {many}"


def _declared(body: dict[str, Any], folded: str) -> str:
    """What is declared of explicit words and of licences, where a question is about that; empty otherwise."""
    if re.search(r"\bexplicit\b", folded):
        count = (body.get("explicit") or {}).get("explicit", 0)
        return f"{count or 'None'} of {body['tracks']} tracks here {'was' if count == 1 else 'were'} declared or noticed as explicit."
    if _LICENCE.search(folded):
        each = "; ".join(f"{name} ({count})" for name, count in (body.get("licences") or {}).items())
        none = "No licence is declared in this catalogue."
        return (
            f"Licences declared here: {each}. What they allow, their owners say; ask me for the licence of a track."
            if each
            else none
        )
    return ""


def whole(body: dict[str, Any], request: str) -> str:
    """What was asked about the catalogue, or its size and the kinds of music it names most."""
    if declared := _declared(body, fold(request)):
        return declared
    meeting = body.get("meeting")
    if meeting and meeting["limits"]:
        one = meeting["tracks"] == 1
        named, by = body.get("naming") or {}, body.get("by") or {}
        what = [
            f"{'is' if one else 'are'} {limit_words(meeting['limits'])}",
            f"{'names' if one else 'name'} {listed(list(named))}" if named else "",
            f"{'is' if one else 'are'} by {listed(list(by))}" if by else "",
        ]
        met = f"{meeting['tracks'] or 'None'} of {body['tracks']} tracks here {listed([w for w in what if w])}"
        if meeting.get("measured") == 0:
            return f"I cannot count that: no track of this catalogue was measured, so which of the {body['tracks']} are {limit_words(meeting['limits'])} is not known."
        by_whom = re.search(r"\bhow many (?:\w+ ){0,2}?(?:artists|bands|singers|groups)\b", fold(request))
        makers = meeting.get("artists")
        return f"{met}, by {makers} artist{'' if makers == 1 else 's'}." if by_whom and makers else f"{met}."
    counted = [
        *(_naming(concept, count) for concept, count in (body.get("naming") or {}).items()),
        *(f"{count or 'none'} {'is' if count < 2 else 'are'} by {artist}" for artist, count in (body.get("by") or {}).items()),
    ]  # fmt: skip
    if counted:
        both = "both" if len(counted) == 2 else "all of that"
        met = f"; {meeting['tracks'] or 'none'} of them {both}" if meeting else ""
        return f"Of {body['tracks']} tracks here, {listed(counted)}{met}."
    size = f"There are {body['tracks']} tracks by {body['artists']} artists" + (
        f", on {body['albums']} album{'' if body['albums'] == 1 else 's'}." if body.get("albums") else "."
    )
    folded = fold(request)
    for pattern, name, they_are in _COUNTED:
        if re.search(rf"\b(?:{pattern})\b", folded):
            found = body.get(name) or {}
            each = listed([f"{kind} ({count})" for kind, count in found.items()])
            return (
                f"{size} They are {they_are.format(len(found))}: {each}."
                if found
                else f"{size} None of that is declared."
            )
    if re.search(r"\bcountr(?:y|ies)\b", folded):
        return f"{size} Which country a track comes from is not declared here; ask me for languages."
    if re.search(
        r"\b(?:artists?|bands?|singers?|musicians?)\b.*\b(?:women|woman|female|men|male|black|young|dead|alive)\b",
        folded,
    ):
        return f"{size} Who the artists are as people is not declared here; a female or a male voice may be."
    for pattern, name in _ASKED:
        if re.search(rf"\b(?:what|which|list)\b.*(?:{pattern})", folded):
            found = body.get(name)
            return (
                f"{size} The most common {name if name != 'most tracks' else 'artists'} are {listed(found)}."
                if found
                else f"{size} No {name} are declared."
            )
    years = body.get("years")
    span = f" The years run from {years[0]} to {years[1]}." if years else ""
    kinds = f" Most of it is {listed(body['genres'][:4])}." if body.get("genres") else ""
    return size + span + kinds
