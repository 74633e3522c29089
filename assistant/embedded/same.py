"""What a track on the screen sets for others: "in that key", "the same tempo", "from the same year", "the same chords"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from assistant.embedded.bounds import Constrained, matches
from assistant.embedded.constraints import parse_constraints
from assistant.embedded.reference import track_meant
from index.catalogue import Catalogue
from index.heard import PROGRESSIONS

Brief = dict[str, Any]  # of a track, as the digest has it

_NEAR = 0.04  # share of a tempo that is the same to a listener


def _key(track: Brief) -> dict[str, Any]:
    """As a request for the key by its name would be understood, so that B flat is A sharp."""
    return next((c.fields for c in parse_constraints(f"in {track['key']}") if "key" in c.fields), {})


def _tempo(track: Brief) -> dict[str, Any]:
    bpm = float(track["tempo_bpm"])
    return {"tempo_min": round(bpm * (1 - _NEAR), 1), "tempo_max": round(bpm * (1 + _NEAR), 1)}


_TRAITS: tuple[tuple[str, str, Callable[[Brief], dict[str, Any]]], ...] = (
    ("key", r"key|tonart|tonalit[ée]|tonalidad|tonalit[àa]", _key),
    ("tempo_bpm", r"tempo|bpm|speed|pace", _tempo),
    ("meter", r"meter|metre|time signature|takt", lambda track: {"meter": track["meter"]}),
    ("year", r"year|jahr|ann[ée]e|a[ñn]o|anno", lambda track: {"year_min": track["year"], "year_max": track["year"]}),
)


# others are asked for, and not what is the same in two that are compared
_ASKS = re.compile(
    r"^(?!.*\b(?:is|are|do|does|have|has) (?:it|they|them|this|that|these|those|both|t ?\d|the \w+ (?:one|two)).{0,40}\bsame\b)(?!\W*(?:what|which|who|when|where|how) (?:is|key|tempo|year)\b)",
    re.IGNORECASE,
)


_OF_TEMPO = r"(?:the |that |this |its )?(?:tempo|bpm|speed|pace)"
_TIMES = rf"\b(?:(?P<half>half)|twice|double|two times) (?:of )?{_OF_TEMPO}\b|\b(?:half|twice|two times) as (?:fast|(?P<slow>slow))\b|^\W*(?:and )?double it\W*$"
_SAME_CHORDS = re.compile(
    r"\b(?:the )?same (?:chords?|(?:chord )?progressions?|changes|harmon(?:y|ies)) (?:as|like|that)\b|\b(?:those|these) (?:same )?chords\b",
    re.IGNORECASE,
)


def same_as(text: str, state: dict[str, Any], pointed: Sequence[str]) -> list[Constrained]:
    """The limits of a turn that asks for others which are the same in something as the track that is pointed at or talked about; none
    where that is not known of it."""
    track = track_meant(state, pointed)
    if not track or not _ASKS.search(text):
        return []
    known = [(words, limits(track)) for name, words, limits in _TRAITS if track.get(name)]
    return [found for words, fields in known for found in matches(_said(words), text, lambda _, same=fields: same)]  # type: ignore[misc]


def times_as_fast(text: str, state: dict[str, Any], pointed: Sequence[str]) -> list[Constrained]:
    """ "Half that tempo", "twice as fast": of the tempo that was asked for, else of the track that is meant; none where neither is known."""
    query = state["query"] or {}
    bounds = [query[name] for name in ("tempo_min", "tempo_max") if query.get(name)]
    bpm = sum(bounds) / len(bounds) if bounds and not pointed else (track_meant(state, pointed) or {}).get("tempo_bpm")

    if not bpm:
        return []
    before = float(bpm)

    def made(m: re.Match[str]) -> dict[str, Any]:
        slower = m["half"] or m["slow"] or m.group().lower().startswith("half")
        return _tempo({"tempo_bpm": before * (0.5 if slower else 2.0)})

    return matches(_TIMES, text, made)


def same_chords(
    text: str, state: dict[str, Any], pointed: Sequence[str], titles: Sequence[str], catalogue: Catalogue
) -> list[str]:
    """The progressions of the track whose chords others should have as well: of the one that is called by its title, else pointed at or
    talked about ("songs with the same chords as Nachtzug")."""
    if not _SAME_CHORDS.search(text):
        return []
    meant = track_meant(state, pointed) or {}
    found = (catalogue.entities.find("title", title) for title in titles or [meant.get("title", "")])
    evidence = catalogue.store.evidence([i for hit in found if hit for i in hit[1]])
    heard = dict.fromkeys(e.concept for each in evidence.values() for e in each)
    return [concept for concept in heard if concept in PROGRESSIONS]


def _said(words: str) -> str:
    the_same = r"the same|that|this|(?:de[rm])?selben|l[ae] m[eê]me|l[ao] misma?o?|stess[ao]"
    return rf"\b(?:in|at|with|from|of|im|dans|en|nell[ao]?) (?:{the_same}) (?:{words})\b|\b(?:the )?same (?:{words})\b"
