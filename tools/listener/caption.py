"""What a model says of a track as the catalogue's caption: its prose, and what it heard, in words that search finds.

What the model names stays in the caption, whose origin is "modelled"; it never becomes a declared tag or a filter.
"""

from __future__ import annotations

from tools.listener.listener import Description
from tools.listener.said import whole_sentences
from tools.listener.structured import Heard

_LONGEST = 1500  # characters of prose; answers show many captions at once


def caption_of(description: Description, *, sung: bool = True) -> str:
    """Prose and a last sentence on what was heard; without `sung` nothing of voices and words, for what is declared instrumental."""
    prose = " ".join(description.text.split())
    if len(prose) > _LONGEST:
        prose = whole_sentences(prose[:_LONGEST])
    heard = _heard(description.heard, sung) if description.heard else ""
    return f"{prose} {heard}".strip()


def _heard(heard: Heard, sung: bool) -> str:
    parts = [
        ("genres", ", ".join(heard.genres)),
        ("instruments", ", ".join(heard.instruments)),
        ("vocals", (heard.vocals or "") if sung else ""),
        ("moods", ", ".join(heard.moods)),
        ("themes", ", ".join(heard.themes) if sung else ""),
        ("language", (heard.language or "") if sung else ""),
    ]
    named = "; ".join(f"{name} {words}" for name, words in parts if words)
    return f"Heard in it: {named}." if named else ""
