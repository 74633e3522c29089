"""Recording the attempts of a run, or playing recorded ones in place of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

from assistant.settings import Settings
from eval_dialogs.cassettes import Cassette, again, load, save, worth_keeping
from eval_dialogs.relay import Reel, Relay
from eval_dialogs.results import Attempt
from eval_dialogs.runs import prompt_version
from eval_dialogs.scripts import Script
from index.errors import UserError

_NO_HURRY_S = 3600.0
# Settings that shape what a model is asked; a recording is played under its own.
_SHAPING = ("model", "temperature", "context", "server", "turn_tokens")
Asked = dict[str, str | int | float | None]


def shaping(settings: Settings) -> Asked:
    """Those of the settings that shape what a model is asked."""
    return {name: getattr(settings, name) for name in _SHAPING}


def unhurried(settings: Settings) -> Settings:
    """Settings under which what a model is asked does not depend on how fast it answers."""
    return replace(settings, turn_s=_NO_HURRY_S)


@dataclass(frozen=True)
class Tape:
    """An attempt's traffic at an address of its own, and the settings under which it is asked for."""

    reel: Reel
    url: str
    asked: Asked
    judge: str | None
    folder: Path

    @property
    def stale(self) -> str | None:
        """Why the recording does not fit any more, and what to do."""
        return self.reel.stale and f"the recording is stale: {self.reel.stale}; {again(self.folder)}"


@dataclass
class Recorder:
    """Records each attempt in `folder`; `judge` is the model that judges."""

    relay: Relay
    folder: Path
    asked: Asked
    routes: Mapping[str, str]
    judge: str | None = None
    _reels: dict[tuple[str, int], Reel] = field(default_factory=dict)

    @contextmanager
    def tape(self, script: Script, number: int) -> Iterator[Tape]:
        """What passes while the block lasts is kept."""
        reel = self._reels[script.id, number] = Reel(routes=self.routes)
        with self.relay.running(reel) as url:
            yield Tape(reel, url, self.asked, self.judge, self.folder)
        reel.settle()

    def finish(self, script: Script, attempts: Sequence[Attempt]) -> None:
        """Writes a dialog's cassette, unless there was an error: an old one stays then."""
        if worth_keeping(list(attempts)):
            reels = [self._reels[script.id, attempt.number].exchanges for attempt in attempts]
            made = Cassette(
                dialog=script.id,
                model=str(self.asked["model"]),
                asked=self.asked,
                judge=self.judge,
                prompt=prompt_version(),
                program=version("linernotes"),
                attempts=reels,
            )
            save(made, script, self.folder)


@dataclass
class Player:
    """Plays what is in `folder`; `models` are those whose answers were played."""

    relay: Relay
    folder: Path
    models: set[str] = field(default_factory=set)

    @contextmanager
    def tape(self, script: Script, number: int) -> Iterator[Tape]:
        """The attempt's recorded answers; raises `UserError` when there are none."""
        cassette = load(script, self.folder)
        if number > len(cassette.attempts):
            have = len(cassette.attempts)
            raise UserError(
                f"{script.id}: {have} attempt{'s' * (have > 1)} recorded, this is number {number}; {again(self.folder)} --repeat {number}"
            )
        self.models.add(cassette.model)
        reel = Reel(list(cassette.attempts[number - 1]))
        with self.relay.running(reel) as url:
            asked = {name: value for name, value in cassette.asked.items() if name in _SHAPING}
            yield Tape(reel, url, asked, cassette.judge, self.folder)

    def finish(self, script: Script, attempts: Sequence[Attempt]) -> None:
        """Nothing is written."""


Tapes = Recorder | Player
