"""What a turn is for: as its grammar says (`forms`), else by its nearest exemplars in meaning."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import cast

import numpy as np

from assistant.embedded.forms import Intent, forms, has_words_for
from index.embed import Embedder
from index.words import fold

_NEIGHBOURS = 3
_FORGETS = 0.62  # below this, nothing is thrown away
_SURELY = 0.6  # from here on what is wished beside it does not count


@dataclass(frozen=True)
class Reading:
    """An intent and how sure it is, 0 to 1 (the mean cosine to its nearest exemplars)."""

    intent: Intent
    score: float


class IntentReader:
    """Embeds the exemplars once; then each reading costs one embedding."""

    def __init__(self, embedder: Embedder) -> None:
        data = tomllib.loads(resources.files("assistant.embedded").joinpath("exemplars.toml").read_text("utf-8"))
        self._embedder = embedder
        self._intents = np.array([intent for intent, sentences in data.items() for _ in sentences])
        self._vectors = embedder.embed([s for sentences in data.values() for s in sentences])

    def read(self, text: str) -> list[Reading]:
        """All intents, likeliest first."""
        cosines = self._vectors @ self._embedder.embed_one(text)
        readings = []
        for intent in dict.fromkeys(self._intents):
            best = np.sort(cosines[self._intents == intent])[::-1]
            readings.append(Reading(cast(Intent, str(intent)), float(0.6 * best[0] + 0.4 * best[:_NEIGHBOURS].mean())))
        return sorted(readings, key=lambda r: -r.score)


@dataclass(frozen=True)
class Signs:
    """What grammar found in the turn."""

    wishes: bool
    artist: bool
    pointed: bool
    file: bool
    shown: bool
    counted: bool = False

    def held(self) -> frozenset[str]:
        """What holds of the turn, by the names that forms have for it."""
        found = {
            "wishes": self.wishes,
            "pointed": self.pointed,
            "file": self.file,
            "shown": self.shown,
            "counted": self.counted,
            "heard": self.file or self.pointed,
            "target": self.file or self.pointed or self.shown,
        }
        return frozenset(name for name, holds in found.items() if holds)


def decide(text: str, readings: list[Reading], signs: Signs) -> Reading:
    """The intent of a turn: of the first form that fits, or of the nearest exemplars that make sense here."""
    folded, held = fold(text), signs.held()
    form = next((f for f in forms() if f.fits(folded, held)), None)
    if form:
        return Reading(form.intent, 1.0)
    score = {r.intent: r.score for r in readings}
    best = next(
        r
        for r in readings
        if _possible(r.intent, signs)
        and has_words_for(r.intent, folded)
        and not (r.intent in {"reset", "undo"} and r.score < _FORGETS)
    )
    if best.intent == "similar" and signs.artist:
        return Reading("find", best.score)  # "anything else by that artist"
    if (
        signs.wishes
        and best.intent not in {"find", "refine", "more", "similar"}
        and not (best.intent in {"outside", "imitate"} and best.score > _SURELY)
    ):
        return Reading("refine" if signs.shown and score["refine"] >= score["find"] else "find", best.score)
    return best


def _possible(intent: Intent, signs: Signs) -> bool:
    """Whether an intent makes sense here: some need something shown, pointed at or attached."""
    if intent in {"compare", "catalogue"}:
        return False  # by grammar alone
    if intent in {"why", "details", "lyrics", "similar", "like", "dislike"}:
        return signs.pointed
    if intent in {"refine", "more", "playlist", "undo"}:
        return signs.shown
    if intent == "analyze":
        return signs.file or signs.pointed
    return True
