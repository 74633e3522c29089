"""Lists that go in steps: "two calm tracks, then three energetic ones, then something sad", "alternate fast and slow", "half jazz, half folk"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.embedded.bounds import NUMBERS, NUMBERS_ABROAD
from index.concepts import vocabulary

_ALTERNATING = 6  # tracks that alternate, where no number is said
_MOST = 20
_BARE = 2  # tracks of a step that is named without a number: "jazz, then folk"
_NUMBERS = NUMBERS | NUMBERS_ABROAD
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_ARTICLE = r"(?:an?|another|eine?n?|une?|un[ao]?|uma?|ett|en)"
_ONE = rf"(?:something|one|etwas|quelque chose|algo|qualcosa|{_ARTICLE})"
_THEN = re.compile(
    r"[,;.]?\s*\b(?:and )?(?:then|after (?:that|which|those)|afterwards|followed by|finally|lastly|(?:to )?(?:end|finish|close)(?: (?:up|off|it))?(?: with| on)|(?:ending|finishing|closing) (?:with|on)|dann|danach|puis|ensuite|luego|despu[eé]s|poi|depois|sedan)\b,?",
    re.IGNORECASE,
)
_ALSO = re.compile(
    rf"(?:\s*[,;&]\s*(?:and\s+)?|\s+(?:and|plus|und|et|y|e|och)\s+)(?=(?:{_NUMBER}|{_ARTICLE})\s)", re.IGNORECASE
)
_TRACKS = re.compile(r"\b(?:songs?|tracks?|tunes?|pieces?|ones?|numbers?|lieder|lied|chansons?|canciones|canci[oó]n|canzoni|canzone)\b", re.IGNORECASE)  # fmt: skip
_OF_A_TRACK = re.compile(r"\b(?:parts?|sections?|bits?|passages?|verses?|chorus(?:es)?|intros?|outros?|endings?|beginnings?|movements?|beats?|melod(?:y|ies)|rhythms?|grooves?|feels?|vibes?|touch|flavou?rs?|influences?|backing|lines?|riffs?|hooks?)\b", re.IGNORECASE)  # fmt: skip
_BEGIN = re.compile(
    r"\b(?:(?:start|begin|open|kick)(?:ing)?(?: (?:off|out|it))? (?:with|on)|first(?:ly)?(?! (?:one|song|track|two|three)\b)),?\s+",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|please|hey|hi|can you|could you|i(?:['’]d like| want| need)|let['’]?s (?:have|hear)|(?:give|play|find|show|make|build|get|create)(?: me| us)?|(?:a|the|my) (?:play ?)?list(?: (?:with|of))?|a (?:set|mix)(?: (?:with|of))?|with|of)\b[\s,:]*)+",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\balternat\w+(?: between)?\s+(?P<a>[^,;.]{2,40}?)\s+(?:and|with)\s+(?P<b>[^,;.]{2,40}?)(?=[,;.!?]|$)"
    r"|\bhalf (?:of it |of them )?(?P<c>[^,;.]{2,30}?)\s*(?:,|\band\b)+\s*(?:the other )?half (?:of it |of them )?(?P<d>[^,;.]{2,30}?)(?=[,;.!?]|$)",
    re.IGNORECASE,
)
# what may stand before what a step asks for; a verb ("then it builds") says that one track is told of
_PLAIN = re.compile(
    rf"\W*(?:(?:{_NUMBER}|{_ARTICLE}|etwas|quelque chose|algo|qualcosa|lieder|lied|chansons?|canciones|canci[oó]n|canzoni|canzone|m[uú]sicas?|l[aå]tar|the|some(?:thing)?|anything|really|very|quite|rather|more|much|a few|ones?|songs?|tracks?|tunes?|music|pieces?|numbers?|from|by|in|with(?:out)?|no|of|for|good|nice|great)\b\W*)*$",
    re.IGNORECASE,
)
_ONES = re.compile(r"\bones?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Stretch:
    """A step as it stands in a text, and how many tracks it is to have."""

    words: str
    count: int


@dataclass(frozen=True)
class Steps:
    """The steps of a list, the `rest` of the text, and whether they are of what was asked for before ("two slow ones, then ...")."""

    stretches: tuple[Stretch, ...]
    rest: str
    of_these: bool = False


Places = Callable[[str], list[int]]
"""Where words that say something of music begin in a text."""


def steps_of(text: str, places: Places) -> Steps | None:
    """The steps that a text asks for; None where it asks for no list of that kind."""
    if turns := _TURNS.search(text):
        return _taking_turns(text, turns, places)
    for cut in (_THEN, _ALSO):
        found = _cut(text, cut, places)
        if found:
            return found
    return None


def _taking_turns(text: str, turns: re.Match[str], places: Places) -> Steps | None:
    two = [turns[name] for name in "abcd" if turns[name]]
    rest = text[: turns.start()] + text[turns.end() :]
    said = re.search(rf"\b({_NUMBER})\b", rest, re.IGNORECASE)
    count = _value(said[1]) if said else _ALTERNATING
    if not all(map(places, two)) or not 2 <= count <= _MOST:
        return None
    if turns["a"]:
        return Steps(tuple(Stretch(two[n % 2], 1) for n in range(count)), rest)
    return Steps((Stretch(two[0], (count + 1) // 2), Stretch(two[1], count // 2)), rest)


def _cut(text: str, between: re.Pattern[str], places: Places) -> Steps | None:
    """The steps of a text that is cut where they follow each other."""
    opener = _OPENER.match(text)
    begin = opener.end() if opener else 0
    colon = text.find(":", begin)
    if colon >= 0:  # "a jazz list: two slow ones, then ..."
        begin = colon + 1
    if first := _BEGIN.search(text, begin):
        begin = first.end()
    pieces = [piece.strip(" ,.;!?") for piece in between.split(text[begin:])]
    if len(pieces) < 2 or not all(_is_step(piece, places) for piece in pieces):
        return None
    if between is _ALSO and not all(map(_is_of_tracks, pieces)):
        return None  # "two guitars and a piano" are no list
    counts = [_count(piece) for piece in pieces]
    stretches = tuple(
        Stretch(piece, count or (1 if re.match(rf"{_ONE}\b", piece, re.IGNORECASE) else _BARE))
        for piece, count in zip(pieces, counts, strict=True)
    )
    if sum(s.count for s in stretches) > _MOST:
        return None
    return Steps(stretches, text[:begin], of_these=colon < 0 and bool(_ONES.search(pieces[0])))


def _is_step(piece: str, places: Places) -> bool:
    """Whether a piece begins with what it asks for."""
    at = min(places(piece), default=None)
    return at is not None and bool(_PLAIN.match(piece[:at])) and not _OF_A_TRACK.search(piece)


def _is_of_tracks(piece: str) -> bool:
    """Whether a piece asks for tracks, and not for what is in one."""
    genre = any(vocabulary().kinds[m.concept] == "genre" for m in vocabulary().mentions(piece))
    return genre or bool(_TRACKS.search(piece.partition(" ")[2]))


def _count(piece: str) -> int | None:
    said = re.match(rf"(?:the )?({_NUMBER})\b", piece, re.IGNORECASE)
    return _value(said[1]) if said else None


def _value(said: str) -> int:
    return int(said) if said.isdecimal() else _NUMBERS[said.lower()]
