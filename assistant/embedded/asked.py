"""Turns as the plain questions that they are: "it's in a major key, right?", "isn't T2 a waltz?", "is the second sad?"."""

from __future__ import annotations

import re

from assistant.embedded.reference import ORDINALS

_TAG = re.compile(
    r"^(?P<said>.*?\w[”\"’)]*)(?:\s*,)?\s+(?:right|correct|yes|no|(?:is|are|was|were|do|does|did|has|have|had)(?:n['’]?t| not)? (?:it|they|that|these|those))\s*\?+\W*$",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"^\W*(?:(?:so|and|but|ok|well|wait|i (?:think|guess|thought))\W+)*(?!(?:what|which|who|how|why|where|when|i|we|you|there|is|are|was|were|do|does|did|has|have)\b)"
    r"(?P<who>(?:[\w.&“”\"-]+ ){0,5}?[\w.&“”\"-]+?)(?: (?P<verb>is|are|was|were|has|have)|(?P<short>['’]s|['’]re))(?:n['’]t| not)? (?P<what>(?:[^.!?;]|\.(?=\d))+)$",
    re.IGNORECASE,
)
_DENIED = re.compile(r"^(?P<lead>\W*(?:(?:so|and|but|ok|well)\W+)*)(?P<verb>is|are|was|were|do|does|has|have)n['’]?t (?P<rest>(?:it|this|that|they|these|those|the \w+|number \d+|T ?\d+)\b.*\?\W*)$", re.IGNORECASE)  # fmt: skip
_POINTS = re.compile(
    rf"(?:it|this|that|T ?\d+|number \d+|the (?:{'|'.join(ORDINALS)})(?: (?:one|song|track))?)", re.IGNORECASE
)
_GOT = re.compile(r"^(?:got (?:no )?|no (?=\w))", re.IGNORECASE)
_NEITHER = re.compile(r"^neither (.+) nor (.+)$", re.IGNORECASE)
_BARE = re.compile(
    rf"^(\W*(?:(?:so|and|but|ok)\W+)*(?:is|was|does|did|has) the (?:{'|'.join(ORDINALS)}))(?= \w)(?! (?:one|song|track|tune|piece|number|verse|chorus|refrain|bridge|solo|line|word|section|movement|half|part|minute|bar|beat|note|chord|voice|time|album|single)s?\b)",
    re.IGNORECASE,
)


# "the last one: what happens in the middle?"
_OF_WHICH = re.compile(
    rf"^\W*(?:(?:so|and|but|ok)\W+)*(?P<which>{_POINTS.pattern})\s*(?::|\s[–—-])\s*(?P<what>(?:what|how|who|when|where|which|why|is|does|has|was|can|did)\b.+?)\W*$",
    re.IGNORECASE,
)
_IT = re.compile(r"\bit\b(?!['’]s)", re.IGNORECASE)
# "is there singing in any of these?"
_IN_ANY = re.compile(r"^\W*(?:(?:so|and|but|ok)\W+)*(?:is|are) there (?:any |a |an |some )?(?P<what>[\w' -]{2,30}?) (?:in|on) (?:any of )?(?:these|those|them)\s*\?*\W*$", re.IGNORECASE)  # fmt: skip


def asked(text: str) -> str:
    """A turn as the plain question that it is, with "one" behind a bare "the second"; everything else as it stands."""
    if of_which := _OF_WHICH.match(text):
        which, what = of_which["which"], of_which["what"]
        text = f"{_IT.sub(which, what, count=1) if _IT.search(what) else f'{what} of {which}'}?"
    text = _IN_ANY.sub(r"which of these have \g<what>?", text)
    return _BARE.sub(r"\1 one", _plainly(text))


def _is_of_a_track(stated: re.Match[str]) -> bool:
    """Whether "it's from the 80s?" is all that is said: "this is great, do you have jazz?" is not."""
    return bool(_POINTS.fullmatch(stated["who"])) and "," not in stated["what"]


def _plainly(text: str) -> str:
    """A statement with "right?" or "isn't it?" behind it as a question, and a denied question without its denial."""
    if denied := _DENIED.match(text):
        return f"{denied['lead']}{denied['verb']} {denied['rest']}"
    tagged = _TAG.match(text)
    stated = _STATED.match(tagged["said"] if tagged else text.rstrip(" ?!.")) if tagged or "?" in text else None
    if not stated or not (tagged or _is_of_a_track(stated)):
        return text
    who, verb = re.sub(r"^none of\b", "all of", stated["who"], flags=re.IGNORECASE), (stated["verb"] or "").lower()
    several = verb in {"are", "have"} or who.startswith("all of") or (stated["short"] or "").endswith("re")
    if neither := _NEITHER.match(who):
        who, several = f"{neither[1]} and {neither[2]}", True
    if verb not in {"has", "have"} and not _GOT.match(stated["what"]):
        return f"{'are' if several else verb or 'is'} {who} {stated['what']}?"
    return f"{'do' if several else 'does'} {who} have {_GOT.sub('', stated['what'])}?"
