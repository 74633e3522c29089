"""Refusals said in many words, as they are said in one: "take out everything before 1990" is "nothing before 1990".

Negation itself is told by `index.concepts`, `bounds` and `named`.
"""

from __future__ import annotations

import re

_STUFF = r"(?:song|track|tune|piece|number|recording|music|title)s?"
_ALL = rf"(?:(?:everything|anything|stuff|{_STUFF})|(?:all|any|every)(?: (?:of|the|those|these|other))*(?: (?:ones?|things?|{_STUFF}))?|(?:the|those|these) (?:ones|{_STUFF}))"
_TAKES_OUT = r"(?:remove|delete|drop|exclude|skip|lose|ditch|ban|omit|get rid of|(?:take|throw|kick|leave|cut|filter|sort|keep|chuck) (?:out|away|off))"
_WHICH = r"(?: (?:that|which|who)(?:['’](?:s|re)| is| are| was| were| has| have| plays?| sounds?)?)?"
# which of them: "everything" alone is no ban
_OF_A_KIND = r"(?=\s+(?:with|from|by|in|of|before|after|since|over|under|above|below|between|that|about|on|featuring|(?:long|short|fast|slow|loud|old|new|quiet)er|older|newer|too)\b)"
_GIVES = r"(?:play|give|show|send|suggest|recommend|pick|choose|include|add|put on|want|need|bring)"
_COMPARED = r"(?=\s+(?:(?:long|short|fast|slow|loud|quiet|high|low)er|older|newer|earlier|later|over|under|above|below|before|after|from|with|by|about)\b)"

_SAID = (
    (rf"\b{_TAKES_OUT} {_ALL}{_WHICH}{_OF_A_KIND}", "nothing"),
    (rf"\b(?:take|throw|kick|leave|cut|filter|sort|keep|chuck) {_ALL}{_WHICH}{_OF_A_KIND}(?=[^.;!?]*\b(?:out|away|off)\W*$)", "nothing"),
    (rf"(?<!why )(?<!\bi )(?<!\bwe )\b(?:please )?(?:don['’]?t|do not|never)(?: ever)? {_GIVES}(?: (?:me|us|him|her|them))?(?: (?:any|some)(?:thing| more)?| stuff| {_STUFF})(?: {_STUFF})?{_WHICH}(?=\s)", "nothing"),
    (r"(?<!why )(?<!\bi )(?<!\bwe )\b(?:please )?(?:don['’]?t|do not|never)(?: ever)? (?:play|give|show|send|suggest)(?: (?:me|us))?(?=\s+(?!me\b|us\b|it\b|that\b|this\b|them\b|these\b|those\b|t ?\d|number\b|the (?:first|second|third|last))\w)", "no"),
    (rf"\b(?:no|not (?:a|one)|none of the) (?:single )?{_STUFF}{_WHICH}{_COMPARED}", "nothing"),
    (r"\bhold the(?=\s)", "no"),
    (r"\bque no (?:sean?|seja[mn]?) (?:de|del)\b|\bche non (?:sia|siano) (?:di|del)\b|\bqui ne (?:soit|soient) pas (?:de|d['’])", "not by"),
)  # fmt: skip
# said of what plays, with how it sounds behind: there is too much of it
_THIS = r"(?:it|that|this|these|those|they|all (?:of )?(?:that|this|these)|(?:that|this|the (?:first|second|third|fourth|fifth|last)) ?ones?)"
_COMPLAINT = re.compile(
    rf"(?P<whose>\b{_THIS}(?:['’]?(?:s|re)|\s+(?:is|are|was|were|seems?|sounds?|feels?|gets?|got))\s+(?:all )?|\bfind (?:it|that|this|these|them)\s+)(?P<how>a (?:little |tiny )?bit|a (?:little|tad|touch)|rather|kinda|kind of|sort of|way|somewhat|bit)(?=\s+(?:on the )?(?!too\b|more\b|less\b|better\b|like\b)\w+(?: side)?\W*(?:$|[,.;!?]|for (?:me|us|my)|and|but))",
    re.IGNORECASE,
)
_PRAISED = re.compile(r"\b(?:i|we) (?:really |kinda )?(?:like|love|enjoy)\b|\b(?:perfect|nice|lovely|great|cool|good)\b", re.IGNORECASE)  # fmt: skip
_TWO = re.compile(r"\b2(?=\s+(?:slow|fast|loud|quiet|long|short|sad|happy|boring|old|dark|calm|weird)\W*$)", re.IGNORECASE)  # fmt: skip
_PAH = re.compile(r"^\W*(?:e+w+|ugh+|yuck|bah|blech|gross|yikes)\b\W*(?:(?:that|this|these|those|it)(?: ?ones?)?(?:['’]?(?:s|re)| is| are)?\s+)?(?=\w)", re.IGNORECASE)  # fmt: skip


def refused(text: str, *, shown: bool) -> str:
    """The text with refusals in their plain form; complaints are about what was `shown`."""
    for pattern, plainly in _SAID:
        text = re.sub(pattern, plainly, text, flags=re.IGNORECASE)
    if shown and not _PRAISED.search(text):
        text = _TWO.sub("too", _COMPLAINT.sub(r"\g<whose>too", text))
        text = _PAH.sub("no ", text)
    return text
