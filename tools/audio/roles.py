"""Roles of sections: intro, verse, chorus, bridge, solo, outro, where repetition, energy and voice speak for them.

The chorus is the part that comes back most forcefully; the verse comes back and stands before it; intro and outro
open and close unsung, or softly and without returning; a bridge is heard once, late; a solo is a stretch without
voice in a sung track. Nothing else is named in a track whose parts do not come back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from index.profile import Section, VoiceSpan

_SHORT_SHARE = 0.2  # of the track that an intro or outro may take
_SUNG, _UNSUNG = 0.5, 0.2  # share of a section with voice
_CLEAR_LEAD = 0.12  # by which the chorus' energy leads the verse's
_LATE, _LONG_SHARE = 0.45, 0.05
_SURE, _LIKELY, _GUESS = 0.8, 0.6, 0.4


def name_sections(sections: Sequence[Section], energy: Sequence[float], voices: Sequence[VoiceSpan]) -> list[Section]:
    """The sections with names where they can be argued; `energy` has one value a second, 0 to 1."""
    if len(sections) < 3:
        return list(sections)
    times = Counter(s.label for s in sections)
    level = [_mean(energy, s) for s in sections]
    sung = [_sung(s, voices) for s in sections]
    named = list(sections)
    end = sections[-1].end_s

    def put(k: int, name: str, confidence: float) -> None:
        if named[k].name is None:
            named[k] = replace(named[k], name=name, confidence=confidence)

    chorus = _chorus(sections, times, level, sung)
    verse = _verse(sections, times, level, chorus)
    for k, name in ((0, "intro"), (len(sections) - 1, "outro")):
        short = sections[k].end_s - sections[k].start_s < _SHORT_SHARE * end
        once, unsung = times[sections[k].label] == 1, bool(voices) and sung[k] < _UNSUNG
        if short and (unsung or (once and level[k] < np.median(level))):
            put(k, name, _SURE if unsung and once else _LIKELY)
    if chorus is None:
        return named
    lead = _of(level, sections, chorus) - (_of(level, sections, verse) if verse else float(np.mean(level)))
    sure = _SURE if lead > _CLEAR_LEAD and verse else _LIKELY if lead > 0 else _GUESS
    for k, section in enumerate(sections):
        if section.label == chorus:
            put(k, "chorus", sure)
        elif section.label == verse:
            put(k, "solo" if voices and sung[k] < _UNSUNG and section.start_s / end > 0.2 else "verse", sure)
    bridge = _bridge(sections, times)
    if bridge is not None:
        put(bridge, "solo" if voices and sung[bridge] < _UNSUNG else "bridge", _GUESS)
    return named


def _chorus(
    sections: Sequence[Section], times: Counter[str], level: Sequence[float], sung: Sequence[float]
) -> str | None:
    """The label that comes back with the most energy; sung, if anything is."""
    back = [label for label, n in times.items() if n >= 2]
    if any(share > _SUNG for share in sung):
        back = [label for label in back if _of(sung, sections, label) > _UNSUNG] or back
    return max(back, key=lambda label: (_of(level, sections, label), -_first(sections, label)), default=None)


def _verse(sections: Sequence[Section], times: Counter[str], level: Sequence[float], chorus: str | None) -> str | None:
    """The label that comes back and first stands before the chorus."""
    if chorus is None:
        return None
    before = [
        label
        for label, n in times.items()
        if n >= 2 and label != chorus and _first(sections, label) < _first(sections, chorus)
    ]
    return max(before, key=lambda label: (times[label], -_of(level, sections, label)), default=None)


def _bridge(sections: Sequence[Section], times: Counter[str]) -> int | None:
    """The longest part of the later half that is heard once, the last part aside."""
    end = sections[-1].end_s
    once = [
        k
        for k, s in enumerate(sections[:-1])
        if k and times[s.label] == 1 and s.start_s / end > _LATE and s.end_s - s.start_s > _LONG_SHARE * end
    ]
    return max(once, key=lambda k: sections[k].end_s - sections[k].start_s, default=None)


def _first(sections: Sequence[Section], label: str) -> int:
    return next(k for k, s in enumerate(sections) if s.label == label)


def _of(values: Sequence[float], sections: Sequence[Section], label: str) -> float:
    return float(np.mean([v for v, s in zip(values, sections, strict=True) if s.label == label]))


def _mean(curve: Sequence[float], section: Section) -> float:
    part = curve[int(section.start_s) : max(int(section.end_s), int(section.start_s) + 1)]
    return float(np.mean(part)) if len(part) else 0.0


def _sung(section: Section, voices: Sequence[VoiceSpan]) -> float:
    """Share of the section with voice."""
    overlap = sum(max(0.0, min(v.end_s, section.end_s) - max(v.start_s, section.start_s)) for v in voices)
    return overlap / max(section.end_s - section.start_s, 1e-9)
