"""Whether a turn is a full request of its own, with nothing in it that leans on what came before."""

from __future__ import annotations

import re
from typing import Any

from assistant.embedded.bounds import NUMBERS

# words that put a wish beside those that stand
BOTH = re.compile(
    r"\b(?:also|too|as well|add|added|adding|plus|and|with|mix|mixed|more|another|both|touch|bit|include|throw in|along|even|still|besides|og|auch|dazu|aussi|avec|tambi[eé]n|con|anche|tamb[eé]m|com|med|mit)\b",
    re.IGNORECASE,
)
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
_GIVE = re.compile(
    r"^\W*(?:(?:hey|hi|ok|so|please|now|and)\W+)*(?:(?:can|could|would) (?:you|u) )?(?:(?:give|play|find|show|recommend|suggest|get) (?:me|us) (?:something|some|a few|music|songs|tracks|anything)|i['’]?m (?:after|looking for)|i (?:want|need) (?:something|some|music|songs)|busco|ich suche|je cherche|cerco|procuro|jag letar efter|t['’]?as (?:du|de la|des)|as[- ]tu|tienes|hai|hast du)\b",
    re.IGNORECASE,
)
_AND_FOR = re.compile(r"^\W*(?:and|then|now|and then|and now) for (?:the|when|after|later|my|our|an?)\b", re.IGNORECASE)
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


# "forget that, I want techno", "never mind, reggae", "no, I changed my mind": what stood is taken off the table
_DROPS = re.compile(
    r"\b(?:forget|scrap|drop|never ?mind) (?:about )?(?:it|that|this|them|all (?:of )?(?:it|that|this)|everything(?: i said| so far| else)?|the rest)\b|\bnever ?mind\b(?! the)|\bchanged my mind\b|^\W*(?:(?:ok(?:ay)?|so|no|well|right|please|let['’]?s)\W+)*start (?:over|again|afresh|from scratch)\b|\bvergiss das\b|\boublie (?:ca|ça|tout)\b|\bolvida (?:eso|todo)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(
    r"\b(?:also|too|as well|add(?:ed|ing)?|plus|mix(?:ed)?|more like|another|include|throw in|along with|besides|still|same|auch|dazu|aussi|tambi[eé]n|anche|tamb[eé]m|också)\b",
    re.IGNORECASE,
)
_SURPRISE = re.compile(
    r"\bsurprise me\b|(?<!would )(?<!do )\b(?:you|u) (?:choose|pick|decide)(?: for me| something)?\W*$|\bdealer['’]?s choice\b|\banything goes\b|\bup to you\b|\bplay (?:me )?(?:anything|whatever)\b|\büberrasch(?:e)? mich\b|\bsurprends[- ]moi\b|\bsorpr[eé]ndeme\b|\bsorprendimi\b",
    re.IGNORECASE,
)


# "play some music", "give me five songs", "make me a playlist": music, and not a word on which
_SOME = rf"(?:some|any|an?|another|a few|a couple of|{'|'.join(NUMBERS)}|\d{{1,2}})"
_KINDLESS = r"(?:music|songs?|tracks?|tunes?|pieces?|something|anything|play ?lists?|mix(?:tape)?|set)"
_ANY_MUSIC = re.compile(
    rf"^\W*(?:(?:ok(?:ay)?|so|hey|hi|hello|well|please|now|then)\W+)*(?:(?:can|could|would|will) you (?:please )?)?(?:(?:play|give|find|show|make|get|put on|suggest|recommend|choose|pick)(?: me| us)?|let['’]?s (?:hear|have|play)|i(?: want| need|['’]d like| would like)(?: to (?:hear|listen to))?)? ?(?:just )?(?:{_SOME} ?)?(?:good |nice |random |great )?{_KINDLESS}(?: (?:of|with) (?:about |around )?{_SOME}(?: (?:songs|tracks|tunes|pieces))?)?(?: (?:please|now|to (?:listen to|hear|start(?: with)?)|for (?:me|us)))*\W*$",
    re.IGNORECASE,
)


# "who is Kari Vik?", "what do you know about Kari Vik?": to be told of, by what is here
_WHO_IS = re.compile(
    r"^\W*(?:(?:and|so|ok(?:ay)?|hey|well)\W+)*(?:who(?:['’]?s| is| are| was| were)\b|what do you know (?:about|of)\b|tell me (?:more |something )?about\b)",
    re.IGNORECASE,
)


def asks_who(text: str) -> bool:
    """Whether a turn asks who somebody is."""
    return bool(_WHO_IS.match(text))


def adds(text: str) -> bool:
    """Whether a turn says that it adds to what stands: "and", "with" and the like do so where it begins."""
    return bool(_ADDS.search(text) or BOTH.match(text.lstrip(" ,.")))


def drops_all(text: str) -> bool:
    """Whether a turn takes all that stood off the table."""
    return bool(_DROPS.search(text))


def is_surprise(text: str) -> bool:
    """Whether the choice is left to us."""
    return bool(_SURPRISE.search(text))


def is_any_music(text: str) -> bool:
    """Whether music is asked for, and nothing is said of which."""
    return bool(_ANY_MUSIC.match(text))


def is_else(text: str) -> bool:
    """ "Something completely different"."""
    return bool(_ANEW.search(text))


def asks_for_something(text: str) -> bool:
    """Whether a turn begins as a request for music does, whatever is understood of the rest: "something for ...", "do you have any ..."."""
    return any(opener.match(text) for opener in (_SOMETHING, _STOCK, _AND_FOR, _GIVE))


def is_fresh(text: str, state: dict[str, Any], wishes: int, bounds: int) -> bool:
    """A new topic, where there is one already; `wishes` and `bounds` are how many of them were understood."""
    full = (
        (wishes and _OPENERS.search(text))
        or (wishes + bounds > 1 and _SOMETHING.search(text))
        or (wishes + bounds and _STOCK.search(text) and "version" not in text.lower())
        or (not wishes and not bounds and _NOW.search(text))
    )
    return bool(state["query"] and full and not _REFINERS.search(text))
