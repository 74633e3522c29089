"""Changes to the playlist that stands: places count in it for what goes, and on the screen for what comes."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.listing import Edit, added_title, edit_of
from assistant.embedded.standing import asks_of_list, how_long, list_name, named_as, pending, reads_back, standing_list
from tests.assistant.states import after

LIST = {"name": "Evening", "tracks": ["T9", "T1", "T7"], "before": ["T9", "T1"], "gone": ["T6", "T8"], "seconds": 200.0}


def talk(**changes: Any) -> dict[str, Any]:
    """T1 to T4 on the screen; a playlist of T9, T1 and T7 was written in the turn before."""
    return after(playlist=LIST, listing=True, **changes)


@pytest.mark.parametrize(
    ("text", "tracks", "wish"),
    [
        ("remove number 2 from it", ("T9", "T7"), ""),
        ("take the last one off the list", ("T9", "T1"), ""),
        ("drop the first two", ("T7",), ""),
        ("delete Blue Ferry", ("T9", "T7"), ""),
        ("remove T7", ("T9", "T1"), ""),
        ("add the third one", ("T9", "T1", "T7", "T3"), ""),
        ("put Slow Orbit on the list as well", ("T9", "T1", "T7", "T4"), ""),
        ("add a samba at the end", ("T9", "T1", "T7", None), "a samba"),
        ("swap the last one for something else", ("T9", "T1", None), ""),
        ("replace the first with T3", ("T3", "T1", "T7"), ""),
        ("swap number 2 for a slow waltz", ("T9", None, "T7"), "a slow waltz"),
        ("move the last one to the front", ("T7", "T9", "T1"), ""),
        ("put the first one last", ("T1", "T7", "T9"), ""),
        ("put it back", ("T9", "T1"), ""),
        ("put the one I removed back", ("T9", "T1", "T7", "T8"), ""),
        ("swap the first and the last", ("T7", "T1", "T9"), ""),
        ("undo", ("T9", "T1"), ""),
        ("the second one can go", ("T9", "T7"), ""),
        ("number 1 out", ("T1", "T7"), ""),
        ("close with a samba", ("T9", "T1", "T7", None), "a samba"),
        ("put a tango first", (None, "T9", "T1", "T7"), "a tango"),
        ("start with the last one", ("T7", "T9", "T1"), ""),
        ("make the playlist longer", ("T9", "T1", "T7", None), ""),
    ],
)
def test_what_becomes_of_it(text: str, tracks: tuple[str | None, ...], wish: str) -> None:
    assert edit_of(text, talk()) == Edit(tracks, wish)


@pytest.mark.parametrize(
    ("text", "tracks", "changed"),
    [
        ("make the last one longer", ("T9", "T1", None), ("T7",)),
        ("the first should be a waltz", (None, "T1", "T7"), ("T9",)),
        ("no drums in the first two", (None, None, "T7"), ("T9", "T1")),
        ("and make number 2 and number 3 calmer", ("T9", None, None), ("T1", "T7")),
        ("the second one with piano", ("T9", None, "T7"), ("T1",)),
    ],
)
def test_single_places_are_to_be_otherwise(text: str, tracks: tuple[str | None, ...], changed: tuple[str, ...]) -> None:
    edit = edit_of(text, talk())
    assert edit is not None and (edit.tracks, edit.changed) == (tracks, changed)


@pytest.mark.parametrize(
    "text",
    ["no drums", "make the drums louder", "make something calmer", "no drums in the morning", "why the second one?", "what is on the list?", "something calmer", "save these as a playlist", "remove the vocals", "drop the ninth one", "remove all of them", "play the second one"],
)  # fmt: skip
def test_what_changes_nothing(text: str) -> None:
    assert edit_of(text, talk()) is None


def test_later_the_list_must_be_named() -> None:
    later = talk() | {"listing": False}
    assert edit_of("remove the second one", later) == Edit(("T1", "T3", "T4"), pending=True)  # of what is on the screen
    assert edit_of("remove the second one from the playlist", later) == Edit(("T9", "T7"))
    on_the_screen = edit_of("remove the second one from the playlist", after(playlist=None))
    assert on_the_screen == Edit(("T1", "T3", "T4"), pending=True)


def test_a_search_fills_the_gap() -> None:
    edit = edit_of("swap the last one for something else", talk())
    assert edit is not None and edit.searches and edit.filled(["T12", "T13"]) == ["T9", "T1", "T12"]


def test_the_list_as_it_stands() -> None:
    assert standing_list(after()) is None
    assert str(standing_list(talk())).endswith("1. **T9** “T9”\n2. **T1** “Blue Ferry”\n3. **T7** “T7”")
    assert str(standing_list(talk())).startswith("“Evening” (3:20) as I wrote it last:")


def test_how_long_the_list_is() -> None:
    assert asks_of_list("how long is it?", talk())
    assert asks_of_list("how long is the playlist?", talk() | {"listing": False})
    assert not asks_of_list("how long is it?", talk() | {"listing": False})
    assert not asks_of_list("how long is the second one?", talk())


def test_shuffling_keeps_every_track() -> None:
    edit = edit_of("shuffle it", talk())
    assert edit and sorted(str(t) for t in edit.tracks) == sorted(LIST["tracks"])


def on_screen(**changes: Any) -> dict[str, Any]:
    """T1 to T4 as a list of a whole length, not written yet."""
    state = after(query={"text": "a playlist of 12 minutes of soul", "total_s": 720.0}, **changes)
    state["tracks"] = [t | {"seconds": 100.0} for t in state["tracks"]]
    return state


def test_a_list_on_the_screen_loses_tracks_and_has_a_length() -> None:
    assert edit_of("remove number 2", on_screen()) == Edit(("T1", "T3", "T4"), pending=True)
    assert how_long("how long is it now?", on_screen()) == "Together they last 6:40."
    assert how_long("how long is it?", on_screen(focus="T2")) is None
    assert how_long("how long is it?", after()) is None and pending(after()) is None
    unknown = on_screen()
    unknown["tracks"] = [t | {"seconds": None} for t in unknown["tracks"]]
    assert how_long("how long is it?", unknown) == "Not all of these have a known length."


def test_another_name_keeps_its_capitals_and_an_order_is_searched() -> None:
    renamed = edit_of("rename it to sunday kitchen", talk() | {"said": "Rename it to Sunday Kitchen!"})
    assert renamed == Edit(("T9", "T1", "T7"), name="Sunday Kitchen")
    assert edit_of("call the playlist Evening Bread instead", talk()) == Edit(("T9", "T1", "T7"), name="evening bread")
    sorted_ = edit_of("sort it by tempo", talk())
    assert sorted_ == Edit(("T9", "T1", "T7"), order="rising tempo") and sorted_.searches
    assert sorted_.filled(["T7", "T9"]) == ["T7", "T9", "T1"]


def test_a_list_on_the_screen_is_written_under_the_name_that_it_is_given() -> None:
    assert named_as("ok, call it Friday night.", on_screen()) == "Friday night"
    assert named_as("what do you call it?", on_screen()) == named_as("call it Friday", after()) == ""


@pytest.mark.parametrize(
    ("text", "tracks", "wish"),
    [
        ("swap the first and the last", ("T4", "T2", "T3", "T1"), ""),
        ("put the last one first", ("T4", "T1", "T2", "T3"), ""),
        ("swap the second for a jazz one", ("T1", None, "T3", "T4"), "a jazz one"),
        ("replace number 3", ("T1", "T2", None, "T4"), ""),
        ("reverse the order", ("T4", "T3", "T2", "T1"), ""),
        ("swap 1 and 4", ("T4", "T2", "T3", "T1"), ""),
        ("swap 1 with 3", ("T3", "T2", "T1", "T4"), ""),
        ("swap number 1 with number 2", ("T2", "T1", "T3", "T4"), ""),
        ("move 2 to the top", ("T2", "T1", "T3", "T4"), ""),
        ("play 3 first, then the others", ("T3", "T1", "T2", "T4"), ""),
        ("remove 2 and 3", ("T1", "T4"), ""),
        ("take the last one out", ("T1", "T2", "T3"), ""),
    ],
)
def test_what_is_on_the_screen_is_changed_in_place(text: str, tracks: tuple[str | None, ...], wish: str) -> None:
    for state in (after(), on_screen()):
        assert edit_of(text, state) == Edit(tracks, wish, pending=True)
    written = on_screen() | {"playlist": {**LIST, "tracks": ["T1", "T2", "T3", "T4"]}}
    assert edit_of(text, written) == Edit(tracks, wish)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("add a tango", "a tango"),
        ("please add one by Ada Grant too", "one by ada grant"),
        ("can you also add something with a harp to the list", "something with a harp"),
        ("add a waltz from the 80s", "a waltz from the 80s"),
        ("add another one", ""),
        ("add one more", ""),
    ],
)
def test_a_track_comes_into_a_list_that_was_asked_for(text: str, wish: str) -> None:
    assert edit_of(text, on_screen()) == Edit(("T1", "T2", "T3", "T4", None), wish, pending=True)
    assert edit_of(text, after()) is None  # other tracks are asked for


@pytest.mark.parametrize(
    ("text", "tracks"),
    [
        ("add two happy ones", ("T1", "T2", "T3", "T4", None, None)),
        ("add two waltzes", ("T1", "T2", "T3", "T4", None, None)),
        ("add 3 more", ("T1", "T2", "T3", "T4", None, None, None)),
        ("make it six", ("T1", "T2", "T3", "T4", None, None)),
        ("make the list 3 songs long", ("T1", "T2", "T3")),
    ],
)
def test_a_list_that_was_asked_for_becomes_as_long_as_it_should(text: str, tracks: tuple[str | None, ...]) -> None:
    edit = edit_of(text, on_screen())
    assert edit is not None and edit.tracks == tracks and edit.pending
    assert edit_of(text, after()) is None


def test_a_list_that_grows_takes_in_another_one() -> None:
    assert edit_of("another one", on_screen(earlier=["T1"])) == Edit(("T1", "T2", "T3", "T4", None), pending=True)
    assert edit_of("another one", on_screen()) is None  # other tracks instead


@pytest.mark.parametrize("text", ["add a piano", "add a bit of jazz", "add a jazz feel", "add some warmth", "add drums", "add a few tangos", "add two minutes"])  # fmt: skip
def test_what_is_added_to_the_wish_comes_into_no_list(text: str) -> None:
    assert edit_of(text, on_screen()) is None


@pytest.mark.parametrize(
    "text",
    ["swap 1 and 9", "take the drums out", "change that to something calmer", "replace piano with guitar", "switch to reggae", "the cello backwards", "play the second one", "put it back", "undo"],
)  # fmt: skip
def test_what_asks_for_other_tracks_changes_no_list(text: str) -> None:
    assert edit_of(text, after()) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("drop the second", ("T1", "T3", "T4")),
        ("actually, drop Blue Ferry", ("T2", "T3", "T4")),
        ("get rid of the first two", ("T3", "T4")),
        ("lose the last one", ("T1", "T2", "T3")),
        ("narrow it down to two", ("T1", "T2")),
        ("that's too many, please cut them to two", ("T1", "T2")),
        ("ok cut it to the best three", ("T1", "T2", "T3")),
        ("leave only 1 and 3", ("T1", "T3")),
        ("keep just the last two", ("T3", "T4")),
        ("just the first two", ("T1", "T2")),
        ("only T1, T2 and T4", ("T1", "T2", "T4")),
        ("ok final two: 1 and 3", ("T1", "T3")),
    ],
)
def test_what_is_on_the_screen_is_narrowed(text: str, left: tuple[str, ...]) -> None:
    assert edit_of(text, after()) == Edit(left, pending=True)


@pytest.mark.parametrize(
    "text",
    ["drop the drums", "lose the trumpet", "just the first one", "only jazz and blues", "just piano and strings", "narrow it to jazz", "cut it to ten", "keep the second", "keep only the slow ones", "only 70s and 80s", "just two"],
)  # fmt: skip
def test_what_narrows_the_wish_narrows_no_list(text: str) -> None:
    assert edit_of(text, after()) is None


def test_several_changes_are_taken_back_by_the_conversation() -> None:
    changed = after(earlier=["T3", "T1"])
    assert edit_of("undo", changed) is not None
    assert edit_of("undo twice", changed) is None and edit_of("undo the last two changes", changed) is None


def test_a_change_on_the_screen_is_taken_back() -> None:
    changed = after(earlier=["T3", "T1"])
    assert edit_of("put it back", changed) == edit_of("undo", changed) == Edit(("T3", "T1"), pending=True)


def test_what_is_in_it() -> None:
    assert asks_of_list("what's in it?", talk()) and asks_of_list(
        "and what is on evening now", talk() | {"listing": False}
    )
    assert not asks_of_list("what's in it?", talk() | {"listing": False})


def test_the_list_by_its_name() -> None:
    state = talk() | {"listing": False}
    assert edit_of("add Slow Orbit to Evening", state) == Edit(("T9", "T1", "T7", "T4"))
    assert edit_of("reverse Evening", state) == Edit(("T7", "T1", "T9"))
    assert asks_of_list("how many tracks has Evening?", state) and not asks_of_list(
        "how many tracks do you have?", state
    )


def test_two_places_without_another_track_are_exchanged() -> None:
    assert edit_of("swap the first two", talk()) == Edit(("T1", "T9", "T7"))


def test_it_is_the_track_that_came_last() -> None:
    assert edit_of("put it first", talk()) == Edit(("T7", "T9", "T1"))  # T7 came in


def test_a_name_is_no_wish() -> None:
    name = list_name("make a playlist called Evening with 1 and 3")
    assert name and name[0] == "Evening"
    assert list_name("save these as Night Drive")
    assert list_name("songs called Evening") is None


def test_how_much_is_on_the_screen() -> None:
    tracks = [t | {"seconds": 61.0} for t in after()["tracks"]]
    state = after(tracks=tracks)
    assert how_long("how long is it all together?", state) == "Together they last 4:04."
    assert how_long("total running time?", state) == "Together they last 4:04."
    assert how_long("how many tracks is that?", state) == "4 tracks; together they last 4:04."
    assert how_long("how many are these?", after()) == "4 tracks."
    assert how_long("how many tracks do you have?", state) is None
    assert how_long("how long is the second one?", state) is None


def test_the_longest_closes() -> None:
    lengths = (61.0, 90.0, 30.0, None)
    tracks = [t | {"seconds": s} for t, s in zip(after()["tracks"], lengths, strict=True)]
    edit = edit_of("close with the longest", after(tracks=tracks))
    assert edit is not None and edit.tracks == ("T1", "T3", "T4", "T2")


@pytest.mark.parametrize("text", ["list them again", "Read me the list", "show me the list once more", "read it back to me"])  # fmt: skip
def test_what_is_read_back(text: str) -> None:
    assert reads_back(text)
    assert not reads_back("read me the lyrics") and not reads_back("list the years")


def test_a_title_is_added_to_what_is_on_the_screen() -> None:
    on_screen = after()
    edit = added_title("add Blue Danube", on_screen, ["Blue Danube"])
    assert edit == Edit(("T1", "T2", "T3", "T4", None), "Blue Danube", pending=True)
    assert added_title("add some piano", on_screen, []) is None
    assert added_title("play Blue Danube", on_screen, ["Blue Danube"]) is None
    assert added_title("add Blue Danube", talk(), ["Blue Danube"]) is None  # that is of the playlist


def test_an_opener_is_a_place() -> None:
    edit = edit_of("the opener should be instrumental", after())
    assert edit is not None and edit.changed == ("T1",)
    edit = edit_of("make the closer a waltz", after())
    assert edit is not None and edit.changed == ("T4",)
