"""A catalogue whose only track has a sheet of our own that may be shown in excerpts: two lines, and no more."""

from __future__ import annotations

import json
from pathlib import Path

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder

LINES = [
    "The tin roof counted every drop of rain", "My mother hummed a tune without a name", "The kettle sang the chorus out of key",
    "And nobody was sorry but the sea", "We sold the boat to pay the winter bread", "And rowed it every night inside our head",
    "There goes the lantern down along the quay", "It never asked what anyone could see", "I kept your letter underneath the floor",
    "It does not rustle gently any more", "So if you hear me am I not as old", "As he is in the story that we told",
]  # fmt: skip
FREE = 2  # lines
HELD = " ".join(LINES[FREE:]).lower().split()


def catalogue_of_one(folder: Path, embedder: Embedder) -> Catalogue:
    """The catalogue, made in a folder."""
    row = {"id": "x", "title": "Tin Roof", "artist": "Ada Finch", "caption": "a folk song", "lyrics": "\n".join(LINES), "lyrics_display": "excerpt"}  # fmt: skip
    (folder / "c.jsonl").write_text(json.dumps(row) + "\n")
    build(folder / "c.jsonl", folder / "index", lambda track: track, embedder)
    return Catalogue(folder / "index", embedder)
