"""Lyrics do not leave in any dress that is known; what may be shown passes, and so does ordinary talk."""

from __future__ import annotations

import base64
import codecs
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from index.catalogue import Catalogue
from tests.fixtures.words import ROWS
from tools.lyric_guard import LyricGuard
from tools.stretches import Hashes, Known

OPEN = next(r for r in ROWS if r["id"] == "w01")["lyrics"]  # full display, licensed
HELD = "Nobody told the river where to go\nIt found the sea by being slow\nAnd every stone that held it back\nLies polished now along the track\n\nI kept your letter in the door\nIt does not rustle any more"


@pytest.fixture(scope="module")
def held() -> list[str]:
    return [line for line in HELD.splitlines() if line]


@pytest.fixture
def guard(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> LyricGuard:
    """The words catalogue, in which one more track has a sheet that may be shown in excerpts only."""
    from index.lrc import parse_lyrics

    tracks = catalogue.store.tracks(catalogue.store.ids())
    more = tracks[1].model_copy(update={"lyrics": parse_lyrics(HELD, "test"), "vocals": "vocal"})
    monkeypatch.setattr(catalogue.store, "tracks", lambda ids: [*tracks, more])
    return LyricGuard(catalogue)


def dressed(line: str) -> list[str]:
    return [
        line, line.upper(), line.replace(" ", "\n"), " ".join(line), "-".join(line), line.replace(" ", ", "), f"> {line}", line[::-1],
        codecs.encode(line, "rot13"), base64.b64encode(line.encode()).decode(), "“" + line.replace("e", "é") + "”", " * ".join(line.split()),
    ]  # fmt: skip


def test_protected_lines_are_known_in_every_dress(guard: LyricGuard, held: list[str]) -> None:
    for first, second in pairwise(held[2:]):
        for text in dressed(f"{first} {second}"):
            assert guard.leak(f"Here you are: {text} — enjoy."), text


def test_what_may_be_shown_passes(guard: LyricGuard, held: list[str]) -> None:
    assert guard.leak("\n".join(held[:2])) is None
    assert guard.leak(OPEN) is None
    assert guard.leak("\n".join(held[:3]))  # one line further


def test_the_edge(guard: LyricGuard, held: list[str]) -> None:
    words = " ".join(held[2:4]).split()
    known = [n for n in range(1, len(words)) if guard.leak(" ".join(words[:n]))]
    assert known and 5 <= known[0] <= 9  # some six words in a row are too many, fewer are not


def test_a_leak_may_begin_in_what_was_said_before(guard: LyricGuard, held: list[str]) -> None:
    words = " ".join(held[2:4]).split()
    said = ""
    for word in words:  # a word a sentence
        if guard.leak(f"{word}.", said):
            break
        said += f"{word}. "
    assert len(said.split()) < len(words)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    guard = LyricGuard.__new__(LyricGuard)
    some = np.array([1, 2, 3], np.uint64)
    guard.setup(Known(Hashes([some], [some], {11, 23, 24}), Hashes()), {"x"})
    assert guard.leak(text) is None
