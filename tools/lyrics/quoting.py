"""The line of a verse that may be quoted as evidence: only a line that `tools.rights` lets be displayed, and no other."""

from __future__ import annotations

from typing import Any

from index.themes import telling_words
from index.track import Track
from index.verses import Verse, verses
from index.words import plain
from tools.rights import displayable


def quoted(card: dict[str, Any], track: Track, about: str) -> dict[str, Any]:
    """The card, with the line beside the verse in its evidence where rights allow that line."""
    if not track.lyrics or not about:
        return card
    shown = {line.text for line in displayable(track).lines if line.text}
    found = []
    for proof in card.get("evidence", ()):
        verse = _of(track, proof["place"]) if proof["kind"] == "verse" else None
        line = _line(verse, shown, about) if verse else None
        found.append(proof | ({"line": line} if line else {}))
    return card | {"evidence": found} if found else card


def _of(track: Track, place: str) -> Verse | None:
    name = place.partition(",")[0]
    return next((v for v in verses(track.lyrics) if v.name == name), None) if track.lyrics else None


def _line(verse: Verse, shown: set[str], about: str) -> str | None:
    """The line that says most of the words asked for, the first of them; None where none of the verse may be shown."""
    asked = set(telling_words(about))
    lines = [line.text for line in verse.lines if line.text in shown]
    return max(lines, key=lambda line: len(asked & set(plain(line).split())), default=None)
