"""The tools as the agent's graph calls them: text for the model, artifacts for the page, failures in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver

from assistant.agent import build_agent
from assistant.budget import Budget
from assistant.budget import TimedDesk as Desk
from index.build import build
from index.catalogue import Catalogue
from index.embed import Embedder
from tests.assistant.scripted import Scripted, calling
from tests.fixtures.words import ROWS
from tests.tools.listener.hearing import OBJECT, PROSE, Hearing
from tests.tools.making import wav
from tools.conversation import Conversation
from tools.listener.listener import Listener
from tools.lyrics.lrclib import Lrclib
from tools.lyrics.musixmatch import Musixmatch
from tools.toolbox import TOOLS


@pytest.fixture
def desk(catalogue: Catalogue, tmp_path: Path) -> Desk:
    return Desk(catalogue, Conversation(), tmp_path / "playlists", device="cpu")


def call(desk: Desk, tool: str, /, **args: Any) -> ToolMessage:
    """The tool's message, through a real graph with a model that makes this one call."""
    agent = build_agent(Scripted(script=[calling(tool, args), AIMessage("done")], asked=[]), InMemorySaver())
    given = {
        "messages": [HumanMessage("go on: a playlist, what I like, and back to the start")],
        "conversation": desk.conversation.model_dump(mode="json"),
    }
    state = agent.invoke(given, {"configurable": {"thread_id": "t"}}, context=replace(desk, budget=Budget()))
    kept = Conversation.model_validate(state["conversation"])
    message = next(m for m in state["messages"] if isinstance(m, ToolMessage))
    if message.status != "error":
        assert kept.model_dump() == desk.conversation.model_dump()
    return message


def show(desk: Desk, *titles: str) -> list[str]:
    """Handles of these tracks."""
    ids = {str(row["title"]): str(row["id"]) for row in ROWS}
    return [desk.conversation.handle(ids[t]) for t in titles]


def test_a_search_answers_in_handles_with_evidence_and_ids_for_the_page(desk: Desk) -> None:
    message = call(desk, "search_tracks", text="sad piano", want=["sad", "piano"], count=3)
    body, artifact = json.loads(message.text), message.artifact
    assert [t["handle"] for t in body["tracks"]] == ["T1", "T2", "T3"]
    first = body["tracks"][0]
    assert first["title"] in {"Glass Cathedral", "Lettre à la mer"} and "id" not in first
    assert {e["concept"] for e in first["evidence"] if "concept" in e} == {"sad", "piano"}
    for e in first["evidence"]:
        if e["kind"] == "said":
            assert first[e["field"]][e["start"] : e["end"]] == e["words"]
    assert [t["id"] for t in artifact["tracks"]] == desk.conversation.last
    assert artifact["ranked"][: len(desk.conversation.last)]
    assert all("evidence" in t and "credit" in t for t in artifact["tracks"])
    assert not any(t["id"] == "w15" for t in artifact["tracks"])
    json.dumps(artifact)


def test_declared_ai_is_left_out_unless_asked_for(desk: Desk) -> None:
    wish = {"text": "ambient synth pads for meditation", "want": ["ambient", "synth"]}
    without = call(desk, "search_tracks", **wish).artifact["ranked"]
    with_ai = call(desk, "search_tracks", **wish, include_ai=True).artifact
    only = call(desk, "search_tracks", **wish, only_ai=True).artifact
    assert "w15" not in without and "w15" in with_ai["ranked"]
    assert only["ranked"] == ["w15"]
    assert "declared as made with AI" in only["tracks"][0]["ai"]


def test_absent_names_and_relaxed_limits_are_told(desk: Desk) -> None:
    body = json.loads(call(desk, "search_tracks", text="metallica", artists=["Metallica"], year_min=2100).text)
    assert body["absent"] == ["Metallica"] and body["relaxed"] == ["from 2100 or later"]
    assert desk.conversation.query and desk.conversation.query.artists == []


def test_similar_tracks_do_not_hold_the_seed(desk: Desk) -> None:
    (seed,) = show(desk, "Slow Orbit")
    body = json.loads(call(desk, "similar_tracks", handles=[seed], count=4).text)
    assert len(body["tracks"]) == 4 and "Slow Orbit" not in {t["title"] for t in body["tracks"]}


def test_details_hold_declared_values_and_their_origin(desk: Desk) -> None:
    (handle,) = show(desk, "Harbour Lamps")
    message = call(desk, "track_details", handle=handle.lower())
    body = json.loads(message.text)
    assert (body["title"], body["year"], body["language"]) == ("Harbour Lamps", 1994, "English")
    assert body["origins"]["year"].startswith("declared")
    assert "composer: Mira Solvang" in body["credit"] and "made by people" in body["ai"]
    assert message.artifact["tracks"][0]["id"] == "w01"


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        ("track_details", {"handle": "T7"}), ("find_lyrics", {"handle": "T7"}), ("analyze_audio", {"target": "T7"}), ("describe_audio", {"target": "T7"}),
        ("analyze_audio", {"target": "F1"}), ("describe_audio", {"target": "F1"}), ("transcribe_lyrics", {"target": "T7"}), ("similar_tracks", {"handles": ["T7"]}), ("make_playlist", {"handles": ["T7"], "name": "x"}),
        ("search_tracks", {"like": ["T7"]}), ("search_tracks", {"compare": [{"dimension": "slower", "to": "T7"}]}), ("remember", {"like": ["T7"]}), ("remember", {"dislike": ["T7"], "start_over": True}),
    ],
)  # fmt: skip
def test_unknown_handles_come_back_as_errors_and_change_nothing(tool: str, args: dict[str, Any], desk: Desk) -> None:
    show(desk, "Feira")
    desk.conversation.react(["w12"])
    before = desk.conversation.model_dump()
    message = call(desk, tool, **args)
    assert message.status == "error" and ("no track T7" in message.text or "no file F1" in message.text)
    assert desk.conversation.model_dump() == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"tempo_min": 150, "tempo_max": 90}, "lower bound 150"),
        ({"tempo_min": 5}, "tempo_min"),
        ({"key": "H"}, "key"),
        ({"meter": "waltz"}, "meter"),
        ({"count": 99}, "count"),
    ],
)
def test_impossible_arguments_come_back_with_the_reason(args: dict[str, Any], said: str, desk: Desk) -> None:
    message = call(desk, "search_tracks", **args)
    assert message.status == "error" and said in message.text


# -- lyrics ------------------------------------------------------------------------------------------------------------


def lines_of(title: str) -> list[str]:
    return next(str(r["lyrics"]) for r in ROWS if r["title"] == title).splitlines()


@pytest.mark.parametrize(
    ("title", "most", "display"), [("Harbour Lamps", 4, "full"), ("Lettre à la mer", 2, "excerpt"), ("Dust Road", 0, "none")]
)  # fmt: skip
def test_no_tool_gives_more_lyrics_than_the_policy_allows(title: str, most: int, display: str, desk: Desk) -> None:
    (handle,) = show(desk, title)
    words = " ".join(lines_of(title))
    messages = [
        call(desk, "search_tracks", text=words, want=["sea", "home", "childhood"], titles=[title]),
        call(desk, "track_details", handle=handle),
        call(desk, "similar_tracks", handles=[handle], want=["childhood", "sea"]),
        call(desk, "find_lyrics", handle=handle),
    ]
    for message in messages:
        everything = message.text + json.dumps(message.artifact, ensure_ascii=False)
        assert sum(line in everything for line in lines_of(title)) <= (most if message is messages[-1] else 0)
    body = json.loads(messages[-1].text)
    assert (len(body["lines"]), body["display"]) == (most, display)
    assert body["source"] and body["credit"] and body["reason"]


def test_lyrics_that_may_not_be_shown_prove_nothing_word_by_word(desk: Desk) -> None:
    message = call(desk, "search_tracks", text="my mother", want=["childhood"], titles=["Dust Road"])
    card = next(t for t in message.artifact["tracks"] if t["id"] == "w19")
    assert not any(e["field"] == "lyrics" for e in card.get("evidence", []))
    assert "mother" not in message.text


def test_an_instrumental_has_no_lyrics_and_says_why(desk: Desk) -> None:
    (handle,) = show(desk, "Paper Boats")
    body = json.loads(call(desk, "find_lyrics", handle=handle).text)
    assert "lines" not in body and "instrumental" in body["reason"]


def test_a_public_sheet_is_an_excerpt_whatever_the_track_declares(desk: Desk) -> None:
    text = "\n".join(f"public line {n}" for n in range(9))
    sheet = httpx.MockTransport(lambda _: httpx.Response(200, json={"id": 3, "plainLyrics": text}))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", sheet),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    body = json.loads(message.text)
    assert [line["text"] for line in body["lines"]] == ["public line 0", "public line 1"]
    assert body["source"] == "LRCLIB 3" and body["display"] == "excerpt"
    assert "public line 2" not in json.dumps(message.artifact)


def test_the_notice_of_a_licensed_provider_comes_with_its_lines_and_display_stays_restricted(desk: Desk) -> None:
    row = {
        "lyrics_id": 6,
        "lyrics_body": "\n".join(f"licensed line {n}" for n in range(9)),
        "lyrics_copyright": "Copyright: Steam",
    }

    def answer(request: httpx.Request) -> httpx.Response:
        body = {"lyrics": row} if "lyrics" in request.url.path else []
        status = 200 if body else 404
        return httpx.Response(200, json={"message": {"header": {"status_code": status}, "body": body}})

    desk = replace(desk, sheets=(Musixmatch("https://m.test", "k", transport=httpx.MockTransport(answer)),))
    (handle,) = show(desk, "Feira")
    body = json.loads(call(desk, "find_lyrics", handle=handle).text)
    assert len(body["lines"]) == 2 and body["notice"] == "Copyright: Steam" and body["source"] == "Musixmatch 6"


def test_a_sheet_of_another_song_is_told_and_not_shown(desk: Desk) -> None:
    other = {"id": 3, "trackName": "Something Else", "plainLyrics": "words of another song"}
    sheet = httpx.MockTransport(lambda _: httpx.Response(200, json=other))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", sheet),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    assert "a sheet was found, but it is not used: LRCLIB 3: it is headed “Something Else”" in message.text
    assert "words of another song" not in message.text + json.dumps(message.artifact)


def test_a_broken_database_is_told(desk: Desk) -> None:
    down = httpx.MockTransport(lambda _: httpx.Response(503))
    desk = replace(desk, sheets=(Lrclib("https://lyrics.test", "test", down),))
    (handle,) = show(desk, "Feira")
    message = call(desk, "find_lyrics", handle=handle)
    assert message.status == "error" and "LRCLIB" in message.text


# -- audio -------------------------------------------------------------------------------------------------------------


def test_an_attached_file_is_measured(desk: Desk, tmp_path: Path) -> None:
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 2.0))])
    message = call(desk, "analyze_audio", target="F1")
    body = json.loads(message.text)
    assert body["name"] == "demo.wav" and body["measured"]["duration"] == "0:02"
    assert message.artifact["kind"] == "analysis" and message.artifact["profile"]["duration_s"] == pytest.approx(
        2.0, abs=0.05
    )


def test_what_cannot_be_measured_or_described_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_text("words")
    desk.conversation.attach([str(tmp_path / "no.wav")])
    (handle,) = show(desk, "Feira")
    for tool, target, said in (
        ("analyze_audio", "F1", "not an audio file"),
        ("analyze_audio", handle, "no audio"),
        ("describe_audio", handle, "no audio"),
        ("describe_audio", "F1", "LINERNOTES_AUDIO_URL"),
        ("transcribe_lyrics", "F1", "LINERNOTES_AUDIO_URL"),
        ("transcribe_lyrics", handle, "no audio"),
    ):
        message = call(desk, tool, target=target)
        assert message.status == "error" and said in message.text


def test_an_impression_names_its_model_and_agrees_with_the_measurement(desk: Desk, tmp_path: Path) -> None:
    model = Hearing(lambda kind, n: f"{PROSE} It is at 250 BPM in F# major." if kind == "description" else OBJECT)
    desk = replace(desk, listener=Listener(model))
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 1.0))])
    message = call(desk, "describe_audio", target="F1")
    body = json.loads(message.text)
    assert body["impression"] == PROSE and (body["model"], body["name"]) == ("test/hearing", "demo.wav")
    assert body["heard"]["genres"] == ["waltz"] and body["heard"]["form"] == ["intro"] and "model" in body["note"]
    assert message.artifact["kind"] == "description" and "250" not in json.dumps(message.artifact)
    answer = json.loads(call(desk, "describe_audio", target="F1", question="Is there a trumpet?").text)
    assert "heard" not in answer and model.asked[-1][0] == "question"


def test_ones_own_upload_is_transcribed_and_marked_as_machine_made(desk: Desk, tmp_path: Path) -> None:
    desk = replace(desk, listener=Listener(Hearing(lambda kind, n: "[Verse]\nUna mañana clara\nla luz en la ventana")))
    desk.conversation.attach([str(wav(tmp_path / "demo.wav", 1.0))])
    message = call(desk, "transcribe_lyrics", target="F1")
    body = json.loads(message.text)
    assert body["lines"] == ["[Verse]", "Una mañana clara", "la luz en la ventana"]
    assert body["machine_made"] is True and "test/hearing" in body["note"] and message.artifact["kind"] == "transcript"
    unsung = replace(desk, listener=Listener(Hearing(lambda kind, n: "[instrumental]")))
    body = json.loads(call(unsung, "transcribe_lyrics", target="F1").text)
    assert body["lines"] == [] and "nobody sing" in body["reason"]


def test_words_that_rights_forbid_are_never_asked_for(desk: Desk, tmp_path: Path, embedder: Embedder) -> None:
    wav(tmp_path / "a.wav", 1.0)
    kinds = [("none", "CC0"), ("excerpt", "CC0"), ("full", None), ("full", "CC0")]
    source = tmp_path / "m.jsonl"
    source.write_text("".join(json.dumps({"id": str(n), "title": f"Song {n}", "audio": "a.wav", "lyrics_display": d, "licence": lic}) + "\n" for n, (d, lic) in enumerate(kinds)))  # fmt: skip
    build(source, tmp_path / "index", lambda track: track, embedder)
    catalogue = Catalogue(tmp_path / "index", embedder)
    model = Hearing(lambda kind, n: "Una mañana clara")
    desk = Desk(catalogue, Conversation(), tmp_path, Listener(model))
    messages = [call(desk, "transcribe_lyrics", target=desk.conversation.handle(str(n))) for n in range(len(kinds))]
    assert [m.status for m in messages] == ["error", "error", "error", "success"]
    assert all("not transcribed" in m.text for m in messages[:3]) and len(model.asked) == 1
    catalogue.close()


def test_an_upload_is_not_ones_own_where_its_tags_or_the_catalogue_forbid_it(
    desk: Desk, tmp_path: Path, embedder: Embedder
) -> None:
    from tools.demo.tagging import write_audio

    model = Hearing(lambda kind, n: "Una mañana clara")
    tagged, listed = tmp_path / "tagged.flac", wav(tmp_path / "listed.wav", 1.0)
    write_audio(tagged, np.zeros((2, 44_100), np.float32), [("LYRICS_DISPLAY", "none")])
    (tmp_path / "m.jsonl").write_text(
        json.dumps({"id": "x", "title": "X", "audio": "listed.wav", "lyrics_display": "none"})
    )
    build(tmp_path / "m.jsonl", tmp_path / "index", lambda track: track, embedder)
    catalogue = Catalogue(tmp_path / "index", embedder)
    desk = Desk(catalogue, Conversation(), tmp_path, Listener(model))
    desk.conversation.attach([str(tagged), str(listed.resolve())])
    for handle in ("F1", "F2"):
        message = call(desk, "transcribe_lyrics", target=handle)
        assert message.status == "error" and "does not allow" in message.text
    assert model.asked == []
    catalogue.close()


@pytest.fixture
def sounding(tmp_path: Path, embedder: Embedder) -> Iterator[Catalogue]:
    """A catalogue of one sound, measured."""
    from tools.annotate import Annotator
    from tools.audio.analysts import Analysts

    (tmp_path / "music").mkdir()
    wav(tmp_path / "music" / "tone.wav", 2.0)
    build(tmp_path / "music", tmp_path / "index", Annotator(Analysts("cpu")), embedder)
    opened = Catalogue(tmp_path / "index", embedder)
    yield opened
    opened.close()


def test_a_track_with_audio_carries_its_measurement(sounding: Catalogue, tmp_path: Path) -> None:
    desk = Desk(sounding, Conversation(), tmp_path, device="cpu")
    handle = desk.conversation.handle(sounding.store.ids()[0])
    details = json.loads(call(desk, "track_details", handle=handle).text)
    assert details["measured"]["duration"] == "0:02"
    measured = call(desk, "analyze_audio", target=handle)
    assert measured.artifact["path"].endswith("tone.wav")
    assert json.loads(measured.text)["measured"] == details["measured"]


def test_tracks_that_sound_like_an_attached_file(sounding: Catalogue, tmp_path: Path) -> None:
    desk = Desk(sounding, Conversation(), tmp_path, device="cpu")
    desk.conversation.attach([str(wav(tmp_path / "mine.wav", 2.0))])
    message = call(desk, "similar_tracks", handles=["F1"])
    (found,) = json.loads(message.text)["tracks"]
    assert found["title"] == "tone" and {p["kind"] for p in found["evidence"]} == {"shared"}
    assert desk.conversation.query and desk.conversation.query.like == ["T1"]
    slower = call(desk, "similar_tracks", handles=["F1"], avoid=["drums"])
    assert slower.status == "success" and json.loads(slower.text)["tracks"] == []  # the seed itself is no answer


def test_without_measured_tracks_nothing_is_like_a_file(desk: Desk, tmp_path: Path) -> None:
    desk.conversation.attach([str(wav(tmp_path / "mine.wav", 2.0))])
    message = call(desk, "similar_tracks", handles=["F1"])
    assert message.status == "error" and "no track of this catalogue was measured" in message.text


# -- playlists and memory ----------------------------------------------------------------------------------------------


def test_a_playlist_is_written_once_for_each_track_in_order(desk: Desk) -> None:
    feira, dust = show(desk, "Feira", "Dust Road")
    message = call(desk, "make_playlist", handles=[dust, feira, dust], name="../Road")
    body = json.loads(message.text)
    assert [t["title"] for t in body["tracks"]] == ["Dust Road", "Feira"] and body["files"] == [
        "road.m3u8",
        "road.jspf",
    ]
    assert all(Path(p).parent == desk.playlists and Path(p).is_file() for p in message.artifact["paths"])


def test_a_changed_playlist_keeps_its_files_and_can_be_put_back(desk: Desk) -> None:
    feira, dust, iron = show(desk, "Feira", "Dust Road", "Iron Choir")
    first = json.loads(call(desk, "make_playlist", handles=[feira, dust], name="Road").text)
    assert "gone" not in first
    changed = json.loads(call(desk, "make_playlist", handles=[dust, iron], name="Road", change=True).text)
    assert changed["files"] == first["files"] and (changed["new"], changed["gone"]) == ([iron], [feira])
    written = desk.conversation.playlist
    assert written and [desk.conversation.handle(i) for i in written.before] == [feira, dust]
    text = (desk.playlists / changed["files"][0]).read_text("utf-8")
    assert "Iron Choir" in text and "Feira" not in text
    another = json.loads(call(desk, "make_playlist", handles=[feira], name="Road").text)
    assert another["files"] != first["files"] and desk.conversation.playlist and not desk.conversation.playlist.before


def test_tracks_are_counted_within_limits(desk: Desk) -> None:
    whole = json.loads(call(desk, "catalogue_overview").text)
    assert "meeting" not in whole or whole["meeting"] is None
    counted = json.loads(call(desk, "catalogue_overview", year_min=1970, year_max=1989).text)["meeting"]
    years = [int(str(y)) for (y,) in desk.catalogue.store.rows("SELECT year FROM tracks WHERE year IS NOT NULL")]
    assert counted["tracks"] == sum(1970 <= y <= 1989 for y in years)
    assert counted["limits"] == ["from 1970 or later", "from 1989 or earlier"]
    assert 0 < counted["artists"] <= counted["tracks"]
    fewer = json.loads(call(desk, "catalogue_overview", year_min=1970, year_max=1989, avoid=["drums"]).text)["meeting"]
    assert fewer["tracks"] < counted["tracks"] and fewer["limits"][-1] == "without drums"
    assert 0 < counted["tracks"] < whole["tracks"]
    wrong = call(desk, "catalogue_overview", year_min=1990, year_max=1980)
    assert wrong.status == "error" and "above the upper bound" in wrong.text


def test_a_playlist_that_cannot_be_written_is_told(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (handle,) = show(desk, "Feira")
    message = call(replace(desk, playlists=tmp_path / "file"), "make_playlist", handles=[handle], name="x")
    assert message.status == "error" and "could not be written" in message.text


def test_a_limit_that_nothing_meets_is_named_and_let_go(desk: Desk) -> None:
    found = json.loads(call(desk, "search_tracks", text="jazz", want=["jazz"], tempo_max=100).text)
    assert found["relaxed"] == ["at most 100 BPM"] and found["tracks"]
    assert desk.conversation.query and desk.conversation.query.tempo_max is None


def test_memory(desk: Desk) -> None:
    feira, dust = show(desk, "Feira", "Dust Road")
    call(desk, "search_tracks", text="jazz", want=["jazz"], year_max=1990)
    body = json.loads(call(desk, "remember", like=[feira], dislike=[dust]).text)
    assert body["query"]["want"] == ["jazz"] and body["limits"] == ["from 1990 or earlier"]
    assert body["liked"] == [f"{feira} Feira by Tiago Venâncio"] and body["disliked"] == [
        f"{dust} Dust Road by Jonah Pike"
    ]
    after = json.loads(call(desk, "remember", undo=True).text)
    assert "query" not in after and after["liked"]
    assert json.loads(call(desk, "remember", start_over=True).text) == {"limits": [], "liked": [], "disliked": []}
    assert show(desk, "Feira") == [feira]


def test_every_tool_has_a_contract_for_the_model() -> None:
    for tool in TOOLS:
        assert tool.description and len(tool.description) > 40
        assert "runtime" not in tool.tool_call_schema.model_json_schema()["properties"]  # type: ignore[union-attr]
