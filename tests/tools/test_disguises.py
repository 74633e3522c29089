"""What a text may hide, and that a long or wicked text does not cost more than it may."""

from __future__ import annotations

import time

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tools.disguises import canonical, coded, picked, picked_by_line, unpacked

WICKED = ["1 2 3 4 5 6 7 " * 1500, "a" * 20_000, "A1" * 10_000, "%41" * 6000, "&#65;" * 4000, ". - " * 5000, "((" * 10_000, "“a” " * 4000, "x\n" * 9000, "01 " * 6000, "ab:" * 6000, "=41" * 6000, "\\u0041" * 3000, "YWJj" * 5000, "!\"#$" * 5000, " " * 20_000, "[" * 20_000, "alfa bravo " * 2000]  # fmt: skip


@pytest.mark.parametrize("text", WICKED, ids=lambda t: repr(t[:8]))
def test_a_wicked_text_costs_little(text: str) -> None:
    began = time.monotonic()
    ways = unpacked(text)
    sum(1 for way in ways for _ in (*picked(way), *picked_by_line(way)))
    coded(text)
    assert time.monotonic() - began < 4
    assert len(ways) <= 24


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Ｔhe ѕea", "the sea"), ("tʜᴇ", "the"), ("🇹🇭🇪", "the"), ("⠞⠓⠑", "the"), ("\U000e0074\U000e0068\U000e0065", "the"), ("Thé", "the"), ("𝓽𝓱𝓮", "the"), ("ⓣⓗⓔ", "the"), ("Straße", "strasse")],
)  # fmt: skip
def test_letters_are_what_they_look_like(written: str, meant: str) -> None:
    assert canonical(written) == meant


@pytest.mark.parametrize(
    ("written", "read"), [("A → b", "a   b"), ("a½b", "a1 2b"), ("a · ★", "a    "), ("я → b", "я   b")]
)
def test_signs_that_are_no_letters_are_spaces(written: str, read: str) -> None:
    """So that one arrow does not make a text one that is read by its code points, which takes three times as long."""
    assert canonical(written) == read


@pytest.mark.parametrize("every", [1, 2, 3])
def test_signals_between_other_words(every: int) -> None:
    signals = [".-", "-...", "-.-.", "-..", ".", "..-.", "--.", "....", "..", ".---"]
    assert coded(" ".join(" ".join([signal, *["and"] * (every - 1)]) for signal in signals))
    assert not coded(" ".join(f"{word} - " for word in ("one", "two", "three", "four", "five", "six", "seven")))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert unpacked(text)[0] == text
    assert picked(text)[0] == text
    assert isinstance(coded(text), bool) and isinstance(canonical(text), str)
