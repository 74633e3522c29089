"""A track part by part, from what was measured: where its parts come, how long they are, what chords they have, how it begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assistant.embedded.wishes import listed

Measured = dict[str, Any]
PART = re.compile(r"\b(chorus|verse|bridge|intro|outro|solo|refrain)(?:e?s)?\b")
_CHORDS_OF = re.compile(rf"^(?=.*\b(?:chords?|akkorde)\b)(?=.*(?:{PART.pattern}|\b(?:parts?|sections?)\b))")
_HOW_LONG = re.compile(r"\b(?:how (?:long|many (?:bars|seconds|measures))|length|bars|lasts?|duration)\b")
_ENDS = re.compile(r"\b(?:ends?|ending|finish(?:es)?|closes?|stops?)\b")
_BEGINS = re.compile(r"\b(?:begins?|beginning|starts?|opens?|opening)\b")
_HOW = re.compile(r"\b(?:how|whats?|tell|describe)\b")
_TOLD = re.compile(
    r"(?P<label>\S+)(?: \((?P<name>[^)]+)\))? (?P<start>\d+:\d\d)–(?P<end>\d+:\d\d)(?:, (?P<bars>\d+) bars?)?$"
)


@dataclass(frozen=True)
class Part:
    """A part of the form; times as m:ss, `bars` where its downbeats were found."""

    label: str
    name: str
    start: str
    end: str
    bars: int | None

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return _seconds(self.end) - _seconds(self.start)

    @property
    def called(self) -> str:
        """ "B (chorus)"."""
        return f"{self.label} ({self.name})" if self.name else self.label

    @property
    def place(self) -> str:
        """ "0:20–0:40"."""
        return f"{self.start}–{self.end}"

    @property
    def length(self) -> str:
        """ "8 bars, 20 seconds"."""
        bars = f"{self.bars} bar{'s' if self.bars != 1 else ''}, " if self.bars else ""
        return f"{bars}{self.seconds} second{'s' if self.seconds != 1 else ''}"


def parts(m: Measured) -> list[Part]:
    """The parts of a track, from the lines in which a summary tells of them."""
    found = map(_TOLD.match, m.get("sections") or [])
    return [Part(t["label"], t["name"] or "", t["start"], t["end"], int(t["bars"]) if t["bars"] else None) for t in found if t]  # fmt: skip


def names_in(asked: str) -> list[str]:
    """The parts that a question (folded) names."""
    return list(dict.fromkeys("chorus" if name == "refrain" else name for name in PART.findall(asked)))


def told_of_parts(m: Measured, asked: str) -> str:
    """The answer to a question (folded) about the chords or the length of parts, about the beginning or the end; else empty."""
    if _CHORDS_OF.search(asked):
        return _chords(m, names_in(asked))
    if names_in(asked) and _HOW_LONG.search(asked):
        return places_of_parts(m, asked)
    if _ENDS.search(asked) and re.search(r"\b(?:tonic|chord|major|minor|home)\b", asked) and m.get("closes_on"):
        key = f", in {(m.get('keys') or [m.get('key')])[-1]}" if m.get("key") else ""
        return f"The last chord is {m['closes_on']}{key}."
    if _HOW.search(asked) and (_ENDS.search(asked) or _BEGINS.search(asked)):
        return _end(m) if _ENDS.search(asked) else _beginning(m)
    return ""


def places_of_parts(m: Measured, asked: str) -> str:
    """Where the parts are that a question names, or how long they are; empty where it names none."""
    return " ".join(_named(m, asked))


def longest(m: Measured, name: str) -> int | None:
    """Seconds of the longest part of a name; None where there is none."""
    return max((part.seconds for part in parts(m) if name in part.name), default=None)


def _chords(m: Measured, names: list[str]) -> str:
    told = m.get("chords_by_part") or []
    these = [part for part in told if any(f"({name})" in part for name in names)]
    chords = "; ".join(these or told)
    lacks = f"{_none(names)} " if names and not these else ""
    return f"{lacks}By part: {chords}." if chords else "Its chords were not measured part by part."


def _named(m: Measured, asked: str) -> Iterator[str]:
    for name in names_in(asked):
        these = [part for part in parts(m) if name in part.name]
        if these and _HOW_LONG.search(asked):
            told = [f"{part.length} at {part.start}" for part in these]
            one = "The" if len(these) == 1 else f"It comes {len(these)} times; the"
            yield f"{one} {name} has {listed(told)}; names of parts are inferred."
        elif these:
            yield f"I take {listed([part.place for part in these])} for the {name}; names of parts are inferred."
        elif parts(m):
            form = ", ".join(part.called + " " + part.place for part in parts(m)[:8])
            yield f"{_none([name])} Form: {form}."


def _none(names: list[str]) -> str:
    article = "an" if names[0][0] in "io" else "a"
    return f"I found no part that I would call {article} {listed(names, 'or')}."


def _beginning(m: Measured) -> str:
    arc, chord = (m.get("arc") or "").split(",")[0].split(" and ")[0], m.get("opens_on")
    first = next(iter(parts(m)), None)
    return _sentence(
        f"it {arc}" if arc.startswith("opens") else "",
        f"its first part is {first.called} to {first.end}" if first else "",
        f"the first chord is {chord}" if chord else "",
        *(f"there is a {event}" for event in m.get("events") or [] if event.startswith("fade-in")),
    )


def _end(m: Measured) -> str:
    last, chord = next(iter(parts(m)[::-1]), None), m.get("closes_on")
    falls = "it falls away at the end" if str(m.get("arc") or "").endswith("falls away") else ""
    fade = next((f"it fades out {event.removeprefix('fade-out ')}" for event in m.get("events") or [] if event.startswith("fade-out")), falls)  # fmt: skip
    return _sentence(
        f"its last part is {last.called} from {last.start}" if last else "",
        f"the last chord is {chord}" if chord else "",
        fade,
    )


def _sentence(*said: str) -> str:
    told = listed([s for s in said if s])
    return f"{told[0].upper()}{told[1:]}." if told else "How it goes from part to part was not measured."


def _seconds(clock: str) -> int:
    minutes, seconds = clock.split(":")
    return 60 * int(minutes) + int(seconds)
