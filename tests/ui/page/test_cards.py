"""The page's HTML: everything from outside is escaped, and state shows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.threads import Thread, Tray
from index.atlas import Place
from index.catalogue import Catalogue
from index.query import Query
from index.track import Rights, Track
from tools.conversation import Conversation
from ui.page import atlas, tray
from ui.page.aside import heard, suggestions, thread_list
from ui.page.cards import Faces, results

CARD: dict[str, Any] = {"id": "w01", "handle": "T1", "title": "Harbour Lamps", "artists": ["Mira Solvang"], "ai": "no declaration on AI", "duration_s": 61.0, "tempo_bpm": 92.4, "key": "A minor", "evidence": [{"kind": "said", "field": "lyrics", "words": "calm", "concept": "relaxing", "place": "verse 2, 1:14"}]}  # fmt: skip
TAGS = {"article", "svg", "g", "rect", "line", "polygon", "circle", "polyline", "title", "div", "section", "h2", "h3", "b", "small", "span", "p", "details", "summary", "ul", "ol", "li", "q", "button", "nav", "input"}  # fmt: skip


@given(text=st.text(alphabet="<>\"'&/=ab ", min_size=1, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_text_from_outside_cannot_become_markup(text: str, catalogue: Catalogue) -> None:
    hostile = {**CARD, "title": text, "artists": [text], "caption": text, "key": text, "ai": text, "evidence": [{"field": text, "words": text, "place": text}]}  # fmt: skip
    faces = Faces(catalogue)
    track = Track(id="w01", title=text, artists=(text,), rights=Rights(ai_source=text))
    page = "".join(
        (
            results([hostile], Conversation(), faces),
            thread_list([Thread(text, text, 0.0)], text),
            heard(Conversation(query=Query(want=[text], avoid=[text]), liked=[text]), lambda i: i),
            tray.drawn(Tray(text, ("w01",)), [track], faces),
            atlas.drawn([Place(text, 0.5, 0.5, text, text)]),
        )
    )
    assert set(re.findall(r"<([A-Za-z0-9]+)", page)) <= TAGS
    assert not re.search(r"<[a-z]+[^>]*\son\w+=", page)


def test_a_card_shows_what_was_measured_and_why(catalogue: Catalogue) -> None:
    page = results([CARD], Conversation(liked=["w01"]), Faces(catalogue))
    for words in ("T1", "Harbour Lamps", "Mira Solvang", "1:01", "92 BPM", "A minor", "<q>calm</q>", "relaxing", "♥ Liked", 'aria-pressed="true"', 'data-seek="74"', "but calmer", "Copy credit"):  # fmt: skip
        assert words in page
    assert "ln-empty" in results([], Conversation(), Faces(catalogue))
    assert "ln-empty" in results([{**CARD, "id": "gone"}], Conversation(), Faces(catalogue))


@pytest.mark.parametrize(("status", "words"), [("declared_ai", "AI, declared"), ("declared_human", "human-made, declared"), ("unknown", ">AI unknown<")])  # fmt: skip
def test_a_badge_says_who_made_it(
    status: Any, words: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = Track(id="w01", title="x", rights=Rights(ai_status=status, ai_source="column ai"))
    monkeypatch.setattr(type(catalogue), "track", lambda self, identity: track)
    assert words in results([CARD], Conversation(), Faces(catalogue))


def test_wishes_can_be_taken_back() -> None:
    query = Query(want=["piano"], avoid=["drums"], about="leaving home", tempo_min=120, vocals="instrumental")
    page = heard(Conversation(query=query, liked=["a"]), {"a": "Blue Ferry"}.__getitem__)
    for words in ("piano", "no drums", "about leaving home", "at least 120 BPM", "instrumental", "♥ Blue Ferry", "[&quot;want&quot;, &quot;piano&quot;]", "[&quot;tempo_min&quot;, &quot;&quot;]"):  # fmt: skip
        assert words in page
    assert "Nothing yet" in heard(Conversation(), str)


def test_suggestions_fit_the_conversation(catalogue: Catalogue) -> None:
    first = suggestions(Conversation(), catalogue, 0)
    assert "What can you do?" in first and "Show me more" not in first
    after = suggestions(Conversation(query=Query(want=["piano"], vocals="instrumental", tempo_min=120)), catalogue, 5)
    assert "Show me more" in after and "calmer" in after and "Without vocals" not in after


def test_a_verse_is_named_with_a_moment_to_jump_to_and_a_line_only_where_it_may_be_shown(catalogue: Catalogue) -> None:
    verse = {"kind": "verse", "field": "lyrics", "words": "tells", "place": "verse 2, 1:14"}
    page = results([{**CARD, "evidence": [verse]}], Conversation(), Faces(catalogue))
    assert "tells <span>verse 2</span>" in page and 'data-seek="74"' in page
    page = results([{**CARD, "evidence": [verse | {"line": "the <sea>"}]}], Conversation(), Faces(catalogue))
    assert "<q>the &lt;sea&gt;</q>" in page
