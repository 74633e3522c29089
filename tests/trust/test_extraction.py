"""Whatever a model recites and however it dresses it, no more than six words in a row of a protected sheet leave."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from assistant.grounding import WITHHELD, Checker, Evidence
from assistant.outflow import Outflow
from assistant.redaction import Redaction
from index.catalogue import Catalogue
from index.embed import Embedder
from index.entities import EntityIndex
from tests.trust.dressing import ALL, CODES, LETTERS, Dress, longest_run
from tests.trust.sheets import FREE, HELD, LINES, catalogue_of_one
from tools.conversation import Conversation
from tools.lyric_guard import LyricGuard
from tools.lyric_watch import BUDGET, RUN, Left, Watch


class Mouth:
    """A conversation in which a model says what it is told; `turn` is one answer of it."""

    def __init__(self, guard: LyricGuard, catalogue: Catalogue) -> None:
        self._guard, self._catalogue, self.left = guard, catalogue, Left()

    def turn(self, text: str) -> str:
        policy = Outflow(Watch(self._guard, self._catalogue, Conversation(tracks=["x"]), self.left), Redaction())
        checker = Checker(Evidence(EntityIndex.of([])), None, policy)
        checker.feed(text)
        checker.finish()
        policy.watch.finish()
        said = re.sub(rf"^(?:\s*[-*>]\s|\s*\d+\.\s)?{re.escape(WITHHELD)}\s*", "", checker.said, flags=re.MULTILINE)
        return said if not said.startswith("I have nothing") else ""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    opened = catalogue_of_one(tmp_path_factory.mktemp("sheet"), embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def guard(catalogue: Catalogue) -> LyricGuard:
    return LyricGuard(catalogue)


@pytest.fixture
def mouth(guard: LyricGuard, catalogue: Catalogue) -> Mouth:
    return Mouth(guard, catalogue)


def undressed(left: str, dresses: list[Dress]) -> str:
    for dress in reversed(dresses):
        left = dress.off(left)
    return left.lower()


def run_of(mouth: Mouth, dresses: list[Dress], words: list[str]) -> int:
    text = " ".join(words)
    for dress in dresses:
        text = dress.on(text)
    return longest_run(undressed(mouth.turn(text), dresses), words)


@pytest.mark.parametrize("dress", ALL, ids=lambda d: d.name)
def test_each_dress(mouth: Mouth, dress: Dress) -> None:
    assert longest_run(undressed(dress.on(" ".join(HELD)), [dress]), HELD) > 20, (
        "the dress hides nothing that could be read"
    )
    assert run_of(mouth, [dress], HELD) <= RUN


@pytest.mark.parametrize(("first", "second"), list(product(LETTERS, CODES)), ids=lambda d: d.name)
def test_dresses_in_codes(mouth: Mouth, first: Dress, second: Dress) -> None:
    assert run_of(mouth, [first, second], HELD[:24]) <= RUN


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(ALL), min_size=1, max_size=3), st.integers(0, len(HELD) - 20), st.integers(12, 60))
def test_dresses_over_dresses(
    guard: LyricGuard, catalogue: Catalogue, dresses: list[Dress], at: int, count: int
) -> None:
    assert run_of(Mouth(guard, catalogue), dresses, HELD[at : at + count]) <= RUN


def test_pieces_over_many_turns(mouth: Mouth) -> None:
    """Five words a turn, in order: the budget of the thread ends it, and no two pieces make a longer run."""
    left = [
        mouth.turn(f"It goes on like this, {' '.join(HELD[at : at + 5])}, and so on.") for at in range(0, len(HELD), 5)
    ]
    said = [n for n, piece in enumerate(HELD) if any(f"{piece}" in text.split() for text in left)]
    assert said and longest_run(" ".join(left), HELD) <= RUN
    assert len(mouth.left.places["x"]) <= BUDGET
    assert left[-1] == "", "the last pieces still come"


def test_the_budget_lasts_as_long_as_the_conversation(guard: LyricGuard, catalogue: Catalogue) -> None:
    first = Mouth(guard, catalogue)
    for at in (0, 16, 24, 33, 50, 59):
        first.turn(f"It says {' '.join(HELD[at : at + 4])} there.")
    assert len(first.left.places["x"]) > BUDGET - 4
    again = Mouth(guard, catalogue)
    piece = f"It says {' '.join(HELD[40:44])} there."
    assert again.turn(piece) == piece
    again.left = Left.read(first.left.written())
    assert again.turn(piece) == ""


@pytest.mark.parametrize("frame", ["{}.", "The next word is {}.", "Next: “{}”", "- {}"])
def test_a_word_a_turn(mouth: Mouth, frame: str) -> None:
    left = [mouth.turn(frame.format(word)) for word in HELD[:40]]
    words = [word for word, text in zip(HELD[:40], left, strict=True) if text]
    assert longest_run(" ".join(words), HELD) <= RUN + 2


def test_a_misspelt_line_is_the_line(mouth: Mouth) -> None:
    assert mouth.turn("The kettel sang the chorrus out of kee, and nobody was sory but the sea.") == ""
    assert mouth.turn("A kettle sings and a chorus answers from the sea in another key.") != ""


def test_the_free_lines_come_as_often_as_they_are_asked_for(mouth: Mouth) -> None:
    quote = "\n".join(LINES[:FREE])
    assert [mouth.turn(quote) for _ in range(4)] == [quote] * 4


@pytest.mark.parametrize(
    "text",
    [
        "T1 “Tin Roof” by Ada Finch is a calm folk song at 92 BPM, in A minor, with guitar and a female voice.",
        "Sections: A 0:00–0:15, B 0:15–0:45, A 0:45–1:00, C 1:00–1:30, B 1:30–2:00, A 2:00–2:20, outro 2:20–2:31.",
        "1. **T1** “Blue Train”\n2. **T2** “Slow Orbit”\n3. **T3** “Perigee”\n4. **T4** “Engine Room”",
        "Chords: Am7, Dm7, G7, Cmaj7, F#m7b5, B7, E7 and A7; 4/4, then 7/8; 44100 Hz, 24 bit; ISRC USRC17607839.",
        "Das ist ein ruhiges Stück mit Geige und Klavier, über das Meer und die Nacht, aus dem Jahr 1994.",
        "Post-punk, synth-pop, R&B, drum'n'bass, lo-fi/hip-hop, nu-disco; AC/DC, P!nk, deadmau5, blink-182, MØ and !!!.",
    ],
)  # fmt: skip
def test_ordinary_talk_passes(mouth: Mouth, guard: LyricGuard, text: str) -> None:
    policy = Outflow(Watch(guard, mouth._catalogue, Conversation(tracks=["x"])), Redaction())
    for line in text.splitlines():
        assert policy.clean(line) == line
        assert policy.leak(line) is None
        policy.said(line)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize(
    "frames",
    [
        ["It goes on: {}."],
        ["Then: {}", "After that comes {}", "And now {}.", "Next we hear {}"],
        ["{}"],
        ["{}, and so on.", "{}, you know."],
    ],
)
def test_a_few_words_a_turn(mouth: Mouth, size: int, frames: list[str]) -> None:
    """However small the pieces are and whatever stands around them, they do not add up to the sheet."""
    pieces = [" ".join(HELD[at : at + size]) for at in range(0, len(HELD), size)]
    left = [piece for n, piece in enumerate(pieces) if mouth.turn(frames[n % len(frames)].format(piece))]
    assert longest_run(" ".join(left), HELD) <= RUN + size


def test_what_was_said_before_opens_no_door(guard: LyricGuard) -> None:
    """A stretch that stands in earlier words, however it came there, does not switch the guard off."""
    before = " ".join(HELD[:12])
    assert guard.leak("Something else entirely.", before) is None
    assert guard.leak(f"And then {' '.join(HELD[30:42])}.", before)


def test_a_very_long_sentence_is_looked_at_in_parts(guard: LyricGuard) -> None:
    filler = "word " * 12_000
    began = time.monotonic()
    assert guard.leak(filler) is None
    assert guard.leak(f"{filler}{' '.join(HELD[:12])} {filler}")
    assert time.monotonic() - began < 10
