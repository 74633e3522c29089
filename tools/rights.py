"""What may be shown of a track, decided in code: lyric lines and the line that credits its makers.

Display policy: `none` shows nothing, `excerpt` at most two lines, `full` everything, but only where a licence is
declared; without one `full` counts as `excerpt`.
"""

from __future__ import annotations

from dataclasses import dataclass

from index.track import LyricLine, LyricsDisplay, Track

EXCERPT_LINES = 2

_AI_WORDS = {
    "declared_ai": "declared as made with AI",
    "declared_human": "declared as made by people",
    "unknown": "no declaration on AI",
}


@dataclass(frozen=True)
class Shown:
    """Lyric lines that may be displayed, under which policy and why."""

    lines: tuple[LyricLine, ...]
    display: LyricsDisplay
    reason: str


def displayable(track: Track) -> Shown:
    """The part of the track's own lyric sheet that may be shown; no lines when it has none."""
    lines = track.lyrics.lines if track.lyrics else ()
    display, reason = policy(track)
    if display == "full":
        return Shown(lines, display, reason)
    words = tuple(line for line in lines if line.text)
    return Shown(words[: EXCERPT_LINES if display == "excerpt" else 0], display, reason)


def policy(track: Track) -> tuple[LyricsDisplay, str]:
    """Display policy and its reason in words."""
    rights = track.rights
    if rights.lyrics_display == "none":
        return "none", "the rights holder does not allow lyrics to be displayed"
    if rights.lyrics_display == "full" and rights.licence:
        return "full", f"full display is declared under: {rights.licence}"
    if rights.lyrics_display == "full":
        return "excerpt", "full display is declared, but without a licence; two lines at most"
    return "excerpt", "no licence for full display is declared; two lines at most"


def transcribable(track: Track) -> str | None:
    """Why the words of a track may not be written down by a machine, or None: only where full display is licensed."""
    display, reason = policy(track)
    if track.vocals == "instrumental":
        return "it is declared instrumental"
    return None if display == "full" else reason


def forbidden_words(track: Track) -> str:
    """Why machines do not listen to a track."""
    return (
        f"“{track.name}” is not analyzed: its rights holder forbids machine analysis ({track.rights.analysis_source})"
    )


def training_words(track: Track) -> str:
    """What is declared on learning machines, and by what."""
    rights = track.rights
    if rights.training_source is None:
        return "nothing is declared on AI training"
    return f"AI training is declared {rights.training} ({rights.training_source})"


def attribution(track: Track) -> str:
    """One copyable line: title, artists, writers, label, ISRC, licence; only what is declared."""
    makers = "; ".join(f"{c.role}: {c.name}" for c in track.rights.credits)
    parts = [
        f"“{track.name}”" + (f" by {track.by}" if track.by else ""),
        track.album,
        str(track.year) if track.year else None,
        makers,
        track.isrc and f"ISRC {track.isrc}",
        track.rights.licence,
    ]
    return ". ".join(part for part in parts if part)


def ai_words(track: Track) -> str:
    """The AI status in words: how much, which contributions, with its source and date."""
    rights = track.rights
    words = _AI_WORDS[rights.ai_status]
    if rights.ai_extent == "partly":
        words = words.replace("as made", "as made in part")
    if rights.ai_roles:
        words += f": {', '.join(rights.ai_roles)}"
    source = ", ".join(filter(None, (rights.ai_source, rights.ai_date)))
    return f"{words} ({source})" if source else words
