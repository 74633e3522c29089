"""What a dialog needs before its first turn: its catalogue, its files, a brain, and a home that vanishes afterwards."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import soundfile

from assistant.ears import listener_for
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from eval_dialogs.schema import Tone
from eval_dialogs.scripts import Script
from index.build import build
from index.catalogue import Catalogue
from index.errors import UserError

_RATE = 22_050  # Hz


@dataclass(frozen=True)
class Props:
    """What is there for one dialog: who answers, its files by name, tracks that are liked from the start."""

    assistant: Assistant
    files: dict[str, Path]
    liked: tuple[str, ...]


@dataclass
class Stage:
    """Sets dialogs up. Brains and catalogues are shared by dialogs that are held side by side; nothing else is."""

    settings: Settings
    catalogue: Catalogue
    judged: bool = False
    _catalogues: dict[Path, Catalogue] = field(default_factory=dict)
    _assistants: dict[Path, Assistant] = field(default_factory=dict)
    _made: TemporaryDirectory[str] | None = None
    _threads: Threads = field(default_factory=lambda: Threads(None))
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextmanager
    def set_for(self, script: Script, asked: Mapping[str, Any] | None = None) -> Iterator[Props]:
        """All that the dialog needs; `asked` are settings of its own, for a model at an address of its own. Raises
        `UserError`."""
        with TemporaryDirectory(prefix="linernotes-dialog-") as folder:
            home = Path(folder)
            assistant = self._assistant(script, asked)
            assistant.settings = replace(assistant.settings, home=home)
            files = {name: _made(file, home / name) for name, file in script.files.items()}
            liked = tuple(_track(name, script, assistant.catalogue) for name in script.liked)
            yield Props(assistant, files, liked)

    def warm(self) -> None:
        """Does what the first dialog of a run would otherwise wait for, and be told to be slower for."""
        Assistant(self.settings, self.catalogue, self._threads).warm()

    def renew(self) -> None:
        """Lets go of the brains: the dialogs that follow are held with new ones, of the product as it is then."""
        with self._lock:
            self._assistants.clear()

    def missing(self, script: Script) -> str | None:
        """What the dialog requires and is not there."""
        audio = self.catalogue_of(script).store.rows("SELECT 1 FROM tracks WHERE json_extract(json, '$.audio') != '' LIMIT 1")  # fmt: skip
        there = {
            "vllm": self.settings.brain == "vllm",
            "embedded": self.settings.brain == "embedded",
            "audio": bool(audio),
            "audio model": listener_for(self.settings).model is not None,
            "judge": self.judged,
        }
        lacking = [name for name in script.defaults.requires if not there[name]]
        return f"requires {' and '.join(lacking)}" if lacking else None

    def catalogue_of(self, script: Script) -> Catalogue:
        """The dialog's own catalogue, or the one of the run; raises `UserError`."""
        if script.catalogue is None:
            return self.catalogue
        with self._lock:
            path = script.catalogue.resolve()
            if path not in self._catalogues:
                self._catalogues[path] = Catalogue(self._index(path), self.catalogue.embedder)
            return self._catalogues[path]

    def _index(self, path: Path) -> Path:
        """An index as it is; one made of a manifest, once a run and without a look at any audio. Raises `UserError`."""
        if path.is_dir():
            return path
        self._made = self._made or TemporaryDirectory(prefix="linernotes-catalogues-")
        index = Path(self._made.name) / str(len(self._catalogues))
        unfit = build(path, index, lambda track: track, self.catalogue.embedder).rejected
        if unfit:
            raise UserError(f"{path}: {unfit[0]['where']}: {unfit[0]['reason']}")
        return index

    def _assistant(self, script: Script, asked: Mapping[str, Any] | None) -> Assistant:
        """A copy of its own of a brain that is made once a catalogue; one with settings of its own is made anew."""
        settings = replace(self.settings, fallback=False)
        catalogue = self.catalogue_of(script)
        if asked is not None:
            return Assistant(replace(settings, **asked), catalogue, self._threads)
        with self._lock:
            if catalogue.directory not in self._assistants:
                self._assistants[catalogue.directory] = Assistant(settings, catalogue, self._threads)
            return copy.copy(self._assistants[catalogue.directory])

    def close(self) -> None:
        """Closes what was opened here."""
        self._threads.close()
        for catalogue in self._catalogues.values():
            catalogue.close()
        if self._made:
            self._made.cleanup()


def _made(file: Tone | Path, path: Path) -> Path:
    """The file itself, or a tone written to `path` (with .wav when it has no ending)."""
    if isinstance(file, Path):
        return file
    path = path if path.suffix else path.with_suffix(".wav")
    times = np.arange(int(file.seconds * _RATE)) / _RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * file.tone_hz * times), _RATE)
    return path


def _track(name: str, script: Script, catalogue: Catalogue) -> str:
    if catalogue.track(name):
        return name
    found = catalogue.entities.find("title", name)
    if not found:
        raise UserError(f"{script.file}:{script.line}: fixtures.liked: the catalogue has no track {name!r}")
    return min(found[1])
