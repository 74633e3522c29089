"""Changes to the playlist that stands: places count in it for what goes, and on the screen for what comes."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.embedded.listing import Edit, asks_of_list, edit_of, standing_list
from tests.assistant.states import after

LIST = {"name": "Evening", "tracks": ["T9", "T1", "T7"], "before": ["T9", "T1"], "seconds": 200.0}


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
        ("undo", ("T9", "T1"), ""),
    ],
)
def test_what_becomes_of_it(text: str, tracks: tuple[str | None, ...], wish: str) -> None:
    assert edit_of(text, talk()) == Edit(tracks, wish)


@pytest.mark.parametrize(
    "text",
    ["no drums", "why the second one?", "what is on the list?", "something calmer", "save these as a playlist", "remove the vocals", "drop the ninth one", "remove all of them", "play the second one"],
)  # fmt: skip
def test_what_changes_nothing(text: str) -> None:
    assert edit_of(text, talk()) is None


def test_later_the_list_must_be_named() -> None:
    later = talk() | {"listing": False}
    assert edit_of("remove the second one", later) is None
    assert edit_of("remove the second one from the playlist", later) == Edit(("T9", "T7"))
    assert edit_of("remove the second one from the playlist", after(playlist=None)) is None


def test_a_search_fills_the_gap() -> None:
    edit = edit_of("swap the last one for something else", talk())
    assert edit is not None and edit.searches and edit.filled("T12") == ["T9", "T1", "T12"]


def test_the_list_as_it_stands() -> None:
    assert standing_list(after()) is None
    assert str(standing_list(talk())).endswith("1. **T9** “T9”\n2. **T1** “Blue Ferry”\n3. **T7** “T7”")
    assert str(standing_list(talk())).startswith("“Evening” (3:20) as I wrote it last:")


def test_how_long_the_list_is() -> None:
    assert asks_of_list("how long is it?", talk())
    assert asks_of_list("how long is the playlist?", talk() | {"listing": False})
    assert not asks_of_list("how long is it?", talk() | {"listing": False})
    assert not asks_of_list("how long is the second one?", talk())
