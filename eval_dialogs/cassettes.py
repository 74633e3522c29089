"""What a served model was asked and what it answered, kept at the HTTP boundary: a file a dialog.

An exchange holds a digest of the request, digests of its parts (so that it can be said which of them changed), and the
answer in the chunks in which it came. Headers of requests, and with them API keys, are not kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from eval_dialogs.results import Attempt
from eval_dialogs.scripts import Script
from index.errors import UserError

FORMAT = 1
_STATE = "<state>"
_APART = {"messages", "tools", "stream", "stream_options"}


class Exchange(BaseModel):
    """A request, known by its digest, and the answer to it. Bytes that are no UTF-8 are kept as surrogates."""

    request: str
    parts: dict[str, str]
    status: int
    content_type: str
    chunks: list[str]


class Cassette(BaseModel):
    """A dialog's traffic, attempt by attempt, and what it was recorded with."""

    format: int = FORMAT
    dialog: str
    model: str
    asked: dict[str, str | int | float | None] = Field(description="settings that shape what a model is asked")
    judge: str | None = None
    prompt: str = Field(description="version of the rules and tools; see `eval_dialogs.runs.prompt_version`")
    program: str
    attempts: list[list[Exchange]]


def request_digest(body: bytes) -> str:
    """A digest of all that a request says, whatever the order of its keys."""
    return _digest(json.loads(body))


def parts_of(body: bytes) -> dict[str, str]:
    """A request part by part: plain values as they are (model, sampling), texts and tools as digests."""
    request = json.loads(body)
    parts = {name: json.dumps(value, sort_keys=True) for name, value in request.items() if name not in _APART}
    for tool in request.get("tools") or ():
        parts[f"tool {tool['function']['name']}"] = _digest(tool)
    for n, message in enumerate(request.get("messages") or (), 1):
        if message["role"] == "system":
            rules, _, state = str(message["content"]).partition(_STATE)
            parts |= {"rules": _digest(rules), "state of the conversation": _digest(state)}
        else:
            parts[f"message {n} ({message['role']})"] = _digest(message)
    return parts


def differences(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What is not the same in two requests, in words; digests are not spelled out."""
    told = [f"{name} is new" for name in now if name not in then]
    told += [f"{name} is gone" for name in then if name not in now]
    for name in then:
        if name in now and then[name] != now[name]:
            plain = not re.fullmatch(r"[0-9a-f]{16}", then[name])
            told.append(f"{name} changed" + (f" from {then[name]} to {now[name]}" if plain else ""))
    return sorted(told, key=lambda words: words.startswith("message"))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def path_of(script: Script, folder: Path) -> Path:
    """Where a dialog's cassette is kept."""
    slug = re.sub(r"[^a-z0-9]+", "-", script.name.casefold()).strip("-")[:60]
    return folder / script.file.stem / f"{slug}-{hashlib.sha256(script.id.encode()).hexdigest()[:6]}.json"


def load(script: Script, folder: Path) -> Cassette:
    """A dialog's cassette; raises `UserError`."""
    path = path_of(script, folder)
    try:
        cassette = Cassette.model_validate_json(path.read_text("utf-8"))
    except FileNotFoundError as exc:
        raise UserError(f"{path}: nothing was recorded of this dialog; {again(folder)}") from exc
    except (OSError, ValueError) as exc:
        why = "is no recording" if isinstance(exc, ValidationError) else f"cannot be read: {exc}"
        raise UserError(f"{path}: {why}; {again(folder)}") from exc
    if cassette.format != FORMAT:
        raise UserError(f"{path}: recorded by another version of this program; {again(folder)}")
    return cassette


def save(cassette: Cassette, script: Script, folder: Path) -> None:
    """Keeps a cassette; raises `UserError`."""
    path = path_of(script, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(cassette.model_dump(), indent=1) + "\n", "ascii")
    except OSError as exc:
        raise UserError(f"{path}: cannot be written: {exc.strerror}") from exc


def worth_keeping(attempts: list[Attempt]) -> bool:
    """Whether an error would be recorded with them."""
    return bool(attempts) and all(attempt.outcome != "error" for attempt in attempts)


def again(folder: Path) -> str:
    """What to do about a recording that is of no use."""
    return f"record it again with `linernotes replay --model vllm --record {folder}`"
