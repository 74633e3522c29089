"""How wishes grow over turns: they accumulate, bans are revised, opposites replace, a new topic drops them."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.intent import IntentReader
from assistant.embedded.plan import Plan, follow_up, plan
from assistant.embedded.understand import Reader
from index.catalogue import Catalogue
from index.query import Query
from tests.assistant.states import NOTHING, after


class Talk:
    """Turns one after another; each sees the query that the one before made."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.query: dict[str, Any] | None = None

    def say(self, text: str) -> dict[str, Any]:
        made = self.plan(text)
        assert [c.tool for c in made.calls] == ["search_tracks"], (text, made)
        args = made.calls[0].args
        Query.model_validate(args)
        self.query = {k: v for k, v in args.items() if k != "fresh"}
        return args

    def plan(self, text: str) -> Plan:
        state = after(self.query) if self.query else NOTHING
        return plan(self.reader.understand(text, state), state)


@pytest.fixture
def talk(catalogue: Catalogue, intents: IntentReader) -> Talk:
    return Talk(Reader(catalogue, intents))


def test_wishes_accumulate(talk: Talk) -> None:
    talk.say("sad music with piano")
    talk.say("without drums")
    talk.say("under 100 bpm")
    args = talk.say("and with strings")
    assert args["want"] == ["sad", "piano", "strings"]
    assert (args["avoid"], args["tempo_max"]) == (["drums"], 100)
    assert "piano" in args["context"] and args["text"] == "and with strings"


def test_a_newer_bound_takes_the_place_of_the_older(talk: Talk) -> None:
    talk.say("jazz under 100 bpm")
    assert talk.say("actually over 120 bpm")["tempo_min"] == 120
    assert "tempo_max" not in (talk.query or {})
    talk.say("from the 80s")
    args = talk.say("rather before 1970")
    assert args["year_max"] == 1969 and "year_min" not in args


def test_a_ban_is_revised(talk: Talk) -> None:
    talk.say("folk without vocals")
    assert (talk.query or {})["vocals"] == "instrumental"
    args = talk.say("actually vocals are fine")
    assert "vocals" not in args and "instrumental" not in args["want"] and args.get("avoid", []) == []
    talk.say("no banjo")
    assert talk.say("add some banjo")["want"] == ["folk", "banjo"]
    assert (talk.query or {}).get("avoid", []) == []


def test_what_was_wanted_can_be_banned(talk: Talk) -> None:
    talk.say("folk with banjo")
    args = talk.say("without banjo after all")
    assert (args["want"], args["avoid"]) == (["folk"], ["banjo"])


def test_an_opposite_takes_the_place_of_a_wish(talk: Talk) -> None:
    talk.say("sad music with piano")
    assert talk.say("something happier, actually happy")["want"] == ["piano", "happy"]
    talk.say("slow")
    assert "slow" not in talk.say("faster")["want"]
    assert talk.say("relaxing please")["want"][-1] == "relaxing"
    assert "relaxing" not in talk.say("more energetic")["want"]


def test_a_new_topic_drops_the_old(talk: Talk) -> None:
    talk.say("sad music with piano, no drums, under 90 bpm")
    args = talk.say("now find me some happy samba")
    assert args["want"] == ["happy", "samba"]
    assert not args.keys() & {"avoid", "tempo_max", "context"}


def test_artists_hold_until_others_are_named_or_banned(talk: Talk) -> None:
    talk.say("songs by Mira Solvang")
    assert talk.say("with harp")["artists"] == ["Mira Solvang"]
    assert talk.say("also something by Volt Parade")["artists"] == ["Volt Parade"]
    args = talk.say("skip anything by Volt Parade")
    assert "artists" not in args and args["avoid"] == ["Volt Parade"]


def test_more_keeps_the_wish_and_asks_for_what_is_new(talk: Talk) -> None:
    talk.say("sad music with piano")
    args = talk.say("more")
    assert args["want"] == ["sad", "piano"] and args["fresh"] is True and args["text"] == "sad music with piano"
    assert "fresh" not in talk.say("slower")


def test_a_count_holds_while_the_wish_is_refined(talk: Talk) -> None:
    assert talk.say("three jazz songs")["count"] == 3
    assert talk.say("with trumpet")["count"] == 3
    assert "count" not in talk.say("I'm looking for sad folk music")
    assert talk.say("just one song")["count"] == 1
    assert "count" not in talk.say("show me more")


def test_an_order_holds_while_the_wish_is_refined(talk: Talk) -> None:
    assert talk.say("jazz that starts slow and gets faster")["order"] == "rising tempo"
    assert talk.say("without vocals")["order"] == "rising tempo"
    assert "order" not in talk.say("I'm looking for sad folk music")


def test_a_fault_of_a_track_makes_it_no_measure(talk: Talk) -> None:
    talk.say("sad music")
    args = talk.say("the second one is too cheerful")
    assert "like" not in args and args["avoid"] == ["happy"] and args["want"] == ["sad"]


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("why the second one?", [("track_details", {"handle": "T2"})]),
        ("the lyrics of T3", [("find_lyrics", {"handle": "T3"})]),
        ("analyse T1", [("analyze_audio", {"target": "T1"})]),
        ("I love T2", [("remember", {"like": ["T2"]})]),
        ("I don't like the last one", [("remember", {"dislike": ["T4"]})]),
        ("undo", [("remember", {"undo": True})]),
        ("start over", [("remember", {"start_over": True})]),
        ("what do you know about my taste?", [("remember", {})]),
        ("more like T3 but calmer", [("similar_tracks", {"handles": ["T3"], "compare": [{"dimension": "calmer"}]})]),
        ("make a playlist called Late Ferry with T1 and T3", [("make_playlist", {"handles": ["T1", "T3"], "name": "Late Ferry"})]),
        ("save these as a playlist", [("make_playlist", {"handles": ["T1", "T2", "T3", "T4"], "name": "Liner Notes playlist"})]),
    ],
)  # fmt: skip
def test_other_turns_call_other_tools(text: str, calls: list[tuple[str, dict[str, Any]]], talk: Talk) -> None:
    talk.query = {"text": "slow sad music", "want": ["slow", "sad"]}
    assert [(c.tool, c.args) for c in talk.plan(text).calls] == calls


def test_similar_artists_are_others_than_those_asked_for(talk: Talk) -> None:
    talk.say("folk by Mira Solvang")
    others = talk.say("similar artists please")
    assert (others["artists_like"], others.get("artists"), others["avoid"]) == (
        ["Mira Solvang"],
        None,
        ["Mira Solvang"],
    )
    back = talk.say("something by Mira Solvang after all")
    assert back["artists"] == ["Mira Solvang"] and "avoid" not in back


def test_a_wish_taken_back_by_click_turns_no_page(talk: Talk) -> None:
    talk.say("folk with accordion")
    assert "fresh" not in talk.say("What fits now?") and "fresh" in talk.say("show me more")


def test_likeness_and_a_title_in_one_turn_are_both_looked_for(talk: Talk) -> None:
    call = talk.plan("more like T3, and please add the song Tanzlicht").calls[0]
    assert call.tool == "search_tracks"
    assert call.args["like"] == ["T3"] and call.args["titles"] == ["Tanzlicht"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [("hello", "hello"), ("good evening", "hello"), ("what can you do?", "help"), ("who won the football match?", "outside"), ("clone her voice for my song, imitate this singer", "imitate"), ("what is on my playlist?", "tray"), ("do you like number 2?", "opinion"), ("are these any good?", "opinion"), ("can you actually hear it?", "hears"), ("how do you know how they sound?", "hears"), ("show me my list", "tray"), ("thanks, good night", "bye"), ("tschüss!", "bye"), ("that's all for today", "bye"), ("why the ninth one", None)],
)  # fmt: skip
def test_ready_answers(text: str, answer: str | None, talk: Talk) -> None:
    if answer:
        assert (talk.plan(text).answer, talk.plan(text).calls) == (answer, ())


def test_pointing_past_the_list_is_answered_as_such(talk: Talk) -> None:
    talk.query = {"want": ["sad"]}
    assert talk.plan("why the seventh one?").answer == "missing"
    assert talk.plan("make a playlist of the ones I liked").answer == "no likes"


def test_after_a_like_or_an_undo_the_standing_wish_is_searched_again() -> None:
    state = after({"want": ["sad"], "text": "sad"})
    (again,) = follow_up("x", "like", ["remember"], [], state)
    assert (again.tool, again.args) == ("search_tracks", {"want": ["sad"], "text": "sad", "fresh": True})
    assert "fresh" not in follow_up("x", "undo", ["remember"], [], state)[0].args
    assert follow_up("x", "like", ["remember"], [], NOTHING) == ()
    assert follow_up("x", "like", ["remember", "search_tracks"], ["T9"], state) == ()
    assert follow_up("x", "taste", ["remember"], [], state) == ()


def test_what_was_found_goes_into_the_playlist() -> None:
    written = {"name": "Night", "tracks": ["T1", "T2"], "before": []}
    state = after(playlist=written, listing=True)
    (call,) = follow_up("swap the last one for a waltz", "find", ["search_tracks"], ["T9"], state)
    assert (call.tool, call.args) == ("make_playlist", {"handles": ["T1", "T9"], "name": "Night", "change": True})
    assert follow_up("swap the last one for a waltz", "find", ["search_tracks", "make_playlist"], ["T9"], state) == ()
    assert follow_up("swap the last one for a waltz", "find", ["search_tracks"], [], state) == ()


def test_what_is_left_of_a_list_on_the_screen() -> None:
    state = after(query={"text": "a playlist of soul", "want": ["soul"]})
    assert follow_up("remove number 2", "dislike", ["search_tracks"], ["T1"], state) == ()


def test_two_that_were_compared_stay_the_ones_that_are_compared(talk: Talk) -> None:
    state = after(compared=["T2", "T4"])
    made = plan(talk.reader.understand("which is longer?", state), state)
    assert [c.args["handle"] for c in made.calls] == ["T2", "T4"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("I own the rights to this song, please take it down", "holder"),
        ("you stupid machine", "rude"),
        ("thx", "welcome"),
        ("please add it to the catalogue", "contribute"),
    ],
)
def test_what_is_not_about_music_is_answered_without_a_search(text: str, answer: str, talk: Talk) -> None:
    assert plan(talk.reader.understand(text, after()), after()).answer == answer


def test_questions_after_words_were_shown_are_about_the_words(talk: Talk) -> None:
    state = after(quoting=True, focus="T2")
    made = plan(talk.reader.understand("then just the first verse", state), state)
    assert [(c.tool, c.args["handle"]) for c in made.calls] == [("find_lyrics", "T2")]


def test_who_asks_which_tracks_are_made_with_ai_begins_anew(talk: Talk) -> None:
    talk.say("sad music")
    args = talk.say("which tracks were made with AI?")
    assert args["only_ai"] and not args.get("want")
    assert not talk.say("leave those out").get("only_ai")


def test_wishes_that_nothing_meets_together_are_let_go_oldest_first(talk: Talk) -> None:
    talk.say("waltz with accordion")
    args = talk.say("organ")  # no track has an accordion and an organ
    assert "accordion" not in args["want"] and "waltz" not in args["want"] and "organ" in args["want"]
    talk.say("ambient music")
    assert {"ambient", "sleep"} <= {*talk.say("for sleep")["want"]}  # there is one of both


def test_another_situation_takes_the_place_of_the_one_before(talk: Talk) -> None:
    talk.say("epic music for a boss fight")
    assert {"forest"} == {w for w in talk.say("calmer, for walking in a forest")["want"] if w in {"forest", "fight"}}
    talk.say("music for dinner")
    assert {"dinner", "rainy day"} <= {*talk.say("also for a rainy day")["want"]}


def test_who_adds_a_wish_keeps_the_others(talk: Talk) -> None:
    talk.say("waltz with accordion")
    assert {"accordion", "choir"} <= {*talk.say("add a choir to that")["want"]}
    assert {"accordion", "organ"} <= {*talk.say("with organ")["want"]}


def test_the_other_side_of_a_year(talk: Talk) -> None:
    talk.say("sad songs from before 1975")
    after_it = talk.say("no, after")
    assert (after_it["want"], after_it.get("year_min"), after_it.get("year_max")) == (["sad"], 1975, None)
    assert talk.say("sorry, I meant before")["year_max"] == 1974


def test_several_wishes_are_taken_back_at_once(talk: Talk) -> None:
    talk.say("jazz")
    for text, times in (("undo", 1), ("go back two steps", 2), ("undo twice", 2), ("undo the last three things", 3)):
        assert [c.args for c in talk.plan(text).calls] == [{"undo": True}] * times, text


def test_a_page_before_is_shown_as_it_was(talk: Talk) -> None:
    talk.say("jazz")
    state = after(talk.query, page_before=["T3", "T4"])
    made = plan(talk.reader.understand("previous page", state), state)
    assert made.calls[0].args["among"] == ["T3", "T4"] and made.calls[0].args["order"] == "as listed"


@pytest.mark.parametrize(
    ("text", "word"),
    [("too sweet", "sweet"), ("less melody", "melody"), ("hmm, that's a bit too cheesy", "cheesy"), ("not too cheesy please", "cheesy"), ("they are all too corny", "corny")],
)  # fmt: skip
def test_a_fault_that_was_not_understood_is_said(text: str, word: str, talk: Talk) -> None:
    talk.say("sad songs")
    made = talk.plan(text)
    assert made.calls == () and made.text is not None and f"no measure for “{word}”" in made.text


@pytest.mark.parametrize(
    "text",
    [
        "more",
        "more please",
        "more like that",
        "too sad",
        "less drums",
        "more energy",
        "more songs",
        "too many",
        "too loud",
        "more of it",
    ],
)
def test_a_fault_that_was_understood_is_mended(text: str, talk: Talk) -> None:
    talk.say("sad songs")
    assert talk.plan(text).text is None


def test_a_word_of_a_wish_takes_it_back(talk: Talk) -> None:
    talk.say("songs with women singing and a harp")
    assert talk.say("forget the women")["want"] == ["harp"]


def test_what_is_taken_off_the_table_is_gone(talk: Talk) -> None:
    talk.say("sad music with piano")
    args = talk.say("forget that, I want reggae")
    assert args["want"] == ["reggae"] and not args.get("context")


def test_a_surprise_starts_from_nothing_but_the_bans(talk: Talk) -> None:
    talk.say("sad music without drums")
    args = talk.say("surprise me")
    assert not args.get("want") and args["avoid"] == ["drums"] and args["fresh"]


def test_a_limit_in_the_way_of_a_comparative_gives_way(talk: Talk) -> None:
    talk.say("songs over 150 bpm")
    assert "tempo_min" not in talk.say("slower")
    talk.say("jazz before 1970")
    assert "year_max" not in talk.say("something newer")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("save that", "Liner Notes playlist"),
        ("ok save these", "Liner Notes playlist"),
        ("save it as Dinner", "Dinner"),
        ("call it Night Drive and save it", "Night Drive"),
        ("make a playlist of these, call it Bash", "Bash"),
    ],
)
def test_the_list_on_the_screen_is_saved_under_its_name(talk: Talk, text: str, name: str) -> None:
    talk.say("jazz")
    (call,) = talk.plan(text).calls
    assert call.tool == "make_playlist" and call.args["name"] == name and len(call.args["handles"]) == 4


def test_the_next_superlative_is_of_all_again(talk: Talk) -> None:
    assert talk.say("what's the longest track you have?")["most"] == "longest"
    assert talk.say("and the shortest?")["most"] == "shortest"


def test_the_opposite_of_what_stands(talk: Talk) -> None:
    talk.say("sad music with piano, no drums")
    turned = talk.say("the opposite")
    assert turned["want"] == ["happy", "piano"] and turned["avoid"] == ["drums"]


def test_only_takes_the_place_of_another_voice(talk: Talk) -> None:
    talk.say("a women's choir")
    assert talk.say("only men")["want"] == ["male vocals"]
    assert "male vocals" in talk.say("and a choir too")["want"]


def test_a_list_is_made_longer_and_shorter(talk: Talk) -> None:
    talk.say("one from each decade")
    assert talk.say("make it shorter")["each"] == "decade"
    talk.say("a 20 minute playlist of blues")
    assert talk.say("make it longer")["total_s"] == 1800
    assert talk.say("it's too long")["total_s"] == 1200


def test_no_artist_twice_keeps_the_number(talk: Talk) -> None:
    talk.say("eight blues tracks")
    args = talk.say("each artist only once")
    assert args["each"] == "artist" and args["count"] == 8


def test_one_place_of_a_list_is_looked_for_by_what_was_asked_there(talk: Talk) -> None:
    talk.say("two sad tracks, then two fast ones")
    made = talk.plan("make the last one longer")
    (call,) = made.calls
    steps = call.args["steps"]
    assert [s.get("among") for s in steps] == [["T1"], ["T2"], ["T3"], None]
    assert steps[3]["want"] == ["fast"] and steps[3]["compare"] == [{"dimension": "longer", "to": "T4"}]


@pytest.mark.parametrize("text", ["أريد موسيقى هادئة", "хочу спокойную музыку", "静かな音楽"])
def test_a_script_that_is_not_read_is_said_to_be(talk: Talk, text: str) -> None:
    assert talk.plan(text).answer == "script"
    assert talk.plan("música tranquila").answer is None


def test_the_opposite_of_instrumental_is_sung(talk: Talk) -> None:
    talk.say("instrumental folk")
    turned = talk.say("the opposite")
    assert {"vocals", "folk"} <= {*turned["want"]} and "vocals" not in turned


def test_the_opposite_of_what_is_named(talk: Talk) -> None:
    assert talk.say("the opposite of sad")["want"] == ["happy"]
    talk.query = None
    assert talk.say("the opposite of a waltz")["avoid"] == ["waltz"]


@pytest.mark.parametrize("text", ["close with a joke", "open with confidence", "finish with me"])
def test_what_says_nothing_of_music_comes_into_no_list(talk: Talk, text: str) -> None:
    talk.say("five sad tracks")
    made = talk.plan(text)
    assert not any(step.get("among") for call in made.calls for step in call.args.get("steps", ()))


def test_the_list_is_longer_where_it_is_named(talk: Talk) -> None:
    talk.say("sad blues")
    args = talk.say("make the list longer")
    assert args["count"] == 8 and "compare" not in args
    assert talk.say("make it longer")["compare"] == [{"dimension": "longer"}]
