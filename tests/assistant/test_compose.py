"""Answers: the wish in words, reasons from evidence, remarks, and other sentences."""

from __future__ import annotations

import re
from typing import Any

import pytest

from assistant.embedded.compose import Outcome, compose
from assistant.embedded.facts import details, why
from assistant.embedded.overview import whole
from assistant.embedded.rows import reason, snippet

CAPTION = "A slow, sad blues with muted trumpet and upright bass, late at night."
FERRY: dict[str, Any] = {
    "handle": "T1",
    "title": "Blue Ferry",
    "artists": ["The Quay Street Nine"],
    "year": 1968,
    "caption": CAPTION,
}


def said(words: str, concept: str | None = None, text: str = CAPTION, field: str = "caption") -> dict[str, Any]:
    start = text.index(words)
    return {"kind": "said", "field": field, "words": words, "start": start, "end": start + len(words), **({"concept": concept} if concept else {})}  # fmt: skip


def answer(args: dict[str, Any], request: str = "x", intent: str = "find", **body: Any) -> str:
    body = {"tracks": [FERRY], "absent": [], "relaxed": [], **body}
    return compose(request, intent, [Outcome("search_tracks", args, body)])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"want": ["female vocals", "vocals", "harp"]}, "music with female vocals and harp"),
        ({"want": ["slow", "sad", "strings"]}, "slow, sad music with strings"),
        ({"want": ["folk", "relaxing", "harp", "choir"], "avoid": ["drums"]}, "relaxing folk with harp and choir, without drums"),
        ({"want": ["samba", "happy"]}, "happy samba"),
        ({"want": ["waltz", "latin"]}, "waltzes and Latin music"),
        ({"want": ["sleep"]}, "music for sleeping"),
        ({"want": ["sleep"], "artists": ["Ada"]}, "music for sleeping by Ada"),
        ({"want": ["instrumental", "piano"], "vocals": "instrumental", "avoid": ["vocals"]}, "instrumental music with piano"),
        ({"want": ["jazz"], "artists": ["Ada"]}, "jazz by Ada"),
        ({"artists": ["Ada", "Bo"]}, "music by Ada and Bo"),
        ({"avoid": ["banjo", "tuba"]}, "music without banjo or tuba"),
        ({"avoid": ["sad"]}, "music that is not sad"),
        ({"want": ["jazz"], "compare": [{"dimension": "slower"}]}, "jazz, only slower"),
    ],
)  # fmt: skip
def test_the_opening_says_the_wish(args: dict[str, Any], words: str) -> None:
    shown = {**FERRY, "evidence": [said("trumpet", args.get("want", ["trumpet"])[0])]}
    for request in ("x", "y", "z"):
        opening = next(line for line in answer(args, request, tracks=[shown]).splitlines() if line.endswith(":"))
        assert re.search(rf"\b{words}(?::|,| I | and would)", opening), opening


def test_an_opening_without_a_wish() -> None:
    assert answer({}).splitlines()[0] in {"Try these:", "This is what I would play you:", "I would start with these:", "From this catalogue:"}  # fmt: skip


def test_wishes_that_nothing_names_are_said_to_be_unmet() -> None:
    lines = answer({"want": ["sunrise", "harp"]}).splitlines()
    assert lines[0] == "None of these mentions “sunrise” or “harp”; they are the nearest in meaning:"
    assert not any("nothing says" in line for line in lines)


def test_what_suits_a_situation_is_said_where_nothing_names_it() -> None:
    calm = {**FERRY, "evidence": [said("slow") | {"kind": "suits", "situation": "sleep"}]}
    lines = answer({"want": ["sleep"]}, tracks=[calm]).splitlines()
    assert lines[0] == "None of these mentions “sleep”; what suits it is relaxing, slow, peaceful and sleepy:"
    assert "“A slow, sad blues with muted trumpet and upright bass, late at night”" in lines[2]
    card = {**CARD, "evidence": calm["evidence"]}
    assert why(card).startswith(
        "T1 “Blue Ferry” by The Quay Street Nine is here because its caption says “slow”, which suits sleep."
    )


def test_a_step_that_leads_away_from_the_wish_is_no_answer_to_it() -> None:
    calm = {**FERRY, "evidence": [said("slow", "relaxing")]}
    lines = answer({"want": ["jazz"], "compare": [{"dimension": "calmer"}]}, tracks=[calm]).splitlines()
    assert lines[0] == "None of these mentions “jazz”; they are calmer, and near:"


def test_a_track_that_nothing_proves_is_told_by_its_caption() -> None:
    assert reason({**FERRY, "tempo_bpm": 71.6}).startswith(
        "“A slow, sad blues with muted trumpet and upright bass, late at night”; measured 72 BPM"
    )


def test_who_an_artist_is_as_far_as_the_catalogue_goes() -> None:
    later = {**FERRY, "handle": "T2", "year": 1974, "genres": ["Blues"]}
    first = answer(
        {"artists": ["The Quay Street Nine"]}, "who are The Quay Street Nine?", tracks=[FERRY, later]
    ).splitlines()[0]
    assert first == "I know The Quay Street Nine by 2 tracks here from 1968 to 1974: Blues."


def test_a_choice_left_to_us_begins_anew() -> None:
    assert answer({"fresh": True}, "surprise me").splitlines()[0] in {
        "Let me surprise you:",
        "As chance and I would have it:",
        "You asked for it:",
    }


def test_a_changed_playlist_tells_what_came_and_went() -> None:
    body = {
        "name": "Night",
        "tracks": [{"handle": "T2", "title": "Kettle"}],
        "files": ["night.m3u8", "night.jspf"],
        "new": ["T2"],
        "gone": ["T1", "T4"],
        "length": "3:00",
    }
    said_ = compose("x", "playlist", [Outcome("make_playlist", {}, body)])
    assert (
        said_
        == "Changed: T2 “Kettle” came in, T1 and T4 are out. “Night” (3:00) now goes T2 “Kettle”. The files are night.m3u8 and night.jspf."
    )
    assert compose("x", "playlist", [Outcome("make_playlist", {}, {**body, "new": [], "gone": []})]).startswith(
        "Changed: another order."
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"meeting": {"tracks": 3, "limits": ["sung in German"]}}, "3 of 9 tracks here are sung in German."),
        ({"meeting": {"tracks": 1, "limits": ["sung in German"]}, "naming": {"sad": 4}}, "1 of 9 tracks here is sung in German and names sad."),
        ({"meeting": {"tracks": 0, "limits": ["from 1970 or later", "from 1979 or earlier"]}, "by": {"Ada": 2}}, "None of 9 tracks here are from 1970 to 1979 and are by Ada."),
    ],
)  # fmt: skip
def test_tracks_within_limits_are_counted(body: dict[str, Any], words: str) -> None:
    counted = Outcome("catalogue_overview", {}, {"tracks": 9, "artists": 4, **body})
    assert compose("how many?", "catalogue", [counted]) == words


def test_near_misses_at_the_end_are_set_apart_once() -> None:
    sung = {**FERRY, "evidence": [said("trumpet", "trumpet")]}
    lines = answer({"want": ["trumpet"]}, tracks=[sung, FERRY, FERRY]).splitlines()
    assert [line[:2] for line in lines if line[:1].isdigit()] == ["1.", "2.", "3."]
    assert (
        lines.index("Nothing else here mentions “trumpet”. Near it:")
        == lines.index(next(x for x in lines if x.startswith("2."))) - 2
    )
    assert not any("but it is near" in line for line in lines)
    mixed = answer({"want": ["trumpet"]}, tracks=[FERRY, sung, FERRY])
    assert mixed.count("nothing says trumpet, but it is near") == 2


def test_openings_vary_with_the_request_and_only_with_it() -> None:
    openings = {answer({}, request=f"request {n}").splitlines()[0] for n in range(40)}
    assert len(openings) >= 3
    assert answer({}, request="a") == answer({}, request="a")


def test_a_row_names_the_track_and_quotes_its_own_words() -> None:
    shown = {**FERRY, "evidence": [said("slow", "slow"), said("sad", "sad"), said("trumpet", "trumpet")], "tempo_bpm": 71.6, "key": "D minor"}  # fmt: skip
    row = answer({"want": ["slow"]}, tracks=[shown]).splitlines()[-1]
    assert row.startswith("1. **T1** “Blue Ferry” by The Quay Street Nine (1968): “")
    assert row.endswith("measured 72 BPM, D minor.")
    quotes = row.split("“")[2:]
    assert all(q.split("”")[0].rstrip(" …") in CAPTION for q in quotes)
    assert len({q.split("”")[0] for q in quotes}) == len(quotes)


def test_reasons_without_quotations() -> None:
    assert (
        reason(
            {**FERRY, "evidence": [{"kind": "tag", "field": "genres", "words": "blues", "concept": "blues"}]}, ["blues"]
        )
        == "tagged blues."
    )
    assert (
        reason({"evidence": [{"kind": "tag", "field": "lyrics", "words": "harbour", "concept": "sea"}]}, ["sea"])
        == "its lyrics mention “harbour”."
    )
    assert reason({"evidence": [{"kind": "name", "field": "artists", "words": "Ada"}]}) == "credited to Ada."
    assert reason({}) == "nothing more is known of it here."
    assert reason(FERRY, ["harp"]).startswith("nothing says harp, but it is near; “")


@pytest.mark.parametrize("words", ["slow", "sad", "muted trumpet", "late at night"])
def test_a_snippet_holds_its_proof_and_stays_short(words: str) -> None:
    at = CAPTION.index(words)
    found = snippet(CAPTION, at, at + len(words))
    assert words in found and found in CAPTION and len(found) <= 92
    long = "word " * 60 + words + " tail" * 60
    found = snippet(long, 300, 300 + len(words))
    assert words in found and len(found) <= 92


def test_what_was_let_go_is_not_said_of_the_tracks() -> None:
    asked = {"want": ["zither"], "compare": [{"dimension": "more energetic"}]}
    assert "they are more energetic, and near" in answer(asked)
    let_go = answer(asked, relaxed=["more energetic than before"])
    assert "I let this go: more energetic than before" in let_go and "they are" in let_go
    assert "they are more energetic" not in let_go


def test_an_order_says_of_how_many_its_value_is_not_known() -> None:
    known, unknown = {**FERRY, "tempo_bpm": 90.0}, {k: v for k, v in FERRY.items() if k != "tempo_bpm"}
    args = {"order": "rising tempo"}
    assert "They go from slow to fast." in answer(args, tracks=[known, known])
    some = answer(args, tracks=[known, unknown])
    assert "They go from slow to fast; the tempo of one is not known, and it comes last." in some
    assert "The tempo of none of them is known" in answer(args, tracks=[unknown, unknown])


def test_several_wishes_taken_back_are_told_once() -> None:
    back = Outcome("remember", {"undo": True}, {"query": {"want": ["sad"]}, "liked": [], "disliked": []})
    assert compose("undo twice", "undo", [back, back]) == "I took the last 2 wishes back; this is where we were."
    assert compose("undo", "undo", [back]) == "I took the last wish back; this is where we were."


def test_remarks_come_first() -> None:
    text = answer({"artists": ["Metallica"]}, absent=["Metallica"], relaxed=["in minor", "at most 100 BPM"])
    assert text.startswith(
        "Metallica is not in this catalogue; the nearest I have follow. "
        "No track here meets all of that, so I let this go: in minor and at most 100 BPM.\n"
    )
    assert "Metallica" not in text.splitlines()[1]


def test_nothing_found_is_said_as_such() -> None:
    assert answer({}, tracks=[]).startswith("No track in this catalogue fits that.")
    assert answer({"fresh": True}, tracks=[]).startswith("I have nothing further that fits")
    assert "A and B are not in this catalogue. Tell me" in answer({}, tracks=[], absent=["A", "B"])


def test_what_a_tool_could_not_do_is_said_in_its_words() -> None:
    failed = Outcome("analyze_audio", {}, {}, "the catalogue has no audio for T1")
    assert compose("x", "analyze", [failed]) == "I could not do that: the catalogue has no audio for T1."
    assert compose("x", "analyze", []) == ""


def test_lyrics_are_a_quotation_with_source_and_credit() -> None:
    body = {"handle": "T1", "title": "Kettle", "lines": [{"time": "0:12", "text": "one"}, {"time": None, "text": "two"}], "display": "excerpt", "reason": "two lines at most", "source": "a.lrc", "credit": "“Kettle”"}  # fmt: skip
    text = compose("x", "lyrics", [Outcome("find_lyrics", {}, body)])
    assert text == "From T1 “Kettle” (an excerpt; two lines at most):\n\n> [0:12] one\n> two\n\nSource: a.lrc. “Kettle”"
    none = {"handle": "T1", "title": "Kettle", "lines": [], "display": "none", "reason": "it may not be shown"}
    assert (
        compose("x", "lyrics", [Outcome("find_lyrics", {}, none)])
        == "I cannot show lyrics of T1 “Kettle”: it may not be shown."
    )


def test_a_playlist_of_unknown_length_claims_none() -> None:
    body = {"name": "Night", "tracks": [{"handle": "T1", "title": "Kettle"}], "files": ["a.m3u8", "a.jspf"]}
    assert compose("x", "playlist", [Outcome("make_playlist", {}, body)]).startswith("Saved “Night” with T1 “Kettle”.")
    assert "(3:00)" in compose("x", "playlist", [Outcome("make_playlist", {}, {**body, "length": "3:00"})])


CARD: dict[str, Any] = {
    **FERRY, "credit": "“Blue Ferry” by The Quay Street Nine", "ai": "no declaration on AI", "album": "Second Line", "instruments": ["trumpet"],
    "origins": {"year": "declared: column year", "album": "declared: column album"}, "measured": {"tempo_bpm": 71.6, "key": "D minor", "duration": "3:10", "chords": ["D:min"]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("what is the tempo of T1?", "Its tempo is 72 BPM, measured."),
        ("what key is it in", "It is in D minor, measured."),
        ("when was it released", "It is from 1968 (declared: column year)."),
        ("how long is it", "It lasts 3:10."),
        ("which chords are in it", "The chords that sound longest are D:min."),
        ("was it made with AI", "Nothing is declared about AI in it."),
        ("what album is it on", "It is on Second Line (declared: column album)."),
    ],
)  # fmt: skip
def test_a_question_about_a_fact_gets_that_fact(request_: str, words: str) -> None:
    text = details(CARD, request_)
    assert text.startswith("T1 “Blue Ferry” by The Quay Street Nine: ")
    assert words in text
    assert "Measured:" not in text


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    for question in ("what tempo", "what key", "when", "how long", "which chords", "what album", "what form"):
        assert any(
            w in details({"handle": "T1", "title": "x"}, question)
            for w in ("not known", "not declared", "No ", "not measured")
        )


def test_why_gives_each_proof_with_its_place() -> None:
    card = {
        **CARD,
        "evidence": [said("sad", "sad"), {"kind": "tag", "field": "genres", "words": "blues", "concept": "blues"}],
    }
    assert why(card) == (
        "T1 “Blue Ferry” by The Quay Street Nine is here because its caption says “sad”; its genres say “blues”. Measured: 72 BPM, D minor."
    )
    assert "close in meaning" in why(CARD)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("is it sad?", "Yes, as far as its caption goes: “a sad trumpet line over brushed drums, no piano”."),
        (
            "does it have a trumpet?",
            "Yes, as far as its caption goes: “a sad trumpet line over brushed drums, no piano”.",
        ),
        (
            "does it have a piano?",
            "Its caption says it is without piano: “a sad trumpet line over brushed drums, no piano”.",
        ),
        ("is T1 jazz?", "Yes, it is tagged Cool Jazz."),
        ("is it happy?", "Nothing about it says happy; it is tagged mournful."),
        ("does it have a harp?", "Nothing about it says harp."),
    ],
)
def test_yes_is_what_its_words_say(asked: str, answer: str) -> None:
    card = {
        **CARD,
        "caption": "a sad trumpet line over brushed drums, no piano",
        "genres": ["Cool Jazz"],
        "moods": ["mournful"],
        "instruments": [],
    }
    assert details(card, asked).endswith(f": {answer}")


def test_limits_that_leave_nothing_are_named() -> None:
    none = answer({"fresh": True}, tracks=[], limits=["at most 1:32 long", "sung in Swedish"])
    assert none.startswith(
        "I have nothing further that fits within what you asked for (at most 1:32 long and sung in Swedish);"
    )
    assert answer({}, tracks=[]).startswith("No track in this catalogue fits that.")


def test_what_is_counted_together_and_what_there_is_none_of() -> None:
    body = {"tracks": 69, "naming": {"lo-fi": 15, "rain": 1}, "meeting": {"tracks": 0, "artists": 0, "limits": []}}
    assert (
        whole(body, "how many of those have rain?")
        == "Of 69 tracks here, 15 tracks name lo-fi and 1 track names rain; none of them both."
    )
    assert whole({"tracks": 69, "by": {"Queen": 0}}, "how many by Queen?") == "Of 69 tracks here, none is by Queen."


def test_a_wish_that_nothing_says_is_said_to_be_so() -> None:
    silent = {"handle": "T1", "title": "Blue Ferry", "evidence": []}
    args = {"text": "music for my pangolin"}
    assert answer(args, args["text"], tracks=[silent]).startswith("Nothing here says “pangolin”; these come nearest")
    assert "Nothing here" not in answer(args, args["text"], tracks=[FERRY | {"evidence": [said("trumpet")]}])
    assert "Nothing here" not in answer(args, "and the next", tracks=[silent])  # words of an earlier turn
    assert "Nothing here" not in answer({**args, "year_min": 1990}, args["text"], tracks=[silent])


def test_steps_stand_under_what_they_ask_for_and_alternate_without() -> None:
    tracks = [FERRY | {"handle": f"T{n}", "evidence": [said("trumpet", "sad")]} for n in (1, 2, 3)]
    sad, old, none = ({"want": ["sad"], "limits": [], "tracks": 2}, {"limits": ["from 1960 or later", "from 1969 or earlier"], "tracks": 1}, {"want": ["happy"], "limits": [], "tracks": 0})  # fmt: skip
    text = answer({"steps": [{}, {}, {}]}, tracks=tracks, steps=[sad, old, none])
    rows = [line for line in text.splitlines() if line][1:]
    assert [r[:2] if r[0].isdigit() else r for r in rows] == [
        "Sad music:",
        "1.",
        "2.",
        "From 1960 to 1969:",
        "3.",
        "Happy music (none):",
    ]
    turns = [{**sad, "tracks": 1}, {"want": ["happy"], "limits": [], "tracks": 1}, {**sad, "tracks": 1}]
    assert "music:" not in answer({"steps": [{}, {}, {}]}, tracks=tracks, steps=turns).split("\n", 1)[1]


def test_a_row_that_lacks_the_genre_says_so() -> None:
    other = {**FERRY, "handle": "T2", "caption": "Gospel with upright bass.", "evidence": [said("bass", "bass", "Gospel with upright bass.")]}  # fmt: skip
    both = {**FERRY, "evidence": [said("blues", "blues"), said("bass", "bass")]}
    told = answer({"want": ["blues", "bass"]}, tracks=[both, other])
    first, second = (line for line in told.splitlines() if re.match(r"\d\.", line))
    assert "Nothing says" not in first and second.endswith("Nothing says blues.")
    alone = answer({"want": ["blues", "bass"]}, tracks=[other])
    assert "None of these mentions “blues”" in alone and "Nothing says" not in alone


def test_a_place_that_nothing_suits_is_said() -> None:
    steps = [{"among": ["T1"]}, {"want": ["polka"]}]
    second = {**FERRY, "handle": "T2", "evidence": []}
    told = answer({"steps": steps}, tracks=[FERRY, second], changed=True, same=False)
    assert told.startswith("Nothing that could come in mentions “polka”; it is the nearest.")
    same = answer(
        {"steps": steps}, tracks=[FERRY, {**second, "evidence": [said("blues", "polka")]}], changed=True, same=True
    )
    assert same.startswith("Nothing here suits that place better; the list stays as it is:")
    assert answer({"among": ["T1"]}, "list them again", changed=True, same=True).startswith("Here they are again:")
