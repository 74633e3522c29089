"""A track and where each of its values comes from.

Every value is `declared` (a tag, a sidecar or a manifest says so), `measured` (signal analysis) or
`modelled` (written by a caption writer or an audio language model). `Track.origins` maps a field's name
to its `Origin`; a field that has no entry has no value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from index.gist import gist
from index.profile import Profile

DOCUMENT = "3"  # goes up when `Track.for_embedding` puts its text together otherwise; a build then embeds anew
LyricsDisplay = Literal["none", "excerpt", "full"]
AiStatus = Literal["declared_ai", "declared_human", "unknown"]
Vocals = Literal["vocal", "instrumental"]
Explicit = Literal["explicit", "clean"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(_Frozen):
    """How a value is known: `kind`, and the place in words ("tag TITLE", "column caption", "signal analysis")."""

    kind: Literal["declared", "measured", "modelled"]
    detail: str


class Credit(_Frozen):
    """A person or company and what they did: composer, lyricist, producer, label, ..."""

    role: str
    name: str


class Rights(_Frozen):
    """What may be shown and who made it. Unknown stays unknown: nothing here is guessed.

    `ai_extent` says how much was made with AI (DDEX: all, partly), `ai_roles` which contributions, `ai_date` since when
    that is declared. `analysis` is about
    listening machines (captions, measurements), `training` about learning ones; each `_source` says who declares it.
    """

    licence: str | None = None
    lyrics_display: LyricsDisplay = "excerpt"
    ai_status: AiStatus = "unknown"
    ai_extent: Literal["all", "partly"] | None = None
    ai_roles: tuple[str, ...] = ()
    ai_source: str | None = None
    ai_date: str | None = None
    analysis: Literal["allowed", "forbidden"] = "allowed"
    analysis_source: str | None = None
    training: Literal["allowed", "forbidden"] = "allowed"
    training_source: str | None = None
    credits: tuple[Credit, ...] = ()


class SungWord(_Frozen):
    """A word or syllable and when it begins."""

    time_s: float
    text: str


class LyricLine(_Frozen):
    """A line of lyrics; `time_s` is when it is sung, if the sheet says, and `words` when each of its words is."""

    time_s: float | None
    text: str
    words: tuple[SungWord, ...] = ()


class Lyrics(_Frozen):
    """A lyric sheet: lines in order (an empty text separates verses), where the sheet was read, and which recording it
    says it belongs to. `terms` are what its provider demands of whoever shows it: a notice, a limit."""

    lines: tuple[LyricLine, ...]
    source: str
    title: str | None = None
    artist: str | None = None
    length_s: float | None = None
    terms: str | None = None

    @property
    def text(self) -> str:
        """The lines, one a row."""
        return "\n".join(line.text for line in self.lines)


class Track(_Frozen):
    """One track of a catalogue."""

    id: str
    title: str | None = None
    artists: tuple[str, ...] = ()
    album: str | None = None
    year: int | None = None
    duration_s: float | None = None
    isrc: str | None = None
    genres: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    vocals: Vocals | None = None
    language: str | None = None
    description: str | None = None
    caption: str | None = None
    profile: Profile | None = None
    lyrics: Lyrics | None = None
    sheets_aside: tuple[str, ...] = ()  # sheets that were found and are not used, each with the reason
    explicit: Explicit | None = None
    rights: Rights = Rights()
    audio: str | None = None
    extra: dict[str, str] = Field(default_factory=dict)
    origins: dict[str, Origin] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """Title, or the id of a track that has none."""
        return self.title or self.id

    @property
    def by(self) -> str:
        """The artists in one string; empty when unknown."""
        return ", ".join(self.artists)

    def document(self) -> str:
        """The text that stands for a track: the title and what is said about it. Makers and albums are found by name; they say
        nothing of the music, so they stand in only where nothing else does."""
        return self._told(lambda said: said)

    def for_embedding(self) -> str:
        """What is embedded of the document: what is said about the track without function words (`index.gist`)."""
        return self._told(gist)

    def _told(self, put: Callable[[str], str]) -> str:
        tags = ", ".join(dict.fromkeys((*self.genres, *self.moods, *self.instruments)))
        said = [put(part) for part in (self.description, self.caption, tags) if part]
        whole = [self.title, *said] if said else [" by ".join(p for p in (self.title, self.by) if p), self.album]
        return ". ".join(part.strip().rstrip(".") for part in whole if part)
