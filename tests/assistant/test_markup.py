"""Tags in a model's text: set apart whole, in pieces of any size, closed or not."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from assistant.markup import Piece, Splitter, whole

TEXTS = st.lists(
    st.sampled_from(["<think>", "</think>", "<tool_call>", "</tool_call>", "<", "a < b", "<th", "ink>", "words ", "\n", "é", "</"]),
    max_size=12,
).map("".join)  # fmt: skip


def joined(pieces: list[Piece]) -> list[tuple[str, str]]:
    """Neighbours of one kind as one."""
    out: list[tuple[str, str]] = []
    for piece in pieces:
        if out and out[-1][0] == piece.kind:
            out[-1] = (piece.kind, out[-1][1] + piece.text)
        else:
            out.append((piece.kind, piece.text))
    return out


@given(TEXTS, st.data())
def test_the_pieces_do_not_matter(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    splitter = Splitter()
    got = [p for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) for p in splitter.feed(text[a:b])]
    assert joined([*got, *splitter.finish()]) == joined(whole(text))


@given(TEXTS)
def test_nothing_but_tags_is_lost(text: str) -> None:
    kept = "".join(p.text for p in whole(text))
    rest = text
    for piece in whole(text):
        assert piece.text and piece.text in rest
    assert len(text) - len(kept) <= sum(text.count(t) * len(t) for t in ("<think>", "</think>", "<tool_call>", "</tool_call>"))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", [("words", "plain")]),
        ("<think>hm</think>so", [("thought", "hm"), ("words", "so")]),
        ("so <tool_call>{}</tool_call>", [("words", "so "), ("call", "{}")]),
        ("<think>never closed", [("thought", "never closed")]),
        ("2 < 3 </think> x", [("words", "2 < 3  x")]),
        ("", []),
    ],
)
def test_kinds(text: str, pieces: list[tuple[str, str]]) -> None:
    assert joined(whole(text)) == pieces


def test_words_are_not_held_longer_than_needed() -> None:
    splitter = Splitter()
    assert [p.text for p in splitter.feed("a sure word <")] == ["a sure word "]
    assert [p.text for p in splitter.feed("3")] == ["<3"]
