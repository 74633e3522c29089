"""The soft side of a turn: musical concepts wanted, ruled out or fine again, and what songs should tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from assistant.embedded.about import About, parse_about
from assistant.embedded.abroad import words_abroad
from assistant.embedded.bounds import Constrained
from assistant.embedded.constraints import meters_ruled_out
from assistant.embedded.languages import languages_ruled_out
from assistant.embedded.named import Spans, overlaps
from assistant.embedded.topic import asks_who
from assistant.embedded.understanding import Turn
from assistant.embedded.years import years_named, years_ruled_out
from index.bans import saying
from index.catalogue import Catalogue
from index.concepts import Mention, vocabulary
from index.words import fold, stem

_LIFTED = re.compile(
    r"\b(?:forget|drop|remove|ignore|lift|never mind|any|no matter the|regardless of|another|a different|some other)\b(?: about)?(?P<ban> that i (?:said )?(?:hate|dislike|can['’]?t (?:stand|bear)|don['’]?t (?:like|want)|ruled out|said no(?: to)?))?(?: the| my| that)?(?: (?:thing|bit|part|ban|rule|wish) (?:about|on|of|for|with))?(?: the| my)? (?P<what>[a-z0-9]+)",
    re.IGNORECASE,
)
_LIMITS: dict[str, tuple[str, ...]] = {
    "tempo": ("tempo_min", "tempo_max"), "bpm": ("tempo_min", "tempo_max"), "speed": ("tempo_min", "tempo_max"), "year": ("year_min", "year_max"), "decade": ("year_min", "year_max"),
    "era": ("year_min", "year_max"), "age": ("year_min", "year_max"), "length": ("duration_min_s", "duration_max_s"), "duration": ("duration_min_s", "duration_max_s"), "key": ("key", "mode"),
    "mode": ("mode",), "meter": ("meter",), "language": ("language",),
}  # fmt: skip
_FINE = re.compile(
    r"\b(?:is|are|would be)\s+(?:actually\s+|also\s+|perfectly\s+)?(?:fine|ok|okay|welcome|allowed|alright|all right)\b|\bdon['’]?t mind\b|\b(?:allow|permit)\b"
)
_EXCHANGED = re.compile(
    r"\b(?:replace|swap|exchange|trade)\b(?P<what>[^,.;!?]{2,40}?)\b(?:with|for|by)\b", re.IGNORECASE
)
# French and Italian articles that cling to a noun ("l'accordéon", "un'arpa"); the space in place of the apostrophe keeps all places
_ELIDED = re.compile(r"\b([cdjlmnst]|qu|un|dell|all|nell|dall|sull)['’](?=[aeiouhàâéèêîôù])", re.IGNORECASE)
# Spanish "may it (not) be", which is no sea
_BE = re.compile(r"\b((?:que|pero) (?:no )?)(sean?)\b", re.IGNORECASE)
# "take the vocals off", "leave the drums out of it"
_TAKEN_OFF = re.compile(r"\b(?:take|leave|cut|keep|turn|switch)\s+(?P<what>(?:the|that|those|all)\b[^,.;!?]{2,30}?)\s+(?:off|out|away)\b(?! of (?:the|my|this) (?:play ?)?list)", re.IGNORECASE)  # fmt: skip
# what was named right before is ruled out: "he plays the drums, so none of those please"
_NONE_OF_THEM = re.compile(
    r"\b(?:none of|no|nothing like|not|without|never|leave out|avoid|spare me|can['’]?t (?:stand|bear)|cannot (?:stand|bear)|hate|dislike|(?:don['’]?t|do not) (?:want|like|need)) (?:any of )?(?:those|these|them|that|it)(?: sort of thing)?(?=,? (?:please|thanks?|thank you|today|now|tonight)\b|\W*$|[,.;!])",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"(?:(?!\b(?:but|because|although|while|whereas)\b)[^,.;:!?])+", re.IGNORECASE)
_SAYS_MORE = re.compile(r"\b(?!(?:and|or|an?|the)\b)\w+", re.IGNORECASE)  # than an item of a list
# answers, and rules nothing out: "no, quiet"
_NO_NO = re.compile(
    r"^\W*(?:(?:hmm+|well|ah|oh|um)\b\W*)*(?:(?:no|nope|nah|nein|non)\b\s*[,.!;:-]+\s*|no (?=no\b))+", re.IGNORECASE
)
# "another country", "which country": a land
_OF_MODELS = re.compile(r"\b(?:ai|a\.i\.|models?|machines?|cleared|licen[cs]\w+|allow\w*|data)\b", re.IGNORECASE)
_OF_TONES = re.compile(r"\b(?:what|which|same|different|other|major|minor|sharp|flat|change|changes|changing|chang\w+ of)\s+$", re.IGNORECASE)  # fmt: skip
_IS_FROM = re.compile(r"\b(?:i|we|you|he|she|they|who|family|mother|father|mum|dad|wife|husband|friends?|neighbours?|boss|people)\b(?:['’](?:m|re|s))?(?: \w+){0,2}\s+$|\b(?:come|comes|came|back|home|return\w*|moved|flew|away) $", re.IGNORECASE)  # fmt: skip
_ARE = re.compile(r"\s+(?:are|do|is|were)\b", re.IGNORECASE)
_IN = re.compile(r"\b(?:in|since|until|last|next|this|on|of|early|late|\d(?:st|nd|rd|th)?(?: of)?)\s+$", re.IGNORECASE)
# words that are something else in some places, by what stands around them (| is where they stand)
_NO_MUSIC = {
    "ooh": re.compile(r"^\W*\|(?! (?:vocals?|sounds?|harmon|and ah))"),
    "programming": re.compile(r"\|(?: \w+){0,2} (?:show|set|list|playlist|hour|evening|festival|concert|radio)\b"),
    "running": re.compile(r"\| (?:time|times|order|low|late|out)\b"),
    "war": re.compile(r"\b(?:das|die|der|es|ich|er|sie|was|wie|one|erste|zweite|dritte|letzte|lied|song|stuck) \||\| (?:schon|gut|toll|super|nicht|zu|sehr|das|es|mir|echt|ganz)\b"),
    "solo": re.compile(r"\| (?:las|los|la|el|de|del|con|en|canciones|musica|quiero|un|una)\b"),
    "bored": re.compile(r"\b(?:i['’]?m|i am|we['’]?re|so|getting|got) (?:so |really |kinda )?\|"),
    "boring": re.compile(r"\b(?:that|it|this|they|these|those|s|is|are|so|re|thats|its|pretty|kinda|really|bit|too) \|"),
    "cool": re.compile(r"^\W*(?:(?:ok(?:ay)?|oh|nice|very|so|yeah)\W+)*\|\W*(?:thanks|thank you|thx|ty)?\W*$"),
    "live": re.compile(r"\b(?:i|we|you|they|people|who|to) (?:now |still )?\|"),
    "funeral": re.compile(r"\b(?:feels?|sounds?|looks?|is) like an? \|"),
}  # fmt: skip
_LAND = re.compile(
    r"\b(?:another|other|different|which|what|same|my|our|your|this|that|each|every|foreign|a|the|home)\s+$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wanted:
    """What a turn wants and rules out. `allow` is fine again, `lifted` are fields of the query that hold no longer; `limits` are those that
    are left beside it; `languages`: one of them is ruled out."""

    mentions: list[Mention]
    about: About | None
    want: tuple[str, ...]
    avoid: tuple[str, ...]
    allow: tuple[str, ...]
    lifted: tuple[str, ...]
    limits: list[Constrained]
    languages: bool


def wanted(catalogue: Catalogue, turn: Turn, limits: list[Constrained], aside: Spans, *, tells: bool) -> Wanted:
    """Reads the wishes of a turn outside the places `aside`; with `tells`, also what songs should tell of."""
    text = turn.text
    mentions, about = subject(catalogue, text, aside, tells=tells)
    times = [Mention(name, start, end, negated=False) for name, start, end in years_named(text)]
    places = [(t.start, t.end) for t in times]  # what is said of years is read as years
    mentions = [m for m in mentions if vocabulary().kinds[m.concept] != "era" or not overlaps(m.start, m.end, places)]
    allow, lifted = _taken_back(text, [*mentions, *times], turn.query)
    back = [(t.start, t.end) for t in times if t.concept in allow]  # a year that is fine again is no limit
    want, avoid = wants(mentions, allow)
    languages = languages_ruled_out(text)
    out = [*languages, *years_ruled_out(text), *meters_ruled_out(text)]
    plain_bans = _plain_bans(catalogue, text, [*aside, *((start, end) for _, start, end in out)])
    avoid = (*dict.fromkeys((*avoid, *(name for name, *_ in out))), *plain_bans)
    in_names = [c for c in limits if "count" in c.fields and any(m.start <= c.start < m.end for m in mentions)]
    kept = [
        c for c in limits if c not in in_names and not overlaps(c.start, c.end, back)
    ]  # "a three chord song" is one
    return Wanted(mentions, about, want, avoid, allow, lifted, kept, bool(languages))


def subject(catalogue: Catalogue, text: str, aside: Spans, *, tells: bool) -> tuple[list[Mention], About | None]:
    """Concepts that a text names, and what the words of songs should tell of (where any `tells`)."""
    text = _BE.sub(lambda m: f"{m[1]}{' ' * len(m[2])}", text)
    text = _NO_NO.sub(lambda m: " " * len(m.group()), text)
    mentions = [
        m
        for m in vocabulary().mentions(_ELIDED.sub(lambda m: m[1] + " ", text), partial(knows, catalogue))
        if not overlaps(m.start, m.end, aside) and not _is_otherwise(text, m)
    ]
    off = [m.span("what") for m in _TAKEN_OFF.finditer(text)]
    mentions = [replace(m, negated=True) if overlaps(m.start, m.end, off) else m for m in mentions]
    none = [(_just_named(text, m.start(), mentions), m.start()) for m in _NONE_OF_THEM.finditer(text)]
    mentions = [replace(m, negated=True) if overlaps(m.start, m.end, none) else m for m in mentions]
    about = parse_about(text, aside) if tells and not asks_who(text) else None
    mentions = [m for m in mentions if not (about and about.holds(m))]
    wordless = {(m.concept, m.negated) for m in mentions} & {("vocals", True), ("instrumental", False)}
    return mentions, None if wordless else about  # who wants no voices wants no words


def _just_named(text: str, at: int, mentions: Sequence[Mention]) -> int:
    """Where begins what "those" at a place stands for: the nearest clause before it that names anything, and a list that ends there."""
    begins = at
    for clause in reversed(list(_CLAUSE.finditer(text, 0, at))):
        named = [m for m in mentions if clause.start() <= m.start < clause.end()]
        if not named:
            continue
        begins, rest = clause.start(), clause.group()
        for m in sorted(named, key=lambda m: -m.start):
            rest = rest[: m.start - begins] + rest[m.end - begins :]
        if _SAYS_MORE.search(rest):
            break
    return begins


def knows(catalogue: Catalogue, word: str) -> bool:
    """Whether a word is one of a language, and no misspelling."""
    return word in words_abroad() or catalogue.embedder.knows(word)


def wants(mentions: list[Mention], allow: Sequence[str] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Concepts that are wanted, and those that are ruled out; neither what is allowed again."""
    avoid = tuple(dict.fromkeys(m.concept for m in mentions if m.negated and m.concept not in allow))
    want = tuple(
        dict.fromkeys(
            m.concept for m in mentions if not m.negated and m.concept not in avoid and m.concept not in allow
        )
    )
    return want, avoid


def _taken_back(
    text: str, mentions: list[Mention], query: dict[str, Any] | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Concepts that are allowed again, and limits that are lifted: "vocals are fine", "forget the tempo"."""
    dropped = {m.start("what"): bool(m["ban"]) for m in _LIFTED.finditer(text)} if query else {}
    held, banned = (query or {}).get("want", ()), (query or {}).get("avoid", ())
    exchanged = [m.span("what") for m in _EXCHANGED.finditer(text)]
    allow = tuple(
        m.concept
        for m in mentions
        if _is_fine(text, m)
        or overlaps(m.start, m.end, exchanged)
        or (m.start in dropped and (m.concept in held or (m.concept in banned and (dropped[m.start] or not m.negated))))
    )
    words = {stem(re.split(r"\W", fold(text[at:]))[0]) for at in dropped} - {
        stem(word) for m in mentions for word in fold(text[m.start : m.end]).split()
    }
    allow = (*allow, *(c for c in held if words & vocabulary().words_of(c)))
    return allow, tuple(f for at in dropped for f in _LIMITS.get(re.split(r"\W", text[at:].lower())[0], ()))


def _is_fine(text: str, mention: Mention) -> bool:
    """ "vocals are fine", "I don't mind drums": allowed again, and no more than that."""
    before, after = fold(text[: mention.start]), fold(text[mention.end :])
    return bool(re.match(rf"[^,.;!?]{{0,30}}?{_FINE.pattern}", after)) or bool(
        re.search(r"(?:\bdon['’]?t mind|\b(?:allow|permit))\b[^,.;!?]{0,20}$", before)
    )


def _is_otherwise(text: str, mention: Mention) -> bool:
    """Whether a word of the vocabulary says something else here: "I love" what the listener does, "another country" a land, "training a
    model" no workout."""
    if mention.concept == "country" and (
        _LAND.search(text[: mention.start]) or text[mention.start : mention.end].lower() == "countries"
    ):
        return True
    word = fold(text[mention.start : mention.end])
    if word == "keys" and (_OF_TONES.search(text[: mention.start]) or _ARE.match(text[mention.end :])):
        return True  # "what keys are they in?" is no piano
    if word == "march" and (
        _IN.search(text[: mention.start])
        or (re.search(r"\bfor $", text[: mention.start]) and text[mention.start] == "M")
    ):
        return True
    if word in {"loves", "loved"} and re.match(
        r"\s+(?:[A-ZÀ-Þ]|(?:it|him|her|them|the|a|this|that|to|my|his)\b)", text[mention.end :]
    ):
        return True  # "my friend loves Rihanna"
    if word in _NO_MUSIC and _NO_MUSIC[word].search(f"{fold(text[: mention.start])}|{fold(text[mention.end :])}"):
        return True
    if word.startswith("from ") and _IS_FROM.search(text[: mention.start]):
        return True  # "I come from Spain"
    if word == "training" and _OF_MODELS.search(text):
        return True
    return word in {"love", "loves", "loved"} and bool(
        re.search(
            r"\b(?:i|we|you|they|he|she|who|dad|mum|mom|wife|husband|girlfriend|boyfriend|friends?|daughter|son|kids?|everyone|everybody|would|['’]d|really|do|also|just|to)\s*$|(?:^|[.!?]\s+)$",
            text[: mention.start],
            re.IGNORECASE,
        )
    )


def _plain_bans(catalogue: Catalogue, text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
    """ "nothing noisy": words without a concept that are ruled out, where a track says them at all."""
    for word in vocabulary().words_ruled_out(text):
        said = text[word.start : word.end]
        if not overlaps(word.start, word.end, taken) and saying(catalogue, said):
            yield said.lower()
