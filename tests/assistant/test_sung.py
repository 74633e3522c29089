"""What listeners ask about words, from the sentence to the answer: songs that tell of something, and one song's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.embedded.about import parse_about
from assistant.embedded.sung import words_of_song
from assistant.events import Reply, Request
from assistant.reply import Assistant
from assistant.settings import Settings
from assistant.sheets import forget_sheets
from assistant.threads import Threads
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.assistant.answering import Answered, Asked, answering
from tests.fixtures.songs import SONGS

Say = Callable[[str], Reply]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("sung")
    (folder / "songs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in SONGS), "utf-8")
    build(folder / "songs.jsonl", folder / "index", lambda track: track, embedder)
    opened = Catalogue(folder / "index", embedder)
    yield opened
    opened.close()


@pytest.fixture
def say(catalogue: Catalogue, tmp_path: Path) -> Iterator[Say]:
    threads = Threads(None)
    assistant = Assistant(Settings(home=tmp_path), catalogue, threads)
    yield lambda text: assistant.reply(Request("t", text))
    threads.close()


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("songs about leaving home, not sad ones", "leaving home"), ("songs about the moon for my daughter", "the moon"), ("a song where somebody waits for a train", "somebody waits for a train"),
        ("Lieder über das Meer", "das Meer"), ("which song says something about a lighthouse?", "a lighthouse"),
        ("which song mentions an umbrella?", "an umbrella"), ("are there others about the rain?", "the rain"), ("anything about the sea with a cello", "the sea"),
        ("who sings about trains", "trains"), ("which song goes “the rain came down”?", "the rain came down"), ("lyrics with rain in them please", "rain"), ("songs whose lyrics mention snow please", "snow"), ("chansons sur le pain", "le pain"),
        ("canciones que hablan del mar", "mar"), ("canzoni che parlano di treni", "treni"), ("músicas sobre a chuva", "a chuva"), ("låtar om havet", "havet"),
        ("lyrics about growing old but without drums", "growing old"),
    ],
)  # fmt: skip
def test_what_should_be_told(text: str, about: str) -> None:
    found = parse_about(text, ())
    assert found and found.words == about and about in text[found.start : found.end]


@pytest.mark.parametrize(
    "text",
    ["what is it about?", "tell me more about T1", "a song of about 120 bpm", "songs about it", "what about piano?", "calm music", "how about the second one", "a track about 3 minutes long", "songs that go well with rain", "a track that starts with a guitar"],
)  # fmt: skip
def test_nothing_should_be_told(text: str) -> None:
    assert parse_about(text, ()) is None


def test_a_story_leads_to_the_song_with_its_verse_and_time(say: Say) -> None:
    found = say("a song where somebody waits for a train")
    assert found.tools[0].name == "search_lyrics" and found.tools[0].args["about"] == "somebody waits for a train"
    assert found.shown[0]["title"] == "Platform Nine" and "the chorus (0:40) tells of it" in found.text
    assert "always late" not in found.text
    why = say("why the first one?")
    assert "the chorus (0:40) tells of it" in why.text


def test_a_ban_goes_the_way_of_all_bans(say: Say) -> None:
    found = say("songs about a new morning, not sad ones")
    assert found.tools[0].args["avoid"] == ["sad"] and "Grey to Gold" not in {c["title"] for c in found.shown}
    assert "Grey to Gold" in {c["title"] for c in say("songs about a new morning, sad ones are fine").shown}


def test_a_story_stands_until_another_comes(say: Say) -> None:
    assert {"Concha", "Sea Glass"} <= {c["title"] for c in say("songs about the sea").shown}
    only = say("in Portuguese")
    assert only.tools[0].args["about"] == "the sea" and [c["title"] for c in only.shown] == ["Concha"]
    other = say("songs about a suitcase")
    assert other.tools[0].args["about"] == "a suitcase" and "sea" not in other.tools[0].args.get("want", [])
    calm = say("now something calm for the evening")
    assert "about" not in calm.tools[0].args


def test_nothing_tells_of_it(say: Say) -> None:
    assert (
        "No song in this catalogue tells of “quantum chromodynamics”" in say("songs about quantum chromodynamics").text
    )


@pytest.mark.parametrize(
    "more", ["go on with the next line", "continue", "what comes next?", "now the rest of the lyrics"]
)
def test_going_on_is_a_request_for_lyrics_and_refused_with_the_reason(say: Say, more: str) -> None:
    first = say("show me the lyrics of Platform Nine")
    assert "> [0:14] My ticket fell and turned around" in first.text
    after = say(more)
    assert [t.name for t in after.tools] == ["find_lyrics"] and not after.shown
    assert "I cannot go on" in after.text and "no licence for full display" in after.text
    assert "coat undone" not in after.text and "ferry left" not in after.text


def test_continue_is_more_tracks_where_no_words_were_spoken_of(say: Say) -> None:
    say("songs by Ada Finch")
    assert "find_lyrics" not in [t.name for t in say("continue").tools]


def test_questions_about_the_words_of_a_song(say: Say) -> None:
    say("show me the lyrics of Grey to Gold")
    mood = say("how does the mood change over the song?")
    assert "go from" in mood.text and "inferred" in mood.text and "verse 2" in mood.text
    assert "brighter" in say("how does it end?").text
    assert "no chorus" in say("is there a chorus?").text
    assert "It has 2 verses." in say("how many verses does it have?").text
    assert "speak of" in say("what is it about?").text
    assert not {"buried", "laughing child"} & {w for w in ("buried", "laughing child") if w in mood.text}


def test_who_asks_for_a_line_is_shown_a_line(say: Say) -> None:
    sheet = [line for line in say("show me the lyrics of Platform Nine").text.splitlines() if line.startswith("> ")]
    assert len(sheet) > 1
    for asked, line in (("quote a line of it", sheet[0]), ("the last line of it, please", sheet[-1])):
        quoted = say(asked)
        assert [row for row in quoted.text.splitlines() if row.startswith("> ")] == [line] and "Source:" in quoted.text


@pytest.mark.parametrize("text", ["the lyrics of Salt", "show me the words of salt please", "what is Salt about?"])
def test_a_title_that_is_a_word_of_every_day_is_a_title_there(say: Say, text: str) -> None:
    found = say(text)
    assert "find_lyrics" in [t.name for t in found.tools] and "“Salt”" in found.text and "no lyric sheet" in found.text


def test_a_chorus_is_found_and_its_place_named(say: Say) -> None:
    say("show me the lyrics of Platform Nine")
    assert "it comes 2 times, first at 0:40" in say("is there a chorus?").text


def test_an_instrumental_says_so_and_words_nobody_may_show_are_still_spoken_of(say: Say) -> None:
    assert "instrumental" in say("show me the lyrics of Low Water").text
    assert "has no words to speak of: it is declared instrumental" in say("is there a chorus?").text
    assert "does not allow" in say("show me the lyrics of Koffer").text
    about = say("what is it about?").text
    assert "suitcase" in about and "packe" not in about


def test_providers_are_asked_in_their_order_once_and_what_they_say_is_kept(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    row = {
        "id": 3,
        "trackName": "Salt",
        "artistName": "Mara Lindqvist",
        "plainLyrics": "public one\npublic two\npublic three",
    }

    def answer(asked: Asked) -> Answered:
        if "matcher" in asked.path:
            return Answered({"message": {"header": {"status_code": 404}, "body": []}})
        return Answered(row)

    with answering(answer) as server:
        settings = Settings(
            home=tmp_path, lrclib=True, lrclib_url=server.url, musixmatch_key="k3y", musixmatch_url=server.url
        )
        threads = Threads(None)
        assistant = Assistant(settings, catalogue, threads)
        first = assistant.reply(Request("t", "show me the lyrics of Salt"))
        again = assistant.reply(Request("u", "show me the lyrics of Salt"))
    assert [a.path.split("?")[0].rpartition("/")[2] for a in server.requests] == [
        *("matcher.subtitle.get", "matcher.lyrics.get", "get"), *("matcher.subtitle.get", "matcher.lyrics.get"),
    ]  # fmt: skip
    for told in (first, again):
        assert "> public one\n> public two" in told.text and "public three" not in told.text and "LRCLIB 3" in told.text
        assert "k3y" not in str(told)
    alone = assistant.reply(Request("v", "show me the lyrics of Salt"))  # the servers are gone, the answer is kept
    assert "> public one" in alone.text
    salt = catalogue.track("s7")
    assert salt and list(settings.lyrics_cache.rglob("*.json"))
    forget_sheets(settings, salt)
    assert not list(settings.lyrics_cache.rglob("*.json"))
    threads.close()


def test_a_catalogue_without_sheets_is_searched_as_before(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "rows.jsonl").write_text(
        json.dumps({"id": "a", "title": "A", "caption": "a song about the sea"}) + "\n", "utf-8"
    )
    build(tmp_path / "rows.jsonl", tmp_path / "index", lambda track: track, embedder)
    bare, threads = Catalogue(tmp_path / "index", embedder), Threads(None)
    assert (
        Assistant(Settings(home=tmp_path), bare, threads).reply(Request("t", "songs about the sea")).tools[0].name
        == "search_tracks"
    )
    threads.close()
    bare.close()


@pytest.mark.parametrize(
    ("asked", "lines"),
    [("the second verse please", ["c", "d"]), ("show me verse 1", ["a"]), ("and the last verse", ["c", "d"]), ("verse 7", []), ("the lyrics", None)],
)  # fmt: skip
def test_a_verse_by_its_number(asked: str, lines: list[str] | None) -> None:
    rows = [("0:08", "a"), ("0:12", ""), ("0:16", "chorus"), ("0:20", "c"), ("0:24", "d")]
    verses = [{"name": "verse 1", "time": "0:08", "lines": 1}, {"name": "the chorus", "time": "0:16", "lines": 1}, {"name": "verse 2", "time": "0:20", "lines": 2}]  # fmt: skip
    body = {"handle": "T1", "title": "x", "lines": [{"time": t, "text": w} for t, w in rows], "verses": verses, "display": "full", "reason": "r", "source": "s", "credit": "c"}  # fmt: skip
    told = words_of_song(body, asked)
    if lines == []:
        assert told == "T1 “x” has no such verse."
        return
    said = [row.partition("] ")[2] for row in told.splitlines() if row.startswith("> [")]
    assert said == (lines if lines is not None else ["a", "chorus", "c", "d"])
    assert "no such" not in words_of_song({**body, "display": "excerpt"}, asked)
