"""The page's HTML: everything from outside is escaped, and state shows."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assistant.threads import Thread
from index.query import Query
from tools.conversation import Conversation
from ui.cards import cover, heard, results, thread_list

CARD: dict[str, Any] = {"id": "x1", "handle": "T1", "title": "Harbour Lamps", "artists": ["Mira Solvang"], "credit": "“Harbour Lamps” by Mira Solvang", "ai": "no declaration on AI", "duration_s": 61.0, "tempo_bpm": 92.4, "key": "A minor", "evidence": [{"kind": "said", "field": "caption", "words": "calm", "concept": "relaxing"}]}  # fmt: skip


@given(st.text(alphabet="<>\"'&/=ab ", min_size=1, max_size=40))
def test_text_from_outside_cannot_become_markup(text: str) -> None:
    hostile = {**CARD, "id": text, "title": text, "artists": [text], "caption": text, "credit": text}
    page = results([hostile], Conversation()) + thread_list([Thread(text, text, 0.0)], text)
    allowed = {
        "article",
        "svg",
        "defs",
        "linearGradient",
        "stop",
        "rect",
        "polyline",
        "div",
        "h3",
        "span",
        "p",
        "audio",
        "details",
        "summary",
        "ul",
        "li",
        "q",
        "button",
        "nav",
    }
    assert set(re.findall(r"<([A-Za-z0-9]+)", page)) <= allowed
    assert "<script" not in page.lower()
    assert not re.search(r"<[a-z]+[^>]*\son\w+=", page)


def test_a_card_shows_what_was_measured_and_why() -> None:
    page = results([CARD], Conversation(liked=["x1"]))
    for words in (
        "T1",
        "Harbour Lamps",
        "Mira Solvang",
        "1:01",
        "92 BPM",
        "A minor",
        "<q>calm</q>",
        "relaxing",
        "♥ Liked",
        "audio/x1",
    ):
        assert words in page
    assert 'aria-pressed="true"' in page


def test_what_was_heard_names_wishes_bans_and_bounds() -> None:
    page = heard(
        Conversation(query=Query.model_validate({"want": ["piano"], "avoid": ["sad"], "tempo_max": 100}), liked=["a"])
    )
    for words in ("piano", "no sad", "at most 100 BPM", "1 liked"):
        assert words in page


def test_the_same_track_has_the_same_cover_and_others_differ() -> None:
    assert cover("a") == cover("a")
    assert len({cover(str(n)) for n in range(50)}) > 40


def test_no_results_invite() -> None:
    assert "will appear here" in results([], Conversation())
