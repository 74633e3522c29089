"""Each check, holding and not holding, on replies made here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.events import Reply, ToolStep
from eval_dialogs.answers import asks, declines, language_of
from eval_dialogs.checks import Seen, broken, happened
from eval_dialogs.schema import Checks
from index.catalogue import Catalogue
from index.query import Query
from tools.conversation import Conversation

REPLY = Reply(
    "Here is T1 “Blue Ferry”. Shall I look for more?",
    shown=[{"id": "w06", "handle": "T1", "title": "Blue Ferry"}, {"id": "w13", "handle": "T2", "title": "Glass Cathedral"}],
    ranked=["w06", "w13", "w07", "w03"],
    tools=[
        ToolStep("search_tracks", {"want": ["sad", "slow"], "tempo_max": 100.0}),
        ToolStep("search_tracks", {"want": ["sad"]}),
        ToolStep("remember", {}, ok=False, error="there is no track T9"),
    ],
    citations=[{"id": "w06", "handle": "T1", "field": "caption", "words": "sad", "concept": "sad"}, {"id": "w13", "handle": "T2", "field": "tags", "words": "piano", "concept": "piano"}],
    artifacts=[
        {"kind": "lyrics", "title": "Harbour Lamps", "lines": None},
        {"kind": "playlist", "name": "Evening", "tracks": [{"title": "Blue Ferry"}]},
        {"kind": "playlist", "name": "Night", "tracks": []},
    ],
    ms=120.0,
    first_word_ms=30.0,
)  # fmt: skip
KNOWS = Conversation(
    query=Query(want=["sad", "slow"], avoid=["piano", "Metallica"], tempo_max=100),
    tracks=["w06", "w13"],
    liked=["w06"],
)
FIRST = Seen(1, "sad", replace(REPLY, tools=[]), KNOWS)
SEEN = Seen(2, "more", REPLY, KNOWS, (FIRST,))

CHECKS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"tool_called": ["search_tracks", "remember"]}, {"tool_called": ["find_lyrics"]}, "called: search_tracks, search_tracks, remember"),
    ({"tool_called": [{"name": "search_tracks", "args": {"tempo_max": 100}}]}, {"tool_called": [{"name": "search_tracks", "args": {"tempo_max": 99}}]}, "tempo_max: None"),
    ({"tool_called": [{"name": "search_tracks", "times": 2}]}, {"tool_called": [{"name": "search_tracks", "times": 1}]}, "2 times"),
    ({"tool_called": [{"name": "search_tracks", "args": {"want": ["SAD"]}}]}, {"tool_called": [{"name": "search_tracks", "args": {"want": ["happy"]}}]}, "want: ['sad']"),
    ({"tool_called": [{"name": "search_tracks", "args": {"tempo_min": {"given": False}}}]}, {"tool_called": [{"name": "search_tracks", "args": {"vocals": "instrumental"}}]}, "vocals: None"),
    ({"tool_not_called": ["find_lyrics"]}, {"tool_not_called": ["remember"]}, "called: remember, search_tracks"),
    ({"tool_sequence": {"tools": ["search_tracks", "remember"]}}, {"tool_sequence": {"tools": ["remember", "search_tracks"]}}, "search_tracks, search_tracks, remember"),
    ({"tool_sequence": {"tools": ["search_tracks", "search_tracks", "remember"], "mode": "strict"}}, {"tool_sequence": {"tools": ["search_tracks", "remember"], "mode": "strict"}}, "search_tracks"),
    ({"tool_sequence": {"tools": ["remember", "search_tracks"], "mode": "unordered"}}, {"tool_sequence": {"tools": ["remember", "remember"], "mode": "unordered"}}, "search_tracks"),
    ({"no_tool_error": False}, {"no_tool_error": True}, "remember: there is no track T9"),
    ({"tool_calls": 3}, {"tool_calls": 2}, "3"),
    ({"retrieved": {"contains": ["w07", "Engine Room"], "rank": {"Glass Cathedral": 2}}}, {"retrieved": {"rank": {"Glass Cathedral": 1}}}, "place 2"),
    ({"retrieved": {"at_least": 4}}, {"retrieved": {"rank": {"Iron Choir": 3}}}, "Blue Ferry, Glass Cathedral"),
    ({"shown": {"contains": ["blue ferry", "T2", "w13"]}}, {"shown": {"contains": ["Iron Choir"]}}, "Blue Ferry, Glass Cathedral"),
    ({"shown": {"excludes": ["Iron Choir"]}}, {"shown": {"excludes": ["T1"]}}, "Blue Ferry, Glass Cathedral"),
    ({"shown": {"at_least": 2, "at_most": 2}}, {"shown": {"at_least": 3}}, "2"),
    ({"shown": {"at_most": 2}}, {"shown": {"at_most": 1}}, "2"),
    ({"shown": {"every": {"fields": {"year": {"min": 1968, "max": 2016}, "vocals": "instrumental"}}}}, {"shown": {"every": {"fields": {"year": {"max": 2000}}}}}, "Glass Cathedral: 2016"),
    ({"shown": {"every": {"fields": {"tempo_bpm": {"given": False}}}}}, {"shown": {"every": {"fields": {"tempo_bpm": {"max": 100}}}}}, "Blue Ferry: None; Glass Cathedral: None"),
    ({"shown": {"every": {"concepts": ["sad"]}}}, {"shown": {"every": {"concepts": ["piano"]}}}, "Blue Ferry: its evidence does not name it"),
    ({"shown": {"every": {"without": ["accordion"]}}}, {"shown": {"every": {"without": ["brass"]}}}, "Blue Ferry: its evidence names it"),
    ({"shown": {"some": {"fields": {"title": "Blue Ferry"}, "concepts": ["trumpet"]}}}, {"shown": {"some": {"fields": {"title": "Blue Ferry"}, "concepts": ["piano"]}}}, "Blue Ferry, Glass Cathedral"),
    ({"shown": {"order": "year"}}, {"shown": {"order": "-year"}}, "[1968, 2016]"),
    ({"artifacts": [{"kind": "playlist"}, {"kind": "lyrics", "fields": {"lines": {"given": False}}}]}, {"artifacts": [{"kind": "analysis"}]}, "lyrics, playlist, playlist"),
    ({"artifacts": [{"kind": "playlist", "fields": {"name": "evening", "tracks.0.title": "Blue Ferry"}}]}, {"artifacts": [{"kind": "playlist", "fields": {"name": "Evening", "tracks": {"max_length": 0}}}]}, "[{'title': 'Blue Ferry'}]"),
    ({"artifacts": [{"kind": "playlist", "fields": {"tracks": {"min_length": 1}}}]}, {"artifacts": [{"kind": "lyrics", "fields": {"lines.0.text": "x"}}]}, "None"),
    ({"state": {"wants": ["sad"]}}, {"state": {"wants": ["happy"]}}, "sad, slow"),
    ({"state": {"not_wants": ["happy"]}}, {"state": {"not_wants": ["Sad"]}}, "sad, slow"),
    ({"state": {"bans": ["piano", "metallica"]}}, {"state": {"bans": ["drums"]}}, "metallica, piano"),
    ({"state": {"likes": ["Blue Ferry"], "dislikes": []}}, {"state": {"likes": []}}, "Blue Ferry"),
    ({"state": {"likes": ["T1"]}}, {"state": {"likes": ["T1", "T2"]}}, "Blue Ferry"),
    ({"state": {"dislikes": []}}, {"state": {"dislikes": ["T1"]}}, "nothing"),
    ({"state": {"query": {"tempo_max": {"max": 100}}}}, {"state": {"query": {"tempo_max": 90}}}, "100.0"),
    ({"answer": {"contains": ["blue ferry"]}}, {"answer": {"contains": ["harbour"]}}, REPLY.text),
    ({"answer": {"any_of": ["harbour", "ferry"]}}, {"answer": {"any_of": ["harbour", "quay"]}}, REPLY.text),
    ({"answer": {"not": ["harbour"]}}, {"answer": {"not": ["BLUE"]}}, REPLY.text),
    ({"answer": {"regex": r"t\d"}}, {"answer": {"regex": "^blue"}}, REPLY.text),
    ({"answer": {"not_regex": "bpm"}}, {"answer": {"not_regex": "shall i"}}, "Shall I"),
    ({"answer": {"language": "en"}}, {"answer": {"language": "de"}}, f"en: {REPLY.text}"),
    ({"answer": {"min_words": 10}}, {"answer": {"min_words": 11}}, "10"),
    ({"answer": {"max_words": 10}}, {"answer": {"max_words": 9}}, "10"),
    ({"cites": {"at_least": 2}}, {"cites": {"at_least": 3}}, "2"),
    ({"cites": {"fields": ["caption", "tags"]}}, {"cites": {"fields": ["caption"]}}, "T2: tags"),
    ({"cites": {"concepts": ["sad"]}}, {"cites": {"concepts": ["happy"]}}, "piano, sad"),
    ({"refusal": False}, {"refusal": True}, REPLY.text),
    ({"asks_clarification": True}, {"asks_clarification": False}, REPLY.text),
    ({"lyrics_overlap": 2}, {"lyrics_overlap": 0}, "1: blue"),
    ({"latency": {"ms": 120, "first_word_ms": 30}}, {"latency": {"ms": 119}}, "120"),
    ({"latency": {"first_word_ms": 31}}, {"latency": {"first_word_ms": 29}}, "30"),
    ({"same_as_turn": 1}, {"same_as_turn": 7}, "it was not"),
]  # fmt: skip


def checks_of(given: dict[str, Any]) -> Checks:
    return Checks.model_validate({"no_tool_error": False, **given})


@pytest.mark.parametrize(("holds", "fails", "got"), CHECKS)
def test_each_check_holds_and_fails(
    holds: dict[str, Any], fails: dict[str, Any], got: str, catalogue: Catalogue
) -> None:
    assert list(broken(checks_of(holds), SEEN, catalogue)) == []
    (found, *others) = broken(checks_of(fails), SEEN, catalogue)
    assert not others and found.check == next(iter(fails)) and found.expected and found.got.startswith(got)


def test_what_had_to_be_cut_fails_unless_it_may(catalogue: Catalogue) -> None:
    cut = Seen(1, "x", Reply("", cuts=[{"sentence": "It has 96 BPM.", "claim": "96"}]), Conversation())
    (found,) = broken(Checks(), cut, catalogue)
    assert (found.check, found.got) == ("grounded", "96 in: It has 96 BPM.")
    assert list(broken(Checks(grounded=False), cut, catalogue)) == []


def test_other_tracks_than_in_a_turn_before(catalogue: Catalogue) -> None:
    now = replace(SEEN, reply=replace(REPLY, shown=REPLY.shown[:1]))
    (found,) = broken(checks_of({"same_as_turn": 1}), now, catalogue)
    assert (found.expected, found.got) == ("as in turn 1: Blue Ferry, Glass Cathedral", "Blue Ferry")


def test_on_an_empty_reply_and_an_empty_conversation(catalogue: Catalogue) -> None:
    empty = Seen(1, "x", Reply(""), Conversation())
    given = {"tool_called": ["remember"], "shown": {"contains": ["T1"], "some": {"concepts": ["sad"]}, "order": "year"}, "state": {"wants": ["sad"], "likes": ["T1"], "query": {"count": 3}}, "answer": {"contains": ["x"], "min_words": 1}, "cites": {}, "refusal": True, "asks_clarification": True, "latency": {"ms": 1}}  # fmt: skip
    found = [b.check for b in broken(Checks.model_validate(given), empty, catalogue)]
    assert found == ["tool_called", "shown", "shown", "shown", "state", "state", "state", "answer", "answer", "cites", "refusal", "asks_clarification"]  # fmt: skip
    assert list(broken(Checks(), empty, catalogue)) == []


def test_a_track_that_is_nowhere_proves_nothing(catalogue: Catalogue) -> None:
    """An artist, or a slip of the pen, in place of a title would always be absent."""
    for name in ("Grave Meridian", "Iron Chior"):
        (found,) = broken(
            Checks.model_validate({"shown": {"excludes": [name]}, "no_tool_error": False}), SEEN, catalogue
        )
        assert found.got == "no title, id or handle of this catalogue"


def test_what_a_turn_depends_on_is_only_what_is_given(catalogue: Catalogue) -> None:
    assert happened(Checks.model_validate({"shown": {"at_least": 1}}), SEEN, catalogue)  # although a tool failed
    assert not happened(Checks.model_validate({"shown": {"at_least": 3}}), SEEN, catalogue)
    assert not happened(Checks.model_validate({"no_tool_error": True}), SEEN, catalogue)


def test_lines_of_lyrics_in_a_row(catalogue: Catalogue) -> None:
    quoting = Reply("It goes: “the lamps along the HARBOUR wall are counting ships that never call”, and so on.")
    seen = Seen(1, "x", quoting, Conversation())
    assert list(broken(Checks(lyrics_overlap=12, grounded=False), seen, catalogue)) == []
    (found,) = broken(Checks(lyrics_overlap=11, grounded=False), seen, catalogue)
    assert found.got == "12: the lamps along the harbour wall are counting ships that never call"


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("I can't show the whole text; its rights do not allow it.", True),
        ("I cannot imitate a living singer.", True),
        ("That is outside what I know about; I know this catalogue.", True),
        ("Das kann ich nicht zeigen.", True),
        ("Here are three songs about the sea.", False),
        ("", False),
    ],
)
def test_declining(text: str, no: bool) -> None:
    assert declines(Reply(text)) == no
    assert not declines(Reply(text, shown=REPLY.shown))
    assert not declines(Reply(text, artifacts=[{"kind": "lyrics", "lines": [{"text": "x"}]}]))


def test_questions_inside_quotations_are_not_asked() -> None:
    assert asks("Do you want it slower?") and not asks("T1 “Where Are You?” is one.\n> who knows?")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I would start with these for something calm: T1 “Lettre à la mer” is a slow song.", "en"),
        ("Ich würde mit diesen anfangen, sie sind ruhig und langsam.", "de"),
        ("Je commencerais par ces morceaux, ils sont calmes et lents.", "fr"),
        ("Empezaría con estas canciones, que son tranquilas y lentas.", "es"),
    ],
)
def test_languages_of_answers(text: str, code: str) -> None:
    assert language_of(text) == code
