"""Stretches are found again in every way that they are known in, and nothing else is."""

from __future__ import annotations

import random
import string
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.stretches import (
    BEGINNING,
    KINDS,
    SHAPES,
    STEPS,
    Hashes,
    Kind,
    Known,
    Rule,
    Words,
    _Bloom,
    gather,
    row,
)

CHANCE = random.Random(7)
VOCABULARY = ["".join(CHANCE.choices(string.ascii_lowercase, k=CHANCE.randrange(3, 9))) for _ in range(400)]
SHEETS = [CHANCE.choices(VOCABULARY, k=60) for _ in range(20)]
RULES = {kind.name: Rule(kind, 24, 7) for kind in KINDS}


def known(kind: Kind, allowed: int = 0) -> Known:
    words, held, free = Words(), Hashes(), Hashes()
    for sheet in SHEETS:
        words.add(sheet, allowed)
    gather(words, RULES[kind.name], free, held)
    return Known(held, free)


@pytest.fixture(scope="module")
def by_steps() -> Known:
    return known(STEPS)


@pytest.fixture(scope="module")
def by_shapes() -> Known:
    return known(SHAPES)


def shifted(text: str, by: int) -> str:
    return "".join(chr((ord(c) - 97 + by) % 26 + 97) if c.isalpha() else c for c in text)


def mirrored(text: str) -> str:
    return "".join(chr(219 - ord(c)) if c.isalpha() else c for c in text)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SHEETS) - 1), st.integers(0, 48), st.integers(0, 25), st.booleans(), st.booleans())
def test_a_stretch_is_known_shifted_mirrored_and_backwards(
    by_steps: Known, sheet: int, at: int, by: int, mirror: bool, backwards: bool
) -> None:
    text = shifted(" ".join(SHEETS[sheet][at : at + 9]), by)
    text = mirrored(text) if mirror else text
    text = text[::-1] if backwards else text
    assert by_steps.found(STEPS.read(f"as it says {text} there"))


def test_vowels_may_be_anything(by_shapes: Known) -> None:
    text = " ".join(SHEETS[3][5:14]).translate(str.maketrans("aeiou", "4*!0#"))
    assert by_shapes.found(SHAPES.read(text))


def test_what_reaches_over_the_end_of_a_sheet_is_nobodys(by_steps: Known) -> None:
    for one, two in pairwise(SHEETS):
        assert not by_steps.found(STEPS.read(" ".join(one[-2:] + two[:2])))


@given(st.lists(st.sampled_from(VOCABULARY[200:]), max_size=80), st.integers(1, 3))
def test_other_words_are_not_known(by_steps: Known, words: list[str], apart: int) -> None:
    """Two words of a sheet in a row happen, four in a row of these do not."""
    assert not by_steps.found(STEPS.read(" ".join("x" * apart + word for word in words)))


def test_what_may_be_said_first_is_free() -> None:
    some = known(STEPS, allowed=20)
    assert not some.found(STEPS.read(" ".join(SHEETS[0][:20])))
    assert some.found(STEPS.read(" ".join(SHEETS[0][20:29])))


@given(st.sets(st.integers(0, 2**64 - 1), max_size=300), st.sets(st.integers(0, 2**64 - 1), max_size=50))
def test_the_filter_forgets_nothing(held: set[int], asked: set[int]) -> None:
    bloom = _Bloom(np.array(sorted(held), np.uint64))
    every = np.array(sorted(held | asked), np.uint64)
    assert {int(h) for h in every[bloom.among(every)]} >= held


def test_the_filter_lets_little_through() -> None:
    chance = np.random.default_rng(1)
    held, others = chance.integers(0, 2**64, 100_000, np.uint64), chance.integers(0, 2**64, 100_000, np.uint64)
    assert len(_Bloom(held).among(others)) < 200


def test_nothing_is_known_of_nothing() -> None:
    nothing = Known(Hashes(), Hashes())
    assert not len(nothing) and not nothing.found(STEPS.read("some words " * 9))
    assert not known(STEPS).found(STEPS.read("a" * (BEGINNING - 1)))


@given(st.text(st.characters(max_codepoint=127), max_size=120))
def test_ascii_is_read_as_everything_else_is(text: str) -> None:
    """ASCII takes another road; a text with one more sign, which is no letter and stands apart, takes the usual one."""
    for kind in KINDS:
        assert kind.read(text) == kind.read(f"{text}…"), kind.name
        assert len(kind.read(text)) == max(0, kind.counts(text).sum() - kind.between)


@given(st.text(max_size=60))
def test_a_row_holds_each_kind_and_no_seam_inside(text: str) -> None:
    rows = [kind.read(text) for kind in KINDS]
    assert b"\0" not in b"".join(rows) and row(text).split(b"\0") == rows
