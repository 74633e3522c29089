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


def unhurried(settings: Settings) -> Settings:
    """Settings under which what a model is asked does not depend on how fast it answers."""
    return replace(settings, turn_s=_NO_HURRY_S)


@dataclass(frozen=True)
class Tape:
    """An attempt's traffic at an address of its own."""

    reel: Reel
    url: str
    model: str
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
    model: str
    routes: Mapping[str, str]
    judge: str | None = None
    _reels: dict[tuple[str, int], Reel] = field(default_factory=dict)

    @contextmanager
    def tape(self, script: Script, number: int) -> Iterator[Tape]:
        """What passes while the block lasts is kept."""
        reel = self._reels[script.id, number] = Reel(routes=self.routes)
        with self.relay.running(reel) as url:
            yield Tape(reel, url, self.model, self.judge, self.folder)

    def finish(self, script: Script, attempts: Sequence[Attempt]) -> None:
        """Writes a dialog's cassette, unless there was an error: an old one stays then."""
        if worth_keeping(list(attempts)):
            reels = [self._reels[script.id, attempt.number].exchanges for attempt in attempts]
            made = Cassette(
                dialog=script.id,
                model=self.model,
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
        with self.relay.running(Reel(list(cassette.attempts[number - 1]))) as url:
            yield Tape(self.relay.reels[url.rsplit("/", 1)[1]], url, cassette.model, cassette.judge, self.folder)

    def finish(self, script: Script, attempts: Sequence[Attempt]) -> None:
        """Nothing is written."""


Tapes = Recorder | Player
