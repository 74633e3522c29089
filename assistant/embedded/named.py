"""Names in a turn, by what is meant by them: artists and titles asked for, measures ("like X"), those that are ruled out or only
talked about, and names that this catalogue does not have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.embedded.about import named_title
from assistant.embedded.makers import with_makers, with_who_by
from assistant.embedded.reference import References
from index.concepts import vocabulary
from index.entities import Entity, EntityIndex, is_usual, name_key
from index.everyday import EVERYDAY
from index.known import known_for
from index.words import fold, plain

Spans = list[tuple[int, int]]

_AGAINST = (
    r"\b(?:no|not|none|without|nothing|never|except|but not|skip|hate|enough of|not a (?:big )?fan of|(?:don['’]?t|do not) (?:like|want|need|play|show|give)(?: me| us)?|avoid|exclud(?:e|ing)|"
    r"(?<!not )(?<!['’]t )(?:forget|scrap|drop|remove|delete|enough|tired|sick)(?! (?:that|it|this|about (?:it|that)|everything|all|the)\b)(?: about| of)?|"
    r"(?:that|which|who) (?:is|are|was|were)(?:n['’]?t| not)|(?:can['’]?t|cannot|could(?:n['’]?t| not)) (?:stand|bear)|leav(?:e|ing) out|rul(?:e|ing) out|stop (?:playing|showing)|ban|omit|anything but|other than|apart from|get rid of"
    r"|nichts?|keine?n?|nie|pas(?: de| d['’])?|nada|ning[uú]n[oa]?|nunca|rien|jamais|niente|nessun[oa]?|mai|inte|inget|ingen|aldrig)\b"
)
_SHUNS = re.compile(
    rf"{_AGAINST}[^.;!?]{{0,30}}\b(?:that|this|the (?:same|first|second|third|fourth|fifth|last)?) ?(?:artist|band|singer|composer|group)\b|\b(?:no more|not|nothing|never)\b[^.;!?]{{0,12}}\b(?:by|from) (?:him|her|them)\b",
    re.IGNORECASE,
)
_TITLE = 4  # letters of a title that is a turn of its own
_LONGEST = 8  # words of a title
_QUESTION = re.compile(
    r"^\W*(?:(?:and|so|ok|okay|but|hey|hmm|well|oh)\W+)*(?:what(?:['’]?s)?|which|who(?:['’]?s)?|when|where|why|how|is|are|was|were|does|do|did|has|compare|tell me|describe|explain|(?:the |its )?(?:key|tempo|bpm|length|year|meter|metre|chords?|form|structure|genre|mood|album|label) of)\b",
    re.IGNORECASE,
)
_HAVE = re.compile(
    r"^\W*(?:(?:and|so|ok|but)\W+)*(?:do (?:you|u) have|have (?:you|u) got|is there|got|(?:can (?:you|u) )?(?:play|find|put on))(?: me| us)? (?P<name>[^?!.]{6,60}?)(?: in (?:here|the catalogue|there))?\W*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:compare|between) (?P<one>.{4,50}?) (?:and|with|to|vs\.?) (?P<two>.{4,50}?)\W*$", re.IGNORECASE
)
_LOOSE_END = re.compile(r"\s(?:and|or|with|than|the|an?|of|in|on|to|is|by|from)$", re.IGNORECASE)
_IN_STOCK = re.compile(
    r"\b(?:do you (?:have|know)|have you got|(?:what|how) about|is there|are there|any(?:thing)?|similar|like)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:\b(?:have|got|know|play|like|by|from|of|hear|about|any|some|no|not|and|or|love|hate|want|more|is|von|de|di|av)\s+|\bd['’]|,\s+|^\W*)(?P<name>(?:[Tt]he )?[A-ZÀ-Þ][\w'’$!-]+(?: [A-ZÀ-Þ][\w'’$!-]+)?)(?=\W*(?:$|[?.!,;]|please\b|then\b|instead\b|though\b|songs?\b|tracks?\b|music\b|or\b|and\b|but\b))"
)
_TITLE_ALONE = re.compile(
    r"^\W*(?:(?:can you |please )?(?:play|show|find|give|put on)(?: me| us)?(?: some| any| a bit of)? |(?:any|some)(?: of)? (?=[A-ZÀ-Þ])|(?:[Aa]ny|[Ss]ome) (?=[A-ZÀ-Þ])|(?:some|any)(?:thing|thing else)? (?:like|by) |(?:songs?|tracks?|music) like |do you have (?:any(?:thing by)? )?|have you got (?:any(?:thing by)? )?|is there (?:any(?:thing by)? )?)?"
    r"(?:[\"“‘](?P<quoted>[^\"”’]{2,60})[\"”’]|(?P<plain>[A-ZÀ-Þ][\w'’]*(?: (?:[A-ZÀ-Þ][\w'’]*|of|the|and|de|la|in|on|a))* [A-ZÀ-Þ][\w'’]*))(?: please)?\W*$"
)
_BY_ALONE = re.compile(
    r"^\W*(?:\w+ ){0,4}?(?:songs?|tracks?|music|something|anything|stuff|albums?) by (?!(?:the )?(?:same|him|her|them|that|this|those|these|someone|somebody|anyone|either|women|men|female|male|year|tempo|(?:an? |some |only )?(?:girls?|boys?|wom[ae]n|m[ae]n|guys?|lad(?:y|ies)|kids?|child(?:ren)?|duos?|trios?|bands?|groups?|choirs?|orchestras?))\b)([a-z][\w'’&. -]{2,40}?)\W*$"
)
_WISHES = re.compile(
    r"\b(?:by|from|some|any|more|play|add|hear|try|want|need|get|give|songs?|tracks?|music|(?:how|what) about|would like|will like|['’]d like)\b",
    re.IGNORECASE,
)
_SAYS_OF = re.compile(r"\s+(?:is|was|are|were|has|had|does|did|sounds?|works?|will do|rocks?|rules?)\b", re.IGNORECASE)
# another name of two capitalized words and more beside one that is known: "Kari Vik and Otis Redding"
_BESIDE = re.compile(r"\s*(?:,|,? and|,? or|&)\s+([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)+)")
_TRAIT = re.compile(
    r"\bthe (?:one|song|track|piece) (?:with|by|from|about|in)\b(?: the| an?)?[\w'’ -]+?(?=\s+(?:is|was|sounds|has|but|and|please|then|again|with|without)\b|[,.;!?]|$)"
    r"|\b(?:this|that) [\w'’ -]{3,25}? (?:song|track|piece)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Named:
    """Names by their use; `entities` are all of this catalogue that count, with their places in the text."""

    entities: tuple[Entity, ...] = ()
    artists: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    titles_like: tuple[str, ...] = ()


def overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether [start, end) shares a character with one of the spans."""
    return any(start < b and a < end for a, b in spans)


def title_said(entities: EntityIndex, text: str) -> Entity | None:
    """A title of this catalogue that the text says is one: “99 Luftballons at 120 BPM” is a name, whatever else it could be."""
    named = named_title(text)
    found = entities.find("title", named[0]) if named else None
    if named and found:
        return Entity("title", found[0], named[1], named[2], 1.0)
    if asked := _HAVE.match(text):  # "do you have under pressure"
        key = name_key(asked["name"])
        usual = is_usual(key.split()) or vocabulary().name(key) is not None
        if " " in key and key in entities.titles and not usual:
            return Entity("title", entities.display[key], *asked.span("name"), 1.0)
    key, alone = name_key(text), text.strip(' \t\n.!?“”"')
    weak = " " not in key and (key in EVERYDAY or vocabulary().name(key) is not None)
    if key not in entities.titles or weak or len(key) < _TITLE or not alone[:1].isupper():
        return None
    return Entity("title", entities.display[key], text.index(alone), text.index(alone) + len(alone), 1.0)


def is_question(text: str) -> bool:
    """Whether a turn begins as questions do."""
    return bool(_QUESTION.search(text))


def titles_asked_about(entities: EntityIndex, text: str) -> list[Entity]:
    """Titles of this catalogue in a question, as they are written: "what key is Frantic in?" asks about a track and wishes for
    nothing frantic."""
    if not is_question(text) or _IN_STOCK.search(text):
        return []
    words = [m.span() for m in re.finditer(r"[\w'’.&-]*[\w'’]", text)]
    found: list[Entity] = []
    if compared := _COMPARED.search(text):
        keys = {part: name_key(compared[part]) for part in ("one", "two")}
        if all(key in entities.titles and len(key) >= _TITLE for key in keys.values()):
            return [Entity("title", entities.display[key], *compared.span(part), 1.0) for part, key in keys.items()]
    for size in range(min(_LONGEST, len(words)), 0, -1):
        for first in range(len(words) - size + 1):
            start, end = words[first][0], words[first + size - 1][1]
            name = text[start:end].removesuffix("'s").removesuffix("’s")
            if not name[:1].isupper() or not (size > 1 or first) or _LOOSE_END.search(name):
                continue
            key, end = name_key(name), start + len(name)
            known = key in entities.titles and len(key) >= _TITLE
            if known and not overlaps(start, end, [(e.start, e.end) for e in found]):
                found.append(Entity("title", entities.display[key], start, end, 1.0))
    return sorted(found, key=lambda e: e.start)


def linked(entities: EntityIndex, text: str, title: Entity | None, taken: Spans) -> list[Entity]:
    """Names of this catalogue in a text, outside what was understood already."""
    aside = [*taken, *([(title.start, title.end)] if title else [])]
    found = with_makers(entities, text, entities.link(text))
    return [*(e for e in found if not overlaps(e.start, e.end, aside)), *([title] if title else [])]


def named_alone(text: str, tracks: Sequence[dict[str, Any]]) -> bool:
    """Whether a turn is the title of one of the tracks and nothing else."""
    return plain(text) in {plain(track["title"]) for track in tracks}


def traits(text: str) -> Spans:
    """Places that point at a track by what it has: "the one with the cello" wishes for no cello."""
    return [m.span() for m in _TRAIT.finditer(text)]


def quoted(text: str) -> Spans:
    """Where a turn is nothing but a quoted name."""
    alone = _TITLE_ALONE.match(text)
    return [alone.span("quoted")] if alone and alone["quoted"] else []


def names_in(text: str, entities: list[Entity], refs: References, state: dict[str, Any], *, says_more: bool) -> Named:
    """What the names in a turn are there for; `says_more`, whether anything else was understood of it."""
    entities = [*entities, *_famous_names(text, entities)]
    negated = [e for e in entities if _is_refused(text, e.start, e.end)]
    shunned = refs.artists if _SHUNS.search(text) else ()  # "no more from that artist"
    remarked = _remarked_names(text, entities)
    entities = [e for e in entities if e not in remarked]
    artists = [e for e in entities if e.kind == "artist" and e not in negated]
    like = [e for e in artists if _is_measure(text, e)]
    asked = _names(e for e in artists if e not in like) or (() if shunned else refs.artists)
    asked += () if like else _unknown_names(text, entities)
    nothing_else = not (entities or asked or refs.handles or says_more)
    titled = [e for e in entities if e.kind == "title" and _is_measure(text, e)]
    makers = {maker.name for _, maker in with_who_by(text, [*titled, *artists])}
    asked = tuple(name for name in asked if name not in makers)  # "like Hello by Adele": in that vein, whoever by
    titles = _names(e for e in entities if e.kind != "artist" and e not in (*negated, *titled))
    titles = titles or (_unknown_title(text) if nothing_else else ())
    if refs.handles:  # a title on the screen is pointed at, not asked for
        shown = {fold(track["title"]) for track in state["tracks"]}
        titles = tuple(t for t in titles if fold(t) not in shown)
    avoid = tuple(dict.fromkeys((*_names(negated), *shunned)))
    return Named(tuple(entities), asked, _names(like), avoid, titles, () if refs.handles else _names(titled))


def _names(entities: Iterable[Entity]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.name for e in entities))


def _unknown_names(text: str, entities: list[Entity]) -> tuple[str, ...]:
    """ "by Metallica": a name after a plain cue that this catalogue does not know; the answer will say so."""
    found = re.finditer(
        r"\b(?:by|from the (?:band|artist|singer|group)|the (?:band|artist|singer) (?:called )?|[Ww]ho(?:['’]s| is| are| was| were))\s+((?:[A-ZÀ-Þ][\w'’.&-]*)(?:\s+(?:[A-ZÀ-Þ][\w'’.&-]*|the|of|and|&|de|la))*)",
        text,
    )
    names = [m[1].strip(" .,!?") for m in found if not any(e.start < m.end(1) and m.start(1) < e.end for e in entities)]
    names += [m[1] for e in entities if e.kind == "artist" and (m := _BESIDE.match(text, e.end)) and not overlaps(*m.span(1), [(o.start, o.end) for o in entities])]  # fmt: skip
    if not names and not entities and (alone := _BY_ALONE.match(text)):
        names = [alone[1].title()]  # "songs by die toten hosen"
    return tuple(n for n in names if n.upper() != "AI" and not vocabulary().mentions(n))


def _famous_names(text: str, entities: Sequence[Entity]) -> Iterator[Entity]:
    """ "do you have Radiohead?", "play Bach": artists that general knowledge names and this catalogue does not have, of one word or
    two; the answer will say so."""
    for m in _CALLED.finditer(text):
        name, start = m["name"], m.start("name")
        after = vocabulary().mentions(text[m.end() :])
        kind_of = after and after[0].start <= 1  # "Chicago blues"
        usual = name_key(name) in EVERYDAY or vocabulary().mentions(name) or kind_of
        if known_for(name) and not usual and not overlaps(start, m.end("name"), [(e.start, e.end) for e in entities]):
            yield Entity("artist", name[:1].upper() + name[1:], start, m.end("name"), 1.0)


def _unknown_title(text: str) -> tuple[str, ...]:
    """ "Purple Haze", "do you have “Moonlight Sonata”?": a name of several capitalized words, or a quoted one, and nothing
    else; the answer will say that it is not here."""
    found = _TITLE_ALONE.match(text)
    if not found:
        return ()
    name = (found["quoted"] or found["plain"]).strip()
    return (name,) if found["quoted"] or not vocabulary().mentions(name) else ()


def _is_measure(text: str, entity: Entity) -> bool:
    """ "sounds like X", "artists like X and Y", "in the style of X", "X style": X is the measure, not the wish."""
    before = re.search(
        r"(?:^\W*(?:(?:more|ok|so|and|just|but|please|some(?:one|body))\W+)*like|\b(?:sounds?|sounding|artists?|bands?|singers?|groups?|songs?|music|tracks?|something|anything|stuff|are|more|others?) (?:\w+ )?like|\bsimilar to|\bin the (?:style|vein|spirit) of|\bstyle of|\breminds? me of|\balong the lines of)\s+(?:[^.;!?]{0,60}(?:,|\band|\bor|&)\s*)?$",
        text[: entity.start],
        re.IGNORECASE,
    )
    return bool(before or re.match(r"(?:['’]s)?[ -](?:style|type|like|esque|ish)\b", text[entity.end :], re.IGNORECASE))


def _remarked_names(text: str, entities: list[Entity]) -> list[Entity]:
    """Artists that one sentence only says something about, while another asks for one: "Yes, Kari is. I'd like some Nine"."""
    artists = [e for e in entities if e.kind == "artist"]
    wished = [e for e in artists if _WISHES.search(re.split(r"[.!?]\s", text[: e.start])[-1])]
    return [e for e in artists if e not in wished and _SAYS_OF.match(text, e.end)] if wished else []


def _is_refused(text: str, start: int, end: int) -> bool:
    """Whether a name stands under a negation: "nothing by Kari", "not T. Rex"."""
    before, after = text[:start], text[end:]
    no = rf"{_AGAINST}[\w\s'’]{{0,24}}$|\b(?:not a (?:big )?)$"
    fan = re.match(r"\s+fan\b", after, re.IGNORECASE) and re.search(r"\bnot a (?:big )?$", before, re.IGNORECASE)
    return bool(re.search(no, before, re.IGNORECASE) or fan)
