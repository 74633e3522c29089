"""What `find_lyrics` answers: the lines that may be shown, where they are from, and what can be said of all of them."""

from __future__ import annotations

from typing import Any

from index.errors import ToolFailed
from index.profile import clock
from index.track import LyricsDisplay, Track
from tools.desk import Desk
from tools.lyrics.course import course
from tools.lyrics.provider import Asked, ask_in_order
from tools.rights import attribution, displayable

Body = dict[str, Any]
_ASKED = "no lyric sheet was found for it"
_NONE = "the catalogue has no lyric sheet for it"


def lyrics_of(desk: Desk, handle: str) -> Body:
    """The body of the tool's answer. Raises `ToolFailed` when nothing was found and a provider could not be asked."""
    track = desk.track(handle)
    desk.conversation.look_at(track.id)
    asked = Asked()
    if track.lyrics is None and track.vocals != "instrumental":
        asked = ask_in_order(desk.sheets, track)
        if asked.failed and asked.found is None:
            raise ToolFailed("; ".join(asked.failed))
        track = _with_found(track, asked)
    named = {"handle": desk.conversation.handle(track.id), "title": track.name, "artists": list(track.artists)}
    aside = [f"a sheet was found, but it is not used: {why}" for why in (*track.sheets_aside, *asked.aside)]
    if track.lyrics is None:
        return {**named, "lyrics": None, "reason": _why_none(desk, track, asked, aside), "set_aside": aside}
    shown = displayable(track)
    times = [clock(line.time_s) if line.time_s is not None else None for line in shown.lines]
    return {
        **named,
        "lines": [{"time": at, "text": line.text} for at, line in zip(times, shown.lines, strict=True)],
        "of_lines": sum(1 for line in track.lyrics.lines if line.text),
        "display": shown.display, "reason": shown.reason, "source": track.lyrics.source, "notice": track.lyrics.terms,
        "note": asked.found.note if asked.found else None, "machine_made": True if asked.found and asked.found.machine else None,
        "set_aside": aside, "credit": attribution(track), **course(track.lyrics, track, desk.catalogue.embedder),
    }  # fmt: skip


def _with_found(track: Track, asked: Asked) -> Track:
    """The track with a provider's sheet. A service is no licence: whatever the track declares, its sheet is shown as an
    excerpt at most; what a machine heard is held to the track's own rights."""
    if asked.found is None:
        return track
    own = track.rights.lyrics_display
    display: LyricsDisplay = own if asked.found.machine or own == "none" else "excerpt"
    rights = track.rights.model_copy(update={"lyrics_display": display})
    return track.model_copy(update={"lyrics": asked.found.lyrics, "rights": rights})


def _why_none(desk: Desk, track: Track, asked: Asked, aside: list[str]) -> str:
    if track.vocals == "instrumental":
        return "it is declared instrumental"
    if asked.found and asked.found.instrumental:
        return f"{asked.by} says it is instrumental"
    return "; ".join([_ASKED if desk.sheets else _NONE, *aside])
