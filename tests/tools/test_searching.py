"""Searches by tools: handles, evidence, what is absent, let go or left out, and counts within limits."""

from __future__ import annotations

import json

from assistant.budget import TimedDesk as Desk
from tests.tools.calling import call, show


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


def test_a_limit_that_nothing_meets_is_named_and_let_go(desk: Desk) -> None:
    found = json.loads(call(desk, "search_tracks", text="jazz", want=["jazz"], tempo_max=100).text)
    assert found["relaxed"] == ["at most 100 BPM"] and found["tracks"]
    assert desk.conversation.query and desk.conversation.query.tempo_max is None


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
    both = json.loads(call(desk, "catalogue_overview", want=["blues", "piano"], artists=["Queen"]).text)
    assert both["by"] == {"Queen": 0} and both["meeting"]["tracks"] == 0 and both["meeting"]["limits"] == []
    wrong = call(desk, "catalogue_overview", year_min=1990, year_max=1980)
    assert wrong.status == "error" and "above the upper bound" in wrong.text


def test_what_was_asked_last_is_let_go_last(desk: Desk) -> None:
    """A language weighs more than a year, unless the year is the newer wish of the two."""
    both = {"text": "songs", "language": "French", "year_min": 2015}
    assert json.loads(call(desk, "search_tracks", **both).text)["relaxed"] == ["from 2015 or later"]
    call(desk, "search_tracks", text="songs", language="French")
    assert json.loads(call(desk, "search_tracks", **both).text)["relaxed"] == ["sung in French"]
    more = json.loads(call(desk, "search_tracks", text="songs", year_min=2015, fresh=True).text)
    assert not more["relaxed"]
