"""Whole conversations through the one way in: references over ten turns, bans, undo, reset, orders, questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.events import Reply, Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.threads import Threads
from index.catalogue import Catalogue
from index.concepts import vocabulary
from index.everyday import EVERYDAY

REQUESTS = ["sad folk with guitar", "something with strings", "calm music for the evening", "energetic and dark", "jazz with trumpet", "older songs", "instrumental music"]  # fmt: skip
BANS = ["piano", "guitar", "vocals", "drums", "strings", "synth"]
often = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def assistant(catalogue: Catalogue, tmp_path: Path) -> Assistant:
    return Assistant(Settings(home=tmp_path), catalogue, Threads(None))


class Talk:
    """One conversation; a new thread each time."""

    count = 0

    def __init__(self, assistant: Assistant) -> None:
        Talk.count += 1
        self.assistant, self.thread = assistant, f"talk-{Talk.count}"

    def say(self, text: str, **given: Any) -> Reply:
        return self.assistant.reply(Request(self.thread, text, **given))


def called(reply: Reply) -> list[tuple[str, dict[str, Any]]]:
    return [(step.name, step.args) for step in reply.tools]


def test_what_is_asked_of_these_is_asked_of_nothing_else_and_changes_no_wish(assistant: Assistant) -> None:
    talk = Talk(assistant)
    shown = [card["id"] for card in talk.say("quiet songs with piano").shown]
    wish = assistant.conversation(talk.thread).query
    asked = talk.say("which of these has a trumpet?")
    assert sorted(c["id"] for c in asked.shown) == sorted(shown)
    assert called(asked)[0][1]["want"] == ["trumpet"] and assistant.conversation(talk.thread).query == wish
    none = talk.say("are any of these in Japanese?")
    assert "I let this go: sung in Japanese" in none.text and {c["id"] for c in none.shown} <= set(shown)
    assert "piano" in called(talk.say("and a bit sadder"))[0][1]["want"]


def test_a_word_that_is_no_concept_is_ruled_out_where_tracks_say_it(assistant: Assistant, catalogue: Catalogue) -> None:
    talk = Talk(assistant)
    talk.say("songs with piano")
    word = next(w for t in catalogue.store.tracks(catalogue.store.ids()) for w in (t.caption or "").split() if w.isalpha() and len(w) > 6 and not vocabulary().mentions(w) and w.lower() not in EVERYDAY)  # fmt: skip
    reply = talk.say(f"nothing {word.lower()}")
    assert called(reply)[0][1]["avoid"] == [word.lower()] and f"without {word.lower()}" in reply.text
    assert reply.shown and not any(word.lower() in (c.get("caption") or "").lower() for c in reply.shown)
    assert "qwertzing" not in str([args.get("avoid") for _, args in called(talk.say("nothing qwertzing"))])


def test_the_newest_of_an_artist_and_no_more_of_them(assistant: Assistant) -> None:
    talk = Talk(assistant)
    talk.say("something by Odile Marchais")
    newest = talk.say("what is her newest?").shown
    assert newest and all("Odile Marchais" in card["artists"] for card in newest)
    assert [c["year"] for c in newest] == sorted((c["year"] for c in newest), reverse=True)
    more = talk.say("her other songs?")
    for _ in range(10):
        if not any("Odile Marchais" in card["artists"] for card in more.shown):
            break
        assert "all by" not in more.text
        more = talk.say("her other songs?")
    assert "That was all by Odile Marchais that I have" in more.text


def test_references_hold_over_ten_turns(assistant: Assistant) -> None:
    talk = Talk(assistant)
    first = [card["handle"] for card in talk.say("quiet songs with piano").shown]
    assert first[:3] == ["T1", "T2", "T3"]
    assert called(talk.say("why the second one?")) == [("track_details", {"handle": "T2"})]
    assert called(talk.say("and the first?"))[0][1].get("handle", "T1") == "T1"
    more = [card["handle"] for card in talk.say("show me more").shown]
    assert not set(more) & set(first)
    assert called(talk.say("who made the last one?")) == [("track_details", {"handle": more[-1]})]
    assert called(talk.say("I love T2"))[0] == ("remember", {"like": ["T2"]})
    assert ("track_details", {"handle": "T1"}) in called(talk.say("which is longer, T1 or T3?"))
    assert called(talk.say("more like T3 but older"))[0][1]["handles"] == ["T3"]
    named = talk.say("tell me about T2")
    assert called(named) == [("track_details", {"handle": "T2"})]
    assert "T2" in talk.say("what do you know about my taste?").text
    assert assistant.conversation(talk.thread).liked == [assistant.conversation(talk.thread).tracks[1]]


@often
@given(st.sampled_from(REQUESTS), st.sampled_from(BANS), st.lists(st.sampled_from(REQUESTS), max_size=2))
def test_a_ban_holds_in_all_later_turns(assistant: Assistant, ask: str, ban: str, later: list[str]) -> None:
    talk = Talk(assistant)
    talk.say(ask)
    banned = vocabulary().narrower(vocabulary().name(ban) or ban)
    for text in (f"no {ban} please", "show me more", *(f"also {t}" for t in later)):
        reply = talk.say(text)
        if any(vocabulary().name(w) in banned for w in text.split()[1:]) and text.startswith("also"):
            break  # asked for again
        for identity in reply.ranked:
            evidence = assistant.catalogue.store.evidence([identity]).get(identity, [])
            assert not {e.concept for e in evidence} & banned, (text, identity)


@often
@given(st.sampled_from(REQUESTS), st.sampled_from(["without drums", "slower", "and with strings", "from before 1990"]))
def test_undo_brings_the_earlier_ranking_back(assistant: Assistant, ask: str, change: str) -> None:
    talk = Talk(assistant)
    before = talk.say(ask).ranked
    talk.say(change)
    assert talk.say("undo that").ranked == before


@often
@given(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=3), st.sampled_from(REQUESTS))
def test_a_reset_forgets(assistant: Assistant, earlier: list[str], ask: str) -> None:
    talk, fresh = Talk(assistant), Talk(assistant)
    for text in earlier:
        talk.say(text)
    talk.say("start over")
    assert talk.say(ask).ranked == fresh.say(ask).ranked


def test_the_same_conversation_reads_the_same(assistant: Assistant) -> None:
    said = ["sad folk with guitar", "slower", "more", "why the first one?"]
    one, two = Talk(assistant), Talk(assistant)
    assert [one.say(s).text for s in said] == [two.say(s).text for s in said]


def test_an_order_rearranges_what_is_shown(assistant: Assistant) -> None:
    talk = Talk(assistant)
    shown = [card["id"] for card in talk.say("sad music").shown]
    ordered = talk.say("put them in order, oldest first")
    assert sorted(card["id"] for card in ordered.shown) == sorted(shown)
    years = [card["year"] for card in ordered.shown if "year" in card]
    assert years == sorted(years) and "from the oldest to the newest" in ordered.text


def test_an_order_is_about_what_is_on_the_screen_also_after_more(assistant: Assistant) -> None:
    talk = Talk(assistant)
    talk.say("sad music")
    shown = [card["id"] for card in talk.say("show me more").shown]
    assert sorted(card["id"] for card in talk.say("calmest first, please").shown) == sorted(shown)


def test_questions_about_the_catalogue_and_about_several_tracks(assistant: Assistant) -> None:
    talk = Talk(assistant)
    size = len(assistant.catalogue.store)
    assert f"{size} tracks" in talk.say("how many tracks do you have?").text
    assert f"Of {size} tracks here" in talk.say("how many jazz songs are there?").text
    cards = talk.say("sad folk").shown
    years = {card["handle"]: card["year"] for card in cards}
    oldest = talk.say("which of these is the oldest?").text
    assert oldest.startswith(min(years, key=lambda h: years[h])) or "level" in oldest
    assert "cut" not in oldest and not talk.say("what do T1 and T2 have in common?").cuts


def test_a_name_that_is_nearly_one_of_ours_is_asked_about(assistant: Assistant) -> None:
    text = Talk(assistant).say('something by the band "Nachtfalter Post"').text
    assert "not in this catalogue" in text or "Nachtpost" in text


def test_it_is_the_track_that_was_spoken_of_last(assistant: Assistant) -> None:
    talk = Talk(assistant)
    assert talk.say("who wrote Harbour Lamps?").tools[0].name == "track_details"
    assert "people" in talk.say("is it made with AI?").text
    talk.say("sad folk")
    asked = talk.say("why the third one?").tools[0].args
    assert talk.say("how long is it?").tools[0].args == asked
    first = talk.say("happier").shown[0]["handle"]
    talk.say("what do the first and the second one have in common?")
    assert talk.say("how long is it?").tools[0].args == {"handle": first}


def test_a_bound_narrows_what_is_shown_and_does_not_turn_the_page(assistant: Assistant) -> None:
    talk = Talk(assistant)
    talk.say("calm music")
    assert "fresh" not in talk.say("after 1960").tools[0].args


def test_a_ban_that_is_forgotten_is_no_wish(assistant: Assistant) -> None:
    talk = Talk(assistant)
    talk.say("folk, no piano")
    args = talk.say("forget the piano thing").tools[0].args
    assert "avoid" not in args
    assert args["want"] == ["folk"]


def test_a_misspelt_artist_is_asked_about_and_counted(assistant: Assistant) -> None:
    text = Talk(assistant).say("do you have anything by Mirra Solvangh?").text
    assert "Did you mean Mira Solvang" in text or "Mirra" not in text
    assert "None of these" not in text


def test_a_track_made_with_ai_is_named_as_such(assistant: Assistant) -> None:
    first, *rest = Talk(assistant).say("play Prompt Horizon").text.split("\n2. ")
    assert "declared as made with AI" in first
    assert "made with AI" not in "".join(rest)


def test_whether_a_title_was_made_with_ai_is_a_question_and_no_wish(assistant: Assistant) -> None:
    reply = Talk(assistant).say("is Harbour Lamps made with AI?")
    assert called(reply) == [("track_details", {"handle": "Harbour Lamps"})]
    assert "declared as made by people" in reply.text


def test_an_order_points_at_no_track(assistant: Assistant) -> None:
    talk = Talk(assistant)
    shown = {card["id"] for card in talk.say("folk with guitar").shown}
    for order in ("newest first", "oldest first", "fastest first"):
        reply = talk.say(order)
        assert [name for name, _ in called(reply)] == ["search_tracks"]
        assert {card["id"] for card in reply.shown} == shown
