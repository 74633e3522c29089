"""Whole conversations with the embedded brain on the words catalogue: state, results, events, grounding."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.events import Reply, Request, Thought, ToolStep, Words
from assistant.reply import Assistant
from index.errors import UserError
from tests.tools.making import wav


def titles(reply: Reply) -> list[str]:
    return [card["title"] for card in reply.shown]


def handle(reply: Reply, title: str) -> str:
    return str(next(c["handle"] for c in reply.shown if c["title"] == title))


def test_ten_turns(assistant: Assistant) -> None:
    said: list[Reply] = []

    def say(text: str) -> Reply:
        said.append(assistant.reply(Request("t", text)))
        return said[-1]

    one = say("slow, sad music")
    assert set(titles(one)[:2]) <= {"Blue Ferry", "Glass Cathedral", "Lettre à la mer"}
    two = say("with piano")
    assert titles(two)[0] == "Glass Cathedral"
    assert handle(two, "Glass Cathedral") == handle(one, "Glass Cathedral")
    three = say("nothing by Ilse Bramford")
    assert not any("Ilse Bramford" in c["artists"] for c in three.shown)
    four = say("why the first one?")
    assert four.tools[0].args == {"handle": three.shown[0]["handle"]} and three.shown[0]["title"] in four.text
    five = say("I love Lettre à la mer")
    known = assistant.conversation("t")
    assert known.liked == ["w07"] and "Noted: you like" in five.text
    assert "w07" not in {c["id"] for c in five.shown}
    six = say("show me its lyrics, the lyrics of Lettre à la mer")
    assert "> J'écris ton nom sur l'eau du port\n> La vague efface et j'écris encore" in six.text
    seven = say("undo")
    assert "took the last wish back" in seven.text
    query = assistant.conversation("t").query
    assert query and query.avoid == [] and "piano" in query.want
    eight = say("now find me some happy samba")
    assert titles(eight)[0] == "Feira"
    after = assistant.conversation("t").query
    assert after and after.want == ["happy", "samba"]
    nine = say("what do you know about my taste?")
    assert "happy and samba" in nine.text and "Lettre à la mer" in nine.text
    ten = say("start over")
    assert "forgotten" in ten.text
    end = assistant.conversation("t")
    assert end.query is None and end.liked == [] and end.track_of(handle(one, "Glass Cathedral")) == "w13"
    assert [r.cuts for r in said] == [[]] * 10
    assert all(r.text and all(t.ok for t in r.tools) for r in said)
    json.dumps([r.to_dict() for r in said])


def test_events_come_in_order_and_the_reply_is_last(assistant: Assistant) -> None:
    events = list(assistant.stream(Request("t", "calm piano")))
    assert [type(e) for e in events if isinstance(e, Reply)] == [Reply] and isinstance(events[-1], Reply)
    kinds = [type(e) for e in events]
    first = {kind: kinds.index(kind) for kind in (Thought, ToolStep, Words)}
    assert first[Thought] < first[ToolStep] < first[Words]
    assert Thought not in kinds[first[Words] :] and ToolStep not in kinds[first[Words] :]
    reply = events[-1]
    assert "".join(e.text for e in events if isinstance(e, Words)).strip() == reply.text
    assert "".join(e.text for e in events if isinstance(e, Thought)) == reply.reasoning != ""
    assert reply.first_word_ms and 0 < reply.first_word_ms <= reply.ms
    assert [s for s in events if isinstance(s, ToolStep)] == reply.tools


def test_a_reply_survives_json(assistant: Assistant) -> None:
    reply = assistant.reply(Request("t", "sad songs in French")).to_dict()
    assert json.loads(json.dumps(reply)) == reply
    assert reply["citations"] and {"handle", "id", "kind", "field", "words"} <= reply["citations"][0].keys()
    assert {c["id"] for c in reply["citations"]} <= {t["id"] for t in reply["shown"]}
    assert all(t["language"] == "French" for t in reply["shown"])
    assert [t["id"] for t in reply["shown"]] == [i for i in reply["ranked"] if i in {t["id"] for t in reply["shown"]}]


def test_clicks_between_turns_count(assistant: Assistant) -> None:
    first = assistant.reply(Request("t", "calm instrumental music"))
    disliked, liked = first.shown[0]["id"], first.shown[1]["id"]
    assistant.react("t", liked=(liked,))
    assistant.react("t", disliked=(liked,))
    assistant.react("t", liked=(liked,), disliked=(disliked,))
    known = assistant.conversation("t")
    assert (known.liked, known.disliked) == ([liked], [disliked])
    again = assistant.reply(Request("t", "calm instrumental music, please"))
    assert not {disliked, liked} & {c["id"] for c in again.shown}
    assistant.react("t", neither=(liked, disliked))
    assert assistant.conversation("t").liked == assistant.conversation("t").disliked == []


def test_likes_in_the_request_are_kept_if_the_catalogue_knows_them(assistant: Assistant) -> None:
    assistant.reply(Request("t", "more jazz please", liked=("w05", "nonsense"), disliked=("w06",)))
    known = assistant.conversation("t")
    assert (known.liked, known.disliked) == (["w05"], ["w06"])


def test_a_click_before_the_first_turn(assistant: Assistant) -> None:
    assistant.react("new", liked=("w05",))
    assert assistant.conversation("new").liked == ["w05"]
    assert assistant.reply(Request("new", "some blues")).shown


def test_an_attached_file_is_heard(assistant: Assistant, tmp_path: Path) -> None:
    path = wav(tmp_path / "demo.wav", 2.0)
    reply = assistant.reply(Request("t", "analyse my track", files=(str(path),)))
    assert [(t.name, t.args, t.ok) for t in reply.tools] == [("analyze_audio", {"target": "F1"}, True)]
    assert reply.text.startswith("I measured demo.wav: 0:02 long") and reply.cuts == []
    (tmp_path / "no.wav").write_text("words")
    bad = assistant.reply(Request("t", "analyse my track", files=(str(tmp_path / "no.wav"),)))
    assert not bad.tools[0].ok and bad.text.startswith("I could not do that: no.wav: not an audio file")


def test_nothing_said_and_too_much_said(assistant: Assistant) -> None:
    with pytest.raises(UserError, match="empty"):
        assistant.reply(Request("t", " \n "))
    reply = assistant.reply(Request("t", "sad blues " * 5000))
    assert reply.shown and reply.cuts == []


def test_odd_words_are_survived(assistant: Assistant) -> None:
    for n, text in enumerate(
        ("?", "🎹🎹", "T1", "<state>{}</state>", "\0", "' OR 1=1 --", "NEAR(a b) AND *", "F7 F8", "“", "7/8 7/8 7/8")
    ):
        assert assistant.reply(Request(f"odd{n}", text)).text


def test_conversations_side_by_side(assistant: Assistant) -> None:
    wishes = {"a": "sad blues", "b": "happy samba", "c": "energetic techno"}

    def hold(thread: str) -> list[list[str]]:
        return [titles(assistant.reply(Request(thread, turn))) for turn in (wishes[thread], "more", "why T1?")]

    with ThreadPoolExecutor(3) as pool:
        together = dict(zip(wishes, pool.map(hold, wishes), strict=True))
    assert [together[t][0][0] for t in "abc"] == ["Blue Ferry", "Feira", "Engine Room"]
    for thread in wishes:
        known = assistant.conversation(thread)
        first, more, _ = together[thread]
        assert not set(first) & set(more)
        assert len(known.tracks) == len(set(known.tracks)) == len(first) + len(more)


def test_the_same_conversation_reads_the_same(assistant: Assistant) -> None:
    turns = ("gentle folk with guitar", "older", "why the second one?")
    a, b = ([assistant.reply(Request(t, x)).text for x in turns] for t in ("one", "two"))
    assert a == b


def test_a_comparison_holds_in_later_turns(assistant: Assistant) -> None:
    first = assistant.reply(Request("older", "something electronic to dance to"))
    newest = max(card["year"] for card in first.shown)
    older = assistant.reply(Request("older", "older please"))
    assert older.shown and all(card["year"] < newest for card in older.shown)
    standing = assistant.conversation("older").query
    assert standing and standing.year_max and standing.year_max < newest and not standing.compare
    later = assistant.reply(Request("older", "with female vocals"))
    assert later.shown and all(card["year"] <= standing.year_max for card in later.shown)


def test_more_like_that_but_narrows_the_standing_wish(assistant: Assistant) -> None:
    assistant.reply(Request("that", "sad songs"))
    narrowed = assistant.reply(Request("that", "More like that, but with accordion."))
    assert narrowed.tools[0].name == "search_tracks"
    assert narrowed.tools[0].args["want"] == ["sad", "accordion"]
    assert titles(narrowed)[0] == "Lettre à la mer"


def test_more_like_one_track_starts_from_that_track(assistant: Assistant) -> None:
    shown = assistant.reply(Request("one", "sad songs"))
    alike = assistant.reply(Request("one", f"more like {shown.shown[1]['handle']}"))
    assert alike.tools[0].name == "similar_tracks"
    assert shown.shown[1]["id"] not in alike.ranked


def test_a_limit_and_a_wish_can_be_taken_back(assistant: Assistant) -> None:
    assistant.reply(Request("back", "calm guitar music from the seventies"))
    standing = assistant.conversation("back").query
    assert standing and standing.year_max == 1979 and "guitar" in standing.want
    assistant.reply(Request("back", "forget the year"))
    assistant.reply(Request("back", "drop the guitar"))
    standing = assistant.conversation("back").query
    assert standing and standing.year_max is None and "guitar" not in standing.want and "guitar" not in standing.avoid


def test_a_title_of_the_catalogue_needs_not_be_shown_first(assistant: Assistant) -> None:
    lyrics = assistant.reply(Request("title", "show me the lyrics of Harbour Lamps"))
    assert lyrics.tools[0].name == "find_lyrics" and "The lamps along the harbour wall" in lyrics.text
    year = assistant.reply(Request("title", "When was Copacabana Rain released?"))
    assert "1972" in year.text


def test_only_a_ban_leaves_everything_else(assistant: Assistant) -> None:
    found = assistant.reply(Request("ban", "no drums please"))
    assert found.shown and len(found.ranked) > 10
    assert "w11" not in assistant.reply(Request("ban", "and nothing by Tiago Venâncio")).ranked


def test_what_is_no_word_is_not_understood(assistant: Assistant) -> None:
    assistant.reply(Request("odd", "jazz"))
    assert "did not understand" in assistant.reply(Request("odd", "😀😀")).text


def test_a_file_that_comes_with_a_turn_is_what_the_turn_is_about(assistant: Assistant, tmp_path: Path) -> None:
    assistant.reply(Request("file", "jazz"))
    heard = assistant.reply(Request("file", "analyze it", files=(str(wav(tmp_path / "mine.wav")),)))
    assert heard.tools[0].args == {"target": "F1"} and "mine.wav" in heard.text
    with pytest.raises(UserError, match="no such file"):
        assistant.reply(Request("file", "and this?", files=(str(tmp_path / "nope.wav"),)))


def test_it_follows_the_talk(assistant: Assistant) -> None:
    assistant.reply(Request("it", "songs about the sea"))
    details = assistant.reply(Request("it", "who made the second one?"))
    lyrics = assistant.reply(Request("it", "show me its lyrics"))
    assert lyrics.tools[0].args == details.tools[0].args == {"handle": "T2"}


def test_a_question_about_the_stock_begins_anew(assistant: Assistant) -> None:
    assistant.reply(Request("stock", "calm folk without accordion"))
    german = assistant.reply(Request("stock", "do you have anything in German?"))
    assert german.tools[0].args.keys() == {"text", "language"} and german.shown


def test_a_greeting_is_no_wish(assistant: Assistant) -> None:
    plain, greeted = (assistant.reply(Request(t, t)).ranked for t in ("slow blues", "evening! slow blues"))
    assert plain == greeted


@pytest.mark.parametrize(
    "wish",
    [
        "avoid anything by Volt Parade", "leave out Volt Parade, dark music", "stop playing Volt Parade", "please exclude Volt Parade",
        "anything but Volt Parade",
    ],
)  # fmt: skip
def test_an_artist_that_is_ruled_out_is_not_wanted(assistant: Assistant, wish: str) -> None:
    args = assistant.reply(Request("no", wish)).tools[0].args
    assert "Volt Parade" in args["avoid"] and "artists" not in args


@pytest.mark.parametrize(
    "then", ["no more from that artist", "not that artist again", "exclude the artist of the first track"]
)
def test_the_artist_that_is_pointed_at_is_ruled_out(assistant: Assistant, then: str) -> None:
    first = assistant.reply(Request("that", "dark electronic music")).shown[0]
    reply = assistant.reply(Request("that", then))
    assert first["artists"][0] in reply.tools[0].args["avoid"]
    assert not any(first["artists"][0] in card["artists"] for card in reply.shown)


@pytest.mark.parametrize(
    ("wish", "without"),
    [("swing not from the 90s", "year_min"), ("nothing AI-generated, please, and calm", "only_ai"), ("calm, except AI", "only_ai")],
)  # fmt: skip
def test_what_is_ruled_out_does_not_become_a_wish(assistant: Assistant, wish: str, without: str) -> None:
    assert without not in assistant.reply(Request("not", wish)).tools[0].args


def test_from_before_is_a_bound_however_it_is_refused(assistant: Assistant) -> None:
    args = assistant.reply(Request("old", "I don't want anything from before 1980")).tools[0].args
    assert args["year_min"] == 1980 and "year_max" not in args


def test_adding_the_second_one_is_no_dislike(assistant: Assistant) -> None:
    assistant.reply(Request("add", "sad music"))
    both = assistant.reply(Request("add", 'put the first and the third in a playlist called "Night drive"'))
    assert both.tools[0].args == {"handles": ["T1", "T3"], "name": "Night drive"}
    added = assistant.reply(Request("add", "add the second one as well"))
    assert "dislike" not in str([t.args for t in added.tools])


@pytest.mark.parametrize(
    ("asked", "name"),
    [("Purple Haze", "Purple Haze"), ('do you have "Moonlight Sonata"?', "Moonlight Sonata"), ("play Hotel California please", "Hotel California")],
)  # fmt: skip
def test_a_title_that_is_not_here_is_said_not_to_be(assistant: Assistant, asked: str, name: str) -> None:
    assert f"{name} is not in this catalogue" in assistant.reply(Request("gone", asked)).text


@pytest.mark.parametrize("asked", ["Jazz Piano", "Good Morning", "Sad Blues, please", "Surprise Me"])
def test_capitals_alone_make_no_title(assistant: Assistant, asked: str) -> None:
    assert "not in this catalogue" not in assistant.reply(Request("capitals", asked)).text


def test_a_message_that_is_too_long_is_said_to_be_read_in_part(assistant: Assistant) -> None:
    said = assistant.reply(Request("t", "sad blues " + "really " * 1000 + "without trumpet")).text
    assert said.startswith("*Your message is longer than 4000 characters; I read its beginning.*\n\n")
    assert "longer than" not in assistant.reply(Request("t", "sad blues")).text
