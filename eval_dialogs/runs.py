"""Runs: made, kept in a folder as one JSON file each, found again, and compared."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from secrets import token_hex

from pydantic import ValidationError

from assistant.prompts import SYSTEM
from assistant.schemas import tool_schemas
from assistant.settings import Settings
from eval_dialogs.results import FORMAT, DialogResult, Run
from eval_dialogs.scoring import score
from index.catalogue import Catalogue
from index.errors import UserError
from tools.toolbox import TOOLS

_NAMED = "last"
EMBEDDED = "embedded reader"


@dataclass(frozen=True)
class Setting:
    """What a run is of, apart from its dialogs."""

    settings: Settings
    catalogue: Catalogue
    started: datetime
    repeat: int | None = None
    played: str | None = None  # the model whose recorded answers took its place


def run_of(dialogs: Sequence[DialogResult], setting: Setting, ended: datetime) -> Run:
    """The run as it is kept and reported."""
    settings, started = setting.settings, setting.started
    return Run(
        id=f"{started:%Y%m%d-%H%M%S}-{started.microsecond // 1000:03d}{token_hex(1)}",
        started=started.isoformat(timespec="seconds"),
        seconds=round((ended - started).total_seconds(), 2),
        program=version("linernotes"),
        revision=_revision(),
        catalogue=str(setting.catalogue.directory),
        tracks=len(setting.catalogue.store),
        index=index_digest(setting.catalogue),
        brain=settings.brain,
        model=setting.played or (settings.model if settings.brain == "vllm" else EMBEDDED),
        prompt=prompt_version(),
        played=setting.played is not None,
        repeat=setting.repeat,
        score=score(dialogs),
        dialogs=list(dialogs),
    )


def prompt_version() -> str:
    """A digest of the rules and the tools that a model is given."""
    text = json.dumps([SYSTEM, tool_schemas(TOOLS)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def index_digest(catalogue: Catalogue) -> str:
    """A digest of the tracks that an index holds."""
    rows = catalogue.store.rows("SELECT id, fingerprint FROM tracks ORDER BY id")
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:12]


def _revision() -> str | None:
    """The git revision of the working directory; None outside a repository or without git."""
    try:
        head, changed = (
            subprocess.run(["git", *command], capture_output=True, text=True, timeout=10, check=True).stdout.strip()
            for command in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return head + "+" * bool(changed)


def keep(run: Run, folder: Path) -> Path:
    """Writes the record of a run; raises `UserError` when it cannot be written."""
    path = folder / f"{run.id}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(run.model_dump_json(indent=1), "utf-8")
    except OSError as exc:
        raise UserError(f"{path}: the run cannot be kept: {exc.strerror}") from exc
    return path


def kept(folder: Path) -> list[Path]:
    """The records there are, oldest first."""
    return sorted(folder.glob("*.json"), key=lambda path: path.stem)


def load(name: str, folder: Path) -> Run:
    """A run by its id, the beginning of it, the path of its file, or `last`; raises `UserError`."""
    paths = [Path(name)] if name.endswith(".json") else _found(name, folder)
    try:
        run = Run.model_validate_json(paths[0].read_text("utf-8"))
    except (OSError, ValueError) as exc:
        why = "no record of a run" if isinstance(exc, ValidationError) else exc
        raise UserError(f"{paths[0]}: cannot be read: {why}") from exc
    if run.format != FORMAT:
        raise UserError(f"{paths[0]}: made by another version of this program (format {run.format})")
    return run


def _found(name: str, folder: Path) -> list[Path]:
    paths = kept(folder)
    found = paths[-1:] if name == _NAMED else [p for p in paths if p.stem.startswith(name)]
    exact = [p for p in found if p.stem == name]
    if len(exact or found) != 1:
        several = f"several runs begin with {name!r}" if found else f"there is no run {name!r}"
        raise UserError(f"{several} in {folder}; `linernotes runs` lists them")
    return exact or found
