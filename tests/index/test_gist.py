"""The content words of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.gist import FUNCTION_WORDS, gist
from index.words import fold


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("This is a slow waltz; it's played on the accordion.", "slow waltz it's played accordion"),
        ("No drums, not even a shaker, without the choir", "No drums not even shaker without choir"),
        ("R&B/lo-fi in A minor, 6/8, at 120.5 BPM, a capella", "R&B/lo-fi A minor 6/8 120.5 BPM capella"),
        ("Ein ruhiges Lied über das Meer mit Klavier", "ruhiges Lied Meer Klavier"),
        ("Una canción triste con la guitarra de una mujer", "canción triste guitarra mujer"),
        ("It is what it is", "It is what it is"),
        ("", ""),
    ],
)
def test_function_words_and_punctuation_go(said: str, left: str) -> None:
    assert gist(said) == left


@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from([*sorted(FUNCTION_WORDS), "piano", "minor", "A", "not"])).map(" ".join)
)
def test_nothing_is_added_and_once_is_enough(said: str) -> None:
    left = gist(said)
    assert gist(left) == left
    assert left == said or set(left.split()) <= {w for w in left.split() if w in said}


def test_what_turns_a_meaning_stays() -> None:
    """In six languages."""
    turning = "no not without never neither nicht ohne kein keine sans pas sin ni senza non sem não utan inte inga"
    assert {fold(w) for w in turning.split()}.isdisjoint(FUNCTION_WORDS)
