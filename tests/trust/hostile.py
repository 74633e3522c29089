"""A catalogue whose every text tries to run something in a browser or a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder

HOSTILE = [
    "<script>window.__pwned=1</script>", "<img src=x onerror='window.__pwned=1'>", "![p](http://evil.example/p.png?d=1)", "[click](javascript:window.__pwned=1)", "[a](http://evil.example/)",
    "<svg/onload=window.__pwned=1>", "\"><iframe src=http://evil.example></iframe>", "<a href='http://evil.example' autofocus onfocus=window.__pwned=1>x</a>", "</q></li></article><style>*{display:none}</style>",
    "<audio src=http://evil.example/a.mp3 autoplay>", "[x]: http://evil.example/r\n[x]", "http://evil.example/auto www.evil.example mail@evil.example", "$$\\href{http://evil.example}{x}$$", "\u202egnp.exe\u202c\u200bzero\u2066width", "\x1b]0;owned\x07\x1b[2Jred",
]  # fmt: skip


def hostile_rows() -> list[dict[str, str]]:
    """A track for each text, which stands in all of its fields."""
    return [
        {"id": f"h{n}", "title": f"calm {text}", "artist": f"A{n} {text}", "album": text, "caption": f"calm piano {text}", "description": f"calm {text}", "moods": f"calm, {text.replace(',', ' ')}", "composer": text, "licence": text, "comment": text, "lyrics": f"{text}\nline two {text}", "lyrics_display": "full"}
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip


def hostile_catalogue(folder: Path, embedder: Embedder) -> Catalogue:
    """The catalogue, made in a folder."""
    (folder / "h.jsonl").write_text("".join(json.dumps(row) + "\n" for row in hostile_rows()), "utf-8")
    build(folder / "h.jsonl", folder / "index", lambda track: track, embedder)
    return Catalogue(folder / "index", embedder)
