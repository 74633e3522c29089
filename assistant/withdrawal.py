"""Taking a track out of a catalogue for good: the ledger first, so that a withdrawal that is cut short still keeps it from
coming back; then the index with all that was derived, and kept answers of lyrics services; then the conversations."""

from __future__ import annotations

from pathlib import Path

from assistant.settings import Settings
from assistant.sheets import forget_sheets
from assistant.threads import Threads
from index.ledger import Decision, Ledger
from index.track import Track
from index.withdraw import erase


def withdraw(
    settings: Settings, directory: Path, threads: Threads, track: Track, decision: Decision, but: str = ""
) -> int:
    """Carries a decision to withdraw a track out; how many conversations named it. `but` is one that is left alone."""
    Ledger(directory).add([decision])
    erase(directory, [track.id])
    forget_sheets(settings, track)
    lines = [line.text for line in track.lyrics.lines if len(line.text.split()) > 2] if track.lyrics else []
    words = [w for w in (track.title, track.caption, track.description, *lines) if w]
    return threads.forget_track(track.id, words, but)
