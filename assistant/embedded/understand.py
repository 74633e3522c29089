"""From a listener's words to what they mean: intent, wishes and bans, names, constraints, comparisons, references.

Every understood element keeps the words it came from, so that the answer can say how the request was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.embedded.about import About, named_title, parse_about
from assistant.embedded.abroad import in_english, words_abroad
from assistant.embedded.bounds import Constrained
from assistant.embedded.constraints import languages_ruled_out, parse_constraints
from assistant.embedded.intent import IntentReader, Reading, Signs, decide
from assistant.embedded.order import parse_order
from assistant.embedded.reference import References, resolve
from assistant.embedded.sung import BARE_GO_ON
from assistant.embedded.superlatives import parse_superlative
from index.bans import saying
from index.candidates import content
from index.catalogue import Catalogue
from index.concepts import Mention, vocabulary
from index.entities import GREETING, Entity
from index.query import Comparison, Dimension
from index.words import fold

_COMPARE: tuple[tuple[Dimension, str], ...] = (
    ("slower", r"\b(?:too fast|slower|less fast|not (?:so|as|that|quite so) fast|lower tempo|slow (?:it )?down)\b"),
    ("faster", r"\b(?:too slow|faster|quicker|speedier|less slow|not so slow|higher tempo|speed (?:it )?up|more up-?tempo)\b"),
    ("calmer", r"\b(?:too (?:loud|hectic|busy|aggressive|energetic)|not (?:so|that|as) (?:loud|hectic|busy|aggressive|energetic|wild)|calmer|quieter|softer|gentler|mellower|more (?:relaxed|relaxing|calm|mellow|chilled?|laid[- ]back|peaceful|gentle|tranquil)|less (?:intense|energetic|aggressive|hectic|busy|energy|upbeat)|tone it down|more subdued)\b"),
    ("more energetic", r"\b(?:(?:too|not so) (?:sleepy|calm|mellow|quiet|boring|tame)|livelier|wilder|punchier|harder|more (?:energetic|energy|upbeat|intense|lively|power|powerful|drive|driving|danceable|oomph)|less (?:calm|sleepy|mellow|quiet|boring)|with more (?:energy|drive|power|punch))\b"),
    ("darker", r"\b(?:darker|more (?:dark|gloomy|sombre|somber|ominous)|less (?:bright|cheerful))\b"),
    ("brighter", r"\b(?:brighter|more (?:bright|brilliant|shimmering)|less (?:dark|gloomy))\b"),
    ("older", r"\b(?:older|earlier|too (?:modern|new|recent)|not (?:so|that|as) (?:modern|new|recent)|more (?:vintage|classic|old[- ]school)|less (?:modern|recent|new))\b(?! than (?:18|19|20)\d\d)"),
    ("newer", r"\b(?:newer|too old|not (?:so|that|as) old|more (?:recent|modern|current|contemporary)|less old)\b(?! than (?:18|19|20)\d\d)"),
    ("shorter", r"\bshorter\b(?! than \d)"),
    ("longer", r"\blonger\b(?! than \d)"),
    ("louder", r"\blouder\b"),
)  # fmt: skip
# German, Swedish | French | Spanish, Italian, Portuguese: a comparative, or "more" and "less" with an adjective
_MAS = r"(?:m[aá]s|pi[uù]|mais)"
_COMPARE_ABROAD: tuple[tuple[Dimension, str], ...] = (
    ("slower", rf"\b(?:langsamer|weniger schnell|l[aå]ngsammare|plus lente?s?|moins (?:vite|rapides?)|{_MAS} lent[oaie]s?|menos r[aá]pid[oa]s?|meno veloc[ei])\b"),
    ("faster", rf"\b(?:schneller|flotter|snabbare|plus (?:vite|rapides?)|moins lente?s?|{_MAS} (?:r[aá]pid[oaei]s?|veloc[ei]|veloz)|meno? lent[oaie]|menos lent[oa]s?)\b"),
    ("calmer", rf"\b(?:ruhiger|leiser|sanfter|entspannter|lugnare|mjukare|plus (?:calmes?|doux|douces?|tranquilles?)|{_MAS} (?:tranquil[lo]?[oaie]s?|calm[oaie]s?|suaves?|dolc[ei]|rilassat[oaie]|relajad[oa]s?))\b"),
    ("more energetic", rf"\b(?:lebhafter|energischer|wilder|livligare|mer energi|plus (?:[eé]nergiques?|viv[ef]s?|dynamiques?)|{_MAS} (?:en[eé]rg[eé]tic[oaih]+s?|enérgic[oa]s?|animad[oa]s?|vivac[ei]|movid[oa]s?))\b"),
    ("darker", rf"\b(?:d[uü]sterer|dunkler|m[oö]rkare|plus sombres?|{_MAS} (?:oscur[oaie]s?|sombr[ií][oa]s?|cup[oaie]|escur[oa]s?))\b"),
    ("brighter", rf"\b(?:heller|fr[oö]hlicher|gladare|ljusare|plus (?:gaie?s?|joyeu(?:x|ses?)|clair[es]*)|{_MAS} (?:alegres?|allegr[oaie]|luminos[oaie]s?))\b"),
    ("older", rf"\b(?:[aä]lter(?:e|es|en)?|[aä]ldre|plus (?:anciens?|anciennes?|vieux)|{_MAS} (?:antigu[oa]s?|viej[oa]s?|vecchi[oae]?|antig[oa]s?))\b"),
    ("newer", rf"\b(?:neuere?[sn]?|nyare|plus r[eé]cente?s?|{_MAS} (?:recientes?|recent[ei]s?|nuev[oa]s?|nuov[oaie]))\b"),
)  # fmt: skip
_LITTLE = re.compile(
    r"(?:\b(?:a (?:little|bit|touch|tad|shade|hair|smidge|notch)(?: bit)?|slightly|somewhat|marginally|etwas|ein (?:bisschen|wenig)|l[eé]g[eè]rement|un peu|un poc[oh]?(?:ito)?|un po['’]?|um pouco|lite|n[aå]got))\s*$",
    re.IGNORECASE,
)
_LIFTED = re.compile(
    r"\b(?:forget|drop|remove|ignore|lift|never mind|any|no matter the|regardless of)\b(?: about)?(?: the| my| that)?(?: (?:thing|bit|part|ban|rule|wish) (?:about|on|of|for|with))?(?: the| my)? ([a-z]+)",
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
_OPENERS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|so|now|hey|hi|hello|well|great|thanks|thank you|alright)\W+)*(?:i['’]?m looking for|i am looking for|i(?:'d| would) like to hear|i (?:want|need)\b(?! more)|find me|show me|play me|let['’]?s (?:hear|try|switch)|looking for|search for|can you find|do you have|any tracks|what about|recommend|songs?\b|tracks?\b|music\b|play (?:me )?(?:something|some|a)\b|an? (?!bit|little|lot|tad)\w+)",
    re.IGNORECASE,
)
# French and Italian articles that cling to a noun ("l'accordéon", "un'arpa"); the space in place of the apostrophe keeps all places
_ELIDED = re.compile(r"\b([cdjlmnst]|qu|un|dell|all|nell|dall|sull)['’](?=[aeiouhàâéèêîôù])", re.IGNORECASE)
_ANEW = re.compile(
    r"\b(?:something|anything|a) (?:completely|entirely|totally|quite|whole) (?:different|else|new)\b|\bchange of (?:subject|mood|topic)\b",
    re.IGNORECASE,
)
_TRAIT = re.compile(
    r"\bthe (?:one|song|track|piece) (?:with|by|from|about|in)\b(?: the| an?)?[\w'’ -]+?(?=\s+(?:is|was|sounds|has|but|and|please|then|again|with|without)\b|[,.;!?]|$)"
    r"|\b(?:this|that) [\w'’ -]{3,25}? (?:song|track|piece)\b",
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
_AGAINST = (
    r"\b(?:no|not|without|nothing|never|except|but not|skip|hate|enough of|not a (?:big )?fan of|don['’]?t like|avoid|exclud(?:e|ing)|"
    r"leav(?:e|ing) out|rul(?:e|ing) out|stop (?:playing|showing)|ban|omit|anything but|other than|apart from|get rid of)\b"
)
_SHUNS = re.compile(
    rf"{_AGAINST}[^.;!?]{{0,30}}\b(?:that|this|the (?:same|first|second|third|fourth|fifth|last)?) ?(?:artist|band|singer|composer|group)\b|\b(?:no more|not|nothing|never)\b[^.;!?]{{0,12}}\b(?:by|from) (?:him|her|them)\b",
    re.IGNORECASE,
)
_TITLE_ALONE = re.compile(
    r"^\W*(?:(?:can you |please )?(?:play|show|find|give|put on)(?: me| us)?(?: some| any| a bit of)? |(?:some|any)(?:thing|thing else)? (?:like|by) |(?:songs?|tracks?|music) like |do you have (?:any(?:thing by)? )?|have you got (?:any(?:thing by)? )?|is there (?:any(?:thing by)? )?)?"
    r"(?:[\"“‘](?P<quoted>[^\"”’]{2,60})[\"”’]|(?P<plain>[A-ZÀ-Þ][\w'’]*(?: (?:[A-ZÀ-Þ][\w'’]*|of|the|and|de|la|in|on|a))* [A-ZÀ-Þ][\w'’]*))(?: please)?\W*$"
)
_WISHES = re.compile(
    r"\b(?:by|from|some|any|more|play|add|hear|try|want|need|get|give|songs?|tracks?|music|(?:how|what) about|would like|will like|['’]d like)\b",
    re.IGNORECASE,
)
_SAYS_OF = re.compile(r"\s+(?:is|was|are|were|has|had|does|did|sounds?|works?|will do|rocks?|rules?)\b", re.IGNORECASE)
# another name of two capitalized words and more beside one that is known: "Kari Vik and Otis Redding"
_BESIDE = re.compile(r"\s*(?:,|,? and|,? or|&)\s+([A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+)+)")
_IDLE = {"taste", "hello", "help", "outside", "thanks"}
_REFINERS = re.compile(
    r"\b(?:also|too|as well|but|more|add|instead of|even|still|same|like (?:that|this|these|those)|less|without|leave out|only|just|actually|rather|then|another|again|other|others)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Understanding:
    """One turn, understood. `heard` pairs the listener's words with what they were taken for."""

    text: str
    intent: Reading
    want: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    avoid_artists: tuple[str, ...] = ()
    artists_like: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    compare: tuple[Comparison, ...] = ()
    refs: References = field(default_factory=References)
    fresh_topic: bool = False
    heard: tuple[tuple[str, str], ...] = ()
    content: str = ""
    lifted: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Reader:
    """Understands requests against one catalogue."""

    catalogue: Catalogue
    intents: IntentReader

    def understand(self, text: str, state: dict[str, Any]) -> Understanding:
        """Reads a turn against the digest of the conversation."""
        spoken = in_english(text)
        order = parse_order(text)
        about: About | None = None
        most = [] if order else parse_superlative(text, bool(state["shown"]))
        constraints = order or most + parse_constraints(text)
        constraints += [
            c
            for c in parse_constraints(text)
            if order and not _overlaps(c.start, c.end, [(order[0].start, order[0].end)])
        ]
        title = self._titled(text)
        if title:  # “99 Luftballons at 120 BPM” is a name
            constraints = [c for c in constraints if not _overlaps(c.start, c.end, [(title.start, title.end)])]
        anew = bool(_ANEW.search(spoken))
        compare, taken = _comparisons(text, bool(state["shown"]) and not anew)
        taken += [(c.start, c.end) for c in constraints if "count" not in c.fields]  # "three gospel songs" names gospel
        entities = [e for e in self.catalogue.entities.link(text) if not _overlaps(e.start, e.end, taken)]
        if title:
            entities = [e for e in entities if not _overlaps(e.start, e.end, [(title.start, title.end)])]
            entities.append(title)
        refs = resolve(_blank(spoken, order if spoken == text else []), state)  # "newest first" points at no first one
        if refs.handles:  # "the one with the cello" points; it wishes for no cello
            taken += [m.span() for m in _TRAIT.finditer(text)]
            entities = [e for e in entities if not _overlaps(e.start, e.end, taken)]
        names = [(e.start, e.end) for e in entities]
        greeting = GREETING.match(text)
        taken += [greeting.span()] if greeting else []
        alone = _TITLE_ALONE.match(text)
        taken += [alone.span("quoted")] if alone and alone["quoted"] else []  # what is quoted is a name
        mentions = [
            m
            for m in vocabulary().mentions(_ELIDED.sub(lambda m: m[1] + " ", text), self._knows)
            if not _overlaps(m.start, m.end, taken + names) and not _is_verb(text, m)
        ]
        if self.catalogue.tells and not refs.handles:
            about = parse_about(text, taken + names)
            mentions = [m for m in mentions if not (about and about.holds(m))]
        if any(
            (m.concept == "vocals" and m.negated) or (m.concept == "instrumental" and not m.negated) for m in mentions
        ):
            about = None  # who wants no voices wants no words
        dropped = [m.start(1) for m in _LIFTED.finditer(text)] if state["query"] else []
        query = state["query"] or {}
        taken_back = [
            m
            for m in mentions
            if m.start in dropped
            and (m.concept in query.get("want", ()) or (m.concept in query.get("avoid", ()) and not m.negated))
        ]
        allow = [m.concept for m in mentions if _is_fine(text, m) or m in taken_back]
        lifted = tuple(f for at in dropped for f in _LIMITS.get(re.split(r"\W", text[at:].lower())[0], ()))
        want, avoid = _wants(mentions, allow)
        languages = languages_ruled_out(text)
        avoid += tuple(name for name, *_ in languages)
        avoid += tuple(self._plain_bans(text, taken + names + [(start, end) for _, start, end in languages]))
        fields = _fields(constraints)
        negated = _negated_names(text, entities)
        shunned = refs.artists if _SHUNS.search(text) else ()  # "no more from that artist"
        remarked = _remarked_names(text, entities)
        entities = [e for e in entities if e not in remarked]
        like = [e for e in entities if e.kind == "artist" and e not in negated and _is_measure(text, e)]
        artists = tuple(
            dict.fromkeys(e.name for e in entities if e.kind == "artist" and e not in negated and e not in like)
        ) or (() if shunned else refs.artists)
        artists += () if like else _unknown_names(text, entities)
        titles = tuple(dict.fromkeys(e.name for e in entities if e.kind != "artist" and e not in negated)) or (
            () if entities or mentions or artists or refs.handles or fields else _unknown_title(text)
        )
        if refs.handles:  # a title on the screen is pointed at, not asked for
            titles = tuple(t for t in titles if fold(t) not in {fold(track["title"]) for track in state["tracks"]})
        wishes = bool(
            want
            or avoid
            or artists
            or like
            or titles
            or compare
            or fields.keys() - {"count", "fresh", "order"}
            or allow
            or negated
            or shunned
            or lifted
            or about
        )
        signs = Signs(
            wishes,
            bool(refs.artists),
            bool(refs.handles or titles),
            bool(refs.files),
            bool(state["shown"] or state.get("focus")),
        )
        clean = [c for c in constraints if "clean" in c.fields]
        asked = _blank(text, clean) if clean else spoken  # "no explicit lyrics please" asks for none
        intent = decide(asked, self.intents.read(spoken), signs)
        if state.get("quoting") and BARE_GO_ON.match(fold(text)):
            intent = Reading("lyrics", 1.0)
        if most and intent.intent not in {"imitate", "outside"}:
            intent = Reading("find", intent.score)
        if fields.keys() == {"count"} and state["query"] and not refs.handles and intent.intent in _IDLE:
            intent = Reading("refine", intent.score)  # "only three tracks"
        if (
            intent.intent == "outside"
            and intent.score < 1
            and (_SOMETHING.match(spoken) or _STOCK.match(spoken))
            and content(text)
        ):
            intent = Reading("find", intent.score)  # "now something for when the guests have left"
        if languages and intent.intent == "outside":
            intent = Reading("refine" if state["query"] else "find", intent.score)
        if about and intent.intent not in {"imitate", "outside", "find", "refine", "more"}:
            intent = Reading("find", intent.score)
        return Understanding(
            text, intent, want, avoid, tuple(allow), artists, tuple(dict.fromkeys((*(e.name for e in negated), *shunned))), tuple(dict.fromkeys(e.name for e in like)), titles, fields, compare, refs,
            bool(most) or (anew and wishes) or _is_fresh(text, state, 0 if compare else len(want) + len(artists) + len(titles) + bool(about), len(fields.keys() - {"fresh", "count"})), _heard(text, mentions, entities, constraints, compare), content(text), lifted, about.words if about else "",
        )  # fmt: skip

    def _titled(self, text: str) -> Entity | None:
        """A title of this catalogue that the text says is one."""
        named = named_title(text)
        found = self.catalogue.entities.find("title", named[0]) if named else None
        return Entity("title", found[0], named[1], named[2], 1.0) if named and found else None

    def _plain_bans(self, text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
        """ "nothing noisy": words without a concept that are ruled out, where a track says them at all."""
        for word in vocabulary().words_ruled_out(text):
            said = text[word.start : word.end]
            if not _overlaps(word.start, word.end, taken) and saying(self.catalogue, said):
                yield said.lower()

    def _knows(self, word: str) -> bool:
        return word in words_abroad() or self.catalogue.embedder.knows(word)


def _comparisons(text: str, shown: bool) -> tuple[tuple[Comparison, ...], list[tuple[int, int]]]:
    """Comparatives; before anything is shown they are plain wishes and are left to the vocabulary."""
    found: list[Comparison] = []
    taken: list[tuple[int, int]] = []
    for dimension, pattern in _COMPARE + _COMPARE_ABROAD if shown else ():
        match = re.search(pattern, text, re.IGNORECASE)
        if match and dimension not in {c.dimension for c in found}:
            little = bool(_LITTLE.search(text[: match.start()]))
            found.append(Comparison(dimension=dimension, to=None, little=little))
            taken.append(match.span())
    return tuple(found), taken


def _blank(text: str, spans: list[Constrained]) -> str:
    """The text with spaces in place of what was understood already."""
    for c in spans:
        text = text[: c.start] + " " * (c.end - c.start) + text[c.end :]
    return text


def _overlaps(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(start < b and a < end for a, b in spans)


def _wants(mentions: list[Mention], allow: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    avoid = tuple(dict.fromkeys(m.concept for m in mentions if m.negated and m.concept not in allow))
    want = tuple(
        dict.fromkeys(
            m.concept for m in mentions if not m.negated and m.concept not in avoid and m.concept not in allow
        )
    )
    return want, avoid


def _is_fine(text: str, mention: Mention) -> bool:
    """ "vocals are fine", "I don't mind drums": allowed again, and no more than that."""
    before, after = fold(text[: mention.start]), fold(text[mention.end :])
    return bool(re.match(rf"[^,.;!?]{{0,30}}?{_FINE.pattern}", after)) or bool(
        re.search(r"(?:\bdon['’]?t mind|\b(?:allow|permit))\b[^,.;!?]{0,20}$", before)
    )


def _unknown_names(text: str, entities: list[Entity]) -> tuple[str, ...]:
    """ "by Metallica": a name after a plain cue that this catalogue does not know; the answer will say so."""
    found = re.finditer(
        r"\b(?:by|from the (?:band|artist|singer|group)|the (?:band|artist|singer) (?:called )?)\s+((?:[A-ZÀ-Þ][\w'’.&-]*)(?:\s+(?:[A-ZÀ-Þ][\w'’.&-]*|the|of|and|&|de|la))*)",
        text,
    )
    names = [m[1].strip(" .,!?") for m in found if not any(e.start < m.end(1) and m.start(1) < e.end for e in entities)]
    names += [m[1] for e in entities if e.kind == "artist" and (m := _BESIDE.match(text, e.end)) and not _overlaps(*m.span(1), [(o.start, o.end) for o in entities])]  # fmt: skip
    return tuple(n for n in names if n.upper() != "AI" and not vocabulary().mentions(n))


def _unknown_title(text: str) -> tuple[str, ...]:
    """ "Purple Haze", "do you have “Moonlight Sonata”?": a name of several capitalized words, or a quoted one, and nothing
    else; the answer will say that it is not here."""
    found = _TITLE_ALONE.match(text)
    if not found:
        return ()
    name = (found["quoted"] or found["plain"]).strip()
    return (name,) if found["quoted"] or not vocabulary().mentions(name) else ()


def _is_verb(text: str, mention: Mention) -> bool:
    """ "I love", "we'd love to": what the listener does, not what the music is."""
    word = fold(text[mention.start : mention.end])
    return word == "love" and bool(
        re.search(
            r"\b(?:i|we|you|they|would|['’]d|really|do|also|just|to)\s*$|(?:^|[.!?]\s+)$",
            text[: mention.start],
            re.IGNORECASE,
        )
    )


def _is_measure(text: str, entity: Entity) -> bool:
    """ "sounds like X", "artists like X and Y", "in the style of X", "X style": X is the measure, not the wish."""
    before = re.search(
        r"(?:\b(?:sounds?|sounding|artists?|bands?|singers?|groups?|songs?|music|tracks?|something|anything|stuff|are|more|others?) (?:\w+ )?like|\bsimilar to|\bin the (?:style|vein|spirit) of|\bstyle of|\breminds? me of|\balong the lines of)\s+(?:[^.;!?]{0,60}(?:,|\band|\bor|&)\s*)?$",
        text[: entity.start],
        re.IGNORECASE,
    )
    return bool(before or re.match(r"(?:['’]s)?[ -](?:style|type|like|esque|ish)\b", text[entity.end :], re.IGNORECASE))


def _remarked_names(text: str, entities: list[Entity]) -> list[Entity]:
    """Artists that one sentence only says something about, while another asks for one: "Yes, Kari is. I'd like some Nine"."""
    artists = [e for e in entities if e.kind == "artist"]
    wished = [e for e in artists if _WISHES.search(re.split(r"[.!?]\s", text[: e.start])[-1])]
    return [e for e in artists if e not in wished and _SAYS_OF.match(text, e.end)] if wished else []


def _fields(constraints: list[Constrained]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for item in constraints:
        merged = {**item.fields, **merged}
    return merged


def _negated_names(text: str, entities: list[Entity]) -> list[Entity]:
    """Names under a negation: "nothing by Kari", "not T. Rex"."""
    no = rf"{_AGAINST}[\w\s'’]{{0,24}}$|\b(?:not a (?:big )?)$"
    after = r"^\s+fan\b"
    return [
        e for e in entities
        if re.search(no, text[: e.start], re.IGNORECASE) or (re.match(after, text[e.end :], re.IGNORECASE) and re.search(r"\bnot a (?:big )?$", text[: e.start], re.IGNORECASE))
    ]  # fmt: skip


def _is_fresh(text: str, state: dict[str, Any], wishes: int, bounds: int) -> bool:
    """A new topic: a full request of its own, with nothing in it that leans on what came before."""
    full = (
        (wishes and _OPENERS.search(text))
        or (wishes + bounds > 1 and _SOMETHING.search(text))
        or (wishes + bounds and _STOCK.search(text) and "version" not in text.lower())
        or (not wishes and not bounds and _NOW.search(text))
    )
    return bool(state["query"] and full and not _REFINERS.search(text))


def _heard(
    text: str,
    mentions: list[Mention],
    entities: list[Entity],
    constraints: list[Constrained],
    compare: tuple[Comparison, ...],
) -> tuple[tuple[str, str], ...]:
    rows = [(m.start, text[m.start : m.end], f"{'without ' if m.negated else ''}{m.concept}") for m in mentions]
    rows += [(e.start, text[e.start : e.end], f"the {e.kind} {e.name}") for e in entities]
    rows += [
        (c.start, c.words, ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in c.fields.items())) for c in constraints
    ]
    rows += [(len(text), c.dimension, f"{c.dimension} than before") for c in compare]
    return tuple((words, meaning) for _, words, meaning in sorted(rows))
