"""A simulated listener: knows a track by what it is like, not by name, and talks until it is shown.

It runs the embedded understanding in reverse: from concepts, tempo and year of the hidden track to what one would say,
and from what was shown to what was wrong with it. It never says a title or an artist. It measures whether a
conversation gets anywhere, which single requests cannot.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import mean, median
from typing import Any, Literal, Protocol

from assistant.embedded.wishes import wish_words
from assistant.events import Reply, Request
from assistant.reply import Assistant
from index.catalogue import Catalogue
from index.concepts import vocabulary

Persona = Literal["brisk", "chatty", "vague"]
PERSONAS: tuple[Persona, ...] = ("brisk", "chatty", "vague")
_LEAST_KNOWN = 3  # concepts that a track must have to be looked for
_VAGUE = {"mood", "situation", "texture", "narrative"}
_LESS = 0.85  # one says what is missed, and how it moves, before what there is too much of
_CLEARLY = 1.15  # ratio of tempos that a listener would remark on
_OPENINGS: Mapping[Persona, tuple[str, ...]] = {
    "brisk": ("{}", "play me {}", "{} please"),
    "chatty": ("Hi! I have been looking for {} all week, can you help?", "There is this piece I can't get out of my head, {}"),
    "vague": ("something like {}", "hmm, {}, I think"),
}  # fmt: skip
_CORRECTIONS: Mapping[Persona, tuple[str, ...]] = {
    "brisk": ("{}", "{} please"),
    "chatty": ("These are nice, but I would rather have it {}", "Almost! Could it be {}?"),
    "vague": ("not quite, {} maybe", "hmm, {}"),
}  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """The hidden track and what the listener knows of it; concepts as the catalogue's evidence names them."""

    track: str
    title: str
    concepts: tuple[str, ...]
    tempo_bpm: float | None = None
    year: int | None = None


class Speaker(Protocol):
    """Who talks."""

    def say(self, reply: Reply | None) -> str | None:
        """What to say after the last reply (None at the start); None when nothing is left to say."""


@dataclass(frozen=True)
class Hunt:
    """A conversation of a listener: whether the track was shown, in which turn (from 1), and all that was said."""

    goal: Goal
    persona: str
    met: bool
    turns: int
    said: tuple[str, ...]


def goals(catalogue: Catalogue, count: int, seed: int) -> list[Goal]:
    """Tracks that can be looked for, drawn by chance; fewer when the catalogue has fewer."""
    ids = catalogue.store.ids()
    evidence = catalogue.store.evidence(ids)
    found: list[Goal] = []
    for track in catalogue.store.tracks(random.Random(seed).sample(sorted(ids), len(ids))):
        concepts = tuple(sorted({e.concept for e in evidence.get(track.id, ()) if e.field not in {"artist", "title", "album", "lyrics"}}))  # fmt: skip
        hidden = track.rights.ai_status == "declared_ai"  # left out unless asked for
        if len(concepts) >= _LEAST_KNOWN and not hidden and len(found) < count:
            tempo = track.profile.tempo.bpm if track.profile else None
            found.append(Goal(track.id, track.name, concepts, tempo, track.year))
    return found


@dataclass
class Listener:
    """Starts with one to three things about the track, then says what was wrong with what was shown."""

    goal: Goal
    catalogue: Catalogue
    persona: Persona = "brisk"
    seed: int = 0
    _said: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._chance = random.Random(f"{self.seed} {self.goal.track} {self.persona}")

    def say(self, reply: Reply | None) -> str | None:
        """As `Speaker`."""
        if reply is None:
            return self._worded(_OPENINGS, self._opening())
        wish = self._correction(reply.shown)
        return self._worded(_CORRECTIONS, wish) if wish else None

    def _opening(self) -> str:
        ranked = sorted(self.goal.concepts, key=lambda c: (vocabulary().kinds[c] not in _VAGUE, self._chance.random()))
        first = ranked if self.persona == "vague" else self._chance.sample(self.goal.concepts, len(self.goal.concepts))
        wanted = first[: {"brisk": 2, "chatty": 3, "vague": 1}[self.persona]]
        self._said |= set(wanted)
        return wish_words({"want": list(wanted)}, []).removeprefix(" for ")

    def _correction(self, shown: Sequence[dict[str, Any]]) -> str | None:
        """The most telling difference between the hidden track and those shown that was not named before."""
        options = [*self._missing(shown), *self._surplus(shown), *self._direction(shown)]
        options = [o for o in options if o[1] not in self._said]
        if not options:
            return None
        _, name, words = max(options, key=lambda o: (o[0], o[1]))
        self._said.add(name)
        return words

    def _missing(self, shown: Sequence[dict[str, Any]]) -> list[tuple[float, str, str]]:
        has = [self._concepts(card["id"]) for card in shown]
        lack = {c: sum(not (vocabulary().narrower(c) & h) for h in has) / max(len(has), 1) for c in self.goal.concepts}
        return [(share, c, wish_words({"want": [c]}, []).removeprefix(" for ")) for c, share in lack.items()]

    def _surplus(self, shown: Sequence[dict[str, Any]]) -> list[tuple[float, str, str]]:
        has = [self._concepts(card["id"]) for card in shown]
        own = {b for c in self.goal.concepts for b in (c, *vocabulary().broader.get(c, ()))}
        named = {c for h in has for c in h if vocabulary().kinds[c] in {"instrument", "voice", "mood", "genre"}}
        return [
            (_LESS * share, f"no {c}", f"without {c}")
            for c in named
            if c not in own and not vocabulary().narrower(c) & own and (share := sum(c in h for h in has) / len(has)) > 0.5
        ]  # fmt: skip

    def _direction(self, shown: Sequence[dict[str, Any]]) -> list[tuple[float, str, str]]:
        tempos = [card["tempo_bpm"] for card in shown if card.get("tempo_bpm")]
        years = [card["year"] for card in shown if card.get("year")]
        options = []
        if self.goal.tempo_bpm and tempos:
            ratio = median(tempos) / self.goal.tempo_bpm
            options += [(0.9, "slower", "slower")] if ratio > _CLEARLY else []
            options += [(0.9, "faster", "faster")] if ratio < 1 / _CLEARLY else []
        if self.goal.year and years and abs(median(years) - self.goal.year) > 5:
            word = "older" if median(years) > self.goal.year else "newer"
            options.append((0.88, word, word))
        return options

    def _concepts(self, track: str) -> set[str]:
        return {e.concept for e in self.catalogue.store.evidence([track]).get(track, ())}

    def _worded(self, forms: Mapping[Persona, tuple[str, ...]], words: str) -> str:
        return self._chance.choice(forms[self.persona]).format(words)


def hunt(assistant: Assistant, speaker: Speaker, goal: Goal, thread: str, persona: str, turns: int = 10) -> Hunt:
    """Lets a listener talk for up to so many turns, until the hidden track is shown or there is nothing left to say."""
    said: list[str] = []
    reply: Reply | None = None
    while len(said) < turns and (words := speaker.say(reply)):
        said.append(words)
        reply = assistant.reply(Request(thread, words))
        if goal.track in {card["id"] for card in reply.shown}:
            return Hunt(goal, persona, True, len(said), tuple(said))
    return Hunt(goal, persona, False, len(said), tuple(said))


@dataclass(frozen=True)
class Outcome:
    """Of all hunts the share that met their goal, and the mean number of turns of those that did."""

    hunts: tuple[Hunt, ...]

    @property
    def met(self) -> float:
        """0 to 1."""
        return mean(h.met for h in self.hunts) if self.hunts else 0.0

    @property
    def turns(self) -> float | None:
        """None when no goal was met."""
        took = [h.turns for h in self.hunts if h.met]
        return mean(took) if took else None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"met": self.met, "turns": self.turns, "hunts": [asdict(h) for h in self.hunts]}
