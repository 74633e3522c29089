"""Reports as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from eval_dialogs.comparison import Comparison
from eval_dialogs.reports.junit import junit
from eval_dialogs.reports.markdown import markdown
from eval_dialogs.reports.page import page
from eval_dialogs.results import Run
from index.errors import UserError


@dataclass(frozen=True)
class Told:
    """A run, and what it is compared with."""

    run: Run
    baseline: Run | None = None
    comparison: Comparison | None = None


KINDS: dict[str, tuple[str, Callable[[Told], str]]] = {
    "junit": ("dialogs.xml", lambda told: junit(told.run)),
    "html": ("dialogs.html", lambda told: page(told.run, told.baseline, told.comparison)),
    "json": ("dialogs.json", lambda told: told.run.model_dump_json(indent=1) + "\n"),
    "md": ("dialogs.md", lambda told: markdown(told.run, told.comparison)),
}


def writable(folder: Path) -> None:
    """Makes the folder for reports; raises `UserError` when nothing can be written there, before an hour of dialogs."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        raise UserError(f"{folder}: reports cannot be written here: {exc.strerror}") from exc


def write(kinds: Sequence[str], folder: Path, told: Told) -> list[Path]:
    """Writes reports of these kinds, and returns their paths; raises `UserError`."""
    made = []
    for kind in kinds:
        name, text = KINDS[kind]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text(told), "utf-8")
        except OSError as exc:
            raise UserError(f"{folder / name}: cannot be written: {exc.strerror}") from exc
        made.append(folder / name)
    return made
