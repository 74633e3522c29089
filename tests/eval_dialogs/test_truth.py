"""What is said of a track is looked up in the catalogue: true, of another track, or of none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.events import Reply, ToolStep
from eval_dialogs.truth import Heard, untrue
from index.catalogue import Catalogue
from tools.conversation import Conversation

KNOWS = Conversation(tracks=["w06", "w13"])


def heard(text: str, catalogue: Catalogue, *users: str, reply: Reply | None = None) -> list[str]:
    said = replace(reply or Reply(""), text=text)
    return [what for what, _ in untrue(Heard((said,), users, KNOWS, catalogue))]


def test_the_tracks_of_this_test(catalogue: Catalogue) -> None:
    ferry, cathedral = catalogue.track("w06"), catalogue.track("w13")
    assert ferry and cathedral
    assert (ferry.name, ferry.year, cathedral.name, cathedral.year) == ("Blue Ferry", 1968, "Glass Cathedral", 2016)


@pytest.mark.parametrize(
    ("text", "users", "wrong"),
    [
        ("T1 “Blue Ferry” is of 1968.", (), []),
        ("T1 “Blue Ferry” is of 2016.", (), ["the year of Blue Ferry"]),
        ("“Glass Cathedral” is of 1968. T1 is older.", (), ["the year of Glass Cathedral"]),
        ("T1 and T2 are of 1968 and 2016.", (), []),
        ("Nothing before 1990 is left.", ("nothing before 1990",), []),
        ("The catalogue begins in 1931.", (), ["the year of something that a tool returned"]),
        ("T1 has 96 BPM.", (), ["the tempo of Blue Ferry"]),
        ("T1 is faster than 96 BPM? I cannot tell.", ("over 96 BPM",), []),
        ("T1 is in D minor.", (), ["the key of Blue Ferry"]),
        ("T3 is calm.", (), ["no T3: it was never shown"]),
        ("There is no T3.", ("and T3?",), []),
        ("It sings “of harbours nobody ever saw”.", (), ["a quotation that stands somewhere"]),
        ("You asked for “a boat on dark water”.", ("a boat on dark water, please",), []),
        ("It is “calm”.", (), []),
    ],
)
def test_what_is_not_so(text: str, users: tuple[str, ...], wrong: list[str], catalogue: Catalogue) -> None:
    assert heard(text, catalogue, *users) == wrong


def test_what_tools_returned_may_be_said_where_no_track_is_named(catalogue: Catalogue) -> None:
    reply = Reply(
        "",
        tools=[ToolStep("search_tracks", {"tempo_min": 120.0})],
        artifacts=[{"kind": "overview", "years": "1931 to 2020"}],
    )
    assert heard("Over 120 BPM there is much, from 1931 on.", catalogue, reply=reply) == []
    assert heard("T1 is of 1931.", catalogue, reply=reply) == ["the year of Blue Ferry"]
