"""What a conversation knows: the query that stands, what was shown and heard, likes and dislikes, handles.

One object per turn is shared by all tools of that turn (they may run in parallel); every change raises
`revision`, and the graph's reducer keeps the newest. Handles T1, T2, ... name tracks, F1, F2, ... attached files,
for as long as the conversation lasts.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, PrivateAttr

from index.errors import ToolFailed
from index.query import Query

_PAST = 12


class Written(BaseModel):
    """A playlist that was written in a conversation: its name, the stem of its files, its track ids now and before the last change, and
    those taken out."""

    name: str
    stem: str
    tracks: list[str]
    before: list[str] = Field(default_factory=list)
    gone: list[str] = Field(default_factory=list)  # what was taken out of it, the newest last


class Conversation(BaseModel):
    """The state of one thread; track ids, not handles, inside."""

    revision: int = 0
    query: Query | None = None
    past: list[Query | None] = Field(default_factory=list)
    past_changes: list[list[list[str]]] = Field(default_factory=list)  # with each of them, if it was changed in place
    tracks: list[str] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)
    arrived: list[str] = Field(default_factory=list)
    last: list[str] = Field(default_factory=list)
    pages: list[list[str]] = Field(default_factory=list)  # what the wish that stands has shown before
    changes: list[list[str]] = Field(default_factory=list)  # what was on the screen before each change in place
    focus: str | None = None
    ear: str | None = None  # the attached file that is talked about: F1, F2, ...
    heard: list[str] = Field(default_factory=list)
    liked: list[str] = Field(default_factory=list)
    disliked: list[str] = Field(default_factory=list)
    playlist: Written | None = None
    _lock: threading.RLock = PrivateAttr(default_factory=threading.RLock)
    _looked: set[str] = PrivateAttr(default_factory=set)

    def handle(self, track_id: str) -> str:
        """The track's handle, given to it on first use."""
        with self._lock:
            if track_id not in self.tracks:
                self.tracks.append(track_id)
                self.revision += 1
            return f"T{self.tracks.index(track_id) + 1}"

    def track_of(self, handle: str) -> str:
        """The id behind a handle; raises `ToolFailed` with the handles that exist."""
        number = handle.strip().upper().removeprefix("T")
        if number.isdecimal() and 0 < int(number) <= len(self.tracks):
            return self.tracks[int(number) - 1]
        known = f"this conversation knows T1 to T{len(self.tracks)}" if self.tracks else "no track has been shown yet"
        raise ToolFailed(f"there is no track {handle}: {known}")

    def file_of(self, handle: str) -> Path:
        """The attached file behind a handle; raises `ToolFailed`."""
        number = handle.strip().upper().removeprefix("F")
        if number.isdecimal() and 0 < int(number) <= len(self.files):
            return Path(self.files[int(number) - 1])
        raise ToolFailed(
            f"there is no file {handle}: {'attached are F1 to F' + str(len(self.files)) if self.files else 'none is attached'}"
        )

    def searched(self, query: Query, shown: Iterable[str], *, changed: bool = False) -> None:
        """Notes a search and what it showed; with `changed`, what was on the screen before is remembered. Asking for more of the
        same is no new wish but another page, so `fresh` is not kept."""
        with self._lock:
            more, query, shown = query.fresh, query.model_copy(update={"fresh": False}), list(shown)
            turned_back = changed and bool(self.pages) and shown == self.pages[-1]
            if turned_back:
                self.pages, changed = self.pages[:-1], False
            elif not changed:
                self.pages = [*self.pages, self.last][-_PAST:] if more and query == self.query else []
            if query != self.query or (self.changes and not changed and not turned_back):
                self._leave(query)
            if not changed:
                self.changes = []
            elif shown == self.earlier:
                self.changes = self.changes[:-1]
            elif shown != self.last:
                self.changes = [*self.changes, self.last][-_PAST:]
            self.last = shown or self.last
            self.focus = self.ear = None
            self.heard += [i for i in self.last if i not in self.heard]
            self.revision += 1

    @property
    def earlier(self) -> list[str]:
        """What was on the screen before it was changed in place; empty where it was not."""
        return self.changes[-1] if self.changes else []

    def look_at(self, track_id: str) -> None:
        """Notes the track that is being talked about; "it" is this one until something else is shown. Of several in one
        turn none is."""
        with self._lock:
            self._looked.add(track_id)
            self.focus, self.ear = track_id if len(self._looked) == 1 else None, None
            self.revision += 1

    def listen_to(self, file: str) -> None:
        """Notes the attached file that is being talked about, by its handle, in place of a track."""
        with self._lock:
            self.focus, self.ear = None, file.strip().upper()
            self.revision += 1

    def react(self, liked: Iterable[str] = (), disliked: Iterable[str] = (), neither: Iterable[str] = ()) -> None:
        """Likes, dislikes, and taking either back; the newest word about a track counts. Each track gets its handle."""
        with self._lock:
            for new, into, other in (
                (list(liked), self.liked, self.disliked),
                (list(disliked), self.disliked, self.liked),
            ):
                for identity in new:
                    self.handle(identity)
                into += [i for i in new if i not in into]
                other[:] = [i for i in other if i not in new]
            gone = set(neither)
            self.liked = [i for i in self.liked if i not in gone]
            self.disliked = [i for i in self.disliked if i not in gone]
            self.revision += 1

    def attach(self, files: Iterable[str]) -> None:
        """A turn begins: the files that come with it are added to those attached before."""
        with self._lock:
            arrived = list(dict.fromkeys(files))
            self.files += [f for f in arrived if f not in self.files]
            self.arrived = [f"F{self.files.index(f) + 1}" for f in arrived]
            self.revision += 1

    def wrote(self, name: str, stem: str, tracks: list[str]) -> None:
        """Notes the playlist that was written last, so that it can be changed and put back."""
        with self._lock:
            old = self.playlist if self.playlist and self.playlist.stem == stem else None
            before = old.tracks if old else []
            gone = [i for i in (*(old.gone if old else ()), *before) if i not in tracks]
            self.playlist = Written(name=name, stem=stem, tracks=tracks, before=before, gone=list(dict.fromkeys(gone)))
            self.revision += 1

    def undo(self) -> bool:
        """The list on the screen as it was before its last change in place, or else back to the query before; what is undone is gone.
        Tells whether a changed list is back (what the query before had brought may have been changed, too)."""
        with self._lock:
            self.revision += 1
            self.pages = []
            if self.changes:
                *self.changes, self.last = self.changes
                return True
            self.query = self.past.pop() if self.past else None
            before = self.past_changes.pop() if self.past_changes else []
            if before:
                *self.changes, self.last = before
            return bool(before)

    def _leave(self, query: Query) -> None:
        """Another query takes the place of the one that stands."""
        self.past = [*self.past, self.query][-_PAST:]
        changed = [*self.changes, self.last] if self.changes else []
        self.past_changes = [*self.past_changes, changed][-_PAST:]
        self.query = query

    def let_go(self, field: str, value: str = "") -> None:
        """One wish less: a value of a list of the query, or without one the whole of a field. The words it came from go with it, and
        `undo` brings it back. Raises `ToolFailed` where there is no such wish."""
        with self._lock:
            given = getattr(self.query, field, None) if field in Query.model_fields else None
            if self.query is None or not given or (value and isinstance(given, list) and value not in given):
                raise ToolFailed(f"there is no wish {value or field}")
            rest: Any = (
                [v for v in given if v != value]
                if value and isinstance(given, list)
                else Query.model_fields[field].get_default(call_default_factory=True)
            )
            self._leave(self.query.model_copy(update={field: rest, "text": "", "context": ""}))
            self.revision += 1

    def start_over(self) -> None:
        """Forgets wishes and taste; handles stay, since they are on the screen."""
        with self._lock:
            self.query = self.focus = self.ear = None
            self.past, self.past_changes, self.changes, self.pages = [], [], [], []
            self.last, self.heard, self.liked, self.disliked = [], [], [], []
            self.revision += 1


def newest(old: dict[str, Any] | None, new: dict[str, Any] | None) -> dict[str, Any] | None:
    """Reducer for the graph's state: of two versions of a conversation, the one with more changes."""
    if old is None or new is None:
        return new or old
    return new if new["revision"] >= old["revision"] else old
