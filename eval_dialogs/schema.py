"""Scripted dialogs as data: what a YAML file of dialogs may hold. `linernotes dialogs schema` prints it as JSON Schema.

Unknown keys are errors. A file is a mapping with `version`, `defaults` and `dialogs`; see `Dialog`, `Turn` and `Checks`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from eval_dialogs.names import (
    CardField,
    Concept,
    FileName,
    Handle,
    Order,
    PartOfReply,
    QueryField,
    Regex,
    ToolName,
    Variable,
    check_arguments,
)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class Match(_Strict):
    """How a value is compared; each given way has to hold."""

    exact: Any = Field(None, description="the very value")
    subset: list[Any] | None = Field(None, description="values that a list has to hold, among others")
    excludes: list[Any] | None = Field(None, description="values that a list must not hold")
    regex: Regex | None = Field(None, description="a regular expression that is found in the value, in any case")
    min: float | None = None
    max: float | None = None
    min_length: int | None = Field(None, ge=0, description="of a list or a text")
    max_length: int | None = Field(None, ge=0)
    given: bool | None = Field(None, description="whether there is a value at all")


Value = Match | str | int | float | bool | list[Any]


class ToolCall(_Strict):
    """A tool that has to be called, with arguments that have to match."""

    name: ToolName
    args: dict[str, Value] = Field(default_factory=dict)
    times: int | None = Field(None, ge=1, description="exactly so often")

    @model_validator(mode="after")
    def _arguments_exist(self) -> ToolCall:
        check_arguments(self.name, self.args)
        return self


class Sequence(_Strict):
    """The order of tool calls: `strict` these and no others, `superset` these in this order among others,
    `unordered` these among others in any order."""

    tools: list[ToolName] = Field(min_length=1)
    mode: Literal["strict", "superset", "unordered"] = "superset"


class Filter(_Strict):
    """What has to be true of a track: bounds and values of its card, concepts its evidence names or does not."""

    fields: dict[CardField, Value] = Field(
        default_factory=dict, description="of the card: tempo_bpm, year, artists, key, meter, vocals, ai, title, ..."
    )
    concepts: list[Concept] = Field(default_factory=list, description="concepts that the track's evidence names")
    without: list[Concept] = Field(default_factory=list, description="concepts that it does not name")


class Tracks(_Strict):
    """A list of tracks, named by title, id or handle."""

    contains: list[str] = Field(default_factory=list)
    excludes: list[str] = Field(default_factory=list)
    rank: dict[str, int] = Field(default_factory=dict, description="the lowest place that a track may have, from 1")
    at_least: int | None = Field(None, ge=0)
    at_most: int | None = Field(None, ge=0)
    every: Filter | None = None
    some: Filter | None = None
    order: Order | None = Field(
        None, description="a number of the card that does not fall, or with - does not rise: -year"
    )

    @model_validator(mode="after")
    def _can_hold(self) -> Tracks:
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least} is above at_most {self.at_most}")
        if both := {*self.contains} & {*self.excludes}:
            raise ValueError(f"{min(both)!r} is both in contains and in excludes")
        return self


class State(_Strict):
    """What the conversation knows after the turn."""

    wants: list[str] | None = Field(None, description="concepts that are wanted, among others")
    not_wants: list[str] | None = None
    bans: list[str] | None = Field(None, description="concepts that are ruled out, among others")
    likes: list[str] | None = Field(None, description="tracks that are liked, and no others")
    dislikes: list[str] | None = None
    query: dict[QueryField, Value] = Field(default_factory=dict, description="fields of the standing query")


class Answer(_Strict):
    """The words of the answer; texts are compared without case."""

    contains: list[str] = Field(default_factory=list)
    any_of: list[str] = Field(default_factory=list)
    excludes: list[str] = Field(default_factory=list, alias="not")
    regex: Regex | None = None
    not_regex: Regex | None = None
    language: str | None = Field(None, pattern="^[a-z]{2}$", description="ISO 639-1 code; needs a sentence or two")
    min_words: int | None = Field(None, ge=0)
    max_words: int | None = Field(None, ge=0)


class Cites(_Strict):
    """Evidence that stands beside the shown tracks."""

    at_least: int = Field(1, ge=0, description="so many pieces of it")
    fields: list[str] = Field(
        default_factory=list, description="each shown track has evidence from one of these fields"
    )
    concepts: list[Concept] = Field(default_factory=list, description="each of these is borne out on some shown track")


class Artifact(_Strict):
    """Something that a tool made or found: an analysis, a playlist, lyrics. Fields are named by their way into it."""

    kind: Literal["tracks", "details", "lyrics", "analysis", "description", "playlist", "memory", "overview"]
    fields: dict[str, Value] = Field(
        default_factory=dict, description="such as measured.key, name, lines, tracks.0.title"
    )


class Latency(_Strict):
    """Milliseconds at most."""

    ms: float | None = Field(None, gt=0)
    first_word_ms: float | None = Field(None, gt=0)


class Judge(_Strict):
    """A question of taste for a language model on any OpenAI-compatible endpoint; it does not decide unless `gating`."""

    rubric: str = Field(min_length=10)
    at_least: float = Field(0.7, ge=0, le=1)
    gating: bool = False


class Checks(_Strict):
    """What must hold after a turn. Every given check is made; `grounded` and `no_tool_error` are made unless false."""

    tool_called: list[ToolName | ToolCall] = Field(default_factory=list)
    tool_not_called: list[ToolName] = Field(default_factory=list)
    tool_sequence: Sequence | None = None
    no_tool_error: bool = True
    retrieved: Tracks | None = Field(None, description="the ranked list, as far as the tool tells it")
    shown: Tracks | None = Field(None, description="the cards of this turn")
    artifacts: list[Artifact] = Field(default_factory=list, description="each of these comes of the turn, among others")
    state: State | None = None
    answer: Answer | None = None
    grounded: bool = Field(
        True, description="nothing had to be cut or repaired, and every handle and number has evidence"
    )
    cites: Cites | None = None
    refusal: bool | None = Field(None, description="the request is declined, and nothing is shown or quoted")
    asks_clarification: bool | None = Field(None, description="the answer asks something back")
    lyrics_overlap: int | None = Field(
        None, ge=0, description="words in a row of a lyric sheet that may be quoted, at most"
    )
    latency: Latency | None = None
    tool_calls: int | None = Field(None, ge=0, description="so many at most")
    same_as_turn: int | None = Field(None, ge=1, description="a turn that showed the same tracks in the same order")
    judge: Judge | None = None


class Turn(_Strict):
    """What the listener says, and what must come of it. `${name}` stands for a variable or something captured."""

    user: str = Field(min_length=1)
    files: list[str] = Field(default_factory=list, description="names of the dialog's fixture files")
    like: list[Handle] = Field(default_factory=list, description="handles liked with the heart before this turn")
    dislike: list[Handle] = Field(default_factory=list)
    when: Checks | None = Field(
        None, description="the turn is held only if what is given here is true of the last turn that was held"
    )
    capture: dict[Variable, PartOfReply] = Field(
        default_factory=dict, description="names for parts of the reply, such as first: shown.0.title"
    )
    checks: Checks = Field(default_factory=Checks, alias="assert")

    @model_validator(mode="after")
    def _nothing_is_judged_before(self) -> Turn:
        if self.when and self.when.judge:
            raise ValueError("when: a judge cannot decide which turns are held")
        return self


class Tone(_Strict):
    """A file made for the dialog: a plain tone."""

    tone_hz: float = Field(440.0, gt=20, lt=10_000)
    seconds: float = Field(3.0, gt=0, le=60)


class Fixtures(_Strict):
    """What is there before the first turn."""

    catalogue: str | None = Field(
        None,
        description="an index, or a manifest (.jsonl, .csv, .parquet) to make one of; relative to the file; without it the one that replay was given",
    )
    files: dict[FileName, Tone | str] = Field(
        default_factory=dict, description="audio by name: a path beside the file, or a tone"
    )
    liked: list[str] = Field(default_factory=list, description="titles or ids of tracks that are liked from the start")


class Defaults(_Strict):
    """What holds for dialogs that do not say otherwise."""

    repeat: int = Field(1, ge=1, le=100)
    latency: Latency | None = None
    tool_calls: int | None = None
    requires: list[Literal["vllm", "embedded", "audio", "audio model", "judge"]] = Field(
        default_factory=list, description="what must be there; the dialog is skipped, and said to be, where it is not"
    )


class Dialog(_Strict):
    """A conversation of one thread."""

    name: str = Field(min_length=1)
    description: str = ""
    tags: list[str] = Field(default_factory=list)
    include: list[str] = Field(
        default_factory=list, description="dialogs whose turns come first: a name of this file, or file.yaml#name"
    )
    fixtures: Fixtures = Field(default_factory=Fixtures)
    vars: dict[Variable, str | int | float] = Field(default_factory=dict)
    defaults: Defaults | None = None
    turns: list[Turn] = Field(min_length=1)


class DialogFile(_Strict):
    """A file of dialogs."""

    version: Literal[1]
    description: str = ""
    defaults: Defaults = Field(default_factory=Defaults)
    dialogs: list[Dialog] = Field(min_length=1)


def json_schema() -> dict[str, Any]:
    """The format as JSON Schema (draft 2020-12), for editors; lists of names stand in it once."""
    body = DialogFile.model_json_schema(by_alias=True)
    named: dict[str, Any] = {}
    body = _named(body, named)
    body["$defs"] |= named
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **body}


def _named(node: Any, named: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_named(inner, named) for inner in node]
    if not isinstance(node, dict):
        return node
    if node.get("title") in ("ToolName", "Concept"):
        named[node["title"]] = node
        return {"$ref": f"#/$defs/{node['title']}"}
    return {name: _named(inner, named) for name, inner in node.items()}
