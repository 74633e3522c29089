"""The listener's own words for what was understood, where they fit into a sentence of ours: "for a rainy evening", "quiet"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from index.concepts import Mention, vocabulary
from index.everyday import EVERYDAY
from index.words import fold

_SCENES = {"situation", "narrative", "era"}
_MANNERS = {"mood", "tempo", "texture"}
_NAMED = {"genre", "instrument"}  # what an adjective stands before, besides "music" and the like
_LEAD = re.compile(
    r"\b(?:for|about|of|at|on|in|during|after|before|to)\s+(?:(?:an?|the|my|our|your|some|when|while)\s+)?(?:[\w'’-]+\s+)?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s+(?:(?:at|on|in|by|with|the|a|an|my|and)\s+){0,2}", re.IGNORECASE)
_US = re.compile(
    r"\b(?:i|i'm|me|us|we|it|you|them|is|are|was|want|something|anything|music|songs?|tracks?)\b", re.IGNORECASE
)
_OURS = re.compile(r"\b(?:my|our)\b", re.IGNORECASE)
_BEFORE_NOUN = re.compile(
    r"(?:(?:,|\s+and|\s+but|\s+or)\s*[\w-]+)*\s+(?:music|songs?|tracks?|tunes?|pieces?|stuff|ones?|numbers?|sounds?|ballads?)\b",
    re.IGNORECASE,
)
_MORE_ADJECTIVES = re.compile(r"(?:(?:,|\s+and|\s+but)\s+[\w-]+)?\s+", re.IGNORECASE)
_AFTER_PRONOUN = re.compile(r"\b(?:something|anything|more|very|really|quite|rather|pretty|nice and)\s+(?:[\w-]+(?:,| and| but)\s+)*$", re.IGNORECASE)  # fmt: skip
_FURTHER = re.compile(r" ([a-z'’-]{3,})\b(?=\W|$)", re.IGNORECASE)
_NOUNISH = re.compile(r"(?:ness|ion|ity|ment|th|cy|gy|love|fun|hope|sorrow|grief)$|\s", re.IGNORECASE)
_SHARED = 4  # letters at the beginning: "studying", "study"


def own_words(args: dict[str, Any]) -> dict[str, str]:
    """By concept, how the listener put it in the newest turn that names it: an adjective, or a scene with its preposition."""
    found: dict[str, str] = {}
    for text in (args.get("text") or "", args.get("context") or ""):
        found = {**_said(text), **found}
    return found


def mentioned(wishes: Sequence[str], args: dict[str, Any]) -> list[str]:
    """Wishes in quotation marks: the listener's word where it fits a sentence or is the concept's own, else the concept."""
    said: dict[str, str] = {}
    for text in (args.get("text") or "", args.get("context") or ""):
        own = _said(text)
        for m in _mentions(text):
            word = text[m.start : m.end].lower()
            if m.concept in own or word[:_SHARED] == m.concept[:_SHARED]:
                said.setdefault(m.concept, word)
    return list(dict.fromkeys(f"“{said.get(w, w)}”" for w in wishes))


@lru_cache(maxsize=64)
def _mentions(text: str) -> tuple[Mention, ...]:
    return tuple(vocabulary().mentions(text))


@lru_cache(maxsize=64)  # an answer says its wish, and what it lacks
def _said(text: str) -> Mapping[str, str]:
    return dict(reversed(list(_phrases(text))))  # the first that fits


def _phrases(text: str) -> Iterator[tuple[str, str]]:
    named = [m for m in _mentions(text) if not m.negated]
    kinds = vocabulary().kinds
    for scene, group in groupby(named, lambda m: kinds[m.concept] in _SCENES):
        if scene:
            for together in _runs(text, list(group)):
                if phrase := _scene(text, together):
                    yield from ((m.concept, phrase) for m in together)
    for m in named:
        if kinds[m.concept] in _MANNERS and _is_adjective(text, m, named):
            yield m.concept, text[m.start : m.end].lower()


def _runs(text: str, mentions: list[Mention]) -> list[list[Mention]]:
    """Scenes that one phrase tells of: "a long drive at night"."""
    runs: list[list[Mention]] = []
    for m in mentions:
        if runs and _BETWEEN.fullmatch(text[runs[-1][-1].end : m.start]):
            runs[-1].append(m)
        else:
            runs.append([m])
    return runs


def _scene(text: str, together: list[Mention]) -> str:
    """The phrase with its preposition; empty where none leads to it, or what stands between is more than a description."""
    lead = _LEAD.search(text[: together[0].start])
    end = together[-1].end
    further = _FURTHER.match(text, end)
    if further and further[1].lower() not in EVERYDAY and not vocabulary().mentions(further[1]):
        end = further.end()  # "a rainy walk"
    elif text[:end].endswith("y") and together[-1].concept not in fold(text[together[-1].start : end]):
        return ""  # "a rainy, not sad one": no noun
    phrase = text[lead.start() if lead else 0 : end]
    if not lead or _US.search(phrase):
        return ""
    return _OURS.sub("your", phrase[0].lower() + phrase[1:])


def _is_adjective(text: str, m: Mention, named: list[Mention]) -> bool:
    """Whether the word stands before a noun of music or behind "something": "sadness" and "energy" do not."""
    after = text[m.end :]
    beside = any(
        _MORE_ADJECTIVES.fullmatch(text[m.end : o.start]) for o in named if o.start > m.end and vocabulary().kinds[o.concept] in _NAMED
    )  # fmt: skip
    alone = re.fullmatch(r"\W*(?:[^,.;]*,\s*)*", text[: m.start]) and re.match(r"\W*(?:,|please\W*$|$)", after)
    if text[m.start : m.end].endswith(("er", "est")) and not m.concept.endswith("er"):
        return False  # "mellower" says how it should change
    if re.match(r"(?:to|for|in|of|with|at|full)\b", text[m.start : m.end], re.IGNORECASE):
        return False  # "to dance to"
    by_shape = alone and not _NOUNISH.search(text[m.start : m.end])
    return bool(by_shape or beside or _BEFORE_NOUN.match(after) or _AFTER_PRONOUN.search(text[: m.start]))
