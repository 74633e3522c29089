"""From a listener's words to what they mean: intent, wishes and bans, names, constraints, comparisons, references.

Every understood element keeps the words it came from, so that the answer can say how the request was read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from assistant.embedded.abroad import in_english
from assistant.embedded.bounds import NUMBERS, Constrained
from assistant.embedded.constraints import parse_constraints
from assistant.embedded.forms import Intent
from assistant.embedded.intent import IntentReader, Reading, Signs, decide
from assistant.embedded.limited import Limited, blanked, fields_of, limited
from assistant.embedded.listing import BACK
from assistant.embedded.makers import with_who_by
from assistant.embedded.named import (
    Spans,
    is_question,
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
from assistant.embedded.reference import References, titles_shown, with_handles
from assistant.embedded.refusals import refused
from assistant.embedded.same import same_chords
from assistant.embedded.standing import list_name
from assistant.embedded.steps import Steps, steps_of
from assistant.embedded.sung import BARE_GO_ON, OF_THE_WORDS
from assistant.embedded.superlatives import again, is_superlative
from assistant.embedded.topic import (
    adds,
    asks_for_something,
    asks_who,
    drops_all,
    is_any_music,
    is_else,
    is_fresh,
    is_surprise,
)
from assistant.embedded.understanding import Turn, Understanding
from assistant.embedded.wanted import Wanted, knows, subject, wanted, wants
from index.candidates import content
from index.catalogue import Catalogue
from index.concepts import Mention, vocabulary
from index.entities import GREETING, Entity, Kind, single_names
from index.query import Comparison, Step
from index.together import let_go
from index.versions import same_song
from index.words import fold, plain

# of an artist, as many as there are
_ALL_BY = re.compile(r"\b(?:everything|every (?:song|track)|all (?:the |of the )?(?:songs?|tracks?|music|stuff)?|(?:whole|entire|complete) (?:catalogue|catalog|discography|works?))\b[^.;!?]{0,20}\b(?:by|from|of)\b", re.IGNORECASE)  # fmt: skip
# "go back to the spooky ones": to a wish as it was, whatever came between
_BACK_TO = re.compile(
    r"\b(?:go|come|get|switch|let['’]?s go|return|jump)(?: back)? (?:back )?to (?:the |those |that |my )?(?!start\b|beginning\b)\w",
    re.IGNORECASE,
)
_OR = re.compile(
    r"^\W*(?:or (?:about |of )?(?!either\b)|(?:(?:no|nope|not that|sorry|i mean|rather|actually)\W+)+(?:about |of (?=(?:the|a|an|my)\b)|(?=an? )))([\w'’ -]{3,30})\W*$",
    re.IGNORECASE,
)  # another story than the one asked for
_NUMBER_BEFORE = re.compile(rf"(?<![\w/:.-])(?P<n>\d{{1,2}}|{'|'.join(NUMBERS)})\s+(?:[a-z]+\s+)?$", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:two|three|four|five|six|[2-9])\b(?! (?:minutes?|hours?|bpm))", re.IGNORECASE)
_CERTAIN = 0.9
# another one of these is another wish; a mood is a shade of it
_KINDS_OF_MUSIC = {"genre", "situation", "instrument", "narrative"}
_IDLE = {"taste", "hello", "help", "outside", "thanks"}  # what says nothing of music


@dataclass(frozen=True)
class Reader:
    """Understands requests against one catalogue."""

    catalogue: Catalogue
    intents: IntentReader

    def understand(self, text: str, state: dict[str, Any]) -> Understanding:
        """Reads a turn against the digest of the conversation."""
        steps = steps_of(text, self._places)
        counted = _SEVERAL.search(text)  # "a calm one, then two fast ones", and not "calm at first, then fast"
        composed = steps and (counted or not parse_order(text))
        return self._in_steps(text, steps, state) if steps and composed else self._understand(text, state)

    def _in_steps(self, text: str, steps: Steps, state: dict[str, Any]) -> Understanding:
        """A list that goes in steps, each read by itself, and what is said of all of them."""
        whole = self._understand(steps.rest, state)
        read = [(self._step(s.words), s.count) for s in steps.stretches]
        told = [{**step, "count": len(step.get("titles", ())) or count} for step, count in read]
        fields = {**whole.fields, "steps": told, "count": sum(step["count"] for step in told)}
        heard = tuple((s.words, f"a step of {s.count}") for s in steps.stretches)
        return replace(
            whole, text=text, intent=Reading("refine" if state["query"] else "find", 1.0), fields=fields, heard=(*whole.heard, *heard), content=content(text),
            fresh_topic=bool(state["query"]) and not steps.of_these, gone=(),
        )  # fmt: skip

    def _step(self, words: str) -> dict[str, Any]:
        """What is asked of one step, as fields of a `Step`."""
        limits = parse_constraints(words)
        entities = self._named_in(words)
        aside = [*((c.start, c.end) for c in limits if "count" not in c.fields), *((e.start, e.end) for e in entities)]
        mentions, _ = subject(self.catalogue, words, aside, tells=False)
        want, avoid = wants(mentions)
        bounds = {k: v for k, v in fields_of(limits).items() if k in Step.model_fields and k != "count"}
        artists, titles = ([e.name for e in entities if e.kind == kind] for kind in ("artist", "title"))
        told = {"want": list(want), "avoid": list(avoid), "artists": artists, "titles": titles, **bounds}
        return {k: v for k, v in told.items() if v}

    def _named_in(self, words: str) -> list[Entity]:
        """Artists and titles in a step."""
        title = title_said(self.catalogue.entities, words)
        found = linked(self.catalogue.entities, words, title, [])
        return [e for e in found if e.kind in {"artist", "title"}]

    def _places(self, words: str) -> list[int]:
        """Where words that say something of music begin."""
        limits = [c.start for c in parse_constraints(words) if c.fields.keys() - {"count", "fresh"}]
        return [
            *limits,
            *(m.start for m in vocabulary().mentions(words, partial(knows, self.catalogue))),
            *(e.start for e in self._named_in(words)),
        ]

    def _understand(self, text: str, state: dict[str, Any]) -> Understanding:
        """Reads a turn that asks for one kind of thing: its limits, its names, its wishes, and what it is for."""
        turn = self._turn(text, state)
        hard = limited(turn)
        entities, asked_about, taken = self._entities(turn, hard)
        hard = replace(hard, refs=_meant(turn, hard.refs, entities))
        tells = self.catalogue.tells and not hard.refs.handles and not asked_about
        soft = wanted(self.catalogue, turn, hard.limits, _aside(turn.text, entities, taken), tells=tells)
        u, likened = self._gathered(turn, hard, soft, entities)
        return replace(self._settled(u, turn, hard, soft, asked_about, likened=likened), text=with_handles(text, state))

    def _turn(self, text: str, state: dict[str, Any]) -> Turn:
        """The turn with what it leans on filled in."""
        if (state["query"] or {}).get("about") and (other := _OR.match(text)):
            text = f"songs about {other[1]}"
        text = refused(with_handles(text, state), shown=bool(state["shown"]))
        titles = tuple(text[t.start : t.end] for t in titles_shown(text, state) if t.sure)
        spoken = in_english(text, titles)  # "Le dernier quai" is not the last one
        return Turn(text, spoken, state, title_said(self.catalogue.entities, text))

    def _entities(self, turn: Turn, hard: Limited) -> tuple[list[Entity], list[Entity], Spans]:
        """Names of the catalogue in a turn, those of them that it asks about, and places that say nothing else."""
        taken = list(hard.taken)
        entities = linked(self.catalogue.entities, turn.text, turn.title, taken)
        asked_about = titles_asked_about(self.catalogue.entities, turn.text)
        places = [(e.start, e.end) for e in asked_about]
        entities = [*(e for e in entities if not overlaps(e.start, e.end, places)), *asked_about]
        if hard.refs.handles and not with_who_by(turn.text, entities):
            taken += traits(turn.text)
            entities = [e for e in entities if not overlaps(e.start, e.end, taken)]
        return entities, asked_about, taken

    def _gathered(self, turn: Turn, hard: Limited, soft: Wanted, entities: list[Entity]) -> tuple[Understanding, bool]:
        """All that was understood, but for what the turn is for; and whether others are asked for that are the same in something."""
        text, refs, fields, want = turn.text, hard.refs, fields_of(soft.limits), soft.want
        if "count" not in fields and (count := _so_many_of_a_kind(text, soft)):
            fields["count"] = count
        titles = [e.name for e in entities if e.kind == "title"]
        chords = same_chords(text, turn.state, refs.handles, titles, self.catalogue)
        if chords:
            want, entities = (*want, *chords), [e for e in entities if e.kind != "title"]
        names = names_in(text, entities, refs, turn.state, says_more=bool(soft.mentions or fields))
        if refs.album:
            names = replace(names, titles=(refs.album,), artists=())
            fields = {**fields, "count": self._tracks_of("album", [refs.album]), "fresh": False}
        if fields.get("each") == "artist" and len(names.artists) > 1:  # "one each by Ada and Bo"
            steps = [{"artists": [name]} for name in names.artists]
            fields = {**{k: v for k, v in fields.items() if k != "each"}, "steps": steps, "count": len(steps)}
            names = replace(names, artists=())
        if (asks_who(turn.spoken) or _ALL_BY.search(text)) and names.artists and not (soft.mentions or fields):
            fields = {"count": self._tracks_of("artist", names.artists)}
        u = Understanding(
            text, Reading("find", 0.0), want, soft.avoid, soft.allow, names.artists, names.avoid, names.like, names.titles, names.titles_like, fields, hard.compare, refs,
            heard=_heard(text, soft.mentions, names.entities, soft.limits, hard.compare), content=content(text), lifted=soft.lifted, about=soft.about.words if soft.about else "",
        )  # fmt: skip
        return u, hard.likened or bool(chords)

    def _settled(
        self, u: Understanding, turn: Turn, hard: Limited, soft: Wanted, asked_about: list[Entity], *, likened: bool
    ) -> Understanding:
        """With what the turn is for, and whether it begins a new topic."""
        spoken, bounds = turn.spoken, u.fields.keys() - {"fresh", "count"}
        named = (u.artists, u.avoid_artists, u.artists_like, u.titles, u.titles_like)
        wishes = any((u.want, u.avoid, *named, u.compare, bounds - {"order"}, u.allow, u.lifted, u.about))
        asked = _with_it(u.text, asked_about) if asked_about else spoken
        intent = self._intent(u, turn.state, asked, soft, wishes=wishes, most=hard.most)
        if turn.state.get("put_away") and not wishes and BACK.search(fold(spoken)):  # what the turn before disliked
            intent, u = Reading("indifferent", 1.0), replace(u, refs=References(tuple(turn.state["put_away"])))
        if u.titles and intent.intent in {"details", "lyrics"} and not u.refs.handles:
            known = any(self.catalogue.entities.find("title", title) for title in u.titles)
            intent = intent if known else Reading("find", 1.0)  # which says that it is not here
        if hard.whole:
            intent = Reading("refine", 1.0)
        if likened and intent.intent != "compare":  # others, and not what key it is in
            intent = Reading("refine" if turn.query else "find", 1.0)
            u = replace(u, fields={**u.fields, "fresh": bool(turn.state["shown"])})
        dropped = drops_all(spoken) and not (u.lifted or u.allow)
        surprise = not wishes and (is_surprise(spoken) or (is_any_music(spoken) and not turn.query))
        if surprise or (dropped and wishes and intent.intent in {"undo", "reset", "dislike"}):
            intent = Reading("find", max(intent.score, _CERTAIN))
        anew = surprise or _begins_anew(u, spoken, most=hard.most) or (wishes and (dropped or is_else(spoken)))
        count = 0 if u.compare else len(u.want) + len(u.artists) + len(u.titles) + bool(u.about)
        fresh = anew or bool(u.refs.album) or is_fresh(u.text, turn.state, count, len(bounds))
        gone = () if fresh else self._let_go(u, turn.query.get("want", ()))
        return replace(u, intent=intent, fresh_topic=fresh, surprise=surprise, gone=gone)

    def _tracks_of(self, kind: Kind, names: Sequence[str]) -> int:
        """How many tracks artists or albums have that nobody declares as made with AI, each song once, as many as can be shown at once."""
        found = (self.catalogue.entities.find(kind, name) for name in names)
        ids = {i for hit in found if hit for i in hit[1]}
        by_ai = {str(i) for (i,) in self.catalogue.store.rows("SELECT id FROM tracks WHERE ai_status = 'declared_ai'")}
        songs = {same_song(track) for track in self.catalogue.store.tracks(sorted(ids - by_ai))}
        return min(max(len(songs), 1), 20)

    def _let_go(self, u: Understanding, standing: Sequence[str]) -> tuple[str, ...]:
        """Standing wishes that make room for another kind of music: no track meets them beside it, and nobody says "also"."""
        another = any(vocabulary().kinds.get(w) in _KINDS_OF_MUSIC for w in u.want)
        if not another or u.allow or u.compare or u.refs.all_shown or adds(u.text):
            return ()
        return tuple(let_go(self.catalogue, [w for w in standing if w not in u.want], u.want))

    def _intent(
        self,
        u: Understanding,
        state: dict[str, Any],
        spoken: str,
        soft: Wanted,
        *,
        wishes: bool,
        most: bool,
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
        clean = [c for c in soft.limits if "clean" in c.fields]
        asked = blanked(u.text, clean) if clean else spoken  # "no explicit lyrics please" asks for none
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
        if (soft.languages or "order" in u.fields) and read.intent == "outside":
            return Reading(anew, read.score)
        if refs.album:
            return Reading("find", 1.0)
        if read.intent == "outside" and read.score < 1 and asks_for_something(spoken) and u.content:
            return Reading("find", read.score)  # "now something for when the guests have left"
        if u.about and read.intent not in {"imitate", "outside", "find", "refine", "more"}:
            return Reading("find", read.score)
        return read


def _so_many_of_a_kind(text: str, soft: Wanted) -> int | None:
    """ "Two waltzes": a number right before a kind of music, and no part of a limit or of what else is wanted."""
    taken = [*((c.start, c.end) for c in soft.limits), *((m.start, m.end) for m in soft.mentions)]
    for m in soft.mentions:
        said = _NUMBER_BEFORE.search(text[: m.start]) if vocabulary().kinds[m.concept] == "genre" else None
        if said and not m.negated and not overlaps(*said.span("n"), taken):
            count = int(said["n"]) if said["n"].isdecimal() else NUMBERS[said["n"].lower()]
            return count if 1 < count <= 20 else None
    return None


def _begins_anew(u: Understanding, spoken: str, *, most: bool) -> bool:
    """Whether a question is one of its own: for the most of something, who somebody is, which tracks AI made, an earlier wish."""
    for_ai = bool(u.fields.get("only_ai")) and bool(re.match(r"\W*(?:and )?(?:which|what)\b", spoken))
    for_whom = asks_who(spoken) and bool(u.artists) and not u.refs.artists
    for_the_most = (most and not again(u.text)) or (bool(u.want) and is_superlative(u.text))
    named = bool(u.titles and u.artists) and not (u.want or u.avoid or u.compare or u.fields)  # "Hello by Adele"
    goes_back = bool(u.want) and not u.compare and bool(_BACK_TO.search(u.text))
    return for_ai or for_whom or for_the_most or named or goes_back or "steps" in u.fields


def _meant(turn: Turn, refs: References, entities: list[Entity]) -> References:
    """What is pointed at. A title with who it is by is asked for, also where one of that title is on the screen ("Halo by Beyoncé");
    a question about it is about theirs."""
    theirs = {plain(maker.name) for _, maker in with_who_by(turn.text, entities)}
    if not theirs or not refs.handles:
        return refs
    by = {t["handle"]: {plain(n) for a in t["artists"] for n in (a, *single_names(a))} for t in turn.state["tracks"]}
    handles = tuple(h for h in refs.handles if theirs & by.get(h, set()))
    return replace(refs, handles=handles) if handles and is_question(turn.spoken) else References()


def _aside(text: str, entities: Sequence[Entity], taken: Spans) -> Spans:
    """Places that wish for nothing: limits, names, a greeting, the name that a list is to have."""
    greeting, listed = GREETING.match(text), list_name(text)
    names = [*([greeting.span()] if greeting else []), *([listed[1:]] if listed else []), *quoted(text)]
    return [*taken, *((e.start, e.end) for e in entities), *names]


def _with_it(text: str, titles: Sequence[Entity]) -> str:
    """The text with "it" for each title that it asks about, as far as its grammar is concerned."""
    for title in sorted(titles, key=lambda e: -e.start):
        text = f"{text[: title.start]}it{text[title.end :]}"
    return text


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
