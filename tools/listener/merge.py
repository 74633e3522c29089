"""What was said of several windows, as one: the first window's description whole, of later ones only what is new."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.everyday import EVERYDAY
from index.profile import clock
from index.words import plain, words
from tools.listener.structured import Heard, Part
from tools.listener.windows import Window

_SENTENCE = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"”»)]))[^\S\n]+(?=[^a-z\s])|\s*\n\s*")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,3}):([0-5]\d)(?![\d:])")
_KNOWN = 0.6  # share of a sentence's own words that an earlier sentence has too, from which it says nothing new
_SAME_PART_S = 5.0


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, in order."""
    return [s.strip() for s in _SENTENCE.split(text) if s.strip()]


def in_track_time(text: str, window: Window) -> str:
    """A window's text with its times (m:ss) counted from the start of the track.

    A time beyond the window cannot be meant from its start and is left as it is.
    """

    def moved(match: re.Match[str]) -> str:
        seconds = int(match[1]) * 60 + int(match[2])
        return clock(seconds + window.start_s) if seconds <= window.length_s else match.group()

    return _CLOCK.sub(moved, text) if window.start_s else text


def merge_prose(parts: Sequence[tuple[Window, str]]) -> str:
    """Descriptions of windows, in order of time, as one; what a later window adds begins with its time ("From 9:30: ...")."""
    if len(parts) == 1:
        return parts[0][1]
    told: list[set[str]] = []
    out = []
    for window, text in parts:
        said = [(sentence, _own_words(sentence)) for sentence in sentences(text)]
        new = [s for s, own in said if not any(len(own & before) >= _KNOWN * len(own) for before in told)]
        told += [own for _, own in said]
        if new:
            out.append(f"From {clock(window.start_s)}: {' '.join(new)}" if window.start_s else " ".join(new))
    return "\n".join(out)


def _own_words(sentence: str) -> set[str]:
    """The words that make a sentence say something."""
    return {w.stem for w in words(sentence) if w.stem not in EVERYDAY} or {plain(sentence)}


def merge_heard(parts: Sequence[tuple[Window, Heard]]) -> Heard:
    """All that was heard; what most windows name comes first, the form in order of time."""
    heard = [h for _, h in parts]
    return Heard(
        genres=_most_named(h.genres for h in heard),
        instruments=_most_named(h.instruments for h in heard),
        vocals=_commonest([h.vocals for h in heard]),
        moods=_most_named(h.moods for h in heard),
        themes=_most_named(h.themes for h in heard),
        language=_commonest([h.language for h in heard]),
        structure=_form(parts),
    )


def _most_named(lists: Iterable[Sequence[str]]) -> list[str]:
    counts: Counter[str] = Counter()
    first: dict[str, str] = {}
    for names in lists:
        for name in names:
            counts[plain(name)] += 1
            first.setdefault(plain(name), name)
    return [first[name] for name, _ in counts.most_common()]


def _commonest(values: Sequence[str | None]) -> str | None:
    named = _most_named([v] for v in values if v)
    return named[0] if named else None


def _form(parts: Sequence[tuple[Window, Heard]]) -> list[Part]:
    """The parts in order of time; what two windows say of their common stretch counts once."""
    out: list[Part] = []
    known_until = 0.0
    for window, heard in parts:
        for part in heard.structure:
            start = None if part.start_s is None or part.start_s > window.length_s else part.start_s + window.start_s
            again = out and plain(out[-1].name) == plain(part.name)
            if start is None and (again or (window.start_s and part is heard.structure[0])):
                continue  # where a later window begins, a part goes on; it does not begin
            if start is not None and window.start_s and start < known_until + (_SAME_PART_S if again else 0.0):
                continue
            out.append(Part(name=part.name, start_s=start))
        known_until = window.end_s
    return out
