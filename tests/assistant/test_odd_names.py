"""Names as musicians write them: whatever a catalogue calls its tracks, no answer of ours about them is cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.fixtures.words import ROWS

NAMES = [
    ("A$AP Rocky", "D.M.B."), ("GoonRock, LMFAO", "We Came Here To Party"), ('Nas & Damian "Jr. Gong" Marley', "Patience"), ('"Weird Al" Yankovic', "Eat It"), ("P!nk", "So What"), ("Ke$ha", "TiK ToK"),
    ("+44", "155"), ("blink-182", "4'33\""), ("deadmau5", "12:51"), ("Sunn O)))", "7/8 in C# Minor"), ("t.A.T.u.", "30 Minutes"), ("!!!", "Must Be the Moon"), ("will.i.am", "99 Luftballons at 120 BPM"), ("Dr. Dre", "Nuthin' but a “G” Thang"),
    ("Mr. Scruff", "Get a Move On! (Live)"), ("Vx4aO4-nr0c", "q9zAlMM-A9I"), ("M.I.A.", "XXXO"), ("Ol' Dirty Bastard", "Got Your Money. Ft. Kelis"), ("[dunkelbunt]", "Cinnamon Girl [Remix] (2006)"), ("The *Stars*", "_Under_ `Score`"),
    ("St. Vincent", "Who? What? When!"), ("ZZ Top", "Tres Hombres No. 5"), ("AC/DC", "T.N.T."), ("iLiKETRAiNS", "A Rook House for Bobby"), ("3OH!3", "DONTTRUSTME"), ("MGMT x CHVRCHES", "…And the World Laughs with You"),
]  # fmt: skip


@pytest.fixture(scope="module")
def oddly(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("odd")
    rows = [
        {"id": f"q{n}zAlMM-A9I", "artist": artist, "title": title, "tags": ["pop" if n % 2 else "jazz"], "caption": "A short caption."}
        for n, (artist, title) in enumerate(NAMES)
    ]  # fmt: skip
    (folder / "c.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*rows, *ROWS[:3]]), "utf-8")
    build(folder / "c.jsonl", folder / "index", lambda track: track, embedder)
    opened = Catalogue(folder / "index", embedder)
    yield opened
    opened.close()


def test_nothing_that_is_said_of_them_is_cut(oddly: Catalogue, tmp_path: Path) -> None:
    assistant = Assistant(Settings(home=tmp_path), oddly, Threads(None))
    told = ""
    for kind in ("pop", "jazz"):
        thread = f"odd-{kind}"
        turns = [f"{kind} please", "more", "more", "tell me about the first one", "what do you know about my taste?"]
        for text in turns:
            liked = tuple(oddly.store.ids()[:2]) if text == "more" else ()
            reply = assistant.reply(Request(thread, text, liked=liked))
            assert not reply.cuts, (text, reply.cuts)
            told += reply.text
    assert sum(artist in told for artist, _ in NAMES) > 20


@pytest.mark.parametrize(("artist", "title"), NAMES)
def test_each_is_found_and_named(artist: str, title: str, oddly: Catalogue, tmp_path: Path) -> None:
    reply = Assistant(Settings(home=tmp_path), oddly, Threads(None)).reply(Request("one", f"the song “{title}”"))
    assert not reply.cuts and reply.shown[0]["title"] == title
