"""From a listener's words to what they mean: intent, wishes and bans, names, constraints, comparisons, references.

Every understood element keeps the words it came from, so that the answer can say how the request was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.embedded.about import About, parse_about
from assistant.embedded.abroad import in_english, words_abroad
from assistant.embedded.bounds import Constrained, matches
from assistant.embedded.comparatives import comparisons
from assistant.embedded.constraints import meters_ruled_out, parse_constraints
from assistant.embedded.forms import Intent
from assistant.embedded.intent import IntentReader, Reading, Signs, decide
from assistant.embedded.languages import languages_ruled_out
from assistant.embedded.listing import BACK, list_name
from assistant.embedded.named import (
    Named,
    Spans,
    linked,
    named_alone,
    names_in,
    overlaps,
    quoted,
    title_said,
    titles_asked_about,
    traits,
)
from assistant.embedded.order import parse_order
from assistant.embedded.reference import References, resolve, titles_shown, with_handles
from assistant.embedded.same import same_as, same_chords, times_as_fast
from assistant.embedded.steps import Steps, steps_of
from assistant.embedded.sung import BARE_GO_ON, OF_THE_WORDS
from assistant.embedded.superlatives import again, is_superlative, parse_superlative
from assistant.embedded.topic import adds, asks_for_something, asks_who, drops_all, is_else, is_fresh, is_surprise
from assistant.embedded.years import years_named, years_ruled_out
from index.bans import saying
from index.candidates import content
from index.catalogue import Catalogue
from index.concepts import Mention, vocabulary
from index.entities import GREETING, Entity, Kind
from index.query import Comparison, Step
from index.together import let_go
from index.words import fold

_LIFTED = re.compile(
    r"\b(?:forget|drop|remove|ignore|lift|never mind|any|no matter the|regardless of|another|a different|some other)\b(?: about)?(?P<ban> that i (?:said )?(?:hate|dislike|can['’]?t (?:stand|bear)|don['’]?t (?:like|want)|ruled out|said no(?: to)?))?(?: the| my| that)?(?: (?:thing|bit|part|ban|rule|wish) (?:about|on|of|for|with))?(?: the| my)? (?P<what>[a-z0-9]+)",
    re.IGNORECASE,
)
_LIMITS: dict[str, tuple[str, ...]] = {
    "tempo": ("tempo_min", "tempo_max"), "bpm": ("tempo_min", "tempo_max"), "speed": ("tempo_min", "tempo_max"), "year": ("year_min", "year_max"), "decade": ("year_min", "year_max"),
    "era": ("year_min", "year_max"), "age": ("year_min", "year_max"), "length": ("duration_min_s", "duration_max_s"), "duration": ("duration_min_s", "duration_max_s"), "key": ("key", "mode"),
    "mode": ("mode",), "meter": ("meter",), "language": ("language",),
}  # fmt: skip
_LEAVE_OUT = re.compile(
    r"\b(?:leave|keep) (?:those|these|them|it|that) out\b|\bwithout (?:those|these|them)\b|\bnone of (?:those|these|them)\b",
    re.IGNORECASE,
)
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
# of an artist, as many as there are
_ALL_BY = re.compile(r"\b(?:everything|every (?:song|track)|all (?:the |of the )?(?:songs?|tracks?|music|stuff)?|(?:whole|entire|complete) (?:catalogue|catalog|discography|works?))\b[^.;!?]{0,20}\b(?:by|from|of)\b", re.IGNORECASE)  # fmt: skip
# "go back to the spooky ones": to a wish as it was, whatever came between
_BACK_TO = re.compile(
    r"\b(?:go|come|get|switch|let['’]?s go|return|jump)(?: back)? (?:back )?to (?:the |those |that |my )?(?!start\b|beginning\b)\w",
    re.IGNORECASE,
)
_OR = re.compile(r"^\W*or (?:about |of )?([\w'’ -]{3,30})\W*$", re.IGNORECASE)  # another story than the one asked for
# answers, and rules nothing out: "no, quiet"
_NO_NO = re.compile(
    r"^\W*(?:(?:hmm+|well|ah|oh|um)\b\W*)*(?:(?:no|nope|nah|nein|non)\b\s*[,.!;:-]+\s*|no (?=no\b))+", re.IGNORECASE
)
_CERTAIN = 0.9
# "another country", "which country": a land
_OF_MODELS = re.compile(r"\b(?:ai|a\.i\.|models?|machines?|cleared|licen[cs]\w+|allow\w*|data)\b", re.IGNORECASE)
_LAND = re.compile(
    r"\b(?:another|other|different|which|what|same|my|our|your|this|that|each|every|foreign|a|the|home)\s+$",
    re.IGNORECASE,
)
# another one of these is another wish; a mood is a shade of it
_KINDS_OF_MUSIC = {"genre", "situation", "instrument", "narrative"}
_IDLE = {"taste", "hello", "help", "outside", "thanks"}  # what says nothing of music


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
    titles_like: tuple[str, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)
    compare: tuple[Comparison, ...] = ()
    refs: References = field(default_factory=References)
    fresh_topic: bool = False
    heard: tuple[tuple[str, str], ...] = ()
    content: str = ""
    lifted: tuple[str, ...] = ()
    about: str = ""
    surprise: bool = False
    gone: tuple[str, ...] = ()  # standing wishes that no track meets beside those of this turn


@dataclass(frozen=True)
class Reader:
    """Understands requests against one catalogue."""

    catalogue: Catalogue
    intents: IntentReader

    def understand(self, text: str, state: dict[str, Any]) -> Understanding:
        """Reads a turn against the digest of the conversation."""
        steps = None if parse_order(text) else steps_of(text, self._places)
        return self._in_steps(text, steps, state) if steps else self._understand(text, state)

    def _in_steps(self, text: str, steps: Steps, state: dict[str, Any]) -> Understanding:
        """A list that goes in steps, each read by itself, and what is said of all of them."""
        whole = self._understand(steps.rest, state)
        told = [{**self._step(s.words), "count": s.count} for s in steps.stretches]
        fields = {**whole.fields, "steps": told, "count": sum(s.count for s in steps.stretches)}
        heard = tuple((s.words, f"a step of {s.count}") for s in steps.stretches)
        return replace(
            whole, text=text, intent=Reading("refine" if state["query"] else "find", 1.0), fields=fields, heard=(*whole.heard, *heard), content=content(text),
            fresh_topic=bool(state["query"]) and not steps.of_these, gone=(),
        )  # fmt: skip

    def _step(self, words: str) -> dict[str, Any]:
        """What is asked of one step, as fields of a `Step`."""
        limits = parse_constraints(words)
        entities = [e for e in self.catalogue.entities.link(words) if e.kind == "artist"]
        aside = [*((c.start, c.end) for c in limits if "count" not in c.fields), *((e.start, e.end) for e in entities)]
        mentions, _ = self._subject(words, aside, tells=False)
        want, avoid = _wants(mentions, ())
        bounds = {k: v for k, v in _fields(limits).items() if k in Step.model_fields and k != "count"}
        told = {"want": list(want), "avoid": list(avoid), "artists": [e.name for e in entities], **bounds}
        return {k: v for k, v in told.items() if v}

    def _places(self, words: str) -> list[int]:
        """Where words that say something of music begin."""
        limits = [c.start for c in parse_constraints(words) if c.fields.keys() - {"count", "fresh"}]
        return [
            *limits,
            *(m.start for m in vocabulary().mentions(words, self._knows)),
            *(e.start for e in self.catalogue.entities.link(words) if e.kind == "artist"),
        ]

    def _understand(self, text: str, state: dict[str, Any]) -> Understanding:
        """Reads a turn that asks for one kind of thing."""
        if (state["query"] or {}).get("about") and (other := _OR.match(text)):
            text = f"songs about {other[1]}"
        text = with_handles(text, state)
        titles = tuple(text[t.start : t.end] for t in titles_shown(text, state) if t.sure)
        spoken = in_english(text, titles)  # "Le dernier quai" is not the last one
        title = title_said(self.catalogue.entities, text)
        order = parse_order(text)
        most = [] if order else parse_superlative(text, bool(state["shown"]), _asked_for_the_most(state["query"]))
        limits = _limits(text, [*order, *most], title)
        if (state["query"] or {}).get("only_ai") and _LEAVE_OUT.search(text):
            limits = [*limits, *matches(_LEAVE_OUT.pattern, text, lambda _: {"only_ai": False, "include_ai": False})]
        places = [(c.start, c.end) for c in limits]
        compare, taken = comparisons(text, bool(state["shown"]) and not is_else(spoken), places)
        taken += [(c.start, c.end) for c in limits if "count" not in c.fields]  # "three gospel songs" names gospel
        refs = resolve(_blank(spoken, order if spoken == text else []), state)  # "newest first" points at no first one
        each = any("each" in c.fields for c in limits)  # "no two in the same key" is no likeness
        same = [] if each else [*same_as(text, state, refs.handles), *times_as_fast(text, state, refs.handles)]
        limits, taken = [*limits, *same], [*taken, *((c.start, c.end) for c in same)]
        entities = linked(self.catalogue.entities, text, title, taken)
        asked_about = titles_asked_about(self.catalogue.entities, text)
        places = [(e.start, e.end) for e in asked_about]
        entities = [*(e for e in entities if not overlaps(e.start, e.end, places)), *asked_about]
        if refs.handles:
            taken += traits(text)
            entities = [e for e in entities if not overlaps(e.start, e.end, taken)]
        greeting = GREETING.match(text)
        listed = list_name(text)
        names_aside = [*([greeting.span()] if greeting else []), *([listed[1:]] if listed else []), *quoted(text)]
        aside = [*taken, *((e.start, e.end) for e in entities), *names_aside]
        mentions, about = self._subject(
            text, aside, tells=self.catalogue.tells and not refs.handles and not asked_about
        )
        times = [Mention(name, start, end, negated=False) for name, start, end in years_named(text)]
        places = [(t.start, t.end) for t in times]  # what is said of years is read as years
        mentions = [
            m for m in mentions if vocabulary().kinds[m.concept] != "era" or not overlaps(m.start, m.end, places)
        ]
        allow, lifted = _taken_back(text, [*mentions, *times], state["query"])
        back = [(t.start, t.end) for t in times if t.concept in allow]  # a year that is fine again is no limit
        limits = [c for c in limits if not overlaps(c.start, c.end, back)]
        want, avoid = _wants(mentions, allow)
        languages = languages_ruled_out(text)
        out = [*languages, *years_ruled_out(text), *meters_ruled_out(text)]
        avoid = tuple(dict.fromkeys((*avoid, *(name for name, *_ in out))))
        avoid += tuple(self._plain_bans(text, aside + [(start, end) for _, start, end in out]))
        fields = _fields(limits)
        chords = same_chords(text, state, refs.handles, [e.name for e in entities if e.kind == "title"], self.catalogue)
        if chords:
            want, entities = (*want, *chords), [e for e in entities if e.kind != "title"]
        names = names_in(text, entities, refs, state, says_more=bool(mentions or fields))
        if refs.album:
            names = replace(names, titles=(refs.album,), artists=())
            fields = {**fields, "count": self._tracks_of("album", [refs.album]), "fresh": False}
        if (asks_who(spoken) or _ALL_BY.search(text)) and names.artists and not (mentions or fields):
            fields = {"count": self._tracks_of("artist", names.artists)}
        bounds = fields.keys() - {"fresh", "count"}
        named = (names.artists, names.avoid, names.like, names.titles, names.titles_like)
        wishes = any((want, avoid, *named, compare, bounds - {"order"}, allow, lifted, about))
        u = Understanding(
            text, Reading("find", 0.0), want, avoid, allow, names.artists, names.avoid, names.like, names.titles, names.titles_like, fields, compare, refs,
            heard=_heard(text, mentions, names.entities, limits, compare), content=content(text), lifted=lifted, about=about.words if about else "",
        )  # fmt: skip
        count = 0 if compare else len(want) + len(names.artists) + len(names.titles) + bool(about)
        asked = _with_it(text, asked_about) if asked_about else spoken
        intent = self._intent(u, state, asked, limits, wishes=wishes, most=bool(most), languages=bool(languages))
        if state.get("put_away") and not wishes and BACK.search(fold(spoken)):  # what was disliked in the turn before
            intent, u = Reading("indifferent", 1.0), replace(u, refs=References(tuple(state["put_away"])))
        if names.titles and intent.intent in {"details", "lyrics"} and not refs.handles:
            known = any(self.catalogue.entities.find("title", title) for title in names.titles)
            intent = intent if known else Reading("find", 1.0)  # which says that it is not here
        if same or chords:  # others, and not what key it is in
            intent = Reading("refine" if state["query"] else "find", 1.0)
            u = replace(u, fields={**u.fields, "fresh": bool(state["shown"])})
        dropped = drops_all(spoken) and not (lifted or allow)
        surprise = is_surprise(spoken) and not wishes
        if surprise or (dropped and wishes and intent.intent in {"undo", "reset", "dislike"}):
            intent = Reading("find", max(intent.score, _CERTAIN))
        anew = surprise or _begins_anew(text, spoken, want, names, refs, fields, most=bool(most))
        anew = anew or (wishes and (dropped or is_else(spoken)))
        anew = anew or (bool(want) and not compare and bool(_BACK_TO.search(text)))
        fresh = anew or bool(refs.album) or is_fresh(text, state, count, len(bounds))
        gone = () if fresh else self._let_go(u, (state["query"] or {}).get("want", ()))
        return replace(u, intent=intent, fresh_topic=fresh, surprise=surprise, gone=gone)

    def _tracks_of(self, kind: Kind, names: Sequence[str]) -> int:
        """How many tracks artists or albums have that nobody declares as made with AI, as many as can be shown at once."""
        found = (self.catalogue.entities.find(kind, name) for name in names)
        ids = {i for hit in found if hit for i in hit[1]}
        by_ai = self.catalogue.store.rows("SELECT id FROM tracks WHERE ai_status = 'declared_ai'")
        return min(max(len(ids - {str(i) for (i,) in by_ai}), 1), 20)

    def _let_go(self, u: Understanding, standing: Sequence[str]) -> tuple[str, ...]:
        """Standing wishes that make room for another kind of music: no track meets them beside it, and nobody says "also"."""
        another = any(vocabulary().kinds.get(w) in _KINDS_OF_MUSIC for w in u.want)
        if not another or u.allow or u.compare or u.refs.all_shown or adds(u.text):
            return ()
        return tuple(let_go(self.catalogue, [w for w in standing if w not in u.want], u.want))

    def _subject(self, text: str, aside: Spans, *, tells: bool) -> tuple[list[Mention], About | None]:
        """Concepts that a text names, and what the words of songs should tell of (where any `tells`)."""
        text = _BE.sub(lambda m: f"{m[1]}{' ' * len(m[2])}", text)
        text = _NO_NO.sub(lambda m: " " * len(m.group()), text)
        mentions = [
            m
            for m in vocabulary().mentions(_ELIDED.sub(lambda m: m[1] + " ", text), self._knows)
            if not overlaps(m.start, m.end, aside) and not _is_otherwise(text, m)
        ]
        about = parse_about(text, aside) if tells and not asks_who(text) else None
        mentions = [m for m in mentions if not (about and about.holds(m))]
        wordless = {(m.concept, m.negated) for m in mentions} & {("vocals", True), ("instrumental", False)}
        return mentions, None if wordless else about  # who wants no voices wants no words

    def _intent(
        self,
        u: Understanding,
        state: dict[str, Any],
        spoken: str,
        limits: list[Constrained],
        *,
        wishes: bool,
        most: bool,
        languages: bool,
    ) -> Reading:
        """What the listener is after: as the sentence reads, and then as what was understood of it has to be meant."""
        refs = u.refs
        shown = bool(state["shown"] or state.get("focus") or state.get("compared"))
        signs = Signs(
            wishes,
            bool(refs.artists),
            bool(refs.handles or u.titles),
            bool(refs.files),
            shown,
            state.get("counted") is not None,
        )
        clean = [c for c in limits if "clean" in c.fields]
        asked = _blank(u.text, clean) if clean else spoken  # "no explicit lyrics please" asks for none
        read = decide(asked, self.intents.read(spoken), signs)
        anew: Intent = "refine" if state["query"] else "find"
        if state.get("quoting") and (BARE_GO_ON.match(fold(u.text)) or OF_THE_WORDS.search(fold(spoken))):
            return Reading("lyrics", 1.0)
        if most and read.intent not in {"imitate", "outside"}:
            return Reading("find", read.score)
        if u.fields.keys() == {"count"} and state["query"] and not refs.handles and read.intent in _IDLE:
            return Reading("refine", read.score)  # "only three tracks"
        if refs.handles and named_alone(u.text, state["tracks"]):
            return Reading("details", 1.0)  # a title on the screen, and nothing else
        if (languages or "order" in u.fields) and read.intent == "outside":
            return Reading(anew, read.score)
        if refs.album:
            return Reading("find", 1.0)
        if read.intent == "outside" and read.score < 1 and asks_for_something(spoken) and u.content:
            return Reading("find", read.score)  # "now something for when the guests have left"
        if u.about and read.intent not in {"imitate", "outside", "find", "refine", "more"}:
            return Reading("find", read.score)
        return read

    def _plain_bans(self, text: str, taken: list[tuple[int, int]]) -> Iterator[str]:
        """ "nothing noisy": words without a concept that are ruled out, where a track says them at all."""
        for word in vocabulary().words_ruled_out(text):
            said = text[word.start : word.end]
            if not overlaps(word.start, word.end, taken) and saying(self.catalogue, said):
                yield said.lower()

    def _knows(self, word: str) -> bool:
        return word in words_abroad() or self.catalogue.embedder.knows(word)


def _asked_for_the_most(query: dict[str, Any] | None) -> bool:
    """Whether the turn before asked for the most of something."""
    return bool(query and (query.get("most") or is_superlative(query.get("text", ""))))


def _limits(text: str, first: list[Constrained], title: Entity | None) -> list[Constrained]:
    """Hard constraints of a text: those found `first`, and others beside them, none of them within a title."""
    aside = [(c.start, c.end) for c in first]
    limits = [*first, *(c for c in parse_constraints(text) if not overlaps(c.start, c.end, aside))]
    return [c for c in limits if not (title and overlaps(c.start, c.end, [(title.start, title.end)]))]


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
    return allow, tuple(f for at in dropped for f in _LIMITS.get(re.split(r"\W", text[at:].lower())[0], ()))


def _begins_anew(
    text: str, spoken: str, want: Sequence[str], names: Named, refs: References, fields: dict[str, Any], *, most: bool
) -> bool:
    """Whether a question is one of its own: for the most of something, who somebody is, which tracks AI made."""
    for_ai = bool(fields.get("only_ai")) and bool(re.match(r"\W*(?:and )?(?:which|what)\b", spoken))
    for_whom = asks_who(spoken) and bool(names.artists) and not refs.artists
    for_the_most = (most and not again(text)) or (bool(want) and is_superlative(text))
    return for_ai or for_whom or for_the_most


def _with_it(text: str, titles: Sequence[Entity]) -> str:
    """The text with "it" for each title that it asks about, as far as its grammar is concerned."""
    for title in sorted(titles, key=lambda e: -e.start):
        text = f"{text[: title.start]}it{text[title.end :]}"
    return text


def _blank(text: str, spans: list[Constrained]) -> str:
    """The text with spaces in place of what was understood already."""
    for c in spans:
        text = text[: c.start] + " " * (c.end - c.start) + text[c.end :]
    return text


def _wants(mentions: list[Mention], allow: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
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


def _is_otherwise(text: str, mention: Mention) -> bool:
    """Whether a word of the vocabulary says something else here: "I love" what the listener does, "another country" a land, "training a
    model" no workout."""
    if mention.concept == "country" and (
        _LAND.search(text[: mention.start]) or text[mention.start : mention.end].lower() == "countries"
    ):
        return True
    word = fold(text[mention.start : mention.end])
    if word == "training" and _OF_MODELS.search(text):
        return True
    return word in {"love", "loves", "loved"} and bool(
        re.search(
            r"\b(?:i|we|you|they|he|she|who|dad|mum|mom|wife|husband|girlfriend|boyfriend|friends?|daughter|son|kids?|everyone|everybody|would|['’]d|really|do|also|just|to)\s*$|(?:^|[.!?]\s+)$",
            text[: mention.start],
            re.IGNORECASE,
        )
    )


def _fields(constraints: list[Constrained]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for item in constraints:
        merged = {**item.fields, **merged}
    return merged


def _heard(
    text: str,
    mentions: Sequence[Mention],
    entities: Sequence[Entity],
    constraints: Sequence[Constrained],
    compare: tuple[Comparison, ...],
) -> tuple[tuple[str, str], ...]:
    rows = [(m.start, text[m.start : m.end], f"{'without ' if m.negated else ''}{m.concept}") for m in mentions]
    rows += [(e.start, text[e.start : e.end], f"the {e.kind} {e.name}") for e in entities]
    rows += [
        (c.start, c.words, ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in c.fields.items())) for c in constraints
    ]
    rows += [(len(text), c.dimension, f"{c.dimension} than before") for c in compare]
    return tuple((words, meaning) for _, words, meaning in sorted(rows))
