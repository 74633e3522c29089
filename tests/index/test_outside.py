"""Text from outside as a reader sees it."""

from __future__ import annotations

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given

from index.fields import TrackFields
from index.outside import visible, visible_all


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"), ("Ærø, 東京, Καλημέρα", "Ærø, 東京, Καλημέρα"), ("a\u200bb\u2060c\ufeffd", "abcd"), ("\u202eevil\u202c", "evil"), ("ta\U000e0067\U000e007fg", "tag"), ("\x1b[31mred\x1b[0m", "red"), ("\x1b]0;title\x07x", "x"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"), ("nul\x00bell\x07", "nulbell"), ("soft\u00adhyphen", "softhyphen"), ("z" + "\u0335" * 40, "z" + "\u0335" * 3), ("👩‍🎤 sings ❤️", "👩🎤 sings ❤️"), ("tab\tkept\nline", "tab\tkept\nline"), ("ñ é ü", "ñ é ü"),
    ],
)  # fmt: skip
def test_what_is_seen(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text(max_size=80))
def test_nothing_unseen_is_left_and_once_is_enough(text: str) -> None:
    clean = visible(text)
    assert visible(clean) == clean
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Co"} and c not in "\t\n" and ord(c) < 0x600 for c in clean)
    assert not any(
        0x200B <= ord(c) <= 0x200F or 0x202A <= ord(c) <= 0x202E or 0xE0000 <= ord(c) <= 0xE007F for c in clean
    )


def test_any_nesting() -> None:
    assert visible_all({"a\u200b": ["x\u202e", 1, None, {"b": ("y\x1b[2J",)}]}) == {"a": ["x", 1, None, {"b": ["y"]}]}


def test_declared_values_are_made_visible_at_the_door() -> None:
    fields = TrackFields()
    fields.declare("title", "Night\u202e\u200b Shift\x1b[2J", "test")
    fields.declare("whatever", "x\U000e0041", "test")
    track = fields.track("1")
    assert track.title == "Night Shift" and track.extra == {"whatever": "x"}
