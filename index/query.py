"""A request for tracks, typed: what a model fills in and the search engine answers.

Both brains (the served language model and the embedded one) write this; nobody writes SQL.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from index.profile import Mode
from index.track import Vocals

LENIENT_S = 45.0  # a list of a given length may be so much longer, or shorter when it is looked for no further
BOUNDS = (("tempo_min", "tempo_max"), ("year_min", "year_max"), ("duration_min_s", "duration_max_s"))
_OF_BOUNDS = {"tempo_min": "tempo", "year_min": "year", "duration_min_s": "duration"}
Dimension = Literal[
    "calmer",
    "more energetic",
    "slower",
    "faster",
    "darker",
    "brighter",
    "older",
    "newer",
    "shorter",
    "longer",
    "quieter",
    "louder",
]
Tonic = Literal["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
Order = Literal[
    "rising energy",
    "falling energy",
    "rising tempo",
    "falling tempo",
    "oldest first",
    "newest first",
    "shortest first",
    "longest first",
    "as listed",
]
Superlative = Literal[
    "fastest", "slowest", "newest", "oldest", "longest", "shortest", "loudest", "quietest", "most energetic", "calmest", "brightest", "darkest",
]  # fmt: skip
Familiarity = Literal["well known", "little known"]
Each = Literal["decade", "year", "artist", "album", "genre", "language", "key", "meter"]
Side = Literal["rhythm", "harmony", "timbre"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
METERS = r"^\d{1,2}/\d{1,2}(?: or \d{1,2}/\d{1,2})*$"


def alternatives(value: str) -> list[str]:
    """The values of a field that may be one of several: "5/4 or 7/8"."""
    return value.split(" or ")


class Comparison(BaseModel):
    """A wish relative to a track: "slower than T3". Without `to`, relative to what was shown last."""

    model_config = ConfigDict(extra="forbid")
    dimension: Dimension
    little: bool = Field(False, description="only a little: a bit slower, slightly darker")
    to: Name | None = Field(None, description="handle of the track compared with, such as T3")


def _check_ranges(wishes: BaseModel) -> None:
    """Raises ValueError where a lower bound is above its upper bound."""
    for names in BOUNDS:
        low, high = (getattr(wishes, name, None) for name in names)
        if low is not None and high is not None and low > high:
            what = _OF_BOUNDS[names[0]]
            raise ValueError(f"{what}: the lower bound {low:g} is above the upper bound {high:g}")


class Step(BaseModel):
    """A stretch of a list: "two calm ones". What the query wants besides holds in it too."""

    model_config = ConfigDict(extra="forbid")
    want: list[Name] = Field(default_factory=list, max_length=10)
    avoid: list[Name] = Field(default_factory=list, max_length=10)
    artists: list[Name] = Field(default_factory=list, max_length=5)
    titles: list[Name] = Field(default_factory=list, max_length=5)
    tempo_min: float | None = Field(None, ge=20, le=400, description="BPM")
    tempo_max: float | None = Field(None, ge=20, le=400, description="BPM")
    mode: Mode | None = None
    meter: str | None = Field(None, pattern=METERS)
    year_min: int | None = Field(None, ge=1000, le=2200)
    year_max: int | None = Field(None, ge=1000, le=2200)
    language: str | None = Field(None, max_length=80)
    compare: SkipJsonSchema[list[Comparison]] = Field(
        default_factory=list, max_length=4
    )  # schemas are paid for in tokens
    among: list[Name] = Field(default_factory=list, max_length=20, description="these tracks (T1, T2, ...) as they are")
    count: int = Field(1, ge=1, le=20)

    @model_validator(mode="after")
    def _ranges_are_ranges(self) -> Step:
        _check_ranges(self)
        return self


class Query(BaseModel):
    """The whole of what the listener wants now: earlier wishes that still hold, and the new ones."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field("", max_length=2000, description="the request in the listener's words, newest turn")
    context: str = Field("", max_length=4000, description="what earlier turns of this topic asked for, in words")
    want: list[Name] = Field(
        default_factory=list,
        max_length=40,
        description="musical concepts wanted: instruments, voices, genres, moods, textures, situations, progressions (ii-V-I)",
    )
    avoid: list[Name] = Field(
        default_factory=list,
        max_length=40,
        description="concepts, artists, words, years (1972, 1980s) or meters (4/4) that must not occur",
    )
    about: str = Field(
        "", max_length=400, description="what the words of the songs should tell of: a theme, a story, a thing"
    )
    artists: list[Name] = Field(default_factory=list, max_length=20, description="artists asked for by name")
    artists_like: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="artists whose kind of music is wanted: others like them before they themselves",
    )
    artists_before: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="artists asked for by name in earlier turns of this topic; their tracks still count a little",
    )
    titles: list[Name] = Field(default_factory=list, max_length=20, description="tracks or albums asked for by name")
    like: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="handles (T1, T2, ...) or titles of tracks the results should resemble",
    )
    among: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="only these tracks (T1, T2, ...), to be put in order or narrowed",
    )
    alike: list[Side] = Field(
        default_factory=list,
        description="sides of the sound in which results should resemble `like`; all, if none is named",
    )
    compare: list[Comparison] = Field(default_factory=list, max_length=8)
    tempo_min: float | None = Field(None, ge=20, le=400, description="BPM")
    tempo_max: float | None = Field(None, ge=20, le=400, description="BPM")
    key: Tonic | None = Field(None, description="tonic, sharps only")
    mode: Mode | None = None
    meter: str | None = Field(None, pattern=METERS, description="7/8; 5/4 or 7/8")
    year_min: int | None = Field(None, ge=1000, le=2200)
    year_max: int | None = Field(None, ge=1000, le=2200)
    duration_min_s: float | None = Field(None, ge=0)
    duration_max_s: float | None = Field(None, ge=0)
    vocals: Vocals | None = None
    language: str | None = Field(
        None, max_length=80, description="language of the lyrics, English name or ISO code; Spanish or Portuguese"
    )
    clean: bool = Field(False, description="without tracks whose words are declared or noticed to be explicit")
    include_ai: bool = Field(False, description="also tracks declared as made with AI; they are left out otherwise")
    only_ai: bool = Field(False, description="only tracks declared as made with AI")
    familiarity: Familiarity | None = Field(
        None, description="hits and songs that everybody knows, or hidden gems and deep cuts"
    )
    fresh: bool = Field(False, description="only tracks not shown before in this conversation")
    most: Superlative | None = Field(
        None,
        description="of all tracks that meet the rest, those with most or least of something: the fastest there is",
    )
    order: Order | None = Field(None, description="how the shown tracks follow each other; best first without it")
    each: Each | None = Field(None, description="one track of each: of each decade, of each artist")
    steps: list[Step] = Field(
        default_factory=list,
        max_length=20,
        description="a list that goes in steps: two calm ones, then one with a choir; each is looked for by itself, `count` is theirs",
    )
    count: int = Field(5, ge=1, le=20, description="how many tracks to show")
    total_s: float | None = Field(
        None,
        ge=60,
        le=14_400,
        description="how long the shown tracks should last together, seconds; instead of `count`",
    )

    @model_validator(mode="after")
    def _ranges_are_ranges(self) -> Query:
        _check_ranges(self)
        return self

    def keeps_places(self) -> bool:
        """Whether it puts given tracks where they are to be: a list that is changed in place, and no new wish."""
        return self.order == "as listed" or any(step.among for step in self.steps)

    def asks_something(self) -> bool:
        """Whether any wish is stated beyond the defaults."""
        return bool(
            self.model_dump(
                exclude_defaults=True,
                exclude={"text", "context", "artists_before", "order", "count", "fresh", "include_ai"},
            )
        ) or bool(self.text.strip())
