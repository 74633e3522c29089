"""What a provider of lyric sheets is, and asking several in their order.

Each sheet names where it is from. A sheet of another song or recording (`index.fitting`) is set aside and the next
provider asked; so is one that cannot be reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from index.errors import ToolFailed
from index.fitting import doubt
from index.track import Lyrics, Track


@dataclass(frozen=True)
class Found:
    """What a provider has of a track: a sheet, or the word that nobody sings. `machine` marks what a machine wrote down;
    `note` is for the listener: an old answer, a notice."""

    lyrics: Lyrics | None = None
    instrumental: bool = False
    machine: bool = False
    note: str | None = None


@runtime_checkable  # pydantic looks at a tool's context
class Provider(Protocol):
    """Finds sheets by a track's names and length."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def find(self, track: Track) -> Found | None:
        """What there is of a track, None for nothing. Raises `ToolFailed` when it cannot be asked."""
        ...


@dataclass
class Asked:
    """What came of asking: `aside` are sheets that are not of this song, `failed` providers that did not answer."""

    found: Found | None = None
    by: str | None = None
    aside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def ask_in_order(providers: Iterable[Provider], track: Track) -> Asked:
    """The first answer that fits the track."""
    asked = Asked()
    for provider in providers:
        try:
            found = provider.find(track)
        except ToolFailed as failed:
            asked.failed.append(str(failed))
            continue
        if found is None or (found.lyrics is None and not found.instrumental):
            continue
        reason = doubt(found.lyrics, track) if found.lyrics else None
        if reason and found.lyrics:
            asked.aside.append(f"{found.lyrics.source}: {reason}")
            continue
        asked.found, asked.by = found, provider.name
        break
    return asked
