"""The styles: `styles.toml` as typed data. Levels are in dB, patterns in the writing of `patterns.py`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from tools.demo.score import METERS, Meter


@dataclass(frozen=True)
class PartSpec:
    """One instrument of a style. Roles: lead, harmony, double, comp, bass.

    `only` and `skip` name sections; `enter` is the first section of the form in which the part plays;
    `patterns` overrides `pattern` by section.
    """

    role: str
    name: str
    program: int
    pan: float = 0.0
    level: float = 0.0
    low: int = 55
    high: int = 76
    voices: int = 3
    spread: bool = False
    sustain: bool = False
    strum_ms: float = 0.0
    octave: int = 0
    enter: int = 0
    pattern: str = "x"
    patterns: dict[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def plays(self, section: str, place: int) -> bool:
        wanted = section in self.only if self.only else section not in self.skip
        return wanted and (place >= self.enter or section == "outro")


@dataclass(frozen=True)
class Style:
    """How one style is composed, played and mastered."""

    name: str
    genres: tuple[str, ...]
    meter: Meter
    bpm: tuple[int, int]
    keys: tuple[str, ...]
    harmony: tuple[dict[str, str], ...]
    parts: tuple[PartSpec, ...]
    cells: dict[str, tuple[str, ...]]
    ends: tuple[str, ...]
    lead: tuple[int, int] = (60, 81)
    plan: dict[str, str] = field(default_factory=dict)
    form: str = "song"
    names: dict[str, str] = field(default_factory=dict)
    kit: int = 0
    drums: dict[str, dict[str, str]] = field(default_factory=dict)
    fill: str = ""
    drums_enter: int = 0
    drums_level: float = -4.0
    swing: float = 0.5
    human_ms: float = 6.0
    grace: float = 0.0
    dynamics: float = 1.0
    lift: int = 0
    bridge_shift: int = 0
    tempo: dict[str, float] = field(default_factory=dict)
    rubato: float = 0.0
    rit: float = 1.0
    fade_s: float = 0.0
    loudness_db: float = -17.0
    room: float = 0.12
    room_s: float = 1.2
    moods: tuple[str, ...] = ()


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _part(row: dict[str, Any]) -> PartSpec:
    return PartSpec(**{name: _frozen(value) for name, value in row.items()})


def _style(name: str, row: dict[str, Any]) -> Style:
    fields = {key: _frozen(value) for key, value in row.items()}
    fields["meter"] = METERS[row["meter"]]
    fields["parts"] = tuple(_part(part) for part in row["parts"])
    fields["cells"] = {section: tuple(cells) for section, cells in row["cells"].items()}
    return Style(name=name, **fields)


@cache
def styles() -> dict[str, Style]:
    """All styles by name, in the order of the file."""
    with files("tools.demo").joinpath("styles.toml").open("rb") as source:
        return {name: _style(name, row) for name, row in tomllib.load(source).items()}
