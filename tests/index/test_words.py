"""Folding, stemming and places of words."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import fold, plain, stem, words


@given(st.text())
def test_every_word_stands_at_its_place(text: str) -> None:
    found = words(text)
    assert all(0 <= w.start < w.end <= len(text) for w in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(w.stem == stem(text[w.start : w.end]) for w in found)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéßøñçüÀÉ -'"))
def test_case_does_not_matter(text: str) -> None:
    assert plain(text.upper()) == plain(text.lower()) == plain(text)


LATIN = [c for c in map(chr, range(32, 0x250)) if unicodedata.normalize("NFKC", c) == c]


@given(st.text(st.sampled_from(LATIN)))
def test_plain_is_its_own_plain(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéß", min_size=1, max_size=12))
def test_a_stem_is_a_folded_beginning_of_its_word(word: str) -> None:
    root = stem(word)
    assert root and (fold(word).startswith(root.removesuffix("y")))


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("guitars", "guitar"),
        ("melodies", "melody"),
        ("brushes", "brush"),
        ("bosses", "boss"),
        ("remixes", "remix"),
        ("singer's", "singer"),
        ("Singer’s", "singer"),
        ("blues", "blues"),
        ("bass", "bass"),
        ("keys", "keys"),
        ("brass", "brass"),
        ("chorus", "chorus"),
        ("gas", "gas"),
        ("Résumés", "resume"),
    ],
)
def test_plurals_go_and_musical_words_stay(word: str, root: str) -> None:
    assert stem(word) == root


def test_folding_removes_accents_and_case() -> None:
    assert fold("Beyoncé MØ Größe Ólafur") == "beyonce mo grosse olafur"


def test_plain_drops_punctuation_but_keeps_order() -> None:
    assert plain("  Don’t  Stop — (Me) NOW! ") == "dont stop me now"
