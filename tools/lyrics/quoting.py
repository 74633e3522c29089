"""The line of a verse that may be quoted as evidence: only a line that `tools.rights` lets be displayed, and no other."""

from __future__ import annotations

from typing import Any

from index.embed import Embedder
from index.themes import elsewhere, telling_words
from index.track import Track
from index.verses import Verse, verses
from index.words import plain, stem
from tools.rights import displayable


def quoted(card: dict[str, Any], track: Track, about: str, embedder: Embedder) -> dict[str, Any]:
    """The card, with the line beside the verse in its evidence where rights allow that line."""
    if not track.lyrics or not about:
        return card
    shown = {line.text for line in displayable(track).lines if line.text}
    found = []
    for proof in card.get("evidence", ()):
        verse = _of(track, proof["place"]) if proof["kind"] == "verse" else None
        line = _line(verse, shown, about, track, embedder) if verse else None
        found.append(proof | ({"line": line} if line else {}))
    return card | {"evidence": found} if found else card


def _of(track: Track, place: str) -> Verse | None:
    name = place.partition(",")[0]
    return next((v for v in verses(track.lyrics) if v.name == name), None) if track.lyrics else None


def _line(verse: Verse, shown: set[str], about: str, track: Track, embedder: Embedder) -> str | None:
    """The line that says most of it, the first of them; of an English song else the one nearest in meaning. None where no
    line of the verse may be shown, or none says any of it."""
    asked = telling_words(about)
    there = [{w, *elsewhere(w, about).get(track.language or "", ())} for w in asked]
    lines = [line.text for line in verse.lines if line.text in shown]
    said = [sum(any(_says(line, w) for w in words) for words in there) for line in lines]
    if any(said):
        return lines[said.index(max(said))]
    if not lines or track.language != "English":
        return None
    question = embedder.embed_one(about)
    return max(lines, key=lambda line: float(embedder.embed_one(line) @ question))


def _says(line: str, term: str) -> bool:
    """Whether a line holds a word, or, for a term of FTS5 with a star, one that begins with it."""
    word = term.strip('"*')
    return any(stem(w) == stem(word) or (term.endswith("*") and w.startswith(word)) for w in plain(line).split())
