"""Failures by kind: what a wrong tempo, downbeat, key or number of sections is taken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import mir_eval
import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]

_LEVELS = {"right": 1, "double": 2, "half": 1 / 2, "three times": 3, "a third": 1 / 3, "3:2": 3 / 2, "2:3": 2 / 3, "4:3": 4 / 3, "3:4": 3 / 4}  # fmt: skip
_NEAR, _ALIKE = 0.04, 0.75
_KEYS = {1.0: "right", 0.5: "a fifth off", 0.3: "relative", 0.2: "parallel", 0.0: "other"}
_FEW, _MANY = 0.67, 1.5


def kinds(heard: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, str]:
    """By aspect (tempo, downbeats, key, sections), what kind of answer this one is. `truth` has `bpm`, `beats_s`,
    `downbeats_s`, `key` and `sections`; aspects that were not heard are left out."""
    found = {"tempo": tempo_kind(heard["bpm"], truth["bpm"]), "key": key_kind(heard["key"], truth["key"])}
    if "downbeats" in heard:
        beats, downs, gold = (np.asarray(t, float) for t in (heard["beats"], heard["downbeats"], truth["downbeats_s"]))
        found["downbeats"] = downbeat_kind(beats, downs, gold)
    if heard["sections"]:
        found["sections"] = sections_kind(len(heard["sections"]), len(truth["sections"]))
    return found


def tempo_kind(bpm: float, gold: float) -> str:
    """ "right", "double", "half", ... or "other"; "none" without a pulse."""
    if not bpm:
        return "none"
    return next((name for name, factor in _LEVELS.items() if abs(bpm / gold / factor - 1) <= _NEAR), "other")


def downbeat_kind(beats: Times, downs: Times, gold: Times) -> str:
    """ "right", or by how many beats the bars lie too late, where moving them all would put most of them right."""
    if len(downs) < 2 or len(beats) < 2:
        return "none"
    place = np.abs(beats[:, None] - downs).argmin(0)
    bar = round(float(np.median(np.diff(place)))) or 1
    for shift in range(bar):
        moved = beats[(place - shift)[place - shift >= 0]]
        if mir_eval.beat.f_measure(gold, moved) >= _ALIKE:
            return "right" if shift == 0 else f"{shift} of {bar} beats late"
    return "here and there" if mir_eval.beat.f_measure(gold, downs) >= _ALIKE / 2 else "other beats or bars"


def key_kind(key: str, gold: str) -> str:
    """MIREX's kinds of error; "none" where no key was told."""
    return _KEYS[mir_eval.key.weighted_score(gold, key)] if key else "none"


def sections_kind(count: int, gold: int) -> str:
    """Whether there are about as many as there should be."""
    return "too few" if count < _FEW * gold else "too many" if count > _MANY * gold else "about as many"


def tally(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """How often each kind comes, by aspect, the most frequent first."""
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        for aspect, kind in row.items():
            counts.setdefault(aspect, Counter())[kind] += 1
    return {aspect: dict(counter.most_common()) for aspect, counter in counts.items()}
