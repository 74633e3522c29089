"""What the words of a song should tell of: "songs about leaving home", "Lieder über das Meer", "a song where somebody waits"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.concepts import Mention, vocabulary
from index.words import fold

# A noun for a song, and what leads over to what it tells of, by language.
_CUES = (
    r"(?:songs?|tracks?|tunes?|ballads?|hymns?|pieces?|lyrics|lines?|verses?|music|something|anything|ones?|others?|more|any)\b[^.;!?]{0,30}?\b"
    r"(?:about|(?:that |which |who )?(?:tell|speak|sing|talk|deal)(?:s|ing)? (?:of|about|with)|(?:that |which )?mention(?:s|ing)?|in which|where|"
    r"whose (?:words|lyrics|text) \w+(?: (?:of|about))?|(?:that |which )?says? (?:something|anything|a word) (?:about|of|on))",
    r"(?:songs?|tracks?|tunes?|ones?) (?:(?:that|which|where (?:he|she|they|somebody|someone)) )?(?:go(?:es)?|sings?|says?|starts? with|begins? with):?(?=\s+[\"“‘'„«])",
    r"(?:songs?|tracks?|tunes?|ones?) with the (?:line|lines|words)\b",
    r"(?:songs?|lyrics|tracks?) with(?: the words?)?(?=\s[^.;!?]{1,40}\sin (?:them|it|the (?:lyrics|words|text))\b)",
    r"(?:which|what|who|does any(?:one|body)|any(?:one|body))\b[^.;!?]{0,30}?\b(?:sings?|singing|says? (?:something|anything)|mentions?)(?: (?:about|of))?",
    r"(?:lied(?:er)?|songs?|st[uü]cke?|titel|etwas|was)\b[^.;!?]{0,25}?(?:[uü]ber|die von|das von|handel\w* (?:von|vom)|erz[aä]hl\w* (?:von|vom)|erw[aä]hn\w*|in denen|in dem)\b",
    r"(?:chansons?|morceaux?|titres?|quelque chose)\b[^.;!?]{0,25}?(?:sur|[aà] propos d[eu]s?|qui (?:parle|raconte)(?:nt)?(?: d(?:e|u|es))?|o[uù])\b",
    r"(?:canci[oó]n(?:es)?|temas?|algo)\b[^.;!?]{0,25}?(?:sobre|acerca de|que habl\w+ d(?:e|el)|donde|en la que)\b",
    r"(?:canzon[ei]|brani?|qualcosa)\b[^.;!?]{0,25}?(?:su(?:l|llo|lla|i|gli|lle)?|che parl\w+ d\w+|dove|in cui)\b",
    r"(?:m[uú]sicas?|can[cç](?:[aã]o|[oõ]es)|algo)\b[^.;!?]{0,25}?(?:sobre|que fal\w+ d\w+|onde|em que)\b",
    r"(?:l[aå]t(?:ar|en)?|s[aå]ng(?:er|en)?|visor?|n[aå]got)\b[^.;!?]{0,25}?(?:om|som handlar om|d[aä]r)\b",
)
_CUE = re.compile("|".join(rf"\b{cue}\s+" for cue in _CUES), re.IGNORECASE)
# Who hates songs about something asks for none of them.
_UNWANTED = re.compile(r"\b(?:hate|no|not|never|without|enough of|tired of|sick of|don['’]?t|dislike|nothing|keine?|nicht|pas de|ningun\w*|nessun\w*|inga)\b[^.;!?,]*$", re.IGNORECASE)  # fmt: skip
_END = re.compile(
    r"[.;!?\n]|\s[-–—]\s|,?\s+\b(?:but|without|except|not|no|nothing|please|aber|nicht|ohne|keine?|bitte|mais|pas|sans|pero|sin|ma|non|senza|mas|sem|men|inte|utan|tack)\b|,\s*(?:in|from|with|and (?:not|no)|sung)\b|"
    r"\s+for (?:my|our|me|us|kids|children)\b|\s+in (?:them|it|the (?:lyrics|words|text))\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^(?:it|this|that|these|those|them|him|her|me|you|the (?:first|second|third|last)(?: one)?|\d.*|t ?\d+.*|the same.*)?$",
    re.IGNORECASE,
)
# asks what a song tells that is talked of
_OF_IT = re.compile(
    r"\bwhat (?:does|do|is|are|did) (?:it|she|he|they|this|that|the \w+(?: one)?) (?:(?:actually|really) )?sing(?:ing)?\b",
    re.IGNORECASE,
)
_STORIES = {"narrative", "mood"}
_SOUNDS = {"instrument", "voice", "genre", "era", "tempo"}
_JOINT = re.compile(r"\s+(?:with|by|from|in|on|played|sung)\s+(?:an? |the |some )?$", re.IGNORECASE)

_JOINS = re.compile(r"(?:with|by|from|in|sung)\b", re.IGNORECASE)

# "the lyrics of Salt", "what is Salt about": what stands there is a title, be it a word of every day.
_OF_TITLE = re.compile(
    r"\b(?:lyrics|words|text|chorus|verses) (?:of|to|for|from|in) (?P<sheet>[^?]{1,80}?)\s*(?:,?\s*please)?[?.!]*$|"
    r"\bwhat(?:['’]s| is) (?P<song>[^?]{1,80}?) about\W*$",
    re.IGNORECASE,
)


def named_title(text: str) -> tuple[str, int, int] | None:
    """What must be a title if it is anything, with its place [start, end)."""
    found = _OF_TITLE.search(text)
    if not found:
        return None
    group = "sheet" if found["sheet"] else "song"
    name = found[group].strip(' “”"‘’')
    return None if _BARE.match(name) else (name, *found.span(group))


@dataclass(frozen=True)
class About:
    """What should be told of, its place [start, end) in the request (`text`), and where the words begin that lead over to it."""

    words: str
    text: str
    cue: int
    start: int
    end: int

    def holds(self, mention: Mention) -> bool:
        """Whether a concept is only named as what is told of: it is no wish for how songs sound, nor for what a word for
        something else stands for (coffee for the morning). "Chansons" and "lyrics" are no wish."""
        if mention.concept in {"chanson", "vocals"} and self.cue <= mention.start < self.start:
            return True
        kind = vocabulary().kinds.get(mention.concept)
        named = fold(self.text[mention.start : mention.end]) == mention.concept
        return self.start <= mention.start < self.end and (kind in _SOUNDS or (kind not in _STORIES and not named))


def parse_about(text: str, spans: Sequence[tuple[int, int]]) -> About | None:
    """What a request wants told; `spans` are places of limits and names, where the story ends."""
    cue = _CUE.search(text)
    if not cue or _UNWANTED.search(text[: cue.end()]) or _OF_IT.search(text):
        return None
    if any(begin <= cue.start() < end for begin, end in spans):
        return None  # "who sings Mr. Brightside?" asks for a title
    start = cue.end()
    stop = _END.search(text, start)
    end = stop.start() if stop else len(text)
    sounds = [m.start for m in vocabulary().mentions(text) if vocabulary().kinds.get(m.concept) in _SOUNDS]
    for at in sorted((*sounds, *(s for s, _ in spans))):
        joint = _JOINT.search(text[start:at]) if start < at < end else None
        if joint or (
            start < at < end and _JOINS.match(text[at:])
        ):  # "about the sea with a cello", "about rain in French"
            end = start + joint.start() if joint else at
            break
    words = re.sub(r"^(?:about|of)\b[\s,]*", "", text[start:end].strip(" ,:\"“”'‘’"))
    return None if _BARE.match(words) else About(words, text, cue.start(), start, end)
