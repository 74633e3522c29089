"""What a listener points at."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.reference import resolve, with_handles
from tests.assistant.states import NOTHING, after

POINTED: list[tuple[str, tuple[str, ...]]] = [
    ("T3 please", ("T3",)), ("compare t1 and T 4", ("T1", "T4")), ("why T99?", ("T99",)),
    ("the second one", ("T2",)), ("why the first?", ("T1",)), ("the last one is lovely", ("T4",)), ("the third song", ("T3",)), ("I like the first and the third one", ("T1", "T3")),
    ("the 2nd track", ("T2",)), ("number 3", ("T3",)), ("#4", ("T4",)),
    ("the one with the cello", ("T2",)), ("the one with accordion", ("T3",)), ("the one by Ama Delacourt", ("T4",)), ("the song from 1979", ("T3",)), ("the one from 2003", ("T2",)),
    ("make a playlist of 1 and 3", ("T1", "T3")), ("put 1, 2 and 4 in a playlist", ("T1", "T2", "T4")), ("a playlist of 20 minutes", ()), ("a playlist with 3 songs", ()),
    ("nothing more by the second artist", ("T2",)),
    ("oh I loved that Delacourt song as a child", ("T4",)),
    ("Slow Orbit was good", ("T4",)), ("tell me about lettre a la mer", ("T3",)),
    ("who made this?", ("T1",)), ("is it old?", ("T1",)), ("save these", ("T1", "T2", "T3", "T4")), ("I love them all", ("T1", "T2", "T3", "T4")),
    ("something with harp", ()), ("the one with the kazoo", ()), ("that sounds good", ()), ("number 9", ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "handles"), POINTED, ids=[t for t, _ in POINTED])
def test_pointing(text: str, handles: tuple[str, ...]) -> None:
    assert resolve(text, after()).handles == handles


def test_all_shown_is_told_apart_from_naming_each() -> None:
    assert resolve("these", after()).all_shown
    assert not resolve("T1 T2 T3 T4", after()).all_shown


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("put the last three in a playlist", ("T2", "T3", "T4")),
        ("only the first two", ("T1", "T2")),
        ("the top 3 please", ("T1", "T2", "T3")),
        ("is any of this made by AI?", ("T1", "T2", "T3", "T4")),
        ("none of them", ("T1", "T2", "T3", "T4")),
    ],
)
def test_several(text: str, handles: tuple[str, ...]) -> None:
    assert resolve(text, after()).handles == handles


def test_it_is_what_was_talked_about_last() -> None:
    assert resolve("what does it sing about?", after()).handles == ("T1",)
    assert resolve("what does it sing about?", {**after(), "focus": "T3"}).handles == ("T3",)
    assert resolve("why the second one?", {**after(), "focus": "T3"}).handles == ("T2",)


def test_out_of_range_is_noticed() -> None:
    assert resolve("why the third one?", after(shown=2)).missing == "third"
    assert resolve("why the second one?", after(shown=2)).missing is None
    assert resolve("the last one", after(shown=1)).handles == ("T1",)


@pytest.mark.parametrize(
    ("text", "artists"),
    [
        ("more by that artist", ("The Quay Street Nine",)),
        ("more by the artist of T3", ("Odile Marchais",)),
        ("anything else by them?", ("The Quay Street Nine",)),
        ("the same band again", ("The Quay Street Nine",)),
        ("what else by the artist of the second one", ("Grave Meridian",)),
        ("something with artistry", ()),
    ],
)
def test_that_artist(text: str, artists: tuple[str, ...]) -> None:
    assert resolve(text, after()).artists == artists


@pytest.mark.parametrize(
    "text",
    ["what key is my song in", "listen to the file", "describe F1", "this is a demo I made, analyse my recording"],
)
def test_files(text: str) -> None:
    state: dict[str, Any] = {**NOTHING, "files": ["F1: demo.wav"]}
    assert resolve(text, state).files == ("F1",)
    assert resolve(text.replace("F1", "it"), NOTHING).files == ()


def test_before_anything_is_shown_nothing_is_pointed_at() -> None:
    for text, _ in POINTED[3:]:
        assert resolve(text, NOTHING).handles == (), text


@pytest.mark.parametrize(
    ("text", "album"),
    [
        ("what else is on that album?", "Quay"),
        ("play the whole record of the second one", "Ash"),
        ("show me the rest of the album T2 is on", "Ash"),
        ("which album is the first one on?", None),
        ("more by that artist", None),
    ],
)
def test_an_album_by_a_track_of_it(text: str, album: str | None) -> None:
    state = after()
    state["tracks"] = [t | {"album": a} for t, a in zip(state["tracks"], ("Quay", "Ash", "Mer", None), strict=True)]
    refs = resolve(text, state)
    assert refs.album == album and not (album and refs.handles)


def test_something_similar_is_to_what_is_talked_about() -> None:
    assert resolve("anything similar but instrumental", after(focus="T3")).handles == ("T3",)
    assert resolve("anything similar but instrumental", after()).handles == ()
    assert resolve("something similar to Blue Ferry", after(focus="T3")).handles == ("T1",)


@pytest.mark.parametrize(
    "text", ["does it have vocals?", "what key is it in?", "is there a drop?", "where is the chorus?"]
)
def test_it_is_the_file_that_is_talked_about(text: str) -> None:
    refs = resolve(text, after(focus="F1"))
    assert (refs.files, refs.handles) == (("F1",), ())
    assert resolve(text, after(focus="T3")).handles == ("T3",)


@pytest.mark.parametrize(
    "text",
    ["do you have songs with a solo?", "is there anything with vocals?", "is there a vocal version?", "calm piano"],
)
def test_other_music_is_not_what_is_talked_about(text: str) -> None:
    assert resolve(text, after(focus="T3")).handles == ()


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("what comes after T2?", "T3"),
        ("the one after the second?", "T3"),
        ("which one is before the last?", "T3"),
        ("the song right before number 2", "T1"),
        ("the middle one", "T3"),
        ("num 2 is fire", "T2"),
    ],
)
def test_neighbours_on_the_screen(text: str, handle: str) -> None:
    assert resolve(text, after()).handles == (handle,)


def test_past_the_ends_of_the_screen_there_is_nothing() -> None:
    assert resolve("what comes after the last?", after()).missing
    assert resolve("the one before T1", after()).missing


def test_those_two_are_the_ones_that_were_compared() -> None:
    state = after(compared=["T2", "T4"])
    assert resolve("put those two in a list", state).handles == ("T2", "T4")
    assert resolve("and both of them", state).handles == ("T2", "T4")
    assert resolve("save these", after()).all_shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drop the oldest", "drop T1"),
        ("lose the newest one too", "lose T4 too"),
        ("take out the oldest song please", "take out T1 please"),
        ("drop the slowest", "drop the slowest"),  # no tempo is known of any
        ("which is the oldest?", "which is the oldest?"),
        ("the oldest blues you have", "the oldest blues you have"),
    ],
)
def test_what_goes_for_what_it_measures(text: str, told: str) -> None:
    assert with_handles(text, after()) == told
