"""Whether a turn is a full request of its own, with nothing in it that leans on what came before."""

from __future__ import annotations

import re
from typing import Any

_OPENERS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|hey|hi|hello|well|great|thanks|thank you|alright)\W+)*(?:i['’]?m looking for|i am looking for|i(?:'d| would) like to hear|i (?:want|need)\b(?! more)|find me|show me|play me|let['’]?s (?:hear|try|switch)|looking for|search for|can you find|do you have|any tracks|what about|recommend|songs?\b|tracks?\b|music\b|play (?:me )?(?:something|some|a)\b|an? (?!bit|little|lot|tad)\w+)",
    re.IGNORECASE,
)
_ANEW = re.compile(
    r"\b(?:something|anything|a) (?:completely|entirely|totally|quite|whole) (?:different|else|new)\b|\bchange of (?:subject|mood|topic)\b",
    re.IGNORECASE,
)
_SOMETHING = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|and now|well|great|thanks|alright|then)\W+)*(?:(?:some|any)thing|etwas|quelque chose|algo|qualcosa|alguma coisa|n[åa]got)\b",
    re.IGNORECASE,
)
# "and now something for when the guests have left": another occasion, whatever of it is understood
_NOW = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|and|alright|well)\W+)*now (?:something|some music|some songs|music|songs) (?:for|to|when|that)\b",
    re.IGNORECASE,
)
# A question about what there is begins anew, also when it names a limit alone ("do you have anything in German?").
_STOCK = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?|now)\W+)*(?:do you (?:have|know)|have you got|you got|(?:is|are) there|got)\b.{0,12}?\b(?:any|some|a|songs?|tracks?|music)(?:thing)?\b",
    re.IGNORECASE,
)
_REFINERS = re.compile(
    r"\b(?:also|too|as well|but|more|add|instead of|even|still|same|like (?:that|this|these|those)|less|without|leave out|only|just|actually|rather|then|another|again|other|others)\b",
    re.IGNORECASE,
)


def is_else(text: str) -> bool:
    """ "Something completely different"."""
    return bool(_ANEW.search(text))


def asks_for_something(text: str) -> bool:
    """Whether a turn begins as a request for music does, whatever is understood of the rest: "something for ...", "do you have any ..."."""
    return bool(_SOMETHING.match(text) or _STOCK.match(text))


def is_fresh(text: str, state: dict[str, Any], wishes: int, bounds: int) -> bool:
    """A new topic, where there is one already; `wishes` and `bounds` are how many of them were understood."""
    full = (
        (wishes and _OPENERS.search(text))
        or (wishes + bounds > 1 and _SOMETHING.search(text))
        or (wishes + bounds and _STOCK.search(text) and "version" not in text.lower())
        or (not wishes and not bounds and _NOW.search(text))
    )
    return bool(state["query"] and full and not _REFINERS.search(text))
