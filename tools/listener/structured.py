"""The structured answer: genre, instruments, vocals, moods, themes, language and form as a model hears them.

What comes back is text. The JSON object is looked for in it (bare, in a code fence, between sentences) and validated; a
list may come as one string with commas, a part of the form as a word. Times are the model's guess and serve to put the
parts in order, nothing else.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

_MOST = 24  # entries of a list
_LONGEST = 120  # characters of an entry
_NOTHING = {"", "none", "null", "n/a", "na", "unknown", "unclear", "not applicable", "nothing"}
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?:\.\d+)?")
_SPAN = re.compile(r"[\[(]?\d{1,3}:[0-5]\d(?:\s*[-–]\s*\d{1,3}:[0-5]\d)?[\])]?")


class Unusable(ValueError):
    """No valid object in the answer; the message says why, in words that a model can act on."""


def _word(value: Any) -> Any:
    """A string without its surroundings; None for what means nothing."""
    if not isinstance(value, str):
        return value
    text = " ".join(value.split())[:_LONGEST].strip(" .")
    return None if text.casefold() in _NOTHING else text


def _words(value: Any) -> Any:
    """A list of strings, also out of one string; each once, whatever its case."""
    if value is None:
        return []
    items = re.split(r"[,;/]", value) if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(i, str) for i in items):
        return items
    found = [w for w in map(_word, items) if w]
    return list({w.casefold(): w for w in reversed(found)}.values())[::-1][:_MOST]


def _joined(value: Any) -> Any:
    """A text, also out of a list of strings."""
    parts = value if isinstance(value, list) and all(isinstance(v, str) for v in value) else None
    return _word(", ".join(parts) if parts is not None else value)


def _seconds(value: Any) -> Any:
    """Seconds out of a number, "m:ss", "12 s" or a span, of which the start counts."""
    if not isinstance(value, str):
        return value
    clock = _CLOCK.search(value)
    if clock:
        return int(clock[1]) * 60 + int(clock[2])
    number = re.search(r"\d+(?:\.\d+)?", value)
    return float(number.group()) if number else None


Words = Annotated[list[str], BeforeValidator(_words)]
Text = Annotated[str | None, BeforeValidator(_joined)]


class Part(BaseModel):
    """A part of the form: its name and, if the model says so, where it begins."""

    model_config = ConfigDict(extra="ignore")
    name: Annotated[str, BeforeValidator(_word)]
    start_s: Annotated[Annotated[float, Field(ge=0, allow_inf_nan=False)] | None, BeforeValidator(_seconds)] = None

    @model_validator(mode="before")
    @classmethod
    def _under_other_names(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": _SPAN.sub("", value).strip(" -–:") or value, "start_s": _clock_in(value)}
        if isinstance(value, dict):
            named = next((value[k] for k in ("name", "section", "part", "label", "type") if k in value), None)
            start = next((value[k] for k in ("start_s", "start", "time", "from", "begin") if k in value), None)
            return {"name": named, "start_s": start}
        return value


class Heard(BaseModel):
    """What a model heard in a track or in a window of it; everything modelled, nothing measured."""

    model_config = ConfigDict(extra="ignore")
    genres: Words = []
    instruments: Words = []
    vocals: Text = None
    moods: Words = []
    themes: Words = []
    language: Text = None
    structure: Annotated[list[Part], Field(max_length=64), BeforeValidator(lambda v: [] if v is None else v)] = []

    @property
    def says_nothing(self) -> bool:
        """Whether no field holds anything."""
        return not any(getattr(self, name) for name in type(self).model_fields)


def parse(answer: str) -> Heard:
    """The object in an answer; raises `Unusable`."""
    trouble = "there is no JSON object in it"
    for candidate in _objects(answer):
        try:
            heard = Heard.model_validate({str(k).strip().casefold(): v for k, v in candidate.items()})
        except ValidationError as exc:
            trouble = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'the object'}: {e['msg']}" for e in exc.errors()[:3])
            continue
        if not heard.says_nothing:
            return heard
        trouble = f"none of the keys {', '.join(Heard.model_fields)} holds anything"
    raise Unusable(trouble)


def _objects(text: str) -> list[dict[str, Any]]:
    """The JSON objects that stand in a text, the outermost of each."""
    decoder, found, at = json.JSONDecoder(), [], text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found


def _clock_in(text: str) -> str | None:
    match = _CLOCK.search(text)
    return match.group() if match else None
