"""Who asks for the most of all there is, and who means what is on the screen."""

from __future__ import annotations

import pytest

from assistant.embedded.superlatives import again, is_superlative, parse_superlative
from assistant.events import Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue


@pytest.mark.parametrize(
    ("text", "shown", "most"),
    [
        ("what's the fastest track you have?", True, "fastest"),
        ("your oldest waltz, please", True, "oldest"),
        ("the longest song in the catalogue", True, "longest"),
        ("the quietest piece", False, "quietest"),
        ("Was ist das längste Stück im Katalog?", True, "longest"),
        ("which of these is the fastest?", True, None),
        ("the fastest of the three you have shown", True, None),
        ("which one is the fastest?", True, None),
        ("fastest first, please", False, None),
        ("is T3 the loudest you have?", True, None),
        ("the fastest tracks?", True, "fastest"),
        ("something fast", False, None),
    ],
)
def test_of_all_or_of_these(text: str, shown: bool, most: str | None) -> None:
    found = parse_superlative(text, shown)
    assert [c.fields for c in found] == ([{"most": most}] if most else [])


def test_in_a_conversation(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> None:
    threads = Threads(None)
    agent = Assistant(Settings(tmp_path_factory.mktemp("home")), catalogue, threads)
    agent.reply(Request("t", "sad songs with strings"))
    reply = agent.reply(Request("t", "what is the oldest track you have?"))
    years = [card["year"] for card in reply.shown]
    assert len(years) == 3 and years == sorted(years) and "oldest of all" in reply.text
    assert (
        min(int(str(y[0])) for y in catalogue.store.rows("SELECT year FROM tracks WHERE year IS NOT NULL")) == years[0]
    )
    after = agent.reply(Request("t", "which of these is the newest?"))
    assert str(years[-1]) in after.text
    threads.close()


@pytest.mark.parametrize(
    ("text", "bare"), [("and the oldest?", True), ("what about the longest one?", True), ("your oldest waltz", False)]
)
def test_another_superlative_of_the_same(text: str, bare: bool) -> None:
    assert again(text) is bare


@pytest.mark.parametrize(
    ("text", "asks"),
    [("what's the saddest song you have", True), ("and the happiest?", True), ("the most energetic one", True), ("the happiest of these", False), ("something sad", False), ("where's the loudest moment?", False)],
)  # fmt: skip
def test_superlatives_of_what_is_not_measured(text: str, asks: bool) -> None:
    assert is_superlative(text) is asks
    assert not (asks is False and "moment" in text and parse_superlative(text, False))
