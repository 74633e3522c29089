"""Questions that leave out what the one before them said: "and the verse?", "and the second one?", "where?"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from assistant.embedded.asked import asked
from assistant.embedded.forms import says
from assistant.embedded.parts import PART
from assistant.embedded.reference import ORDINALS, resolve, titles_shown

_AND = re.compile(
    r"^\W*(?:and|or|what about|how about|same for|(?:and )?(?:in|of|for|on))\s+(?:(?:in|of|for|on|what about)\s+)?(?P<what>[^,;.!?]{2,40}?)(?: then| though)?\s*\?*\W*$",
    re.IGNORECASE,
)
_WHERE = re.compile(r"^\W*(?:and )?(?:where|when|at what time|at which point)(?: exactly| is that| is it| does that happen)?\W*$", re.IGNORECASE)  # fmt: skip
_SUBJECT = re.compile(
    rf"\b(?:the (?:{'|'.join(ORDINALS)})(?: (?:one|song|track|tune|piece))?|(?:this|that)(?: (?:one|song|track))?|it|number \d+|T ?\d+)\b(?!['’]s? )",
    re.IGNORECASE,
)
_ONLY_A_PLACE = re.compile(
    rf"^(?:the )?(?:{'|'.join(ORDINALS)}|other)(?: (?:one|song|track|tune|piece))?$|^T ?\d+$|^number \d+$",
    re.IGNORECASE,
)
_ONLY_A_PART = re.compile(rf"^(?:the |its |an? )?{PART.pattern}$", re.IGNORECASE)
_ENDS = r"\b(?:ends?|begins?|starts?|opens?|closes?)\b"
_ONLY_AN_END = re.compile(rf"^{_ENDS}$", re.IGNORECASE)
_THAN = re.compile(r"\bthan\b.*$", re.IGNORECASE)
_HAS_TIMES = re.compile(r"\b(?:keys?|modulat\w+|drops?|build\w*|breaks?|fades?|peaks?|climax|solo|bridge|chorus|voices?|sing\w*)\b", re.IGNORECASE)  # fmt: skip


# "do they all have drums?", and then "which ones don't?"
_OF_ALL = re.compile(r"\b(?P<verb>do|are|have|were) (?:they|these|those|all of (?:them|these|those)|both of (?:them|these|those))\b(?: all| both)? (?:have |all )?(?P<what>[^?]{2,40}?)\W*$", re.IGNORECASE)  # fmt: skip
_WHICH = re.compile(r"^\W*(?:(?:and|so|ok)\W+)*which(?: (?:ones?|of (?:them|these|those)))? (?:do|does|are|is|have|has)(?P<no>n['’]?t| not)?\W*$", re.IGNORECASE)  # fmt: skip


# "which of these is the longest?", and then "and the shortest?"
_MOST = r"(?:\w+est|most \w+|least \w+)"
_AND_MOST = re.compile(rf"^\W*(?:and|or|what about)(?: (?:which|what)(?: one)?(?:['’]s| is)?)?(?: the)? (?P<most>{_MOST})(?: one)?\W*$", re.IGNORECASE)  # fmt: skip
_THE_MOST = re.compile(rf"\b{_MOST}\b", re.IGNORECASE)
_AND_THE_LEAST = re.compile(r"^\W*(?:(?:and|or|what about)\W+)?(?:(?:which|who|what)(?: one)? has )?the (?P<most>most|least|fewest)\W*$", re.IGNORECASE)  # fmt: skip
_HAS_THE_MOST = re.compile(r"\bthe (?:most|least|fewest)\b", re.IGNORECASE)


# "what key is the first in?", and then "and the others?"
_THE_OTHERS = re.compile(r"^\W*(?:(?:and|or|what about|how about)\W+)+(?:the )?(?:others?|other (?:ones?|tracks|songs)|rest(?: of (?:them|these|those))?)\W*$", re.IGNORECASE)  # fmt: skip
_OF_ONE = {"is": "are", "was": "were", "does": "do", "has": "have"}


def completed(text: str, before: str, state: dict[str, Any], is_title: Callable[[str], bool]) -> str:
    """The question in full; `before` is the one before it, empty where the turn before was none about tracks; `is_title` knows the
    titles of the catalogue."""
    if not before:
        return text
    if _WHERE.match(text) and _HAS_TIMES.search(before):
        return f"where {before}"
    if (which := _WHICH.match(text)) and (of_all := _OF_ALL.search(before)):
        has = of_all["verb"].lower() in {"do", "have"}
        denied = ("no " if has else "not ") if which["no"] else ""
        return f"which of these {'have' if has else 'are'} {denied}{of_all['what']}?"
    if (most := _AND_THE_LEAST.match(text)) and _HAS_THE_MOST.search(before):
        return _HAS_THE_MOST.sub(f"the {most['most']}", before)
    if (most := _AND_MOST.match(text)) and _THE_MOST.search(before):
        return f"which of these is the {most['most']}?"
    if _THE_OTHERS.match(text) and says("of each", of_these := _of_these(before)):
        return of_these
    what = found["what"].strip() if (found := _AND.match(text)) else ""
    if _ONLY_AN_END.match(what) and re.search(_ENDS, before, re.IGNORECASE):
        return re.sub(_ENDS, what, before, count=1, flags=re.IGNORECASE)
    if what.lower().startswith("than ") and _THAN.search(before):
        return f"{_THAN.sub(what, before)}?"
    part = re.search(PART.pattern, what, re.IGNORECASE) if _ONLY_A_PART.match(what) else None
    if part and re.search(PART.pattern, before, re.IGNORECASE):
        return re.sub(PART.pattern, part[1], before, count=1, flags=re.IGNORECASE)
    if (
        what
        and not says("of all", before)
        and (is_title(what) or (_ONLY_A_PLACE.match(what) and resolve(what, state).handles))
    ):
        return _of(what, before, state)
    return text


def all_completed(texts: Sequence[str], state: dict[str, Any], is_title: Callable[[str], bool]) -> str:
    """The last of several questions in a row, each completed by those before it."""
    question = ""
    for text in texts:
        question = completed(asked(text), question, state, is_title)
    return question


def _of_these(asked: str) -> str:
    """The question asked of all that is on the screen."""
    several = re.sub(r"\b(is|was|does|has)\b", lambda verb: _OF_ONE[verb[1].lower()], asked, count=1, flags=re.IGNORECASE)  # fmt: skip
    return _SUBJECT.sub("these", several, count=1)


def _of(what: str, asked: str, state: dict[str, Any]) -> str:
    """The question asked of another track."""
    for title in titles_shown(asked, state):
        return f"{asked[: title.start]}{what}{asked[title.end :]}"
    named = _SUBJECT.search(asked)
    if named:
        return f"{asked[: named.start()]}{what}{asked[named.end() :]}"
    return f"{asked.rstrip(' ?!.')} of {what}?"
